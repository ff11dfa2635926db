//! What the demo data promises to whoever starts it, tests with it or measures with it.
use crate::{Demo, DemoRow, generate};
use crm_domain::bucket::{Bucket, Grants};
use crm_domain::customers::{CONTACT, CUSTOMER, Contact, Customer};
use crm_domain::follow_ups::{FOLLOW_UP, FollowUp};
use crm_domain::geo::{self, Point};
use crm_domain::grids::{GRID, Grid};
use crm_domain::history::{TRACE, Trace};
use crm_domain::ids::Uuid;
use crm_domain::kind::Class;
use crm_domain::needs::{NEED, Need};
use crm_domain::notes::{NOTE, Note};
use crm_domain::op::Change;
use crm_domain::people::{GRANT, Grant, PERSON, Person, Role};
use crm_domain::registry::kind;
use crm_domain::rules::{Actor, Admission, admit, home};
use crm_domain::val::{Body, encode_body};
use crm_domain::visits::{CHECK_IN, CHECK_OUT, CheckIn, CheckOut, VISIT, Visit};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

/// 2026-06-30 at midnight in Shanghai.
const TODAY: i64 = 1_782_748_800_000;
const DAY: i64 = 86_400_000;

static DEMO: LazyLock<Demo> = LazyLock::new(|| generate(7, 20_000, TODAY));
/// Made once for all tests that only read.
static ROWS: LazyLock<Vec<DemoRow>> = LazyLock::new(|| DEMO.rows().collect());

fn of_kind<R>(rows: &[DemoRow], kind: u16, read: fn(&Body) -> R) -> Vec<(&DemoRow, R)> {
    rows.iter().filter(|r| r.kind == kind).map(|r| (r, read(&r.body))).collect()
}

fn fingerprint(demo: &Demo) -> u64 {
    let mut hash = DefaultHasher::new();
    for row in demo.rows() {
        (row.kind, row.id, row.root, row.bucket.to_bytes(), row.actor, row.at).hash(&mut hash);
        encode_body(&row.body).hash(&mut hash);
    }
    hash.finish()
}

#[test]
fn the_same_seed_gives_the_same_rows_and_another_seed_others() {
    let once = fingerprint(&generate(7, 3_000, TODAY));
    assert_eq!(once, fingerprint(&generate(7, 3_000, TODAY)));
    assert_ne!(once, fingerprint(&generate(8, 3_000, TODAY)));
}

#[test]
fn there_are_as_many_customers_as_asked_and_the_first_book_is_long() {
    for (asked, long, usual) in [(0, 0, 0), (1, 1, 0), (300, 300, 0), (5_100, 5_000, 100), (20_400, 5_100, 220)] {
        let demo = generate(3, asked, TODAY);
        let mut books: HashMap<Uuid, usize> = HashMap::new();
        for row in demo.rows().filter(|r| r.kind == CUSTOMER) {
            *books.entry(Customer::of(&row.body).owner.expect("every customer has an owner")).or_default() += 1;
        }
        assert_eq!(books.values().sum::<usize>(), asked, "of {asked}");
        let book = |n: usize| books.get(&demo.sign_ins[n].user).copied().unwrap_or(0);
        assert_eq!((book(0), book(1)), (long, usual), "of {asked}");
    }
}

#[test]
fn the_city_has_575_grids_with_a_name_of_its_own_and_a_lead_each() {
    let rows = &*ROWS;
    let leads: HashSet<Uuid> = of_kind(rows, PERSON, Person::of)
        .into_iter()
        .filter(|(_, p)| p.role.as_deref() == Some(Role::Lead.word()))
        .map(|(r, _)| r.id)
        .collect();
    let grids = of_kind(rows, GRID, Grid::of);
    assert_eq!(grids.len(), 575);
    assert!(grids.iter().all(|(_, g)| g.lead.is_some_and(|lead| leads.contains(&lead))));
    let names: HashSet<_> = grids.iter().map(|(_, g)| &g.name).collect();
    let codes: HashSet<_> = grids.iter().map(|(_, g)| &g.code).collect();
    assert_eq!((names.len(), codes.len()), (575, 575));
    assert!(grids.iter().any(|(_, g)| g.name.as_deref() == Some("南城-鸿福")));
}

#[test]
fn everybody_has_an_account_of_her_own_and_every_role_is_there() {
    let (demo, rows) = (&*DEMO, &*ROWS);
    let people = of_kind(rows, PERSON, Person::of);
    let accounts: HashSet<_> = people.iter().map(|(_, p)| p.account.clone()).collect();
    assert_eq!(accounts.len(), people.len());
    let with_role = |role: Role| people.iter().filter(|(_, p)| p.role.as_deref() == Some(role.word())).count();
    assert!((190..=220).contains(&with_role(Role::Manager)), "{} managers", with_role(Role::Manager));
    assert!((40..=90).contains(&with_role(Role::Lead)), "{} leads", with_role(Role::Lead));
    assert_eq!((with_role(Role::Supervisor), with_role(Role::Administrator)), (2, 1));
    let rare = ["赁", "单", "仇", "尤", "尉迟", "万俟"];
    let known = of_kind(rows, CUSTOMER, Customer::of);
    for surname in rare {
        let has = |name: &Option<String>| name.as_deref().is_some_and(|n| n.starts_with(surname));
        assert!(known.iter().any(|(_, c)| has(&c.contact)), "nobody is called {surname}");
    }
    for sign_in in &demo.sign_ins {
        let (_, person) = people.iter().find(|(r, _)| r.id == sign_in.user).expect("a sign-in is a person");
        assert_eq!(person.account.as_deref(), Some(sign_in.account));
        assert_eq!(person.role.as_deref(), Some(sign_in.role.word()));
        assert_eq!(person.name.as_deref(), Some(sign_in.name));
    }
    let roles: Vec<Role> = demo.sign_ins.iter().map(|s| s.role).collect();
    assert_eq!(roles, [Role::Manager, Role::Manager, Role::Lead, Role::Supervisor, Role::Administrator]);
}

#[test]
fn grants_match_the_grids_and_the_lead_leads_the_second_managers() {
    let (demo, rows) = (&*DEMO, &*ROWS);
    let mut held: HashMap<Uuid, HashSet<Bucket>> = HashMap::new();
    for (_, grant) in of_kind(rows, GRANT, Grant::of) {
        let bucket = grant.bucket.as_deref().and_then(Bucket::from_bytes).expect("a grant names a bucket");
        held.entry(grant.user.expect("a grant names a person")).or_default().insert(bucket);
    }
    let book = |n: usize| &held[&demo.sign_ins[n].user];
    assert!(book(0).is_disjoint(book(1)));
    assert!(book(0).is_disjoint(book(2)));
    assert!(book(1).is_subset(book(2)));
    for bucket in book(1) {
        let Bucket::Grid(grid) = bucket else { panic!("a manager's grant is on a grid: {bucket:?}") };
        assert!(book(2).contains(&Bucket::GridLead(*grid)));
    }
    for (row, customer) in of_kind(rows, CUSTOMER, Customer::of) {
        assert!(held[&customer.owner.expect("an owner")].contains(&row.bucket));
    }
}

#[test]
fn every_row_is_admitted_and_lives_where_its_kind_says() {
    let mut customers: HashMap<Uuid, Body> = HashMap::new();
    let mut ids = HashSet::new();
    for row in generate(7, 6_000, TODAY).rows() {
        assert!(ids.insert(row.id), "an id twice: {row:?}");
        let kind = kind(row.kind).expect("a known kind");
        let parent = customers.get(&row.root);
        if kind.root.is_some() {
            assert!(parent.is_some(), "a child before its parent: {row:?}");
        }
        assert_eq!(kind.root_of(row.id, &row.body), row.root, "{row:?}");
        assert_eq!(home(kind, row.id, &row.body, parent, row.actor), Some(row.bucket), "{row:?}");
        for (field, value) in &row.body {
            assert!(kind.field(*field).is_some(), "field {field} of {}: {value:?}", kind.name);
        }
        let change = Change {
            kind: row.kind,
            rec: row.id,
            new: true,
            yields: false,
            patch: row.body.clone(),
            base: BTreeMap::new(),
            open: BTreeMap::new(),
        };
        let actor = Actor { user: row.actor, grants: Grants::default() };
        let view = Admission { change: &change, before: None, after: &row.body, parent, actor: &actor, at: row.at };
        match kind.class {
            // What only the server writes has no admission; its own rules must hold nevertheless.
            Class::C => assert_eq!((kind.admit)(&view), Ok(()), "{row:?}"),
            _ => assert_eq!(admit(kind, &view), Ok(()), "{row:?}"),
        }
        if row.kind == CUSTOMER {
            customers.insert(row.id, row.body);
        }
    }
}

#[test]
fn tiers_have_their_shares_and_the_best_bring_the_most() {
    let rows = &*ROWS;
    let mut tiers: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for (_, customer) in of_kind(rows, CUSTOMER, Customer::of) {
        let revenue = customer.monthly_revenue.expect("a revenue");
        tiers.entry(customer.tier.expect("a tier")).or_default().push(revenue);
    }
    let total: usize = tiers.values().map(Vec::len).sum();
    for (tier, percent) in [("A", 5.0), ("B", 15.0), ("C", 30.0), ("D", 50.0)] {
        let share = tiers[tier].len() as f64 * 100.0 / total as f64;
        assert!((share - percent).abs() < 1.5, "{tier}: {share} %");
    }
    for pair in ["A", "B", "C", "D"].windows(2) {
        assert!(tiers[pair[0]].iter().min() > tiers[pair[1]].iter().max(), "{pair:?}");
    }
}

#[test]
fn a_customer_has_about_four_children() {
    let rows = &*ROWS;
    let children = rows.iter().filter(|r| matches!(r.bucket, Bucket::Grid(_)) && r.kind != CUSTOMER).count();
    let each = children as f64 / 20_000.0;
    assert!((3.7..4.6).contains(&each), "{each} children a customer");
    for kind in [CONTACT, VISIT, CHECK_IN, CHECK_OUT, NEED, FOLLOW_UP, NOTE, TRACE] {
        assert!(rows.iter().filter(|r| r.kind == kind).count() > 5_000, "few rows of kind {kind}");
    }
}

/// A name without what near-duplicates differ in.
fn stem(name: &str) -> String {
    let half = |c: char| match c {
        '０'..='９' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    };
    let mut stem: String = name.chars().map(half).filter(|c| !" ()（）市".contains(*c)).collect();
    stem = stem.replacen("东莞", "", 1);
    for end in ["有限责任公司", "有限公司", "加工厂", "店"] {
        if let Some(short) = stem.strip_suffix(end) {
            return short.to_owned();
        }
    }
    stem
}

#[test]
fn three_in_a_hundred_customers_are_near_duplicates() {
    let rows = &*ROWS;
    let mut seen: HashSet<(Option<Uuid>, String, Option<String>)> = HashSet::new();
    let mut names = HashSet::new();
    let (mut again, mut otherwise_written) = (0, 0);
    for (_, customer) in of_kind(rows, CUSTOMER, Customer::of) {
        let name = customer.name.clone().expect("a name");
        let is_again = !seen.insert((customer.grid, stem(&name), customer.contact.clone()));
        again += usize::from(is_again);
        otherwise_written += usize::from(names.insert(name) && is_again);
    }
    assert!((450..750).contains(&again), "{again} near-duplicates");
    assert!(otherwise_written > 100, "{otherwise_written} written otherwise");
}

#[test]
fn phones_have_reserved_prefixes_only() {
    let reserved = ["154", "160", "161", "163", "164", "168", "169", "179", "194"];
    let mut phones = 0;
    for row in &*ROWS {
        let phone = match row.kind {
            CUSTOMER => Customer::of(&row.body).phone,
            CONTACT => Contact::of(&row.body).phone,
            PERSON => Person::of(&row.body).phone,
            _ => None,
        };
        let Some(phone) = phone else { continue };
        phones += 1;
        assert!(phone.len() == 11 && phone.bytes().all(|b| b.is_ascii_digit()), "{phone}");
        assert!(reserved.contains(&&phone[..3]), "{phone}");
    }
    assert!(phones > 20_000);
}

#[test]
fn names_can_be_long_and_some_customers_lack_a_point_or_a_phone() {
    let rows = &*ROWS;
    let customers = of_kind(rows, CUSTOMER, Customer::of);
    let longest = customers.iter().filter_map(|(_, c)| c.name.as_deref()).map(|n| n.chars().count()).max();
    assert!(longest.is_some_and(|n| (34..=40).contains(&n)), "{longest:?}");
    let pointless = customers.iter().filter(|(_, c)| c.lat_e7.is_none()).count();
    let phoneless = customers.iter().filter(|(_, c)| c.phone.is_none()).count();
    assert!((200..700).contains(&pointless) && (300..900).contains(&phoneless), "{pointless}, {phoneless}");
}

#[test]
fn points_lie_nearest_to_their_own_grid_of_the_town() {
    let rows = &*ROWS;
    let mut towns: HashMap<String, Vec<_>> = HashMap::new();
    for (row, grid) in of_kind(rows, GRID, Grid::of) {
        let centre = grid.lat_e7.zip(grid.lon_e7).expect("a centre");
        towns.entry(grid.town.expect("a town")).or_default().push((row.id, centre));
    }
    for (_, customer) in of_kind(rows, CUSTOMER, Customer::of) {
        let Some((lat, lon)) = customer.lat_e7.zip(customer.lon_e7) else { continue };
        let squared = |c: (i64, i64)| (c.0 - lat).pow(2) + ((c.1 - lon) * 9205 / 10_000).pow(2);
        let nearest = towns[customer.town.as_deref().expect("a town")].iter().min_by_key(|(_, c)| squared(*c));
        assert_eq!(nearest.map(|n| n.0), customer.grid, "{:?}", customer.name);
    }
}

#[test]
fn every_check_in_has_the_verdict_that_the_domain_would_give() {
    let rows = &*ROWS;
    let customers: HashMap<Uuid, Customer> =
        of_kind(rows, CUSTOMER, Customer::of).into_iter().map(|(r, c)| (r.id, c)).collect();
    let mut verdicts = HashSet::new();
    for (row, event) in of_kind(rows, CHECK_IN, CheckIn::of) {
        let point = |lat: Option<i64>, lon: Option<i64>| Point {
            lat_e7: lat.expect("a latitude") as i32,
            lon_e7: lon.expect("a longitude") as i32,
        };
        let customer = &customers[&row.root];
        let metres = geo::distance_m(point(customer.lat_e7, customer.lon_e7), point(event.lat_e7, event.lon_e7));
        let noted = event.distance_m.expect("a distance") as f64;
        assert!((metres - noted).abs() < 1.0 + noted / 100.0, "{metres} and {noted}");
        let (accuracy, radius) = (event.accuracy_m.expect("an accuracy"), event.radius_m.expect("a radius"));
        let verdict = format!("{:?}", geo::verdict(metres.round(), accuracy as f64, radius as f64)).to_lowercase();
        assert_eq!(event.verdict.as_deref(), Some(verdict.as_str()), "{metres} m, accuracy {accuracy} m");
        assert_eq!(event.reason.is_some(), matches!(verdict.as_str(), "outside" | "unknown"));
        verdicts.insert(verdict);
    }
    assert_eq!(verdicts.len(), 4);
}

#[test]
fn visits_are_whole_in_work_hours_and_leave_two_traces_with_their_manager() {
    let rows = &*ROWS;
    let mut traces: HashMap<Uuid, Vec<(&DemoRow, Trace)>> = HashMap::new();
    for (row, trace) in of_kind(rows, TRACE, Trace::of) {
        traces.entry(trace.visit.expect("a visit")).or_default().push((row, trace));
    }
    let ids: HashSet<Uuid> = rows.iter().map(|r| r.id).collect();
    let mut spans: HashMap<Option<Uuid>, Vec<(i64, i64)>> = HashMap::new();
    for (row, visit) in of_kind(rows, VISIT, Visit::of) {
        let Some((start, end)) = visit.started_at.zip(visit.ended_at) else {
            assert_eq!(visit.planned_for, Some(TODAY));
            continue;
        };
        let of_day = |at: i64| (at - TODAY).rem_euclid(DAY) / 3_600_000;
        assert!(start < end && (9..18).contains(&of_day(start)) && (9..18).contains(&of_day(end)));
        let linked = [visit.check_in, visit.check_out, visit.next];
        assert!(linked.iter().flatten().all(|id| ids.contains(id)));
        let left = &traces[&row.id];
        assert_eq!(left.len(), 2);
        assert!(left.iter().all(|(r, t)| t.by == visit.by && Some(r.actor) == visit.by));
        spans.entry(visit.by).or_default().push((start, end));
    }
    let (mut overlaps, mut total) = (0, 0);
    for day in spans.values_mut() {
        day.sort_unstable();
        overlaps += day.windows(2).filter(|pair| pair[0].1 > pair[1].0).count();
        total += day.len();
    }
    assert!(overlaps * 100 < total, "{overlaps} of {total} visits overlap");
}

#[test]
fn follow_ups_all_have_a_date_and_open_ones_are_due_soon() {
    let (demo, rows) = (&*DEMO, &*ROWS);
    let steps = of_kind(rows, FOLLOW_UP, FollowUp::of);
    assert!(steps.iter().all(|(_, f)| f.due.is_some()));
    let open: Vec<_> = steps.iter().filter(|(_, f)| f.done_at.is_none()).collect();
    let soon = open.iter().filter(|(_, f)| f.due.is_some_and(|due| due >= TODAY)).count();
    let promised = open.iter().filter(|(_, f)| f.promised == Some(true)).count();
    assert!((1_000..1_700).contains(&open.len()), "{} open", open.len());
    assert!(soon * 10 > open.len() * 8 && soon < open.len() && promised > 50, "{soon} soon, {promised} promised");
    let hers = open.iter().filter(|(_, f)| f.by == Some(demo.sign_ins[0].user)).count();
    assert!((250..420).contains(&hers), "{hers} open in the long book");
}

#[test]
fn the_demo_managers_have_a_day_before_them() {
    let (demo, rows) = (&*DEMO, &*ROWS);
    for manager in &demo.sign_ins[..2] {
        let mine = |row: &&DemoRow| row.actor == manager.user;
        let planned: Vec<Uuid> = rows
            .iter()
            .filter(mine)
            .filter(|r| r.kind == VISIT)
            .filter(|r| Visit::of(&r.body).planned_for == Some(TODAY))
            .map(|r| r.root)
            .collect();
        assert!((3..8).contains(&planned.len()), "{}: {} planned", manager.name, planned.len());
        let places: Vec<(i64, i64)> = rows
            .iter()
            .filter(|r| planned.contains(&r.id))
            .map(|r| Customer::of(&r.body))
            .filter_map(|c| c.lat_e7.zip(c.lon_e7))
            .collect();
        assert_eq!(places.len(), planned.len());
        let near = |a: (i64, i64), b: (i64, i64)| {
            let point = |p: (i64, i64)| Point { lat_e7: p.0 as i32, lon_e7: p.1 as i32 };
            geo::distance_m(point(a), point(b)) < 500.0
        };
        assert!(places.iter().all(|p| near(*p, places[0])), "{}: far apart", manager.name);
        let promises: Vec<i64> = rows
            .iter()
            .filter(mine)
            .filter(|r| r.kind == FOLLOW_UP)
            .map(|r| FollowUp::of(&r.body))
            .filter(|f| f.promised == Some(true) && f.done_at.is_none())
            .filter_map(|f| f.due)
            .collect();
        assert!(promises.iter().any(|due| (TODAY..TODAY + DAY).contains(due)), "{}: none today", manager.name);
        assert!(promises.iter().any(|due| *due < TODAY), "{}: none overdue", manager.name);
    }
    for name in ["郑女士", "赁女士", "陈女士", "米先生"] {
        let hers = |c: &Customer| c.name.as_deref() == Some(name) && c.owner == Some(demo.sign_ins[0].user);
        assert!(of_kind(rows, CUSTOMER, Customer::of).iter().any(|(_, c)| hers(c)), "{name} is missing");
    }
}

#[test]
fn dates_lie_in_the_year_before_today_or_the_two_weeks_after() {
    let past = |what: &str, at: Option<i64>| {
        if let Some(at) = at {
            assert!((TODAY - 365 * DAY..TODAY).contains(&at), "{what}: {} days", (at - TODAY) / DAY);
        }
    };
    for row in &*ROWS {
        past("row", Some(row.at as i64));
        match row.kind {
            CUSTOMER => {
                let row = Customer::of(&row.body);
                past("created", row.created_at);
                past("earlier visit", row.earlier_visit);
            }
            VISIT => {
                let row = Visit::of(&row.body);
                past("start", row.started_at);
                past("end", row.ended_at);
            }
            CHECK_IN => past("check-in", CheckIn::of(&row.body).at),
            CHECK_OUT => past("check-out", CheckOut::of(&row.body).at),
            NOTE => past("note", Note::of(&row.body).at),
            TRACE => past("trace", Trace::of(&row.body).at),
            NEED => {
                let row = Need::of(&row.body);
                past("need", row.created_at);
                past("resolved", row.resolved_at);
                assert!(row.resolved_at.is_none_or(|at| Some(at) >= row.created_at));
            }
            FOLLOW_UP => {
                let step = FollowUp::of(&row.body);
                past("done", step.done_at);
                let due = step.due.expect("a date");
                assert!((TODAY - 365 * DAY..TODAY + 14 * DAY).contains(&due), "due in {} days", (due - TODAY) / DAY);
            }
            _ => {}
        }
    }
}

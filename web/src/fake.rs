//! A small book in memory in the browser's place, to look at screens before the real host is wired (feature `fake`).
use crate::ports::{Entered, Entrance, Gone, InstallHint, Ports, Resumed, Surroundings, Who};
use crate::words::{DAY_MS, HOUR_MS, days_from};
use crm_domain::book::Book;
use crm_domain::bucket::{Bucket, Grants, Verb};
use crm_domain::command::{Ctx, Patch, Seen};
use crm_domain::customers::{CONTACT, CUSTOMER, contact, customer};
use crm_domain::follow_ups::{FOLLOW_UP, follow_up};
use crm_domain::grids::{GRID, grid};
use crm_domain::history::{CHANGE, INBOX, TRACE, change, inbox, trace};
use crm_domain::ids::{Ids, Uuid, derived_id};
use crm_domain::needs::{NEED, need};
use crm_domain::notes::{NOTE, note};
use crm_domain::people::{PERSON, Role, person};
use crm_domain::query::{Asker, NotLoaded, Rows};
use crm_domain::registry::{self, Command, Query, View};
use crm_domain::row::{Shown, State};
use crm_domain::rules::Actor;
use crm_domain::val::Body;
use crm_domain::visits::{CHECK_IN, CHECK_OUT, VISIT, check_in, visit};
use crm_replica::ports::{
    AskError, Device, Door, Failure, Later, LocateError, Located, Queued, RefusalCode, SignInError, Status,
    Subscription, SyncState, Watching,
};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

type Watcher = (u64, Query, Option<View>, Rc<dyn Fn(View)>);

#[derive(Default)]
struct Inner {
    book: Book,
    rows: HashMap<Uuid, Vec<Shown>>,
    watchers: Vec<Watcher>,
    status: Vec<(u64, Rc<dyn Fn(Status)>)>,
    unsent: u32,
    next: u64,
    drafts: HashMap<String, String>,
}

#[derive(Clone, Default)]
struct Fake(Rc<RefCell<Inner>>);

struct Held<'a>(&'a HashMap<Uuid, Vec<Shown>>);

impl Rows for Held<'_> {
    fn under(&self, root: Uuid) -> Result<Vec<Shown>, NotLoaded> {
        Ok(self.0.get(&root).cloned().unwrap_or_default())
    }
}

fn now() -> i64 {
    js_sys::Date::now() as i64
}

fn id(word: &str) -> Uuid {
    derived_id(1_790_000_000_000, &[word.as_bytes()])
}

fn me() -> Uuid {
    id("person-0")
}

fn location_has(word: &str) -> bool {
    gloo::utils::window().location().hash().is_ok_and(|hash| hash.contains(word))
}

impl Fake {
    fn put(&self, kind: u16, rec: Uuid, root: Uuid, body: Body, state: State) {
        let mut inner = self.0.borrow_mut();
        let shown = Shown { id: rec, kind, root, body, writers: BTreeMap::new(), state };
        inner.book.apply(&shown);
        let rows = inner.rows.entry(root).or_default();
        match rows.iter_mut().find(|r| r.id == rec) {
            Some(row) => *row = shown,
            None => rows.push(shown),
        }
    }

    fn tell(&self) {
        let asker = Asker { user: me(), now: now() };
        let mut told = Vec::new();
        {
            let mut inner = self.0.borrow_mut();
            let Inner { book, rows, watchers, .. } = &mut *inner;
            for (_, query, last, changed) in watchers.iter_mut() {
                if let Ok(view) = query.answer(book, &Held(rows), &asker)
                    && last.as_ref() != Some(&view)
                {
                    *last = Some(view.clone());
                    told.push((changed.clone(), view));
                }
            }
        }
        for (changed, view) in told {
            changed(view);
        }
    }

    fn status_now(&self) -> Status {
        let inner = self.0.borrow();
        Status {
            ready: true,
            sync: if location_has("offline") || inner.unsent > 0 { SyncState::Offline } else { SyncState::Settled },
            unsent: inner.unsent,
            queue: queued(&inner.rows),
            oldest_unsent_ms: (inner.unsent > 0).then(|| (now() - HOUR_MS * 2) as u64),
            last_contact_ms: Some((now() - 120_000) as u64),
            pages: if location_has("download") { (3, 12) } else { (12, 12) },
            writer: true,
            ..Status::default()
        }
    }

    fn run(&self, cause: Uuid, command: &Command) -> Result<(), Failure> {
        let reads = command.reads();
        let actor = Actor { user: me(), grants: Grants(vec![(Bucket::AllGrids, Verb::Write)]) };
        let mut seen = Vec::new();
        for wanted in reads.rows.iter().chain(&reads.roots) {
            let inner = self.0.borrow();
            seen.extend(inner.rows.values().flatten().filter(|s| s.id == *wanted || s.root == *wanted).cloned());
        }
        let mut ctx = Ctx { actor: &actor, now: now() as u64, ids: Ids::of(cause), cause };
        let drafts = command.decide(&Seen(seen), &mut ctx).map_err(Failure::Rejected)?;
        for change in drafts.into_iter().flat_map(|d| d.0) {
            let kind = registry::kind(change.kind).ok_or(Failure::Broken)?;
            let mut body = self
                .0
                .borrow()
                .rows
                .values()
                .flatten()
                .find(|s| s.id == change.rec)
                .map(|s| s.body.clone())
                .unwrap_or_default();
            body.extend(change.patch);
            let parent = BTreeMap::new();
            let view = crm_domain::rules::Admission {
                change: &crm_domain::op::Change {
                    kind: change.kind,
                    rec: change.rec,
                    new: change.new,
                    yields: false,
                    patch: body.clone(),
                    base: BTreeMap::new(),
                    open: BTreeMap::new(),
                },
                before: None,
                after: &body,
                parent: Some(&parent),
                actor: &actor,
                at: now() as u64,
            };
            (kind.admit)(&view).map_err(|code| Failure::Rejected(crm_domain::command::Rejection::of(code)))?;
            let root = kind.root_of(change.rec, &body);
            self.put(change.kind, change.rec, root, body, State::OnPhone);
            self.0.borrow_mut().unsent += 1;
        }
        Ok(())
    }
}

/// What a command left in the book and nothing has confirmed yet.
fn queued(rows: &HashMap<Uuid, Vec<Shown>>) -> Vec<Queued> {
    let open = rows.values().flatten().filter(|row| row.state == State::OnPhone);
    let of = |(n, row): (usize, &Shown)| Queued {
        n: n as u64,
        kind: row.kind,
        at_ms: (now() - 2 * HOUR_MS) as u64,
        state: row.state,
        label: rows
            .get(&row.root)
            .and_then(|all| all.iter().find(|r| r.id == row.root)?.get(customer::name))
            .unwrap_or_default(),
        root: row.root,
    };
    open.enumerate().map(of).take(20).collect()
}

fn later<T: 'static>(value: T) -> Later<T> {
    Box::pin(async move { value })
}

impl Door for Fake {
    fn command(&self, cause: Uuid, command: Command) -> Later<Result<(), Failure>> {
        let done = self.run(cause, &command);
        let this = self.clone();
        Box::pin(async move {
            gloo::timers::future::TimeoutFuture::new(20).await;
            this.tell();
            let told: Vec<_> = this.0.borrow().status.iter().map(|s| s.1.clone()).collect();
            told.iter().for_each(|t| t(this.status_now()));
            done
        })
    }

    fn watch(&self, query: Query, changed: Box<dyn Fn(View)>) -> Subscription {
        let n = {
            let mut inner = self.0.borrow_mut();
            inner.next += 1;
            let n = inner.next;
            inner.watchers.push((n, query, None, changed.into()));
            n
        };
        let this = self.clone();
        gloo::timers::callback::Timeout::new(4, move || this.tell()).forget();
        let this = self.clone();
        Subscription::new(move || this.0.borrow_mut().watchers.retain(|w| w.0 != n))
    }

    fn status(&self, changed: Box<dyn Fn(Status)>) -> Subscription {
        changed(self.status_now());
        let mut inner = self.0.borrow_mut();
        inner.next += 1;
        let n = inner.next;
        inner.status.push((n, changed.into()));
        let this = self.clone();
        Subscription::new(move || this.0.borrow_mut().status.retain(|w| w.0 != n))
    }

    fn ask(&self, query: Query) -> Later<Result<View, AskError>> {
        let inner = self.0.borrow();
        let asker = Asker { user: me(), now: now() };
        later(query.answer(&inner.book, &Held(&inner.rows), &asker).map_err(|_| AskError::Malformed))
    }

    fn subscribe(&self, _: Bucket) {}

    fn sync_now(&self) {
        self.0.borrow_mut().unsent = 0;
        let told: Vec<_> = self.0.borrow().status.iter().map(|s| s.1.clone()).collect();
        told.iter().for_each(|t| t(self.status_now()));
    }

    fn new_id(&self) -> Uuid {
        let mut inner = self.0.borrow_mut();
        inner.next += 1;
        derived_id(now() as u64, &[b"new", &inner.next.to_be_bytes(), &js_sys::Math::random().to_be_bytes()])
    }

    fn save_draft(&self, name: &str, text: Option<String>) {
        let drafts = &mut self.0.borrow_mut().drafts;
        match text {
            Some(text) => drafts.insert(name.into(), text),
            None => drafts.remove(name),
        };
    }

    fn draft(&self, name: &str) -> Later<Option<String>> {
        later(self.0.borrow().drafts.get(name).cloned())
    }

    fn sign_out(&self) -> Later<u32> {
        later(self.0.borrow().unsent)
    }

    fn export_unsent(&self, _: &str) -> Later<Option<Vec<u8>>> {
        later(Some(vec![1, 2, 3]))
    }

    fn set_password(&self, _: Uuid, _: String, _: Option<String>) -> Later<Result<(), AskError>> {
        later(Ok(()))
    }
}

struct Phone;

impl Device for Phone {
    fn locate(&self, found: Watching) -> Subscription {
        if location_has("denied") {
            found(Err(LocateError::Denied));
            return Subscription::new(|| ());
        }
        if location_has("unavailable") || location_has("slow") {
            found(Err(if location_has("slow") { LocateError::Slow } else { LocateError::Unavailable }));
            return Subscription::new(|| ());
        }
        let lat_e7 = if location_has("far") { 230_257_000 } else { 230_207_000 };
        let found = Rc::new(found);
        let ticks: Vec<_> = [(300, 65), (900, 30), (1_600, 12)]
            .into_iter()
            .map(|(after, accuracy_m)| {
                let found = found.clone();
                gloo::timers::callback::Timeout::new(after, move || {
                    found(Ok(Located { lat_e7, lon_e7: 1_137_518_000, accuracy_m, at_ms: now() as u64 }));
                })
            })
            .collect();
        Subscription::new(move || drop(ticks))
    }

    fn now_ms(&self) -> u64 {
        now() as u64
    }

    fn utc_offset_min(&self) -> i32 {
        -js_sys::Date::new_0().get_timezone_offset() as i32
    }
}

#[derive(Clone)]
struct Way(Fake, bool);

impl Entrance for Way {
    fn resume(&self) -> Later<Resumed> {
        later(match () {
            () if location_has("impossible") => Resumed::NoStorage,
            () if location_has("cleared") => Resumed::Cleared { unsent: 3, last_contact_ms: Some(now() as u64) },
            () if self.1 => Resumed::Nobody { last_account: None },
            () => Resumed::Open(self.entered("wang")),
        })
    }

    fn on_gone(&self, _: Box<dyn Fn(Gone)>) {}

    fn sign_in(&self, account: String, password: String) -> Later<Result<Entered, SignInError>> {
        let refused = |code, retry_ms| Err(SignInError::Refused { code, retry_ms });
        let answer = match (account.as_str(), password.as_str()) {
            ("locked", _) => refused(RefusalCode::Locked, Some(14 * 60_000)),
            ("offline", _) => Err(SignInError::Unreachable),
            (_, "1") => refused(RefusalCode::WrongPassword, None),
            (name, _) => Ok(self.entered(name)),
        };
        later(answer)
    }

    fn clock_error_ms(&self) -> Option<i64> {
        location_has("clock").then_some(47 * 60_000)
    }
}

impl Way {
    fn entered(&self, account: &str) -> Entered {
        let role = if account == "boss" || location_has("boss") { Role::Administrator } else { Role::Manager };
        Entered { who: Who { user: me(), name: "李静".into(), role }, door: Rc::new(self.0.clone()) }
    }
}

struct Around;

impl Surroundings for Around {
    fn install_hint(&self) -> InstallHint {
        match () {
            () if location_has("ios") => InstallHint::IosSteps,
            () if location_has("inapp") => InstallHint::InApp,
            () if location_has("android") => InstallHint::AndroidPrompt,
            () => InstallHint::None,
        }
    }

    fn install(&self) -> Later<bool> {
        later(true)
    }

    fn online(&self) -> bool {
        true
    }

    fn server(&self) -> String {
        "zoufang.example.cn".into()
    }

    fn update_ready(&self) -> bool {
        location_has("update")
    }

    fn accept_update(&self) {}

    fn changed(&self, _: Box<dyn Fn()>) -> Subscription {
        Subscription::new(|| ())
    }

    fn setting(&self, name: &str) -> Option<String> {
        let hash = gloo::utils::window().location().hash().ok()?;
        let text = hash.split(['#', '&']).find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
        text.map(str::to_owned)
    }

    fn keep_setting(&self, _: &str, _: Option<&str>) {}

    fn give_file(&self, name: &str, _: &str, bytes: Vec<u8>) -> bool {
        !name.is_empty() && !bytes.is_empty()
    }

    fn copy(&self, _: &str) -> Later<bool> {
        later(true)
    }

    fn storage(&self) -> Later<Option<(u64, u64)>> {
        later(Some((18_400_000, 2_100_000_000)))
    }
}

/// Ports on the fake. The address's fragment chooses what to look at: `#signin`, `#offline`, `#theme=dark`, `#locale=en`…
pub fn ports() -> Ports {
    let fake = Fake::default();
    fill(&fake);
    let way = Way(fake, location_has("signin"));
    Ports { entrance: Rc::new(way), device: Rc::new(Phone), surroundings: Rc::new(Around) }
}

fn fill(fake: &Fake) {
    let now = now();
    for (i, (name, role)) in
        [("李静", "manager"), ("陈曦", "manager"), ("王主管", "supervisor")].into_iter().enumerate()
    {
        let rec = id(&format!("person-{i}"));
        let body = Patch::new().set(person::name, name).set(person::account, format!("p{i}")).set(person::role, role);
        fake.put(PERSON, rec, rec, body.done(), State::Confirmed);
    }
    for (i, name) in ["南城-鸿福", "东城-主山", "长安-乌沙", "虎门-沙角"].into_iter().enumerate() {
        let rec = id(&format!("grid-{i}"));
        let body = Patch::new()
            .set(grid::name, name)
            .set(grid::town, name.split('-').next().unwrap_or_default())
            .set(grid::lat_e7, 230_207_000 + i as i64 * 300_000)
            .set(grid::lon_e7, 1_137_518_000 + i as i64 * 300_000);
        fake.put(GRID, rec, rec, body.done(), State::Confirmed);
    }
    let named = [
        ("东莞移动通信器材行", "李经理", "13800136025", "A", "鸿福路102号"),
        ("仇记五金", "仇伟", "076922238800", "A", "东纵大道18号"),
        ("明珠酒店", "陈女士", "13922226789", "A", "东城街道东纵大道208号"),
        ("长安镇华盛电子有限公司", "黄志强", "13711118888", "B", "长安镇乌沙社区兴发南路88号"),
        ("赁女士（理财）", "赁女士", "13500136025", "B", "鸿福路200号"),
        (
            "东莞市长安镇永鑫移动板房钢结构工程有限公司东城分公司",
            "尉迟敏",
            "13600001234",
            "C",
            "东莞市长安镇沙头社区靖海东路126号二楼",
        ),
        ("东莞市移动电源厂", "单晓", "13412345678", "B", "厚街镇河田工业区"),
        ("德光源电器行", "尤佳", "13812346025", "D", "虎门镇沙角"),
    ];
    let (heads, middles, tails) = (
        ["恒", "兴", "永", "华", "金", "德", "东", "南", "明", "广", "顺", "源"],
        ["盛", "达", "鑫", "隆", "泰", "昌", "丰", "源", "信", "和", "美", "康"],
        ["五金店", "电子厂", "通信器材行", "酒店", "便利店", "塑胶制品有限公司", "餐饮", "物流", "药房", "幼儿园"],
    );
    let roll = |i: u64, m: u64| (i.wrapping_mul(2_654_435_761) >> 7) % m;
    for i in 0..20_134_u64 {
        let rec = id(&format!("customer-{i}"));
        let (name, contact_name, phone, tier, address) = match named.get(i as usize) {
            Some((n, c, p, t, a)) => (n.to_string(), c.to_string(), p.to_string(), t.to_string(), a.to_string()),
            None => (
                format!(
                    "{}{}{}{}",
                    heads[roll(i, 12) as usize],
                    middles[roll(i * 7, 12) as usize],
                    heads[roll(i * 3, 12) as usize],
                    tails[roll(i * 11, 10) as usize]
                ),
                "张先生".into(),
                format!("139{:08}", roll(i * 13, 100_000_000)),
                ["A", "B", "C", "C", "D"][roll(i * 5, 5) as usize].into(),
                format!("鸿福路{}号", 1 + roll(i, 400)),
            ),
        };
        let mut body = Patch::new()
            .set(customer::name, name)
            .set(customer::contact, contact_name)
            .set(customer::phone, phone)
            .set(customer::grid, id(&format!("grid-{}", i % 4)))
            .set(customer::tier, tier)
            .set(customer::address, address)
            .set(customer::owner, me())
            .set(customer::earlier_visit, now - (3 + roll(i, 90) as i64) * DAY_MS);
        if i % 9 != 5 {
            let spread = |k: u64| roll(i * k, 400_000) as i64 - 200_000;
            body = body
                .set(customer::lat_e7, 230_207_000 + spread(17))
                .set(customer::lon_e7, 1_137_518_000 + spread(29))
                .set(customer::point_from, "check-in");
        }
        if i == 2 {
            body = body
                .set(customer::trade, "酒店")
                .set(customer::monthly_revenue, 5_230_000)
                .set(customer::households, 126)
                .set(customer::note, "前台认识我们；老板下午三点后在。");
        }
        fake.put(CUSTOMER, rec, rec, body.done(), if i == 6 { State::OnPhone } else { State::Confirmed });
    }
    let c = |i: u64| id(&format!("customer-{i}"));
    let step = |n: &str, i: u64, text: &str, due: i64, promised: bool| {
        let body = Patch::new()
            .set(follow_up::customer, c(i))
            .set(follow_up::text, text)
            .set(follow_up::due, due)
            .set(follow_up::promised, promised)
            .set(follow_up::by, me());
        fake.put(FOLLOW_UP, id(n), c(i), body.done(), State::Confirmed);
    };
    step("f1", 0, "回电，说明专线报价", now - 2 * HOUR_MS, true);
    step("f2", 1, "带宽带合同", days_from(now, 0), true);
    step("f3", 2, "带临时覆盖方案上门", days_from(now, 3), true);
    step("f4", 6, "问融合套餐意向", days_from(now, -3), false);
    step("f5", 5, "核对门牌", days_from(now, 0), false);
    let stop = |n: &str, i: u64, planned: i64, times: Option<(i64, Option<i64>)>, verdict: &str| {
        let mut body = Patch::new().set(visit::customer, c(i)).set(visit::by, me()).set(visit::planned_for, planned);
        if let Some((from, to)) = times {
            body = body
                .set(visit::started_at, from)
                .set(visit::verdict, verdict)
                .set(visit::purpose, "return")
                .set(visit::feedback, "good")
                .some(visit::ended_at, to);
            let proof = Patch::new()
                .set(check_in::customer, c(i))
                .set(check_in::visit, id(n))
                .set(check_in::distance_m, 38)
                .set(check_in::accuracy_m, 12)
                .set(check_in::verdict, verdict);
            fake.put(CHECK_IN, id(&format!("{n}-in")), c(i), proof.done(), State::Confirmed);
        }
        fake.put(VISIT, id(n), c(i), body.done(), State::Confirmed);
    };
    let today = days_from(now, 0);
    stop("v1", 2, today, Some((now - 3 * HOUR_MS, Some(now - 3 * HOUR_MS + 1_740_000))), "inside");
    stop("v0", 2, today - 16 * DAY_MS, Some((now - 16 * DAY_MS, Some(now - 16 * DAY_MS + 900_000))), "edge");
    stop("v2", 3, today, None, "");
    stop("v3", 4, today, None, "");
    stop("v4", 5, today, None, "");
    if location_has("visiting") {
        stop("v5", 0, today, Some((now - 1_052_000, None)), "inside");
    }
    let want = |n: &str, i: u64, category: &str, text: &str, urgency: i64, ago: i64| {
        let body = Patch::new()
            .set(need::customer, c(i))
            .set(need::category, category)
            .set(need::text, text)
            .set(need::urgency, urgency)
            .set(need::by, me())
            .set(need::created_at, now - ago);
        fake.put(NEED, id(n), c(i), body.done(), State::Confirmed);
    };
    want("n1", 2, "fault", "三楼会议室信号差，下月有大型活动，问能否临时加基站", 3, 3 * HOUR_MS);
    want("n2", 2, "tariff", "想把三条专线合成一张账单", 1, 16 * DAY_MS);
    let jot = Patch::new()
        .set(note::customer, c(2))
        .set(note::by, me())
        .set(note::at, now - 40 * DAY_MS)
        .set(note::text, "老板姓陈，喜欢喝单丛。停车从后门进。");
    fake.put(NOTE, id("note1"), c(2), jot.done(), State::BackedUp);
    for (n, name, role, phone) in [("k1", "陈经理", "前厅经理", "13922226789"), ("k2", "刘工", "工程部", "13822221111")]
    {
        let body = Patch::new()
            .set(contact::customer, c(2))
            .set(contact::name, name)
            .set(contact::role, role)
            .set(contact::phone, phone);
        fake.put(CONTACT, id(n), c(2), body.done(), State::Confirmed);
    }
    let cbor = |text: &str| crm_domain::val::encode(&crm_domain::val::Val::Text(text.into()));
    let edit = Patch::new()
        .set(change::customer, c(2))
        .set(change::rec, c(2))
        .set(change::rec_kind, i64::from(CUSTOMER))
        .set(change::field, i64::from(customer::phone))
        .set(change::actor, id("person-2"))
        .set(change::at, now - 5 * DAY_MS)
        .set(change::old, cbor("13922220000"))
        .set(change::new, cbor("13922226789"))
        .set(change::lost, cbor("07692223001"))
        .set(change::loser, me());
    fake.put(CHANGE, id("ch1"), c(2), edit.done(), State::Confirmed);
    attention(fake, now);
    for day in 1..9_i64 {
        for (n, (event, hour)) in
            [(CHECK_IN, 9), (CHECK_OUT, 10), (CHECK_IN, 14), (CHECK_OUT, 15)].into_iter().enumerate()
        {
            let at = days_from(now, -day as i32) + hour * HOUR_MS + day * 127_000;
            let body = Patch::new()
                .set(trace::customer, c(n as u64 + 1))
                .set(trace::label, named[n + 1].0)
                .set(trace::event_kind, i64::from(event))
                .set(trace::visit, id(&format!("past-{day}-{}", n / 2)))
                .set(trace::at, at)
                .set(trace::verdict, ["inside", "edge", "outside", "unknown"][(day as usize + n) % 4])
                .set(trace::by, me());
            let body = if event == CHECK_OUT { body.set(trace::dwell_ms, HOUR_MS) } else { body };
            let rec = id(&format!("trace-{day}-{n}"));
            fake.put(TRACE, rec, rec, body.done(), State::Confirmed);
        }
    }
}

/// One of each kind of item that needs attention.
fn attention(fake: &Fake, now: i64) {
    let cbor = |text: &str| crm_domain::val::encode(&crm_domain::val::Val::Text(text.into()));
    let item = |n: &str, what: &str, code: i64, i: u64, label: &str, field: i64, ago: i64| {
        let customer = id(&format!("customer-{i}"));
        let body = Patch::new()
            .set(inbox::what, what)
            .set(inbox::code, code)
            .set(inbox::rec, customer)
            .set(inbox::rec_kind, i64::from(CUSTOMER))
            .set(inbox::root, customer)
            .set(inbox::field, field)
            .set(inbox::label, label)
            .set(inbox::mine, cbor("138 0013 6025"))
            .set(inbox::mine_at, now - 2 * DAY_MS)
            .set(inbox::theirs, cbor("0769-2223 8800"))
            .set(inbox::other, id("person-2"))
            .set(inbox::other_at, now - 3 * HOUR_MS)
            .set(inbox::at, now - ago);
        fake.put(INBOX, id(n), id(n), body.done(), State::Confirmed);
    };
    let phone = i64::from(customer::phone);
    item("i1", "lost", 0, 1, "仇记五金", phone, HOUR_MS);
    item("i2", "refused", 12, 3, "长安镇华盛电子有限公司", phone, 2 * HOUR_MS);
    item("i3", "waiting", 1, 5, "东莞市长安镇永鑫移动板房钢结构工程有限公司东城分公司", 0, 3 * HOUR_MS);
    item("i4", "refused", 3, 4, "赁女士（理财）", 0, 4 * HOUR_MS);
    item("i5", "yielded", 0, 2, "明珠酒店", i64::from(customer::lat_e7), 5 * HOUR_MS);
}

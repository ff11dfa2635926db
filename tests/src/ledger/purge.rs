//! A purge leaves nothing of what anybody wrote about a customer: what is told through the front door here, what lies in the
//! tables beside each store's own tests.
use super::office::*;
use crate::with_phone;
use crm_domain::bucket::Bucket;
use crm_domain::command::Patch;
use crm_domain::customers::{CONTACT, CUSTOMER, contact, customer};
use crm_domain::follow_ups::{FOLLOW_UP, follow_up};
use crm_domain::history::{INBOX, TRACE, Trace};
use crm_domain::imports::{REPLACED, replaced};
use crm_domain::needs::{NEED, need};
use crm_domain::notes::{NOTE, note};
use crm_domain::photos::{PHOTO, photo};
use crm_domain::rules::{Code, Why};
use crm_domain::val::{Body, SetPatch, Val, encode};
use crm_domain::visits::{CHECK_IN, check_in};
use crm_domain::waiting::WAITING;
use crm_protocol::{Mode, Outcome};
use sha2::{Digest, Sha256};

/// Stands in whatever is written about the customer, and nowhere else.
pub const MARK: &str = "zoufang-marked-";

fn marked(what: &str) -> String {
    format!("{MARK}{what}")
}

fn arrival(o: &Office, phone: &Phone, what: &str) -> Body {
    Patch::new()
        .set(check_in::customer, id("tea"))
        .set(check_in::by, phone.user)
        .set(check_in::at, o.now as i64)
        .set(check_in::reason, marked(what))
        .done()
}

/// Everything that people can write about a customer, in every state that it can be in.
pub fn write_everything(o: &mut Office) {
    let picture = marked("picture").into_bytes();
    let sha: [u8; 32] = Sha256::digest(&picture).into();
    with_phone!(o.li, |li| {
        let texts = [customer::name, customer::contact, customer::address, customer::trade, customer::note];
        let mut fields: Body = texts.map(|field| (field, Val::Text(marked("customer")))).into();
        fields.insert(customer::grid, o.east.into());
        let base = o.does(&mut li, create(CUSTOMER, id("tea"), fields));
        let tag = SetPatch { add: vec![Val::Text(marked("tag"))], remove: vec![] };
        o.does(&mut li, edit(CUSTOMER, id("tea"), [(customer::tags, Val::Set(tag))].into(), base));
        let child = |of: u16| Patch::new().set(of, id("tea"));
        let contact = child(contact::customer).set(contact::name, marked("contact")).set(contact::note, marked("note"));
        o.does(&mut li, create(CONTACT, id("boss"), contact.done()));
        let need = child(need::customer).set(need::category, "speed").set(need::text, marked("need"));
        o.does(&mut li, create(NEED, id("need"), need.set(need::created_at, o.now as i64).done()));
        let due = child(follow_up::customer).set(follow_up::text, marked("due")).set(follow_up::due, o.now as i64);
        o.does(&mut li, create(FOLLOW_UP, id("due"), due.done()));
        let before = encode(&Body::from([(customer::note, Val::Text(marked("before")))]));
        o.does(
            &mut li,
            create(REPLACED, id("replaced"), child(replaced::customer).set(replaced::before, before).done()),
        );
        // Events: their values stand behind commitments, and open beside them.
        let said =
            child(note::customer).set(note::by, li.user).set(note::at, o.now as i64).set(note::text, marked("said"));
        let said = o.event(&mut li, NOTE, id("said"), said.done(), &[note::text]);
        let arrived = arrival(o, &li, "reason");
        let arrived = o.event(&mut li, CHECK_IN, id("arrived"), arrived, &[check_in::reason]);
        let taken = child(photo::customer).set(photo::by, li.user).set(photo::sha, sha.to_vec());
        let taken = o.event(&mut li, PHOTO, id("taken"), taken.done(), &[photo::sha]);
        assert_eq!(o.push(&mut li, &[&said, &arrived, &taken]), [Outcome::Applied; 3]);
        o.ledger.offer_blob(&li.caller(), &sha, picture.len() as u64).expect("offered");
        o.ledger.append_blob(&li.caller(), &sha, 0, &picture).expect("whole");
        // Two who write one field: history, and an item for whoever lost.
        o.pass(1_000);
        let [first, second] = ["one", "two"].map(|text| {
            o.pass(10);
            o.op(&li, vec![edit(CUSTOMER, id("tea"), body([(customer::note, marked(text))]), base)])
        });
        o.push(&mut li, &[&second, &first]);
        // One that is refused, with what it said.
        let nameless = [(customer::name, Val::Text("  ".into())), (customer::address, Val::Text(marked("refused")))];
        let refused = o.op(&li, vec![edit(CUSTOMER, id("tea"), nameless.into(), base)]);
        assert!(matches!(o.push(&mut li, &[&refused])[0], Outcome::Rejected { .. }));
        assert!(!o.inbox(&mut li).is_empty());
        with_phone!(o.wang, |wang| {
            // One that waits, and one that waited and was refused.
            let [refused, waits] = ["not so", "not yet"].map(|text| {
                o.pass(10);
                o.op(&wang, vec![edit(CUSTOMER, id("tea"), body([(customer::contact, marked(text))]), base)])
            });
            assert_eq!(o.push(&mut wang, &[&refused]), [Outcome::Waiting(Why::NoGrant as u16)]);
            o.decide(refused.id, false);
            assert_eq!(o.push(&mut wang, &[&waits]), [Outcome::Waiting(Why::NoGrant as u16)]);
        });
        // Pages of each bucket, as somebody who begins is given them.
        for bucket in [Bucket::Grid(o.east), Bucket::User(li.user)] {
            let pulled = o.pull_with(&li, vec![(bucket, None)], 1 << 20);
            assert!(pulled.parts.iter().any(|part| matches!(part.mode, Mode::Pages { .. })));
        }
    });
}

/// What her people send that had not heard of it yet.
pub fn write_late(o: &mut Office) {
    with_phone!(o.li, |li| {
        let late = o.op(&li, vec![edit(CUSTOMER, id("tea"), body([(customer::name, marked("late"))]), 1)]);
        let refused = Outcome::Rejected { code: Code::Purged as u16, depends_on: None };
        assert_eq!(o.push(&mut li, &[&late]), [refused]);
        let arrived = arrival(o, &li, "late");
        let arrived = o.event(&mut li, CHECK_IN, id("late"), arrived, &[check_in::reason]);
        assert_eq!(o.push(&mut li, &[&arrived]), [Outcome::Applied], "never refused");
    });
}

pub fn purge(o: &mut Office) {
    o.ledger.purge(&o.admin.caller(), id("tea"), o.now).expect("purged");
}

fn holds_mark(phone: &Phone) -> bool {
    let mark = MARK.as_bytes();
    phone.rows.values().any(|row| row.body.windows(mark.len()).any(|some| some == mark))
}

pub fn a_purge_takes_what_others_were_told_and_leaves_a_trace_without_a_name(o: &mut Office) {
    write_everything(o);
    let desk = Bucket::GridLead(o.east);
    with_phone!(o.li, |li| with_phone!(o.wang, |wang| {
        let (hers, his) = (Bucket::User(li.user), Bucket::User(wang.user));
        let east = Bucket::Grid(o.east);
        o.sync(&mut li, &[hers, east]);
        o.sync(&mut wang, &[his]);
        with_phone!(o.supervisor, |zhou| {
            o.sync(&mut zhou, &[east, desk]);
            assert!([&li, &wang, &zhou].into_iter().all(holds_mark), "it is everywhere");
            purge(o);
            o.sync(&mut li, &[hers, east]);
            o.sync(&mut wang, &[his]);
            o.sync(&mut zhou, &[east, desk]);
            assert!(![&li, &wang, &zhou].into_iter().any(holds_mark));
            assert!(zhou.held(desk).iter().all(|row| row.kind != WAITING));
        });
        let of = |kind: u16| li.held(hers).into_iter().filter(move |row| row.kind == kind);
        assert_eq!(of(INBOX).count(), 0);
        let trace = Trace::of(&of(TRACE).next().expect("her day stays whole").shown().expect("a body").body);
        assert_eq!((trace.customer, trace.label), (Some(id("tea")), None));
    }));
}

pub fn what_comes_after_a_purge_is_kept_without_its_values(o: &mut Office) {
    write_everything(o);
    purge(o);
    write_late(o);
    with_phone!(o.li, |li| {
        let own = Bucket::User(li.user);
        o.sync(&mut li, &[own]);
        assert!(!holds_mark(&li));
        assert!(li.rows.contains_key(&(own, id("late"))), "its link is kept");
        let item = o.inbox(&mut li).pop().expect("she is told");
        assert_eq!((item.code, item.op, item.label), (Some(Code::Purged as i64), None, None));
    });
}

//! Events: never refused, linked, receipted; what is wrong with one stands beside it.
use super::office::*;
use crate::with_phone;
use crm_domain::bucket::Bucket;
use crm_domain::customers::{CONTACT, CUSTOMER, contact, customer};
use crm_domain::history::{LOG_ROOT, LogRoot, TRACE, Trace, VERDICT, Verdict};
use crm_domain::ids::Uuid;
use crm_domain::kind::{LINK, SALTS};
use crm_domain::notes::{NOTE, note};
use crm_domain::op::{Link, link_hash};
use crm_domain::rules::Code;
use crm_domain::val::{Body, Val, decode_body};
use crm_domain::visits::{CHECK_IN, check_in};
use crm_protocol::Outcome;
use crm_server::ledger::receipt_bytes;
use ed25519_dalek::{Signature, Verifier, VerifyingKey};

fn arrival(o: &Office, phone: &Phone, at: Uuid) -> Body {
    let mut fields = body([(check_in::customer, at), (check_in::visit, id("visit")), (check_in::by, phone.user)]);
    fields.insert(check_in::at, (o.now as i64).into());
    fields.insert(check_in::lat_e7, 230_000_000.into());
    fields.insert(check_in::verdict, "inside".into());
    fields
}

/// Li arrives at a customer; the event has not been pushed.
fn arrives(o: &mut Office, li: &mut Phone, rec: Uuid, at: Uuid) -> Made {
    let fields = arrival(o, li, at);
    o.event(li, CHECK_IN, rec, fields, &[check_in::lat_e7])
}

/// The verdict about an event, with the bucket that it lies in.
fn verdict(o: &Office, phone: &mut Phone, event: Uuid, buckets: &[Bucket]) -> (Bucket, Verdict) {
    o.sync(phone, buckets);
    let verdicts = phone.rows.iter().filter(|(_, row)| row.kind == VERDICT);
    let mut read = verdicts.map(|((bucket, _), row)| (*bucket, Verdict::of(&decode_body(&row.body).expect("a body"))));
    read.find(|(_, v)| v.event == Some(event)).expect("a verdict")
}

fn flags(o: &Office, phone: &mut Phone, event: Uuid, bucket: Bucket) -> String {
    verdict(o, phone, event, &[bucket]).1.flags.expect("flags")
}

pub fn an_event_is_stored_with_a_receipt_that_verifies(o: &mut Office) {
    with_phone!(o.li, |li| {
        o.does(&mut li, new_customer(id("tea"), "茶铺", o.east));
        let event = arrives(o, &mut li, id("arrival"), id("tea"));
        assert_eq!(o.push(&mut li, &[&event]), [Outcome::Applied]);
        let east = Bucket::Grid(o.east);
        let (_, verdict) = verdict(o, &mut li, id("arrival"), &[east]);
        assert_eq!(verdict.flags.as_deref(), Some(""));
        let link = event.op.link.as_ref().expect("a link");
        let hash = link_hash(o.org, &event.op, &event.op.changes[0], li.dev, link.chain_n, &link.prev, 0);
        assert_eq!(verdict.hash.as_deref(), Some(hash.as_slice()));
        let key = VerifyingKey::from_bytes(&o.ledger.receipt_key()).expect("a key");
        let sig = Signature::from_slice(&verdict.sig.expect("a receipt")).expect("64 bytes");
        let received = verdict.received_at.expect("a time") as u64;
        assert!(key.verify(&receipt_bytes(&hash, received), &sig).is_ok());
        // The row carries the link as it was sent, and what opens its commitments.
        let row = decode_body(&li.rows[&(east, id("arrival"))].body).expect("a body");
        let Some(Val::Bytes(kept)) = row.get(&LINK) else { panic!("a link: {row:?}") };
        assert_eq!(&minicbor::decode::<Link>(kept).expect("a link"), link);
        assert!(row.contains_key(&SALTS));
    });
}

pub fn a_broken_chain_or_signature_is_flagged_and_blocks_nothing(o: &mut Office) {
    with_phone!(o.li, |li| {
        o.does(&mut li, new_customer(id("tea"), "茶铺", o.east));
        let east = Bucket::Grid(o.east);
        let lost = arrives(o, &mut li, id("lost"), id("tea"));
        let after = arrives(o, &mut li, id("after"), id("tea"));
        let mut forged = arrives(o, &mut li, id("forged"), id("tea")).op;
        if let Some(link) = &mut forged.link {
            link.sig[0] ^= 1;
        }
        let good = arrives(o, &mut li, id("good"), id("tea"));
        let mut bare = arrives(o, &mut li, id("bare"), id("tea")).op;
        bare.link = None;
        drop(lost);
        let outcomes = o.push(&mut li, &[&after, &made(forged), &good, &made(bare)]);
        assert_eq!(outcomes, [Outcome::Applied; 4]);
        let said = ["after", "forged", "good", "bare"].map(|event| flags(o, &mut li, id(event), east));
        assert_eq!(said, ["link", "signature", "", "link,signature"]);
    });
}

pub fn an_unauthorised_event_is_stored_and_says_so(o: &mut Office) {
    with_phone!(o.wang, |wang| o.does(&mut wang, new_customer(id("inn"), "客栈", o.west)));
    with_phone!(o.li, |li| {
        let event = arrives(o, &mut li, id("arrival"), id("inn"));
        assert_eq!(o.push(&mut li, &[&event]), [Outcome::Applied]);
    });
    with_phone!(o.wang, |wang| {
        assert_eq!(flags(o, &mut wang, id("arrival"), Bucket::Grid(o.west)), "unauthorised");
    });
    // In another's name it stays with whoever's phone it came from.
    with_phone!(o.li, |li| {
        let mut event = arrives(o, &mut li, id("foreign"), id("inn")).op;
        event.actor = o.wang.user;
        assert_eq!(o.push(&mut li, &[&made(event)]), [Outcome::Applied]);
        let own = Bucket::User(li.user);
        let (bucket, verdict) = verdict(o, &mut li, id("foreign"), &[own]);
        assert_eq!(bucket, own);
        assert!(verdict.flags.expect("flags").contains("unauthorised"));
    });
}

pub fn an_orphan_lives_with_its_author_until_its_parent_comes(o: &mut Office) {
    with_phone!(o.li, |li| {
        let (own, east) = (Bucket::User(li.user), Bucket::Grid(o.east));
        let born = o.op(&li, vec![new_customer(id("tea"), "茶铺", o.east)]);
        let event = arrives(o, &mut li, id("arrival"), id("tea"));
        assert_eq!(o.push(&mut li, &[&event]), [Outcome::Applied]);
        assert_eq!(flags(o, &mut li, id("arrival"), own), "orphan");
        assert!(li.rows.contains_key(&(own, id("arrival"))));
        assert_eq!(o.push(&mut li, &[&born]), [Outcome::Applied]);
        o.sync(&mut li, &[own, east]);
        assert!(!li.rows.contains_key(&(own, id("arrival"))));
        assert!(li.rows.contains_key(&(east, id("arrival"))));
        let (bucket, _) = verdict(o, &mut li, id("arrival"), &[own, east]);
        assert_eq!(bucket, east, "and its verdict with it");
    });
}

pub fn an_orphan_whose_author_has_no_right_where_it_belongs_says_so(o: &mut Office) {
    with_phone!(o.li, |li| {
        let event = arrives(o, &mut li, id("arrival"), id("inn"));
        assert_eq!(o.push(&mut li, &[&event]), [Outcome::Applied]);
        let own = Bucket::User(li.user);
        assert_eq!(flags(o, &mut li, id("arrival"), own), "orphan", "nothing is known of it yet");
    });
    with_phone!(o.wang, |wang| {
        o.does(&mut wang, new_customer(id("inn"), "客栈", o.west));
        assert_eq!(flags(o, &mut wang, id("arrival"), Bucket::Grid(o.west)), "orphan,unauthorised");
    });
}

pub fn what_builds_on_a_refused_create_says_no_more_than_of_any_other_record(o: &mut Office) {
    with_phone!(o.wang, |wang| {
        let bad = o.op(&wang, vec![new_customer(id("inn"), "  ", o.west)]);
        assert!(matches!(o.push(&mut wang, &[&bad])[0], Outcome::Rejected { .. }));
        o.does(&mut wang, new_customer(id("tea"), "茶铺", o.west));
        let event = arrives(o, &mut wang, id("own"), id("inn"));
        assert_eq!(o.push(&mut wang, &[&event]), [Outcome::Applied]);
        let own = Bucket::User(wang.user);
        assert_eq!(flags(o, &mut wang, id("own"), own), "orphan", "who may write there is told");
    });
    with_phone!(o.li, |li| {
        let event = arrives(o, &mut li, id("arrival"), id("inn"));
        assert_eq!(o.push(&mut li, &[&event]), [Outcome::Applied]);
        let own = Bucket::User(li.user);
        assert_eq!(flags(o, &mut li, id("arrival"), own), "unauthorised");
        let [refused, stands] = ["inn", "tea"].map(|customer| {
            o.pass(1_000);
            let rec = o.fresh();
            let mut fields = body([(contact::name, "老王")]);
            fields.insert(contact::customer, id(customer).into());
            let op = o.op(&li, vec![create(CONTACT, rec, fields)]);
            o.push(&mut li, &[&op])[0]
        });
        assert_eq!(refused, stands);
    });
}

pub fn an_arrival_leaves_a_trace_that_survives_the_customers_move(o: &mut Office) {
    with_phone!(o.li, |li| {
        let base = o.does(&mut li, new_customer(id("tea"), "茶铺", o.east));
        let event = arrives(o, &mut li, id("arrival"), id("tea"));
        o.push(&mut li, &[&event]);
        let away = edit(CUSTOMER, id("tea"), body([(customer::grid, o.west)]), base);
        with_phone!(o.supervisor, |desk| o.does(&mut desk, away));
        let (own, east) = (Bucket::User(li.user), Bucket::Grid(o.east));
        o.sync(&mut li, &[own, east]);
        assert_eq!(li.held(east).len(), 0);
        let trace = li.held(own).into_iter().find(|r| r.kind == TRACE).expect("a trace");
        let trace = Trace::of(&decode_body(&trace.body).expect("a body"));
        assert_eq!((trace.customer, trace.event, trace.by), (Some(id("tea")), Some(id("arrival")), Some(li.user)));
        assert_eq!((trace.label.as_deref(), trace.verdict.as_deref()), (Some("茶铺"), Some("inside")));
        assert_eq!((trace.grid, trace.visit), (Some(o.east), Some(id("visit"))));
    });
}

pub fn committed_values_stand_open_only_where_they_fit(o: &mut Office) {
    with_phone!(o.li, |li| {
        o.does(&mut li, new_customer(id("tea"), "茶铺", o.east));
        let east = Bucket::Grid(o.east);
        let honest = arrives(o, &mut li, id("honest"), id("tea"));
        let mut lying = arrives(o, &mut li, id("lying"), id("tea")).op;
        if let Some(opened) = lying.changes[0].open.get_mut(&check_in::lat_e7) {
            opened.value = Val::Int(1);
        }
        o.push(&mut li, &[&honest, &made(lying)]);
        o.sync(&mut li, &[east]);
        let lat = |rec| decode_body(&li.rows[&(east, id(rec))].body).expect("a body")[&check_in::lat_e7].clone();
        assert_eq!(lat("honest"), Val::Int(230_000_000));
        assert!(matches!(lat("lying"), Val::Bytes(_)), "the commitment stays closed");
        assert_eq!(flags(o, &mut li, id("lying"), east), "link");
    });
}

pub fn an_event_never_changes(o: &mut Office) {
    with_phone!(o.li, |li| {
        o.does(&mut li, new_customer(id("tea"), "茶铺", o.east));
        let fields = body([(note::customer, id("tea")), (note::by, li.user)]);
        let event = o.event(&mut li, NOTE, id("note"), fields, &[]);
        o.push(&mut li, &[&event]);
        let later = o.op(&li, vec![edit(NOTE, id("note"), body([(note::at, 5)]), event.id)]);
        let again = o.event(&mut li, NOTE, id("note"), body([(note::customer, id("tea"))]), &[]);
        let refused = |code| Outcome::Rejected { code: code as u16, depends_on: None };
        let outcomes = o.push(&mut li, &[&later, &again]);
        assert_eq!(outcomes, [refused(Code::FixedField), refused(Code::Exists)]);
    });
}

pub fn a_purge_leaves_an_events_link_and_takes_its_values(o: &mut Office) {
    let east = Bucket::Grid(o.east);
    with_phone!(o.li, |li| {
        let base = o.does(&mut li, new_customer(id("tea"), "茶铺", o.east));
        let event = arrives(o, &mut li, id("arrival"), id("tea"));
        o.push(&mut li, &[&event]);
        o.sync(&mut li, &[east]);
        o.ledger.purge(&o.admin.caller(), id("tea"), o.now).expect("purged");
        o.sync(&mut li, &[east]);
        assert_eq!(li.held(east).iter().map(|r| r.id).collect::<Vec<_>>(), [id("arrival")]);
        let left = decode_body(&li.rows[&(east, id("arrival"))].body).expect("a body");
        assert_eq!(left.keys().copied().collect::<Vec<_>>(), [check_in::customer, LINK]);
        let late = o.op(&li, vec![edit(CUSTOMER, id("tea"), body([(customer::name, "茶")]), base)]);
        assert_eq!(o.push(&mut li, &[&late]), [Outcome::Rejected { code: Code::Purged as u16, depends_on: None }]);
        let unasked = o.ledger.purge(&li.caller(), id("arrival"), o.now);
        assert_eq!(unasked, Err(crm_server::ledger::LedgerError::NotAllowed));
        // A purge does not let the record come back.
        let again = o.op(&li, vec![new_customer(id("tea"), "茶铺", o.east)]);
        assert_eq!(o.push(&mut li, &[&again]), [Outcome::Rejected { code: Code::Purged as u16, depends_on: None }]);
    });
}

/// So many arrivals at a customer of the east, received and logged.
pub fn logged_arrivals(o: &mut Office, count: usize) {
    with_phone!(o.li, |li| {
        o.does(&mut li, new_customer(id("tea"), "茶铺", o.east));
        for _ in 0..count {
            let rec = o.fresh();
            let event = arrives(o, &mut li, rec, id("tea"));
            assert_eq!(o.push(&mut li, &[&event]), [Outcome::Applied]);
            o.pass(10);
        }
    });
    o.ledger.log_events(o.now).expect("logged");
}

pub fn receipts_are_logged_in_order_and_their_root_is_published(o: &mut Office) {
    const DAY: u64 = 86_400_000;
    assert!(!o.ledger.publish_root(o.now).expect("asked"), "nothing to publish");
    logged_arrivals(o, 3);
    assert_eq!(o.ledger.log_events(o.now), Ok(0), "each is logged once");
    assert!(!o.ledger.publish_root(o.now).expect("asked"), "not on the day that it begins");
    o.pass(DAY);
    assert!(o.ledger.publish_root(o.now).expect("published"));
    o.pass(2 * DAY);
    assert!(!o.ledger.publish_root(o.now).expect("asked"), "nothing new");
    with_phone!(o.li, |li| {
        let rec = o.fresh();
        let event = arrives(o, &mut li, rec, id("tea"));
        assert_eq!(o.push(&mut li, &[&event]), [Outcome::Applied]);
        assert_eq!(o.ledger.log_events(o.now), Ok(1));
        assert!(o.ledger.publish_root(o.now).expect("published"));
        o.sync(&mut li, &[Bucket::Org]);
        let roots = li.held(Bucket::Org).into_iter().filter(|row| row.kind == LOG_ROOT);
        let mut sizes: Vec<_> = roots.filter_map(|row| LogRoot::of(&row.shown().expect("a body").body).size).collect();
        sizes.sort_unstable();
        assert_eq!(sizes, [3, 4], "everybody holds them");
    });
    let audit = o.ledger.audit_log().expect("audited");
    assert_eq!((audit.events, audit.roots, audit.faults), (4, 2, vec![]));

    // A restored server goes on under a new name, from the last root.
    o.ledger.new_epoch(99).expect("a new epoch");
    with_phone!(o.li, |li| {
        let rec = o.fresh();
        let event = arrives(o, &mut li, rec, id("tea"));
        assert_eq!(o.push(&mut li, &[&event]), [Outcome::Applied]);
    });
    assert_eq!(o.ledger.log_events(o.now), Ok(1));
    o.pass(DAY);
    assert!(o.ledger.publish_root(o.now).expect("published"));
    let audit = o.ledger.audit_log().expect("audited");
    assert_eq!((audit.events, audit.roots, audit.faults), (5, 3, vec![]));
}

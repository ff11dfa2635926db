//! Administration is ops too: accounts, roles, passwords.
use super::office::*;
use crate::with_phone;
use crm_domain::bucket::{Bucket, Verb};
use crm_domain::command::Patch;
use crm_domain::ids::Uuid;
use crm_domain::op::Change;
use crm_domain::people::{PERSON, Role, person};
use crm_domain::rules::{Code, Why};
use crm_protocol::{FirstAdministrator, Outcome, SetPassword};
use crm_server::ledger::{Ledger, LedgerError, NewDevice, Seed};

fn new_person(rec: Uuid, account: &str, role: Role) -> Change {
    let fields = Patch::new()
        .set(person::name, account)
        .set(person::account, account)
        .set(person::role, role.word())
        .set(person::active, true);
    create(PERSON, rec, fields.done())
}

fn set<V: Into<crm_domain::val::Val>>(rec: Uuid, field: u16, value: V) -> Change {
    Change { base: Default::default(), ..edit(PERSON, rec, body([(field, value)]), 0) }
}

fn refused(code: Code) -> Outcome {
    Outcome::Rejected { code: code as u16, depends_on: None }
}

pub fn an_account_is_one_persons(o: &mut Office) {
    o.administer(new_person(id("ma"), "ma", Role::Manager));
    with_phone!(o.admin, |admin| {
        let same = o.op(&admin, vec![new_person(id("other"), "ma", Role::Manager)]);
        let renamed = o.op(&admin, vec![set(id("li"), person::account, "ma")]);
        let outcomes = o.push(&mut admin, &[&same, &renamed]);
        assert_eq!(outcomes, [refused(Code::AccountInvalid), refused(Code::AccountInvalid)]);
        o.does(&mut admin, set(id("ma"), person::account, "ma.2"));
        o.does(&mut admin, set(id("li"), person::account, "ma"));
    });
}

pub fn the_last_administrator_stays(o: &mut Office) {
    with_phone!(o.admin, |admin| {
        let own = admin.user;
        let ways = [set(own, person::active, false), set(own, person::role, "manager")];
        for way in ways {
            let op = o.op(&admin, vec![way]);
            assert_eq!(o.push(&mut admin, &[&op]), [refused(Code::LastAdministrator)]);
        }
        o.does(&mut admin, new_person(id("ma"), "ma", Role::Administrator));
        o.does(&mut admin, set(own, person::role, "manager"));
        let late = o.op(&admin, vec![set(id("ma"), person::active, false)]);
        assert_eq!(o.push(&mut admin, &[&late]), [Outcome::Waiting(Why::NoGrant as u16)], "she is none any more");
    });
}

pub fn a_role_brings_its_grants_and_takes_them(o: &mut Office) {
    let all = |o: &Office, user| o.ledger.grants(user, o.now).expect("read").allow(Bucket::AllGrids, Verb::Write);
    let li = o.li.user;
    assert!(!all(o, li));
    o.administer(set(li, person::role, "supervisor"));
    assert!(all(o, li));
    with_phone!(o.li, |li| o.does(&mut li, new_customer(id("inn"), "客栈", o.west)));
    o.administer(set(li, person::role, "manager"));
    assert!(!all(o, li));
    with_phone!(o.li, |li| {
        let op = o.op(&li, vec![new_customer(id("bank"), "银行", o.west)]);
        assert_eq!(o.push(&mut li, &[&op]), [Outcome::Waiting(Why::NoGrant as u16)]);
    });
}

pub fn only_administrators_change_people(o: &mut Office) {
    with_phone!(o.supervisor, |desk| {
        let own = o.op(&desk, vec![set(desk.user, person::role, "administrator")]);
        let grant = create(crm_domain::people::GRANT, id("grab"), granting(desk.user, Bucket::OrgAdmin));
        let grant = o.op(&desk, vec![grant]);
        let waits = Outcome::Waiting(Why::NoGrant as u16);
        assert_eq!(o.push(&mut desk, &[&own, &grant]), [waits, waits]);
        assert!(!o.ledger.grants(desk.user, o.now).expect("read").allow(Bucket::OrgAdmin, Verb::Read));
    });
}

pub fn a_new_administrator_comes_by_a_link_that_works_once(_: &mut Office) {
    let ledger = Ledger::open(second_store(), id("org"), Seed([3; 32]), T0).expect("opens");
    assert_eq!(ledger.offer_first("secret"), Ok(true));
    let asked = |token: &str, password: &str| FirstAdministrator {
        token: token.into(),
        name: "何琳".into(),
        account: "HeLin".into(),
        password: password.into(),
    };
    assert_eq!(ledger.first_administrator(&asked("guess", "correct horse"), T0), Err(LedgerError::NotAllowed));
    assert_eq!(ledger.first_administrator(&asked("secret", "short"), T0), Err(LedgerError::WeakPassword));
    let user = ledger.first_administrator(&asked("secret", "correct horse"), T0).expect("created");
    assert_eq!(ledger.first_administrator(&asked("secret", "correct horse"), T0), Err(LedgerError::NotAllowed));
    assert_eq!(ledger.offer_first("again"), Ok(false));
    let phone = Phone::new("new", "phone");
    let key = phone.key.verifying_key().to_bytes().to_vec();
    let device = NewDevice { id: phone.dev, alg: 0, key, label: "test".into() };
    let lease = ledger.sign_in(" helin ", "correct horse", &device, &[1; 32], T0 + 5).expect("signed in");
    assert_eq!((lease.caller.user, lease.name.as_str(), lease.role.as_str()), (user, "何琳", "administrator"));
    assert!(ledger.grants(user, T0 + 5).expect("read").allow(Bucket::OrgAdmin, Verb::Write));
}

pub fn a_password_is_changed_with_the_old_one_or_by_an_administrator(o: &mut Office) {
    let (li, admin) = (o.li.caller(), o.admin.caller());
    o.ledger.set_password(li.user, "first password").expect("set");
    let change = |by, user, password: &str, old: Option<&str>| {
        let asked = SetPassword { user, password: password.into(), old: old.map(str::to_owned) };
        o.ledger.change_password(&by, &asked, o.now)
    };
    let own = |password, old| change(li, li.user, password, old);
    assert_eq!(own("second password", None), Err(LedgerError::WrongPassword));
    assert_eq!(own("second password", Some("guess")), Err(LedgerError::WrongPassword));
    assert_eq!(own("short", Some("first password")), Err(LedgerError::WeakPassword));
    assert_eq!(own("second password", Some("first password")), Ok(()));
    assert_eq!(change(li, admin.user, "second password", None), Err(LedgerError::NotAllowed));
    assert_eq!(change(admin, li.user, "third password", None), Ok(()));
    assert_eq!(own("fourth password", Some("second password")), Err(LedgerError::WrongPassword));
    assert_eq!(own("fourth password", Some("third password")), Ok(()));
}

//! Administration is ops too: what ops on people, grants and devices mean for who may do what, in the same transaction.
use super::judge::{Applied, Asked};
use super::store::{Decided, DeviceStatus, Person, StoreError, Tx};
use super::waiting::Need;
use super::work::Work;
use crate::failpoint::{Point, reached};
use crm_domain::bucket::{Bucket, Verb};
use crm_domain::ids::Uuid;
use crm_domain::kind::{Kind, archived};
use crm_domain::mutants::{self, Mutant};
use crm_domain::people::{self, DEVICE, GRANT, PERSON, Role, role_grants};
use crm_domain::rules::Code;
use crm_domain::val::Body;
use crm_domain::waiting::{DECISION, Decision};

type Result<T> = std::result::Result<T, StoreError>;

/// The rules that need more than the record: accounts are unique, and an active administrator stays.
pub fn admit(tx: &dyn Tx, kind: &Kind, id: Uuid, before: Option<&Body>, after: &Body) -> Result<Option<Code>> {
    if kind.number != PERSON {
        return Ok(None);
    }
    let person = people::Person::of(after);
    let account = person.account.clone().unwrap_or_default().to_ascii_lowercase();
    if tx.person_of(&account)?.is_some_and(|p| p.user != id) {
        return Ok(Some(Code::AccountInvalid));
    }
    let leads = |body: &Body| {
        let p = people::Person::of(body);
        p.role.as_deref() == Some(Role::Administrator.word()) && p.active.unwrap_or(true) && !archived(body)
    };
    if before.is_some_and(leads) && !leads(after) && tx.administrators()?.iter().all(|a| *a == id) {
        return Ok(Some(Code::LastAdministrator));
    }
    Ok(None)
}

/// What an admitted change of these kinds brings about.
pub fn applied(work: &mut Work, asked: &Asked, one: &Applied) -> Result<()> {
    let (id, body) = (one.after.id, &one.merged.after.body);
    match one.after.kind {
        PERSON => set_person(work, id, body, asked.at),
        GRANT => set_grant(work, id, body, asked.at),
        DEVICE => set_device(work, id, body),
        DECISION => decide(work, body, asked.op.actor),
        _ => Ok(()),
    }
}

/// Follows a person's record: account, role with its grants, whether she may come in.
pub fn set_person(work: &mut Work, id: Uuid, body: &Body, at: u64) -> Result<()> {
    let row = people::Person::of(body);
    let active = row.active.unwrap_or(true) && !archived(body);
    let role = row.role.unwrap_or_default();
    let account = row.account.unwrap_or_default().to_ascii_lowercase();
    let known = work.tx.person(id)?;
    let since = known.as_ref().filter(|p| p.active == active).map_or(work.now, |p| p.since);
    if known.as_ref().is_none_or(|p| p.role != role) {
        work.tx.close_grants(id, at)?;
        for (bucket, verb) in Role::from_word(&role).map(role_grants).unwrap_or_default() {
            work.tx.open_grant(id, id, bucket, verb, at)?;
        }
        work.arrived.push(Need::Grant(id));
    }
    if active && known.as_ref().is_some_and(|p| !p.active) {
        work.arrived.push(Need::Person(id));
    }
    work.poked.insert(Bucket::User(id));
    work.tx.put_person(&Person { user: id, account, role, active, since })
}

/// Follows a grant's record.
pub fn set_grant(work: &mut Work, id: Uuid, body: &Body, at: u64) -> Result<()> {
    let row = people::Grant::of(body);
    let (Some(user), Some(bucket)) = (row.user, row.bucket.as_deref().and_then(Bucket::from_bytes)) else {
        return Ok(());
    };
    work.tx.close_grants(id, at)?;
    if row.ended_at.is_none() && !archived(body) {
        let verb = match row.verb {
            Some(0) => Verb::Read,
            Some(1) => Verb::Put,
            _ => Verb::Write,
        };
        work.tx.open_grant(id, user, bucket, verb, at)?;
        reached(Point::GrantPut);
        work.arrived.push(Need::Grant(user));
    }
    work.poked.insert(Bucket::User(user));
    Ok(())
}

/// Takes a decision down; the first at each desk counts.
fn decide(work: &mut Work, body: &Body, by: Uuid) -> Result<()> {
    let Some((op, desk, allow)) = Decision::of(body).about() else { return Ok(()) };
    if work.tx.decisions(op)?.iter().all(|decided| decided.desk != desk) {
        work.tx.put_decision(op, &Decided { desk, allow, by })?;
        if !mutants::is(Mutant::DecisionUnheard) {
            work.decided.push(op);
        }
    }
    Ok(())
}

fn set_device(work: &mut Work, id: Uuid, body: &Body) -> Result<()> {
    let status = DeviceStatus::from_word(people::Device::of(body).state.as_deref().unwrap_or_default());
    let now = work.now;
    let Some(device) = work.device(id)?.filter(|d| d.status != status) else { return Ok(()) };
    (device.status, device.status_at) = (status, now);
    let user = device.user;
    if status == DeviceStatus::Active {
        work.arrived.push(Need::Device(id));
    }
    work.poked.insert(Bucket::User(user));
    Ok(())
}

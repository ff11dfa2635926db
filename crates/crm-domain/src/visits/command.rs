//! What a manager does at the door: check in, note, ask for the next step, check out; and planning beforehand.
use super::record::*;
use crate::command::{Ctx, Draft, DraftChange, Patch, Reads, Rejection, Seen};
use crate::customers::{CUSTOMER, Customer, customer};
use crate::follow_ups::{FOLLOW_UP, follow_up};
use crate::geo::{self, Point, Verdict};
use crate::ids::Uuid;
use crate::rules::Code;
use serde::{Deserialize, Serialize};

/// A position as the device gave it, WGS-84.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    pub lat_e7: i64,
    pub lon_e7: i64,
    /// Metres.
    pub accuracy_m: u32,
    /// Milliseconds between the fix and the tap.
    pub age_ms: u64,
}

/// What the screen got before the command: a fix, or why there is none, and what the clock was worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    pub fix: Option<Fix>,
    /// `denied`, `unavailable`, `slow`, `stale`.
    pub no_fix: Option<String>,
    /// Device clock, milliseconds, and what is known of its error.
    pub device_ms: u64,
    pub clock_offset_ms: i64,
    pub utc_offset_min: i32,
    pub last_contact_ms: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NextStep {
    /// A follow-up, which cannot lack a date (6.3).
    At {
        due: i64,
        text: String,
        promised: bool,
    },
    None {
        reason: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// A visit to come.
    Plan {
        customer: Uuid,
        day: i64,
    },
    /// Opens a visit (`visit` is new, or one that was planned) and proves it. Outside and unknown ask for a reason.
    CheckIn {
        visit: Uuid,
        customer: Uuid,
        position: Position,
        reason: Option<String>,
    },
    Note {
        customer: Uuid,
        visit: Uuid,
        purpose: Option<String>,
        feedback: Option<String>,
        notes: Option<String>,
    },
    CheckOut {
        customer: Uuid,
        visit: Uuid,
        position: Position,
        next: NextStep,
    },
}

/// A customer is met within so many metres of the point, unless the record says otherwise.
pub const RADIUS_M: u32 = 100;
/// A fix this good, metres, teaches a customer's point that was not known.
const TEACHES_M: u32 = 50;

impl Command {
    pub fn reads(&self) -> Reads {
        match self {
            Command::Plan { customer, .. }
            | Command::CheckIn { customer, .. }
            | Command::Note { customer, .. }
            | Command::CheckOut { customer, .. } => Reads::root(*customer),
        }
    }

    pub fn decide(&self, seen: &Seen, ctx: &mut Ctx) -> Result<Vec<Draft>, Rejection> {
        match self {
            Command::Plan { customer, day } => {
                seen.get(*customer)?;
                let patch = Patch::new()
                    .set(visit::customer, *customer)
                    .set(visit::by, ctx.actor.user)
                    .set(visit::planned_for, *day);
                Ok(vec![DraftChange::create(VISIT, ctx.ids.mint(), patch.done()).into()])
            }
            Command::CheckIn { visit: id, customer, position, reason } => {
                start(*id, *customer, position, reason.as_deref(), seen, ctx)
            }
            Command::Note { visit: id, purpose, feedback, notes, .. } => {
                let shown = seen.get(*id)?;
                let patch = Patch::new()
                    .some(visit::purpose, purpose.clone())
                    .some(visit::feedback, feedback.clone())
                    .some(visit::notes, notes.clone());
                let patch = crate::customers::differing(patch.done(), &shown.body)?;
                Ok(vec![DraftChange::edit(VISIT, *id, patch).into()])
            }
            Command::CheckOut { customer, visit: id, position, next } => {
                finish(*customer, *id, position, next, seen, ctx)
            }
        }
    }
}

/// Two ops: the visit (and what it taught of the customer's point), then the event that proves it.
fn start(
    id: Uuid,
    customer_id: Uuid,
    position: &Position,
    reason: Option<&str>,
    seen: &Seen,
    ctx: &mut Ctx,
) -> Result<Vec<Draft>, Rejection> {
    let known = Customer::of(&seen.get(customer_id)?.body);
    let judged = judge(position, &known);
    let reason = reason.map(str::trim).filter(|r| !r.is_empty());
    if matches!(judged.verdict, Verdict::Outside | Verdict::Unknown) && judged.point_known && reason.is_none() {
        return Err(Rejection::on(Code::ReasonMissing, check_in::reason));
    }
    let event = ctx.ids.mint();
    let now = position.device_ms as i64;
    let opened = Patch::new()
        .set(visit::started_at, now)
        .set(visit::check_in, event)
        .set(visit::verdict, word(judged.verdict))
        .done();
    let planned = seen.get(id).ok();
    let mut first = match planned {
        Some(shown) if shown.body.contains_key(&visit::started_at) => return Err(Rejection::of(Code::VisitClosed)),
        Some(_) => vec![DraftChange::edit(VISIT, id, opened)],
        None => {
            let mut body = opened;
            body.extend(Patch::new().set(visit::customer, customer_id).set(visit::by, ctx.actor.user).done());
            vec![DraftChange::create(VISIT, id, body)]
        }
    };
    if let Some(fix) = position.fix.filter(|f| !judged.point_known && f.accuracy_m <= TEACHES_M) {
        let learnt = Patch::new()
            .set(customer::lat_e7, fix.lat_e7)
            .set(customer::lon_e7, fix.lon_e7)
            .set(customer::point_from, "check-in");
        first.push(DraftChange::edit(CUSTOMER, customer_id, learnt.done()).yielding());
    }
    let proof = Patch::new()
        .set(check_in::customer, customer_id)
        .set(check_in::visit, id)
        .set(check_in::by, ctx.actor.user)
        .set(check_in::at, now)
        .some(check_in::lat_e7, position.fix.map(|f| f.lat_e7))
        .some(check_in::lon_e7, position.fix.map(|f| f.lon_e7))
        .some(check_in::accuracy_m, position.fix.map(|f| i64::from(f.accuracy_m)))
        .some(check_in::fix_age_ms, position.fix.map(|f| f.age_ms as i64))
        .some(check_in::distance_m, judged.distance_m)
        .set(check_in::verdict, word(judged.verdict))
        .some(check_in::reason, reason.map(str::to_owned))
        .set(check_in::clock_offset_ms, position.clock_offset_ms)
        .set(check_in::utc_offset_min, i64::from(position.utc_offset_min))
        .some(check_in::last_contact_ms, position.last_contact_ms.map(|ms| ms as i64))
        .some(check_in::no_fix, position.no_fix.clone())
        .set(check_in::radius_m, i64::from(RADIUS_M));
    Ok(vec![Draft::of(first), DraftChange::create(CHECK_IN, event, proof.done()).into()])
}

/// Two ops again: the closed visit with its next step, then the event.
fn finish(
    customer_id: Uuid,
    id: Uuid,
    position: &Position,
    next: &NextStep,
    seen: &Seen,
    ctx: &mut Ctx,
) -> Result<Vec<Draft>, Rejection> {
    let shown = seen.get(id)?;
    let open = Visit::of(&shown.body);
    if open.ended_at.is_some() {
        return Err(Rejection::of(Code::VisitClosed));
    }
    let now = position.device_ms as i64;
    let judged = judge(position, &Customer::of(&seen.get(customer_id)?.body));
    let event = ctx.ids.mint();
    let mut closed = Patch::new().set(visit::ended_at, now).set(visit::check_out, event);
    let mut also = Vec::new();
    match next {
        NextStep::At { due, text, promised } => {
            let step = ctx.ids.mint();
            closed = closed.set(visit::next, step);
            let body = Patch::new()
                .set(follow_up::customer, customer_id)
                .set(follow_up::visit, id)
                .set(follow_up::text, text.trim())
                .set(follow_up::due, *due)
                .set(follow_up::promised, *promised)
                .set(follow_up::by, ctx.actor.user);
            also.push(DraftChange::create(FOLLOW_UP, step, body.done()));
        }
        NextStep::None { reason } if reason.trim().is_empty() => {
            return Err(Rejection::on(Code::NextStepMissing, visit::no_next));
        }
        NextStep::None { reason } => closed = closed.set(visit::no_next, reason.trim()),
    }
    let mut first = vec![DraftChange::edit(VISIT, id, closed.done())];
    first.append(&mut also);
    let proof = Patch::new()
        .set(check_out::customer, customer_id)
        .set(check_out::visit, id)
        .set(check_out::by, ctx.actor.user)
        .set(check_out::at, now)
        .some(check_out::lat_e7, position.fix.map(|f| f.lat_e7))
        .some(check_out::lon_e7, position.fix.map(|f| f.lon_e7))
        .some(check_out::accuracy_m, position.fix.map(|f| i64::from(f.accuracy_m)))
        .some(check_out::fix_age_ms, position.fix.map(|f| f.age_ms as i64))
        .some(check_out::distance_m, judged.distance_m)
        .set(check_out::verdict, word(judged.verdict))
        .set(check_out::clock_offset_ms, position.clock_offset_ms)
        .set(check_out::utc_offset_min, i64::from(position.utc_offset_min))
        .some(check_out::last_contact_ms, position.last_contact_ms.map(|ms| ms as i64))
        .some(check_out::no_fix, position.no_fix.clone())
        .set(check_out::dwell_ms, now - open.started_at.unwrap_or(now));
    Ok(vec![Draft::of(first), DraftChange::create(CHECK_OUT, event, proof.done()).into()])
}

struct Judged {
    verdict: Verdict,
    distance_m: Option<i64>,
    point_known: bool,
}

fn judge(position: &Position, known: &Customer) -> Judged {
    let point = known.lat_e7.zip(known.lon_e7).map(|(lat, lon)| Point { lat_e7: lat as i32, lon_e7: lon as i32 });
    let fix = position.fix.map(|f| (Point { lat_e7: f.lat_e7 as i32, lon_e7: f.lon_e7 as i32 }, f));
    match (point, fix) {
        (Some(point), Some((at, fix))) => {
            let distance = geo::distance_m(point, at);
            let verdict = geo::verdict(distance, f64::from(fix.accuracy_m), f64::from(RADIUS_M));
            Judged { verdict, distance_m: Some(distance.round() as i64), point_known: true }
        }
        (point, _) => Judged { verdict: Verdict::Unknown, distance_m: None, point_known: point.is_some() },
    }
}

/// How a verdict stands in a record.
pub fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Inside => "inside",
        Verdict::Edge => "edge",
        Verdict::Outside => "outside",
        Verdict::Unknown => "unknown",
    }
}

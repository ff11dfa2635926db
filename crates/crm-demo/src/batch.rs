//! Rows as they come out: customers of a grid first, then their children, then what lies in people's own buckets.
use crate::calendar::{HOUR, MINUTE, UTC_OFFSET_MIN};
use crate::city::moved;
use crate::clients::{Client, Ground};
use crate::draw::Draw;
use crate::words;
use crm_domain::bucket::Bucket;
use crm_domain::history::{TRACE, Trace};
use crm_domain::ids::{Uuid, derived_id};
use crm_domain::val::Body;
use crm_domain::visits::{CHECK_IN, CHECK_OUT, CheckIn, CheckOut, RADIUS_M, VISIT, Visit};

/// One record as it would stand after the op that wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoRow {
    pub kind: u16,
    pub id: Uuid,
    /// The customer it belongs to, or itself.
    pub root: Uuid,
    pub bucket: Bucket,
    pub body: Body,
    pub actor: Uuid,
    /// Effective time, milliseconds.
    pub at: u64,
}

#[derive(Default)]
pub struct Batch {
    pub customers: Vec<DemoRow>,
    pub children: Vec<DemoRow>,
    pub traces: Vec<DemoRow>,
}

impl Batch {
    pub fn into_rows(self) -> impl Iterator<Item = DemoRow> {
        self.customers.into_iter().chain(self.children).chain(self.traces)
    }
}

/// Writes the children of one customer; numbers them, so that each has an id of its own.
pub struct Pen<'a> {
    pub ground: &'a Ground<'a>,
    pub client: &'a Client,
    pub batch: &'a mut Batch,
    written: u64,
}

/// How a visit ended.
pub struct Ending {
    pub purpose: String,
    pub feedback: Option<String>,
    pub notes: Option<String>,
    /// The follow-up to come, or why there is none.
    pub next: Result<Uuid, String>,
}

impl<'a> Pen<'a> {
    pub fn new(ground: &'a Ground<'a>, client: &'a Client, batch: &'a mut Batch) -> Self {
        Self { ground, client, batch, written: 0 }
    }

    /// The id of a record made at `at`.
    pub fn mint(&mut self, at: i64) -> Uuid {
        self.written += 1;
        derived_id(at as u64, &[b"demo child", self.client.id.as_bytes(), &self.written.to_be_bytes()])
    }

    /// A child of the customer, made by the grid's manager; `at` is when it was last written.
    pub fn child(&mut self, kind: u16, id: Uuid, body: Body, at: i64) {
        let (root, actor) = (self.client.id, self.ground.owner);
        let bucket = Bucket::Grid(self.ground.site.id);
        self.batch.children.push(DemoRow { kind, id, root, bucket, body, actor, at: at as u64 });
    }

    /// A whole visit with its proofs, and the traces that it leaves with the manager. Only where the point is known.
    pub fn visit(&mut self, id: Uuid, point: (i64, i64), span: (i64, i64), ending: Ending, draw: &mut Draw) {
        let (customer, by, (start, end)) = (Some(self.client.id), Some(self.ground.owner), span);
        let (check_in, check_out) = (self.mint(start), self.mint(end));
        let fix = fix_near(point, draw);
        self.child(
            VISIT,
            id,
            Visit {
                customer,
                by,
                planned_for: None,
                started_at: Some(start),
                ended_at: Some(end),
                purpose: Some(ending.purpose),
                feedback: ending.feedback,
                notes: ending.notes,
                check_in: Some(check_in),
                check_out: Some(check_out),
                no_next: ending.next.as_ref().err().cloned(),
                next: ending.next.ok(),
                verdict: Some(fix.verdict.to_owned()),
            }
            .into_body(),
            end,
        );
        let clock_offset_ms = Some(draw.between(-2500, 2500));
        self.child(
            CHECK_IN,
            check_in,
            CheckIn {
                customer,
                visit: Some(id),
                by,
                at: Some(start),
                lat_e7: Some(fix.at.0),
                lon_e7: Some(fix.at.1),
                accuracy_m: Some(fix.accuracy_m),
                fix_age_ms: Some(draw.between(300, 14_000)),
                distance_m: Some(fix.distance_m),
                verdict: Some(fix.verdict.to_owned()),
                reason: fix.reason.map(str::to_owned),
                clock_offset_ms,
                utc_offset_min: Some(UTC_OFFSET_MIN),
                last_contact_ms: Some(start - draw.between(0, 3 * 60) * MINUTE),
                no_fix: None,
                radius_m: Some(i64::from(RADIUS_M)),
            }
            .into_body(),
            start,
        );
        self.child(
            CHECK_OUT,
            check_out,
            CheckOut {
                customer,
                visit: Some(id),
                by,
                at: Some(end),
                lat_e7: Some(fix.at.0 + draw.between(-400, 400)),
                lon_e7: Some(fix.at.1 + draw.between(-400, 400)),
                accuracy_m: Some(fix.accuracy_m),
                fix_age_ms: Some(draw.between(300, 14_000)),
                distance_m: Some(fix.distance_m),
                verdict: Some(fix.verdict.to_owned()),
                clock_offset_ms,
                utc_offset_min: Some(UTC_OFFSET_MIN),
                last_contact_ms: Some(end - draw.between(0, 3) * HOUR),
                no_fix: None,
                dwell_ms: Some(end - start),
            }
            .into_body(),
            end,
        );
        self.trace(CHECK_IN, check_in, id, start, fix.verdict, None);
        self.trace(CHECK_OUT, check_out, id, end, fix.verdict, Some(end - start));
    }

    fn trace(&mut self, kind: u16, event: Uuid, visit: Uuid, at: i64, verdict: &str, dwell_ms: Option<i64>) {
        let (id, actor) = (self.mint(at), self.ground.owner);
        let body = Trace {
            customer: Some(self.client.id),
            label: Some(self.client.name().to_owned()),
            event_kind: Some(i64::from(kind)),
            event: Some(event),
            visit: Some(visit),
            at: Some(at),
            verdict: Some(verdict.to_owned()),
            grid: Some(self.ground.site.id),
            dwell_ms,
            by: Some(actor),
        };
        let (bucket, body) = (Bucket::User(actor), body.into_body());
        self.batch.traces.push(DemoRow { kind: TRACE, id, root: id, bucket, body, actor, at: at as u64 });
    }
}

struct FixNear {
    at: (i64, i64),
    distance_m: i64,
    accuracy_m: i64,
    verdict: &'static str,
    reason: Option<&'static str>,
}

/// A fix whose verdict is plain from its figures, so that none need be integrated for every row.
/// Invariant: the domain judges the same; test `every_check_in_has_the_verdict_that_the_domain_would_give`.
fn fix_near(point: (i64, i64), draw: &mut Draw) -> FixNear {
    let (verdict, reason, distance_m, accuracy_m) = match draw.between(1, 100) {
        1..=3 => ("outside", Some(draw.pick(words::OUTSIDE)), draw.between(150, 900), draw.between(8, 35)),
        4..=6 => ("unknown", Some(draw.pick(words::UNKNOWN)), draw.between(15, 80), draw.between(260, 1800)),
        7..=11 => ("edge", None, draw.between(98, 102), draw.between(15, 30)),
        _ => ("inside", None, draw.between(2, 65), draw.between(5, 35)),
    };
    let (x, y) = draw.in_disc();
    let length = (x * x + y * y).sqrt();
    let distance = distance_m as f64;
    FixNear { at: moved(point, x / length * distance, y / length * distance), distance_m, accuracy_m, verdict, reason }
}

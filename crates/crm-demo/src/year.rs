//! The year of one customer: visits with their next steps, needs, notes, contacts, and what is still open.
use crate::batch::{Ending, Pen};
use crate::calendar::{DAY, Diary, HOUR, MINUTE};
use crate::draw::Draw;
use crate::persons::{mobile, person};
use crate::words;
use crm_domain::customers::{CONTACT, Contact};
use crm_domain::follow_ups::{FOLLOW_UP, FollowUp};
use crm_domain::ids::Uuid;
use crm_domain::needs::{NEED, Need};
use crm_domain::notes::{NOTE, Note};

/// Percent of customers with an open follow-up; 326 of 5,000 (6.19).
const OPEN: f64 = 6.5;

/// Rows of a year by tier: visits, needs, notes, contacts, minutes at the customer's (about 4 children each on average).
fn usual(tier: char) -> (f64, f64, f64, f64, (i64, i64)) {
    match tier {
        'A' => (3.0, 1.5, 1.6, 1.6, (25, 45)),
        'B' => (1.5, 0.8, 0.9, 0.9, (15, 30)),
        'C' => (0.6, 0.4, 0.4, 0.45, (10, 20)),
        _ => (0.35, 0.25, 0.25, 0.25, (8, 12)),
    }
}

pub fn year(pen: &mut Pen, diary: &mut Diary, draw: &mut Draw) {
    let (visits, needs, notes, contacts, minutes) = usual(pen.client.tier());
    for _ in 0..draw.about(contacts) {
        contact(pen, draw);
    }
    let mut spans = Vec::new();
    if pen.client.point().is_some() {
        let spell = draw.between(minutes.0, minutes.1);
        let planned = draw.about(visits);
        spans.extend((0..planned).filter_map(|_| diary.book(pen.client.created_at, spell, draw)));
        spans.sort_unstable();
    }
    let open = draw.chance(OPEN);
    let last = spans.len().wrapping_sub(1);
    let mut visited = Vec::new();
    for (n, span) in spans.iter().enumerate() {
        let lately = pen.ground.today - span.1 < 30 * DAY;
        let is_open = open && n == last && lately;
        visited.push((visit(pen, *span, is_open, draw), span.1));
    }
    // Agreed on the phone, where no visit is recent.
    if open && spans.last().is_none_or(|(_, end)| pen.ground.today - end >= 30 * DAY) {
        let at = after(pen, pen.ground.today - draw.between(1, 12) * DAY, draw);
        let id = pen.mint(at);
        follow_up(pen, id, None, at, true, draw);
    }
    for _ in 0..draw.about(needs) {
        // Half of them were heard on a visit.
        let heard = if visited.is_empty() || draw.chance(40.0) { None } else { Some(draw.pick(&visited)) };
        let at = heard.map_or_else(|| some_time(pen, draw), |(_, end)| end - MINUTE);
        need(pen, heard.map(|(visit, _)| visit), at, draw);
    }
    for _ in 0..draw.about(notes) {
        let at = some_time(pen, draw);
        note(pen, draw.pick(words::NOTES), at);
    }
}

/// A working hour since the record was made and before today.
fn some_time(pen: &Pen, draw: &mut Draw) -> i64 {
    let days = (pen.ground.today - pen.client.created_at) / DAY;
    let day = pen.ground.today - draw.between(1, days.max(1)) * DAY;
    after(pen, day, draw)
}

/// A working hour of that day, or soon after the record was made.
fn after(pen: &Pen, day: i64, draw: &mut Draw) -> i64 {
    let at = day + draw.between(9 * 60, 17 * 60) * MINUTE;
    at.max(pen.client.created_at + draw.between(1, 20) * MINUTE)
}

fn contact(pen: &mut Pen, draw: &mut Draw) {
    let at = pen.client.created_at + MINUTE;
    let id = pen.mint(at);
    let body = Contact {
        customer: Some(pen.client.id),
        name: Some(person(draw).0),
        phone: draw.chance(85.0).then(|| mobile(draw)),
        role: Some(draw.pick(words::ROLES).to_owned()),
        note: None,
    };
    pen.child(CONTACT, id, body.into_body(), at);
}

fn visit(pen: &mut Pen, span: (i64, i64), is_open: bool, draw: &mut Draw) -> Uuid {
    let id = pen.mint(span.0);
    let next = if is_open || draw.chance(70.0) {
        let step = pen.mint(span.1);
        follow_up(pen, step, Some(id), span.1, is_open, draw);
        Ok(step)
    } else {
        Err(draw.pick(words::NO_NEXT).to_owned())
    };
    let ending = Ending {
        purpose: draw.pick(words::PURPOSES).to_owned(),
        feedback: draw.chance(70.0).then(|| draw.pick(&["good", "good", "good", "fair", "fair", "bad"]).to_owned()),
        notes: draw.chance(60.0).then(|| draw.pick(words::VISIT_NOTES).to_owned()),
        next,
    };
    if let Some(point) = pen.client.point() {
        pen.visit(id, point, span, ending, draw);
    }
    id
}

/// Open: most due in the next two weeks, some late. Done: a few days after it was made, before today.
fn follow_up(pen: &mut Pen, id: Uuid, visit: Option<Uuid>, made: i64, is_open: bool, draw: &mut Draw) {
    let today = pen.ground.today;
    let promised = draw.chance(15.0);
    let hour = draw.pick(&[10, 11, 15, 16, 17]) * HOUR;
    let (due, done_at) = if is_open {
        // Late ones were due after they were made.
        let late = today - draw.between(1, 9) * DAY + hour;
        let due = if draw.chance(10.0) && late > made { late } else { today + draw.between(0, 13) * DAY + hour };
        (due, None)
    } else {
        let days = draw.between(1, 10);
        let done = (made + days * DAY - draw.between(0, 5) * HOUR).min(today - 6 * HOUR).max(made + MINUTE);
        (done + draw.between(0, 2) * DAY, Some(done))
    };
    let body = FollowUp {
        customer: Some(pen.client.id),
        visit,
        text: Some(draw.pick(if promised { words::PROMISES } else { words::STEPS }).to_owned()),
        due: Some(due),
        promised: Some(promised),
        by: Some(pen.ground.owner),
        done_at,
        result: done_at.map(|_| draw.pick(words::DONE).to_owned()),
    };
    pen.child(FOLLOW_UP, id, body.into_body(), done_at.unwrap_or(made));
}

fn need(pen: &mut Pen, visit: Option<Uuid>, at: i64, draw: &mut Draw) {
    let id = pen.mint(at);
    let (category, texts) = draw.pick(words::NEEDS);
    // Needs of the last week are mostly open, older ones mostly met.
    let resolved = draw.chance(if pen.ground.today - at < 7 * DAY { 30.0 } else { 94.0 });
    let resolved_at = resolved.then(|| (at + draw.between(1, 6 * 24) * HOUR).min(pen.ground.today - 6 * HOUR).max(at));
    let body = Need {
        customer: Some(pen.client.id),
        visit,
        category: Some(category.to_owned()),
        text: draw.chance(85.0).then(|| draw.pick(texts).to_owned()),
        urgency: Some(draw.pick(&[1, 1, 2, 2, 2, 3])),
        by: Some(pen.ground.owner),
        created_at: Some(at),
        resolved_at,
        result: resolved_at.map(|_| draw.pick(words::RESULTS).to_owned()),
    };
    pen.child(NEED, id, body.into_body(), resolved_at.unwrap_or(at));
}

pub fn note(pen: &mut Pen, text: &str, at: i64) {
    let id = pen.mint(at);
    let (customer, by) = (Some(pen.client.id), Some(pen.ground.owner));
    let body = Note { customer, by, at: Some(at), text: Some(text.to_owned()), field: None };
    pen.child(NOTE, id, body.into_body(), at);
}

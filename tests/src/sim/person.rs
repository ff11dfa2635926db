//! What people do at random: a plausible command on what their phone shows.
use super::Dice;
use super::phone::Phone;
use crm_domain::customers::{self, CUSTOMER, Details};
use crm_domain::ids::{Uuid, derived_id};
use crm_domain::imports::Line;
use crm_domain::people::Role;
use crm_domain::photos::{self, Picture, sha256};
use crm_domain::registry::Command;
use crm_domain::visits::{self, Fix, NextStep, Position};
use crm_domain::{follow_ups, history, imports, needs, notes, people, transfers, waiting};
use crm_replica::ports::Attached;

/// None: nothing to do it on.
pub fn command(phone: &Phone, grids: &[Uuid], users: &[Uuid], now: u64, dice: &mut Dice) -> Option<Command> {
    let book = phone.app.as_ref()?.replica.book();
    if phone.role == Role::Administrator && dice.percent(40) {
        return administration(book, grids, users, dice);
    }
    let new_id = |dice: &mut Dice| derived_id(now, &[&dice.roll().to_be_bytes()]);
    if phone.role >= Role::Supervisor
        && dice.percent(15)
        && let Some(decides) = decision(book, dice)
    {
        return Some(decides);
    }
    if phone.role == Role::Supervisor && dice.percent(4) {
        let (from, to) = (*dice.pick(grids)?, *dice.pick(grids)?);
        let undoes = book
            .transfers
            .iter()
            .filter(|(_, row)| row.to == Some(from) && row.from == Some(to))
            .map(|(id, _)| *id)
            .min();
        let undoes = undoes.filter(|_| dice.percent(50));
        return (from != to).then(|| transfers::Command::Begin { id: new_id(dice), from, to, undoes }.into());
    }
    let mut held: Vec<Uuid> = book.customers.iter().map(|c| c.id).collect();
    held.sort_unstable();
    let word = ["甲", "乙", "丙", "丁"][dice.below(4) as usize].to_owned();
    let create = |dice: &mut Dice| {
        let details = Details { name: Some(word.clone()), grid: dice.pick(grids).copied(), ..Details::default() };
        customers::Command::Create { id: new_id(dice), details }.into()
    };
    let Some(customer) = dice.pick(&held).copied() else { return Some(create(dice)) };
    let edit = |details| customers::Command::Edit { customer, details }.into();
    Some(match dice.below(20) {
        0 => create(dice),
        1..4 => edit(Details { note: Some(format!("{word}{}", dice.below(5))), ..Details::default() }),
        4 => edit(Details { tier: Some(["A", "B", "C"][dice.below(3) as usize].into()), ..Details::default() }),
        5 => edit(Details { grid: dice.pick(grids).copied(), ..Details::default() }),
        6 => customers::Command::Tag { customer, tag: word, on: dice.percent(60) }.into(),
        7 => customers::Command::Archive { customer, archived: dice.percent(50) }.into(),
        8 => customers::Command::AddContact { customer, name: word, phone: None, role: None }.into(),
        9 => needs::Command::Record { customer, visit: None, category: word, text: None, urgency: 2 }.into(),
        10 => {
            let due = Some((now + dice.below(1_000_000)) as i64);
            follow_ups::Command::Add { customer, due, text: word, promised: dice.percent(50) }.into()
        }
        11 => {
            let mut open: Vec<_> = book.follow_ups.iter().map(|(id, f)| (*id, f.root)).collect();
            open.sort_unstable();
            let (follow_up, customer) = *dice.pick(&open)?;
            follow_ups::Command::Done { customer, follow_up, result: None }.into()
        }
        12 => notes::Command::Write { customer, text: word }.into(),
        13 if dice.percent(30) => {
            let settled = history::attention(book).settled;
            dice.pick(&settled)?.reopen().into()
        }
        13 => {
            let mut items: Vec<_> =
                book.inbox.iter().filter(|(_, i)| !i.resolved).filter_map(|(id, i)| Some((*id, i.row.root?))).collect();
            items.sort_unstable();
            let (item, root) = *dice.pick(&items)?;
            let choice = [history::Choice::KeepMine, history::Choice::KeepTheirs, history::Choice::Both];
            history::Command::Resolve { item, root, choice: choice[dice.below(3) as usize] }.into()
        }
        14 => import(&held, &word, grids, now, dice),
        15 => revert(phone, dice)?,
        16 => merge(book, &held, dice)?,
        17 => once_more(book, &held, dice)?,
        _ => {
            let mut open: Vec<_> = book
                .visits
                .iter()
                .filter(|(_, v)| v.by == Some(phone.user) && v.ended_at.is_none())
                .map(|(id, v)| (*id, v.root))
                .collect();
            open.sort_unstable();
            let position = position(phone, now, dice);
            match dice.pick(&open) {
                Some((visit, customer)) => {
                    let next = match dice.percent(50) {
                        true => NextStep::None { reason: word },
                        false => NextStep::At { due: now as i64, text: word, promised: false },
                    };
                    visits::Command::CheckOut { customer: *customer, visit: *visit, position, next }.into()
                }
                None => visits::Command::CheckIn { visit: new_id(dice), customer, position, reason: Some(word) }.into(),
            }
        }
    })
}

/// A picture at one of the customers that her phone shows, with its bytes. There are few of them, so that one is taken
/// twice, by two people too; most take several chunks.
pub fn photo(phone: &Phone, dice: &mut Dice) -> Option<(Command, Attached)> {
    let mut held: Vec<Uuid> = phone.app.as_ref()?.replica.book().customers.iter().map(|c| c.id).collect();
    held.sort_unstable();
    let customer = *dice.pick(&held)?;
    Some(picture(customer, dice.below(24) as u8))
}

/// One of 255 pictures, at a customer.
pub fn picture(customer: Uuid, which: u8) -> (Command, Attached) {
    let bytes: Vec<u8> = (0..20 + usize::from(which) * 8).map(|i| which ^ i as u8).collect();
    let (sha, len) = (sha256(&bytes), bytes.len() as u32);
    let picture = Picture { sha, len, width: 16, height: 12, taken_at: None, point: None };
    let attached = Attached { sha, bytes, small: vec![which; 4] };
    (photos::Command::Keep { customer, visit: None, picture }.into(), attached)
}

/// Two of the customers are one; or were not, after all.
fn merge(book: &crm_domain::book::Book, held: &[Uuid], dice: &mut Dice) -> Option<Command> {
    let (from, into) = (*dice.pick(held)?, *dice.pick(held)?);
    let merged = book.customers.get(from).and_then(|line| line.same_as);
    Some(match merged {
        Some(stays) if dice.percent(60) => customers::Command::Separate { customer: from, from: stays }.into(),
        _ => customers::Command::Merge { from, into }.into(),
    })
}

/// What was refused is tried again; or, where a customer was refused, it is one of those that stand.
fn once_more(book: &crm_domain::book::Book, held: &[Uuid], dice: &mut Dice) -> Option<Command> {
    let open = history::attention(book).open;
    let refused: Vec<_> = open.into_iter().filter(|item| item.what == "refused").collect();
    let item = dice.pick(&refused)?.clone();
    let (items, roots) = (item.items, item.roots);
    let into = dice.pick(held).copied().filter(|_| dice.percent(50));
    Some(match (item.rec.filter(|_| item.rec_kind == CUSTOMER), into) {
        (Some(customer), Some(into)) => history::Command::SameAs { items, roots, customer, into }.into(),
        _ => history::Command::Again { items, roots }.into(),
    })
}

/// A file with rows that are new and rows that change what is there.
fn import(held: &[Uuid], word: &str, grids: &[Uuid], now: u64, dice: &mut Dice) -> Command {
    let mut lines: Vec<Line> = Vec::new();
    for _ in 0..=dice.below(3) {
        let known = dice.pick(held).copied().filter(|id| lines.iter().all(|line| line.customer != *id));
        let new = known.is_none() || dice.percent(40);
        let customer = known.filter(|_| !new).unwrap_or_else(|| derived_id(now, &[&dice.roll().to_be_bytes()]));
        let details = Details {
            name: new.then(|| word.to_owned()),
            grid: dice.pick(grids).copied().filter(|_| new),
            note: Some(format!("{word}{}", dice.below(5))),
            ..Details::default()
        };
        lines.push(Line { customer, new, details });
    }
    imports::Command::Bring { file: word.into(), lines, refused: 0, duplicates: 0 }.into()
}

/// One of the imports is taken back.
fn revert(phone: &Phone, dice: &mut Dice) -> Option<Command> {
    let (batch, customers) = dice.pick(&phone.imported).cloned()?;
    Some(imports::Command::Revert { batch, customers, last: true }.into())
}

fn position(phone: &Phone, now: u64, dice: &mut Dice) -> Position {
    let fix = dice.percent(80).then(|| Fix {
        lat_e7: 230_000_000 + dice.below(100_000) as i64,
        lon_e7: 1_137_000_000 + dice.below(100_000) as i64,
        accuracy_m: 5 + dice.below(60) as u32,
        age_ms: 100,
    });
    Position {
        fix,
        no_fix: None,
        device_ms: phone.now(now).device_ms,
        clock_offset_ms: 0,
        utc_offset_min: 480,
        last_contact_ms: None,
    }
}

/// About one of the ops that lie on her desks.
fn decision(book: &crm_domain::book::Book, dice: &mut Dice) -> Option<Command> {
    let open = book.waiting.values().filter(|line| line.row.settled.is_none());
    let mut open: Vec<_> = open.map(|line| (line.op, line.desk)).collect();
    open.sort_unstable();
    let (op, desk) = *dice.pick(&open)?;
    Some(waiting::Command::Decide { op, desk, allow: dice.percent(60) }.into())
}

fn administration(book: &crm_domain::book::Book, grids: &[Uuid], users: &[Uuid], dice: &mut Dice) -> Option<Command> {
    if dice.percent(50) {
        let (person, grid) = (*dice.pick(users)?, *dice.pick(grids)?);
        return Some(people::Command::GiveGrid { person, grid, role: Role::Manager }.into());
    }
    let mut given: Vec<_> =
        book.grants.iter().filter(|(_, g)| !g.ended && users.contains(&g.user)).map(|(id, _)| *id).collect();
    given.sort_unstable();
    let grant = *dice.pick(&given)?;
    Some(people::Command::TakeGrid { grants: vec![grant] }.into())
}

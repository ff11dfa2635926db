//! The book: what lists, boards and searches are answered from, in memory, on the phone and on the server alike.
//! It is derived from rows and can be rebuilt from them at any time; its saved form is the `column` store.
mod customers;
mod lines;
mod saved;
#[cfg(test)]
mod tests;

use crate::customers::CUSTOMER;
use crate::follow_ups::{FOLLOW_UP, FollowUp};
use crate::grids::{GRID, Grid};
use crate::history::{Fate, INBOX, Inbox, TRACE, Trace};
use crate::ids::{OpId, Uuid};
use crate::kind::archived;
use crate::needs::{NEED, Need};
use crate::people::{DEVICE, Device, GRANT, Grant, PERSON, Person};
use crate::privacy::{CONSENT, Consent};
use crate::row::Shown;
use crate::settings::{SETTINGS, Settings};
use crate::transfers::{TRANSFER, Transfer};
use crate::visits::{VISIT, Visit};
use crate::waiting::{DECISION, Decision, WAITING, Waiting};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

pub use customers::{CustomerLine, Customers};
pub use lines::*;
pub use saved::SavedError;

/// What is over is kept for so long beside what is open: the day's numbers need it.
const RECENT_MS: i64 = 3 * 86_400_000;

#[derive(Default)]
pub struct Book {
    pub customers: Customers,
    pub rollups: HashMap<Uuid, Rollup>,
    pub follow_ups: HashMap<Uuid, OpenFollowUp>,
    pub needs: HashMap<Uuid, NeedLine>,
    pub visits: HashMap<Uuid, VisitLine>,
    pub traces: HashMap<Uuid, TraceLine>,
    pub grids: HashMap<Uuid, GridLine>,
    pub people: HashMap<Uuid, PersonLine>,
    pub grants: HashMap<Uuid, GrantLine>,
    pub devices: HashMap<Uuid, DeviceLine>,
    pub inbox: HashMap<Uuid, InboxLine>,
    pub consents: HashMap<Uuid, ConsentLine>,
    pub waiting: HashMap<Uuid, crate::waiting::Line>,
    pub settings: Settings,
    pub decisions: HashMap<Uuid, Decision>,
    pub transfers: HashMap<Uuid, Transfer>,
    pub imports: HashMap<Uuid, ImportLine>,
    /// The newest visit or need seen, milliseconds: what is much older is past.
    newest: i64,
    /// Customers that an import batch changed.
    pub replaced: HashMap<Uuid, BTreeSet<Uuid>>,
}

impl Book {
    /// Takes in a record as it stands now, whether it was known or not.
    pub fn apply(&mut self, shown: &Shown) {
        let (id, root, body) = (shown.id, shown.root, &shown.body);
        match shown.kind {
            CUSTOMER => self.customers.put(CustomerLine::of(shown)),
            FOLLOW_UP => {
                let row = FollowUp::of(body);
                match row.due {
                    Some(due) if row.done_at.is_none() && !archived(body) => {
                        let line = OpenFollowUp {
                            root,
                            due,
                            text: row.text.unwrap_or_default(),
                            promised: row.promised.unwrap_or(false),
                            by: row.by,
                            state: shown.state,
                        };
                        self.follow_ups.insert(id, line);
                        self.rollups.entry(root).or_default().follow_ups.insert(id);
                    }
                    _ => self.close_follow_up(id),
                }
                self.next_of(root);
            }
            NEED => {
                self.drop_need(id);
                if !archived(body) {
                    let row = Need::of(body);
                    let open = row.resolved_at.is_none();
                    if open {
                        self.rollups.entry(root).or_default().open_needs += 1;
                    }
                    let created_at = row.created_at.unwrap_or(0);
                    let urgency = row.urgency.unwrap_or(1);
                    self.newest = self.newest.max(created_at);
                    if !open && created_at < self.newest - RECENT_MS {
                        return;
                    }
                    self.needs.insert(id, NeedLine { root, by: row.by, created_at, open, urgency });
                }
            }
            VISIT => {
                let row = Visit::of(body);
                if let Some(started) = row.started_at {
                    let rollup = self.rollups.entry(root).or_default();
                    rollup.last_visit = rollup.last_visit.max(Some(started));
                }
                let line = VisitLine {
                    root,
                    by: row.by,
                    planned_for: row.planned_for,
                    started_at: row.started_at,
                    ended_at: row.ended_at,
                    verdict: row.verdict,
                    state: shown.state,
                };
                self.newest = self.newest.max(row.started_at.unwrap_or(0));
                // Visits that ended days ago count for the roll-up only; rows tell the rest.
                let past = line.ended_at.is_some_and(|at| at < self.newest - RECENT_MS);
                if archived(body) || past {
                    self.visits.remove(&id);
                } else {
                    self.visits.insert(id, line);
                }
            }
            TRACE => {
                self.traces.insert(id, TraceLine::of(Trace::of(body)));
            }
            GRID => {
                self.grids.insert(id, GridLine::of(Grid::of(body), archived(body)));
            }
            PERSON => {
                self.people.insert(id, PersonLine::of(Person::of(body)));
            }
            GRANT => {
                if let Some(line) = GrantLine::of(Grant::of(body)) {
                    self.grants.insert(id, line);
                }
            }
            DEVICE => {
                self.devices.insert(id, DeviceLine::of(Device::of(body)));
            }
            INBOX => {
                self.inbox.insert(id, InboxLine::of(Inbox::of(body)));
            }
            CONSENT => {
                self.consents.insert(id, ConsentLine::of(Consent::of(body)));
            }
            WAITING => {
                if let Some(line) = crate::waiting::Line::of(Waiting::of(body)) {
                    self.waiting.insert(id, line);
                }
            }
            SETTINGS => self.settings = Settings::of(body),
            TRANSFER => {
                self.transfers.insert(id, Transfer::of(body));
            }
            DECISION => {
                self.decisions.insert(id, Decision::of(body));
            }
            crate::imports::BATCH => {
                self.imports.insert(id, ImportLine::of(crate::imports::Batch::of(body)));
            }
            crate::imports::REPLACED => {
                if let Some(batch) = crate::imports::Replaced::of(body).batch {
                    self.replaced.entry(batch).or_default().insert(root);
                }
            }
            _ => {}
        }
    }

    /// Forgets a record that this device no longer holds.
    pub fn remove(&mut self, id: Uuid) {
        self.customers.remove(id);
        // What its children add up to goes with them, one by one; they may leave before it or after.
        self.forget_last_visit(id);
        self.close_follow_up(id);
        self.drop_need(id);
        self.visits.remove(&id);
        self.traces.remove(&id);
        self.grids.remove(&id);
        self.people.remove(&id);
        self.grants.remove(&id);
        self.devices.remove(&id);
        self.inbox.remove(&id);
        self.consents.remove(&id);
        self.waiting.remove(&id);
        self.decisions.remove(&id);
        self.transfers.remove(&id);
        self.imports.remove(&id);
    }

    /// All visits of a customer are about to be taken in anew: the last one is known from those alone.
    pub fn forget_last_visit(&mut self, root: Uuid) {
        if let Some(rollup) = self.rollups.get_mut(&root) {
            rollup.last_visit = None;
        }
    }

    /// Whose a record is, as far as the book knows it; a customer is its own.
    pub fn root_of(&self, id: Uuid) -> Uuid {
        let of_follow_up = self.follow_ups.get(&id).map(|line| line.root);
        let of_need = || self.needs.get(&id).map(|line| line.root);
        let of_visit = || self.visits.get(&id).map(|line| line.root);
        of_follow_up.or_else(of_need).or_else(of_visit).unwrap_or(id)
    }

    /// What the inbox tells of ops that were refused or wait.
    pub fn fates(&self) -> HashMap<OpId, Fate> {
        let mut fates = HashMap::new();
        for (op, fate) in self.inbox.values().filter_map(|line| line.fate) {
            fates.entry(op).and_modify(|known: &mut Fate| *known = fate.max(*known)).or_insert(fate);
        }
        fates
    }

    /// What a customer's children add up to, with those of whoever was merged into it.
    pub fn rollup(&self, root: Uuid) -> Cow<'_, Rollup> {
        static NONE: std::sync::LazyLock<Rollup> = std::sync::LazyLock::new(Rollup::default);
        let own = |id: Uuid| self.rollups.get(&id).unwrap_or(&NONE);
        if !self.customers.has_merged(root) {
            return Cow::Borrowed(own(root));
        }
        let add = |sum: Rollup, one: &Rollup| Rollup {
            last_visit: sum.last_visit.max(one.last_visit),
            next: sum.next.into_iter().chain(one.next).min(),
            open_needs: sum.open_needs + one.open_needs,
            follow_ups: sum.follow_ups.union(&one.follow_ups).copied().collect(),
        };
        Cow::Owned(self.customers.family(root).into_iter().map(own).fold(Rollup::default(), add))
    }

    /// The customer that a root stands for now.
    pub fn customer(&self, root: Uuid) -> Option<&CustomerLine> {
        self.customers.get(self.customers.end_of(root))
    }

    pub fn grid_name(&self, grid: Option<Uuid>) -> String {
        grid.and_then(|g| self.grids.get(&g)).map(|g| g.name.clone()).unwrap_or_default()
    }

    pub fn person_name(&self, person: Option<Uuid>) -> String {
        person.and_then(|p| self.people.get(&p)).map(|p| p.name.clone()).unwrap_or_default()
    }

    fn close_follow_up(&mut self, id: Uuid) {
        if let Some(line) = self.follow_ups.remove(&id) {
            if let Some(rollup) = self.rollups.get_mut(&line.root) {
                rollup.follow_ups.remove(&id);
            }
            self.next_of(line.root);
        }
    }

    fn next_of(&mut self, root: Uuid) {
        let Some(rollup) = self.rollups.get_mut(&root) else { return };
        rollup.next = rollup.follow_ups.iter().map(|id| (self.follow_ups[id].due, *id)).min();
    }

    fn drop_need(&mut self, id: Uuid) {
        if let Some(old) = self.needs.remove(&id)
            && old.open
            && let Some(rollup) = self.rollups.get_mut(&old.root)
        {
            rollup.open_needs -= 1;
        }
    }
}

//! `POST /ask`: the same queries as on the phone, answered over what the asker may read without holding it.
use super::store::Tx;
use super::{Caller, Ledger, LedgerError, grants_now};
use crm_domain::book::Book;
use crm_domain::bucket::{Bucket, Grants, Verb};
use crm_domain::ids::Uuid;
use crm_domain::people::Role;
use crm_domain::query::{Asker, NotLoaded, Rows};
use crm_domain::registry::{Query, View};
use crm_domain::row::Shown;
use crm_domain::{customers, grids, people};

impl Ledger {
    /// Builds the book, so that the first question does not wait for it.
    pub fn warm(&self) -> Result<(), LedgerError> {
        let Ok(mut slot) = self.book.write() else { return Ok(()) };
        if slot.is_none() {
            *slot = Some(self.read(|tx| {
                let mut book = Book::default();
                tx.each_rec(&mut |rec| {
                    book.apply(&rec.shown()?);
                    Ok(())
                })?;
                Ok(book)
            })?);
        }
        Ok(())
    }

    /// Takes in what a commit changed, as it stands now: whoever comes last has read the newest.
    pub(super) fn refresh_book(&self, ids: &[Uuid]) -> Result<(), LedgerError> {
        let Ok(mut slot) = self.book.write() else { return Ok(()) };
        let Some(book) = slot.as_mut() else { return Ok(()) };
        let mut sorted = ids.to_vec();
        sorted.sort_unstable();
        let mut recs = self.read(|tx| Ok(tx.recs(&sorted)?))?.into_iter().peekable();
        for id in sorted {
            match recs.next_if(|rec| rec.id == id) {
                Some(rec) => book.apply(&rec.shown()?),
                None => book.remove(id),
            }
        }
        Ok(())
    }

    /// Errors: `NotAllowed` (the question reaches beyond what is granted), `DeviceRevoked`.
    pub fn ask(&self, caller: &Caller, query: &Query, now_ms: u64) -> Result<View, LedgerError> {
        let (grants, role) = self.read(|tx| {
            super::pull::may_read(tx, caller)?;
            let role = tx.person(caller.user)?.and_then(|p| Role::from_word(&p.role)).unwrap_or(Role::Manager);
            Ok((grants_now(tx, caller.user, now_ms)?, role))
        })?;
        self.warm()?;
        let slot = self.book.read().map_err(|_| LedgerError::NotFound)?;
        let book = slot.as_ref().ok_or(LedgerError::NotFound)?;
        let query = within(query, book, &grants)?;
        let sifts = !grants.allow(Bucket::AllGrids, Verb::Read);
        let asker = Asker { user: caller.user, grants: &grants, now: now_ms as i64, sifts };
        let rows = Stored { ledger: self, grants: &grants };
        let mut view = query.answer(book, &rows, &asker).map_err(|_: NotLoaded| LedgerError::NotFound)?;
        narrow(&mut view, &grants, role);
        Ok(view)
    }
}

/// Takes out what the book knows beyond the question's own bounds: administration, and numbers of other grids.
fn narrow(view: &mut View, grants: &Grants, role: Role) {
    match view {
        View::People(people) if role != Role::Administrator => {
            people.devices.clear();
            people.people.iter_mut().for_each(|line: &mut people::Line| line.grids.clear());
        }
        View::Grids(grids::View(lines)) => {
            let foreign = |line: &&mut grids::Line| !grants.allow(Bucket::Grid(line.id), Verb::Read);
            lines.iter_mut().filter(foreign).for_each(|line| line.customers = 0);
        }
        _ => {}
    }
}

/// The question as this person may ask it.
fn within(query: &Query, book: &Book, grants: &Grants) -> Result<Query, LedgerError> {
    if grants.allow(Bucket::AllGrids, Verb::Read) {
        return match query {
            // What is one person's own is not asked across others.
            Query::History(_) | Query::Imports(_) | Query::Today(_) => Err(LedgerError::NotAllowed),
            _ => Ok(query.clone()),
        };
    }
    let mine = |grid: Uuid| grants.allow(Bucket::Grid(grid), Verb::Read);
    match query {
        Query::Board(board) => {
            let mut board = board.clone();
            if board.grids.is_empty() {
                board.grids = book.grids.keys().copied().filter(|g| mine(*g)).collect();
                board.grids.sort_unstable();
            }
            let all_mine = !board.grids.is_empty() && board.grids.iter().all(|g| mine(*g));
            if all_mine { Ok(Query::Board(board)) } else { Err(LedgerError::NotAllowed) }
        }
        Query::Customers(customers::Query::Detail { customer }) => match book.customer(*customer) {
            Some(line) if !line.grid.is_some_and(mine) => Err(LedgerError::NotAllowed),
            _ => Ok(query.clone()),
        },
        Query::Customers(customers::Query::List(list)) if list.grid.is_some_and(|grid| !mine(grid)) => {
            Err(LedgerError::NotAllowed)
        }
        // Their answers look at each line's own bucket.
        Query::Customers(_)
        | Query::Today(_)
        | Query::People(_)
        | Query::Grids(grids::Query::All)
        | Query::Privacy(_)
        | Query::Waiting(_)
        | Query::Transfers(_)
        | Query::Settings(_) => Ok(query.clone()),
        _ => Err(LedgerError::NotAllowed),
    }
}

/// Rows in buckets that the asker may read.
struct Stored<'a> {
    ledger: &'a Ledger,
    grants: &'a Grants,
}

impl Rows for Stored<'_> {
    fn under(&self, root: Uuid) -> Result<Vec<Shown>, NotLoaded> {
        let read = |tx: &dyn Tx| {
            let recs = tx.under(root)?;
            let hers = recs.iter().filter(|rec| self.grants.allow(rec.bucket, Verb::Read));
            Ok(hers.map(|rec| rec.shown()).collect::<Result<Vec<_>, _>>()?)
        };
        self.ledger.read(read).map_err(|_| NotLoaded(vec![root]))
    }
}

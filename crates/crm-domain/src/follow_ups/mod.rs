//! Follow-ups (待跟进, 6.3): the next step with its date; none may lack a date. A promise to a customer (1.4) is one.
use crate::command::{Ctx, Draft, DraftChange, Patch, Reads, Rejection, Seen};
use crate::ids::Uuid;
use crate::kind::{Class, Kind, archived, with_parent};
use crate::record;
use crate::rules::Code;
use crate::val::Val;
use serde::{Deserialize, Serialize};

pub const FOLLOW_UP: u16 = 5;

record! {
    /// Open until it has a `done_at`.
    pub struct FollowUp in follow_up {
        customer: Uuid = 1 fixed public;
        visit: Uuid = 2 fixed public;
        text: String = 3 lww personal;
        /// When it is due, milliseconds.
        due: i64 = 4 lww public;
        /// Said to the customer, so it comes before any task of our own.
        promised: bool = 5 lww public;
        by: Uuid = 6 fixed public;
        done_at: i64 = 7 lww public;
        result: String = 8 lww personal;
    }
}

pub fn follow_up_kind() -> Kind {
    Kind {
        number: FOLLOW_UP,
        name: "follow_up",
        class: Class::A,
        fields: FollowUp::FIELDS,
        root: Some(follow_up::customer),
        home: with_parent,
        admit: |view| match view.after.get(&follow_up::due) {
            Some(Val::Int(_)) => Ok(()),
            _ if archived(view.after) => Ok(()),
            _ => Err(Code::DateMissing),
        },
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    Add {
        customer: Uuid,
        due: Option<i64>,
        text: String,
        promised: bool,
    },
    Postpone {
        customer: Uuid,
        follow_up: Uuid,
        due: i64,
    },
    Done {
        customer: Uuid,
        follow_up: Uuid,
        result: Option<String>,
    },
    /// Takes `Done` back.
    Reopen {
        customer: Uuid,
        follow_up: Uuid,
    },
}

impl Command {
    pub fn reads(&self) -> Reads {
        match self {
            Command::Add { customer, .. }
            | Command::Postpone { customer, .. }
            | Command::Done { customer, .. }
            | Command::Reopen { customer, .. } => Reads::root(*customer),
        }
    }

    pub fn decide(&self, seen: &Seen, ctx: &mut Ctx) -> Result<Vec<Draft>, Rejection> {
        let change = match self {
            Command::Add { customer, due, text, promised } => {
                seen.get(*customer)?;
                let due = due.ok_or(Rejection::on(Code::DateMissing, follow_up::due))?;
                let patch = Patch::new()
                    .set(follow_up::customer, *customer)
                    .set(follow_up::text, text.trim())
                    .set(follow_up::due, due)
                    .set(follow_up::promised, *promised)
                    .set(follow_up::by, ctx.actor.user);
                DraftChange::create(FOLLOW_UP, ctx.ids.mint(), patch.done())
            }
            Command::Postpone { follow_up: id, due, .. } => {
                seen.get(*id)?;
                DraftChange::edit(FOLLOW_UP, *id, Patch::new().set(follow_up::due, *due).done())
            }
            Command::Done { follow_up: id, result, .. } => {
                seen.get(*id)?;
                let patch =
                    Patch::new().set(follow_up::done_at, ctx.now as i64).some(follow_up::result, result.clone());
                DraftChange::edit(FOLLOW_UP, *id, patch.done())
            }
            Command::Reopen { follow_up: id, .. } => {
                seen.get(*id)?;
                DraftChange::edit(FOLLOW_UP, *id, Patch::new().set(follow_up::done_at, Val::Null).done())
            }
        };
        Ok(vec![change.into()])
    }
}

#[cfg(test)]
mod tests;

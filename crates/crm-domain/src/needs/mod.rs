//! Need cards (客户需求卡, 6.2): what a customer asked for, how urgent, what became of it.
use crate::command::{Ctx, Draft, DraftChange, Patch, Reads, Rejection, Seen};
use crate::ids::Uuid;
use crate::kind::{Class, Kind, with_parent};
use crate::record;
use crate::rules::{Code, needs_text};
use serde::{Deserialize, Serialize};

pub const NEED: u16 = 4;

record! {
    /// One need. Open until it has a `resolved_at`.
    pub struct Need in need {
        customer: Uuid = 1 fixed public;
        visit: Uuid = 2 fixed public;
        /// `speed`, `tariff`, `fault`, `install`, `other`, or a text of one's own.
        category: String = 3 lww public;
        text: String = 4 lww personal;
        /// 1 (whenever) to 3 (today).
        urgency: i64 = 5 lww public;
        by: Uuid = 6 fixed public;
        created_at: i64 = 7 fixed public;
        resolved_at: i64 = 8 lww public;
        result: String = 9 lww personal;
    }
}

pub fn need_kind() -> Kind {
    Kind {
        number: NEED,
        name: "need",
        class: Class::A,
        fields: Need::FIELDS,
        root: Some(need::customer),
        home: with_parent,
        admit: |view| needs_text(view, need::category, Code::NameMissing),
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    Record {
        customer: Uuid,
        visit: Option<Uuid>,
        category: String,
        text: Option<String>,
        urgency: i64,
    },
    /// Adds to a card that is there: its words or its urgency.
    Edit {
        customer: Uuid,
        need: Uuid,
        text: Option<String>,
        urgency: Option<i64>,
    },
    Resolve {
        customer: Uuid,
        need: Uuid,
        result: Option<String>,
    },
    /// Taken back (a chip tapped twice).
    Withdraw {
        customer: Uuid,
        need: Uuid,
    },
}

impl Command {
    pub fn reads(&self) -> Reads {
        match self {
            Command::Record { customer, .. }
            | Command::Edit { customer, .. }
            | Command::Resolve { customer, .. }
            | Command::Withdraw { customer, .. } => Reads::root(*customer),
        }
    }

    pub fn decide(&self, seen: &Seen, ctx: &mut Ctx) -> Result<Vec<Draft>, Rejection> {
        let change = match self {
            Command::Record { customer, visit, category, text, urgency } => {
                seen.get(*customer)?;
                let patch = Patch::new()
                    .set(need::customer, *customer)
                    .some(need::visit, *visit)
                    .set(need::category, category.trim())
                    .some(need::text, text.clone())
                    .set(need::urgency, (*urgency).clamp(1, 3))
                    .set(need::by, ctx.actor.user)
                    .set(need::created_at, ctx.now as i64);
                DraftChange::create(NEED, ctx.ids.mint(), patch.done())
            }
            Command::Edit { need: id, text, urgency, .. } => {
                let patch = Patch::new().some(need::text, text.clone()).some(need::urgency, *urgency);
                DraftChange::edit(NEED, *id, crate::customers::differing(patch.done(), &seen.get(*id)?.body)?)
            }
            Command::Resolve { need: id, result, .. } => {
                seen.get(*id)?;
                let patch = Patch::new().set(need::resolved_at, ctx.now as i64).some(need::result, result.clone());
                DraftChange::edit(NEED, *id, patch.done())
            }
            Command::Withdraw { need: id, .. } => {
                seen.get(*id)?;
                DraftChange::edit(NEED, *id, Patch::new().set(crate::kind::ARCHIVED, true).done())
            }
        };
        Ok(vec![change.into()])
    }
}

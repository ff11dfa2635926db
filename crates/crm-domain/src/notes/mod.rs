//! Notes: what a person jots about a customer. Append-only; a correction is a new note.
use crate::command::{Ctx, Draft, DraftChange, Patch, Reads, Rejection, Seen};
use crate::ids::Uuid;
use crate::kind::{Class, Kind, with_parent};
use crate::record;
use crate::rules::{Code, anything};
use crate::val::{Body, Val};
use serde::{Deserialize, Serialize};

pub const NOTE: u16 = 8;

record! {
    /// One note, an event.
    pub struct Note in note {
        customer: Uuid = 1 fixed public;
        by: Uuid = 2 fixed public;
        at: i64 = 3 fixed public;
        text: String = 4 fixed personal committed;
        /// Where the note keeps a value that lost a conflict: the field's number.
        field: i64 = 5 fixed public;
    }
}

pub fn note_kind() -> Kind {
    Kind {
        number: NOTE,
        name: "note",
        class: Class::B,
        fields: Note::FIELDS,
        root: Some(note::customer),
        home: with_parent,
        admit: anything,
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    Write { customer: Uuid, text: String },
}

impl Command {
    pub fn reads(&self) -> Reads {
        let Command::Write { customer, .. } = self;
        Reads::row(*customer)
    }

    pub fn decide(&self, seen: &Seen, ctx: &mut Ctx) -> Result<Vec<Draft>, Rejection> {
        let Command::Write { customer, text } = self;
        seen.get(*customer)?;
        if text.trim().is_empty() {
            return Err(Rejection::on(Code::Nothing, note::text));
        }
        let patch = Patch::new()
            .set(note::customer, *customer)
            .set(note::by, ctx.actor.user)
            .set(note::at, ctx.now as i64)
            .set(note::text, text.trim());
        Ok(vec![DraftChange::create(NOTE, ctx.ids.mint(), patch.done()).into()])
    }
}

/// The note that keeps a value that lost a conflict about `field`.
pub fn body(customer: Uuid, ctx: &Ctx, value: &Val, field: u16) -> Body {
    let text = match value {
        Val::Text(text) => text.clone(),
        Val::Int(n) => n.to_string(),
        other => format!("{other:?}"),
    };
    Patch::new()
        .set(note::customer, customer)
        .set(note::by, ctx.actor.user)
        .set(note::at, ctx.now as i64)
        .set(note::text, text)
        .set(note::field, i64::from(field))
        .done()
}

//! What an import leaves behind: its batch, and what each updated customer was before.
use crate::ids::Uuid;
use crate::kind::{Class, Kind, with_actor, with_parent};
use crate::record;
use crate::rules::{Code, anything, needs_text};

pub const BATCH: u16 = 12;
pub const REPLACED: u16 = 13;

type Bytes = Vec<u8>;

record! {
    /// One file brought in. Its id is the cause of all its ops.
    pub struct Batch in batch {
        file: String = 1 fixed public;
        at: i64 = 2 fixed public;
        by: Uuid = 3 fixed public;
        created: i64 = 4 lww public;
        updated: i64 = 5 lww public;
        refused: i64 = 6 lww public;
        duplicates: i64 = 7 lww public;
        reverted_at: i64 = 8 lww public;
    }
}

record! {
    /// What an imported row changed on a customer that was there: the values before, so that it can be taken back.
    pub struct Replaced in replaced {
        customer: Uuid = 1 fixed public;
        batch: Uuid = 2 fixed public;
        /// CBOR of a body with the values before; null where there was none.
        before: Bytes = 3 fixed personal;
    }
}

pub fn batch_kind() -> Kind {
    Kind {
        number: BATCH,
        name: "import_batch",
        class: Class::A,
        fields: Batch::FIELDS,
        root: None,
        home: with_actor,
        admit: |view| needs_text(view, batch::file, Code::NameMissing),
    }
}

pub fn replaced_kind() -> Kind {
    Kind {
        number: REPLACED,
        name: "import_replaced",
        class: Class::A,
        fields: Replaced::FIELDS,
        root: Some(replaced::customer),
        home: with_parent,
        admit: anything,
    }
}

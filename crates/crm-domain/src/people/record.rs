//! Fields of people, grants and devices; what a role brings with it.
use crate::bucket::{Bucket, Verb};
use crate::ids::Uuid;
use crate::kind::{Class, Kind};
use crate::record;
use crate::rules::{Admission, Code, needs_text};
use crate::val::Val;
use serde::{Deserialize, Serialize};

pub const PERSON: u16 = 21;
pub const GRANT: u16 = 22;
pub const DEVICE: u16 = 23;

type Bytes = Vec<u8>;

record! {
    /// A person of the organisation. Names are read by everybody.
    pub struct Person in person {
        name: String = 1 lww personal;
        /// What she signs in with: letters, digits, `.`, `-`, `_`; unique, kept in small letters.
        account: String = 2 lww public;
        /// `manager`, `lead`, `supervisor`, `administrator`.
        role: String = 3 lww public;
        /// False: may not sign in, and her devices get nothing.
        active: bool = 4 lww public;
        phone: String = 5 lww personal;
    }
}

record! {
    /// One person's right on one bucket.
    pub struct Grant in grant {
        user: Uuid = 1 fixed public;
        /// [`Bucket::to_bytes`].
        bucket: Bytes = 2 fixed public;
        /// [`Verb`] as its number.
        verb: i64 = 3 lww public;
        /// Set when it was taken away, milliseconds.
        ended_at: i64 = 4 lww public;
    }
}

record! {
    /// An enrolled device. The server makes it at sign-in; administrators change its state.
    pub struct Device in device {
        user: Uuid = 1 fixed public;
        label: String = 2 lww public;
        /// `active`, `revoked` (send first, then wipe), `lost` (wipe at once).
        state: String = 3 lww public;
        enrolled_at: i64 = 4 fixed public;
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    Manager,
    Lead,
    Supervisor,
    Administrator,
}

impl Role {
    pub const ALL: [Role; 4] = [Role::Manager, Role::Lead, Role::Supervisor, Role::Administrator];

    pub fn word(self) -> &'static str {
        match self {
            Role::Manager => "manager",
            Role::Lead => "lead",
            Role::Supervisor => "supervisor",
            Role::Administrator => "administrator",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.word() == word)
    }
}

/// What comes with a role, besides one's own bucket and the grants given by name.
pub fn role_grants(role: Role) -> Vec<(Bucket, Verb)> {
    match role {
        Role::Manager | Role::Lead => vec![(Bucket::Org, Verb::Read)],
        Role::Supervisor => vec![(Bucket::Org, Verb::Read), (Bucket::AllGrids, Verb::Write)],
        Role::Administrator => {
            vec![(Bucket::Org, Verb::Write), (Bucket::OrgAdmin, Verb::Write), (Bucket::AllGrids, Verb::Write)]
        }
    }
}

pub fn person_kind() -> Kind {
    Kind {
        number: PERSON,
        name: "person",
        class: Class::A,
        fields: Person::FIELDS,
        root: None,
        home: |_| Some(Bucket::Org),
        admit: admit_person,
    }
}

pub fn grant_kind() -> Kind {
    Kind {
        number: GRANT,
        name: "grant",
        class: Class::A,
        fields: Grant::FIELDS,
        root: None,
        home: |_| Some(Bucket::OrgAdmin),
        admit: |view| {
            let bucket = match view.after.get(&grant::bucket) {
                Some(Val::Bytes(bytes)) => Bucket::from_bytes(bytes),
                _ => None,
            };
            let verb = view.after.get(&grant::verb).and_then(Val::int);
            match (bucket, verb) {
                (Some(_), Some(0..=2)) => Ok(()),
                _ => Err(Code::OutOfRange),
            }
        },
    }
}

pub fn device_kind() -> Kind {
    Kind {
        number: DEVICE,
        name: "device",
        class: Class::A,
        fields: Device::FIELDS,
        root: None,
        home: |_| Some(Bucket::OrgAdmin),
        admit: |view| match view.after.get(&device::state).and_then(Val::text) {
            Some("active" | "revoked" | "lost") => Ok(()),
            _ => Err(Code::OutOfRange),
        },
    }
}

/// Whether an account name can be one: 2 to 40 of `a-z 0-9 . - _`.
pub fn account_name(account: &str) -> bool {
    (2..=40).contains(&account.len())
        && account.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-_".contains(&b))
}

fn admit_person(view: &Admission) -> Result<(), Code> {
    needs_text(view, person::name, Code::NameMissing)?;
    let text = |field| view.after.get(&field).and_then(Val::text);
    if !text(person::account).is_some_and(account_name) {
        return Err(Code::AccountInvalid);
    }
    if text(person::role).and_then(Role::from_word).is_none() {
        return Err(Code::OutOfRange);
    }
    Ok(())
}

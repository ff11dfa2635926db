//! How a slice declares a record kind, once: numbers, types, merge policies, sensitivity, home, admission.
use crate::bucket::Bucket;
use crate::ids::Uuid;
use crate::rules::{Admission, Code};
use crate::val::{Body, Val};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Mutable records: field → value.
    A,
    /// Events, append-only, linked and signed.
    B,
    /// Written by the server only.
    C,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// The later effective time wins.
    Lww,
    /// Who came first stays.
    First,
    /// Observed-remove set, element by element.
    Set,
    /// Never changes after the create.
    Fixed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Text,
    Int,
    Bool,
    Id,
    Bytes,
    Set,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sensitivity {
    Public,
    Personal,
}

/// One field of a kind. Numbers are never reused.
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    pub number: u16,
    pub name: &'static str,
    pub ty: Type,
    pub policy: Policy,
    pub sensitivity: Sensitivity,
    /// In an event: stands in the linked patch as a salted commitment.
    pub committed: bool,
    /// The release that first had it.
    pub since: u16,
}

/// Where a record may live depends on its body, its parent's body and its author.
pub struct HomeView<'a> {
    pub rec: Uuid,
    pub body: &'a Body,
    /// The body of `root`, where the record is not its own root and the root is known.
    pub parent: Option<&'a Body>,
    pub actor: Uuid,
}

pub struct Kind {
    pub number: u16,
    pub name: &'static str,
    pub class: Class,
    pub fields: &'static [FieldSpec],
    /// The field that names the record's root; none: it is its own.
    pub root: Option<u16>,
    /// None while it cannot be known (an orphan).
    pub home: fn(&HomeView) -> Option<Bucket>,
    /// Every rule that must hold whoever asks. Called on the phone and on the server.
    pub admit: fn(&Admission) -> Result<(), Code>,
}

impl Kind {
    /// Unknown fields merge as `Lww`, or as `Set` where they are patched like one.
    pub fn policy(&self, field: u16) -> Policy {
        self.field(field).map_or(Policy::Lww, |f| f.policy)
    }

    pub fn field(&self, number: u16) -> Option<&'static FieldSpec> {
        self.fields.iter().find(|f| f.number == number)
    }

    /// The release that first had the kind.
    pub fn since(&self) -> u16 {
        self.fields.iter().map(|field| field.since).min().unwrap_or(1)
    }

    /// The root that a body names; the record itself where its kind has none.
    pub fn root_of(&self, rec: Uuid, body: &Body) -> Uuid {
        self.root.and_then(|field| body.get(&field)).and_then(Val::id).unwrap_or(rec)
    }
}

/// Present and true: taken away, but kept (SYNC 2.3).
pub const ARCHIVED: u16 = 60_000;
/// "It is this one": the record that this one really is.
pub const SAME_AS: u16 = 60_001;
/// On event rows: the link as it was sent, and the salts of the values that stand open.
pub const LINK: u16 = 60_002;
pub const SALTS: u16 = 60_003;

pub fn archived(body: &Body) -> bool {
    body.get(&ARCHIVED) == Some(&Val::Bool(true))
}

/// The record that this one really is, where it was merged into another.
pub fn same_as(body: &Body) -> Option<Uuid> {
    body.get(&SAME_AS).and_then(Val::id)
}

/// The home of a child: where its root lives.
pub fn with_parent(view: &HomeView) -> Option<Bucket> {
    crate::customers::home_of(view.parent?)
}

/// The home of what is one person's own.
pub fn with_actor(view: &HomeView) -> Option<Bucket> {
    Some(Bucket::User(view.actor))
}

/// Declares a record: a module of field numbers, a typed view of a body, and the list of [`FieldSpec`]s.
///
/// `record! { /// doc  pub struct Need in need { text: String = 3 lww personal; } }`; a field that is new in release 2
/// ends in `@ 2`.
#[macro_export]
macro_rules! record {
    ($(#[$doc:meta])* pub struct $name:ident in $module:ident { $( $(#[$fdoc:meta])* $field:ident : $ty:tt = $number:literal $policy:ident $sensitivity:ident $($committed:ident)? $(@ $since:literal)? ; )* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $name { $( $(#[$fdoc])* pub $field: Option<$crate::record!(@rust $ty)>, )* }

        /// Field numbers.
        #[expect(non_upper_case_globals, reason = "a field number is named as its field")]
        pub mod $module { $( pub const $field: u16 = $number; )* }

        impl $name {
            pub const FIELDS: &'static [$crate::kind::FieldSpec] = &[ $( $crate::kind::FieldSpec {
                number: $number,
                name: stringify!($field),
                ty: $crate::record!(@type $ty),
                policy: $crate::record!(@policy $policy),
                sensitivity: $crate::record!(@sensitivity $sensitivity),
                committed: $crate::record!(@committed $($committed)?),
                since: $crate::record!(@since $($since)?),
            }, )* ];

            /// Fields of another type than declared read as absent.
            pub fn of(body: &$crate::val::Body) -> Self {
                Self { $( $field: body.get(&$number).and_then($crate::val::Field::from_val), )* }
            }

            /// The present fields as a body.
            pub fn into_body(self) -> $crate::val::Body {
                let mut body = $crate::val::Body::new();
                $( if let Some(value) = self.$field { body.insert($number, $crate::val::Field::into_val(value)); } )*
                body
            }
        }
    };
    (@rust set) => { Vec<String> };
    (@rust $ty:ident) => { $ty };
    (@type String) => { $crate::kind::Type::Text };
    (@type i64) => { $crate::kind::Type::Int };
    (@type bool) => { $crate::kind::Type::Bool };
    (@type Uuid) => { $crate::kind::Type::Id };
    (@type Bytes) => { $crate::kind::Type::Bytes };
    (@type set) => { $crate::kind::Type::Set };
    (@policy lww) => { $crate::kind::Policy::Lww };
    (@policy first) => { $crate::kind::Policy::First };
    (@policy set) => { $crate::kind::Policy::Set };
    (@policy fixed) => { $crate::kind::Policy::Fixed };
    (@sensitivity public) => { $crate::kind::Sensitivity::Public };
    (@sensitivity personal) => { $crate::kind::Sensitivity::Personal };
    (@since) => { 1 };
    (@since $since:literal) => { $since };
    (@committed) => { false };
    (@committed committed) => { true };
}

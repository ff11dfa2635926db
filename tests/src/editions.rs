//! Releases before and after this one, as declared differences: what each does not know yet, or knows more. Only one has
//! ever been out, so they stand for those to come (SYNC 4.9).
use crm_domain::customers::{CUSTOMER, customer};
use crm_domain::kind::{Class, FieldSpec, Kind, Policy, Sensitivity, Type, with_parent};
use crm_domain::needs::NEED;
use crm_domain::notes::NOTE;
use crm_domain::privacy::REVEAL;
use crm_domain::registry::{self, edition};
use crm_domain::rules::anything;
use crm_protocol::{Outcome, Pushed};
use crm_replica::ports::Endpoint;
use minicbor::encode::{Error, Write};
use minicbor::{Encode, Encoder};
use std::sync::LazyLock;

/// The number that this release has among them.
pub const THIS: u16 = 4;
/// A field and a set of customers, and a kind of children, that only the next release knows.
pub const DISTRICT: u16 = 900;
pub const LABELS: u16 = 901;
pub const SURVEY: u16 = 90;
pub const SURVEYED: u16 = 1;
pub const ANSWER: u16 = 2;

/// One release of app or server: its number, and the kinds that it knows.
#[derive(Clone, Copy)]
pub struct Edition {
    pub app: u16,
    kinds: Option<&'static [Kind]>,
}

impl Edition {
    /// What is built: its own number and kinds.
    pub const BUILT: Self = Self { app: crm_protocol::APP, kinds: None };

    /// From three releases ago (1) to the next (5).
    pub fn of(app: u16) -> Self {
        static ALL: LazyLock<Vec<Vec<Kind>>> = LazyLock::new(|| (0..=THIS + 1).map(kinds).collect());
        Self { app, kinds: Some(&ALL[usize::from(app)]) }
    }

    /// Runs as this release would.
    pub fn run<T>(self, run: impl FnOnce() -> T) -> T {
        match self.kinds {
            Some(kinds) => edition::with(kinds, run),
            None => run(),
        }
    }
}

/// Since which of these releases a kind is there.
fn since(kind: u16) -> u16 {
    match kind {
        REVEAL => 2,
        NOTE | NEED => 4,
        _ => 1,
    }
}

/// The same of a customer's fields.
fn field_since(field: u16) -> u16 {
    match field {
        customer::tier => 2,
        customer::address => 3,
        customer::tags => 4,
        _ => 1,
    }
}

fn kinds(app: u16) -> Vec<Kind> {
    let known = registry::kinds().iter().filter(|kind| since(kind.number) <= app);
    let mut kinds: Vec<Kind> = known.map(|kind| Kind { fields: fields(kind, app), ..*kind }).collect();
    if app > THIS {
        kinds.push(Kind {
            number: SURVEY,
            name: "survey",
            class: Class::A,
            fields: Vec::leak(vec![
                spec(SURVEYED, "customer", Type::Id, Policy::Fixed),
                spec(ANSWER, "answer", Type::Text, Policy::Lww),
            ]),
            root: Some(SURVEYED),
            home: with_parent,
            admit: anything,
        });
    }
    kinds
}

fn fields(kind: &Kind, app: u16) -> &'static [FieldSpec] {
    if kind.number != CUSTOMER {
        return kind.fields;
    }
    let mut fields: Vec<FieldSpec> = kind.fields.iter().filter(|f| field_since(f.number) <= app).copied().collect();
    if app > THIS {
        fields.push(spec(DISTRICT, "district", Type::Text, Policy::Lww));
        fields.push(spec(LABELS, "labels", Type::Set, Policy::Set));
    }
    Vec::leak(fields)
}

fn spec(number: u16, name: &'static str, ty: Type, policy: Policy) -> FieldSpec {
    FieldSpec { number, name, ty, policy, sensitivity: Sensitivity::Public, committed: false, since: THIS + 1 }
}

/// An answer as the next release's server gives it: with a key more, and after a push with an outcome that only it has.
/// (It would tell it only to whoever names it; that nobody is stopped by it counts all the same.)
pub fn of_the_next(to: Endpoint, answer: Vec<u8>) -> Vec<u8> {
    if to != Endpoint::Push {
        return grown(&answer);
    }
    let Ok(Pushed { epoch, expect_n, results, now_ms }) = crm_protocol::decode(&answer) else { return answer };
    let newer = |outcome, n: u64| match outcome {
        Outcome::Applied if n.is_multiple_of(3) => NextOutcome::Praised { code: 7 },
        outcome => NextOutcome::Known(outcome),
    };
    let results = results.into_iter().map(|(n, outcome, at)| (n, newer(outcome, n), at)).collect();
    grown(&crm_protocol::encode(&NextPushed { epoch, expect_n, results, now_ms }))
}

#[derive(Encode)]
#[cbor(map)]
struct NextPushed {
    #[n(0)]
    epoch: u64,
    #[n(1)]
    expect_n: u64,
    #[n(2)]
    results: Vec<(u64, NextOutcome, u64)>,
    #[n(3)]
    now_ms: u64,
}

enum NextOutcome {
    Known(Outcome),
    Praised { code: u16 },
}

impl<C> Encode<C> for NextOutcome {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), Error<W::Error>> {
        match self {
            NextOutcome::Known(outcome) => outcome.encode(e, ctx),
            NextOutcome::Praised { code } => e.array(2)?.u32(5)?.array(1)?.u16(*code)?.ok(),
        }
    }
}

/// The map with one more key, of a number that nobody uses yet.
pub fn grown(map: &[u8]) -> Vec<u8> {
    let length = map[0] & 0x1f;
    assert!(map[0] >> 5 == 5 && length < 23, "a short map");
    [&[0xa0 | (length + 1)], &map[1..], &[0x19, 0x03, 0xe7, 0x82, 0xf9, 0x3e, 0x00, 0xa1, 0x01, 0xf6]].concat()
}

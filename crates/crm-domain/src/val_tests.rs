//! Codecs: what is written is read back; hostile bytes end in an error, not in a panic or a flood of memory.
use super::*;
use crate::op::{Op, OpError};
use proptest::prelude::*;

fn val() -> impl Strategy<Value = Val> {
    let leaf = prop_oneof![
        Just(Val::Null),
        any::<bool>().prop_map(Val::Bool),
        any::<i64>().prop_map(Val::Int),
        prop::collection::vec(any::<u8>(), 0..20).prop_map(Val::Bytes),
        "\\PC{0,12}".prop_map(Val::Text),
        any::<u128>().prop_map(|n| Val::Id(Uuid::from_u128(n))),
        // A float, as a newer version may bring.
        any::<f64>().prop_map(|f| Val::Other(encode(&f))),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Val::List),
            (prop::collection::vec(inner.clone(), 0..4), prop::collection::vec((inner, any::<u64>()), 0..4))
                .prop_map(|(add, remove)| Val::Set(SetPatch { add, remove })),
        ]
    })
}

proptest! {
    #[test]
    fn a_body_survives_its_bytes(body in prop::collection::btree_map(any::<u16>(), val(), 0..8)) {
        prop_assert_eq!(decode_body(&encode_body(&body)).expect("decoded"), body);
    }

    #[test]
    fn any_bytes_decode_or_fail(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode_body(&bytes);
        let _ = Op::from_bytes(&bytes);
    }
}

#[test]
fn a_declared_length_that_is_a_lie_allocates_nothing() {
    // An array of 2^40 items in six bytes.
    let lie = [0x9b, 0, 0, 1, 0, 0, 0, 0, 0];
    assert!(minicbor::decode::<Val>(&lie).is_err());
}

#[test]
fn nesting_without_end_is_refused() {
    let deep = vec![0x81; 10_000];
    assert!(minicbor::decode::<Val>(&deep).is_err());
    assert_eq!(Op::from_bytes(&deep), Err(OpError::Malformed));
}

//! Ops, as the ledger takes them from anybody.
#![no_main]
use crm_domain::op::{CHAIN_START, Op, commitment, link_hash};
use crm_domain::registry;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    fuzz::round_trip::<Op>(bytes);
    let Ok(op) = Op::from_bytes(bytes) else { return };
    let written = op.to_bytes();
    if let Ok(again) = Op::from_bytes(&written) {
        assert_eq!(op, again);
    }
    for change in &op.changes {
        link_hash(op.actor, &op, change, op.cause, 1, &CHAIN_START, 0);
        change.open.iter().for_each(|(field, opened)| {
            commitment(*field, opened);
        });
        let Some(kind) = registry::kind(change.kind) else { continue };
        kind.root_of(change.rec, &change.patch);
        crm_domain::rules::home(kind, change.rec, &change.patch, Some(&change.patch), op.actor);
        registry::trace(change.kind, &change.patch, Some(&change.patch));
        crm_domain::history::Inbox::of(&change.patch).fate();
    }
});

//! What lies on a device's disk, once it is unsealed: each value by itself, and a replica that opens on all of them.
#![no_main]
use crm_domain::book::Book;
use crm_domain::row::Row;
use crm_replica::ports::{Input, Opened};
use crm_replica::saved::{BucketState, DeviceState, Draft, Held, RootKey, Sending, StoredOp};
use crm_replica::{Now, Replica};
use fuzz::{pieces, round_trip, session};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut opened = Opened::default();
    for (n, piece) in pieces(bytes).into_iter().take(64).enumerate() {
        let Some((which, value)) = piece.split_first() else { continue };
        let (n, kept) = (n as u64, value.to_vec());
        match which % 10 {
            0 => {
                round_trip::<DeviceState>(value);
                opened.state.push(((0, 0), kept));
            }
            1 => {
                round_trip::<BucketState>(value);
                opened.state.push(((1, n), kept));
            }
            2 => {
                round_trip::<(RootKey, Option<Row>)>(value);
                opened.delta.push(((1, n), kept));
            }
            3 => {
                round_trip::<StoredOp>(value);
                opened.outbox.push(((0, n), kept));
            }
            4 => {
                round_trip::<Sending>(value);
                opened.outbox.push(((1, n), kept));
            }
            5 => opened.journal.push(((0, n), kept)),
            6 => opened.journal.push(((1, n), kept)),
            7 => opened.column.push(kept),
            8 => round_trip::<Draft>(value),
            _ => {
                round_trip::<Held>(value);
                opened.state.push(((2, n), kept));
            }
        }
    }
    // On any error the caller builds the book anew.
    if let Ok(book) = Book::load(&opened.column) {
        book.save();
    }
    let now = Now { device_ms: 1_760_000_000_000 };
    let mut replica = Replica::default();
    replica.step(now, Input::Open { session: session(), opened });
    replica.step(now, Input::Tick);
});

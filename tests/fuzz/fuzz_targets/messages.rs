//! Every message that crosses the network, and the export file. The first byte says which.
#![no_main]
use crm_domain::bucket::Bucket;
use crm_domain::op::{Change, Link, Op};
use crm_domain::row::Row;
use crm_domain::val::{Body, Val};
use crm_protocol::*;
use fuzz::round_trip;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((which, bytes)) = bytes.split_first() else { return };
    match which % 30 {
        0 => round_trip::<Op>(bytes),
        1 => round_trip::<Change>(bytes),
        2 => round_trip::<Link>(bytes),
        3 => row(bytes),
        4 => round_trip::<Push>(bytes),
        5 => round_trip::<Pushed>(bytes),
        6 => round_trip::<Pull>(bytes),
        7 => round_trip::<Pulled>(bytes),
        8 => round_trip::<Page>(bytes),
        9 => round_trip::<BlobOffer>(bytes),
        10 => round_trip::<BlobState>(bytes),
        11 => round_trip::<Unsent>(bytes),
        12 => file(bytes),
        13 => round_trip::<SignIn>(bytes),
        14 => round_trip::<SignedIn>(bytes),
        15 => round_trip::<NonceFor>(bytes),
        16 => round_trip::<Nonce>(bytes),
        17 => round_trip::<Renew>(bytes),
        18 => round_trip::<SetPassword>(bytes),
        19 => round_trip::<FirstAdministrator>(bytes),
        20 => round_trip::<Refusal>(bytes),
        21 => round_trip::<Body>(bytes),
        22 => round_trip::<Val>(bytes),
        23 => round_trip::<Bucket>(bytes),
        24 => round_trip::<Part>(bytes),
        25 => round_trip::<Sent>(bytes),
        26 => round_trip::<Outcome>(bytes),
        27 => round_trip::<Repair>(bytes),
        28 => round_trip::<Repaired>(bytes),
        _ => round_trip::<Remembered>(bytes),
    }
});

/// A row, and what a screen makes of it.
fn row(bytes: &[u8]) {
    round_trip::<Row>(bytes);
    let Ok(row) = decode::<Row>(bytes) else { return };
    row_digest(&row);
    let Ok(shown) = row.shown() else { return };
    let mut book = crm_domain::book::Book::default();
    book.apply(&shown);
    book.remove(shown.id);
}

fn file(bytes: &[u8]) {
    if let Some(file) = ExportFile::read(bytes) {
        assert_eq!(file.write(), bytes);
    }
}

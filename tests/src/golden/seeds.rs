//! What each fuzz target begins with (`tests/fuzz/seeds/<target>/`): real messages, in the form that the target reads.
use super::samples;
use crm_domain::ids::Uuid;
use crm_domain::registry::{Command, Query};
use crm_domain::{board, customers, grids, imports, needs, people, privacy, today};
use crm_protocol::{Mode, Outcome, Page, Pulled, Pushed, decode, encode};

/// Where they are kept.
pub const SEEDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds");

/// The first byte of the target `messages`.
const MESSAGES: [(&str, u8); 33] = [
    ("op-edit", 0),
    ("op-event", 0),
    ("change", 1),
    ("link", 2),
    ("row", 3),
    ("row-newer", 3),
    ("push", 4),
    ("pushed", 5),
    ("pull", 6),
    ("pull-first", 6),
    ("pulled", 7),
    ("pulled-revoked", 7),
    ("pulled-lost", 7),
    ("page", 8),
    ("blob-offer", 9),
    ("blob-state", 10),
    ("unsent", 11),
    ("unsent-photos", 11),
    ("export-file", 12),
    ("sign-in", 13),
    ("signed-in", 14),
    ("nonce-for", 15),
    ("nonce", 16),
    ("renew", 17),
    ("set-password", 18),
    ("set-password-by-admin", 18),
    ("first-administrator", 19),
    ("refusal", 20),
    ("row", 21),
    ("row", 22),
    ("buckets", 23),
    ("pulled", 24),
    ("pushed", 26),
];

/// The first byte of a piece of the target `stored`.
const STORED: [(&str, u8); 9] = [
    ("stored-device", 0),
    ("stored-bucket", 1),
    ("stored-delta", 2),
    ("stored-exit", 2),
    ("stored-op", 3),
    ("stored-sending", 4),
    ("stored-op", 5),
    ("draft", 8),
    ("stored-blob", 9),
];

/// Target, name, bytes.
pub fn seeds() -> Vec<(&'static str, String, Vec<u8>)> {
    let all = samples();
    let sample = |name: &str| all.iter().find(|g| g.name == name).map(|g| g.bytes.clone()).unwrap_or_default();
    let first = |which: u8, name: &str| [vec![which], sample(name)].concat();
    let mut seeds = vec![];
    for name in ["op-edit", "op-event"] {
        seeds.push(("op", name.to_owned(), sample(name)));
    }
    for (name, which) in MESSAGES {
        seeds.push(("messages", format!("{which:02}-{name}"), first(which, name)));
    }
    for (name, which) in STORED {
        seeds.push(("stored", format!("{which}-{name}"), piece(&first(which, name))));
    }
    let whole = STORED.iter().flat_map(|(name, which)| piece(&first(*which, name))).collect();
    seeds.push(("stored", "whole".into(), whole));
    seeds.push(("answers", "a-bootstrap".into(), bootstrap(&sample("pulled"), &sample("page"))));
    seeds.push(("answers", "a-restored-server".into(), restored(&sample("pulled"))));
    for (i, json) in questions().into_iter().enumerate() {
        seeds.push(("questions", format!("{i:02}"), json));
    }
    seeds
}

/// Two bytes of length, then the bytes.
fn piece(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u16).to_be_bytes(), bytes].concat()
}

/// Pages, then the pull that completes them.
fn bootstrap(pulled: &[u8], page: &[u8]) -> Vec<u8> {
    let mut begun: Pulled = decode(pulled).expect("it was just written");
    (begun.last_n, begun.last_hash) = (0, [0; 32]);
    let mut done = begun.clone();
    for part in &mut done.parts {
        (part.mode, part.hi) = (Mode::Delta, part.seq);
    }
    done.complete = true;
    let page = encode(&Page { rows: decode::<Page>(page).expect("a page").rows });
    let pushed = Pushed { epoch: 3, expect_n: 2, results: vec![(1, Outcome::Applied, 1)], now_ms: 1 };
    let answers = [encode(&begun), page.clone(), page.clone(), page, encode(&pushed), encode(&done), encode(&done)];
    answers.iter().flat_map(|answer| piece(answer)).collect()
}

/// A pull that completes, and one of another epoch.
fn restored(pulled: &[u8]) -> Vec<u8> {
    let mut done: Pulled = decode(pulled).expect("it was just written");
    (done.last_n, done.last_hash, done.complete) = (0, [0; 32], true);
    done.parts.truncate(1);
    let other = Pulled { epoch: 9, ..done.clone() };
    [encode(&done), encode(&other), encode(&other)].iter().flat_map(|answer| piece(answer)).collect()
}

fn questions() -> Vec<Vec<u8>> {
    let id = Uuid::from_u128(7);
    let list =
        customers::List { text: "cp".into(), grid: Some(id), near: Some((1, -1)), limit: 50, ..Default::default() };
    let edges = customers::List {
        near: Some((i64::MIN, i64::MAX)),
        within_m: Some(u32::MAX),
        offset: u32::MAX,
        limit: u32::MAX,
        ..Default::default()
    };
    let queries: Vec<Query> = vec![
        customers::Query::List(edges).into(),
        board::Query { day: (i64::MIN, i64::MAX), grids: vec![] }.into(),
        today::Query { day: (i64::MAX, i64::MIN), near: Some((i64::MIN, 0)) }.into(),
        customers::Query::List(list).into(),
        customers::Query::Detail { customer: id }.into(),
        customers::Query::Same { name: "茶铺".into(), phone: "13800000000".into() }.into(),
        board::Query { day: (0, 86_400_000), grids: vec![id] }.into(),
        today::Query { day: (0, 86_400_000), near: None }.into(),
        grids::Query::All.into(),
        people::Query::All.into(),
        privacy::Query::Ledger.into(),
        imports::Query::Match(vec![imports::Row { name: "茶铺".into(), phone: None }]).into(),
        imports::Query::Customers(id).into(),
    ];
    let commands: Vec<Command> = vec![
        needs::Command::Resolve { customer: id, need: id, result: Some("好".into()) }.into(),
        privacy::Command::RevealPhone { customer: id }.into(),
        grids::Command::Archive { grid: id, archived: true }.into(),
    ];
    let json = |value: serde_json::Result<Vec<u8>>| value.expect("it is JSON");
    let queries = queries.iter().map(|q| json(serde_json::to_vec(q)));
    queries.chain(commands.iter().map(|c| json(serde_json::to_vec(c)))).collect()
}

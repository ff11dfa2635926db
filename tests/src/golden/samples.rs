//! The messages themselves. Every field stands in one of them, every variant of every choice, and what is optional is
//! there once and missing once.
use super::Golden;
use crm_domain::bucket::{Bucket, Verb};
use crm_domain::command::Patch;
use crm_domain::customers::{CUSTOMER, customer};
use crm_domain::ids::{Uuid, derived_id, op_id};
use crm_domain::op::{CHAIN_START, Change, Link, Op, Opened, commitment, link_hash};
use crm_domain::row::Row;
use crm_domain::val::{Body, SetPatch, Val, encode_body};
use crm_domain::visits::{CHECK_IN, check_in};
use crm_protocol::*;
use crm_replica::saved::DeviceState as SavedDevice;
use crm_replica::saved::{Boot, BucketState, Columns, Draft, Held, PageEntry, RootKey, Sending, StoredOp, Whole};
use crm_server::ledger::receipt_bytes;
use ed25519_dalek::{Signer, SigningKey};

const T0: u64 = 1_760_000_000_000;

fn id(name: &str) -> Uuid {
    derived_id(T0, &[name.as_bytes()])
}

/// Everything that is written down, by name.
pub fn samples() -> Vec<Golden> {
    let mut all = Vec::new();
    ops(&mut all);
    sync(&mut all);
    account(&mut all);
    stored(&mut all);
    hashes(&mut all);
    all
}

fn again<T: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()>>(bytes: &[u8]) -> Result<Vec<u8>, String> {
    decode::<T>(bytes).map(|read| encode(&read)).map_err(|e| e.to_string())
}

fn message<T: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()>>(
    all: &mut Vec<Golden>,
    name: &'static str,
    what: &'static str,
    message: &T,
) {
    let bytes = encode(message);
    let grows = bytes[0] >> 5 == 5;
    all.push(Golden { name, what, bytes, again: again::<T>, grows });
}

fn edit() -> Op {
    let patch: Body = [
        (customer::name, Val::Text("茶铺".into())),
        (customer::grid, Val::Id(id("east"))),
        (customer::lat_e7, Val::Int(-312_304_160)),
        (customer::note, Val::Null),
        (
            customer::tags,
            Val::Set(SetPatch { add: vec![Val::Text("vip".into())], remove: vec![(Val::Text("旧".into()), 7)] }),
        ),
        (60_000, Val::Bool(true)),
        (900, Val::Bytes(vec![0, 255])),
        (901, Val::List(vec![Val::Int(1), Val::Text("b".into())])),
    ]
    .into();
    let change = Change {
        kind: CUSTOMER,
        rec: id("tea"),
        new: false,
        yields: true,
        patch,
        base: [(customer::name, u64::MAX), (customer::grid, op_id(id("earlier"), 3))].into(),
        open: Default::default(),
    };
    let create = Change {
        kind: CUSTOMER,
        rec: id("inn"),
        new: true,
        yields: false,
        patch: Patch::new().set(customer::name, "客栈").set(customer::grid, id("east")).done(),
        base: Default::default(),
        open: Default::default(),
    };
    Op {
        cause: id("cause"),
        part: 2,
        hlc: (T0 << 16) | 5,
        actor: id("li"),
        app: 1,
        changes: vec![change, create],
        link: None,
    }
}

fn event() -> Op {
    let opened = |salt: u8, value: Val| Opened { salt: [salt; 16], value };
    let open =
        [(check_in::lat_e7, opened(1, Val::Int(312_304_160))), (check_in::lon_e7, opened(2, Val::Int(1_214_737_010)))];
    let mut patch = Patch::new()
        .set(check_in::customer, id("tea"))
        .set(check_in::visit, id("visit"))
        .set(check_in::by, id("li"))
        .set(check_in::at, T0 as i64)
        .set(check_in::verdict, "inside")
        .done();
    for (field, opened) in &open {
        patch.insert(*field, Val::Bytes(commitment(*field, opened).to_vec()));
    }
    let change = Change {
        kind: CHECK_IN,
        rec: id("check-in"),
        new: true,
        yields: false,
        patch,
        base: Default::default(),
        open: open.into(),
    };
    let mut op =
        Op { cause: id("arrival"), part: 0, hlc: T0 << 16, actor: id("li"), app: 1, changes: vec![change], link: None };
    let hash = link_hash(id("org"), &op, &op.changes[0], id("phone"), 1, &CHAIN_START, 0);
    let sig = key().sign(&hash).to_bytes();
    op.link = Some(Link { dev: id("phone"), chain_n: 1, prev: CHAIN_START, alg: 0, sig });
    op
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn row() -> Row {
    let body: Body = [
        (customer::name, Val::Text("茶铺".into())),
        (customer::grid, Val::Id(id("east"))),
        (customer::tags, Val::List(vec![Val::Text("vip".into())])),
        (customer::note, Val::Null),
    ]
    .into();
    Row {
        id: id("tea"),
        kind: CUSTOMER,
        root: id("tea"),
        seq: 42,
        body: encode_body(&body),
        by: op_id(id("cause"), 2),
        at: T0,
        over: vec![(customer::name, None, 9), (customer::tags, Some(Val::Text("vip".into())), 10)],
    }
}

/// A row whose body has what this version does not know: a field, a value of an unknown tag, a float.
fn newer_row() -> Row {
    let body = [
        0xa3, 0x01, 0x61, b'x', 0x19, 0x23, 0x28, 0xc1, 0x1a, 0x51, 0x4b, 0x67, 0xb0, 0x19, 0x23, 0x29, 0xf9, 0x3e,
        0x00,
    ];
    Row { body: body.to_vec(), over: vec![], ..row() }
}

fn ops(all: &mut Vec<Golden>) {
    message(
        all,
        "op-edit",
        "An op of two changes: an edit that yields, with every kind of value, and a create.",
        &edit(),
    );
    message(all, "op-event", "An event: committed values, their openings, and the signed link.", &event());
    message(all, "change", "One change of an op.", &edit().changes[0]);
    message(all, "link", "An event's place in its device's chain.", &event().link);
    message(all, "row", "A row whose name and tag were written by other ops than the rest.", &row());
    message(
        all,
        "row-newer",
        "A row of a newer version: a field, a tag and a float that this one does not know.",
        &newer_row(),
    );
}

fn sync(all: &mut Vec<Golden>) {
    let sent = |op: &Op, first_sent, effective| Sent { op: op.to_bytes(), first_sent, effective };
    let ops = vec![sent(&edit(), 0, None), sent(&event(), T0 - 5, Some(T0 - 9))];
    message(
        all,
        "push",
        "POST /sync/push: two ops from n = 8 on, after a hole.",
        &Push { epoch: 3, dev: id("phone"), first_n: 8, ops, lost: vec![(6, 7)] },
    );
    let refused = |depends_on| Outcome::Rejected { code: 5, depends_on };
    let outcomes =
        [Outcome::Applied, Outcome::Merged, refused(None), refused(Some(u64::MAX)), Outcome::Waiting(1), Outcome::Fork];
    let results = outcomes.into_iter().enumerate().map(|(i, outcome)| (i as u64 + 1, outcome, T0)).collect();
    message(
        all,
        "pushed",
        "The answer: one result of each kind.",
        &Pushed { epoch: 3, expect_n: 6, results, now_ms: T0 },
    );
    let user = Bucket::User(id("li"));
    let grid = Bucket::Grid(id("east"));
    let every = [
        Bucket::Org,
        Bucket::OrgAdmin,
        grid,
        Bucket::GridLead(id("east")),
        user,
        Bucket::Pool(id("east")),
        Bucket::AllGrids,
    ];
    let cursors =
        every.into_iter().enumerate().map(|(i, bucket)| (bucket, Some(i as u64).filter(|n| *n > 1))).collect();
    message(
        all,
        "pull",
        "POST /sync/pull: every kind of bucket, two of which begin.",
        &Pull { nonce: 77, epoch: 3, proof: Some(vec![1; 40]), cursors, max_bytes: 1 << 20, hello: None },
    );
    message(
        all,
        "pull-first",
        "The first pull of a device.",
        &Pull { nonce: 1, epoch: 0, proof: None, cursors: vec![], max_bytes: 65_536, hello: None },
    );
    let hello = Hello { proto: 1, app: 2, caps: vec![FORMS], oldest: None };
    message(
        all,
        "pull-hello",
        "A pull of an app that tells of itself.",
        &Pull { nonce: 2, epoch: 3, proof: None, cursors: vec![], max_bytes: 65_536, hello: Some(hello.clone()) },
    );
    message(all, "hello", "What an app tells of itself.", &hello);
    let exits = vec![
        Exit { id: id("inn"), seq: 43, reason: ExitReason::Moved, to: Some("西城".into()) },
        Exit { id: id("bank"), seq: 44, reason: ExitReason::Purged, to: None },
    ];
    let delta = Part {
        bucket: grid,
        mode: Mode::Delta,
        rows: vec![row(), newer_row()],
        exits,
        drop_before: 1,
        hi: 44,
        seq: 50,
        digest: [8; 8],
    };
    let pages = Part {
        bucket: user,
        mode: Mode::Pages { generation: 2, count: 3, at_seq: 40 },
        rows: vec![],
        exits: vec![],
        drop_before: 1,
        hi: 0,
        seq: 41,
        digest: [0; 8],
    };
    let granted = vec![
        Grant { bucket: Bucket::Org, verb: Verb::Read },
        Grant { bucket: grid, verb: Verb::Put },
        Grant { bucket: user, verb: Verb::Write },
    ];
    let pulled = Pulled {
        nonce: 77,
        epoch: 3,
        proof: vec![1; 40],
        parts: vec![delta, pages],
        last_n: 9,
        last_hash: [5; 32],
        complete: false,
        granted,
        stable_n: Some(7),
        now_ms: T0,
        device: DeviceState::Active,
        hello: None,
    };
    message(all, "pulled", "The answer: a delta with rows and exits, and a bucket that comes as pages.", &pulled);
    let server = Hello { proto: 1, app: 3, caps: vec![1, 2, FORMS], oldest: Some(2) };
    let told = Pulled { parts: vec![], granted: vec![], hello: Some(server.clone()), ..pulled.clone() };
    message(all, "pulled-hello", "The answer to an app that is too old for data; the server tells of itself.", &told);
    let closed = |device| Pulled { parts: vec![], granted: vec![], stable_n: None, device, ..pulled.clone() };
    message(all, "pulled-revoked", "The answer to a revoked device.", &closed(DeviceState::Revoked));
    message(all, "pulled-lost", "The answer to a lost device.", &closed(DeviceState::Lost));
    message(all, "page", "GET /page/…, unzipped.", &Page { rows: vec![row(), newer_row()] });
    let seq = 44;
    message(all, "repair", "POST /sync/repair.", &Repair { bucket: grid, seq, sums: (0..256).collect() });
    let repaired = Repaired { bucket: grid, seq, parts: vec![3, 250], rows: vec![row()] };
    message(all, "repaired", "The answer: every row of the parts that differ.", &repaired);
    let remembered = Remembered { heard_at: Some(T0) };
    message(all, "remembered", "GET /auth/device, the answer for a device that is in use.", &remembered);
    message(all, "blob-offer", "POST /blob.", &BlobOffer { sha256: [9; 32], len: 300_000 });
    message(all, "blob-state", "The answer to an offer and to each chunk.", &BlobState { offset: 262_144 });
    let ops = vec![
        Exported { n: 8, op: edit().to_bytes(), first_sent: 0 },
        Exported { n: 9, op: event().to_bytes(), first_sent: T0 },
    ];
    message(
        all,
        "unsent",
        "What an emergency export holds once it is opened.",
        &Unsent { org: id("org"), user: id("li"), dev: id("phone"), ops, photos: None },
    );
    let photos = Some(vec![ExportedPhoto(b"a photo's bytes".to_vec())]);
    message(
        all,
        "unsent-photos",
        "The same with a photo, and no op.",
        &Unsent { org: id("org"), user: id("li"), dev: id("phone"), ops: vec![], photos },
    );
    all.push(Golden {
        name: "export-file",
        what: "An emergency export's frame: magic, salt, nonce, what AES-GCM sealed (here not sealed by anything).",
        bytes: ExportFile { salt: &[1; EXPORT_SALT], nonce: &[2; EXPORT_NONCE], sealed: &[3; 20] }.write(),
        again: |bytes| ExportFile::read(bytes).map(|file| file.write()).ok_or("not a file".into()),
        grows: false,
    });
}

fn account(all: &mut Vec<Golden>) {
    let key = key().verifying_key().to_bytes().to_vec();
    let (account, password) = ("li".to_owned(), "a long password".to_owned());
    message(
        all,
        "sign-in",
        "POST /auth/sign-in.",
        &SignIn {
            proto: 1,
            app: 1,
            account: account.clone(),
            password: password.clone(),
            dev: id("phone"),
            alg: 0,
            key,
            label: "Chromium".into(),
        },
    );
    message(
        all,
        "signed-in",
        "The answer to a sign-in and to a renewal.",
        &SignedIn {
            token: vec![4; 32],
            until_ms: T0,
            org: id("org"),
            user: id("li"),
            name: "李".into(),
            role: "manager".into(),
            epoch: 3,
            now_ms: T0,
            spare_key: Some(vec![5; 32]),
        },
    );
    message(all, "nonce-for", "POST /auth/nonce.", &NonceFor { dev: id("phone") });
    message(all, "nonce", "The answer.", &Nonce { nonce: [6; 32], now_ms: T0 });
    let sig = self::key().sign(&renewal_bytes(id("phone"), &[6; 32])).to_bytes();
    message(all, "renew", "POST /auth/renew: the signature is real.", &Renew { dev: id("phone"), nonce: [6; 32], sig });
    message(
        all,
        "set-password",
        "POST /admin/password, of one's own.",
        &SetPassword { user: id("li"), password: password.clone(), old: Some("old".into()) },
    );
    message(
        all,
        "set-password-by-admin",
        "POST /admin/password, of somebody else.",
        &SetPassword { user: id("li"), password: password.clone(), old: None },
    );
    message(
        all,
        "first-administrator",
        "POST /auth/first.",
        &FirstAdministrator { token: "t".into(), name: "何琳".into(), account, password },
    );
    message(
        all,
        "refusal",
        "The body of an answer that is not 2xx, with a wait.",
        &Refusal { code: RefusalCode::Locked, now_ms: T0, retry_ms: Some(30_000) },
    );
    use RefusalCode::*;
    let codes = [
        Malformed,
        TooLarge,
        WrongPassword,
        Locked,
        Inactive,
        SignInAgain,
        NotAllowed,
        NotFound,
        DeviceRevoked,
        Upgrade,
        Failed,
        WeakPassword,
        Gone,
    ];
    message(all, "refusal-codes", "Every code of a refusal, in the order of their numbers.", &codes.to_vec());
}

fn stored(all: &mut Vec<Golden>) {
    let device = SavedDevice {
        next_n: 10,
        trimmed_n: 7,
        trimmed_hash: [5; 32],
        hlc: T0 << 16,
        chain_n: 2,
        chain_head: [6; 32],
        epoch: 3,
        proof: Some(vec![1; 40]),
        counter: 99,
        next_bucket: 4,
        layout: 2,
        server_ms: T0,
        offset_ms: -1_500,
        subscribed: vec![Bucket::Grid(id("west"))],
        columns: Some(Columns { layout: 2, counter: 98, values: 3, mine: vec![RootKey(id("tea"))] }),
        granted: vec![(Bucket::Org, Verb::Read)],
        dev: Some(RootKey(id("phone"))),
        stable_n: Some(6),
        server: None,
        erasing: vec![],
    };
    message(all, "stored-device", "The state of a device, key (0, 0) of the store `state`.", &device);
    let told = SavedDevice { server: Some(Hello { oldest: Some(1), ..Hello::silent() }), ..SavedDevice::default() };
    message(all, "stored-device-hello", "The same with what the server told of itself.", &told);
    message(all, "stored-device-new", "The same on a device that has just begun.", &SavedDevice::default());
    let bucket = BucketState {
        bucket: Bucket::Grid(id("east")),
        cursor: Some(44),
        last_n: 9,
        pages: vec![PageEntry { no: 1, first: id("inn"), last: id("tea"), roots: true }],
        next_page: 2,
        boot: Some(Boot { generation: 2, count: 3, at_seq: 40, next: 1 }),
        replaces: Some(1),
        digest: Some(vec![7; 8]),
        compared_at: 1_700_000_000_000,
    };
    message(all, "stored-bucket", "One bucket's copy, key (1, number) of `state`.", &bucket);
    let about = vec![(RootKey(id("tea")), Some(Bucket::Grid(id("east")))), (RootKey(id("inn")), None)];
    message(
        all,
        "stored-op",
        "An op in `outbox` or `journal`, key (0, n).",
        &StoredOp { op: edit().to_bytes(), about, at_ms: T0, label: "茶铺".into() },
    );
    message(
        all,
        "stored-sending",
        "What is known of its sending, key (1, n).",
        &Sending { first_sent: T0, outcome: Some(Outcome::Waiting(1)), effective: Some(T0), ..Sending::default() },
    );
    let refused = Some(Outcome::Rejected { code: 18, depends_on: None });
    message(
        all,
        "stored-sending-settled",
        "The same of one that was refused and put away.",
        &Sending { first_sent: T0, outcome: refused, effective: Some(T0), settled: true, purged: false },
    );
    let held = Held { sha: [9; 32], len: 300_000, owed: true, mine: true, used_at: T0, whole: None };
    message(all, "stored-blob", "What is known of a photo here, key (2, hash) of `state`.", &held);
    let held = Held { owed: false, whole: Some(Whole { n: 7, at_ms: T0 }), ..held };
    message(all, "stored-blob-whole", "The same of one that the server has.", &held);
    message(all, "stored-sending-new", "The same of one that was not sent yet.", &Sending::default());
    message(all, "stored-delta", "A row newer than its page, in `delta`.", &(RootKey(id("tea")), Some(row())));
    message(all, "stored-exit", "A record that left, in `delta`.", &(RootKey(id("tea")), None::<Row>));
    message(
        all,
        "draft",
        "What was typed and not saved, in `draft`.",
        &Draft { name: "visit/1".into(), text: "下周三再来".into() },
    );
}

/// Hashes and signed bytes as pairs [what goes in, what comes out].
fn hashes(all: &mut Vec<Golden>) {
    let pair = |input: Vec<u8>, output: Vec<u8>| [minicbor::bytes::ByteVec::from(input), output.into()];
    let uuid = |name: &str| id(name).as_bytes().to_vec();
    let cause_part = [uuid("cause"), 2u32.to_be_bytes().to_vec()].concat();
    let opid = op_id(id("cause"), 2).to_be_bytes().to_vec();
    message(all, "hash-op-id", "OpId: [cause ‖ part, the first 8 bytes of its SHA-256].", &pair(cause_part, opid));
    let run = run_hash(&[0; 32], id("cause"), 2);
    let over = [vec![0; 32], uuid("cause"), 2u32.to_be_bytes().to_vec()].concat();
    message(
        all,
        "hash-queue",
        "The running hash of a queue of one op: [H(0) ‖ cause ‖ part, H(1)].",
        &pair(over, run.to_vec()),
    );
    message(
        all,
        "hash-row",
        "A row's part of its bucket's digest: [the row, 8 bytes].",
        &pair(encode(&row()), row_digest(&row()).to_be_bytes().to_vec()),
    );
    let both = [row(), newer_row()];
    let rows: Vec<u8> = both.iter().flat_map(encode).collect();
    message(
        all,
        "hash-bucket",
        "The digest of a bucket of two rows: [the rows one after another, 8 bytes].",
        &pair(rows, bucket_digest(&both).to_vec()),
    );
    let opened = Opened { salt: [1; 16], value: Val::Int(312_304_160) };
    let field = check_in::lat_e7.to_be_bytes().to_vec();
    let input = [b"zoufang/commit/1".to_vec(), vec![1; 16], field, encode(&opened.value)].concat();
    message(
        all,
        "hash-commitment",
        "The commitment to one value: [what is hashed, its SHA-256].",
        &pair(input, commitment(check_in::lat_e7, &opened).to_vec()),
    );
    let op = event();
    let change = &op.changes[0];
    let input = [
        b"zoufang/event/1".to_vec(),
        uuid("org"),
        uuid("phone"),
        1u64.to_be_bytes().to_vec(),
        vec![0; 32],
        vec![0],
        CHECK_IN.to_be_bytes().to_vec(),
        uuid("check-in"),
        uuid("li"),
        op.hlc.to_be_bytes().to_vec(),
        encode(&change.patch),
    ]
    .concat();
    let hash = link_hash(id("org"), &op, change, id("phone"), 1, &CHAIN_START, 0);
    message(
        all,
        "hash-link",
        "An event's link, of op-event: [what is hashed, its SHA-256].",
        &pair(input, hash.to_vec()),
    );
    let sig = key().sign(&hash).to_bytes().to_vec();
    message(
        all,
        "signed-link",
        "Its signature by the Ed25519 key of seed 7 × 32: [what is signed, 64 bytes].",
        &pair(hash.to_vec(), sig),
    );
    let receipt = receipt_bytes(&hash, T0);
    let sig = key().sign(&receipt).to_bytes().to_vec();
    message(
        all,
        "signed-receipt",
        "The server's receipt for it, here by the same key: [what is signed, 64 bytes].",
        &pair(receipt, sig),
    );
    let renewal = renewal_bytes(id("phone"), &[6; 32]);
    let sig = key().sign(&renewal).to_bytes().to_vec();
    message(
        all,
        "signed-renewal",
        "What a device signs to renew its token: [what is signed, 64 bytes].",
        &pair(renewal, sig),
    );
    let every = [
        Bucket::Org,
        Bucket::OrgAdmin,
        Bucket::Grid(id("east")),
        Bucket::GridLead(id("east")),
        Bucket::User(id("li")),
        Bucket::Pool(id("east")),
        Bucket::AllGrids,
    ];
    message(all, "buckets", "Every kind of bucket.", &every.to_vec());
}

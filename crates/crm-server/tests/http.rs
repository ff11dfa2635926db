//! The server over real sockets: sign-in, lock-out, limits, tokens, the app's files and their headers.
use crm_domain::bucket::Bucket;
use crm_domain::command::Patch;
use crm_domain::customers::{CUSTOMER, customer};
use crm_domain::ids::{Uuid, derived_id};
use crm_domain::op::{Change, Op};
use crm_domain::people::{PERSON, Role, person};
use crm_protocol::*;
use crm_server::Sqlite;
use crm_server::http::{self, App, Site};
use crm_server::ledger::{Ledger, Loaded, Seed};
use ed25519_dalek::{Signer, SigningKey};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use ureq::http::Response;
use ureq::{Agent, Body};

const T0: u64 = 1_760_000_000_000;
const PASSWORD: &str = "qifeng 7359 east";

fn id(name: &str) -> Uuid {
    derived_id(T0, &[name.as_bytes()])
}

/// A server of its own on a free port, with a clock that the test sets.
struct Server {
    address: String,
    clock: Arc<AtomicU64>,
    agent: Agent,
    ledger: Arc<Ledger>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    fn start() -> Self {
        Self::with(None)
    }

    fn with(pwa: Option<PathBuf>) -> Self {
        Self::of_release(APP, pwa)
    }

    fn of_release(app: u16, pwa: Option<PathBuf>) -> Self {
        let org = id("org");
        let store = Sqlite::in_memory(org).expect("opens");
        let ledger = Ledger::open(Box::new(store), org, Seed([5; 32]), T0).expect("opens").of_release(app);
        let ledger = Arc::new(ledger);
        let fields = Patch::new()
            .set(person::name, "周萍")
            .set(person::account, "zhou")
            .set(person::role, Role::Supervisor.word())
            .set(person::active, true);
        let (id, body) = (id("zhou"), fields.done());
        let row = Loaded { kind: PERSON, id, root: id, bucket: Bucket::Org, body, actor: Uuid::nil(), at: T0 };
        ledger.load([row].into_iter(), T0).expect("loads");
        ledger.set_password(id, PASSWORD).expect("set");
        let clock = Arc::new(AtomicU64::new(T0));
        let ticks = clock.clone();
        let app = App::new(ledger.clone(), Site::new(pwa), Arc::new(move || ticks.load(Ordering::SeqCst)));
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let (said, address) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
                said.send(format!("http://{}", listener.local_addr().expect("an address"))).expect("heard");
                let stop = async {
                    let _ = stopped.await;
                };
                http::serve(app, listener, stop).await;
            });
        });
        let agent = Agent::config_builder().http_status_as_error(false).build().into();
        let address = address.recv().expect("an address");
        Self { address, clock, agent, ledger, stop: Some(stop), thread: Some(thread) }
    }

    fn pass(&self, ms: u64) {
        self.clock.fetch_add(ms, Ordering::SeqCst);
    }

    fn post(&self, path: &str, token: Option<&[u8]>, body: &[u8]) -> Response<Body> {
        self.post_as(path, token, None, body)
    }

    fn post_as(&self, path: &str, token: Option<&[u8]>, encoding: Option<&str>, body: &[u8]) -> Response<Body> {
        let mut request = self.agent.post(format!("{}{path}", self.address));
        if let Some(token) = token {
            request = request.header("authorization", bearer(token));
        }
        if let Some(encoding) = encoding {
            request = request.header("content-encoding", encoding);
        }
        request.send(body).expect("an answer")
    }

    fn get(&self, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
        let mut request = self.agent.get(format!("{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.call().expect("an answer")
    }

    fn sign_in(&self, account: &str, password: &str) -> Response<Body> {
        self.post("/auth/sign-in", None, &encode(&signing_in(account, password)))
    }

    fn token(&self) -> Vec<u8> {
        read::<SignedIn>(self.sign_in("zhou", PASSWORD)).token
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn bearer(token: &[u8]) -> String {
    format!("Bearer {}", hex::encode(token))
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[11; 32])
}

fn signing_in(account: &str, password: &str) -> SignIn {
    SignIn {
        proto: PROTO,
        app: APP,
        account: account.into(),
        password: password.into(),
        dev: id("phone"),
        alg: 0,
        key: key().verifying_key().to_bytes().to_vec(),
        label: "Chromium".into(),
    }
}

fn bytes(mut response: Response<Body>) -> Vec<u8> {
    response.body_mut().read_to_vec().expect("a body")
}

fn read<T: for<'b> minicbor::Decode<'b, ()>>(response: Response<Body>) -> T {
    assert_eq!(response.status(), 200);
    decode(&bytes(response)).expect("a message")
}

fn refusal(response: Response<Body>) -> (u16, RefusalCode) {
    let status = response.status().as_u16();
    let refusal: Refusal = decode(&bytes(response)).expect("a refusal");
    (status, refusal.code)
}

#[test]
fn an_app_that_is_too_old_gets_no_data_and_may_still_push() {
    let app = 1 + RELEASES_BACK + 1;
    let server = Server::of_release(app, None);
    let token = server.token();
    let silent = server.post("/sync/pull", Some(&token), &encode(&pull(&server)));
    assert_eq!(refusal(silent), (426, RefusalCode::Upgrade));
    let hello = Hello { app: 1, ..Hello::silent() };
    let old = Pull { hello: Some(hello.clone()), ..pull(&server) };
    let told: Pulled = read(server.post("/sync/pull", Some(&token), &encode(&old)));
    assert_eq!((told.parts.len(), told.granted.len(), told.complete), (0, 0, false));
    let oldest = told.hello.expect("the server tells of itself").oldest;
    assert_eq!(oldest, Some(2));
    let pushed: Pushed = read(server.post("/sync/push", Some(&token), &encode(&push(&server, 10))));
    assert_eq!(pushed.results.len(), 1, "it is taken");
    let hello = Hello { app: 2, ..hello };
    let good: Pulled =
        read(server.post("/sync/pull", Some(&token), &encode(&Pull { hello: Some(hello), ..pull(&server) })));
    assert!(good.complete && !good.granted.is_empty());
}

#[test]
fn whoever_asks_in_json_is_answered_in_json() {
    let server = Server::start();
    let ask = |path: &str, token: Option<&str>, body: &serde_json::Value| {
        let mut request = server.agent.post(format!("{}{path}", server.address));
        request =
            request.header("content-type", "application/json; charset=utf-8").header("accept", "application/json");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        request.send(body.to_string().as_bytes()).expect("an answer")
    };
    let json = |response: Response<Body>| {
        assert_eq!(response.headers()["content-type"], "application/json");
        let status = response.status().as_u16();
        (status, serde_json::from_slice::<serde_json::Value>(&bytes(response)).expect("JSON"))
    };
    let mut who = serde_json::json!({
        "proto": PROTO, "app": APP, "account": "zhou", "password": "another one",
        "dev": id("phone"), "alg": 0, "key": hex::encode(key().verifying_key().as_bytes()), "label": "reports",
    });
    let (status, refused) = json(ask("/auth/sign-in", None, &who));
    assert_eq!((status, refused["code"].as_str()), (401, Some("WrongPassword")));
    who["password"] = PASSWORD.into();
    let (status, signed) = json(ask("/auth/sign-in", None, &who));
    assert_eq!((status, signed["name"].as_str()), (200, Some("周萍")));
    let token = signed["token"].as_str().expect("a token");

    let sent = push(&server, 0);
    let op = hex::encode(&sent.ops[0].op);
    let sent = serde_json::json!({
        "epoch": signed["epoch"], "dev": id("phone"), "first_n": 1,
        "ops": [{ "op": op, "first_sent": 0 }], "lost": [],
    });
    let (_, pushed) = json(ask("/sync/push", Some(token), &sent));
    assert_eq!(pushed["results"], serde_json::json!([[1, "Applied", T0]]));
    let asked = |cursor: Option<u64>| {
        serde_json::json!({
            "nonce": "18446744073709551615", "epoch": signed["epoch"], "max_bytes": 1 << 20,
            "cursors": [[{ "Grid": id("east") }, cursor]],
        })
    };
    let (_, pulled) = json(ask("/sync/pull", Some(token), &asked(Some(0))));
    assert_eq!((pulled["nonce"].as_str(), pulled["last_n"].as_u64()), (Some("18446744073709551615"), Some(1)));
    let row = &pulled["parts"][0]["rows"][0];
    assert_eq!(row["id"], id("tea").to_string());
    assert_eq!((row["body"]["1"].as_str(), row["body"]["4"].as_str()), (Some("茶铺"), Some(&*id("east").to_string())));
    let first = Op::from_bytes(&push(&server, 0).ops[0].op).expect("an op").id();
    assert_eq!(row["by"], first.to_string());

    let (_, staged) = json(ask("/sync/pull", Some(token), &asked(None)));
    let generation = &staged["parts"][0]["mode"]["Pages"]["generation"];
    let page = format!("/page/{}/{generation}/0", hex::encode(Bucket::Grid(id("east")).to_bytes()));
    let bearer = format!("Bearer {token}");
    let (_, page) =
        json(server.get(&page, &[("authorization", &bearer), ("accept", "text/html, application/json;q=0.9")]));
    assert_eq!(page["rows"][0], *row);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(bytes).expect("in memory");
    gzip.finish().expect("in memory")
}

/// A push of one new customer with a note of so many bytes.
fn push(server: &Server, note: usize) -> Push {
    let patch =
        Patch::new().set(customer::name, "茶铺").set(customer::grid, id("east")).set(customer::note, "x".repeat(note));
    let change = Change {
        kind: CUSTOMER,
        rec: id("tea"),
        new: true,
        yields: false,
        patch: patch.done(),
        base: Default::default(),
        open: Default::default(),
    };
    let now = server.clock.load(Ordering::SeqCst);
    let op = Op {
        cause: id("cause"),
        part: 0,
        hlc: now << 16,
        actor: id("zhou"),
        app: 1,
        changes: vec![change],
        link: None,
    };
    let sent = Sent { op: op.to_bytes(), first_sent: 0, effective: None };
    let epoch = server.ledger.epoch().expect("an epoch");
    Push { epoch, dev: id("phone"), first_n: 1, ops: vec![sent], lost: vec![] }
}

fn pull(server: &Server) -> Pull {
    let epoch = server.ledger.epoch().expect("an epoch");
    Pull {
        nonce: 3,
        epoch,
        proof: None,
        cursors: vec![(Bucket::Grid(id("east")), Some(0))],
        max_bytes: 1 << 20,
        hello: None,
    }
}

#[test]
fn a_signed_in_device_pushes_and_pulls() {
    let server = Server::start();
    let answer = server.sign_in(" ZHOU ", PASSWORD);
    let cookie = answer.headers()["set-cookie"].to_str().expect("text").to_owned();
    assert!(cookie.starts_with(&format!("zf_dev={}", id("phone").simple())) && cookie.contains("HttpOnly"), "{cookie}");
    let signed: SignedIn = read(answer);
    assert_eq!((signed.name.as_str(), signed.role.as_str(), signed.org), ("周萍", "supervisor", id("org")));
    let pushed: Pushed = read(server.post("/sync/push", Some(&signed.token), &encode(&push(&server, 0))));
    assert_eq!(pushed.results, [(1, Outcome::Applied, T0)]);
    let pulled: Pulled = read(server.post("/sync/pull", Some(&signed.token), &encode(&pull(&server))));
    assert_eq!((pulled.nonce, pulled.complete, pulled.last_n), (3, true, 1));
    assert_eq!(pulled.parts[0].rows[0].id, id("tea"));
    // The same push gzipped, as phones send what is large; one that packs well is no bomb.
    let roomy = push(&server, 60_000);
    let packed = gzip(&encode(&roomy));
    assert!(packed.len() * 30 < encode(&roomy).len());
    let taken: Pushed = read(server.post_as("/sync/push", Some(&signed.token), Some("gzip"), &packed));
    assert_eq!(taken.results.len(), 1);
    let packed = gzip(&encode(&push(&server, 0)));
    let again: Pushed = read(server.post_as("/sync/push", Some(&signed.token), Some("gzip"), &packed));
    assert_eq!(again.results, pushed.results);
}

#[test]
fn wrong_passwords_and_unknown_accounts_look_the_same_and_lock_out() {
    let server = Server::start();
    for account in ["zhou", "nobody"] {
        assert_eq!(refusal(server.sign_in(account, "guess")), (401, RefusalCode::WrongPassword), "{account}");
    }
    for _ in 0..4 {
        assert_eq!(refusal(server.sign_in("zhou", "guess")).1, RefusalCode::WrongPassword);
    }
    let locked = server.sign_in("zhou", PASSWORD);
    assert_eq!(locked.headers()["retry-after"], "30");
    let status = locked.status();
    let told: Refusal = decode(&bytes(locked)).expect("a refusal");
    assert_eq!((status.as_u16(), told.code, told.retry_ms), (429, RefusalCode::Locked, Some(30_000)));
    server.pass(30_001);
    assert_eq!(refusal(server.sign_in("zhou", "guess")).1, RefusalCode::WrongPassword);
    server.pass(59_000);
    assert_eq!(refusal(server.sign_in("zhou", PASSWORD)).1, RefusalCode::Locked, "the wait has grown");
    server.pass(2_000);
    assert_eq!(server.sign_in("zhou", PASSWORD).status(), 200);
}

#[test]
fn a_token_ends_and_the_devices_key_renews_it() {
    let server = Server::start();
    let token = server.token();
    let ask = |token: &[u8]| server.post("/sync/pull", Some(token), &encode(&pull(&server)));
    assert_eq!(ask(&token).status(), 200);
    server.pass(15 * 60_000 + 1);
    assert_eq!(refusal(ask(&token)), (401, RefusalCode::SignInAgain));
    let nonce = || read::<Nonce>(server.post("/auth/nonce", None, &encode(&NonceFor { dev: id("phone") }))).nonce;
    let renew = |nonce: [u8; 32], key: &SigningKey| {
        let sig = key.sign(&renewal_bytes(id("phone"), &nonce)).to_bytes();
        server.post("/auth/renew", None, &encode(&Renew { dev: id("phone"), nonce, sig }))
    };
    assert_eq!(refusal(renew(nonce(), &SigningKey::from_bytes(&[12; 32]))).1, RefusalCode::SignInAgain);
    assert_eq!(refusal(renew([0; 32], &key())).1, RefusalCode::SignInAgain, "a nonce of one's own");
    let given = nonce();
    let signed: SignedIn = read(renew(given, &key()));
    assert_eq!(ask(&signed.token).status(), 200);
    assert_eq!(refusal(renew(given, &key())).1, RefusalCode::SignInAgain, "a nonce serves once");
}

#[test]
fn a_devices_cookie_tells_when_it_was_last_heard_from_and_lives_on_with_each_renewal() {
    let server = Server::start();
    let signed = server.sign_in("zhou", PASSWORD);
    let cookie = |answer: &Response<Body>| {
        let whole = answer.headers()["set-cookie"].to_str().expect("text").to_owned();
        whole.split(';').next().expect("a name and a value").to_owned()
    };
    let ours = cookie(&signed);
    let heard_at = |cookies: &str| read::<Remembered>(server.get("/auth/device", &[("cookie", cookies)])).heard_at;
    assert_eq!(heard_at(&format!("zf_mark=0.0; {ours}")), Some(T0));
    server.pass(20 * 60_000);
    let nonce = read::<Nonce>(server.post("/auth/nonce", None, &encode(&NonceFor { dev: id("phone") }))).nonce;
    let sig = key().sign(&renewal_bytes(id("phone"), &nonce)).to_bytes();
    let renewed = server.post("/auth/renew", None, &encode(&Renew { dev: id("phone"), nonce, sig }));
    assert_eq!(cookie(&renewed), ours);
    assert_eq!(heard_at(&ours), Some(T0 + 20 * 60_000));

    assert_eq!(heard_at("zf_mark=0.0"), None);
    assert_eq!(heard_at("zf_dev=nonsense"), None);
    assert_eq!(heard_at(&format!("zf_dev={}", id("another").simple())), None, "a device that is not known here");
    assert_eq!(read::<Remembered>(server.get("/auth/device", &[])).heard_at, None);
}

#[test]
fn malformed_and_oversized_requests_get_their_own_refusals() {
    let server = Server::start();
    let token = server.token();
    let post = |encoding, body: &[u8]| server.post_as("/sync/push", Some(&token), encoding, body);
    assert_eq!(refusal(post(None, b"no CBOR")), (400, RefusalCode::Malformed));
    assert_eq!(refusal(post(Some("gzip"), b"no gzip")), (400, RefusalCode::Malformed));
    assert_eq!(refusal(post(Some("br"), b"x")), (400, RefusalCode::Malformed));
    assert_eq!(refusal(post(None, &vec![0; 1024 * 1024 + 1])), (413, RefusalCode::TooLarge));
    // Far more than a socket holds: the answer must not break the sender's pipe.
    let large = vec![0; 8 * 1024 * 1024];
    assert_eq!(refusal(post(None, &large)), (413, RefusalCode::TooLarge));
    assert_eq!(refusal(server.post("/sync/push", None, &large)), (401, RefusalCode::SignInAgain));
    assert_eq!(server.post("/nowhere", None, &large).status(), 405);
    let bomb = gzip(&vec![0; 40 * 1024 * 1024]);
    assert!(bomb.len() < 64 * 1024);
    assert_eq!(refusal(post(Some("gzip"), &bomb)), (413, RefusalCode::TooLarge));
    assert_eq!(refusal(server.post("/sync/push", None, b"")), (401, RefusalCode::SignInAgain));
    assert_eq!(refusal(server.post("/sync/push", Some(&[7; 32]), b"")), (401, RefusalCode::SignInAgain));
    let ask = server.post("/ask", Some(&token), b"{\"Nothing\":1}");
    assert_eq!(refusal(ask), (400, RefusalCode::Malformed));
    let page = server.get("/page/zz/1/0", &[("authorization", &bearer(&token))]);
    assert_eq!(refusal(page), (400, RefusalCode::Malformed));
    assert_eq!(server.get("/health", &[]).status(), 200, "and it still works");
}

#[test]
fn a_question_is_answered_in_json() {
    let server = Server::start();
    let token = server.token();
    read::<Pushed>(server.post("/sync/push", Some(&token), &encode(&push(&server, 0))));
    let query = serde_json::json!({ "Board": { "day": [0, 1], "grids": [] } }).to_string();
    let answer = server.post("/ask", Some(&token), query.as_bytes());
    assert_eq!(answer.headers()["content-type"], "application/json");
    let view: serde_json::Value = serde_json::from_slice(&bytes(answer)).expect("JSON");
    assert_eq!(view["Board"]["customers"], 1);
}

#[test]
fn pages_come_gzipped_with_an_etag() {
    let server = Server::start();
    let token = server.token();
    read::<Pushed>(server.post("/sync/push", Some(&token), &encode(&push(&server, 0))));
    let begin = Pull { cursors: vec![(Bucket::Grid(id("east")), None)], ..pull(&server) };
    let pulled: Pulled = read(server.post("/sync/pull", Some(&token), &encode(&begin)));
    let Mode::Pages { generation, count: 1, .. } = pulled.parts[0].mode else { panic!("{:?}", pulled.parts) };
    let path = format!("/page/{}/{generation}/0", hex::encode(Bucket::Grid(id("east")).to_bytes()));
    let authorization = bearer(&token);
    let page = server.get(&path, &[("authorization", &authorization)]);
    assert_eq!((page.status().as_u16(), &page.headers()["content-encoding"]), (200, &"gzip".parse().expect("a value")));
    let etag = page.headers()["etag"].to_str().expect("text").to_owned();
    let packed = bytes(page);
    let mut plain = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(packed.as_slice()), &mut plain).expect("gzip");
    let rows = decode::<Page>(&plain).expect("a page").rows;
    assert_eq!(rows.iter().map(|r| r.id).collect::<Vec<_>>(), [id("tea")]);
    let same = server.get(&path, &[("authorization", &authorization), ("if-none-match", &etag)]);
    assert_eq!(same.status(), 304);
    let gone = server.get(&format!("{}9", &path[..path.len() - 1]), &[("authorization", &authorization)]);
    assert_eq!(refusal(gone), (410, RefusalCode::Gone));
}

#[test]
fn a_poke_comes_when_something_changes() {
    let server = Server::start();
    let token = server.token();
    let stream = server.get("/poke", &[("authorization", &bearer(&token))]);
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let mut lines = BufReader::new(stream.into_body().into_reader()).lines().map(|line| line.expect("a line"));
    assert_eq!(lines.find(|l| l.starts_with("data:")).as_deref(), Some("data: hello"));
    read::<Pushed>(server.post("/sync/push", Some(&token), &encode(&push(&server, 0))));
    assert_eq!(lines.find(|l| l.starts_with("data:")).as_deref(), Some("data: changed"));
    assert_eq!(server.get("/poke", &[]).status(), 401);
}

#[test]
fn a_photo_comes_in_chunks_and_is_verified() {
    let server = Server::start();
    let token = server.token();
    let photo: Vec<u8> = (0..300_000u32).map(|i| (i * 7 % 251) as u8).collect();
    let sha: [u8; 32] =
        sha2::Digest::finalize(sha2::Digest::chain_update(<sha2::Sha256 as sha2::Digest>::new(), &photo)).into();
    let path = format!("/blob/{}", hex::encode(sha));
    let authorization = bearer(&token);
    let offer =
        || read::<BlobState>(server.post("/blob", Some(&token), &encode(&BlobOffer { sha256: sha, len: 300_000 })));
    let patch = |offset: usize, bytes: &[u8]| {
        let request = server.agent.patch(format!("{}{path}", server.address)).header("authorization", &authorization);
        request.header("upload-offset", offset.to_string()).send(bytes).expect("an answer")
    };
    assert_eq!(offer().offset, 0);
    assert_eq!(server.get(&path, &[("authorization", &authorization)]).status(), 404, "not whole yet");
    assert_eq!(read::<BlobState>(patch(0, &photo[..262_144])).offset, 262_144);
    assert_eq!(read::<BlobState>(patch(0, &photo[..10])).offset, 262_144, "another offset changes nothing");
    assert_eq!(offer().offset, 262_144, "an interrupted upload resumes");
    let head = server.agent.head(format!("{}{path}", server.address)).header("authorization", &authorization);
    let head = head.call().expect("an answer");
    assert_eq!(
        (&head.headers()["upload-offset"], &head.headers()["upload-length"]),
        (&"262144".parse().expect("a value"), &"300000".parse().expect("a value"))
    );
    assert_eq!(read::<BlobState>(patch(262_144, &photo[262_144..])).offset, 300_000);
    assert_eq!(bytes(server.get(&path, &[("authorization", &authorization)])), photo);
    let wrong = read::<BlobState>(server.post("/blob", Some(&token), &encode(&BlobOffer { sha256: [1; 32], len: 3 })));
    assert_eq!(wrong.offset, 0);
    let request = server.agent.patch(format!("{}/blob/{}", server.address, hex::encode([1; 32])));
    let answer = request.header("authorization", &authorization).header("upload-offset", "0").send(&b"abc"[..]);
    assert_eq!(refusal(answer.expect("an answer")), (400, RefusalCode::Malformed));
}

/// A folder of its own with a small app in it.
fn app(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("assets")).expect("a folder");
    let files: [(&str, &[u8]); 6] = [
        ("index.html", b"<!doctype html><title>app</title>"),
        ("index.html.br", b"packed page"),
        ("sw.js", b"// worker"),
        ("csp.txt", b"'sha256-abc='\n"),
        ("assets/app-1.js", b"// app"),
        ("assets/app-1.js.br", b"packed script"),
    ];
    for (path, content) in files {
        std::fs::write(folder.join(path), content).expect("written");
    }
    folder
}

#[test]
fn the_app_is_served_with_deep_links_twins_and_caching() {
    let server = Server::with(Some(app("files")));
    // Path, accepted encodings; status, body, cache-control.
    let page: &[u8] = b"<!doctype html><title>app</title>";
    let forever = "public, max-age=31536000, immutable";
    let cases: [(&str, &str, u16, &[u8], &str); 8] = [
        ("/", "identity", 200, page, "no-cache"),
        ("/customers/0199", "identity", 200, page, "no-cache"),
        ("/customers/0199", "gzip, br", 200, b"packed page", "no-cache"),
        ("/assets/app-1.js", "identity", 200, b"// app", forever),
        ("/assets/app-1.js", "br;q=1.0", 200, b"packed script", forever),
        ("/sw.js", "br", 200, b"// worker", "no-cache"),
        ("/assets/gone-2.js", "br", 404, b"", ""),
        ("/csp.txt", "br", 404, b"", ""),
    ];
    for (path, accepts, status, body, cache) in cases {
        let answer = server.get(path, &[("accept-encoding", accepts)]);
        assert_eq!(answer.status(), status, "{path}");
        let kept = answer.headers().get("cache-control").map_or("", |v| v.to_str().expect("text"));
        assert_eq!(kept, cache, "{path}");
        assert_eq!(bytes(answer), body, "{path} {accepts}");
    }
    for hidden in ["/../Cargo.toml", "/%2e%2e/Cargo.toml", "/assets/../../Cargo.toml", "/.hidden"] {
        assert_eq!(server.get(hidden, &[]).status(), 404, "{hidden}");
    }
    let etag = server.get("/", &[]).headers()["etag"].to_str().expect("text").to_owned();
    assert_eq!(server.get("/", &[("if-none-match", &etag)]).status(), 304);
}

#[test]
fn every_answer_carries_the_policy() {
    let server = Server::with(Some(app("policy")));
    for path in ["/", "/health", "/assets/gone.js", "/customers/1"] {
        let answer = server.get(path, &[]);
        let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
        let policy = header("content-security-policy");
        for part in ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval';", "style-src 'self' 'sha256-abc=';"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert!(header("permissions-policy").contains("geolocation=(self), camera=(self)"));
    }
}

#[test]
fn a_person_who_was_deactivated_gets_nothing() {
    let server = Server::start();
    let token = server.token();
    // An administrator takes her access away.
    let fields = Patch::new()
        .set(person::name, "周萍")
        .set(person::account, "zhou")
        .set(person::role, Role::Supervisor.word())
        .set(person::active, false);
    let (id, body) = (id("zhou"), fields.done());
    let row = Loaded { kind: PERSON, id, root: id, bucket: Bucket::Org, body, actor: Uuid::nil(), at: T0 + 1 };
    server.ledger.load([row].into_iter(), T0 + 1).expect("loads");
    assert_eq!(refusal(server.sign_in("zhou", PASSWORD)), (403, RefusalCode::Inactive));
    let pulled: Pulled = read(server.post("/sync/pull", Some(&token), &encode(&pull(&server))));
    assert_eq!((pulled.device, pulled.parts.len()), (DeviceState::Revoked, 0));
    let query = serde_json::json!({ "Board": { "day": [0, 1], "grids": [] } }).to_string();
    assert_eq!(refusal(server.post("/ask", Some(&token), query.as_bytes())), (403, RefusalCode::DeviceRevoked));
}

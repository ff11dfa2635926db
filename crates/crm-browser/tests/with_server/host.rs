//! The host in Chromium, with a server that the test plays: arriving, working without a network, several tabs, leaving.
use crate::fake_server::{Answer, FakeServer, Request, refusal};
use crm_browser::idb::{Device, Storage};
use crm_browser::mark::Mark;
use crm_browser::net::{Enrolment, ask_sign_in};
use crm_browser::sign::Signer;
use crm_browser::tabs::{Channel, Held, How, Message};
use crm_browser::{Gone, Host, Newcomer, Person, Resumed, export, last_here, random};
use crm_domain::ids::{Uuid, derived_id};
use crm_domain::privacy;
use crm_domain::registry::{Command, Query, View};
use crm_protocol::{DeviceState, Nonce, Pull, Pulled, RefusalCode, SignIn, SignedIn, decode, encode};
use crm_replica::ports::{CommitError, Door, SignInError, Status, Store, Subscription, SyncState, Write};
use js_sys::{Function, Promise};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

/// The server knows everybody by her account; the password is "right".
fn user_of(account: &str) -> Uuid {
    derived_id(1, &[account.as_bytes()])
}

pub fn sign_in_answer(request: &Request) -> Answer {
    let message: SignIn = decode(&request.body).expect("CBOR");
    if message.password != "right" {
        return refusal(RefusalCode::WrongPassword);
    }
    Answer::Body(encode(&SignedIn {
        token: message.account.clone().into_bytes(),
        until_ms: 0,
        org: Uuid::from_u128(1),
        user: user_of(&message.account),
        name: format!("{} 女士", message.account),
        role: "manager".into(),
        epoch: 1,
        now_ms: 1_000,
        spare_key: None,
    }))
}

/// Signs people in, and is out of reach for everything else.
pub fn far_away() -> FakeServer {
    FakeServer::start(|request| match request.path.as_str() {
        "/auth/sign-in" => sign_in_answer(request),
        _ => Answer::Lost,
    })
}

/// An account of its own for each test, on a device where nobody was before.
pub async fn new_device(account: &str) -> String {
    Device::default().write().await.expect("written");
    Mark::remove();
    format!("{account}-{}", random::id().simple())
}

pub fn consent(version: i64) -> Command {
    privacy::Command::Consent { version, wording: "按需定位".into(), agreed: true }.into()
}

/// The first status that is as wanted.
pub async fn until(host: &Host, wanted: impl Fn(&Status) -> bool + 'static) -> Status {
    let found = Rc::new(RefCell::new(None));
    let (told, over) = promise();
    let _watching = host.status(Box::new({
        let found = found.clone();
        move |status| {
            if found.borrow().is_none() && wanted(&status) {
                found.replace(Some(status));
                told.call0(&JsValue::NULL).expect("told");
            }
        }
    }));
    JsFuture::from(over).await.expect("comes to it");
    let status = found.take();
    status.expect("found")
}

/// Resolves when the ledger shows consent to this version.
async fn until_consented(host: &Host, version: i64) {
    let (told, over) = promise();
    let _watching: Subscription = host.watch(
        privacy::Query::Ledger.into(),
        Box::new(move |view| {
            let View::Privacy(view) = view else { panic!("another slice's view: {view:?}") };
            if view.consent.is_some_and(|(agreed, ..)| agreed == version) {
                told.call0(&JsValue::NULL).expect("told");
            }
        }),
    );
    JsFuture::from(over).await.expect("comes to it");
}

fn promise() -> (Function, Promise) {
    let mut resolve = None;
    let promise = Promise::new(&mut |done, _| resolve = Some(done));
    (resolve.expect("a promise's executor runs at once"), promise)
}

/// A cold start, as the porch makes it.
pub async fn resumed(host: &Host) -> Resumed {
    match last_here().await {
        Ok(user) => host.resume(user).await,
        Err(found) => found,
    }
}

pub async fn arrived(account: &str) -> (Host, Person) {
    let host = Host::new();
    let person = host.sign_in(account, "right").await.expect("signed in");
    until(&host, |status| status.ready && status.writer).await;
    (host, person)
}

#[wasm_bindgen_test]
async fn work_done_without_a_network_is_there_after_a_cold_start() {
    let _far = far_away();
    let account = new_device("zhou").await;
    let (host, person) = arrived(&account).await;
    assert_eq!((person.user, person.name), (user_of(&account), format!("{account} 女士")));
    assert!(host.clock_error_ms().expect("told at sign-in") > 1_000_000, "the fake server's clock stands in 1970");
    assert_eq!(host.command(random::id(), consent(3)).await, Ok(()));
    host.save_draft("/customers/new", Some("半句话".into()));
    until(&host, |status| status.unsent == 2).await;
    assert_eq!(host.draft("/customers/new").await.as_deref(), Some("半句话"));
    assert_eq!(host.draft("/elsewhere").await, None);

    // The tab is killed: nobody says goodbye, its locks are gone, and another starts.
    drop(Held::take(&format!("zoufang-drafts-{}-0", person.user), How::Steal, || ()).await);
    let cold = Host::new();
    let Resumed::Open(resumed) = resumed(&cold).await else { panic!("she was signed in") };
    assert_eq!(resumed.user, person.user);
    until_consented(&cold, 3).await;
    assert_eq!(cold.draft("/customers/new").await.as_deref(), Some("半句话"));
    assert_eq!(until(&cold, |status| status.ready).await.unsent, 2, "the device's key and the consent");
    assert_eq!(Mark::read().expect("written").unsent, 2);
    cold.save_draft("/customers/new", None);
    assert_eq!(cold.draft("/customers/new").await, None);
    cold.sign_out().await;
}

#[wasm_bindgen_test]
async fn two_tabs_on_one_form_keep_a_draft_each_and_a_gone_tabs_is_offered() {
    let _far = far_away();
    let account = new_device("two tabs").await;
    let (first, person) = arrived(&account).await;
    first.save_draft("/customers/new", Some("第一页写的".into()));
    assert_eq!(first.draft("/customers/new").await.as_deref(), Some("第一页写的"));
    let second = Host::new();
    let Resumed::Open(_) = resumed(&second).await else { panic!("she was signed in") };
    assert_eq!(second.draft("/customers/new").await, None, "the first tab lives, and is at it");
    second.save_draft("/customers/new", Some("第二页写的".into()));
    assert_eq!(first.draft("/customers/new").await.as_deref(), Some("第一页写的"));
    // Saved in one, still being written in the other.
    second.save_draft("/customers/new", None);
    assert_eq!(second.draft("/customers/new").await, None);
    assert_eq!(first.draft("/customers/new").await.as_deref(), Some("第一页写的"));
    drop(Held::take(&format!("zoufang-drafts-{}-0", person.user), How::Steal, || ()).await);
    assert_eq!(second.draft("/customers/new").await.as_deref(), Some("第一页写的"), "its tab is gone");
    second.save_draft("/customers/new", None);
    assert_eq!(second.draft("/customers/new").await, None, "and it is forgotten as one's own");
    second.sign_out().await;
}

#[wasm_bindgen_test]
async fn who_moves_in_by_two_tabs_at_once_keeps_what_the_first_has_written() {
    let _far = far_away();
    let account = new_device("newcomer").await;
    let newcomer = async || {
        let signer = Signer::generate().await.expect("WebCrypto is here");
        let enrolment = Enrolment { dev: random::id(), signer };
        let (_, answer) = ask_sign_in(&account, "right", &enrolment).await;
        Newcomer { account: account.clone(), enrolment, answer: answer.expect("signed in") }
    };
    let (one, other) = (newcomer().await, newcomer().await);
    let first = Host::new();
    let person = first.move_in(one).await.expect("moved in");
    until(&first, |status| status.ready && status.writer).await;
    first.command(random::id(), consent(4)).await.expect("saved");
    let second = Host::new();
    assert_eq!(second.move_in(other).await.as_ref(), Ok(&person));
    until_consented(&second, 4).await;

    let cold = Host::new();
    assert_eq!(resumed(&cold).await, Resumed::Open(person));
    until_consented(&cold, 4).await;
    assert_eq!(until(&cold, |status| status.ready).await.unsent, 2, "her device and her consent, by the first key");
    cold.sign_out().await;
}

#[wasm_bindgen_test]
async fn signing_out_leaves_what_could_not_go_and_the_same_person_finds_it_again() {
    let far = far_away();
    let account = new_device("lin").await;
    let (host, person) = arrived(&account).await;
    host.command(random::id(), consent(1)).await.expect("saved");
    until(&host, |status| status.unsent == 2 && status.sync == SyncState::Offline).await;
    assert_eq!(host.sign_out().await, 2);
    let Resumed::SignIn(people) = resumed(&Host::new()).await else { panic!("nobody is signed in") };
    assert_eq!(people.iter().map(|known| known.user).collect::<Vec<_>>(), [person.user]);

    // Somebody else on the same phone sees nothing of it.
    let other = format!("other-{account}");
    let (host, _) = arrived(&other).await;
    assert!(until(&host, |status| status.ready).await.unsent <= 1);
    host.sign_out().await;

    let (host, again) = arrived(&account).await;
    assert_eq!(again, person);
    until_consented(&host, 1).await;
    let devices: Vec<Uuid> = far
        .seen
        .borrow()
        .iter()
        .filter(|request| request.path == "/auth/sign-in")
        .map(|request| decode::<SignIn>(&request.body).expect("CBOR"))
        .filter(|message| message.account == account)
        .map(|message| message.dev)
        .collect();
    assert_eq!(devices.len(), 2);
    assert_eq!(devices[0], devices[1], "the same person on the same phone is the same device");
    host.sign_out().await;
}

#[wasm_bindgen_test]
async fn a_refused_sign_in_opens_nothing() {
    let _far = far_away();
    let account = new_device("he").await;
    let host = Host::new();
    let refused = host.sign_in(&account, "wrong").await;
    assert_eq!(refused, Err(SignInError::Refused { code: RefusalCode::WrongPassword, retry_ms: Some(7) }));
    assert_eq!(resumed(&host).await, Resumed::SignIn(vec![]));
    drop(_far);
    let _lost = FakeServer::start(|_| Answer::Lost);
    assert_eq!(host.sign_in(&account, "right").await, Err(SignInError::Unreachable));
}

#[wasm_bindgen_test]
async fn a_sign_in_that_fails_takes_nothing_from_whoever_is_at_work() {
    let _far = far_away();
    let account = new_device("again").await;
    let (host, person) = arrived(&account).await;
    host.command(random::id(), consent(1)).await.expect("saved");
    assert!(host.sign_in(&account, "wrong").await.is_err());
    assert_eq!(host.command(random::id(), consent(2)).await, Ok(()));
    until_consented(&host, 2).await;
    // And one that succeeds goes on where she was.
    assert_eq!(host.sign_in(&account, "right").await.as_ref(), Ok(&person));
    assert_eq!(host.command(random::id(), consent(3)).await, Ok(()));
    until_consented(&host, 3).await;
    assert_eq!(until(&host, |status| status.writer).await.unsent, 4);
    host.sign_out().await;
}

#[wasm_bindgen_test]
async fn a_phone_whose_storage_was_cleared_says_what_was_on_it() {
    new_device("x").await;
    let mark = Mark { unsent: 4, last_contact_ms: 99 };
    mark.write();
    assert_eq!(resumed(&Host::new()).await, Resumed::Cleared { mark, spared: 0 });
    Mark::remove();
    assert_eq!(resumed(&Host::new()).await, Resumed::SignIn(vec![]));
}

#[wasm_bindgen_test]
async fn a_second_tab_shows_what_the_first_writes_and_writes_through_it() {
    let _far = far_away();
    let account = new_device("two-tabs").await;
    let (first, _) = arrived(&account).await;
    let second = Host::new();
    assert!(matches!(resumed(&second).await, Resumed::Open(_)));
    assert!(!until(&second, |status| status.ready).await.writer);
    first.command(random::id(), consent(1)).await.expect("saved");
    until_consented(&second, 1).await;
    assert_eq!(second.command(random::id(), consent(2)).await, Ok(()));
    until_consented(&first, 2).await;
    until_consented(&second, 2).await;
    assert!(until(&first, |_| true).await.writer, "the first is alive, so nobody took its place");
    assert_eq!(until(&second, |status| status.unsent == 3).await.sync, SyncState::Offline, "as the writer told it");
    first.sign_out().await;
}

#[wasm_bindgen_test]
async fn a_cause_asked_in_two_tabs_is_done_once() {
    let _far = far_away();
    let account = new_device("once").await;
    let (first, _) = arrived(&account).await;
    let second = Host::new();
    resumed(&second).await;
    let cause = random::id();
    let (one, two) = (first.command(cause, consent(1)), second.command(cause, consent(1)));
    assert_eq!((one.await, two.await), (Ok(()), Ok(())));
    assert_eq!(second.command(cause, consent(1)).await, Ok(()));
    assert_eq!(until(&first, |_| true).await.unsent, 2, "the device's key and one consent");
    first.sign_out().await;
}

#[wasm_bindgen_test]
async fn a_frozen_writer_loses_its_lock_and_its_fence_to_a_tab_that_is_looked_at() {
    let _far = far_away();
    let account = new_device("frozen").await;
    let (host, person) = arrived(&account).await;
    host.sign_out().await;
    // A tab that holds the lock and the fence, and never answers.
    let lost = Rc::new(Cell::new(false));
    let name = format!("zoufang-writer-{}", person.user);
    let _frozen = Held::take(&name, How::Steal, {
        let lost = lost.clone();
        move || lost.set(true)
    })
    .await
    .expect("a steal always succeeds");
    let (storage, ..) = Storage::open(person.user).await.expect("opens").expect("is there");
    storage.take_fence().await.expect("takes the fence");

    let host = Host::new();
    host.sign_in(&account, "right").await.expect("signed in");
    assert!(!until(&host, |status| status.ready).await.writer);
    assert_eq!(host.command(random::id(), consent(8)).await, Ok(()));
    assert!(until(&host, |status| status.writer).await.unsent >= 1);
    assert!(lost.get(), "the frozen tab is told when it thaws");
    let late = [Write { store: Store::State, key: (0, 0), value: Some(b"late".to_vec()) }];
    assert_eq!(storage.commit(&late, true).await, Err(CommitError::Fenced));
    host.sign_out().await;
}

/// What the document says of itself, for both tabs of a test: they share it.
fn visibility(state: &str) {
    let set = format!(
        "Object.defineProperty(document, 'visibilityState', {{ value: '{state}', configurable: true }});
         document.dispatchEvent(new Event('visibilitychange'));"
    );
    Function::new_no_args(&set).call0(&JsValue::NULL).expect("set");
}

#[wasm_bindgen_test]
async fn a_frozen_writer_is_replaced_though_nothing_is_asked_of_it() {
    let _far = far_away();
    let account = new_device("asleep").await;
    let (host, person) = arrived(&account).await;
    host.sign_out().await;
    let name = format!("zoufang-writer-{}", person.user);
    let _frozen = Held::take(&name, How::Steal, || {}).await.expect("a steal always succeeds");
    let (host, _) = arrived(&account).await;
    host.sign_out().await;
}

#[wasm_bindgen_test]
async fn a_hidden_writer_hands_over_when_asked() {
    let _far = far_away();
    let account = new_device("handover").await;
    let (first, person) = arrived(&account).await;
    let second = Host::new();
    resumed(&second).await;
    until(&second, |status| status.ready && !status.writer).await;
    visibility("hidden");
    let channel = Channel::open(person.user, |_, _| {}).expect("a channel");
    channel.tell(&Message::MayI, None);
    until(&second, |status| status.writer).await;
    until(&first, |status| !status.writer).await;
    visibility("visible");
    assert_eq!(first.command(random::id(), consent(5)).await, Ok(()));
    until_consented(&second, 5).await;
    assert!(until(&second, |_| true).await.writer, "a writer that is looked at keeps its place");
    second.sign_out().await;
}

#[wasm_bindgen_test]
async fn signing_out_in_one_tab_ends_the_others() {
    let _far = far_away();
    let account = new_device("over").await;
    let (first, _) = arrived(&account).await;
    let second = Host::new();
    resumed(&second).await;
    until(&second, |status| status.ready).await;
    let (told, over) = promise();
    second.on_gone(move |why| {
        assert_eq!(why, Gone::SignedOut);
        told.call0(&JsValue::NULL).expect("told");
    });
    first.sign_out().await;
    JsFuture::from(over).await.expect("told");
    assert!(!until(&second, |_| true).await.ready);
}

#[wasm_bindgen_test]
async fn a_lost_device_is_wiped_and_only_its_own_persons_data() {
    let account = new_device("lost").await;
    let fake = FakeServer::start(|request| match request.path.as_str() {
        "/auth/sign-in" => sign_in_answer(request),
        "/auth/nonce" => Answer::Body(encode(&Nonce { nonce: [0; 32], now_ms: 1_000 })),
        "/sync/pull" => {
            let pull: Pull = decode(&request.body).expect("CBOR");
            Answer::Body(encode(&Pulled {
                nonce: pull.nonce,
                epoch: 1,
                proof: vec![],
                parts: vec![],
                last_n: 0,
                last_hash: [0; 32],
                complete: false,
                granted: vec![],
                stable_n: None,
                now_ms: 1_000,
                device: DeviceState::Lost,
                hello: None,
            }))
        }
        _ => Answer::Lost,
    });
    // Another person's data lie here too.
    let other = Uuid::from_u128(77);
    let signer = crm_browser::sign::Signer::generate().await.expect("a key");
    Storage::create(other, &signer, b"hers").await.expect("made");
    let host = Host::new();
    let (told, over) = promise();
    host.on_gone(move |why| {
        assert_eq!(why, Gone::Wiped);
        told.call0(&JsValue::NULL).expect("told");
    });
    host.sign_in(&account, "right").await.expect("signed in");
    JsFuture::from(over).await.expect("wiped");
    assert!(Storage::open(user_of(&account)).await.expect("opens").is_none());
    assert!(Storage::open(other).await.expect("opens").is_some());
    assert_eq!(resumed(&Host::new()).await, Resumed::SignIn(vec![]));
    assert!(fake.paths().contains(&"/sync/pull".to_owned()));
}

#[wasm_bindgen_test]
async fn what_is_unsent_can_be_taken_away_in_a_file() {
    let _far = far_away();
    let account = new_device("export").await;
    let (host, person) = arrived(&account).await;
    host.command(random::id(), consent(1)).await.expect("saved");
    let file = host.export_unsent("a passphrase").await.expect("a file");
    let unsent = export::open(&file, "a passphrase").await.expect("opens");
    assert_eq!((unsent.user, unsent.org), (person.user, person.org));
    assert_eq!(unsent.ops.iter().map(|op| op.n).collect::<Vec<_>>(), [1, 2]);
    for exported in &unsent.ops {
        let op = crm_domain::op::Op::from_bytes(&exported.op).expect("as committed");
        assert_eq!(op.actor, person.user);
    }
    host.sign_out().await;
}

#[wasm_bindgen_test]
async fn what_a_screen_watches_is_watched_again_for_the_next_person() {
    let _far = far_away();
    let account = new_device("watch").await;
    let (host, _) = arrived(&account).await;
    let seen = Rc::new(RefCell::new(Vec::new()));
    let query: Query = privacy::Query::Ledger.into();
    let _watching = host.watch(query, {
        let seen = seen.clone();
        Box::new(move |view| {
            let View::Privacy(view) = view else { panic!("another slice's view: {view:?}") };
            seen.borrow_mut().push(view.consent.map(|(version, ..)| version));
        })
    });
    host.command(random::id(), consent(4)).await.expect("saved");
    until_consented(&host, 4).await;
    host.sign_out().await;
    let other = format!("next-{account}");
    host.sign_in(&other, "right").await.expect("signed in");
    until(&host, |status| status.ready).await;
    host.command(random::id(), consent(6)).await.expect("saved");
    until_consented(&host, 6).await;
    let mut versions = seen.borrow().clone();
    versions.dedup();
    assert_eq!(versions, [None, Some(4), None, Some(6)], "never the first person's for the second");
    host.sign_out().await;
}

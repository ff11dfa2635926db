//! Real IndexedDB in Chromium against the storage contract, and how it fails.
use crm_browser::idb::{Failure, Storage};
use crm_browser::random;
use crm_browser::sign::{self, Signer};
use crm_replica::ports::{CommitError, Key, Opened, Store, Write};
use crm_testkit::storage::{Disk, contract};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use uuid::Uuid;
use wasm_bindgen_test::wasm_bindgen_test;

/// One person's database, under a name of its own.
struct Chromium(Uuid);

impl Chromium {
    async fn new() -> Self {
        let user = random::id();
        let signer = Signer::generate().await.expect("a key");
        Storage::create(user, &signer, b"session").await.expect("made");
        Self(user)
    }
}

impl Disk for Chromium {
    type Tab = Storage;

    async fn open(&self, writer: bool) -> Storage {
        let (storage, ..) = Storage::open(self.0).await.expect("opens").expect("is there");
        if writer {
            storage.take_fence().await.expect("takes the fence");
        }
        storage
    }

    async fn commit(&self, tab: &Storage, writes: Vec<Write>, strict: bool) -> Result<(), CommitError> {
        tab.commit(&writes, strict).await
    }

    /// A step is one turn of the commit's task: sealed, fence read, complete.
    async fn die_in_commit(&self, tab: Storage, writes: Vec<Write>, steps: u32) -> bool {
        let mut commit = pin!(tab.commit(&writes, true));
        let mut taken = 0;
        poll_fn(|cx| {
            if taken == steps {
                return Poll::Ready(false);
            }
            taken += 1;
            commit.as_mut().poll(cx).map(|result| result.is_ok())
        })
        .await
    }

    async fn load(&self, tab: &Storage, store: Store, keys: &[Key]) -> Vec<Option<Vec<u8>>> {
        tab.load(store, keys).await.expect("loaded")
    }

    async fn load_all(&self, tab: &Storage) -> Opened {
        tab.load_all().await.expect("loaded")
    }
}

macro_rules! stamp {
    ($case:ident) => {
        #[wasm_bindgen_test]
        async fn $case() {
            let disk = Chromium::new().await;
            contract::$case(&disk).await;
            disk.open(false).await.delete().await.expect("deleted");
        }
    };
}
crm_testkit::storage_contract!(stamp);

fn op(n: u64) -> Vec<Write> {
    vec![Write { store: Store::Outbox, key: (0, n), value: Some(vec![n as u8]) }]
}

/// Replaces a method of IndexedDB's; gives back how to undo it.
fn patch(body: &str) {
    js_sys::Function::new_no_args(body).call0(&wasm_bindgen::JsValue::NULL).expect("patched");
}

fn unpatch() {
    patch("IDBObjectStore.prototype.put = self.realPut ?? IDBObjectStore.prototype.put; delete self.realPut;");
}

/// The next `times` puts fail with this exception.
fn fail_puts(name: &str, times: u32) {
    patch(&format!(
        "self.realPut ??= IDBObjectStore.prototype.put;
         let left = {times};
         IDBObjectStore.prototype.put = function (...given) {{
             if (left-- > 0) throw new DOMException('as a test wants it', '{name}');
             return self.realPut.apply(this, given);
         }};"
    ));
}

#[wasm_bindgen_test]
async fn a_full_disk_is_told_and_changes_nothing() {
    let disk = Chromium::new().await;
    let tab = disk.open(true).await;
    fail_puts("QuotaExceededError", 1);
    let result = tab.commit(&op(1), true).await;
    unpatch();
    assert_eq!(result, Err(CommitError::Quota));
    assert_eq!(tab.load_all().await, Ok(Opened::default()));
    assert_eq!(tab.commit(&op(1), true).await, Ok(()));
}

#[wasm_bindgen_test]
async fn a_backing_store_that_stumbles_once_costs_nothing() {
    let disk = Chromium::new().await;
    for name in ["UnknownError", "InvalidStateError", "TransactionInactiveError", "AbortError"] {
        let tab = disk.open(true).await;
        fail_puts(name, 1);
        let result = tab.commit(&op(1), true).await;
        unpatch();
        assert_eq!(result, Ok(()), "{name}");
    }
}

#[wasm_bindgen_test]
async fn a_backing_store_that_stumbles_twice_is_broken_and_said_to_be() {
    let disk = Chromium::new().await;
    let tab = disk.open(true).await;
    fail_puts("UnknownError", 2);
    let result = tab.commit(&op(1), true).await;
    unpatch();
    assert_eq!(result, Err(CommitError::Broken));
    assert_eq!(tab.load_all().await, Ok(Opened::default()));
}

#[wasm_bindgen_test]
async fn a_handle_that_was_closed_under_us_is_opened_again() {
    let disk = Chromium::new().await;
    let tab = disk.open(true).await;
    assert_eq!(tab.commit(&op(1), true).await, Ok(()));
    tab.close_handle();
    assert_eq!(tab.commit(&op(2), true).await, Ok(()));
    tab.close_handle();
    assert_eq!(tab.load(Store::Outbox, &[(0, 1), (0, 2)]).await, Ok(vec![Some(vec![1]), Some(vec![2])]));
    tab.close_handle();
    assert_eq!(tab.load_all().await.map(|opened| opened.outbox.len()), Ok(2));
}

#[wasm_bindgen_test]
async fn a_tab_lets_go_of_a_database_that_another_deletes() {
    let disk = Chromium::new().await;
    let (writer, other) = (disk.open(true).await, disk.open(false).await);
    writer.commit(&op(1), true).await.expect("committed");
    // Resolves only when every other handle has closed for it.
    other.delete().await.expect("deleted");
    // What it would write now could never be read again: its keys are gone.
    assert_eq!(writer.commit(&op(2), true).await, Err(CommitError::Broken));
    assert_eq!(writer.load_all().await, Err(Failure::Cleared));
    assert!(Storage::open(disk.0).await.expect("opens").is_none(), "nobody was ever here");
}

#[wasm_bindgen_test]
async fn keys_and_session_come_back_from_the_database_and_still_work() {
    for alg in [sign::ED25519, sign::P256] {
        let user = random::id();
        let signer = Signer::generate_with(alg).await.expect("Chromium has both");
        Storage::create(user, &signer, b"who she is").await.expect("made");
        let (storage, kept, session) = Storage::open(user).await.expect("opens").expect("is there");
        assert_eq!(session, b"who she is");
        assert_eq!((kept.alg, &kept.public), (alg, &signer.public));
        let message = b"a renewal".to_vec();
        let signature = kept.sign(std::slice::from_ref(&message)).await.expect("signs")[0];
        assert_eq!(sign::verify(alg, &signer.public, &message, &signature).await, Ok(true));
        storage.keep_identity(&kept, b"who she is now").await.expect("kept");
        let (_, _, session) = Storage::open(user).await.expect("opens").expect("is there");
        assert_eq!(session, b"who she is now");
    }
}

#[wasm_bindgen_test]
async fn a_value_that_was_moved_on_the_disk_is_not_taken() {
    let disk = Chromium::new().await;
    let tab = disk.open(true).await;
    tab.commit(&[op(1), op(2)].concat(), true).await.expect("committed");
    let swap = format!(
        "return new Promise((done, failed) => {{
            const opening = indexedDB.open('zoufang-{}');
            opening.onerror = failed;
            opening.onsuccess = () => {{
                const store = opening.result.transaction('outbox', 'readwrite').objectStore('outbox');
                store.getAllKeys().onsuccess = ({{ target: {{ result: [one, two] }} }}) => {{
                    store.get(one).onsuccess = ({{ target: {{ result }} }}) => {{ store.put(result, two); }};
                }};
                store.transaction.oncomplete = () => {{ opening.result.close(); done(); }};
            }};
        }})",
        disk.0
    );
    let swapped = js_sys::Function::new_no_args(&swap).call0(&wasm_bindgen::JsValue::NULL).expect("a promise");
    wasm_bindgen_futures::JsFuture::from(js_sys::Promise::from(swapped)).await.expect("swapped");
    assert_eq!(tab.load(Store::Outbox, &[(0, 1), (0, 2)]).await, Ok(vec![Some(vec![1]), None]));
    assert_eq!(tab.load_all().await, Err(Failure::Tampered));
}

#[wasm_bindgen_test]
async fn nothing_but_sealed_bytes_lies_in_the_stores() {
    let disk = Chromium::new().await;
    let tab = disk.open(true).await;
    let plain = b"13800138000 and other things that must not lie about";
    let writes: Vec<Write> =
        Store::ALL.iter().map(|store| Write { store: *store, key: (0, 1), value: Some(plain.to_vec()) }).collect();
    tab.commit(&writes, true).await.expect("committed");
    let dump = format!(
        "return new Promise((done, failed) => {{
            const opening = indexedDB.open('zoufang-{}');
            opening.onerror = failed;
            opening.onsuccess = () => {{
                const db = opening.result, all = [];
                for (const name of db.objectStoreNames)
                    db.transaction(name).objectStore(name).getAll().onsuccess = (event) => {{
                        all.push(...event.target.result.map((one) => new TextDecoder('latin1').decode(one.buffer ?? new ArrayBuffer(0)) + typeof one + one));
                        if (name === [...db.objectStoreNames].at(-1)) {{ db.close(); done(all.join('')); }}
                    }};
            }};
        }})",
        disk.0
    );
    let dumped = js_sys::Function::new_no_args(&dump).call0(&wasm_bindgen::JsValue::NULL).expect("a promise");
    let dumped = wasm_bindgen_futures::JsFuture::from(js_sys::Promise::from(dumped)).await.expect("dumped");
    let dumped = dumped.as_string().expect("text");
    assert!(dumped.len() > Store::ALL.len() * plain.len(), "the stores were read");
    assert!(!dumped.contains("13800138000"));
    assert!(!dumped.contains("session"));
}

#[wasm_bindgen_test]
async fn a_draft_is_kept_without_the_fence() {
    let disk = Chromium::new().await;
    let (_writer, follower) = (disk.open(true).await, disk.open(false).await);
    let draft = |value: Option<&[u8]>| Write { store: Store::Draft, key: (0, 7), value: value.map(<[u8]>::to_vec) };
    follower.keep(draft(Some(b"half a sent"))).await.expect("kept");
    assert_eq!(follower.load(Store::Draft, &[(0, 7)]).await, Ok(vec![Some(b"half a sent".to_vec())]));
    follower.keep(draft(None)).await.expect("forgotten");
    assert_eq!(follower.load(Store::Draft, &[(0, 7)]).await, Ok(vec![None]));
}

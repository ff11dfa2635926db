//! Photos in the browser: kept with their command, from whichever tab; sent in chunks, and on from where it was cut.
use crate::fake_server::{Answer, FakeServer, Request, refusal};
use crate::host::{arrived, consent, far_away, new_device, resumed, sign_in_answer, until};
use crm_browser::export::{self, ExportedPhoto};
use crm_browser::{Host, random};
use crm_domain::photos::sha256;
use crm_protocol::{
    BLOB_CHUNK, BlobOffer, BlobState, DeviceState, Nonce, Outcome, Pull, Pulled, Push, Pushed, RefusalCode, decode,
    encode,
};
use crm_replica::ports::{Attached, Door, LookError, Sha};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

fn photo(fill: u8, len: usize) -> Rc<Attached> {
    let bytes = vec![fill; len];
    Rc::new(Attached { sha: sha256(&bytes), bytes, small: vec![fill; 30] })
}

#[wasm_bindgen_test]
async fn a_photo_is_kept_with_its_command_from_whichever_tab_and_found_after_a_cold_start() {
    let _far = far_away();
    let account = new_device("photos").await;
    let (host, _) = arrived(&account).await;
    let (here, there) = (photo(1, 300_000), photo(2, 5_000));
    assert_eq!(host.command_with(random::id(), consent(1), here.clone()).await, Ok(()));
    let second = Host::new();
    resumed(&second).await;
    until(&second, |status| status.ready && !status.writer).await;
    assert_eq!(second.command_with(random::id(), consent(2), there.clone()).await, Ok(()));
    until(&second, |status| status.unsent_blobs.len() == 2).await;
    second.sign_out().await;

    let (cold, _) = arrived(&account).await;
    let status = until(&cold, |status| status.ready).await;
    let mut owed: Vec<(Sha, u32)> = status.unsent_blobs.iter().map(|it| (it.sha, it.len)).collect();
    owed.sort_unstable();
    let mut expected = vec![(here.sha, 300_000), (there.sha, 5_000)];
    expected.sort_unstable();
    assert_eq!(owed, expected);
    for photo in [here, there] {
        assert_eq!(cold.kept_photo(photo.sha, false).await.as_ref(), Some(&photo.bytes));
        assert_eq!(cold.kept_photo(photo.sha, true).await.as_ref(), Some(&photo.small));
    }
    assert_eq!(cold.sign_out().await, 5, "two photos, their commands and the device's key stay for her return");
}

/// A server that takes ops, and `chunk`s as told.
fn willing(chunk: impl Fn(&Request) -> Answer + 'static, stands: Rc<Cell<u64>>) -> FakeServer {
    FakeServer::start(move |request| match request.path.as_str() {
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
                complete: true,
                granted: vec![],
                stable_n: None,
                now_ms: 1_000,
                device: DeviceState::Active,
                hello: None,
            }))
        }
        "/sync/push" => {
            let push: Push = decode(&request.body).expect("CBOR");
            let expect_n = push.first_n + push.ops.len() as u64;
            let results = (push.first_n..expect_n).map(|n| (n, Outcome::Applied, 1_000)).collect();
            Answer::Body(encode(&Pushed { epoch: 1, expect_n, results, now_ms: 1_000 }))
        }
        "/blob" => {
            decode::<BlobOffer>(&request.body).expect("CBOR");
            Answer::Body(encode(&BlobState { offset: stands.get() }))
        }
        path if path.starts_with("/blob/") => chunk(request),
        _ => Answer::Lost,
    })
}

#[wasm_bindgen_test]
async fn an_upload_goes_after_the_ops_and_on_from_where_it_was_cut() {
    let account = new_device("upload").await;
    let stands = Rc::new(Cell::new(0));
    let cut = Cell::new(false);
    let chunk = {
        let stands = stands.clone();
        move |request: &Request| {
            // The second chunk is lost on its way, once.
            if stands.get() > 0 && !cut.replace(true) {
                return Answer::Lost;
            }
            assert_eq!(request.offset, Some(stands.get()));
            stands.set(stands.get() + request.body.len() as u64);
            Answer::Body(encode(&BlobState { offset: stands.get() }))
        }
    };
    let fake = willing(chunk, stands.clone());
    let (host, _) = arrived(&account).await;
    let photo = photo(3, 2 * BLOB_CHUNK + 10);
    host.command_with(random::id(), consent(1), photo.clone()).await.expect("saved");
    until(&host, |status| status.unsent_blobs.len() == 1).await;
    until(&host, |status| status.unsent_blobs.is_empty()).await;
    assert_eq!(stands.get(), photo.bytes.len() as u64);

    let seen = fake.seen.borrow().clone();
    let first = |path: &str| seen.iter().position(|request| request.path == path).expect("asked");
    assert!(first("/sync/push") < first("/blob"), "the command before its photo");
    let chunks: Vec<u64> = seen.iter().filter(|it| it.method == "PATCH").filter_map(|it| it.offset).collect();
    let chunk = BLOB_CHUNK as u64;
    assert_eq!(chunks, [0, chunk, chunk, 2 * chunk], "what had arrived is not sent again");
    assert_eq!(seen.iter().filter(|it| it.path == "/blob").count(), 2, "asked anew where it stands");
    assert!(seen.iter().filter(|it| it.method == "PATCH").all(|it| !it.zipped), "a picture is packed already");
    host.sign_out().await;
}

#[wasm_bindgen_test]
async fn what_comes_from_the_server_is_the_photo_that_was_asked_for_or_nothing() {
    let account = new_device("look").await;
    let photo = photo(4, 1_000);
    let (whole, other, absent) = (photo.sha, sha256(b"other"), sha256(b"absent"));
    let bytes = photo.bytes.clone();
    let path = |sha: &Sha| format!("/blob/{}", hex::encode(sha));
    let paths = [path(&whole), path(&other), path(&absent)];
    let answer = move |request: &Request| match paths.iter().position(|path| *path == request.path) {
        Some(0) => Answer::Body(bytes.clone()),
        Some(1) => Answer::Body(b"something else".to_vec()),
        Some(2) => refusal(RefusalCode::NotFound),
        _ => Answer::Lost,
    };
    let fake = willing(answer, Rc::default());
    let (host, _) = arrived(&account).await;
    assert_eq!(host.fetch_photo(whole).await.as_ref(), Ok(&photo.bytes));
    assert_eq!(host.fetch_photo(other).await, Err(LookError::Malformed));
    assert_eq!(host.fetch_photo(absent).await, Err(LookError::NotThere));
    assert_eq!(host.fetch_photo([9; 32]).await, Err(LookError::Unreachable));

    host.keep_photo(photo.clone());
    drop(fake);
    // A command may overtake it, two cannot.
    for version in 1..=2 {
        host.command(random::id(), consent(version)).await.expect("saved");
    }
    assert_eq!(host.kept_photo(whole, false).await.as_ref(), Some(&photo.bytes), "kept from then on");
    assert!(until(&host, |_| true).await.unsent_blobs.is_empty(), "and owed to nobody");
    host.sign_out().await;
}

#[wasm_bindgen_test]
async fn the_export_carries_photos_and_whoever_brings_it_delivers_them() {
    let far = far_away();
    let account = new_device("carried").await;
    let (host, _) = arrived(&account).await;
    let photo = photo(5, BLOB_CHUNK + 7);
    host.command_with(random::id(), consent(1), photo.clone()).await.expect("saved");
    let file = host.export_unsent("a passphrase").await.expect("a file");
    let unsent = export::open(&file, "a passphrase").await.expect("opens");
    assert_eq!(unsent.photos, Some(vec![ExportedPhoto(photo.bytes.clone())]));

    drop(far);
    let stands = Rc::new(Cell::new(0));
    let chunk = {
        let stands = stands.clone();
        move |request: &Request| {
            stands.set(stands.get().max(request.offset.expect("a chunk") + request.body.len() as u64));
            Answer::Body(encode(&BlobState { offset: stands.get() }))
        }
    };
    let _willing = willing(chunk, stands.clone());
    assert_eq!(host.bring_unsent(file, "a passphrase").await.map(|brought| brought.ops), Ok(2));
    assert_eq!(stands.get(), photo.bytes.len() as u64);
    host.sign_out().await;
}

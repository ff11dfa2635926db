//! Sealing, signing, the export file, and the small things that keep keys and marks.
use crm_browser::export::{self, Exported, OpenError, Unsent};
use crm_browser::idb::{Device, Known};
use crm_browser::mark::Mark;
use crm_browser::random;
use crm_browser::seal::{SealError, Sealer, place};
use crm_browser::sign::{self, Signer};
use crm_replica::ports::Store;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn what_is_sealed_is_unsealed_in_its_place_and_nowhere_else() {
    let (sealer, _) = Sealer::generate().await.expect("keys");
    let here = place(Store::Page, (1, 2));
    let values: [&[u8]; 3] = [b"", b"x", &[7; 60 * 1024]];
    let sealed = sealer.seal(&values.map(|value| (here.clone(), value))).await.expect("sealed");
    let sealed: Vec<_> = sealed.into_iter().map(|one| (here.clone(), one)).collect();
    for ((_, sealed), value) in sealed.iter().zip(values) {
        assert_eq!(sealed.length() as usize, 12 + value.len() + 16, "nonce, ciphertext, tag");
    }
    assert_eq!(sealer.unseal(&sealed).await.expect("unsealed"), values);
    for elsewhere in [(Store::Page, (1, 3)), (Store::Page, (2, 1)), (Store::Delta, (1, 2))] {
        let moved = (place(elsewhere.0, elsewhere.1), sealed[1].1.clone());
        assert_eq!(sealer.unseal(&[moved]).await, Err(SealError::Tampered));
    }
}

#[wasm_bindgen_test]
async fn one_changed_bit_anywhere_is_noticed() {
    let (sealer, _) = Sealer::generate().await.expect("keys");
    let here = place(Store::State, (0, 0));
    let sealed = sealer.seal(&[(here.clone(), b"four")]).await.expect("sealed").remove(0);
    for at in 0..sealed.length() {
        let damaged = js_sys::Uint8Array::new(&sealed.slice(0, sealed.length()));
        damaged.set_index(at, damaged.get_index(at) ^ 1);
        assert_eq!(sealer.unseal(&[(here.clone(), damaged)]).await, Err(SealError::Tampered), "byte {at}");
    }
    for short in [0, 11, 12, 27] {
        assert_eq!(sealer.unseal(&[(here.clone(), sealed.slice(0, short))]).await, Err(SealError::Tampered));
    }
}

#[wasm_bindgen_test]
async fn the_same_value_is_sealed_differently_each_time_and_another_key_opens_none() {
    let (sealer, kept) = Sealer::generate().await.expect("keys");
    let here = place(Store::State, (0, 0));
    let twice = sealer.seal(&[(here.clone(), b"same"), (here.clone(), b"same")]).await.expect("sealed");
    assert_ne!(twice[0].to_vec(), twice[1].to_vec());
    let (stranger, _) = Sealer::generate().await.expect("keys");
    assert_eq!(stranger.unseal(&[(here.clone(), twice[0].clone())]).await, Err(SealError::Tampered));
    let again = Sealer::unwrap(&kept).await.expect("unwrapped");
    assert_eq!(again.unseal(&[(here, twice[1].clone())]).await, Ok(vec![b"same".to_vec()]));
    assert!(!kept.wrapping.extractable());
}

#[wasm_bindgen_test]
async fn a_signature_holds_for_its_message_and_its_key_only() {
    for (alg, public) in [(sign::ED25519, 32), (sign::P256, 65)] {
        let signer = Signer::generate_with(alg).await.expect("Chromium has both");
        assert_eq!(signer.public.len(), public);
        assert!(!signer.private.extractable());
        let messages: Vec<Vec<u8>> = (0..5).map(|n| vec![n; 100]).collect();
        let signatures = signer.sign(&messages).await.expect("signed");
        assert_eq!(signatures.len(), messages.len());
        let other = Signer::generate_with(alg).await.expect("a key");
        for (message, signature) in messages.iter().zip(&signatures) {
            assert_eq!(sign::verify(alg, &signer.public, message, signature).await, Ok(true));
            assert_eq!(sign::verify(alg, &signer.public, b"another", signature).await, Ok(false));
            assert_eq!(sign::verify(alg, &other.public, message, signature).await, Ok(false));
        }
    }
    assert_eq!(Signer::generate().await.expect("a key").alg, sign::ED25519);
}

#[wasm_bindgen_test]
async fn an_export_opens_with_its_passphrase_only() {
    let ops = vec![
        Exported { n: 7, op: b"as committed".to_vec(), first_sent: 0 },
        Exported { n: 8, op: vec![0; 3000], first_sent: 1_700_000_000_000 },
    ];
    let unsent = Unsent { org: random::id(), user: random::id(), dev: random::id(), ops, photos: None };
    let file = export::seal(&unsent, "correct horse").await.expect("sealed");
    assert_eq!(export::open(&file, "correct horse").await, Ok(unsent));
    assert_eq!(export::open(&file, "Correct horse").await, Err(OpenError::WrongPassphrase));
    let mut damaged = file.clone();
    *damaged.last_mut().expect("not empty") ^= 1;
    assert_eq!(export::open(&damaged, "correct horse").await, Err(OpenError::WrongPassphrase));
    assert_eq!(export::open(&file[..20], "correct horse").await, Err(OpenError::NotOurs));
    assert_eq!(export::open(b"PK\x03\x04", "correct horse").await, Err(OpenError::NotOurs));
}

#[wasm_bindgen_test]
async fn the_device_knows_who_was_here_and_who_is_signed_in() {
    let known = |account: &str| Known { user: random::id(), account: account.into(), name: account.to_uppercase() };
    let (one, two) = (known("one"), known("two"));
    let mut device = Device::default();
    device.sign_in(one.clone());
    device.sign_in(two.clone());
    device.sign_in(one.clone());
    device.write().await.expect("written");
    let mut device = Device::read().await.expect("read");
    assert_eq!(device.signed_in, Some(one.user));
    assert_eq!(device.people, [two.clone(), one.clone()]);
    assert_eq!(device.by_account("two"), Some(&two));
    device.forget(one.user);
    assert_eq!((device.signed_in, device.people.len()), (None, 1));
    device.forget(two.user);
    device.write().await.expect("written");
    assert_eq!(Device::read().await, Ok(Device::default()));
}

#[wasm_bindgen_test]
fn the_mark_beside_the_database_comes_back() {
    let mark = Mark { unsent: 12, last_contact_ms: 1_700_000_000_123 };
    mark.write();
    assert_eq!(Mark::read(), Some(mark));
    Mark::remove();
    assert_eq!(Mark::read(), None);
}

#[wasm_bindgen_test]
fn ids_are_new_each_time_and_carry_the_time() {
    let (one, two) = (random::id(), random::id());
    assert_ne!(one, two);
    assert_eq!(one.get_version_num(), 7);
    let age = js_sys::Date::now() as u64 - crm_domain::ids::time_of(one);
    assert!(age < 10_000, "{age} ms");
}

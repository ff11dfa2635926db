//! The spare copy of what was not sent.
use crm_browser::random;
use crm_browser::spare::{Item, Place, Spare};
use wasm_bindgen_test::wasm_bindgen_test;

const KEY: [u8; 32] = [7; 32];

#[wasm_bindgen_test]
async fn a_spare_copy_is_read_with_its_own_key_only() {
    let (user, dev) = (random::id(), random::id());
    let op = Place { dev, item: Item::Op(12) };
    let photo = Place { dev, item: Item::Photo([0xab; 32]) };
    let spare = Spare::open(user, &KEY).await.expect("opens");
    let before = Spare::count().await;
    spare.put(op, b"an op").await.expect("kept");
    spare.put(photo, &[3; 200_000]).await.expect("kept");
    spare.put(op, b"the same op, erased").await.expect("kept");
    assert_eq!(Spare::count().await - before, 2);

    let again = Spare::open(user, &KEY).await.expect("opens");
    assert_eq!(again.places().await.expect("listed"), [photo, op]);
    assert_eq!(again.read(op).await.expect("read").as_deref(), Some(b"the same op, erased".as_slice()));
    assert_eq!(again.read(photo).await.expect("read"), Some(vec![3; 200_000]));
    let other = Place { dev: random::id(), item: Item::Op(12) };
    assert_eq!(again.read(other).await.expect("read"), None);
    let thief = Spare::open(user, &[8; 32]).await.expect("opens");
    assert_eq!(thief.read(op).await.expect("read"), None);

    again.remove(op).await.expect("removed");
    assert_eq!(again.places().await.expect("listed"), [photo]);
    Spare::forget(user).await.expect("forgotten");
    assert_eq!(Spare::count().await, before);
}

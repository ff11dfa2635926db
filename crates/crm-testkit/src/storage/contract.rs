//! The storage contract: cases named as sentences, each on an empty disk. `storage_contract!` stamps them.
use crm_replica::ports::{CommitError, Key, Opened, Store, Write};
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

/// One person's storage in one browser profile, empty at first, and the tabs that use it.
#[expect(async_fn_in_trait, reason = "used on one thread only, model and browser alike")]
pub trait Disk {
    type Tab;

    /// A tab opens the storage. A writer takes the fence: whatever wrote before it cannot commit any more.
    async fn open(&self, writer: bool) -> Self::Tab;

    /// One transaction; `Ok` only once it is complete. Commits take effect in the order in which they are asked for.
    async fn commit(&self, tab: &Self::Tab, writes: Vec<Write>, strict: bool) -> Result<(), CommitError>;

    /// Begins a commit and kills the tab after `steps` steps of its work, whatever a step is. True: it was complete.
    async fn die_in_commit(&self, tab: Self::Tab, writes: Vec<Write>, steps: u32) -> bool;

    /// The values of these keys, in the order asked.
    async fn load(&self, tab: &Self::Tab, store: Store, keys: &[Key]) -> Vec<Option<Vec<u8>>>;

    /// The small stores, from one transaction.
    async fn load_all(&self, tab: &Self::Tab) -> Opened;
}

/// Hands every case's name to the macro `$stamp`, which makes a test of it.
#[macro_export]
macro_rules! storage_contract {
    ($stamp:ident) => {
        $stamp!(what_is_committed_is_loaded_by_every_tab);
        $stamp!(absent_keys_are_none_in_the_order_asked);
        $stamp!(the_last_write_of_a_key_wins);
        $stamp!(a_deleted_key_is_gone_and_deleting_it_again_does_no_harm);
        $stamp!(the_same_key_in_two_stores_is_two_values);
        $stamp!(keys_are_exact_to_the_last_bit);
        $stamp!(the_small_stores_come_in_the_order_of_their_keys);
        $stamp!(values_of_any_size_come_back_as_they_were);
        $stamp!(a_tab_that_dies_in_a_commit_leaves_all_of_it_or_nothing);
        $stamp!(what_was_complete_outlives_its_tab);
        $stamp!(a_new_writer_fences_the_old_one);
        $stamp!(a_follower_reads_and_never_writes);
        $stamp!(commits_take_effect_in_the_order_they_were_asked);
        $stamp!(opening_again_changes_nothing);
    };
}

fn put(store: Store, key: Key, value: &[u8]) -> Write {
    Write { store, key, value: Some(value.to_vec()) }
}

fn delete(store: Store, key: Key) -> Write {
    Write { store, key, value: None }
}

async fn one<D: Disk>(disk: &D, tab: &D::Tab, store: Store, key: Key) -> Option<Vec<u8>> {
    let mut values = disk.load(tab, store, &[key]).await;
    assert_eq!(values.len(), 1);
    values.remove(0)
}

pub async fn what_is_committed_is_loaded_by_every_tab<D: Disk>(disk: &D) {
    let writer = disk.open(true).await;
    let writes = vec![put(Store::Page, (1, 1), b"page"), put(Store::Outbox, (0, 1), b"op")];
    assert_eq!(disk.commit(&writer, writes, true).await, Ok(()));
    let follower = disk.open(false).await;
    for tab in [&writer, &follower] {
        assert_eq!(one(disk, tab, Store::Page, (1, 1)).await.as_deref(), Some(b"page".as_slice()));
        assert_eq!(disk.load_all(tab).await.outbox, [((0, 1), b"op".to_vec())]);
    }
}

pub async fn absent_keys_are_none_in_the_order_asked<D: Disk>(disk: &D) {
    let tab = disk.open(true).await;
    disk.commit(&tab, vec![put(Store::Page, (1, 2), b"two")], false).await.expect("committed");
    let values = disk.load(&tab, Store::Page, &[(1, 3), (1, 2), (2, 2), (1, 2)]).await;
    assert_eq!(values, [None, Some(b"two".to_vec()), None, Some(b"two".to_vec())]);
    assert_eq!(disk.load(&tab, Store::Page, &[]).await, Vec::<Option<Vec<u8>>>::new());
    assert_eq!(disk.load_all(&tab).await, Opened::default());
}

pub async fn the_last_write_of_a_key_wins<D: Disk>(disk: &D) {
    let tab = disk.open(true).await;
    let twice = vec![
        put(Store::State, (0, 0), b"first"),
        put(Store::State, (0, 0), b"second"),
        put(Store::State, (0, 1), b"going"),
        delete(Store::State, (0, 1)),
        delete(Store::State, (0, 2)),
        put(Store::State, (0, 2), b"staying"),
    ];
    disk.commit(&tab, twice, false).await.expect("committed");
    let values = disk.load(&tab, Store::State, &[(0, 0), (0, 1), (0, 2)]).await;
    assert_eq!(values, [Some(b"second".to_vec()), None, Some(b"staying".to_vec())]);
    disk.commit(&tab, vec![put(Store::State, (0, 0), b"third")], false).await.expect("committed");
    assert_eq!(one(disk, &tab, Store::State, (0, 0)).await.as_deref(), Some(b"third".as_slice()));
}

pub async fn a_deleted_key_is_gone_and_deleting_it_again_does_no_harm<D: Disk>(disk: &D) {
    let tab = disk.open(true).await;
    let both = vec![put(Store::Delta, (1, 1), b"a"), put(Store::Delta, (1, 2), b"b")];
    disk.commit(&tab, both, true).await.expect("committed");
    for _ in 0..2 {
        disk.commit(&tab, vec![delete(Store::Delta, (1, 1))], true).await.expect("committed");
        assert_eq!(disk.load_all(&tab).await.delta, [((1, 2), b"b".to_vec())]);
    }
}

pub async fn the_same_key_in_two_stores_is_two_values<D: Disk>(disk: &D) {
    let tab = disk.open(true).await;
    let writes = Store::ALL.map(|store| put(store, (7, 7), store.name().as_bytes()));
    disk.commit(&tab, writes.to_vec(), false).await.expect("committed");
    disk.commit(&tab, vec![delete(Store::Blob, (7, 7))], false).await.expect("committed");
    for store in Store::ALL {
        let expected = (store != Store::Blob).then(|| store.name().as_bytes().to_vec());
        assert_eq!(one(disk, &tab, store, (7, 7)).await, expected, "{}", store.name());
    }
}

pub async fn keys_are_exact_to_the_last_bit<D: Disk>(disk: &D) {
    let tab = disk.open(true).await;
    let keys: [Key; 8] = [
        (0, 1),
        (1, 0),
        (0, u64::MAX),
        (0, u64::MAX - 1),
        (u32::MAX, 0),
        (u32::MAX, u64::MAX),
        (0, 1 << 53),
        (0, (1 << 53) + 1),
    ];
    let writes = keys.iter().map(|key| put(Store::Blob, *key, format!("{key:?}").as_bytes())).collect();
    disk.commit(&tab, writes, false).await.expect("committed");
    let values = disk.load(&tab, Store::Blob, &keys).await;
    for (key, value) in keys.iter().zip(values) {
        assert_eq!(value, Some(format!("{key:?}").into_bytes()));
    }
}

pub async fn the_small_stores_come_in_the_order_of_their_keys<D: Disk>(disk: &D) {
    let tab = disk.open(true).await;
    let keys: [Key; 7] = [(0, 9), (1, 1), (0, 256), (0, 10), (0, 1 << 40), (2, 0), (0, 0)];
    let mut expected = BTreeMap::new();
    let mut writes = Vec::new();
    for key in keys {
        let value = format!("{key:?}").into_bytes();
        for store in [Store::State, Store::Delta, Store::Outbox, Store::Journal, Store::Column] {
            writes.push(put(store, key, &value));
        }
        expected.insert(key, value);
    }
    // What is not a small store must not turn up among them.
    writes.extend([Store::Page, Store::Head, Store::Draft, Store::Blob].map(|store| put(store, (0, 0), b"large")));
    disk.commit(&tab, writes, false).await.expect("committed");
    let opened = disk.load_all(&tab).await;
    let expected: Vec<_> = expected.into_iter().collect();
    assert_eq!(opened.state, expected);
    assert_eq!(opened.delta, expected);
    assert_eq!(opened.outbox, expected);
    assert_eq!(opened.journal, expected);
    assert_eq!(opened.column, expected.into_iter().map(|(_, value)| value).collect::<Vec<_>>());
}

pub async fn values_of_any_size_come_back_as_they_were<D: Disk>(disk: &D) {
    let tab = disk.open(true).await;
    let sizes = [0, 1, 15, 16, 17, 60 * 1024, 5 * 1024 * 1024];
    let value = |size: usize| (0..size).map(|i| (i * 31 % 251) as u8).collect::<Vec<u8>>();
    let writes = sizes.iter().map(|size| put(Store::Page, (1, *size as u64), &value(*size))).collect();
    disk.commit(&tab, writes, true).await.expect("committed");
    for size in sizes {
        assert!(one(disk, &tab, Store::Page, (1, size as u64)).await == Some(value(size)), "{size} bytes");
    }
}

pub async fn a_tab_that_dies_in_a_commit_leaves_all_of_it_or_nothing<D: Disk>(disk: &D) {
    let old = |key| put(Store::State, (1, key), b"old");
    let (mut undone, mut done) = (0, 0);
    for steps in 0..40 {
        let tab = disk.open(true).await;
        disk.commit(&tab, (0..20).map(old).collect(), true).await.expect("committed");
        let writes = (0..20)
            .map(|key| if key % 2 == 0 { put(Store::State, (1, key), b"new") } else { delete(Store::State, (1, key)) });
        let complete = disk.die_in_commit(tab, writes.collect(), steps).await;
        let tab = disk.open(true).await;
        let found = disk.load_all(&tab).await.state;
        let nothing = found == (0..20).map(|key| ((1, key), b"old".to_vec())).collect::<Vec<_>>();
        let all = found == (0..20).step_by(2).map(|key| ((1, key), b"new".to_vec())).collect::<Vec<_>>();
        assert!(nothing || all, "after {steps} steps: {found:?}");
        assert!(all || !complete, "complete after {steps} steps, and not there");
        undone += u32::from(nothing);
        done += u32::from(all);
    }
    assert!(undone > 0, "no death came before the end of the commit");
    assert!(done > 0, "no death came after it");
}

pub async fn what_was_complete_outlives_its_tab<D: Disk>(disk: &D) {
    for n in 1..=5 {
        let tab = disk.open(true).await;
        disk.commit(&tab, vec![put(Store::Outbox, (0, n), &[n as u8])], true).await.expect("committed");
        disk.die_in_commit(tab, vec![put(Store::Outbox, (0, 99), b"never")], 0).await;
    }
    let tab = disk.open(false).await;
    let expected: Vec<(Key, Vec<u8>)> = (1..=5).map(|n| ((0, n), vec![n as u8])).collect();
    assert_eq!(disk.load_all(&tab).await.outbox, expected);
}

pub async fn a_new_writer_fences_the_old_one<D: Disk>(disk: &D) {
    let old = disk.open(true).await;
    disk.commit(&old, vec![put(Store::State, (0, 0), b"old")], true).await.expect("committed");
    let new = disk.open(true).await;
    let large = (0..50).map(|key| put(Store::State, (0, key), b"late")).collect();
    assert_eq!(disk.commit(&old, large, true).await, Err(CommitError::Fenced));
    assert_eq!(disk.commit(&old, vec![delete(Store::State, (0, 0))], false).await, Err(CommitError::Fenced));
    assert_eq!(disk.load_all(&new).await.state, [((0, 0), b"old".to_vec())]);
    assert_eq!(disk.commit(&new, vec![put(Store::State, (0, 0), b"new")], true).await, Ok(()));
    assert_eq!(one(disk, &old, Store::State, (0, 0)).await.as_deref(), Some(b"new".as_slice()));
}

pub async fn a_follower_reads_and_never_writes<D: Disk>(disk: &D) {
    let writer = disk.open(true).await;
    let follower = disk.open(false).await;
    disk.commit(&writer, vec![put(Store::Head, (0, 0), b"head")], false).await.expect("committed");
    assert_eq!(disk.commit(&follower, vec![delete(Store::Head, (0, 0))], false).await, Err(CommitError::Fenced));
    assert_eq!(one(disk, &follower, Store::Head, (0, 0)).await.as_deref(), Some(b"head".as_slice()));
    assert_eq!(disk.commit(&writer, vec![delete(Store::Head, (0, 0))], false).await, Ok(()));
}

pub async fn commits_take_effect_in_the_order_they_were_asked<D: Disk>(disk: &D) {
    let tab = disk.open(true).await;
    // Sizes fall, so that a later commit would be ready before an earlier one; strict and relaxed alternate.
    let commits = (0..20_u64).map(|i| {
        let filler = vec![i as u8; 200_000 / (i as usize + 1)];
        let writes = vec![put(Store::State, (0, 0), &i.to_be_bytes()), put(Store::Page, (1, i), &filler)];
        disk.commit(&tab, writes, i % 2 == 0)
    });
    let results = all(commits.collect()).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(one(disk, &tab, Store::State, (0, 0)).await, Some(19_u64.to_be_bytes().to_vec()));
}

pub async fn opening_again_changes_nothing<D: Disk>(disk: &D) {
    let tab = disk.open(true).await;
    let writes = Store::ALL.map(|store| put(store, (1, 1), store.name().as_bytes()));
    disk.commit(&tab, writes.to_vec(), true).await.expect("committed");
    let before = disk.load_all(&tab).await;
    for writer in [true, false, true] {
        let tab = disk.open(writer).await;
        assert_eq!(disk.load_all(&tab).await, before);
        for store in Store::ALL {
            assert_eq!(one(disk, &tab, store, (1, 1)).await.as_deref(), Some(store.name().as_bytes()));
        }
    }
}

/// Runs the futures side by side; they are first polled in their order.
async fn all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut running: Vec<Pin<Box<F>>> = futures.into_iter().map(Box::pin).collect();
    let mut results: Vec<Option<F::Output>> = running.iter().map(|_| None).collect();
    poll_fn(move |cx| {
        for (future, result) in running.iter_mut().zip(&mut results) {
            if result.is_none()
                && let Poll::Ready(output) = future.as_mut().poll(cx)
            {
                *result = Some(output);
            }
        }
        if results.iter().any(Option::is_none) {
            return Poll::Pending;
        }
        Poll::Ready(results.iter_mut().filter_map(Option::take).collect())
    })
    .await
}

//! What SQLite does to a group of transactions by itself.
use super::*;

#[test]
fn a_transaction_that_finds_no_room_fails_its_group_and_the_next_group_is_free() {
    let store = Sqlite::in_memory(Uuid::nil()).expect("it opens");
    let mut writer = store.lock();
    let group = writer.group;
    writer.join(store.org, &mut |tx| Ok(tx.put_meta("first", &[1])?)).expect("it joins");
    let pages: i64 = writer.conn.query_row("PRAGMA page_count", [], |row| row.get(0)).expect("counted");
    writer.conn.pragma_update(None, "max_page_count", pages).expect("full");
    let large = writer.join(store.org, &mut |tx| Ok(tx.put_meta("large", &[1; 100_000])?));
    assert!(matches!(&large, Err(LedgerError::Store(StoreError(said))) if said.contains("full")), "{large:?}");
    assert!(writer.conn.is_autocommit(), "SQLite has rolled everything back");
    assert!(writer.open.is_none() && store.ended.wait(group).is_err(), "and whoever joined before is told so");
    writer.conn.pragma_update(None, "max_page_count", 1_000_000).expect("room again");
    writer.join(store.org, &mut |tx| Ok(tx.put_meta("after", &[1])?)).expect("it joins");
    writer.commit();
    assert_eq!(store.ended.wait(group + 1), Ok(()));
    drop(writer);
    let mut there = Vec::new();
    let read = store.read(&mut |tx| {
        there = ["first", "large", "after"].map(|key| tx.meta(key).map(|kept| kept.is_some())).to_vec();
        Ok(())
    });
    assert_eq!((read, there), (Ok(()), vec![Ok(false), Ok(false), Ok(true)]));
}

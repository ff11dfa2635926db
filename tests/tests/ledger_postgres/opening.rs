//! What opening says where it cannot, and what a connection that breaks costs: nothing.
use crm_domain::ids::derived_id;
use crm_server::Postgres;
use crm_server::ledger::LedgerError;
use crm_server::ledger::store::{Store, StoreError};
use tests::cluster::cluster;
use tests::ledger::office::id;

fn refusal(url: &str) -> String {
    match Postgres::open(url, id("org")) {
        Err(StoreError(said)) => said,
        Ok(_) => panic!("{url} opened"),
    }
}

#[test]
fn each_reason_is_told_with_what_helps() {
    let cases = [
        ("nonsense".to_owned(), "postgres://user:password@"),
        ("postgres://somebody@127.0.0.1:1/ledger".to_owned(), "no PostgreSQL answers at 127.0.0.1:1"),
        (cluster().url_of("careful:wrong", "postgres"), "refuses the password of careful"),
        (cluster().url_of("careful", "postgres"), "wants a password of careful"),
        (cluster().url_of("nobody", "postgres"), "\"nobody\" does not exist"),
        (cluster().url("nowhere"), "has no database nowhere"),
    ];
    for (url, expected) in cases {
        let said = refusal(&url);
        assert!(said.contains(expected), "{url}: {said}");
        assert!(!said.contains("wrong"), "the password is not told: {said}");
    }
}

#[test]
fn a_schema_of_a_newer_server_is_left_alone() {
    let url = cluster().empty("newer");
    drop(Postgres::open(&url, id("org")).expect("an empty database opens"));
    let mut client = postgres::Client::connect(&url, postgres::NoTls).expect("it connects");
    client.batch_execute("UPDATE zoufang_schema SET version = 9999").expect("set");
    let said = refusal(&url);
    assert!(said.contains("newer server (schema 9999"), "{said}");
}

#[test]
fn servers_that_start_at_once_agree_on_the_organisation() {
    let url = cluster().empty("together");
    let orgs: Vec<_> = std::thread::scope(|scope| {
        let open = |n: u64| {
            let url = &url;
            scope.spawn(move || Postgres::open(url, derived_id(n, &[b"org"])).expect("it opens").org())
        };
        let starts: Vec<_> = (0..4).map(open).collect();
        starts.into_iter().map(|start| start.join().expect("it ends")).collect()
    });
    assert!(orgs.iter().all(|org| *org == orgs[0]), "{orgs:?}");
    let later = Postgres::open(&url, derived_id(9, &[b"org"])).expect("it opens again");
    assert_eq!(later.org(), orgs[0], "the database knows whose it is");
}

#[test]
fn a_connection_that_breaks_is_replaced_and_its_body_run_again() {
    let name = cluster().database(id("org"));
    let store = Postgres::open(&cluster().url(&name), id("org")).expect("it opens");
    let put = |key: &str, mut first: Option<&str>| {
        store.write(&mut |tx| {
            tx.put_meta(key, b"1")?;
            // In the middle of the transaction, once.
            if let Some(name) = first.take() {
                cluster().cut(name);
            }
            tx.put_meta(&format!("{key} too"), b"1")?;
            Ok(())
        })
    };
    put("before", None).expect("written");
    cluster().cut(&name);
    put("after idling", None).expect("written");
    put("cut", Some(&name)).expect("written");
    let mut there = Vec::new();
    store
        .read(&mut |tx| {
            there.clear();
            for key in ["before too", "after idling too", "cut", "cut too"] {
                there.push(tx.meta(key)?.is_some());
            }
            Ok(())
        })
        .expect("read");
    assert_eq!(there, [true; 4]);
}

#[test]
fn a_body_that_panics_leaves_nothing_and_the_store_usable() {
    let store = cluster().store(id("org"));
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.write(&mut |tx| {
            tx.put_secret("half", b"1", Some(b"1"))?;
            panic!("as a bug would")
        })
    }));
    assert!(panicked.is_err());
    let refused = store.write(&mut |tx| {
        tx.put_secret("refused", b"1", Some(b"1"))?;
        Err(LedgerError::NotAllowed)
    });
    assert_eq!(refused, Err(LedgerError::NotAllowed));
    store.write(&mut |tx| Ok(tx.put_secret("after", b"1", Some(b"1"))?)).expect("written");
    let mut there = [true; 3];
    store
        .read(&mut |tx| {
            for (i, kind) in ["half", "refused", "after"].into_iter().enumerate() {
                there[i] = tx.secret(kind, b"1")?.is_some();
            }
            Ok(())
        })
        .expect("read");
    assert_eq!(there, [false, false, true]);
}

#[test]
fn two_that_wait_for_each_other_both_come_through() {
    let store = cluster().store(id("org"));
    let rows = [derived_id(1, &[b"one"]), derived_id(1, &[b"two"])];
    let device = |n: usize| crm_server::ledger::store::Device::new(rows[n], id("li"), 1);
    store.write(&mut |tx| Ok([0, 1].into_iter().try_for_each(|n| tx.put_device(&device(n)))?)).expect("written");
    let barrier = std::sync::Barrier::new(2);
    std::thread::scope(|scope| {
        for order in [[0, 1], [1, 0]] {
            let (store, barrier) = (&store, &barrier);
            scope.spawn(move || {
                let mut met = false;
                store
                    .write(&mut |tx| {
                        for n in order {
                            let mut device = tx.device(rows[n])?.ok_or(LedgerError::NotFound)?;
                            device.last_n += 1;
                            tx.put_device(&device)?;
                            if !std::mem::replace(&mut met, true) {
                                barrier.wait();
                            }
                        }
                        Ok(())
                    })
                    .expect("it is run again");
            });
        }
    });
    let mut counts = Vec::new();
    store
        .read(&mut |tx| {
            counts = rows.iter().map(|id| Ok(tx.device(*id)?.map(|d| d.last_n))).collect::<Result<_, LedgerError>>()?;
            Ok(())
        })
        .expect("read");
    assert_eq!(counts, [Some(2), Some(2)], "each of them exactly once");
}

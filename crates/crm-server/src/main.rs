//! `zoufang-server`: opens the data, fills it at the first start, serves.
use clap::{Parser, Subcommand};
use crm_domain::ids::derived_id;
use crm_server::http::{self, App, Site};
use crm_server::ledger::store::Store;
use crm_server::ledger::{Began, DAY_MS, Ledger, LedgerError, Loaded, Seed};
use crm_server::{Postgres, Sqlite, backup};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Parser)]
#[command(name = "zoufang-server", version, about = "Serves the app, its records and their sync")]
struct Args {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// Address and port; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR")]
    listen: SocketAddr,
    /// Folder of the data; unused with PostgreSQL.
    #[arg(long, global = true, default_value = "data", value_name = "DIR")]
    data: PathBuf,
    /// Start empty; prints a one-time link that creates the administrator.
    #[arg(long)]
    no_demo: bool,
    /// How many demo customers the first start makes.
    #[arg(long, default_value_t = 20_000, value_name = "N")]
    customers: usize,
    /// Serve the app from this folder instead of the embedded files.
    #[arg(long, env = "ZOUFANG_PWA", value_name = "DIR")]
    pwa: Option<PathBuf>,
    /// PostgreSQL instead of the embedded file: postgres://user:password@host:5432/database
    #[arg(long, env = "ZOUFANG_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    database_url: Option<String>,
}

/// What is done instead of serving. With PostgreSQL its own tools do this; see the server's README.
#[derive(Subcommand)]
enum Verb {
    /// Writes a proved copy of the data into a folder, also while the server runs.
    Backup {
        folder: PathBuf,
        /// The folder lies on another machine: phones may let go of what the last two such backups hold.
        #[arg(long)]
        off_machine: bool,
    },
    /// Reads a backup to the last record and says whether it can be restored.
    Verify { file: PathBuf },
    /// Reads the log of receipts and says whether every event is what was received and published; also while the server
    /// runs, and with PostgreSQL too.
    Audit,
    /// Puts a backup in the place of the data; the server must stand still. Phones give back what the backup lacks.
    Restore {
        file: PathBuf,
        /// The data that is there now is kept aside.
        #[arg(long)]
        replace: bool,
    },
}

/// The demo's seed: the same city for everybody.
const SEED: u64 = 1;
/// Asia/Shanghai, where the demo's days begin.
const UTC_OFFSET_MS: u64 = 8 * 3_600_000;

fn main() -> ExitCode {
    let args = Args::parse();
    let done = match &args.verb {
        None => run(args),
        Some(verb) if args.database_url.is_some() && !matches!(verb, Verb::Audit) => {
            Err("with PostgreSQL its own tools back up and restore; the server's README says how".into())
        }
        Some(verb) => maintain(verb, &args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("zoufang-server: {error}");
            ExitCode::FAILURE
        }
    }
}

fn maintain(verb: &Verb, args: &Args) -> Result<(), Box<dyn std::error::Error>> {
    let data = args.data.as_path();
    let now = http::system_clock()();
    match verb {
        Verb::Backup { folder, off_machine } => {
            let (file, proved) = backup::back_up(data, folder, now)?;
            if *off_machine {
                backup::note(data, &proved)?;
            }
            println!("{}: {}", file.display(), told(&proved));
            if !off_machine {
                println!("not counted as a backup: say --off-machine where the folder lies on another machine");
            }
        }
        Verb::Audit => return audit(args),
        Verb::Verify { file } => println!("{}: whole, {}", file.display(), told(&backup::prove(file)?)),
        Verb::Restore { file, replace } => {
            if !replace && data.join(backup::FILE).exists() {
                return Err(format!("{} holds data; say --replace to set it aside", data.display()).into());
            }
            let mut seed = [0; 32];
            getrandom::fill(&mut seed).map_err(|e| e.to_string())?;
            let (proved, aside, missing) = backup::put_back(file, data, Seed(seed), now)?;
            println!("restored {}", told(&proved));
            if let Some(aside) = aside {
                println!("what was there before: {}", aside.display());
            }
            for account in &missing.people {
                println!("the backup does not know the account {account}: an administrator's device brings it back");
            }
            for (id, status) in &missing.devices {
                println!("the backup does not know that the device {id} is {status}: its person signs in again");
            }
            println!("start the server: each phone sends again what this backup lacks, at its next sync");
        }
    }
    Ok(())
}

fn audit(args: &Args) -> Result<(), Box<dyn std::error::Error>> {
    let audit = open(args, http::system_clock()())?.audit_log().map_err(said)?;
    println!("{} events in the log, {} published roots", audit.events, audit.roots);
    for fault in &audit.faults {
        println!("{fault}");
    }
    match audit.faults.len() {
        0 => Ok(()),
        n => Err(format!("{n} faults: compare the roots with those that the devices hold").into()),
    }
}

fn told(proved: &backup::Proved) -> String {
    format!("{} records, {:.1} MB", proved.records, proved.bytes as f64 / 1e6)
}

fn run(args: Args) -> Result<(), Box<dyn std::error::Error>> {
    let clock = http::system_clock();
    let ledger = Arc::new(open(&args, clock())?);
    let listener = TcpListener::bind(args.listen)?;
    let address = format!("http://{}", listener.local_addr()?);
    fill(&ledger, &args, &address, clock())?;
    ledger.warm().map_err(said)?;
    let site = Site::new(args.pwa);
    if !site.is_there() {
        eprintln!("no app is embedded and none was given with --pwa: only the sync answers");
    }
    println!("listening {address}");
    // The ledger blocks: it is opened before the runtime begins, and closed after it has ended.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let kept = ledger.clone();
    runtime.block_on(async {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        http::serve(App::new(ledger, site, clock), listener, stop()).await;
        Ok::<(), std::io::Error>(())
    })?;
    drop(runtime);
    drop(kept);
    Ok(())
}

fn open(args: &Args, now: u64) -> Result<Ledger, Box<dyn std::error::Error>> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|e| e.to_string())?;
    let new_org = derived_id(now, &[b"org", &seed]);
    let (store, org): (Box<dyn Store>, _) = match &args.database_url {
        Some(url) => {
            let store = Postgres::open(url, new_org)?;
            let org = store.org();
            (Box::new(store), org)
        }
        None => {
            std::fs::create_dir_all(&args.data)?;
            let store = Sqlite::open(&args.data.join("zoufang.sqlite"), new_org)?;
            let org = store.org();
            (Box::new(store), org)
        }
    };
    Ok(Ledger::open(store, org, Seed(seed), now).map_err(said)?)
}

/// At the first start: demo data, or the link that creates the administrator. Says who can sign in.
fn fill(ledger: &Ledger, args: &Args, address: &str, now: u64) -> Result<(), Box<dyn std::error::Error>> {
    if args.no_demo {
        let mut token = [0; 16];
        getrandom::fill(&mut token).map_err(|e| e.to_string())?;
        let token = hex::encode(token);
        if ledger.offer_first(&token).map_err(said)? {
            println!("create the administrator (this link works once): {address}/first/{token}");
        }
        return Ok(());
    }
    let mut began = match ledger.began().map_err(said)? {
        Some(began) => began,
        // Somebody works here already, without demo data.
        None if !ledger.is_empty().map_err(said)? => return Ok(()),
        None => {
            let today_ms = (now + UTC_OFFSET_MS) / DAY_MS * DAY_MS - UTC_OFFSET_MS;
            Began { today_ms, customers: args.customers as u64, whole: false }
        }
    };
    let demo = crm_demo::generate(SEED, began.customers as usize, began.today_ms as i64);
    if !began.whole {
        eprintln!("making {} demo customers …", began.customers);
        ledger.begin(began).map_err(said)?;
        let rows = demo.rows().map(|r| Loaded {
            kind: r.kind,
            id: r.id,
            root: r.root,
            bucket: r.bucket,
            body: r.body,
            actor: r.actor,
            at: r.at,
        });
        let count = ledger.load(rows, now).map_err(said)?;
        for person in &demo.sign_ins {
            ledger.set_password(person.user, person.password).map_err(said)?;
        }
        began.whole = true;
        ledger.begin(began).map_err(said)?;
        eprintln!("{count} rows");
    }
    for person in &demo.sign_ins {
        let (role, account, password, name) = (person.role.word(), person.account, person.password, person.name);
        println!("sign-in role={role} account={account} password={password} name={name}");
    }
    Ok(())
}

fn said(error: LedgerError) -> String {
    match error {
        LedgerError::Store(error) => format!("the database: {error}"),
        other => format!("{other:?}"),
    }
}

/// Ctrl-C, or the signal that stops services.
async fn stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let Ok(mut terminated) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
            let _ = interrupted.await;
            return;
        };
        tokio::select! {
            _ = interrupted => {}
            _ = terminated.recv() => {}
        }
    }
    #[cfg(not(unix))]
    {
        let _ = interrupted.await;
    }
}

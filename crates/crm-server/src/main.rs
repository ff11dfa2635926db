//! `zoufang-server`: opens the data, fills it at the first start, serves.
use clap::Parser;
use crm_domain::ids::derived_id;
use crm_server::http::{self, App, Site};
use crm_server::ledger::store::Store;
use crm_server::ledger::{Began, DAY_MS, Ledger, LedgerError, Loaded, Seed};
use crm_server::{Postgres, Sqlite};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Parser)]
#[command(name = "zoufang-server", version, about = "Serves the app, its records and their sync")]
struct Args {
    /// Address and port; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR")]
    listen: SocketAddr,
    /// Folder of the data; unused with PostgreSQL.
    #[arg(long, default_value = "data", value_name = "DIR")]
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

/// The demo's seed: the same city for everybody.
const SEED: u64 = 1;
/// Asia/Shanghai, where the demo's days begin.
const UTC_OFFSET_MS: u64 = 8 * 3_600_000;

fn main() -> ExitCode {
    let args = Args::parse();
    match run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("zoufang-server: {error}");
            ExitCode::FAILURE
        }
    }
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
        http::serve(App::new(ledger, site, clock), listener, stop()).await
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
        let token: String = token.iter().map(|byte| format!("{byte:02x}")).collect();
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

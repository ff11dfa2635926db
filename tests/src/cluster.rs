//! A PostgreSQL of the tests' own: made by `initdb` in a temporary folder, reached by a socket in it, never the system's.
//! It ends with the process that asked for it, however that ends: a shell holds the other end of a pipe, and when that
//! closes it stops the cluster and removes the folder.
use crm_domain::ids::Uuid;
use crm_server::Postgres;
use crm_server::ledger::LedgerError;
use crm_server::ledger::store::{Body, Store};
use postgres::{Client, NoTls};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

pub struct Cluster {
    /// Holds the socket.
    folder: String,
    desk: Mutex<Client>,
    next: AtomicU32,
    /// Databases of cases that are over.
    emptied: Mutex<Vec<String>>,
    /// Closed by the end of this process.
    _pipe: ChildStdin,
}

/// Nothing here need survive a crash of the machine.
const FAST: &str = "fsync = off\nfull_page_writes = off\nautovacuum = off\nmax_connections = 200\n\
                    listen_addresses = ''\nunix_socket_permissions = 0777\ndeadlock_timeout = 200ms\n";

/// Everybody is let in, but for one who has a password.
const WHO: &str = "local all careful scram-sha-256\nlocal all all trust\n";

const RUN: &str = r#"
"$1/postgres" -D "$2/data" -k "$2" >"$2/log" 2>&1 &
cat >/dev/null
"$1/pg_ctl" -D "$2/data" -m immediate stop
rm -rf "$2"
"#;

/// The one of this process; the first call starts it.
pub fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(Cluster::start)
}

impl Cluster {
    fn start() -> Self {
        let bin = programs().expect("PostgreSQL is not installed; `cargo xtask test` sees to it");
        // PostgreSQL does not run as root.
        let root = said(Command::new("id").arg("-u")).trim() == "0";
        let starter: Vec<String> =
            if root { ["runuser", "-u", "postgres", "--"].map(String::from).into() } else { Vec::new() };
        let temporary = std::env::temp_dir().join("zoufang-pg-XXXXXX").display().to_string();
        let folder = said(&mut by(&starter, "mktemp", &["-d", &temporary])).trim().to_owned();
        let script = "cd \"$2\" && \"$1/initdb\" -D \"$2/data\" -U postgres -A trust -E UTF8 --locale=C --no-sync && \
                      printf %s \"$3\" >>\"$2/data/postgresql.conf\" && printf %s \"$4\" >\"$2/data/pg_hba.conf\"";
        let bin_text = bin.display().to_string();
        said(&mut by(&starter, "sh", &["-c", script, "sh", &bin_text, &folder, FAST, WHO]));
        let mut keeper = by(&starter, "sh", &["-c", RUN, "sh", &bin_text, &folder]);
        // A Ctrl-C at the tests' terminal is not meant for it.
        keeper.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let pipe = keeper.spawn().expect("a shell starts").stdin.take().expect("its pipe");
        let desk = connected(&folder);
        let cluster =
            Self { folder, desk: Mutex::new(desk), next: AtomicU32::new(0), emptied: Mutex::default(), _pipe: pipe };
        cluster.run("CREATE ROLE careful LOGIN PASSWORD 'right'");
        cluster
    }

    /// The address of a database.
    pub fn url(&self, database: &str) -> String {
        self.url_of("postgres", database)
    }

    /// The address of a database for somebody: `name` or `name:password`.
    pub fn url_of(&self, who: &str, database: &str) -> String {
        format!("postgres://{who}@{}/{database}", self.folder.replace('/', "%2F"))
    }

    /// The address of an empty database.
    pub fn empty(&self, name: &str) -> String {
        self.run(&format!("CREATE DATABASE {name}"));
        self.url(name)
    }

    /// The address of a database like another that nobody uses.
    pub fn copy(&self, name: &str, from: &str) -> String {
        self.run(&format!("CREATE DATABASE {name} TEMPLATE {from}"));
        self.url(name)
    }

    /// An empty store in a database that nobody else uses meanwhile.
    pub fn store(&self, org: Uuid) -> Box<dyn Store> {
        let emptied = self.emptied.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let name = emptied.unwrap_or_else(|| self.database(org));
        let store = Postgres::open(&self.url(&name), org).expect("it opens");
        assert_eq!(store.org(), org, "every case has the same organisation");
        Box::new(Case { store: Some(store), name })
    }

    /// Takes a database back: emptying it costs a hundredth of making one.
    fn take_back(&self, name: &str) {
        let mut client = Client::connect(&self.url(name), NoTls).expect("it connects");
        let sql = "SELECT string_agg('DELETE FROM ' || table_name, '; ') FROM information_schema.tables \
                   WHERE table_schema = 'public' AND table_name NOT IN ('gate', 'zoufang_schema')";
        let deletes: String = client.query_one(sql, &[]).expect("listed").get(0);
        client.batch_execute(&deletes).expect("emptied");
        self.emptied.lock().unwrap_or_else(PoisonError::into_inner).push(name.into());
    }

    /// The name of a fresh database with the ledger's tables; they are copied, not made each time.
    pub fn database(&self, org: Uuid) -> String {
        static TEMPLATE: OnceLock<()> = OnceLock::new();
        TEMPLATE.get_or_init(|| {
            self.run("CREATE DATABASE ledger");
            drop(Postgres::open(&self.url("ledger"), org).expect("an empty database opens"));
        });
        let name = format!("case{}", self.next.fetch_add(1, Ordering::SeqCst));
        self.copy(&name, "ledger");
        name
    }

    /// One statement on the cluster's own database.
    pub fn run(&self, sql: &str) {
        let mut desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        desk.batch_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }

    /// Cuts every connection to a database, as a restart of PostgreSQL does.
    pub fn cut(&self, database: &str) {
        self.run(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"));
    }
}

/// The store of one case.
struct Case {
    store: Option<Postgres>,
    name: String,
}

impl Case {
    fn store(&self) -> &Postgres {
        self.store.as_ref().expect("it is dropped last")
    }
}

impl Store for Case {
    fn write(&self, body: &mut Body) -> Result<(), LedgerError> {
        self.store().write(body)
    }

    fn read(&self, body: &mut Body) -> Result<(), LedgerError> {
        self.store().read(body)
    }

    fn commits(&self) -> u64 {
        self.store().commits()
    }
}

impl Drop for Case {
    fn drop(&mut self) {
        drop(self.store.take());
        cluster().take_back(&self.name);
    }
}

/// Where Debian keeps the newest version's programs, or where the PATH finds them.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    folders.sort();
    let debian = folders.into_iter().rev().map(|(_, folder)| folder);
    let path = std::env::var_os("PATH").unwrap_or_default();
    debian.chain(std::env::split_paths(&path)).find(|folder| folder.join("initdb").is_file())
}

fn by(starter: &[String], program: &str, args: &[&str]) -> Command {
    let words: Vec<&str> = starter.iter().map(String::as_str).chain([program]).chain(args.iter().copied()).collect();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).current_dir("/");
    command
}

fn said(command: &mut Command) -> String {
    let done = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).into_owned()
}

fn connected(folder: &str) -> Client {
    let started = Instant::now();
    loop {
        match Client::connect(&format!("host={folder} user=postgres dbname=postgres"), NoTls) {
            Ok(client) => return client,
            Err(error) if started.elapsed() > Duration::from_secs(30) => panic!("PostgreSQL does not start: {error:?}"),
            Err(_) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

//! Where a server's data lies, and the server itself: the real program with failpoints in it, as a process of its own.
use crm_domain::ids::Uuid;
use crm_server::failpoint::Point;
use crm_server::ledger::store::Store;
use crm_server::ledger::{Ledger, NewDevice, Seed};
use crm_server::{Postgres, Sqlite, backup, http};
use ed25519_dalek::SigningKey;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tests::cluster::cluster;
use tests::sim::office;

pub const ORG: Uuid = Uuid::from_u128(1);
/// How long anything that must happen may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// True time, milliseconds.
pub fn now() -> u64 {
    http::system_clock()()
}

/// As a sign-in would.
pub fn enrol(ledger: &Ledger, user: Uuid, dev: Uuid, key: &SigningKey) {
    let key = key.verifying_key().to_bytes().to_vec();
    let new = NewDevice { id: dev, alg: 0, key, label: "siege".into() };
    ledger.enrol(user, &new, now()).expect("a device enrols");
}

enum Place {
    /// A folder with SQLite's file in it.
    File,
    /// PostgreSQL, by its address.
    Database(String),
}

/// Data of its own for one test, with the office in it.
pub struct Home {
    place: Place,
    folder: PathBuf,
    failpoints: PathBuf,
}

impl Home {
    pub fn on_sqlite(name: &str) -> Self {
        Self::new(name, Place::File)
    }

    pub fn on_postgres(name: &str) -> Self {
        Self::new(name, Place::Database(cluster().url(&cluster().database(ORG))))
    }

    fn new(name: &str, place: Place) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let failpoints = folder.join("failpoints");
        fs::create_dir_all(&failpoints).expect("a folder");
        let home = Self { place, folder, failpoints };
        home.ledger().load(office::rows(now() - 60_000), now()).expect("the office loads");
        home
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The name of PostgreSQL's database.
    pub fn database(&self) -> &str {
        match &self.place {
            Place::File => panic!("{} is a folder", self.folder.display()),
            Place::Database(url) => url.rsplit('/').next().unwrap_or_default(),
        }
    }

    pub fn is_on_sqlite(&self) -> bool {
        matches!(self.place, Place::File)
    }

    /// The data beside the server, or without it. Not to be held while a server dies: SQLite's next opener would find
    /// the work of recovery done.
    pub fn store(&self) -> Box<dyn Store> {
        match &self.place {
            Place::File => Box::new(Sqlite::open(&self.folder.join(backup::FILE), ORG).expect("the file opens")),
            Place::Database(url) => Box::new(Postgres::open(url, ORG).expect("the database opens")),
        }
    }

    pub fn ledger(&self) -> Ledger {
        Ledger::open(self.store(), ORG, Seed([3; 32]), now()).expect("the ledger opens")
    }

    /// The server dies when it has reached the point so many times from now on.
    pub fn arm(&self, point: Point, times: u64) {
        fs::write(self.failpoints.join(format!("{point:?}")), times.to_string()).expect("armed");
    }

    pub fn disarm(&self) {
        for armed in fs::read_dir(&self.failpoints).expect("the folder") {
            fs::remove_file(armed.expect("a file").path()).expect("disarmed");
        }
    }

    /// One of the program's verbs, with whatever is armed. Gives whether it ended well, and what it said.
    pub fn tool(&self, verb: &[&std::ffi::OsStr]) -> (bool, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zoufang-server-under-siege"));
        command.args(verb).arg("--data").arg(&self.folder).env("ZOUFANG_FAILPOINTS", &self.failpoints);
        let done = command.output().expect("it runs");
        (done.status.success(), String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned())
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // After a failure the data stays to be looked at.
        if !std::thread::panicking() {
            fs::remove_dir_all(&self.folder).expect("removed");
        }
    }
}

pub struct Server {
    child: Child,
    pub address: String,
}

impl Server {
    pub fn start(home: &Home) -> Self {
        Self::start_by(home, Command::new(env!("CARGO_BIN_EXE_zoufang-server-under-siege")))
    }

    /// One whose writes fail where its limit of a file's size is reached, instead of ending it.
    #[cfg(target_os = "linux")]
    pub fn start_with_a_limit(home: &Home) -> Self {
        let mut command = Command::new("sh");
        let program = env!("CARGO_BIN_EXE_zoufang-server-under-siege");
        command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", program]);
        Self::start_by(home, command)
    }

    fn start_by(home: &Home, mut command: Command) -> Self {
        command.args(["--listen", "127.0.0.1:0", "--no-demo", "--data"]).arg(&home.folder);
        if let Place::Database(url) = &home.place {
            command.args(["--database-url", url]);
        }
        command.env("ZOUFANG_FAILPOINTS", &home.failpoints).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the server starts");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let address =
            lines.map(|line| line.expect("text")).find_map(|line| Some(line.strip_prefix("listening ")?.to_owned()));
        Self { child, address: address.expect("it says where it listens") }
    }

    pub fn id(&self) -> String {
        self.child.id().to_string()
    }

    pub fn is_dead(&mut self) -> bool {
        self.child.try_wait().expect("its state").is_some()
    }

    /// Somebody was cut off, so it is dying.
    pub fn ends(&mut self) {
        let since = Instant::now();
        while !self.is_dead() {
            assert!(since.elapsed() < PATIENCE, "the server cuts its clients off and lives");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }
}

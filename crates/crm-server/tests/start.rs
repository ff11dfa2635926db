//! The binary itself: what it prints at its start, and that it holds at the next.
#[cfg(unix)]
#[path = "../../../tests/src/cluster.rs"]
#[allow(dead_code, reason = "the ledger's conformance uses the rest of it")]
mod cluster;

use crm_domain::ids::{Uuid, derived_id};
use crm_protocol::*;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

struct Started {
    child: Child,
    address: String,
    /// Lines before the one that says where it listens.
    said: Vec<String>,
}

fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()))
}

fn start(data: &PathBuf, more: &[&str]) -> Started {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zoufang-server"));
    command.args(["--listen", "127.0.0.1:0", "--data"]).arg(data).args(more);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let mut said = Vec::new();
    let address = loop {
        let line = lines.next().expect("it says that it listens").expect("text");
        match line.strip_prefix("listening ") {
            Some(address) => break address.to_owned(),
            None => said.push(line),
        }
    };
    Started { child, address, said }
}

impl Drop for Started {
    fn drop(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }
}

impl Started {
    fn post(&self, path: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut answer = agent.post(format!("{}{path}", self.address)).send(body).expect("an answer");
        (answer.status().as_u16(), answer.body_mut().read_to_vec().expect("a body"))
    }

    fn sign_in(&self, account: &str, password: &str) -> SignedIn {
        let asked = SignIn {
            proto: PROTO,
            app: APP,
            account: account.into(),
            password: password.into(),
            dev: derived_id(1, &[account.as_bytes()]),
            alg: 0,
            key: vec![1; 32],
            label: "test".into(),
        };
        let (status, body) = self.post("/auth/sign-in", &encode(&asked));
        assert_eq!(status, 200, "{account} signs in");
        decode(&body).expect("a message")
    }
}

/// The value behind `name=` in a printed line.
fn word<'a>(line: &'a str, name: &str) -> &'a str {
    let start = line.find(&format!("{name}=")).expect("it is said") + name.len() + 1;
    line[start..].split(' ').next().unwrap_or_default()
}

#[test]
fn the_demo_people_can_sign_in_and_are_the_same_at_the_next_start() {
    let data = data("demo");
    let first = start(&data, &["--customers", "200"]);
    let roles: Vec<&str> = first.said.iter().map(|line| word(line, "role")).collect();
    assert_eq!(roles, ["manager", "manager", "lead", "supervisor", "administrator"]);
    let mut users: Vec<Uuid> = Vec::new();
    let mut spare_keys = Vec::new();
    for line in &first.said {
        let signed = first.sign_in(word(line, "account"), word(line, "password"));
        assert_eq!((signed.name.as_str(), signed.role.as_str()), (word(line, "name"), word(line, "role")));
        users.push(signed.user);
        spare_keys.push(signed.spare_key.expect("given"));
    }
    assert_eq!(spare_keys.iter().collect::<BTreeSet<_>>().len(), 5, "one for each");
    let said = first.said.clone();
    drop(first);
    let second = start(&data, &["--customers", "999"]);
    assert_eq!(second.said, said);
    let line = &said[0];
    let again = second.sign_in(word(line, "account"), word(line, "password"));
    assert_eq!((again.user, again.spare_key.as_ref()), (users[0], spare_keys.first()));
}

#[test]
fn without_a_demo_a_link_makes_the_administrator_once() {
    let data = data("bare");
    let server = start(&data, &["--no-demo"]);
    let [line] = server.said.as_slice() else { panic!("one line, not {:?}", server.said) };
    let token = line.rsplit('/').next().expect("a token").to_owned();
    let asked =
        FirstAdministrator {
            token, name: "何琳".into(), account: "helin".into(), password: "a long password".into()
        };
    assert_eq!(server.post("/auth/first", &encode(&asked)).0, 204);
    assert_eq!(server.post("/auth/first", &encode(&asked)).0, 403, "a second time it is no link");
    assert_eq!(server.sign_in("helin", "a long password").role, "administrator");
    drop(server);
    assert_eq!(start(&data, &["--no-demo"]).said, Vec::<String>::new(), "and no further link is given");
}

#[test]
fn a_database_that_does_not_answer_is_named_without_its_password() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zoufang-server"));
    let done = command.args(["--database-url", "postgres://zoufang:secret@127.0.0.1:1/x"]).output().expect("it runs");
    assert_eq!(done.status.code(), Some(1));
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(said.contains("no PostgreSQL answers at 127.0.0.1:1") && !said.contains("secret"), "{said}");
}

/// The demo, its sign-ins, the next start and the end by a signal, on PostgreSQL.
#[cfg(unix)]
#[test]
fn the_demo_works_on_postgresql_too() {
    let url = cluster::cluster().empty("demo");
    let started = || start(&data("unused"), &["--customers", "100", "--database-url", &url]);
    let mut first = started();
    let line = &first.said[0];
    let user = first.sign_in(word(line, "account"), word(line, "password")).user;
    let said = first.said.clone();
    assert!(Command::new("kill").arg(first.child.id().to_string()).status().expect("it is told to stop").success());
    assert!(first.child.wait().expect("it ends").success(), "it closes its connections and ends");
    drop(first);
    let second = started();
    assert_eq!(second.said, said);
    assert_eq!(second.sign_in(word(&said[0], "account"), word(&said[0], "password")).user, user);
    assert!(!data("unused").exists(), "the folder of the embedded file is not made");
}

#[cfg(unix)]
fn tool(data: &PathBuf, verb: &[&std::ffi::OsStr]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zoufang-server"));
    let done = command.args(verb).arg("--data").arg(data).output().expect("it runs");
    let said = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned();
    (done.status.success(), said)
}

/// Made while the server runs, proved, put back: and a device that signs in learns of another epoch.
#[cfg(unix)]
#[test]
fn a_backup_is_proved_and_puts_the_data_back() {
    let (here, away) = (data("backed-up"), data("away"));
    let server = start(&here, &["--customers", "50"]);
    let (account, password) =
        (word(&server.said[0], "account").to_owned(), word(&server.said[0], "password").to_owned());
    let before = server.sign_in(&account, &password);
    let (done, said) = tool(&here, &["backup".as_ref(), away.as_os_str(), "--off-machine".as_ref()]);
    assert!(done && said.contains("records"), "{said}");
    let files: Vec<PathBuf> =
        std::fs::read_dir(&away).expect("the folder").map(|e| e.expect("a file").path()).collect();
    let [file] = files.as_slice() else { panic!("one file, not {files:?}") };

    let (done, said) = tool(&here, &["verify".as_ref(), file.as_os_str()]);
    assert!(done && said.contains("whole"), "{said}");
    let damaged = away.join("damaged");
    let mut bytes = std::fs::read(file).expect("readable");
    // A name in some record, not SQLite's own structure.
    let at = bytes.windows(6).rposition(|w| w == "东莞".as_bytes()).expect("the city is named");
    bytes[at] ^= 1;
    std::fs::write(&damaged, &bytes).expect("written");
    let (done, said) = tool(&here, &["verify".as_ref(), damaged.as_os_str()]);
    assert!(!done && said.contains("is not what was written"), "{said}");

    let restore = |more: &[&str]| {
        let mut verb = vec!["restore".as_ref(), file.as_os_str()];
        verb.extend(more.iter().map(|word| std::ffi::OsStr::new(*word)));
        tool(&here, &verb)
    };
    let (done, said) = restore(&["--replace"]);
    assert!(!done && said.contains("a server runs on it; stop it first"), "{said}");
    drop(server);
    let (done, said) = restore(&[]);
    assert!(!done && said.contains("say --replace"), "{said}");
    let (done, said) = restore(&["--replace"]);
    assert!(done && said.contains("what was there before"), "{said}");
    let again = start(&here, &["--customers", "50"]);
    let after = again.sign_in(&account, &password);
    assert_ne!(after.epoch, before.epoch, "devices learn that it was restored");
    assert_eq!(after.spare_key, before.spare_key, "and their spare copies stay readable");
}

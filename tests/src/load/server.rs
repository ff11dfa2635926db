//! The product's program as a process of its own, and what the system knows about it.
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The kernel counts a process's time in hundredths of a second (`USER_HZ`, the same on every Linux).
const TICK_MS: f64 = 10.0;

pub struct Server {
    child: Child,
    pub address: String,
}

impl Server {
    /// Starts `program` on the data in `folder`; it takes a free port.
    pub fn start(program: &Path, folder: &Path) -> Self {
        let mut command = Command::new(program);
        command.args(["--listen", "127.0.0.1:0", "--no-demo", "--data"]).arg(folder);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the server starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let address = lines.find_map(|line| Some(line.expect("text").strip_prefix("listening ")?.to_owned()));
        Self { child, address: address.expect("it says where it listens") }
    }

    /// Milliseconds of processor that it has used, in the kernel and out of it.
    pub fn cpu_ms(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("the process is there");
        // The name stands in brackets and may hold anything; after it utime and stime are the 12th and 13th.
        let (_, rest) = stat.rsplit_once(')').expect("a stat line");
        let ticks = rest.split_whitespace().skip(11).take(2).map(|n| n.parse::<f64>().expect("a number"));
        ticks.sum::<f64>() * TICK_MS
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }
}

//! Starts other programs and turns their failure into one sentence that says which command it was.

use anyhow::{Context, Result, bail};
use std::collections::VecDeque;
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

/// So many of a failed command's last lines are told again.
const LINES_KEPT: usize = 12;
/// How cargo's lines about its progress begin.
const BUILDING: [&str; 5] = ["Compiling", "Checking", "Downloading", "Downloaded", "Finished"];

/// Runs the command with our own output; an exit code other than 0 is an error. Where no one watches, the error carries the
/// end of what the command said: a log may be all that is left of a run, and of that its end.
pub fn run(command: &mut Command) -> Result<()> {
    if io::stdout().is_terminal() {
        let status = command.status().with_context(|| format!("could not start `{}`", words(command)))?;
        if !status.success() {
            bail!("`{}` ended with {status}", words(command));
        }
        return Ok(());
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("could not start `{}`", words(command)))?;
    let said = Mutex::new(VecDeque::new());
    let (out, err) = (child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        scope.spawn(|| out.map(|out| pass_on(out, &said)));
        scope.spawn(|| err.map(|err| pass_on(err, &said)));
    });
    let status = child.wait()?;
    if !status.success() {
        let said: Vec<String> = said.into_inner().unwrap_or_default().into();
        bail!("`{}` ended with {status}:\n{}", words(command), said.join("\n"));
    }
    Ok(())
}

/// Prints each line as it comes, and keeps the last ones that say more than how far a build is.
fn pass_on(stream: impl Read, said: &Mutex<VecDeque<String>>) {
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        let of_a_build = BUILDING.iter().any(|word| line.trim_start().starts_with(word));
        if let (false, false, Ok(mut said)) = (of_a_build, line.trim().is_empty(), said.lock()) {
            said.push_back(format!("    {line}"));
            let more = said.len().saturating_sub(LINES_KEPT);
            said.drain(..more);
        }
    }
}

/// Runs the command silently and returns its standard output; on failure the error carries the end of what it said.
pub fn output(command: &mut Command) -> Result<String> {
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("could not start `{}`", words(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` ended with {}: {}", words(command), output.status, last_lines(&said, 12));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs the command silently, ended after `limit`.
pub fn run_within(command: &mut Command, limit: Duration) -> Result<()> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("could not start `{}`", words(command)))?;
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            if status.success() {
                return Ok(());
            }
            bail!("`{}` ended with {status}", words(command));
        }
        if started.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            bail!("`{}` gave no answer within {} s", words(command), limit.as_secs());
        }
        sleep(Duration::from_millis(50));
    }
}

/// The first of the names that is a program on the PATH.
pub fn find_program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().find_map(|name| {
        folders
            .iter()
            .map(|folder| folder.join(name).with_extension(std::env::consts::EXE_EXTENSION))
            .find(|file| file.is_file())
    })
}

fn words(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

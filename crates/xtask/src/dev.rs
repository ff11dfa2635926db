//! `cargo xtask dev`: rebuilds on a change of the sources; the open page reloads itself, the server starts again when it was rebuilt.

use crate::project::Project;
use crate::pwa_build::{self, Mode, Tools};
use crate::run::ServerArgs;
use crate::{progress, server_build};
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, SystemTime};
use walkdir::WalkDir;

#[derive(clap::Args)]
pub struct Args {
    /// The port on 127.0.0.1.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Folder of the server's data.
    #[arg(long, default_value = "data", value_name = "DIR")]
    data: PathBuf,
    #[command(flatten)]
    start: ServerArgs,
}

/// How often the sources' times are read.
const GLANCE: Duration = Duration::from_millis(500);

pub fn run(project: &Project, args: &Args) -> Result<()> {
    let tools = Tools::set_up(project)?;
    let mut server: Option<(Child, SystemTime)> = None;
    loop {
        // Read before building, so that a change during the build is seen afterwards.
        let seen = newest_change(&project.root);
        // A build that fails has said why; the next change tries again.
        if let Err(error) = rebuild(project, &tools, args, &mut server) {
            eprintln!("error: {error:#}\nwaiting for a change");
        }
        while newest_change(&project.root) == seen {
            std::thread::sleep(GLANCE);
        }
    }
}

fn rebuild(project: &Project, tools: &Tools, args: &Args, server: &mut Option<(Child, SystemTime)>) -> Result<()> {
    pwa_build::build(project, tools, Mode::Dev)?;
    let program = progress::loud("server", || server_build::build(project, Mode::Dev))?;
    let built = program.metadata()?.modified()?;
    if server.as_ref().is_some_and(|(_, since)| *since == built) {
        return Ok(());
    }
    if let Some((mut old, _)) = server.take() {
        old.kill()?;
        old.wait()?;
    }
    let child =
        Command::new(program).current_dir(&project.root).args(args.start.words(args.port, &args.data)).spawn()?;
    *server = Some((child, built));
    Ok(())
}

/// The latest time of a change in what the app and the server are made of.
fn newest_change(root: &Path) -> Option<SystemTime> {
    ["web/src", "pwa", "crates", "Cargo.toml"]
        .iter()
        .flat_map(|part| WalkDir::new(root.join(part)))
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .filter_map(|entry| entry.metadata().ok()?.modified().ok())
        .max()
}

//! `cargo xtask run`: from a fresh clone to a running server.

use crate::project::Project;
use crate::pwa_build::{self, Mode, Tools};
use crate::{progress, server_build};
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

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

/// What is handed on to the server as it is.
#[derive(clap::Args)]
pub struct ServerArgs {
    /// Start without demo data; prints a one-time link that creates the administrator.
    #[arg(long)]
    no_demo: bool,
    /// How many demo customers the first start makes.
    #[arg(long, value_name = "N")]
    customers: Option<u32>,
    /// PostgreSQL instead of the embedded SQLite file.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
}

pub fn run(project: &Project, args: &Args) -> Result<()> {
    let tools = Tools::set_up(project)?;
    pwa_build::build(project, &tools, Mode::Release)?;
    let server = progress::loud("server", || server_build::build(project, Mode::Release))?;
    let mut command = Command::new(server);
    command.current_dir(&project.root).args(args.start.words(args.port, &args.data));
    become_server(command)
}

impl ServerArgs {
    /// The server's command line.
    pub fn words(&self, port: u16, data: &std::path::Path) -> Vec<String> {
        let mut words =
            vec!["--listen".into(), format!("127.0.0.1:{port}"), "--data".into(), data.display().to_string()];
        if self.no_demo {
            words.push("--no-demo".into());
        }
        if let Some(customers) = self.customers {
            words.extend(["--customers".into(), customers.to_string()]);
        }
        if let Some(url) = &self.database_url {
            words.extend(["--database-url".into(), url.clone()]);
        }
        words
    }
}

/// The server takes this process's place, so that signals and the exit code are its own.
#[cfg(unix)]
fn become_server(mut command: Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec().into())
}

#[cfg(not(unix))]
fn become_server(mut command: Command) -> Result<()> {
    crate::process::run(&mut command)
}

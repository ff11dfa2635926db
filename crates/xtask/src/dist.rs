//! `cargo xtask dist`: the deployable, one program with the app inside.

use crate::project::Project;
use crate::pwa_build::{self, Mode, Tools};
use crate::{progress, server_build};
use anyhow::Result;
use std::fs;

pub fn run(project: &Project) -> Result<()> {
    let tools = Tools::set_up(project)?;
    pwa_build::build(project, &tools, Mode::Release)?;
    let server = progress::loud("server", || server_build::build(project, Mode::Release))?;
    let dist = project.target.join("dist");
    fs::create_dir_all(&dist)?;
    let program = dist.join(server_build::BINARY).with_extension(std::env::consts::EXE_EXTENSION);
    let bytes = fs::copy(server, &program)?;
    println!("{} ({:.1} MB)", program.display(), bytes as f64 / 1e6);
    Ok(())
}

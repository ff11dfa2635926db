//! `cargo run --package tests --bin golden`: writes this release's golden messages, and the seeds of
//! the fuzz targets, which are made of them. Once the release is out they stay as
//! they are: then raise `APP` first, and the next folder begins.
use crm_protocol::APP;
use tests::golden::{SEEDS, folder, kinds, render, samples, seeds};

fn main() -> std::io::Result<()> {
    let folder = folder(APP);
    std::fs::create_dir_all(&folder)?;
    for golden in samples() {
        std::fs::write(folder.join(format!("{}.txt", golden.name)), render(&golden))?;
    }
    std::fs::write(folder.with_file_name("kinds.txt"), kinds())?;
    for (target, name, bytes) in seeds() {
        let target = std::path::Path::new(SEEDS).join(target);
        std::fs::create_dir_all(&target)?;
        std::fs::write(target.join(name), bytes)?;
    }
    println!("{}", folder.display());
    Ok(())
}

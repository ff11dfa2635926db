//! The server's load for `cargo xtask bench`: prints what it measured as JSON, and what it is at on the other channel.
#[cfg(target_os = "linux")]
fn main() {
    linux::main();
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("the server's load is measured on Linux, where the system tells a process's time");
    std::process::exit(1);
}

#[cfg(target_os = "linux")]
mod linux {
    use clap::Parser;
    use serde_json::{Map, Value, json};
    use std::path::PathBuf;
    use tests::load::{house::DEVICES, pages, pull, push, reconnect};

    #[derive(Parser)]
    struct Args {
        /// The server's program.
        #[arg(long)]
        server: PathBuf,
        /// Where the data are made, anew each time.
        #[arg(long)]
        folder: PathBuf,
        /// Which measurements: `push`, `pull`, `pages`, `reconnect`.
        #[arg(long, value_delimiter = ',')]
        only: Vec<String>,
        /// Customers of the book that is downloaded.
        #[arg(long, default_value_t = 100_000)]
        customers: usize,
        /// How often each download and each round of pushes is measured.
        #[arg(long, default_value_t = 5)]
        repetitions: usize,
    }

    pub fn main() {
        let args = Args::parse();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let found = runtime.block_on(measured(&args));
        println!("{}", Value::Object(found));
        // After a failure the data stay to be looked at.
        std::fs::remove_dir_all(&args.folder).expect("the data go");
    }

    async fn measured(args: &Args) -> Map<String, Value> {
        let (program, folder) = (&args.server, &args.folder);
        let mut found = Map::new();
        for name in &args.only {
            eprintln!("▸ the server's load: {name}");
            let measured = match name.as_str() {
                "push" => json!(push::measure(program, folder, DEVICES, args.repetitions).await),
                "pull" => json!(pull::measure(program, folder, DEVICES).await),
                "pages" => json!(pages::measure(program, folder, args.customers, args.repetitions).await),
                "reconnect" => json!(reconnect::measure(program, folder).await),
                other => panic!("{other} is no measurement"),
            };
            found.insert(name.clone(), measured);
        }
        found
    }
}

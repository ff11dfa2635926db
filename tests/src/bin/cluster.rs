//! The tests' own PostgreSQL for programs that are not Rust: makes a database for each line that comes in, `NAME`, or
//! `NAME FROM` as a copy of another that nobody uses, and answers with its address. Ends with its input.
use std::io::BufRead;
use tests::cluster::cluster;

fn main() -> std::io::Result<()> {
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let address = match line.split_once(' ') {
            Some((name, from)) => cluster().copy(name, from),
            None => cluster().empty(&line),
        };
        println!("{address}");
    }
    Ok(())
}

//! Keystroke figures of the search at 1,000 to 300,000 customers: `cargo run --release -p crm-search --example search_bench`.
//! The customers are those of `tests/fixtures/search`, repeated; so a query finds several times what it would in a real book.
use std::path::PathBuf;
use std::time::Instant;

use crm_search::{Narrowing, SearchColumn, SearchQuery, SearchText};

const ROUNDS: usize = 15;
const LIMIT: usize = 50;

fn customers() -> Vec<[String; 3]> {
    let mut all = Vec::new();
    for (file, contact) in [("customers.csv", true), ("places.csv", false)] {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/search").join(file);
        let mut reader = csv::Reader::from_path(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let headers = reader.headers().expect("a header line").clone();
        let at = |name: &str| headers.iter().position(|header| header == name);
        let (name, phone) = (at("name").expect("a name"), at("phone").expect("a phone"));
        let contact = contact.then(|| at("contact").expect("a contact"));
        for row in reader.records() {
            let row = row.expect("a well-formed row");
            let contact = contact.map_or(String::new(), |contact| row[contact].to_owned());
            all.push([row[name].to_owned(), contact, row[phone].to_owned()]);
        }
    }
    all
}

fn median(mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[ROUNDS / 2]
}

fn main() {
    let customers = customers();
    for size in [1_000, 10_000, 100_000, 300_000] {
        let start = Instant::now();
        let mut column = SearchColumn::default();
        for [name, contact, phone] in customers.iter().cycle().take(size) {
            column.push(&SearchText { name, contact, phone });
        }
        let built = start.elapsed().as_secs_f64() * 1e3;
        let blobs: Vec<Vec<u8>> = (0..column.blocks()).map(|block| column.save_block(block)).collect();
        let bytes: usize = blobs.iter().map(Vec::len).sum();
        let loaded = median(|| drop(SearchColumn::load(&blobs)));
        println!("\n{size} customers: built in {built:.1} ms, loaded in {loaded:.2} ms from {bytes} bytes");
        println!("{:28} {:>9} {:>9} {:>8}  reach", "query", "fresh ms", "typed ms", "found");
        for text in [
            "d",
            "z",
            "s",
            "1",
            "7",
            "大",
            "zh",
            "dg",
            "东莞",
            "138",
            "hu",
            "huang",
            "huangjiang",
            "hjmtzcg",
            "dashaxieye",
            "远美jd",
            "横坑启",
            "512388",
            "虎门 8888",
            "926454",
            "mingpizhubao",
            "清溪盖华板超",
        ] {
            let query = SearchQuery::parse(text);
            let fresh = median(|| drop(column.find(&query, LIMIT, |_| true)));
            let before: String = text.chars().take(text.chars().count() - 1).collect();
            let before = SearchQuery::parse(&before);
            let mut narrowings: Vec<Narrowing> = (0..ROUNDS).map(|_| Narrowing::default()).collect();
            for narrowing in &mut narrowings {
                narrowing.find(&column, &before, LIMIT, |_| true);
            }
            let typed = median(|| {
                if let Some(mut narrowing) = narrowings.pop() {
                    drop(narrowing.find(&column, &query, LIMIT, |_| true));
                }
            });
            let found = column.find(&query, LIMIT, |_| true);
            println!("{text:28} {fresh:9.3} {typed:9.3} {:8}  {:?}", found.total, found.reach);
        }
    }
}

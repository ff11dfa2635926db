//! `POST /ask` and what tabs send one another: JSON of queries, views and commands. A question is answered, too.
#![no_main]
use crm_domain::book::Book;
use crm_domain::bucket::{Bucket, Grants, Verb};
use crm_domain::ids::Uuid;
use crm_domain::query::{Asker, NotLoaded, Rows};
use crm_domain::registry::{Command, Query, View};
use crm_domain::row::Shown;
use libfuzzer_sys::fuzz_target;
use std::fmt::Debug;

struct Nothing;

impl Rows for Nothing {
    fn under(&self, _: Uuid) -> Result<Vec<Shown>, NotLoaded> {
        Ok(vec![])
    }
}

fn round_trip<T: Debug + PartialEq + serde::Serialize + serde::de::DeserializeOwned>(json: &[u8]) -> Option<T> {
    let first: T = serde_json::from_slice(json).ok()?;
    let written = serde_json::to_vec(&first).expect("it is written");
    assert_eq!(serde_json::from_slice::<T>(&written).expect("what was written is read"), first);
    Some(first)
}

fuzz_target!(|json: &[u8]| {
    round_trip::<View>(json);
    if let Some(command) = round_trip::<Command>(json) {
        command.reads();
    }
    let Some(query) = round_trip::<Query>(json) else { return };
    let grants = Grants(vec![(Bucket::AllGrids, Verb::Write)]);
    let asker = Asker { user: Uuid::nil(), grants: &grants, now: 1_760_000_000_000, sifts: false };
    let view = query.answer(&Book::default(), &Nothing, &asker).expect("nothing has to be loaded");
    serde_json::to_vec(&view).expect("a view is JSON");
});

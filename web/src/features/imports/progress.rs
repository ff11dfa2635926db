//! How far the reading is, or why it does not go on.
use super::faults::FaultWords;
use super::text::Words;
use super::work::{Stage, Work};
use crate::components::{Card, Icon};
use crate::words::{use_format, use_words};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ProgressProps {
    pub work: Work,
}

#[component]
pub fn Progress(props: &ProgressProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let faults = use_words::<FaultWords>();
    let work = &props.work;
    let (says, part) = match &work.stage {
        Stage::Unnamed => return notice(w.need_name()),
        Stage::Unfit(error) => return notice(&faults.file(error)),
        Stage::Sorting(_, 0) => (w.sorting(&work.file), None),
        Stage::Sorting(done, all) => (w.sorting(&work.file), Some((*done, *all))),
        Stage::Matching => (w.matching().into(), None),
        _ => (w.reading(&work.file), None),
    };
    html! {
        <Card class="card-pad import-progress">
            <p role="status">{ &says }</p>
            // Without a value the bar only says that something goes on.
            <progress
                aria-label={says}
                max={part.map(|(_, all)| all.to_string())}
                value={part.map(|(done, _)| done.to_string())}
            />
            if let Some((done, all)) = part {
                <p class="import-small">{ w.rows_of(&f.count(done.into()), &f.count(all.into())) }</p>
            }
        </Card>
    }
}

fn notice(says: &str) -> Html {
    html! { <div class="notice import-notice" role="alert">{ Icon::TriangleAlert }<span>{ says }</span></div> }
}

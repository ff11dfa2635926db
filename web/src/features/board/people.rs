//! Who was out today, the busiest first.
use super::text::Words;
use crate::components::{Button, ButtonKind};
use crate::words::{use_format, use_words};
use crm_domain::board::View;
use std::rc::Rc;
use yew::prelude::*;

/// So many at first; the rest at a tap.
const SHOWN: usize = 12;

#[derive(Properties, PartialEq)]
pub struct PeopleTableProps {
    pub view: Rc<View>,
    pub now: i64,
}

#[component]
pub fn PeopleTable(props: &PeopleTableProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let all = use_state_eq(|| false);
    let people = &props.view.people;
    let most = people.iter().map(|p| p.visits).max().unwrap_or(0).max(1);
    let shown = if *all { people.len() } else { SHOWN };
    let lines = people.iter().take(shown).map(|person| {
        html! {
            <tr key={person.person.map(|p| p.to_string()).unwrap_or_default()}>
                <th scope="row">{ if person.name.is_empty() { w.someone() } else { &person.name } }</th>
                <td>
                    <span class="board-done">
                        <progress class="bar" max={most.to_string()} value={person.visits.to_string()} aria-hidden="true" />
                        <span>{ person.visits }</span>
                    </span>
                </td>
                <td class="board-number">{ f.percent(u64::from(person.inside), u64::from(person.visits)) }</td>
                <td class="board-roomy">{ person.last_at.map(|at| f.when(at, props.now)).unwrap_or_default() }</td>
            </tr>
        }
    });
    let show = all.setter();
    html! {
        <div class="card board-card">
            <table class="board-table">
                <caption class="unseen">{ w.people() }</caption>
                <thead>
                    <tr>
                        <th scope="col">{ w.person() }</th>
                        <th scope="col">{ w.visits() }</th>
                        <th scope="col" class="board-number">{ w.inside() }</th>
                        <th scope="col" class="board-roomy">{ w.last() }</th>
                    </tr>
                </thead>
                <tbody>{ for lines }</tbody>
            </table>
            if people.len() > shown {
                <Button kind={ButtonKind::Quiet} class="board-more" onclick={Callback::from(move |_: MouseEvent| show.set(true))}>
                    { w.all_people(people.len()) }
                </Button>
            }
        </div>
    }
}

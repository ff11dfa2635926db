//! Who works here, by role.
use super::chosen::{Open, use_chosen};
use super::new_person::NewPerson;
use super::panes::{Line, Panes, has_all};
use super::person::PersonForm;
use super::text::Words;
use crate::components::{Card, Empty, Icon, SectionTitle, Skeleton, dotted};
use crate::routes::Route;
use crate::state::{use_kept, use_query, use_who};
use crate::words::{ValueWords, use_format, use_words};
use crm_domain::people::{self, Query, Role};
use yew::prelude::*;

#[component]
pub fn People() -> Html {
    let w = use_words::<Words>();
    let values = use_words::<ValueWords>();
    let f = use_format();
    let who = use_who();
    let view = use_query(Query::All);
    let text = use_kept("admin/people", String::new);
    let chosen = use_chosen(Route::People);
    let may = who.role == Role::Administrator;

    let list = match view.as_deref() {
        None => html! { <Skeleton rows=6 /> },
        Some(view) => {
            let fits = |p: &&people::Line| has_all(&format!("{} {}", p.name, p.account), &text);
            let fitting: Vec<&people::Line> = view.people.iter().filter(fits).collect();
            if fitting.is_empty() {
                html! { <Card><Empty icon={Icon::Users} title={w.no_people()} text={w.no_people_why()} /></Card> }
            } else {
                let roles = Role::ALL.into_iter().rev().map(|role| {
                    let of_role: Vec<_> = fitting.iter().filter(|p| p.role == role).collect();
                    if of_role.is_empty() {
                        return Html::default();
                    }
                    let count = f.count(of_role.len() as u64);
                    html! {
                        <>
                            <SectionTitle aside={html! { <span>{ count }</span> }}>{ values.role_of(role) }</SectionTitle>
                            <Card>{ for of_role.into_iter().map(|p| person(p, &chosen.open, &chosen.set, may, w)) }</Card>
                        </>
                    }
                });
                html! { <>{ for roles }</> }
            }
        }
    };
    let open = match (chosen.open, view) {
        (Open::New, Some(view)) if may => Some((
            AttrValue::from(w.new_person()),
            html! { <NewPerson {view} oncreated={chosen.set.reform(Open::One)} /> },
        )),
        (Open::One(id), Some(view)) if may => view.people.iter().find(|p| p.id == id).map(|p| {
            let form = html! { <PersonForm key={id.to_string()} person={p.clone()} view={view.clone()} /> };
            (AttrValue::from(p.name.clone()), form)
        }),
        _ => None,
    };
    html! {
        <Panes
            route={Route::People}
            title={w.people()}
            search={w.search_people()}
            hint={w.search_people_hint()}
            text={(*text).clone()}
            ontext={{ let text = text.clone(); Callback::from(move |typed: String| text.set(typed)) }}
            new={may.then(|| AttrValue::from(w.new_person()))}
            onnew={chosen.set.reform(|()| Open::New)}
            {open}
            onclose={chosen.set.reform(|()| Open::Nothing)}
            opens={may}
        >
            if !may { <p class="admin-hint">{ w.only_administrators() }</p> }
            { list }
        </Panes>
    }
}

fn person(p: &people::Line, open: &Open, set: &Callback<Open>, may: bool, w: Words) -> Html {
    let grids = match (p.role, p.grids.len()) {
        (Role::Supervisor | Role::Administrator, _) => w.all_grids().into(),
        (_, 0) => w.no_grids_held().into(),
        (_, 1) => p.grids[0].name.clone(),
        (_, n) => w.grids_of(n),
    };
    let mut facts = vec![html! { &p.account }];
    if may {
        facts.push(html! { grids });
    }
    let end = if p.active {
        Html::default()
    } else {
        html! { <span class="tag">{ w.inactive() }</span> }
    };
    let id = p.id;
    let onclick = set.reform(move |_: MouseEvent| Open::One(id));
    html! { <Line key={id.to_string()} title={html! { &p.name }} detail={dotted(facts)} {end} on={*open == Open::One(id)} {onclick} /> }
}

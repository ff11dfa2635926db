//! The grids: for administrators to make and change, for everybody else to open.
use super::chosen::{Open, use_chosen};
use super::grid_forms::{GridForm, NewGrid};
use super::panes::{Line, Panes};
use super::text::Words;
use crate::components::{Button, ButtonKind, Card, Empty, Icon, SectionTitle, Skeleton, dotted};
use crate::features::grids::fits;
use crate::routes::Route;
use crate::state::{use_coming, use_kept, use_query, use_who};
use crate::words::{use_format, use_words};
use crm_domain::grids::{self, Query};
use crm_domain::people::Role;
use yew::prelude::*;
use yew_router::prelude::*;

#[component]
pub fn Grids() -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let who = use_who();
    let coming = use_coming();
    let navigator = use_navigator().expect("screens stand inside the router");
    let view = use_query(Query::All);
    let text = use_kept("admin/grids", String::new);
    let chosen = use_chosen(Route::Grids);
    let may = who.role == Role::Administrator;

    // Those who change nothing go to the grid itself.
    let open = if may {
        chosen.set.clone()
    } else {
        Callback::from(move |open: Open| {
            if let Open::One(id) = open {
                navigator.push(&Route::Grid { id });
            }
        })
    };
    let list = match view.as_deref() {
        None => html! { <Skeleton rows=6 /> },
        Some(view) if view.0.is_empty() && coming => html! { <Skeleton rows=6 /> },
        Some(view) if view.0.is_empty() => html! {
            <Card>
                <Empty icon={Icon::Grid3x3} title={w.no_grids()} text={w.no_grids_why()}>
                    if may {
                        <Button kind={ButtonKind::Primary} onclick={open.reform(|_: MouseEvent| Open::New)}>{ w.new_grid() }</Button>
                    }
                </Empty>
            </Card>
        },
        Some(view) => {
            let fitting: Vec<&grids::Line> = view.0.iter().filter(|g| fits(g, &text)).collect();
            if fitting.is_empty() {
                html! { <Card><Empty icon={Icon::Search} title={w.no_grids_fit()} text={w.no_people_why()} /></Card> }
            } else {
                let towns = fitting.chunk_by(|a, b| a.town == b.town).map(|town| {
                    let count = f.count(town.len() as u64);
                    html! {
                        <>
                            <SectionTitle aside={html! { <span>{ count }</span> }}>{ &town[0].town }</SectionTitle>
                            <Card>{ for town.iter().map(|g| grid(g, &chosen.open, &open, w)) }</Card>
                        </>
                    }
                });
                html! { <>{ for towns }</> }
            }
        }
    };
    let note = view.as_ref().map(|view| {
        let in_use = view.0.iter().filter(|g| !g.archived).count() as u64;
        w.in_all(&f.count(view.0.len() as u64), &f.count(in_use))
    });
    let beside = match (chosen.open, view) {
        (Open::New, Some(view)) if may => {
            Some((AttrValue::from(w.new_grid()), html! { <NewGrid {view} oncreated={chosen.set.reform(Open::One)} /> }))
        }
        (Open::One(id), Some(view)) if may => view.0.iter().find(|g| g.id == id).map(|g| {
            let form = html! { <GridForm key={id.to_string()} grid={g.clone()} view={view.clone()} /> };
            (AttrValue::from(g.name.clone()), form)
        }),
        _ => None,
    };
    html! {
        <Panes
            route={Route::Grids}
            title={w.grids()}
            note={note.unwrap_or_default()}
            search={w.search_grids()}
            hint={w.search_grids_hint()}
            text={(*text).clone()}
            ontext={{ let text = text.clone(); Callback::from(move |typed: String| text.set(typed)) }}
            new={may.then(|| AttrValue::from(w.new_grid()))}
            onnew={chosen.set.reform(|()| Open::New)}
            open={beside}
            onclose={chosen.set.reform(|()| Open::Nothing)}
            opens={may}
        >
            { list }
        </Panes>
    }
}

fn grid(g: &grids::Line, open: &Open, set: &Callback<Open>, w: Words) -> Html {
    let facts = [&g.lead_name, &g.code].into_iter().filter(|fact| !fact.is_empty()).map(|fact| html! { fact });
    let held = (g.customers > 0).then(|| html! { w.customers(g.customers) });
    let end = if g.archived {
        html! { <span class="tag">{ w.archived() }</span> }
    } else {
        Html::default()
    };
    let id = g.id;
    html! {
        <Line
            key={id.to_string()}
            title={html! { &g.name }}
            detail={dotted(facts.chain(held))}
            {end}
            on={*open == Open::One(id)}
            onclick={set.reform(move |_: MouseEvent| Open::One(id))}
        />
    }
}

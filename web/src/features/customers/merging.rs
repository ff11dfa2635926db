//! One customer that stands in the book twice: the page of the one that goes chooses the one that stays.
use super::text::Words;
use crate::components::{
    Button, ButtonKind, Card, Empty, HalfScreen, Icon, Row, SectionTitle, SheetSearch, Skeleton, dotted, exception_mark,
};
use crate::routes::Route;
use crate::state::{use_command, use_query, use_toasts};
use crate::words::use_words;
use crm_domain::customers::{Card as CustomerCard, Command, Detail, List, MergedLine, Query, View};
use crm_domain::history::{self, Item};
use crm_domain::ids::Uuid;
use crm_domain::registry;
use crm_domain::row::State;
use yew::prelude::*;
use yew_router::prelude::*;

/// So many are shown; a search narrows the rest down.
const SHOWN: u32 = 20;

#[derive(Properties, PartialEq)]
pub struct MergingProps {
    pub detail: Detail,
}

/// At the end of a customer's page: who was merged into it, and the way to merge it into another.
#[component]
pub fn Merging(props: &MergingProps) -> Html {
    let w = use_words::<Words>();
    let navigator = use_navigator().expect("screens stand inside the router");
    let onmerged = move |into: Uuid| navigator.replace(&Route::Customer { id: into });
    let detail = &props.detail;
    let open = use_state_eq(|| false);
    let set = |on: bool| {
        let open = open.setter();
        Callback::from(move |()| open.set(on))
    };
    html! {
        <section aria-label={w.merging()}>
            if !detail.merged.is_empty() {
                <SectionTitle>{ w.merged() }</SectionTitle>
                <Card>
                    { for detail.merged.iter().map(|line| html! {
                        <Merged key={line.id.to_string()} line={line.clone()} from={detail.card.id} />
                    }) }
                </Card>
            }
            <div class="card-pad">
                <Button kind={ButtonKind::Quiet} icon={Icon::Copy} block=true onclick={set(true).reform(|_: MouseEvent| ())}>
                    { w.is_double() }
                </Button>
            </div>
            if *open { <MergeSheet detail={detail.clone()} onclose={set(false)} {onmerged} /> }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct MergedProps {
    line: MergedLine,
    from: Uuid,
}

#[component]
fn Merged(props: &MergedProps) -> Html {
    let w = use_words::<Words>();
    let (commands, toasts) = (use_command(), use_toasts());
    let (line, from) = (&props.line, props.from);
    let onclick = {
        let customer = line.id;
        Callback::from(move |_: MouseEvent| {
            let toasts = toasts.clone();
            commands.act(Command::Separate { customer, from }, move || toasts.say(w.separated()));
        })
    };
    html! {
        <Row
            title={html! { &line.name }}
            detail={dotted([exception_mark(line.state)])}
            end={html! { <Button label={w.separate_name(&line.name)} {onclick}>{ w.separate() }</Button> }}
        />
    }
}

#[derive(Properties, PartialEq)]
pub struct MergeSheetProps {
    /// The one that goes.
    pub detail: Detail,
    pub onclose: Callback<()>,
    #[prop_or_default]
    pub onmerged: Callback<Uuid>,
}

/// Chooses the one that stays, and merges. What was refused as a new customer is sent again as the one that it is.
#[component]
pub fn MergeSheet(props: &MergeSheetProps) -> Html {
    let w = use_words::<Words>();
    let chosen = use_state_eq(|| None::<CustomerCard>);
    let set = chosen.setter();
    let body = match &*chosen {
        None => html! { <Choose detail={props.detail.clone()} onchoose={move |card| set.set(Some(card))} /> },
        Some(stays) => html! {
            <Confirm
                goes={props.detail.card.clone()}
                stays={stays.clone()}
                onback={move |_: MouseEvent| set.set(None)}
                onclose={props.onclose.clone()}
                onmerged={props.onmerged.clone()}
            />
        },
    };
    html! { <HalfScreen title={w.merge_title()} close={w.close()} onclose={props.onclose.clone()}>{ body }</HalfScreen> }
}

#[derive(Properties, PartialEq)]
struct ChooseProps {
    detail: Detail,
    onchoose: Callback<CustomerCard>,
}

/// Whoever has the same name or phone, until something is searched for.
#[component]
fn Choose(props: &ChooseProps) -> Html {
    let w = use_words::<Words>();
    let text = use_state_eq(String::new);
    let card = &props.detail.card;
    let view = use_query(if text.trim().is_empty() {
        Query::Same { name: card.name.clone(), phone: props.detail.phone.clone() }
    } else {
        Query::List(List { text: (*text).clone(), limit: SHOWN, ..List::default() })
    });
    let cards = match view.as_deref() {
        Some(View::Same(cards)) => Some(cards),
        Some(View::List(page)) => Some(&page.cards),
        _ => None,
    };
    let may_stay = |other: &&CustomerCard| other.id != card.id && other.state != State::Refused;
    let others = cards.map(|cards| cards.iter().filter(may_stay).collect::<Vec<_>>());
    let body = match others {
        None => html! { <Skeleton rows=3 /> },
        Some(others) if others.is_empty() && text.is_empty() => html! { <p class="card-pad">{ w.search_double() }</p> },
        Some(others) if others.is_empty() => html! { <Empty icon={Icon::Search} title={w.none()} /> },
        Some(others) => html! {
            <ul class="choices">
                { for others.into_iter().map(|card| {
                    let (choose, chosen) = (props.onchoose.clone(), card.clone());
                    html! {
                        <li key={card.id.to_string()}>
                            <button type="button" class="choice" onclick={move |_: MouseEvent| choose.emit(chosen.clone())}>
                                <span class="row-text">
                                    <span class="row-title">{ &card.name }</span>
                                    <span class="row-detail">
                                        { dotted([html! { &card.phone }, html! { &card.grid_name }, html! { &card.address }]) }
                                    </span>
                                </span>
                            </button>
                        </li>
                    }
                }) }
            </ul>
        },
    };
    let oninput = {
        let text = text.setter();
        Callback::from(move |typed: String| text.set(typed))
    };
    html! {
        <>
            <SheetSearch label={w.search_stays()} hint={w.search_hint()} value={(*text).clone()} {oninput} />
            { body }
        </>
    }
}

/// What is open about this customer as one that was refused, with what builds on it.
#[hook]
fn use_refused(customer: Uuid) -> Option<Item> {
    let view = use_query(history::Query::Attention)?;
    view.open.iter().find(|item| item.creates && item.rec == Some(customer)).cloned()
}

#[derive(Properties, PartialEq)]
struct ConfirmProps {
    goes: CustomerCard,
    stays: CustomerCard,
    onback: Callback<MouseEvent>,
    onclose: Callback<()>,
    onmerged: Callback<Uuid>,
}

#[component]
fn Confirm(props: &ConfirmProps) -> Html {
    let w = use_words::<Words>();
    let (commands, toasts) = (use_command(), use_toasts());
    let refused = use_refused(props.goes.id);
    let (from, into) = (&props.goes, &props.stays);
    let onclick = {
        let (gone, stays) = (from.id, into.id);
        let (close, merged) = (props.onclose.clone(), props.onmerged.clone());
        Callback::from(move |_: MouseEvent| {
            let (again, told, close, merged) = (commands.clone(), toasts.clone(), close.clone(), merged.clone());
            let is_refused = refused.is_some();
            let command = match &refused {
                None => registry::Command::from(Command::Merge { from: gone, into: stays }),
                Some(Item { items, roots, .. }) => {
                    let (items, roots) = (items.clone(), roots.clone());
                    history::Command::SameAs { items, roots, customer: gone, into: stays }.into()
                }
            };
            commands.act(command, move || {
                let said = told.clone();
                let undo = Callback::from(move |()| {
                    let said = said.clone();
                    again.act(Command::Separate { customer: gone, from: stays }, move || said.say(w.separated()));
                });
                // What was refused would stand nowhere again.
                if is_refused {
                    told.say(w.was_merged())
                } else {
                    told.undo(w.was_merged(), undo)
                }
                close.emit(());
                merged.emit(stays);
            });
        })
    };
    html! {
        <div class="card-pad">
            <p class="merge-what">{ w.merge_what() }</p>
            <dl class="merge-two">
                <div><dt>{ w.goes() }</dt><dd>{ &from.name }</dd><dd>{ dotted([html! { &from.phone }, html! { &from.address }]) }</dd></div>
                <div><dt>{ w.stays() }</dt><dd>{ &into.name }</dd><dd>{ dotted([html! { &into.phone }, html! { &into.address }]) }</dd></div>
            </dl>
            <div class="buttons">
                <Button onclick={props.onback.clone()}>{ w.choose_another() }</Button>
                <Button kind={ButtonKind::Primary} {onclick}>{ w.merge() }</Button>
            </div>
        </div>
    }
}

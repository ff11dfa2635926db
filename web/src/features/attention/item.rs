//! One open item: what happened in a sentence, the two values side by side, three buttons at most, undo by toast.
use super::text::Words;
use crate::components::{Button, Card, go};
use crate::features::customers::MergeSheet;
use crate::routes::Route;
use crate::state::{use_command, use_now, use_query_if, use_session, use_toasts};
use crate::words::{Locale, ValueWords, rejection, use_format, use_words, waiting};
use crm_domain::command::Rejection;
use crm_domain::customers::{self, CONTACT, CUSTOMER, customer};
use crm_domain::follow_ups::FOLLOW_UP;
use crm_domain::history::{Choice, Command, Item};
use crm_domain::ids::Uuid;
use crm_domain::needs::NEED;
use crm_domain::notes::NOTE;
use crm_domain::photos::PHOTO;
use crm_domain::rules::{Code, Why};
use crm_domain::visits::{CHECK_IN, CHECK_OUT, VISIT};
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ItemProps {
    pub item: Item,
}

/// What became of the change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Lost,
    Yielded,
    /// Somebody changed a record that this person had merged into another.
    EditedBehind,
    Refused,
    Waiting,
}

impl What {
    fn of(item: &Item) -> Self {
        match item.what.as_str() {
            "lost" => What::Lost,
            "yielded" => What::Yielded,
            "edited_behind" => What::EditedBehind,
            "waiting" => What::Waiting,
            _ => What::Refused,
        }
    }
}

/// Whether the item is about one field whose values can be shown and kept.
fn has_values(item: &Item) -> bool {
    let place = [customer::lat_e7, customer::lon_e7, customer::point_from];
    item.field != 0 && !(item.rec_kind == CUSTOMER && place.contains(&item.field))
}

fn kind_word(item: &Item, w: Words) -> &'static str {
    match item.rec_kind {
        CUSTOMER => w.kind_customer(),
        CONTACT => w.kind_contact(),
        VISIT => w.kind_visit(),
        NEED => w.kind_need(),
        FOLLOW_UP => w.kind_follow_up(),
        NOTE => w.kind_note(),
        PHOTO => w.kind_photo(),
        CHECK_IN | CHECK_OUT => w.kind_check(),
        _ => w.kind_other(),
    }
}

/// Its title, for open and settled ones.
pub fn title(item: &Item, w: Words) -> String {
    match What::of(item) {
        What::Lost => w.lost().into(),
        What::Yielded => w.yielded().into(),
        What::EditedBehind => w.edited_behind().into(),
        What::Refused if item.field == 0 => w.refused_create(kind_word(item, w)),
        What::Refused => w.refused_edit().into(),
        What::Waiting => w.waiting().into(),
    }
}

pub fn label(item: &Item, w: Words) -> String {
    if item.label.is_empty() { kind_word(item, w).to_owned() } else { item.label.clone() }
}

fn why_refused(code: u16, locale: Locale, w: Words) -> &'static str {
    Code::from_number(code).map_or(w.unknown_why(), |code| rejection(Rejection::of(code), locale))
}

fn why_waiting(code: u16, locale: Locale, w: Words) -> &'static str {
    let all =
        [Why::NoGrant, Why::UnknownRecord, Why::UnknownKind, Why::Undecodable, Why::DeviceRevoked, Why::BehindAnother];
    all.into_iter().find(|why| *why as u16 == code).map_or(w.unknown_why(), |why| waiting(why, locale))
}

#[component]
pub fn OpenItem(props: &ItemProps) -> Html {
    let w = use_words::<Words>();
    let values = use_words::<ValueWords>();
    let f = use_format();
    let locale = use_session().locale;
    let now = use_now(60_000);
    let item = &props.item;
    let label = label(item, w);
    let field = values.field_of(item.rec_kind, item.field);
    let other = if item.other.is_empty() { w.someone() } else { item.other.as_str() };
    let text = match What::of(item) {
        What::Lost if item.since.is_some() => w.lost_and_changed(&label, field, other, &f.when(item.other_at, now)),
        What::Lost => w.lost_text(&label, field, other, &f.when(item.other_at, now)),
        What::Yielded => w.yielded_text(&label, field, other),
        What::EditedBehind => {
            w.edited_behind_text(&label, field, other, &values.value_of(item.rec_kind, item.field, &item.theirs))
        }
        What::Refused => w.refused_text(&label, why_refused(item.code, locale, w)),
        What::Waiting => w.waiting_text(&label, why_waiting(item.code, locale, w)),
    };
    let both = matches!(What::of(item), What::Lost | What::Yielded) && has_values(item);
    html! {
        <Card class="attention-item">
            <h2>{ title(item, w) }</h2>
            <p>{ text }</p>
            if item.items.len() > 1 { <p>{ w.with_more(item.items.len() - 1) }</p> }
            if both { <Values item={item.clone()} {now} /> }
            <Buttons item={item.clone()} />
        </Card>
    }
}

#[derive(Properties, PartialEq)]
struct ValuesProps {
    item: Item,
    now: i64,
}

#[component]
fn Values(props: &ValuesProps) -> Html {
    let w = use_words::<Words>();
    let values = use_words::<ValueWords>();
    let f = use_format();
    let (item, now) = (&props.item, props.now);
    let shown = |plain: &str| {
        if plain.is_empty() { w.empty_value().into() } else { values.value_of(item.rec_kind, item.field, plain) }
    };
    let other = if item.other.is_empty() { w.someone() } else { item.other.as_str() };
    let stands = item.since.as_ref().unwrap_or(&item.theirs);
    let value = |of: String, value: &String| {
        let class = (value == stands).then_some("attention-standing");
        html! {
            <div {class}>
                <dt>{ of }if value == stands { <span class="tag">{ w.in_use() }</span> }</dt>
                <dd>{ shown(value) }</dd>
            </div>
        }
    };
    html! {
        <dl class="attention-values">
            { value(w.mine(&f.when(item.mine_at, now)), &item.mine) }
            { value(w.theirs(other, &f.when(item.other_at, now)), &item.theirs) }
            if let Some(since) = item.since.as_ref().filter(|since| **since != item.mine) {
                { value(w.since().into(), since) }
            }
        </dl>
    }
}

/// Settles an item and all that is one with it, with Undo.
#[hook]
fn use_settle(item: &Item) -> impl Fn(Command, &'static str) -> Callback<MouseEvent> + use<> {
    let commands = use_command();
    let toasts = use_toasts();
    let reopen = item.reopen();
    move |command: Command, said: &'static str| {
        let (commands, toasts, reopen) = (commands.clone(), toasts.clone(), reopen.clone());
        Callback::from(move |_: MouseEvent| {
            let (toasts, again, reopen) = (toasts.clone(), commands.clone(), reopen.clone());
            commands.act(command.clone(), move || {
                let undo = Callback::from(move |()| again.act(reopen.clone(), || ()));
                toasts.undo(said, undo);
            });
        })
    }
}

#[component]
fn Buttons(props: &ItemProps) -> Html {
    let w = use_words::<Words>();
    let navigator = use_navigator().expect("screens stand inside the router");
    let item = &props.item;
    let settle = use_settle(item);
    let commands = use_command();
    let toasts = use_toasts();
    let choose =
        |choice: Choice| Command::Resolve { item: item.id, root: item.root.or(item.rec).unwrap_or(item.id), choice };
    let open = |words: &'static str, to: fn(Uuid) -> Route| match item.root {
        Some(root) => html! { <Button onclick={go(&navigator, to(root))}>{ words }</Button> },
        None => Html::default(),
    };
    let customer = |id| Route::Customer { id };
    let once_more = {
        let again = Command::Again { items: item.items.clone(), roots: item.roots.clone() };
        let said = w.sent_again();
        Callback::from(move |_: MouseEvent| {
            let toasts = toasts.clone();
            commands.act(again.clone(), move || toasts.say(said));
        })
    };
    let dismiss = Command::Dismiss { items: item.items.clone() };
    let seen = || html! { <Button onclick={settle(dismiss.clone(), w.was_seen())}>{ w.seen() }</Button> };
    let buttons = match What::of(item) {
        What::Lost | What::Yielded if has_values(item) => html! {
            <>
                <Button onclick={settle(choose(Choice::KeepMine), w.kept_mine())}>{ w.keep_mine() }</Button>
                if item.since.is_some() {
                    <Button onclick={settle(choose(Choice::KeepTheirs), w.kept_as_it_is())}>{ w.keep_as_it_is() }</Button>
                } else {
                    <Button onclick={settle(choose(Choice::KeepTheirs), w.kept_theirs())}>{ w.keep_theirs() }</Button>
                }
                <Button onclick={settle(choose(Choice::Both), w.kept_both())}>{ w.keep_both() }</Button>
            </>
        },
        // Nothing to choose from; of a place, one half is no value, and it is learnt anew at the next check-in.
        What::EditedBehind | What::Lost | What::Yielded => html! { <>{ open(w.open(), customer) }{ seen() }</> },
        What::Refused => html! {
            <>
                if item.may_hold() {
                    <Button onclick={once_more}>{ w.once_more() }</Button>
                } else if item.rec_kind == CUSTOMER {
                    { open(w.correct(), |id| Route::EditCustomer { id }) }
                }
                if let Some(customer) = item.rec.filter(|_| item.creates && item.rec_kind == CUSTOMER) {
                    <StandsAlready {customer} />
                } else if item.may_hold() || item.rec_kind != CUSTOMER {
                    { open(w.open(), customer) }
                }
                if has_values(item) && !item.mine.is_empty() && item.root.is_some() {
                    <Button onclick={settle(choose(Choice::Both), w.kept_both())}>{ w.as_note() }</Button>
                }
                { seen() }
            </>
        },
        // Nothing of hers to decide: putting it away would take it from those who do.
        What::Waiting => html! { <>{ open(w.open(), customer) }</> },
    };
    html! { <div class="buttons">{ buttons }</div> }
}

#[derive(Properties, PartialEq)]
struct StandsAlreadyProps {
    customer: Uuid,
}

/// The customer that was refused is one that stands already: which one.
#[component]
fn StandsAlready(props: &StandsAlreadyProps) -> Html {
    let w = use_words::<Words>();
    let open = use_state_eq(|| false);
    let view = use_query_if(open.then_some(customers::Query::Detail { customer: props.customer }));
    let set = |on: bool| {
        let open = open.setter();
        Callback::from(move |()| open.set(on))
    };
    html! {
        <>
            <Button onclick={set(true).reform(|_: MouseEvent| ())}>{ w.stands_already() }</Button>
            if let Some(customers::View::Detail(Some(detail))) = view.as_deref() {
                <MergeSheet detail={(**detail).clone()} onclose={set(false)} />
            }
        </>
    }
}

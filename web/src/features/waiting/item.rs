//! One op that waits: whose, why, what is in it, and the two decisions.
use super::text::Words;
use crate::components::{Button, ButtonKind, Card, Dialog, dotted};
use crate::state::{use_command, use_toasts};
use crate::words::{ValueWords, use_format, use_words};
use crm_domain::customers::{CONTACT, CUSTOMER};
use crm_domain::follow_ups::FOLLOW_UP;
use crm_domain::needs::NEED;
use crm_domain::notes::NOTE;
use crm_domain::photos::PHOTO;
use crm_domain::rules::Why;
use crm_domain::visits::{CHECK_IN, CHECK_OUT, VISIT};
use crm_domain::waiting::{Change, Command, Item};
use yew::prelude::*;

/// So many fields of a change are shown.
const FIELDS: usize = 6;

#[derive(Properties, PartialEq)]
pub struct ItemProps {
    pub item: Item,
    /// What was decided here, on its way to the server.
    pub decided: Option<bool>,
    pub now: i64,
}

fn kind_word(kind: u16, w: Words) -> &'static str {
    match kind {
        CUSTOMER => w.customer(),
        CONTACT => w.contact(),
        VISIT => w.visit(),
        NEED => w.need(),
        FOLLOW_UP => w.follow_up(),
        NOTE => w.note(),
        CHECK_IN | CHECK_OUT => w.check(),
        PHOTO => w.photo(),
        _ => w.record(),
    }
}

fn what(changes: &[Change], w: Words) -> String {
    match changes {
        [] => w.unread().into(),
        [one] if one.new => w.adds(kind_word(one.kind, w)),
        [one] => w.edits(kind_word(one.kind, w)),
        [first, ..] => w.several(kind_word(first.kind, w), changes.len()),
    }
}

/// Why it waits, and whether letting it through helps.
fn why(item: &Item, w: Words) -> (String, bool) {
    let is = |why: Why| item.why == why as u16;
    if is(Why::NoGrant) {
        let grid = if item.grid.is_empty() { w.this_place() } else { item.grid.as_str() };
        (w.no_grant(&item.actor, grid), true)
    } else if is(Why::DeviceRevoked) {
        (w.revoked().into(), true)
    } else if is(Why::UnknownRecord) {
        (w.unknown_record().into(), false)
    } else if is(Why::BehindAnother) {
        (w.behind().into(), false)
    } else {
        (w.unknown_kind(item.size), false)
    }
}

#[component]
pub fn OpenItem(props: &ItemProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let item = &props.item;
    let (why, helps) = why(item, w);
    let mut when = vec![html! { w.came(&f.when(item.since, props.now)) }];
    if item.written_at != 0 {
        when.insert(0, html! { w.written(&f.when(item.written_at, props.now)) });
    }
    html! {
        <Card class="waiting-item">
            <h2>{ &item.actor }{ " · " }{ what(&item.changes, w) }</h2>
            if !item.label.is_empty() { <p class="waiting-label">{ &item.label }</p> }
            <p>{ why }</p>
            { for item.changes.iter().map(|change| html! { <Fields change={change.clone()} /> }) }
            <p class="waiting-when">{ dotted(when) }</p>
            <Decide item={item.clone()} {helps} decided={props.decided} />
        </Card>
    }
}

#[derive(Properties, PartialEq)]
struct FieldsProps {
    change: Change,
}

#[component]
fn Fields(props: &FieldsProps) -> Html {
    let values = use_words::<ValueWords>();
    let kind = props.change.kind;
    let said =
        props.change.fields.iter().map(|f| (values.field_of(kind, f.field), values.value_of(kind, f.field, &f.plain)));
    // What has no name on the screen means nothing to a person.
    let said: Vec<_> = said.filter(|(name, _)| *name != values.something() && *name != values.point()).collect();
    if said.is_empty() {
        return Html::default();
    }
    html! {
        <dl class="waiting-fields">
            { for said.into_iter().take(FIELDS).map(|(name, value)| html! {
                <div><dt>{ name }</dt><dd>{ value }</dd></div>
            }) }
        </dl>
    }
}

#[derive(Properties, PartialEq)]
struct DecideProps {
    item: Item,
    helps: bool,
    decided: Option<bool>,
}

#[component]
fn Decide(props: &DecideProps) -> Html {
    let w = use_words::<Words>();
    let (commands, toasts) = (use_command(), use_toasts());
    let asking = use_state_eq(|| false);
    let set = |to: bool| {
        let asking = asking.setter();
        Callback::from(move |()| asking.set(to))
    };
    match props.decided {
        Some(true) => return html! { <p class="waiting-decided" role="status">{ w.allowed_here() }</p> },
        Some(false) => return html! { <p class="waiting-decided" role="status">{ w.refused_here() }</p> },
        None => {}
    }
    let (op, desk) = (props.item.op, props.item.desk);
    let decide = |allow: bool, said: String| {
        let (commands, toasts, close) = (commands.clone(), toasts.clone(), set(false));
        Callback::from(move |_: MouseEvent| {
            let (toasts, said) = (toasts.clone(), said.clone());
            close.emit(());
            commands.act(Command::Decide { op, desk, allow }, move || toasts.say(said));
        })
    };
    let actor = &props.item.actor;
    let open = set(true).reform(|_: MouseEvent| ());
    html! {
        <div class="buttons">
            if props.helps {
                <Button kind={ButtonKind::Primary} onclick={decide(true, w.allowed().into())}>{ w.allow() }</Button>
            }
            <Button onclick={open}>{ w.refuse() }</Button>
            if *asking {
                <Dialog
                    title={w.refuse_ask()}
                    actions={html! {
                        <>
                            <Button onclick={set(false).reform(|_: MouseEvent| ())}>{ w.cancel() }</Button>
                            <Button kind={ButtonKind::Danger} onclick={decide(false, w.refused(actor))}>{ w.refuse_it() }</Button>
                        </>
                    }}
                    onclose={set(false)}
                >
                    <p>{ w.refuse_text(actor) }</p>
                </Dialog>
            }
        </div>
    }
}

//! Check-out (签退): needs the next step, takes a quick fresh fix and goes on without one, then back to Today.
use super::consent::{Answer, use_consent};
use super::fields::Section;
use super::fix::{Quick, quick_fix};
use super::next_step::{Missing, Next, NextFields, proposed};
use super::text::VisitWords;
use crate::components::{Button, ButtonKind, Card, Page, StateMark};
use crate::routes::Route;
use crate::state::{use_command, use_device, use_draft, use_status, use_toasts};
use crate::words::{ValueWords, use_format, use_words};
use crm_domain::customers::VisitLine;
use crm_domain::ids::Uuid;
use crm_domain::visits::Command;
use yew::prelude::*;
use yew_router::prelude::*;

#[derive(Properties, PartialEq)]
pub struct CheckOutProps {
    pub customer: Uuid,
    pub name: AttrValue,
    pub back: Option<Route>,
    pub visit: VisitLine,
    /// Categories of the needs of this visit: they propose what to do next.
    pub needs: Vec<String>,
    pub timer: Html,
    /// Below the next step: what nobody has to enter.
    pub notes: Html,
    /// Above it: the fields of the visit.
    pub children: Html,
}

#[component]
pub fn CheckOut(props: &CheckOutProps) -> Html {
    let w = use_words::<VisitWords>();
    let values = use_words::<ValueWords>();
    let f = use_format();
    let (device, status, commands, toasts) = (use_device(), use_status(), use_command(), use_toasts());
    let navigator = use_navigator().expect("screens stand inside the router");
    let agreed = use_consent() == Answer::Agreed;
    let (customer, visit) = (props.customer, props.visit.id);
    let draft = use_draft(format!("visit/{visit}/next"), Next::default);
    let error = use_state_eq(|| None::<Missing>);
    let busy = use_state_eq(|| false);
    let locating = use_mut_ref(|| None::<Quick>);
    let node = use_node_ref();
    let proposed = proposed(&props.needs, w, values);

    let onclick = {
        let (draft, error, busy, node) = (draft.clone(), error.setter(), busy.clone(), node.clone());
        let (proposed, device) = (proposed.clone(), device.clone());
        let started = props.visit.started_at;
        Callback::from(move |_: MouseEvent| {
            let next = match draft.step(&proposed) {
                Ok(next) => next,
                Err(missing) => {
                    error.set(Some(missing));
                    if let Some(section) = node.cast::<web_sys::Element>() {
                        section.scroll_into_view();
                    }
                    return;
                }
            };
            if *busy {
                return;
            }
            busy.set(true);
            let finish = {
                let (device, status, commands) = (device.clone(), status.clone(), commands.clone());
                let (navigator, toasts, draft, busy) =
                    (navigator.clone(), toasts.clone(), draft.clone(), busy.setter());
                move |found: super::fix::Found| {
                    let position = found.position(&device, &status);
                    let stayed = position.device_ms as i64 - started.unwrap_or(position.device_ms as i64);
                    let told = commands.clone();
                    commands.then(Command::CheckOut { customer, visit, position, next }, move |done| match done {
                        Ok(()) => {
                            draft.forget();
                            toasts.say(w.stayed(&f.span(stayed)));
                            navigator.replace(&Route::Today);
                        }
                        Err(why) => {
                            busy.set(false);
                            told.tell(why);
                        }
                    });
                }
            };
            *locating.borrow_mut() = Some(quick_fix(&device, agreed, finish));
        })
    };
    let changed = {
        let error = error.setter();
        Callback::from(move |()| error.set(None))
    };
    let now = device.now_ms() as i64;
    let foot = html! {
        <div class="visits-foot">
            <StateMark state={props.visit.state} />
            <Button kind={ButtonKind::Primary} block=true busy={*busy} {onclick}>
                { if *busy { w.checking_out() } else { w.check_out() } }
            </Button>
        </div>
    };
    html! {
        <Page title={props.name.clone()} back={props.back.clone()} aside={props.timer.clone()} {foot} class="visit">
            { props.children.clone() }
            <div ref={node}>
                <Card class="visit-card">
                    <Section label={w.next()} note={w.required()}>
                        // What was chosen before stands there from the first: a tap on it would take it back.
                        if draft.loaded() {
                            <NextFields next={(*draft).clone()} {draft} {proposed} error={*error} {now} {changed} />
                        }
                    </Section>
                </Card>
            </div>
            { props.notes.clone() }
        </Page>
    }
}

//! Before you go in (1.13): what was promised, what is open, how it went last time. One screen, no network.
use super::text::Words;
use crate::components::{Card, Icon, Row, SectionTitle, dotted, exception_mark};
use crate::state::{use_command, use_toasts};
use crate::words::{Format, ValueWords, use_format, use_words};
use crm_domain::customers::{Detail, EntryKind, FollowUpLine, NeedLine};
use crm_domain::{follow_ups, needs};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct BriefProps {
    pub detail: Detail,
    pub now: i64,
}

#[component]
pub fn Brief(props: &BriefProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let values = use_words::<ValueWords>();
    let detail = &props.detail;
    let feedback = last_feedback(detail);
    let first_time = detail.card.last_visit.is_none();
    let done = use_done(w, detail.card.id);
    let solved = use_solved(w, detail.card.id);
    html! {
        <section aria-label={w.before()}>
            <SectionTitle>{ w.before() }</SectionTitle>
            <Card class="row-wrap">
                { for detail.follow_ups.iter().map(|step| follow_up(step, w, f, props.now, &done)) }
                { for detail.needs.iter().map(|need| open_need(need, w, values, f, props.now, &solved)) }
                if detail.follow_ups.is_empty() && detail.needs.is_empty() {
                    <Row lead={html! { <span class="row-icon">{ Icon::Check }</span> }} title={html! { w.no_promise() }} />
                }
                if let Some((word, at)) = feedback {
                    <Row
                        lead={html! { <span class="row-icon">{ Icon::MessageSquare }</span> }}
                        title={html! { values.feedback_of(&word) }}
                        detail={dotted([html! { w.last_feedback() }, html! { f.day(at, props.now) }])}
                    />
                }
                if first_time {
                    <Row lead={html! { <span class="row-icon">{ Icon::Info }</span> }} title={html! { w.first_time() }} />
                }
            </Card>
        </section>
    }
}

fn last_feedback(detail: &Detail) -> Option<(String, i64)> {
    detail.timeline.iter().find_map(|entry| match &entry.kind {
        EntryKind::Visit { visit, .. } if !visit.feedback.is_empty() => Some((visit.feedback.clone(), entry.at)),
        _ => None,
    })
}

fn follow_up(step: &FollowUpLine, w: Words, f: Format, now: i64, done: &Callback<FollowUpLine>) -> Html {
    let kind = if step.promised { w.promise() } else { w.follow_up() };
    let due = match f.late(step.due, now) {
        Some(by) => html! { <span class="late">{ w.late(&by) }</span> },
        None => html! { f.due(step.due, now) },
    };
    let onclick = {
        let step = step.clone();
        done.reform(move |_: MouseEvent| step.clone())
    };
    let title = if step.text.is_empty() { kind.to_owned() } else { step.text.clone() };
    html! {
        <Row
            key={step.id.to_string()}
            lead={html! { <span class={classes!("row-icon", step.promised.then_some("brief-promise"))}>{ if step.promised { Icon::Flag } else { Icon::CalendarClock } }</span> }}
            title={html! { title }}
            detail={dotted([html! { kind }, due, exception_mark(step.state)])}
            end={html! {
                <button type="button" class="icon-btn brief-done" aria-label={w.done_name(&step.text)} {onclick}>
                    { Icon::CircleCheck }
                </button>
            }}
        />
    }
}

fn open_need(need: &NeedLine, w: Words, values: ValueWords, f: Format, now: i64, solved: &Callback<NeedLine>) -> Html {
    let category = values.need_of(&need.category);
    let urgency = match need.urgency {
        3.. => html! { <span class="late">{ values.urgency_of(need.urgency) }</span> },
        _ => html! { values.urgency_of(need.urgency) },
    };
    let onclick = {
        let need = need.clone();
        solved.reform(move |_: MouseEvent| need.clone())
    };
    let title = if need.text.is_empty() { category.clone() } else { need.text.clone() };
    html! {
        <Row
            key={need.id.to_string()}
            lead={html! { <span class="row-icon">{ Icon::CircleAlert }</span> }}
            title={html! { title }}
            detail={dotted([
                html! { &category },
                urgency,
                html! { f.day(need.created_at, now) },
                exception_mark(need.state),
            ])}
            end={html! {
                <button type="button" class="icon-btn brief-done" aria-label={w.solve_name(&category)} title={w.solved()} {onclick}>
                    { Icon::CircleCheck }
                </button>
            }}
        />
    }
}

#[hook]
fn use_done(w: Words, customer: crm_domain::ids::Uuid) -> Callback<FollowUpLine> {
    use follow_ups::Command;
    let (commands, toasts) = (use_command(), use_toasts());
    Callback::from(move |step: FollowUpLine| {
        let (again, toasts, follow_up) = (commands.clone(), toasts.clone(), step.id);
        commands.act(Command::Done { customer, follow_up, result: None }, move || {
            let undo = Callback::from(move |()| again.act(Command::Reopen { customer, follow_up }, || ()));
            toasts.undo(w.was_done(), undo);
        });
    })
}

/// A solved need cannot be opened again; a new card says what is still wanted.
#[hook]
fn use_solved(w: Words, customer: crm_domain::ids::Uuid) -> Callback<NeedLine> {
    let (commands, toasts) = (use_command(), use_toasts());
    Callback::from(move |need: NeedLine| {
        let toasts = toasts.clone();
        commands.act(needs::Command::Resolve { customer, need: need.id, result: None }, move || {
            toasts.say(w.was_solved());
        });
    })
}

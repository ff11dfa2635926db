//! Everything that happened, newest first: visits with their proof, needs, notes, changes with what was lost.
use super::text::Words;
use crate::components::{Card, Icon, SectionTitle, StateMark, dotted};
use crate::features::photos::Photos;
use crate::routes::Route;
use crate::words::{Format, StateWords, ValueWords, use_format, use_words};
use crm_domain::customers::{CONTACT, CUSTOMER, Entry, EntryKind, PhotoLine};
use crm_domain::ids::Uuid;
use yew::prelude::*;
use yew_router::prelude::*;

/// So many at first; the rest at a tap.
const FIRST: usize = 12;

#[derive(Properties, PartialEq)]
pub struct TimelineProps {
    pub customer: Uuid,
    pub name: AttrValue,
    pub entries: Vec<Entry>,
    pub photos: Vec<PhotoLine>,
    pub now: i64,
}

#[component]
pub fn Timeline(props: &TimelineProps) -> Html {
    let w = use_words::<Words>();
    let say = Say { w, f: use_format(), values: use_words(), states: use_words(), now: props.now };
    let shown = use_state_eq(|| FIRST);
    let entries: Vec<&Entry> = props.entries.iter().filter(|entry| tells(entry)).collect();
    let rest = entries.len().saturating_sub(*shown);
    let more = {
        let shown = shown.clone();
        Callback::from(move |_: MouseEvent| shown.set(*shown + 50))
    };
    html! {
        <section aria-label={w.timeline()}>
            <SectionTitle>{ w.timeline() }</SectionTitle>
            <Card>
                if entries.is_empty() {
                    <p class="card-pad timeline-none">{ w.nothing_yet() }</p>
                } else {
                    <ol class="timeline">
                        { for entries.into_iter().take(*shown).map(|entry| say.entry(entry, props)) }
                    </ol>
                }
                if rest > 0 {
                    <button type="button" class="btn btn-quiet btn-block" onclick={more}>{ w.more(rest) }</button>
                }
            </Card>
        </section>
    }
}

/// What visits, needs and follow-ups went through stands in their own entries; of their changes only a lost value is news.
fn tells(entry: &Entry) -> bool {
    match &entry.kind {
        EntryKind::Change { rec_kind, old, new, lost, .. } => {
            lost.is_some() || ([CUSTOMER, CONTACT].contains(rec_kind) && old != new)
        }
        _ => true,
    }
}

#[derive(Clone, Copy)]
struct Say {
    w: Words,
    f: Format,
    values: ValueWords,
    states: StateWords,
    now: i64,
}

/// An entry's shape: its icon, its head, the lines below.
type Told = (Icon, Html, Vec<Html>);

impl Say {
    fn entry(self, entry: &Entry, props: &TimelineProps) -> Html {
        let (icon, head, lines) = self.told(entry, props.customer);
        let of = |photo: &&PhotoLine| photo.visit == Some(entry.id) || photo.id == entry.id;
        let photos: Vec<PhotoLine> = props.photos.iter().filter(of).cloned().collect();
        let who = if entry.by.is_empty() {
            Html::default()
        } else {
            html! { self.w.by(&entry.by) }
        };
        let when = html! { <time title={self.f.exact(entry.at)}>{ self.f.when(entry.at, self.now) }</time> };
        let mark = html! { <StateMark state={entry.state} /> };
        html! {
            <li key={entry.id.to_string()}>
                <span class="timeline-icon">{ icon }</span>
                <div class="timeline-text">
                    <div class="timeline-head">{ head }</div>
                    { for lines.into_iter().map(|line| html! { <p>{ line }</p> }) }
                    if !photos.is_empty() { <Photos name={props.name.clone()} {photos} /> }
                    <div class="timeline-foot">{ dotted([when, who, mark]) }</div>
                </div>
            </li>
        }
    }

    fn told(self, entry: &Entry, customer: Uuid) -> Told {
        let w = self.w;
        match &entry.kind {
            EntryKind::Visit { .. } => self.visit(entry, customer),
            EntryKind::Need { category, text, resolved_at } => {
                let solved = resolved_at.map(|at| html! { w.solved_on(&self.f.day(at, self.now)) });
                let head =
                    dotted([html! { w.need() }, html! { self.values.need_of(category) }, solved.unwrap_or_default()]);
                (Icon::CircleAlert, head, line(text))
            }
            EntryKind::FollowUp { text, .. } => (Icon::CircleCheck, html! { w.followed_up() }, line(text)),
            EntryKind::Note { text } => (Icon::StickyNote, html! { w.note() }, line(text)),
            EntryKind::Photo => (Icon::Camera, html! { w.photo() }, vec![]),
            EntryKind::Reveal => (Icon::Eye, html! { w.looked() }, vec![]),
            EntryKind::Change { rec_kind, field, old, new, lost } => {
                let plain = |value: &str| match value {
                    "" => w.empty_value().to_owned(),
                    value => self.values.value_of(*rec_kind, *field, value),
                };
                let mut lines = vec![html! { w.from_to(&plain(old), &plain(new)) }];
                if let Some((value, who)) = lost {
                    let who = if who.is_empty() { w.someone() } else { who };
                    lines.push(html! { <span class="timeline-lost">{ w.lost(who, &plain(value)) }</span> });
                }
                (Icon::History, html! { w.changed(self.values.field_of(*rec_kind, *field)) }, lines)
            }
        }
    }

    fn visit(self, entry: &Entry, customer: Uuid) -> Told {
        let w = self.w;
        let EntryKind::Visit { visit, distance_m, accuracy_m, reason, receipt, .. } = &entry.kind else {
            return (Icon::MapPin, Html::default(), vec![]);
        };
        let name = if visit.ended_at.is_some() { w.visit() } else { w.underway() };
        let to = Route::Visit { customer, visit: visit.id };
        let title = html! { <Link<Route> {to} classes="timeline-link">{ name }</Link<Route>> };
        let lasted = visit.ended_at.zip(visit.started_at).map(|(to, from)| html! { self.f.span(to - from) });
        let purpose = html! { self.values.purpose_of(&visit.purpose) };
        let feedback = html! { self.values.feedback_of(&visit.feedback) };
        let head = dotted([
            title,
            filled(&visit.purpose, purpose),
            lasted.unwrap_or_default(),
            filled(&visit.feedback, feedback),
        ]);
        let mut lines = vec![];
        let verdict = html! { <span class={classes!("timeline-verdict", verdict_class(&visit.verdict))}>{ self.states.verdict(&visit.verdict) }</span> };
        let place = distance_m.zip(*accuracy_m).map(|(distance, accuracy)| {
            let metres = |m: i64| self.f.distance(u32::try_from(m).unwrap_or(0));
            html! { w.distance_of(&metres(distance), &metres(accuracy)) }
        });
        lines.push(dotted([verdict, place.unwrap_or_default()]));
        if !reason.is_empty() {
            lines.push(html! { w.reason(reason) });
        }
        lines.extend(line(&visit.notes));
        if !visit.no_next.is_empty() {
            lines.push(html! { w.no_next(&visit.no_next) });
        }
        if let Some(flags) = receipt {
            lines.push(self.receipt(flags));
        }
        (Icon::MapPin, head, lines)
    }

    fn receipt(self, flags: &str) -> Html {
        if flags.is_empty() {
            return html! { <span class="timeline-receipt">{ Icon::ShieldCheck }{ self.w.receipt() }</span> };
        }
        let said: Vec<&str> = flags.split(',').map(|flag| self.flag(flag)).collect();
        html! { <span class="timeline-lost">{ self.w.receipt_flags(&said.join(self.w.list_comma())) }</span> }
    }

    fn flag(self, flag: &str) -> &str {
        match flag {
            "link" => self.w.flag_link(),
            "signature" => self.w.flag_signature(),
            "late" => self.w.flag_late(),
            "unauthorised" => self.w.flag_unauthorised(),
            "orphan" => self.w.flag_orphan(),
            newer => newer,
        }
    }
}

fn filled(value: &str, said: Html) -> Html {
    if value.is_empty() { Html::default() } else { said }
}

fn line(text: &str) -> Vec<Html> {
    if text.is_empty() { vec![] } else { vec![html! { text }] }
}

fn verdict_class(word: &str) -> &'static str {
    match word {
        "inside" => "timeline-inside",
        "outside" => "timeline-outside",
        _ => "timeline-between",
    }
}

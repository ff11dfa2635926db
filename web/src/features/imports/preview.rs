//! The four groups of the preview: what would be new, changed, double, refused, and why.
use super::faults::FaultWords;
use super::plan::Plan;
use super::text::Words;
use super::work::{Whole, Work};
use crate::components::{Card, Chip, Chips, Empty, Icon, Row, SectionTitle, dotted};
use crate::words::{use_format, use_words};
use crm_domain::grids;
use crm_domain::ids::Uuid;
use crm_domain::imports::sheet::{ImportRow, ImportValues, Outcome, Refusal};
use std::rc::Rc;
use yew::prelude::*;

/// So many rows of a group are listed.
const LISTED: usize = 60;

#[derive(Clone, Copy, PartialEq)]
enum Group {
    New,
    Update,
    Duplicate,
    Refused,
}

impl Group {
    const ALL: [Group; 4] = [Group::New, Group::Update, Group::Duplicate, Group::Refused];

    fn name(self, w: Words) -> &'static str {
        match self {
            Group::New => w.new(),
            Group::Update => w.update(),
            Group::Duplicate => w.duplicate(),
            Group::Refused => w.refused(),
        }
    }

    fn none(self, w: Words) -> &'static str {
        match self {
            Group::New => w.none_new(),
            Group::Update => w.none_update(),
            Group::Duplicate => w.none_duplicate(),
            Group::Refused => w.none_refused(),
        }
    }

    fn count(self, plan: &Plan) -> usize {
        match self {
            Group::New => plan.new.len(),
            Group::Update => plan.update.len(),
            Group::Duplicate => plan.duplicate.len(),
            Group::Refused => plan.refused.len(),
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct PreviewProps {
    pub work: Work,
    pub plan: Whole<Plan>,
    pub grids: Option<Rc<grids::View>>,
}

#[component]
pub fn Preview(props: &PreviewProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let faults = use_words::<FaultWords>();
    let plan = &props.plan;
    // What needs a look first: the first group that holds anything, refused rows last.
    let first = Group::ALL.into_iter().find(|g| g.count(plan) > 0).unwrap_or(Group::New);
    let group = use_state_eq(|| first);
    let Some(rows) = &props.work.rows else { return Html::default() };
    let chips = Group::ALL.map(|each| {
        let set = group.setter();
        let count = f.count(each.count(plan) as u64);
        html! {
            <Chip on={*group == each} onclick={Callback::from(move |_: MouseEvent| set.set(each))}>
                { w.group(each.name(w), &count) }
            </Chip>
        }
    });
    let row = |i: usize| rows.rows.get(i);
    let grid_name = |grid: Option<Uuid>| {
        let all = props.grids.as_ref()?;
        all.0.iter().find(|g| Some(g.id) == grid).map(|g| g.name.clone())
    };
    let lines: Vec<Html> = match *group {
        Group::New => plan
            .new
            .iter()
            .take(LISTED)
            .filter_map(|(i, grid)| Some(ready(row(*i)?, grid_name(*grid), None, &props.work, w)))
            .collect(),
        Group::Update => plan
            .update
            .iter()
            .take(LISTED)
            .filter_map(|(i, _)| Some(ready(row(*i)?, None, Some(w.known().into()), &props.work, w)))
            .collect(),
        Group::Duplicate => {
            let line =
                |(i, of_row): &(usize, u32)| Some(ready(row(*i)?, None, Some(w.of_row(*of_row)), &props.work, w));
            plan.duplicate.iter().take(LISTED).filter_map(line).collect()
        }
        Group::Refused => {
            plan.refused.iter().take(LISTED).filter_map(|i| refused(row(*i)?, &props.work, w, faults)).collect()
        }
    };
    let rest = group.count(plan).saturating_sub(LISTED);
    html! {
        <>
            <SectionTitle>{ w.preview() }</SectionTitle>
            <div class="import-groups"><Chips label={w.preview()}>{ for chips }</Chips></div>
            <Card class="import-rows">
                if lines.is_empty() { <Empty icon={Icon::FileSpreadsheet} title={group.none(w)} /> } else { { for lines } }
                if rest > 0 { <p class="import-rest">{ w.more_rows(rest) }</p> }
            </Card>
            if plan.ignored > 0 { <p class="import-ignored">{ w.ignored(plan.ignored) }</p> }
        </>
    }
}

/// A row that could be read: its name, where it is, and what is special about it.
fn ready(row: &ImportRow, grid: Option<String>, why: Option<String>, work: &Work, w: Words) -> Html {
    let (name, place) = match &row.outcome {
        Outcome::Ready(values) => (values.name.clone(), place(values)),
        _ => (work.name_in(row).unwrap_or_else(|| w.row(row.row)), String::new()),
    };
    let facts = [Some(w.row(row.row)), why, grid, Some(place).filter(|p| !p.is_empty())];
    html! {
        <Row
            key={row.row}
            title={html! { name }}
            detail={dotted(facts.into_iter().flatten().map(|fact| html! { fact }))}
        />
    }
}

fn place(values: &ImportValues) -> String {
    let parts = [&values.phone, &values.town, &values.address];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    parts.join(" · ")
}

fn refused(row: &ImportRow, work: &Work, w: Words, faults: FaultWords) -> Option<Html> {
    let Outcome::Refused(refusal) = &row.outcome else { return None };
    let name = work.name_in(row).unwrap_or_else(|| w.no_name().into());
    let facts = [w.row(row.row), why(refusal, work, w, faults)];
    Some(html! {
        <Row
            key={row.row}
            title={html! { name }}
            detail={dotted(facts.map(|fact| html! { fact }))}
        />
    })
}

/// “电话”列：电话号码不对，写着“无”
pub fn why(refusal: &Refusal, work: &Work, w: Words, faults: FaultWords) -> String {
    let column = refusal.column.map(|column| w.in_column(&work.title(column)));
    let written = (!refusal.written.is_empty()).then(|| w.written(&refusal.written));
    let said = [column, Some(faults.reason(refusal.reason).to_owned()), written];
    let said: Vec<String> = said.into_iter().flatten().collect();
    said.join(match w.0 {
        crate::words::Locale::Zh => "，",
        crate::words::Locale::En => ", ",
    })
}

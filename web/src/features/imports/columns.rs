//! What was understood of the file, and the choices that change it: sheet, header row, meaning of each column.
use super::text::{FieldWords, Words};
use super::work::{Act, Choice, Stage, Work, letters};
use crate::components::{Card, Icon, SectionTitle, SelectField, dotted};
use crate::words::{use_format, use_words};
use crm_domain::geo::Datum;
use crm_domain::imports::sheet::{ColumnSummary, Field, Header, SheetSummary, Understood};
use yew::prelude::*;

/// A header below this row is no header.
const LOWEST_HEADER: u32 = 30;

#[derive(Properties, PartialEq)]
pub struct ColumnsProps {
    pub work: Work,
    pub to: UseReducerDispatcher<Work>,
}

#[component]
pub fn Columns(props: &ColumnsProps) -> Html {
    let w = use_words::<Words>();
    let f = use_format();
    let work = &props.work;
    let (Some(understood), Some(summary)) = (&work.understood, work.summary()) else { return Html::default() };
    let choice = &work.choice;
    // Only what the machine is unsure of stands open.
    let asked = matches!(work.stage, Stage::Unnamed | Stage::Unfit(_));
    let header = choice.header.map_or_else(|| w.no_header().to_owned(), |h| w.header_at(h.row));
    let sheets = (understood.sheets.len() > 1).then(|| w.more_sheets(understood.sheets.len()));
    let facts = [
        Some(w.format(understood.format).to_owned()),
        Some(summary.name.clone()).filter(|name| !name.is_empty()),
        sheets,
        Some(header),
        Some(w.last_row(&f.count(summary.rows.into()))),
        understood.encoding.as_deref().map(|name| w.encoding(name)),
    ];
    html! {
        <>
            <SectionTitle>{ w.understood() }</SectionTitle>
            <Card>
                <div class="import-file">
                    <b>{ &work.file }</b>
                    <span class="import-small">{ dotted(facts.into_iter().flatten().map(|fact| html! { fact })) }</span>
                </div>
                <details class="import-more" open={asked}>
                    <summary>
                        <span>{ w.columns() }</span>
                        <span class="import-small">{ w.recognised(choice.mapping.len(), summary.columns.len()) }</span>
                        { Icon::ChevronDown }
                    </summary>
                    <div class="import-fields">
                        { sheet_field(props, understood, w) }
                        { header_field(props, summary, w) }
                        if choice.has_points() && !choice.has(Field::Datum) { { datum_field(props, w) } }
                    </div>
                    <ul class="import-columns">
                        { for summary.columns.iter().map(|column| html! {
                            <Column key={column.index} column={column.clone()} work={work.clone()} to={props.to.clone()} />
                        }) }
                    </ul>
                </details>
            </Card>
        </>
    }
}

fn choose(to: &UseReducerDispatcher<Work>, choice: Choice) {
    to.dispatch(Act::Choose(choice));
}

fn sheet_field(props: &ColumnsProps, understood: &Understood, w: Words) -> Html {
    if understood.sheets.len() < 2 {
        return Html::default();
    }
    let options =
        understood.sheets.iter().enumerate().map(|(i, sheet)| (i.to_string().into(), sheet.name.clone().into()));
    let onchange = {
        let (to, understood) = (props.to.clone(), props.work.understood.clone());
        Callback::from(move |value: String| {
            let sheet = value.parse::<u32>().unwrap_or_default();
            if let Some(summary) = understood.as_ref().and_then(|u| u.sheets.get(sheet as usize)) {
                choose(&to, Choice::guessed(sheet, summary));
            }
        })
    };
    html! {
        <SelectField
            id="import-sheet"
            label={w.sheet()}
            value={props.work.choice.sheet.to_string()}
            options={options.collect::<Vec<_>>()}
            {onchange}
        />
    }
}

fn header_field(props: &ColumnsProps, summary: &SheetSummary, w: Words) -> Html {
    let choice = props.work.choice.clone();
    let guessed = summary.header;
    let last = summary.rows.min(LOWEST_HEADER).max(choice.header.map_or(0, |h| h.row));
    let rows = (1..=last).map(|n| (n.to_string().into(), w.row(n).into()));
    let options: Vec<(AttrValue, AttrValue)> =
        std::iter::once(("0".into(), w.no_header().into())).chain(rows).collect();
    let value = choice.header.map_or(0, |h| h.row).to_string();
    let to = props.to.clone();
    let onchange = Callback::from(move |value: String| {
        let row = value.parse::<u32>().ok().filter(|row| *row > 0);
        // A header of two lines is known only where it was found.
        let header = row.map(|row| guessed.filter(|g| g.row == row).unwrap_or(Header { row, lines: 1 }));
        choose(&to, Choice { header, ..choice.clone() });
    });
    html! { <SelectField id="import-header" label={w.header_row()} {value} {options} {onchange} /> }
}

fn datum_field(props: &ColumnsProps, w: Words) -> Html {
    let known = [(Datum::Wgs84, w.datum_wgs84()), (Datum::Gcj02, w.datum_gcj02()), (Datum::Bd09, w.datum_bd09())];
    let choice = props.work.choice.clone();
    let place = known.iter().position(|(datum, _)| choice.datum == Some(*datum));
    let options: Vec<(AttrValue, AttrValue)> =
        known.iter().enumerate().map(|(i, (_, words))| (i.to_string().into(), (*words).into())).collect();
    let to = props.to.clone();
    let onchange = Callback::from(move |value: String| {
        let datum = value.parse::<usize>().ok().and_then(|i| known.get(i)).map(|(datum, _)| *datum);
        choose(&to, Choice { datum, ..choice.clone() });
    });
    html! {
        <SelectField
            id="import-datum"
            label={w.datum()}
            value={place.map(|i| i.to_string()).unwrap_or_default()}
            {options}
            none={w.datum_open()}
            {onchange}
        />
    }
}

#[derive(Properties, PartialEq)]
struct ColumnProps {
    column: ColumnSummary,
    work: Work,
    to: UseReducerDispatcher<Work>,
}

/// A column: what it is called, what it means, three of its values.
#[component]
fn Column(props: &ColumnProps) -> Html {
    let w = use_words::<Words>();
    let fields = use_words::<FieldWords>();
    let index = props.column.index;
    let letter = letters(index);
    let title = props.work.title(index);
    let label = if title == letter { w.column_bare(&letter) } else { w.column(&letter, &title) };
    let place = |field: &Field| Field::ALL.iter().position(|f| f == field);
    let meaning = props.work.choice.mapping.get(&index).and_then(place);
    let options: Vec<(AttrValue, AttrValue)> =
        Field::ALL.iter().enumerate().map(|(i, f)| (i.to_string().into(), fields.of(*f).into())).collect();
    let onchange = {
        let (to, choice) = (props.to.clone(), props.work.choice.clone());
        Callback::from(move |value: String| {
            let mut choice = choice.clone();
            choice.map(index, value.parse::<usize>().ok().and_then(|i| Field::ALL.get(i)).copied());
            choose(&to, choice);
        })
    };
    let samples = &props.column.samples;
    html! {
        <li class={classes!("import-column", meaning.is_none().then_some("import-skipped"))}>
            <SelectField
                id={format!("import-column-{index}")}
                {label}
                value={meaning.map(|i| i.to_string()).unwrap_or_default()}
                {options}
                none={w.skip()}
                {onchange}
            />
            <ul class="import-samples">
                if samples.is_empty() { <li>{ w.no_samples() }</li> }
                { for samples.iter().map(|sample| html! { <li>{ sample }</li> }) }
            </ul>
        </li>
    }
}

//! An import under way: the file, what was understood of it, what was agreed on, how far it is.
use super::importer::Heard;
use crm_domain::geo::Datum;
use crm_domain::ids::Uuid;
use crm_domain::imports::Match;
use crm_domain::imports::sheet::{
    Field, Header, ImportError, ImportRow, RowsRequest, SheetRows, SheetSummary, Understood,
};
use std::collections::BTreeMap;
use std::ops::Deref;
use std::rc::Rc;
use yew::prelude::*;

/// Something large that never changes: equal when it is the same one.
pub struct Whole<T>(Rc<T>);

impl<T> Whole<T> {
    pub fn of(value: T) -> Self {
        Self(Rc::new(value))
    }
}

impl<T> Clone for Whole<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> PartialEq for Whole<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Deref for Whole<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

/// What was agreed on: which sheet, where its header is, what its columns mean.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choice {
    pub sheet: u32,
    pub header: Option<Header>,
    pub mapping: BTreeMap<u32, Field>,
    /// How points without a label are taken.
    pub datum: Option<Datum>,
}

impl Choice {
    /// As the file was understood.
    pub fn guessed(sheet: u32, summary: &SheetSummary) -> Self {
        let mut choice = Choice { sheet, header: summary.header, ..Choice::default() };
        for column in &summary.columns {
            if let Some(field) = column.guess
                && !choice.mapping.values().any(|f| *f == field)
            {
                choice.mapping.insert(column.index, field);
            }
        }
        choice
    }

    /// A field means one column: the one that had it loses it.
    pub fn map(&mut self, column: u32, field: Option<Field>) {
        self.mapping.retain(|c, f| *c != column && Some(*f) != field);
        if let Some(field) = field {
            self.mapping.insert(column, field);
        }
    }

    pub fn has(&self, field: Field) -> bool {
        self.mapping.values().any(|f| *f == field)
    }

    pub fn has_points(&self) -> bool {
        [Field::Lat, Field::Lon, Field::LonLat].into_iter().any(|f| self.has(f))
    }

    /// None: no column is the name yet.
    fn request(&self) -> Option<RowsRequest> {
        self.has(Field::Name).then(|| RowsRequest {
            sheet: self.sheet,
            header: self.header,
            mapping: self.mapping.iter().map(|(column, field)| (*column, *field)).collect(),
            unlabelled: self.datum,
        })
    }
}

/// Why the file cannot be used at all; another must be chosen.
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    File(ImportError),
    /// The browser does not hand the file over.
    Unreadable,
    /// There is no importer here.
    NoImporter,
    Broken,
    Silent,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub enum Stage {
    #[default]
    Picking,
    Failed(Problem),
    /// The file is being understood.
    Reading,
    /// No column is the name: the person says which.
    Unnamed,
    /// The sheet cannot be used as it was chosen; another choice may do.
    Unfit(ImportError),
    /// Rows done, rows in all.
    Sorting(u32, u32),
    /// The book is asked which rows it knows.
    Matching,
    Ready,
    Bringing,
    /// Done, with the batch.
    Done(Uuid),
}

#[derive(Clone, Default, PartialEq)]
pub struct Work {
    pub file: AttrValue,
    pub stage: Stage,
    pub understood: Option<Whole<Understood>>,
    pub choice: Choice,
    /// Counts the requests for rows.
    pub round: u32,
    pub rows: Option<Whole<SheetRows>>,
    pub matches: Option<Whole<Vec<Match>>>,
}

pub enum Act {
    Picked(AttrValue),
    Failed(Problem),
    Heard(Heard),
    Choose(Choice),
    Matched(Vec<Match>),
    Bringing,
    NotBrought,
    Brought(Uuid),
    Again,
}

impl Work {
    pub fn request(&self) -> Option<RowsRequest> {
        self.choice.request()
    }

    pub fn summary(&self) -> Option<&SheetSummary> {
        self.understood.as_ref()?.sheets.get(self.choice.sheet as usize)
    }

    /// Whether the Worker may still be asked something.
    pub fn needs_importer(&self) -> bool {
        !matches!(self.stage, Stage::Picking | Stage::Failed(_) | Stage::Done(_))
    }

    /// The title of a column of the sheet, by its number; its letter where it has none.
    pub fn title(&self, column: u32) -> String {
        let place = self.summary().and_then(|s| s.columns.iter().position(|c| c.index == column));
        let header = place.and_then(|place| match &self.rows {
            Some(rows) => rows.headers.get(place).cloned(),
            None => self.summary().map(|s| s.columns[place].header.clone()),
        });
        header.filter(|h| !h.is_empty()).unwrap_or_else(|| letters(column))
    }

    /// What a row says under the customer's name, where it says anything; rows keep their cells only when they are not
    /// ready.
    pub fn name_in(&self, row: &ImportRow) -> Option<String> {
        let (column, _) = self.choice.mapping.iter().find(|(_, field)| **field == Field::Name)?;
        let place = self.summary()?.columns.iter().position(|c| c.index == *column)?;
        row.cells.get(place).filter(|cell| !cell.is_empty()).cloned()
    }

    fn choose(mut self, choice: Choice) -> Self {
        self.choice = choice;
        (self.rows, self.matches) = (None, None);
        self.round += 1;
        self.stage = match self.summary().and_then(|s| s.problem.clone()) {
            Some(problem) => Stage::Unfit(problem),
            None if self.choice.has(Field::Name) => Stage::Sorting(0, 0),
            None => Stage::Unnamed,
        };
        self
    }

    fn hear(mut self, heard: Heard) -> Self {
        match heard {
            Heard::Understood(understood) => {
                let sheet = understood.best_sheet;
                let choice = understood.sheets.get(sheet as usize).map(|s| Choice::guessed(sheet, s));
                self.understood = Some(Whole::of(understood));
                match choice {
                    Some(choice) => self.choose(choice),
                    None => self.fail(Problem::File(ImportError::Empty)),
                }
            }
            Heard::Progress(done, all) => {
                if let Stage::Sorting(..) = self.stage {
                    self.stage = Stage::Sorting(done, all);
                }
                self
            }
            Heard::Rows(rows) => {
                self.rows = Some(Whole::of(rows));
                self.stage = Stage::Matching;
                self
            }
            Heard::Refused(error) if self.understood.is_some() => {
                self.stage = Stage::Unfit(error);
                self
            }
            Heard::Refused(error) => self.fail(Problem::File(error)),
            Heard::Broken => self.fail(Problem::Broken),
            Heard::Silent => self.fail(Problem::Silent),
        }
    }

    fn fail(self, problem: Problem) -> Self {
        Work { file: self.file, stage: Stage::Failed(problem), ..Work::default() }
    }
}

impl Reducible for Work {
    type Action = Act;

    fn reduce(self: Rc<Self>, act: Act) -> Rc<Self> {
        let mut work = (*self).clone();
        Rc::new(match act {
            Act::Picked(file) => Work { file, stage: Stage::Reading, ..Work::default() },
            Act::Failed(problem) => work.fail(problem),
            // What comes after Cancel is of no interest.
            Act::Heard(_) if !work.needs_importer() => work,
            Act::Heard(heard) => work.hear(heard),
            Act::Choose(choice) => work.choose(choice),
            Act::Matched(matches) => {
                if work.stage == Stage::Matching {
                    work.matches = Some(Whole::of(matches));
                    work.stage = Stage::Ready;
                }
                work
            }
            Act::Bringing => {
                work.stage = Stage::Bringing;
                work
            }
            Act::NotBrought => {
                work.stage = Stage::Ready;
                work
            }
            Act::Brought(batch) => {
                work.stage = Stage::Done(batch);
                work
            }
            Act::Again => Work::default(),
        })
    }
}

/// A, B … Z, AA …
pub fn letters(column: u32) -> String {
    let last = char::from(b'A' + (column % 26) as u8);
    match column / 26 {
        0 => last.to_string(),
        more => format!("{}{last}", letters(more - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crm_domain::imports::sheet::{ColumnSummary, Format};
    use wasm_bindgen_test::wasm_bindgen_test;

    fn understood(guesses: &[Option<Field>]) -> Understood {
        let column = |(index, guess): (usize, &Option<Field>)| ColumnSummary {
            index: index as u32,
            header: String::new(),
            guess: *guess,
            datum: None,
            money_power: 0,
            samples: vec![],
        };
        let sheet = SheetSummary {
            name: "一".into(),
            rows: 9,
            header: Some(Header { row: 1, lines: 1 }),
            columns: guesses.iter().enumerate().map(column).collect(),
            problem: None,
        };
        Understood { format: Format::Xlsx, encoding: None, delimiter: None, sheets: vec![sheet], best_sheet: 0 }
    }

    fn after(acts: Vec<Act>) -> Rc<Work> {
        acts.into_iter().fold(Rc::new(Work::default()), Reducible::reduce)
    }

    #[wasm_bindgen_test]
    fn recognised_headers_lead_to_the_preview_without_a_tap() {
        let rows = SheetRows { headers: vec![], rows: vec![] };
        let start = || vec![Act::Picked("a.xlsx".into())];
        let named = Heard::Understood(understood(&[Some(Field::Name), Some(Field::Name), None]));
        let mut acts = start();
        acts.push(Act::Heard(named.clone()));
        assert_eq!(after(acts).stage, Stage::Sorting(0, 0));
        let mut acts = start();
        acts.extend([named.clone(), Heard::Rows(rows)].map(Act::Heard));
        acts.push(Act::Matched(vec![]));
        assert_eq!(after(acts).stage, Stage::Ready);
        let mut acts = start();
        acts.push(Act::Heard(Heard::Understood(understood(&[None]))));
        assert_eq!(after(acts).stage, Stage::Unnamed);
        let mut acts = start();
        acts.extend([Act::Again, Act::Heard(named)]);
        assert_eq!(after(acts).stage, Stage::Picking, "what comes after Cancel changes nothing");
        let mut acts = start();
        acts.push(Act::Heard(Heard::Silent));
        assert_eq!(after(acts).stage, Stage::Failed(Problem::Silent));
    }

    #[wasm_bindgen_test]
    fn a_field_means_one_column() {
        let summary = &understood(&[Some(Field::Name), Some(Field::Phone), None]).sheets[0];
        let mut choice = Choice::guessed(0, summary);
        choice.map(2, Some(Field::Phone));
        assert_eq!(choice.mapping, BTreeMap::from([(0, Field::Name), (2, Field::Phone)]));
        choice.map(0, None);
        assert_eq!(choice.request(), None);
    }

    #[wasm_bindgen_test]
    fn columns_are_lettered_as_spreadsheets_do() {
        for (column, expected) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(column), expected);
        }
    }
}

//! One row of the list, filled past Yew (see `VirtualList`).
use super::text::Words;
use crate::components::RowPainter;
use crate::routes::Route;
use crate::words::{Format, StateWords, mark_of};
use crm_domain::customers::Card;
use crm_domain::row::State;
use wasm_bindgen::UnwrapThrowExt;
use web_sys::{Document, Element};
use yew_router::Routable;

#[derive(Clone, PartialEq)]
pub struct CardPainter {
    pub words: Words,
    pub states: StateWords,
    pub format: Format,
    /// To the minute: what is said of days and hours changes with it.
    pub now: i64,
    /// Digits were searched: the phone is what was met.
    pub phones: bool,
}

impl RowPainter for CardPainter {
    type Item = Card;

    fn template(&self) -> String {
        r#"<a class="crow"><span class="crow-letter" aria-hidden="true"></span><span class="crow-text"><span class="crow-name"></span><span class="crow-facts"></span></span><span class="crow-end"><span class="tag"></span><span class="state"></span></span></a>"#.into()
    }

    fn paint(&self, row: &Element, card: &Card) {
        let document = gloo::utils::document();
        let link = part(row, ".crow");
        link.set_attribute("href", &Route::Customer { id: card.id }.to_path()).expect_throw("href is an attribute");
        part(row, ".crow-letter").set_text_content(card.name.get(..first_char(&card.name)));
        self.name(&document, &part(row, ".crow-name"), card);
        self.facts(&document, &part(row, ".crow-facts"), card);
        let tag = part(row, ".tag");
        tag.set_text_content(Some(&card.tier));
        tag.set_class_name(if card.tier == "A" { "tag tag-a" } else { "tag" });
        self.state(&part(row, ".state"), card.state);
    }
}

impl CardPainter {
    /// What the search met is marked, by ranges of characters.
    fn name(&self, document: &Document, into: &Element, card: &Card) {
        into.set_text_content(None);
        let chars: Vec<char> = card.name.chars().collect();
        let mut at = 0;
        for (from, to) in &card.matched {
            let (from, to) = ((*from as usize).clamp(at, chars.len()), (*to as usize).min(chars.len()));
            if from >= to {
                continue;
            }
            text(document, into, None, &chars[at..from].iter().collect::<String>());
            text(document, into, Some(("mark", "")), &chars[from..to].iter().collect::<String>());
            at = to;
        }
        text(document, into, None, &chars[at..].iter().collect::<String>());
    }

    /// The few facts that decide whom to see: late, how far, when last, where.
    fn facts(&self, document: &Document, into: &Element, card: &Card) {
        into.set_text_content(None);
        let (w, f) = (self.words, self.format);
        let mut first = true;
        let mut fact = |class: Option<&str>, said: &str| {
            if said.is_empty() {
                return;
            }
            if !std::mem::take(&mut first) {
                text(document, into, None, " · ");
            }
            text(document, into, class.map(|class| ("span", class)), said);
        };
        if self.phones {
            fact(None, &card.phone);
        }
        if let Some(m) = card.distance_m {
            fact(None, &f.distance(m));
        }
        match card.next_due.map(|due| (due, f.late(due, self.now))) {
            Some((_, Some(by))) => fact(Some("late"), &w.late(&by)),
            Some((due, None)) => fact(None, &w.next(&f.day(due, self.now))),
            None => {}
        }
        match card.last_visit {
            Some(at) => fact(None, &w.last(&f.day(at, self.now))),
            None => fact(None, w.never()),
        }
        if card.open_needs > 0 {
            fact(None, &w.open_needs(card.open_needs));
        }
        fact(None, &card.address);
    }

    /// Only what is not confirmed yet is marked.
    fn state(&self, into: &Element, state: State) {
        if matches!(state, State::Confirmed | State::BackedUp) {
            into.set_text_content(None);
            return;
        }
        let class = if state == State::Refused { "state state-refused" } else { "state state-open" };
        into.set_class_name(class);
        into.set_inner_html(&mark_of(state).markup());
        let document = gloo::utils::document();
        text(&document, into, Some(("span", "")), self.states.of(state));
    }
}

fn first_char(name: &str) -> usize {
    name.chars().next().map_or(0, char::len_utf8)
}

fn part(row: &Element, selector: &str) -> Element {
    row.query_selector(selector).ok().flatten().expect_throw("the row was made from the template")
}

/// Appends text, in an element of a class or bare.
fn text(document: &Document, into: &Element, element: Option<(&str, &str)>, said: &str) {
    if said.is_empty() {
        return;
    }
    match element {
        Some((tag, class)) => {
            let element = document.create_element(tag).expect_throw("a document makes elements");
            if !class.is_empty() {
                element.set_class_name(class);
            }
            element.set_text_content(Some(said));
            into.append_child(&element).expect_throw("an element takes children");
        }
        None => {
            into.append_child(&document.create_text_node(said)).expect_throw("an element takes text");
        }
    }
}

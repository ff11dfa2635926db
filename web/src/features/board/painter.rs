//! A customer as a row of a grid's list.
use super::text::Words;
use crate::components::RowPainter;
use crate::routes::Route;
use crate::words::Format;
use crm_domain::customers::Card;
use web_sys::Element;
use yew_router::Routable;

/// Redrawn in another language or minute.
#[derive(Clone, PartialEq)]
pub struct CustomerRow {
    pub words: Words,
    pub format: Format,
    pub now: i64,
}

impl RowPainter for CustomerRow {
    type Item = Card;

    fn template(&self) -> String {
        r#"<a class="row row-link"><span class="row-text"><span class="row-title"></span><span class="row-detail"></span></span><span class="row-value tag"></span></a>"#
            .into()
    }

    fn paint(&self, row: &Element, card: &Card) {
        let (w, f) = (self.words, self.format);
        let visited = card.last_visit.map_or_else(|| w.never().to_owned(), |at| w.last_visit(&f.day(at, self.now)));
        let next = card.next_due.map(|due| match card.overdue {
            true => format!("{} {}", w.late(), f.due(due, self.now)),
            false => w.next(&f.due(due, self.now)),
        });
        let facts = [(!card.address.is_empty()).then(|| card.address.clone()), Some(visited), next];
        let facts: Vec<String> = facts.into_iter().flatten().collect();
        text(row, ".row-title", &card.name);
        text(row, ".row-detail", &facts.join(" · "));
        text(row, ".row-value", &card.tier);
        if let Some(link) = row.first_element_child() {
            // Fails only for a name that is no attribute's.
            let linked = link.set_attribute("href", &Route::Customer { id: card.id }.to_path());
            debug_assert!(linked.is_ok());
        }
    }
}

fn text(row: &Element, part: &str, text: &str) {
    if let Ok(Some(part)) = row.query_selector(part) {
        part.set_text_content(Some(text));
    }
}

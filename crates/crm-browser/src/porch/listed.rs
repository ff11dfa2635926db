//! The two questions of the first screens, and their answers, in the JSON of `registry::Query` and `registry::View`: those
//! two enums whole are too large for the first download.
use crm_domain::registry::{Query, View};
use crm_domain::{customers, today};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
enum Question<'a> {
    Customers(&'a customers::Query),
    Today(&'a today::Query),
}

#[derive(Deserialize)]
enum Answer {
    Customers(Listed),
    Today(today::View),
}

#[derive(Deserialize)]
enum Listed {
    List(customers::Page),
}

/// None: not one of the two.
pub fn question(query: &Query) -> Option<Vec<u8>> {
    let question = match query {
        Query::Customers(list @ customers::Query::List(_)) => Question::Customers(list),
        Query::Today(day) => Question::Today(day),
        _ => return None,
    };
    serde_json::to_vec(&question).ok()
}

/// None: of another version.
pub fn answer(bytes: &[u8]) -> Option<View> {
    Some(match serde_json::from_slice(bytes).ok()? {
        Answer::Customers(Listed::List(page)) => View::Customers(customers::View::List(page)),
        Answer::Today(day) => View::Today(day),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crm_domain::ids::Uuid;

    #[test]
    fn the_questions_read_as_the_registrys() {
        let list = customers::List { text: "茶".into(), near: Some((1, 2)), limit: 20, ..Default::default() };
        let questions = [
            Query::Customers(customers::Query::List(list)),
            Query::Today(today::Query { day: (0, 86_400_000), near: None }),
        ];
        for query in questions {
            let bytes = question(&query).expect("one of the two");
            assert_eq!(serde_json::from_slice::<Query>(&bytes).ok(), Some(query));
        }
        assert_eq!(question(&Query::Customers(customers::Query::Detail { customer: Uuid::nil() })), None);
    }

    #[test]
    fn the_registrys_answers_are_read() {
        let day = today::View {
            promises: vec![],
            due: vec![],
            visits: vec![],
            open_visit: None,
            neglected: 1,
            nearby: None,
            made: today::Numbers::default(),
            customers: 2,
        };
        let page = customers::Page { total: 2, matched: 1, ..Default::default() };
        for view in [View::Today(day), View::Customers(customers::View::List(page))] {
            assert_eq!(answer(&serde_json::to_vec(&view).expect("JSON")), Some(view));
        }
        assert_eq!(answer(b"{}"), None);
    }
}

//! The pool in a real document: few nodes, the right rows, the right window asked for.
use super::pool::{Pool, Window, place_of};
use super::{RowPainter, WINDOW};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};

#[derive(Clone, PartialEq)]
struct Numbers;

impl RowPainter for Numbers {
    type Item = u32;
    fn template(&self) -> String {
        r#"<a style="display:block;height:40px"></a>"#.into()
    }
    fn paint(&self, row: &Element, item: &u32) {
        if let Some(link) = row.first_element_child() {
            link.set_text_content(Some(&item.to_string()));
        }
    }
}

/// A list 400 px high over rows of 40 px, which lie on each other until they are moved, as the app's CSS has it.
fn list() -> (HtmlElement, HtmlElement) {
    let document = gloo::utils::document();
    let element = |tag: &str, style: &str| {
        let element = document.create_element(tag).expect("an element").unchecked_into::<HtmlElement>();
        element.set_attribute("style", style).expect("a style");
        element
    };
    let scroller = element("div", "height:400px;overflow-y:auto");
    let rows = element("ul", "position:relative;margin:0;padding:0");
    let looks = element("style", "");
    looks.set_text_content(Some(".vlist-row{position:absolute;top:0;left:0}.vlist-row[hidden]{display:none}"));
    scroller.append_child(&looks).expect("a child");
    scroller.append_child(&rows).expect("a child");
    gloo::utils::body().append_child(&scroller).expect("a child");
    (scroller, rows)
}

fn window(total: u32, offset: u32) -> Window<Numbers> {
    let items = (offset..(offset + WINDOW).min(total)).collect::<Vec<u32>>();
    Window { total, offset, items: Rc::new(items), painter: Numbers, selected: None }
}

/// The rows that are shown: place and text, in the order of places.
fn shown(rows: &HtmlElement) -> Vec<(u32, String)> {
    let children = rows.children();
    let mut shown: Vec<(u32, String)> = (0..children.length())
        .filter_map(|i| children.item(i))
        .filter(|row| !row.has_attribute("hidden"))
        .filter_map(|row| Some((place_of(&row)?, row.text_content().unwrap_or_default())))
        .collect();
    shown.sort();
    shown
}

#[wasm_bindgen_test]
fn a_hundred_thousand_rows_stand_on_a_few_nodes() {
    let (scroller, rows) = list();
    let mut pool = Pool::new(scroller.clone(), rows.clone());
    pool.take(window(100_000, 0));
    assert_eq!(pool.arrange(), None, "the window at hand suffices at the top");
    let nodes = rows.child_element_count();
    assert!((10..=30).contains(&nodes), "{nodes} nodes");
    assert_eq!(shown(&rows).first(), Some(&(0, "0".into())));

    scroller.set_scroll_top(40 * 50_000);
    let asked = pool.arrange().expect("rows in sight are not at hand");
    assert!((49_900..=50_000).contains(&asked), "asked for {asked}");
    assert_eq!(pool.arrange(), None, "the same window is asked for once");
    pool.take(window(100_000, asked));
    assert_eq!(pool.arrange(), None);
    let there = shown(&rows);
    assert!(there.iter().all(|(at, text)| text == &at.to_string()), "{there:?}");
    assert!(there.iter().any(|(at, _)| *at == 50_005), "{there:?}");
    assert_eq!(rows.child_element_count(), nodes, "nodes are moved, not made");
    scroller.remove();
}

#[wasm_bindgen_test]
fn a_shorter_answer_hides_the_rows_that_are_gone() {
    let (scroller, rows) = list();
    let mut pool = Pool::new(scroller.clone(), rows.clone());
    pool.take(window(1_000, 0));
    pool.arrange();
    pool.take(window(3, 0));
    assert_eq!(pool.arrange(), None);
    assert_eq!(shown(&rows), [(0, "0".into()), (1, "1".into()), (2, "2".into())]);
    scroller.remove();
}

#[wasm_bindgen_test]
fn the_focus_walks_from_row_to_row_and_stays_in_sight() {
    let (scroller, rows) = list();
    let mut pool = Pool::new(scroller.clone(), rows.clone());
    pool.take(window(1_000, 0));
    pool.arrange();
    let links = rows.query_selector_all("a").expect("a selector");
    for i in 0..links.length() {
        let link = links.item(i).map(|n| n.unchecked_into::<Element>());
        link.expect("a link").set_attribute("href", "#").expect("an attribute");
    }
    for _ in 0..16 {
        pool.step(1);
    }
    let focused = gloo::utils::document().active_element().and_then(|e| place_of(&e));
    assert_eq!(focused, Some(15));
    let top = scroller.scroll_top();
    assert!(top > 0 && top <= 15 * 40, "scrolled to {top}");
    scroller.remove();
}

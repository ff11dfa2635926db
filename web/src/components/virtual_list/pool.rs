//! The nodes of a virtual list: as many as fit on the screen and a few more, moved and refilled as the list scrolls.
use super::{RowPainter, WINDOW};
use std::rc::Rc;
use wasm_bindgen::{JsCast, UnwrapThrowExt};
use web_sys::{Element, HtmlElement};

/// What is laid into the pool.
pub(super) struct Window<P: RowPainter> {
    pub total: u32,
    pub offset: u32,
    pub items: Rc<Vec<P::Item>>,
    pub painter: P,
    pub selected: Option<u32>,
}

impl<P: RowPainter> Clone for Window<P> {
    fn clone(&self) -> Self {
        Self { items: self.items.clone(), painter: self.painter.clone(), ..*self }
    }
}

impl<P: RowPainter> PartialEq for Window<P> {
    fn eq(&self, other: &Self) -> bool {
        (self.total, self.offset, self.selected) == (other.total, other.offset, other.selected)
            && self.painter == other.painter
            && (Rc::ptr_eq(&self.items, &other.items) || self.items == other.items)
    }
}

struct Node {
    row: HtmlElement,
    at: Option<u32>,
    /// The round in which it was painted; none: it stands empty.
    painted: Option<u32>,
}

/// Rows kept ready above and below the sight.
const SPARE: u32 = 6;
/// Windows start at a multiple of this, so that a little scrolling asks for the same one.
const STEP: u32 = 30;

pub(super) struct Pool<P: RowPainter> {
    scroller: HtmlElement,
    list: HtmlElement,
    nodes: Vec<Node>,
    row_height: f64,
    window: Option<Window<P>>,
    /// Counts the windows taken, so that a node knows whether it is stale.
    round: u32,
    asked: Option<u32>,
    /// The kept place was found again.
    pub placed: bool,
}

impl<P: RowPainter> Pool<P> {
    pub fn new(scroller: HtmlElement, list: HtmlElement) -> Self {
        Self { scroller, list, nodes: vec![], row_height: 0.0, window: None, round: 0, asked: None, placed: false }
    }

    pub fn take(&mut self, window: Window<P>) {
        self.round += 1;
        self.asked = None;
        self.window = Some(window);
    }

    pub fn scroll_to(&mut self, top: i32) {
        self.measure();
        self.scroller.set_scroll_top(top);
    }

    /// Puts every row in sight into its place. Gives the window to ask for when a row in sight is not at hand.
    pub fn arrange(&mut self) -> Option<u32> {
        self.measure();
        let window = self.window.as_ref()?;
        if self.row_height <= 0.0 {
            return None;
        }
        let in_sight = (f64::from(self.scroller.client_height()) / self.row_height).ceil() as u32 + 1;
        let want = in_sight + 2 * SPARE;
        let top = (f64::from(self.scroller.scroll_top()) / self.row_height) as u32;
        let first = top.saturating_sub(SPARE).min(window.total.saturating_sub(want));
        let last = (first + want).min(window.total);
        while (self.nodes.len() as u32) < want {
            let row = new_row(&self.list, &window.painter);
            self.nodes.push(Node { row, at: None, painted: None });
        }
        let count = self.nodes.len() as u32;
        for node in &mut self.nodes {
            if node.at.is_some_and(|at| at < first || at >= last) {
                node.leave();
            }
        }
        for at in first..last {
            let node = &mut self.nodes[(at % count) as usize];
            node.stand_at(at, self.row_height, window.total);
            let item = at.checked_sub(window.offset).and_then(|i| window.items.get(i as usize));
            match item {
                Some(item) if node.painted != Some(self.round) => {
                    window.painter.paint(&node.row, item);
                    set_class(&node.row, "vlist-empty", false);
                    set_class(&node.row, "vlist-selected", window.selected == Some(at));
                    node.painted = Some(self.round);
                }
                Some(_) => {}
                None => {
                    set_class(&node.row, "vlist-empty", true);
                    node.painted = None;
                }
            }
        }
        let (from, to) = (window.offset, window.offset + window.items.len() as u32);
        if last == first || (first >= from && last <= to) {
            return None;
        }
        let middle = (first + last) / 2;
        let start = middle.saturating_sub(WINDOW / 2) / STEP * STEP;
        // The same window is asked for once.
        (self.asked.replace(start) != Some(start)).then_some(start)
    }

    /// Moves the focus by one row and keeps it in sight.
    pub fn step(&mut self, by: i32) {
        let Some(total) = self.window.as_ref().map(|w| w.total).filter(|t| *t > 0) else { return };
        let focused = gloo::utils::document().active_element().and_then(|e| place_of(&e));
        let next = match focused {
            Some(at) => at.saturating_add_signed(by).min(total - 1),
            None => (f64::from(self.scroller.scroll_top()) / self.row_height.max(1.0)).ceil() as u32,
        };
        let (above, below) = (f64::from(next) * self.row_height, f64::from(next + 1) * self.row_height);
        let (top, height) = (f64::from(self.scroller.scroll_top()), f64::from(self.scroller.client_height()));
        if above < top {
            self.scroller.set_scroll_top(above as i32);
        } else if below > top + height {
            self.scroller.set_scroll_top((below - height).ceil() as i32);
        }
        // What `arrange` wants is asked for by the scrolling itself.
        self.asked = None;
        self.arrange();
        self.asked = None;
        let link = self.nodes.iter().find(|n| n.at == Some(next)).and_then(|n| n.row.first_element_child());
        if let Some(link) = link.and_then(|l| l.dyn_into::<HtmlElement>().ok()) {
            // A row that cannot take the focus keeps it where it was.
            let _ = link.focus();
        }
    }

    /// The height of a row is CSS's, large type included.
    fn measure(&mut self) {
        let Some(window) = &self.window else { return };
        if self.nodes.is_empty() {
            let row = new_row(&self.list, &window.painter);
            self.nodes.push(Node { row, at: None, painted: None });
        }
        let probe = &self.nodes[0].row;
        probe.set_hidden(false);
        let height = f64::from(probe.offset_height());
        if self.nodes[0].at.is_none() {
            self.nodes[0].row.set_hidden(true);
        }
        if height > 0.0 && (height - self.row_height).abs() > 0.5 {
            self.row_height = height;
            self.nodes.iter_mut().for_each(Node::leave);
        }
        let all = format!("{}px", self.row_height * f64::from(window.total));
        style(&self.list, "height", &all);
    }
}

impl Node {
    fn leave(&mut self) {
        if self.at.take().is_some() {
            self.row.set_hidden(true);
            self.painted = None;
        }
    }

    fn stand_at(&mut self, at: u32, height: f64, total: u32) {
        if self.at == Some(at) {
            return;
        }
        self.row.set_hidden(false);
        style(&self.row, "transform", &format!("translateY({}px)", f64::from(at) * height));
        attribute(&self.row, "data-at", &at.to_string());
        attribute(&self.row, "aria-posinset", &(at + 1).to_string());
        attribute(&self.row, "aria-setsize", &total.to_string());
        (self.at, self.painted) = (Some(at), None);
    }
}

fn new_row<P: RowPainter>(list: &HtmlElement, painter: &P) -> HtmlElement {
    let row = gloo::utils::document().create_element("li").expect_throw("a document makes list items");
    row.set_class_name("vlist-row vlist-empty");
    row.set_inner_html(&painter.template());
    list.append_child(&row).expect_throw("a list takes items");
    let row: HtmlElement = row.unchecked_into();
    row.set_hidden(true);
    row
}

/// The place of the row around an element.
pub(super) fn place_of(element: &Element) -> Option<u32> {
    element.closest(".vlist-row[data-at]").ok()??.get_attribute("data-at")?.parse().ok()
}

fn style(element: &HtmlElement, name: &str, value: &str) {
    element.style().set_property(name, value).expect_throw("an own style is writable");
}

fn attribute(element: &Element, name: &str, value: &str) {
    element.set_attribute(name, value).expect_throw("an attribute with a good name is writable");
}

fn set_class(element: &Element, class: &str, on: bool) {
    let list = element.class_list();
    let done = if on { list.add_1(class) } else { list.remove_1(class) };
    done.expect_throw("a class without blanks is writable");
}

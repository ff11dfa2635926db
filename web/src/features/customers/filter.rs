//! What the list shows: filters and order, kept while the app runs; `?show=` in the address sets them.
use crate::state::Whereabouts;
use crm_domain::customers::{List, Sort};
use crm_domain::ids::Uuid;
use serde::Deserialize;

/// How far nearby reaches, metres.
pub const NEARBY_M: u32 = 1_000;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    pub text: String,
    pub grid: Option<Uuid>,
    pub tiers: Vec<String>,
    pub overdue: bool,
    pub neglected: bool,
    pub nearby: bool,
    pub sort: Sort,
}

/// After `?` in the address of the list: `show` is `neglected`, `overdue` or `nearby`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Shown {
    pub show: Option<String>,
}

impl Filter {
    pub fn of_address(shown: &Shown) -> Option<Self> {
        let empty = Filter::default();
        match shown.show.as_deref()? {
            "neglected" => Some(Filter { neglected: true, ..empty }),
            "overdue" => Some(Filter { overdue: true, ..empty }),
            "nearby" => Some(Filter { nearby: true, neglected: true, sort: Sort::Distance, ..empty }),
            _ => None,
        }
    }

    /// Whether anything but order is set.
    pub fn narrows(&self) -> bool {
        let Filter { text, grid, tiers, overdue, neglected, nearby, sort: _ } = self;
        !text.is_empty() || grid.is_some() || !tiers.is_empty() || *overdue || *neglected || *nearby
    }

    /// Whether the position is needed.
    pub fn needs_place(&self) -> bool {
        self.nearby || self.sort == Sort::Distance
    }

    pub fn toggle_tier(&mut self, tier: &str) {
        match self.tiers.iter().position(|t| t == tier) {
            Some(at) => {
                self.tiers.remove(at);
            }
            None => {
                self.tiers.push(tier.to_owned());
                self.tiers.sort();
            }
        }
    }

    pub fn list(&self, place: Whereabouts, offset: u32, limit: u32) -> List {
        let near = place.point();
        List {
            text: self.text.clone(),
            grid: self.grid,
            tiers: self.tiers.clone(),
            overdue: self.overdue,
            neglected: self.neglected,
            // Without a position everybody is shown rather than nobody.
            within_m: (self.nearby && near.is_some()).then_some(NEARBY_M),
            sort: self.sort,
            near,
            archived: false,
            offset,
            limit,
        }
    }

    /// Says what the list shows, so that another list starts at its top.
    pub fn key(&self) -> String {
        format!("{self:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn the_address_sets_the_filters() {
        for (show, expected) in [
            (Some("neglected"), Some((true, false, Sort::Next))),
            (Some("nearby"), Some((true, true, Sort::Distance))),
            (Some("overdue"), Some((false, false, Sort::Next))),
            (Some("anything"), None),
            (None, None),
        ] {
            let shown = Shown { show: show.map(str::to_owned) };
            let got = Filter::of_address(&shown).map(|f| (f.neglected, f.nearby, f.sort));
            assert_eq!(got, expected, "{show:?}");
        }
    }

    #[wasm_bindgen_test]
    fn nearby_without_a_position_shows_everybody() {
        let filter = Filter { nearby: true, ..Filter::default() };
        assert_eq!(filter.list(Whereabouts::Locating, 0, 10).within_m, None);
        assert!(filter.narrows() && filter.needs_place());
    }

    #[wasm_bindgen_test]
    fn a_tier_goes_in_and_out() {
        let mut filter = Filter::default();
        filter.toggle_tier("B");
        filter.toggle_tier("A");
        assert_eq!(filter.tiers, ["A", "B"]);
        filter.toggle_tier("B");
        assert_eq!(filter.tiers, ["A"]);
    }
}

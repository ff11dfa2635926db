//! Where new customers go whose row names no grid: the one used last, the one held here, or the one chosen.
use crm_domain::grids::{Line, View};
use crm_domain::ids::Uuid;

/// The setting that names the grid used last.
pub const LAST_GRID: &str = "last-grid";

/// The grids that rows may go to. `mine`: a manager's rows go only to grids that she holds, where any is known.
pub fn open_to(all: &View, mine: bool) -> Vec<&Line> {
    let open: Vec<&Line> = all.0.iter().filter(|g| !g.archived).collect();
    let held: Vec<&Line> = open.iter().copied().filter(|g| g.customers > 0).collect();
    if mine && !held.is_empty() { held } else { open }
}

/// The one that stands there before anything is chosen.
pub fn first(open: &[&Line], last: Option<&str>) -> Option<Uuid> {
    let last = last.and_then(|text| text.parse::<Uuid>().ok());
    let known = open.iter().find(|g| Some(g.id) == last);
    let fullest = open.iter().filter(|g| g.customers > 0).max_by_key(|g| g.customers);
    let only = match open {
        [only] => Some(only),
        _ => None,
    };
    known.or(fullest).or(only).map(|g| g.id)
}

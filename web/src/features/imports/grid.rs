//! Where new customers go whose row names no grid: the one used last, the one held here, or the one chosen.
use crm_domain::grids::Line;
use crm_domain::ids::Uuid;

/// The setting that names the grid used last.
pub const LAST_GRID: &str = "last-grid";

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

//! Grids (网格) as other screens need them: choosing one of hundreds, and moving a customer to another.
mod moving;
mod picker;
mod text;

pub use moving::MoveCustomer;
pub use picker::{GridPicker, fits};

use crm_domain::grids::{Line, View};

/// The grids that the person may put customers into.
pub fn open_to(all: &View) -> Vec<&Line> {
    all.0.iter().filter(|grid| grid.open).collect()
}

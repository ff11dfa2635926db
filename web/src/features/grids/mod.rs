//! Grids (网格) as other screens need them: choosing one of hundreds, moving a customer to another, or all of them.
mod moving;
mod picker;
mod text;
mod transfer;

pub use moving::MoveCustomer;
pub use picker::{GridPicker, fits};
pub use transfer::Transfers;

use crm_domain::grids::{Line, View};

/// The grids that the person may put customers into.
pub fn open_to(all: &View) -> Vec<&Line> {
    all.0.iter().filter(|grid| grid.open).collect()
}

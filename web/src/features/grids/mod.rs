//! Grids (网格) as other screens need them: choosing one of hundreds, and moving a customer to another.
mod moving;
mod picker;
mod text;

pub use moving::MoveCustomer;
pub use picker::{GridPicker, fits};

use crm_domain::grids::{Line, View};
use crm_domain::people::Role;

/// The grids that somebody may put customers into: managers and leads those that they hold here, where any is known.
pub fn open_to(all: &View, role: Role) -> Vec<&Line> {
    let open: Vec<&Line> = all.0.iter().filter(|g| !g.archived).collect();
    let held: Vec<&Line> = open.iter().copied().filter(|g| g.customers > 0).collect();
    if role <= Role::Lead && !held.is_empty() { held } else { open }
}

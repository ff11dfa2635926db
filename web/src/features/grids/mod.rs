//! Grids (网格) as other screens need them: choosing one of hundreds, and moving a customer to another.
mod moving;
mod picker;
mod text;

pub use moving::MoveCustomer;
pub use picker::{GridPicker, fits};

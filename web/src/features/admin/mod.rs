//! Administration (desk first): people and their grids, devices, grids. Every change is a command; passwords go to the
//! server alone.
mod chosen;
mod devices;
mod grid_forms;
mod grids;
mod new_person;
mod panes;
mod password;
mod people;
mod person;
mod text;

pub use devices::Devices;
pub use grids::Grids;
pub use people::People;

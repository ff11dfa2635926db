//! Photos (照片): taken in a visit or before it, shown small where they belong and whole at a tap.
mod exif;
mod small;
mod strip;
mod take;
mod text;
mod use_photo;
mod whole;

pub use strip::{Photos, Take};

//! Values as people write them in spreadsheets and on cards, read into one form: names, phones, money, counts, dates, tiers.
//! Pure functions over text; what cannot be read is an error to show, never a guess.
pub mod cities;
pub mod csv;
mod date;
mod decimal;
mod name;
mod number;
mod phone;
mod text;
mod tier;

pub use date::{CivilDate, DateError, date};
pub use name::{display_name, name_key};
pub use number::{NumberError, count, degrees, money};
pub use phone::{PhoneError, mask_phone, phone};
pub use text::{clean, half_width, is_invisible, tidy};
pub use tier::{Tier, tier};

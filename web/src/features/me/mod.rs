//! Me (我的): sync, attendance, what is held about me, settings, the way out.
mod attendance;
mod bring;
mod export;
mod home;
mod locked;
mod password;
mod photo_road;
mod privacy;
mod queue;
mod settings;
mod sign_out;
mod sync;
mod text;

pub use attendance::Attendance;
pub use home::Me;
pub use locked::Locked;
pub use privacy::Privacy;
pub use settings::Settings;
pub use sync::Sync;

//! Wires the screens to the browser. The only file of this crate that may name `crm-browser`.
fn main() {
    #[cfg(feature = "fake")]
    web::app::start(web::fake::ports());
}

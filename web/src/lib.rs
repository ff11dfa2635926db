//! The screens of Zoufang. They use the replica through [`crm_replica::ports::Door`], the device through
//! [`crm_replica::ports::Device`] and the rest through [`ports`]; nothing here stores, sends or judges.
pub mod app;
pub mod components;
pub mod features;
pub mod frame;
pub mod ports;
pub mod routes;
pub mod state;
pub mod words;

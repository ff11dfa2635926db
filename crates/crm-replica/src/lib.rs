//! One device's copy of the book: execute, ask, watch, outbox, sync. Sans-IO: [`Replica::step`] takes an input and gives
//! the effects to perform; `crm-browser` performs them, and the simulator does the same with a model.
pub mod ports;

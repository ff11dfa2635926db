//! The business itself: records, commands, queries, rules, merge policies. Pure: no IO, clock, randomness or prose.
pub mod geo;
pub mod search;
pub mod written;

//! Tables (being built).

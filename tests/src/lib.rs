//! Stories, contracts, simulator, journeys.

//! Journeys and contracts: the one integration test binary.

mod store;

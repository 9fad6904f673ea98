//! Journeys and contracts: the one integration test binary.

mod audit_vectors;
mod store;

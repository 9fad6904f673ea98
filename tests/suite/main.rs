//! Journeys and contracts: the one integration test binary.

//! Journeys and contracts: the one integration test binary.
#![allow(clippy::unwrap_used, reason = "what a test cannot go on without is as good as an assertion")]

mod audit_cli;
mod audit_second_verifier;
mod audit_vectors;
mod cli;
mod crash;
mod demo;
mod journeys;
mod judged_corpus;
mod notify;
mod platform;
mod sandbox;
mod seal;
mod seal_outlets;
mod store;
mod transparency;
mod traps;
mod web;

//! Majlis: the public's comments in, the written policy applied, replies owed, everything logged.
//!
//! The modules stand in the order of who may import whom; `ARCHITECTURE.md` tells the story
//! and a unit test enforces the order.

pub mod domain;

pub mod clock;
pub mod config;

pub mod store;

pub mod platform;

pub mod notify;

pub mod stage;

pub mod sandbox;

#[cfg(any(test, feature = "train"))]
pub mod train;

pub mod web;

pub mod telemetry;

pub mod app;

pub mod cli;

#[cfg(test)]
mod house;

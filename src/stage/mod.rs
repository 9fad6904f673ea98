//! Stages: load, think, write once. Each takes work from the queue or the clock and leaves its result in one
//! transaction.

pub mod seal;

//! The ground floor: what the ministry's work *is*, as pure values and functions.
//!
//! Nothing here is async, touches a file, a socket or a database, or asks what time it is.

pub mod acknowledgement;
pub mod action;
pub mod attribution;
pub mod audit;
pub mod blanks;
pub mod calendar;
pub mod comment;
pub mod credentials;
pub mod document;
pub mod escalation;
pub mod holder;
pub mod interval;
pub mod judge;
pub mod lang;
pub mod limits;
pub mod look;
pub mod notice;
pub mod opinion;
pub mod password;
pub mod permalink;
pub mod policy;
pub mod poll_plan;
pub mod quota;
pub mod reply;
pub mod report;
pub mod retention;
pub mod routing;
pub mod sample;
pub mod session;
pub mod staff;
pub mod text;
pub mod token_key;
pub mod topics;
pub mod transparency;

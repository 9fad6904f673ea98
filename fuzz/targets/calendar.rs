//! Any text is read as a calendar: a calendar or problems, never a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use majlis::domain::calendar::Calendar;

fuzz_target!(|text: &str| {
    let _ = Calendar::parse("calendar.toml", text);
});

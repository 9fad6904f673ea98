//! Any bytes are read as a page of each platform, as far as they go.

#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use majlis::platform::read_any;

fuzz_target!(|bytes: &[u8]| {
    read_any(bytes, Timestamp::UNIX_EPOCH);
});

//! Any text, up to its first NUL, is read as `policy.toml`, and the rest as each word list that it names, and the whole as a
//! bundle: a policy or problems, never a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use majlis::domain::policy::{Bundle, Policy};

fuzz_target!(|text: &str| {
    let (policy, list) = text.split_once('\0').unwrap_or((text, "phrase\tgroup\tlanguage\tsource\n"));
    let gathered = Bundle::gather(policy.to_owned(), |_| Ok(list.to_owned())).ok();
    for bundle in gathered.into_iter().chain(Bundle::from_text(text)) {
        let _ = Policy::parse(&bundle);
    }
});

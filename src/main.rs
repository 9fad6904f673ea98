//! `majlis`: parse the words, do what they say, print the outcome once.

use std::process::ExitCode;

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    majlis::cli::main()
}

//! `majlis`: parse the words, do what they say, print the outcome once.

use std::process::ExitCode;

fn main() -> ExitCode {
    majlis::cli::main()
}

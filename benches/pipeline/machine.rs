//! Where and when it was measured.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use majlis::clock::{Clock, SystemClock};

use super::Failure;

/// The date, the commit and the machine, as lines of a list.
pub(crate) fn describe(scratch: &Path) -> Result<String, Failure> {
    let cores = std::thread::available_parallelism()?;
    Ok(format!(
        "- date: {}\n- commit: {}\n- processor: {}, {cores} cores\n- memory: {}\n- disk: a write of 4 KiB is durable \
         after {:.2} ms (median of 200)\n- load when it began: {}\n",
        &SystemClock.now().to_string()[..10],
        commit(),
        line_of("/proc/cpuinfo", "model name"),
        line_of("/proc/meminfo", "MemTotal"),
        durable_write(scratch)?.as_secs_f64() * 1e3,
        fs::read_to_string("/proc/loadavg").unwrap_or_else(|_| "unknown".to_owned()).trim(),
    ))
}

fn commit() -> String {
    let git = |words: &[&str]| {
        let told = Command::new("git").args(words).output().ok().filter(|told| told.status.success());
        told.map(|told| String::from_utf8_lossy(&told.stdout).trim().to_owned())
    };
    let changed =
        git(&["status", "--porcelain", "--untracked-files=no"]).is_some_and(|files| !files.is_empty());
    let commit = git(&["rev-parse", "--short", "HEAD"]).unwrap_or_else(|| "unknown".to_owned());
    if changed { format!("{commit} with changes") } else { commit }
}

/// What a file of the system says under a name.
fn line_of(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix(':'));
    line.map_or_else(|| "unknown".to_owned(), |value| value.trim().to_owned())
}

fn durable_write(scratch: &Path) -> Result<Duration, Failure> {
    let mut file = File::create(scratch.join("write"))?;
    let mut times = Vec::new();
    for _ in 0..200 {
        let began = Instant::now();
        file.write_all(&[1; 4_096])?;
        file.sync_data()?;
        times.push(began.elapsed());
    }
    times.sort_unstable();
    Ok(times[times.len() / 2])
}

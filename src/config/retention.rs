//! `[retention]`: how long personal content is kept, and when what has expired is erased.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::schedule::PollSchedule;
use crate::domain::retention::Retention;

/// `[retention]` as it is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RetentionFile {
    /// When, on the wall clock of the official calendar. Six fields, seconds first.
    pub schedule: PollSchedule,
    /// Days after which what the public wrote is erased, with its author and all that was said about it; never where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments_days: Option<NonZeroU32>,
    /// Days after which the words of our replies are; never where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replies_days: Option<NonZeroU32>,
    /// Days after which the reasons that staff gave are, and their notes about topics; never where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasons_days: Option<NonZeroU32>,
    /// Days after which a comment of YouTube is erased that was not read again.
    pub youtube_days: NonZeroU32,
    /// Hours after which a comment is erased that is gone from its platform.
    pub gone_hours: NonZeroU32,
}

impl Default for RetentionFile {
    fn default() -> Self {
        Self {
            schedule: "0 15 3 * * *".parse().expect("a default schedule is one"),
            comments_days: None,
            replies_days: None,
            reasons_days: None,
            youtube_days: Retention::YOUTUBE_DAYS,
            gone_hours: Retention::GONE_HOURS,
        }
    }
}

/// How long personal content is kept.
#[derive(Debug, Clone)]
pub struct RetentionConfig {
    /// When what has expired is looked for.
    pub schedule: PollSchedule,
    /// What has.
    pub kept: Retention,
}

impl Default for RetentionConfig {
    fn default() -> Self {
        resolve(&RetentionFile::default())
    }
}

pub(super) fn resolve(file: &RetentionFile) -> RetentionConfig {
    let kept = Retention {
        comments: file.comments_days,
        replies: file.replies_days,
        reasons: file.reasons_days,
        youtube: file.youtube_days,
        gone: file.gone_hours,
    };
    RetentionConfig { schedule: file.schedule.clone(), kept }
}

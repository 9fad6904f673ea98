//! Dealing a corpus: which comment is written where, under what, by whom and when.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::corpus::CorpusComment;
use super::people;
use super::world::{Draft, Key, PostKey, Standing, World};
use crate::domain::comment::{Platform, SourceId};

/// Over how long comments without a time of their own are spread.
const SPREAD: SignedDuration = SignedDuration::from_mins(10);

/// Where one comment of a corpus went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Published {
    /// The platform it was written on.
    pub platform: Platform,
    /// The source it belongs to.
    pub source: SourceId,
    /// The platform's id of it.
    pub platform_comment_id: String,
}

/// Lets the public write `comments`, in their order; those without a time from `now` on.
pub(super) fn publish(world: &mut World, comments: &[CorpusComment], now: Timestamp) -> Vec<Published> {
    let mut turns = Turns::default();
    let mut keys: Vec<Key> = Vec::with_capacity(comments.len());
    for (index, comment) in comments.iter().enumerate() {
        let parent = comment.reply_to.and_then(|earlier| keys.get(earlier).copied());
        let platform = match parent {
            Some(parent) => world[parent].platform,
            None => comment.platform.or(only_platform(comment)).unwrap_or_else(|| turns.platform()),
        };
        let spread = SPREAD * i32::try_from(index).unwrap_or(i32::MAX)
            / i32::try_from(comments.len()).unwrap_or(i32::MAX);
        let asked = comment
            .at
            .or_else(|| comment.after_minutes.map(|minutes| world.minutes_after_start(minutes)))
            .unwrap_or(now + spread);
        // An answer comes after what it answers.
        let earliest =
            parent.map_or(Timestamp::MIN, |parent| world[parent].written_at + SignedDuration::from_secs(1));
        let mention = platform == Platform::X && comment.mention && parent.is_none();
        let draft = Draft {
            platform,
            post: (parent.is_none() && !mention).then(|| turns.post(world, platform)),
            parent,
            author: match &comment.author {
                Some(name) => people::called(platform, name),
                None => world.stranger(platform),
            },
            text: comment.text.clone(),
            written_at: asked.max(earliest),
            ours: false,
            standing: match platform {
                Platform::Youtube if comment.held => Standing::Held,
                _ => Standing::Shown,
            },
        };
        keys.push(say(world, draft));
    }
    let published = |key: Key| {
        let written = &world[key];
        Published {
            platform: written.platform,
            source: SourceId(written.platform.as_str().to_owned()),
            platform_comment_id: written.id.clone(),
        }
    };
    keys.into_iter().map(published).collect()
}

/// The platform of what only one platform has.
fn only_platform(comment: &CorpusComment) -> Option<Platform> {
    match (comment.mention, comment.held) {
        (true, _) => Some(Platform::X),
        (_, true) => Some(Platform::Youtube),
        _ => None,
    }
}

/// Lets one of the public write. On X the text names us where X would put our handle: before an
/// answer to a post of ours, and in what stands outside our conversations.
pub(super) fn say(world: &mut World, mut draft: Draft) -> Key {
    if draft.platform == Platform::X && draft.parent.is_none_or(|parent| world[parent].ours) {
        let us = format!("@{}", world.ours(Platform::X).handle);
        if !draft.text.contains(&us) {
            draft.text = format!("{us} {}", draft.text);
        }
    }
    world.write(draft)
}

/// Whose turn it is.
#[derive(Debug, Default)]
struct Turns {
    platform: usize,
    post: [usize; 4],
}

impl Turns {
    fn platform(&mut self) -> Platform {
        let turn = Platform::ALL[self.platform % Platform::ALL.len()];
        self.platform += 1;
        turn
    }

    fn post(&mut self, world: &World, platform: Platform) -> PostKey {
        let posts: Vec<PostKey> = world.posts(platform).map(|(key, _)| key).collect();
        let turn = &mut self.post[platform as usize];
        let post = posts[*turn % posts.len()];
        *turn += 1;
        post
    }
}

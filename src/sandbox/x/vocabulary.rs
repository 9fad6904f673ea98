//! The two vocabularies, and what a call asks for in one of them.
//!
//! Lists of names: X's OpenAPI 2.167 (`post.*`) and 2.166 (`tweet.*`).

use super::problem::{Outcome, Problem};
use crate::sandbox::call::Params;

/// The names of one vocabulary.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Vocabulary {
    /// The parameter that lists fields.
    pub(super) fields: &'static str,
    pub(super) edit_history: &'static str,
    pub(super) referenced: &'static str,
    /// The expansion that brings what is referenced.
    pub(super) referenced_expansion: &'static str,
    /// Where expanded posts stand in `includes`.
    pub(super) included_posts: &'static str,
    pub(super) repost_count: &'static str,
    /// What may be listed in `fields` beside [`FIELDS`].
    own_fields: &'static [&'static str],
    /// What may be listed in `expansions` beside [`EXPANSIONS`].
    own_expansions: &'static [&'static str],
    /// What may be expanded of a user.
    user_expansions: &'static [&'static str],
}

/// Since August 2026.
pub(super) const POSTS: Vocabulary = Vocabulary {
    fields: "post.fields",
    edit_history: "edit_history_post_ids",
    referenced: "referenced_posts",
    referenced_expansion: "referenced_posts",
    included_posts: "posts",
    repost_count: "repost_count",
    own_fields: &["article_title", "note_post"],
    own_expansions: &["edit_history_post_ids", "referenced_posts", "username"],
    user_expansions: &["affiliation", "most_recent_post_id", "pinned_post_id"],
};

/// Before August 2026; still in the prose of the documentation.
pub(super) const TWEETS: Vocabulary = Vocabulary {
    fields: "tweet.fields",
    edit_history: "edit_history_tweet_ids",
    referenced: "referenced_tweets",
    referenced_expansion: "referenced_tweets.id",
    included_posts: "tweets",
    repost_count: "retweet_count",
    own_fields: &[
        "author_id",
        "edit_history_tweet_ids",
        "in_reply_to_user_id",
        "note_tweet",
        "referenced_tweets",
    ],
    own_expansions: &[
        "edit_history_tweet_ids",
        "entities.note.mentions.username",
        "referenced_tweets.id",
        "referenced_tweets.id.attachments.media_keys",
        "referenced_tweets.id.author_id",
    ],
    user_expansions: &["affiliation.user_id", "most_recent_tweet_id", "pinned_tweet_id"],
};

const FIELDS: &[&str] = &[
    "article",
    "attachments",
    "card_uri",
    "community_id",
    "context_annotations",
    "conversation_id",
    "created_at",
    "display_text_range",
    "edit_controls",
    "entities",
    "geo",
    "id",
    "lang",
    "matched_media_notes",
    "media_metadata",
    "non_public_metrics",
    "note_request_suggestions",
    "organic_metrics",
    "paid_partnership",
    "possibly_sensitive",
    "promoted_metrics",
    "public_metrics",
    "reply_settings",
    "scopes",
    "source",
    "suggested_source_links",
    "suggested_source_links_with_counts",
    "text",
    "withheld",
];

const EXPANSIONS: &[&str] = &[
    "article.cover_media",
    "article.media_entities",
    "attachments.media_keys",
    "attachments.media_source_tweet",
    "attachments.poll_ids",
    "author_id",
    "entities.mentions.username",
    "geo.place_id",
    "in_reply_to_user_id",
];

const USER_FIELDS: &[&str] = &[
    "affiliation",
    "confirmed_email",
    "connection_status",
    "created_at",
    "description",
    "entities",
    "id",
    "is_identity_verified",
    "location",
    "most_recent_post_id",
    "most_recent_tweet_id",
    "name",
    "parody",
    "pinned_post_id",
    "pinned_tweet_id",
    "profile_banner_url",
    "profile_image_url",
    "protected",
    "public_metrics",
    "receives_your_dm",
    "subscribes_to_you",
    "subscription",
    "subscription_type",
    "url",
    "username",
    "verified",
    "verified_followers_count",
    "verified_type",
    "withheld",
];

/// Parameters that every read takes.
const OBJECT_FIELDS: [&str; 6] =
    ["expansions", "user.fields", "media.fields", "poll.fields", "place.fields", "post.fields"];

/// What a read asks to be shown.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    pub(super) vocabulary: &'static Vocabulary,
    fields: Vec<&'a str>,
    expansions: Vec<&'a str>,
    user_fields: Vec<&'a str>,
}

/// What a read is about, which decides what can be expanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    Posts,
    Users,
}

impl<'a> Shown<'a> {
    /// Reads what a call asks for, and refuses parameters that are neither of these nor `own`.
    pub(super) fn asked(params: &'a Params, about: About, own: &[&str]) -> Outcome<Self> {
        for name in params.names() {
            if !OBJECT_FIELDS.contains(&name) && name != TWEETS.fields && !own.contains(&name) {
                let allowed = own.iter().chain(&OBJECT_FIELDS).copied().collect::<Vec<_>>().join(",");
                let message = format!("The query parameter [{name}] is not one of [{allowed}]");
                return Err(Problem::invalid(name, params.get(name).unwrap_or_default(), message));
            }
        }
        let vocabulary = match (params.get(POSTS.fields), params.get(TWEETS.fields)) {
            (Some(_), Some(value)) => {
                let message = "post.fields and tweet.fields are two vocabularies; use one of them";
                return Err(Problem::invalid(TWEETS.fields, value, message));
            }
            (None, Some(_)) => &TWEETS,
            (Some(_), None) => &POSTS,
            (None, None) => {
                let old = |name: &&str| name.contains("tweet") && !EXPANSIONS.contains(name);
                if params.list("expansions").iter().any(old) { &TWEETS } else { &POSTS }
            }
        };
        let (expansions, own_expansions) = match about {
            About::Posts => (EXPANSIONS, vocabulary.own_expansions),
            About::Users => (&[] as &[&str], vocabulary.user_expansions),
        };
        Ok(Shown {
            vocabulary,
            fields: known(params, vocabulary.fields, FIELDS, vocabulary.own_fields)?,
            expansions: known(params, "expansions", expansions, own_expansions)?,
            user_fields: known(params, "user.fields", USER_FIELDS, &[])?,
        })
    }

    /// Whether a field is to be shown: it was listed, or an expansion brings it.
    pub(super) fn field(&self, name: &str) -> bool {
        self.fields.contains(&name) || self.expansions.contains(&name)
    }

    /// Whether an expansion was asked for.
    pub(super) fn expands(&self, name: &str) -> bool {
        self.expansions.contains(&name)
    }

    /// Whether a field of users is to be shown.
    pub(super) fn user_field(&self, name: &str) -> bool {
        self.user_fields.contains(&name)
    }
}

fn known<'a>(params: &'a Params, name: &str, all: &[&str], own: &[&str]) -> Outcome<Vec<&'a str>> {
    let listed = params.list(name);
    match listed.iter().find(|value| !all.contains(value) && !own.contains(value)) {
        None => Ok(listed),
        Some(value) => {
            let allowed = all.iter().chain(own).copied().collect::<Vec<_>>().join(",");
            Err(Problem::invalid(
                name,
                value,
                format!("The `{name}` query parameter value [{value}] is not one of [{allowed}]"),
            ))
        }
    }
}

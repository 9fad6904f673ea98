//! A round of a Page: its newest posts, then the comments of each. Pages in, pages out; no network.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::comment::{Author, Incoming, Written};
use crate::platform::graph;
use crate::platform::paging::{Items, Onward, Reader, Spot, cursor};
use crate::platform::{Next, Page, json};

/// How many of the newest posts a round reads.
const POSTS_MAX: usize = 100;

/// Where a round stands.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "list", rename_all = "lowercase")]
pub(super) enum At {
    /// Among the posts.
    Posts {
        /// Found so far.
        found: Vec<String>,
        /// Where the list goes on.
        spot: Spot,
    },
    /// Among the comments of a post.
    Comments {
        /// The post.
        post: String,
        /// The posts after it.
        rest: Vec<String>,
        /// Where its list goes on.
        spot: Spot,
    },
}

impl Default for At {
    fn default() -> Self {
        At::Posts { found: Vec::new(), spot: Spot::default() }
    }
}

/// A page of posts, after those `found` already. It holds no comments; it says only whose to read.
pub(super) fn posts(page: &Value, mut found: Vec<String>, spot: &Spot) -> Page {
    let ids: Vec<String> =
        json::list(page, "/data").iter().filter_map(|post| json::id(post, "/id")).collect();
    let onward = spot.after(ids.iter().map(String::as_str), graph::next_page(page));
    for id in ids {
        if found.len() < POSTS_MAX && !found.contains(&id) {
            found.push(id);
        }
    }
    match onward {
        Onward::To(spot) if found.len() < POSTS_MAX => {
            Items::default().whole(Next::Page(cursor(&At::Posts { found, spot })), false)
        }
        onward => Items::default().whole(next_post(found), onward == Onward::Circles),
    }
}

/// A page of the comments under `post`.
pub(super) fn comments(
    page: &Value,
    post: String,
    rest: Vec<String>,
    spot: &Spot,
    reader: Reader<'_>,
) -> Page {
    let items = items(page, reader, Some(&post));
    let onward = spot.after(items.ids(), graph::next_page(page));
    let gap = onward == Onward::Circles;
    let deeper = match onward {
        Onward::To(spot) => Some(cursor(&At::Comments { post, rest: rest.clone(), spot })),
        Onward::Ended | Onward::Circles => None,
    };
    items.leavable(deeper, next_post(rest), gap)
}

/// What there is to read under a post that was deleted since it was listed.
pub(super) fn deleted_post(rest: Vec<String>) -> Page {
    Items::default().whole(next_post(rest), false)
}

fn next_post(mut posts: Vec<String>) -> Next {
    if posts.is_empty() {
        return Next::RoundEnds(cursor(&At::default()));
    }
    let post = posts.remove(0);
    Next::Page(cursor(&At::Comments { post, rest: posts, spot: Spot::default() }))
}

/// The comments on a page; `post` is the one they stand under, where that is known.
pub(super) fn items(page: &Value, reader: Reader<'_>, post: Option<&str>) -> Items {
    let mut items = Items::default();
    for item in json::list(page, "/data") {
        items.take(comment(item, reader, post));
    }
    items
}

fn comment(item: &Value, reader: Reader<'_>, post: Option<&str>) -> Option<Incoming> {
    let author = Author { id: json::id(item, "/from/id"), name: json::name(item, "/from/name") };
    let written = Written {
        parent_id: json::id(item, "/parent/id").filter(|parent| Some(parent.as_str()) != post),
        post_id: post.map(str::to_owned),
        created_at: json::time(item, "/created_time"),
        ours: author.id.as_deref() == Some(reader.account),
        author: Some(author),
    };
    let text = json::text(item, "/message").unwrap_or_default();
    Some(Incoming::new(json::id(item, "/id")?, text, reader.now, written))
}

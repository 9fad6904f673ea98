//! Comments as YouTube shows them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Asked, HERE, Outcome, Refused};
use crate::sandbox::page::Page;
use crate::sandbox::world::{Key, Standing, World};

/// How a comment is to be shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    html: bool,
    /// Reads by id never tell the moderation status.
    status: bool,
}

impl Style {
    /// The style that a call asks for; without `textFormat` the text is HTML.
    pub(super) fn asked(asked: &Asked<'_>, status: bool) -> Outcome<Self> {
        match asked.call.query.get("textFormat") {
            None | Some("html" | "textFormatUnspecified") => Ok(Style { html: true, status }),
            Some("plainText") => Ok(Style { html: false, status }),
            Some(other) => {
                Err(Refused::new(400, "invalidParameter", format!("Invalid value '{other}' for textFormat")))
            }
        }
    }
}

/// One comment, a `youtube#comment`.
pub(super) fn comment(world: &World, key: Key, style: Style) -> Value {
    let comment = &world[key];
    let author = &comment.author;
    let handle = format!("@{}", author.handle);
    let mut snippet = json!({
        "channelId": world.ours(HERE).account_id,
        "textDisplay": if style.html { html(&comment.text) } else { comment.text.clone() },
        "authorDisplayName": handle,
        "authorProfileImageUrl": "https://yt3.ggpht.com/ytc/example=s48-c-k-c0x00ffffff-no-rj",
        "authorChannelUrl": format!("http://www.youtube.com/{handle}"),
        "authorChannelId": {"value": author.id},
        "canRate": true,
        "viewerRating": "none",
        "likeCount": key.0 % 4,
        "publishedAt": time(comment.written_at),
        "updatedAt": time(comment.edited_at.unwrap_or(comment.written_at)),
    });
    if let Some(post) = comment.post {
        snippet["videoId"] = json!(world.post(post).id);
    }
    if let Some(parent) = comment.parent {
        snippet["parentId"] = json!(world[parent].id);
    }
    // What was typed is for its author alone.
    if comment.ours {
        snippet["textOriginal"] = json!(comment.text);
    }
    if style.status {
        snippet["moderationStatus"] = json!(match comment.standing {
            Standing::Shown => "published",
            Standing::Held => "heldForReview",
            Standing::Hidden => "rejected",
        });
    }
    resource("youtube#comment", json!({"id": comment.id, "snippet": snippet}))
}

/// A resource with its kind and the etag of what it holds.
pub(super) fn resource(kind: &str, mut resource: Value) -> Value {
    let digest = Sha256::digest(resource.to_string().as_bytes());
    resource["etag"] = json!(URL_SAFE_NO_PAD.encode(&digest[..20]));
    resource["kind"] = json!(kind);
    resource
}

/// A list of resources.
pub(super) fn list(kind: &str, page: Page<Value>, per_page: Option<usize>) -> Value {
    let count = page.items.len();
    let mut list = json!({
        "items": page.items,
        "pageInfo": {"totalResults": count, "resultsPerPage": per_page.unwrap_or(count)},
    });
    if let Some(next) = page.next {
        list["nextPageToken"] = json!(next);
    }
    resource(kind, list)
}

/// A time as YouTube writes it.
pub(super) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A text as YouTube's HTML: entities, line breaks, links.
fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        if bare.starts_with("http://") || bare.starts_with("https://") {
            let link = escape(bare);
            out.push_str(&format!("<a href=\"{link}\">{link}</a>"));
        } else {
            out.push_str(&escape(bare));
        }
        out.push_str(&word[bare.len()..].replace('\n', "<br>"));
    }
    out
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_escapes_breaks_and_links() {
        let html = html("it's <b>\nhttps://a.example/?x=1&y=2 ok");
        let link = "https://a.example/?x=1&amp;y=2";
        assert_eq!(html, format!("it&#39;s &lt;b&gt;<br><a href=\"{link}\">{link}</a> ok"));
    }
}

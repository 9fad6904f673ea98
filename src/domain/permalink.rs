//! Where the public sees a comment or the post that it answers, so that staff can look at it there.
//!
//! Instagram's ids say nothing of its addresses, so there is none. Facebook's are `PAGE_POST` and `POST_COMMENT` (Graph API,
//! "Post"), which its own redirect takes.

use super::comment::{Comment, Platform};

/// The address of the post that a comment answers.
pub fn post(comment: &Comment) -> Option<String> {
    let id = comment.post_id.as_deref().filter(|id| is_plain(id))?;
    match comment.platform {
        Platform::Facebook => Some(format!("https://www.facebook.com/{id}")),
        Platform::Instagram => None,
        Platform::X => Some(format!("https://x.com/i/status/{id}")),
        Platform::Youtube => Some(format!("https://www.youtube.com/watch?v={id}")),
    }
}

/// The address of a comment.
pub fn comment(comment: &Comment) -> Option<String> {
    let id = Some(comment.platform_id.as_str()).filter(|id| is_plain(id))?;
    match comment.platform {
        Platform::Facebook if id.contains('_') => Some(format!("https://www.facebook.com/{id}")),
        Platform::Facebook | Platform::Instagram => None,
        Platform::X => Some(format!("https://x.com/i/status/{id}")),
        Platform::Youtube => Some(format!("{}&lc={id}", post(comment)?)),
    }
}

/// Ids are the platform's words, and an address is built of plain letters alone.
fn is_plain(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::comment::{CommentId, SourceId, Visibility};

    fn on(platform: Platform, post_id: &str, platform_id: &str) -> Comment {
        Comment {
            id: CommentId(1),
            source: SourceId("s".into()),
            platform,
            platform_id: platform_id.into(),
            parent_id: None,
            post_id: Some(post_id.into()),
            author: None,
            text: None,
            created_at: None,
            first_seen_at: jiff::Timestamp::UNIX_EPOCH,
            revision: 1,
            visibility: Visibility::Visible,
            ours: false,
            marks: Vec::new(),
        }
    }

    #[test]
    fn an_address_is_built_of_plain_ids_alone() {
        let video = on(Platform::Youtube, "abc-1", "Ugx.9");
        assert_eq!(comment(&video).as_deref(), Some("https://www.youtube.com/watch?v=abc-1&lc=Ugx.9"));
        assert_eq!(post(&on(Platform::X, "12", "13")).as_deref(), Some("https://x.com/i/status/12"));
        assert_eq!(
            post(&on(Platform::Facebook, "1_2", "3")).as_deref(),
            Some("https://www.facebook.com/1_2")
        );
        assert_eq!(comment(&on(Platform::Facebook, "1_2", "3")), None);
        for odd in ["", "a/b", "a?b", "\"onclick", "a b"] {
            assert_eq!(post(&on(Platform::X, odd, odd)), None, "{odd}");
        }
    }
}

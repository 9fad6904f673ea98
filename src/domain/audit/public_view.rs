//! What the public saw of a comment at an instant, as the log tells it.

use jiff::Timestamp;
use serde::Serialize;

use super::view::EntryView;

/// Whether the public could read a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// It was not written yet, as far as the log tells.
    NotYet,
    /// It stood on the page.
    Visible,
    /// It was hidden, through us or on the platform itself.
    Hidden,
    /// It was gone from the platform.
    Gone,
}

/// What the public saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicView {
    /// Whether they saw it.
    pub shown: Shown,
    /// Which of its revisions; `None` before there was one.
    pub revision: Option<i64>,
    /// The numbers of our replies that stood under it through us.
    pub replies: Vec<u64>,
}

/// What the public saw at `at` of a comment about which these entries are all that the log has, oldest first.
///
/// The comment stood there from when its platform says that it was written, or was held back since then. A later text counts from when we read it, a hide
/// from when the platform confirmed it: the public may have seen either a little earlier.
pub fn public_view(entries: &[EntryView], at: Timestamp) -> PublicView {
    let mut view = PublicView { shown: Shown::NotYet, revision: None, replies: Vec::new() };
    for entry in entries {
        let written = entry.word("created_at").and_then(|text| text.parse::<Timestamp>().ok());
        let since = match entry.act.as_str() {
            "comment.received" => written.unwrap_or(entry.at).min(entry.at),
            _ => entry.at,
        };
        if since > at {
            continue;
        }
        match (entry.act.as_str(), entry.word("what"), entry.word("reason")) {
            ("comment.received" | "comment.revised", ..) => {
                if view.shown == Shown::NotYet {
                    // Held back by its platform before anybody saw it.
                    view.shown = shown(entry);
                }
                view.revision = entry.int("revision");
            }
            ("action.confirmed", Some("hide"), _) => view.shown = Shown::Hidden,
            ("action.confirmed", Some("unhide"), _) => view.shown = Shown::Visible,
            ("action.confirmed", Some("reply" | "acknowledge"), _) => {
                view.replies
                    .extend(entry.object.strip_prefix("action:").and_then(|id| id.parse::<u64>().ok()));
            }
            ("action.refused", _, Some("gone")) | ("comment.gone", ..) => view.shown = Shown::Gone,
            // As the platform showed it, without our doing.
            ("comment.returned" | "comment.hidden_outside" | "comment.shown_outside", ..) => {
                view.shown = shown(entry);
            }
            ("comment.erased", ..) if entry.word("cause") == Some("deleted") => view.shown = Shown::Gone,
            _ => {}
        }
    }
    view
}

fn shown(entry: &EntryView) -> Shown {
    if entry.word("is") == Some("hidden") { Shown::Hidden } else { Shown::Visible }
}

#[cfg(test)]
mod tests {
    use super::super::event::{Actor, AuditEvent};
    use super::super::head::Head;
    use super::*;

    fn minute(minute: i64) -> Timestamp {
        Timestamp::from_second(1_795_000_000 + minute * 60).unwrap()
    }

    /// Written at 0, read at 5, edited at 20, hidden at 30, shown at 40, answered at 50, gone at 60.
    fn story() -> Vec<EntryView> {
        let event = |at, act, object: &str| AuditEvent::new(minute(at), Actor::Machine("poll"), act, object);
        let action = |at, act, what| event(at, act, "action:3").int("comment", 7).word("what", what);
        let events = [
            event(5, "comment.received", "comment:7")
                .int("revision", 1)
                .word("created_at", minute(0).to_string()),
            event(6, "comment.judged", "comment:7").int("revision", 1).word("verdict", "allow"),
            event(20, "comment.revised", "comment:7")
                .int("revision", 2)
                .word("created_at", minute(0).to_string()),
            action(30, "action.confirmed", "hide"),
            action(40, "action.confirmed", "unhide"),
            action(50, "action.confirmed", "reply"),
            action(60, "action.refused", "hide").word("reason", "gone"),
        ];
        let mut head = Head::default();
        let read = |event| EntryView::read(&head.append(event, None).unwrap().bytes).unwrap();
        events.iter().map(read).collect()
    }

    #[test]
    fn what_the_public_saw_follows_from_what_was_confirmed_until_then() {
        let story = story();
        let at = |at| {
            let view = public_view(&story, minute(at));
            (view.shown, view.revision, view.replies.len())
        };
        assert_eq!(at(-1), (Shown::NotYet, None, 0));
        assert_eq!(at(0), (Shown::Visible, Some(1), 0), "it stood there before we read it");
        assert_eq!(at(19), (Shown::Visible, Some(1), 0));
        assert_eq!(at(20), (Shown::Visible, Some(2), 0));
        assert_eq!(at(30), (Shown::Hidden, Some(2), 0));
        assert_eq!(at(45), (Shown::Visible, Some(2), 0));
        assert_eq!(at(50), (Shown::Visible, Some(2), 1));
        assert_eq!(at(60), (Shown::Gone, Some(2), 1));
    }

    #[test]
    fn what_happened_on_the_platform_without_us_counts_as_it_was_found() {
        let found = |at, act, is| {
            AuditEvent::new(minute(at), Actor::Machine("poll"), act, "comment:7").word("is", is)
        };
        let events = [
            found(5, "comment.received", "visible"),
            found(10, "comment.hidden_outside", "hidden"),
            found(20, "comment.shown_outside", "visible"),
            found(30, "comment.gone", "deleted"),
            found(40, "comment.returned", "hidden"),
            found(50, "comment.shown_outside", "visible"),
        ];
        let mut head = Head::default();
        let story: Vec<EntryView> = events
            .iter()
            .map(|event| EntryView::read(&head.append(event, None).unwrap().bytes).unwrap())
            .collect();
        let shown = [5, 10, 20, 30, 40, 50].map(|at| public_view(&story, minute(at)).shown);
        use Shown::{Gone, Hidden, Visible};
        assert_eq!(shown, [Visible, Hidden, Visible, Gone, Hidden, Visible]);
    }

    #[test]
    fn what_came_hidden_was_seen_by_nobody_until_somebody_showed_it() {
        let event = |at, act, is| {
            AuditEvent::new(minute(at), Actor::Machine("poll"), act, "comment:7").word("is", is)
        };
        let received = event(5, "comment.received", "hidden").word("created_at", minute(0).to_string());
        let events = [received.int("revision", 1), event(9, "comment.shown_outside", "visible")];
        let mut head = Head::default();
        let read = |event| EntryView::read(&head.append(event, None).unwrap().bytes).unwrap();
        let story: Vec<EntryView> = events.iter().map(read).collect();
        let shown = [-1, 0, 8, 9].map(|at| public_view(&story, minute(at)).shown);
        assert_eq!(shown, [Shown::NotYet, Shown::Hidden, Shown::Hidden, Shown::Visible]);
    }

    #[test]
    fn what_was_edited_while_it_was_hidden_stays_hidden() {
        let mut story = story();
        let revised = story.remove(2);
        story.insert(3, EntryView { at: minute(35), ..revised });
        story.sort_by_key(|entry| entry.at);
        assert_eq!(public_view(&story, minute(36)).shown, Shown::Hidden);
    }
}

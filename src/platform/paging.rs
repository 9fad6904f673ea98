//! Reading a platform's lists: cursors, the way on from a page, and lists that turn in circles.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Cursor, Next, Page, PlatformError};
use crate::domain::action::Refusal;
use crate::domain::comment::Incoming;

/// Pages after which a list is given up: a million comments under one post, at a hundred a page.
const LIST_MAX_PAGES: u32 = 10_000;

/// Pages seen again after which a list is taken to turn in a circle.
const REPEATS_MAX: u8 = 3;

/// Where `cursor` stands. A first round, and a cursor that another version wrote, begin at the start.
pub(super) fn resume<At: DeserializeOwned + Default>(cursor: Option<&Cursor>) -> At {
    cursor.and_then(|cursor| At::deserialize(&cursor.0).ok()).unwrap_or_default()
}

/// The cursor that stands at `at`.
pub(super) fn cursor(at: &impl Serialize) -> Cursor {
    Cursor(serde_json::to_value(at).expect("a place in a round is plain data"))
}

/// A place in one list: the page to ask for next, and enough of the way here to notice a circle.
///
/// Platforms have been seen to answer every page with the same items, or to ignore the page asked for.
/// One remembered page, moved on each time their number doubles, finds a circle of any length (Brent);
/// a page that repeats itself once or twice is a stumble and is walked over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Spot {
    /// The platform's word for the page; `None` is the first one.
    pub(super) token: Option<String>,
    pages: u32,
    landmark: String,
    repeats: u8,
}

/// How a list goes on after a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Onward {
    /// Here.
    To(Spot),
    /// Nowhere: that was its last page.
    Ended,
    /// It should, and the platform repeats itself: what lies deeper cannot be reached.
    Circles,
}

impl Spot {
    /// How many pages of the list were read before this one.
    pub(super) fn pages_before(&self) -> u32 {
        self.pages
    }

    /// What a refusal of the page at this place means: past the first page, the place is to blame.
    pub(super) fn stale(&self, error: PlatformError) -> PlatformError {
        match error {
            PlatformError::Refused { reason: Refusal::Invalid, detail } if self.token.is_some() => {
                PlatformError::CursorStale { detail }
            }
            error => error,
        }
    }

    /// How the list goes on after the page at this place, which held `ids` and named `next` as its successor.
    pub(super) fn after<'i>(&self, ids: impl Iterator<Item = &'i str>, next: Option<String>) -> Onward {
        let Some(token) = next else { return Onward::Ended };
        let seen = print_of(ids, &token);
        let pages = self.pages + 1;
        let repeated = self.token.as_ref() == Some(&token) || self.landmark == seen;
        let repeats = self.repeats + u8::from(repeated);
        if repeats == REPEATS_MAX || pages == LIST_MAX_PAGES {
            return Onward::Circles;
        }
        let landmark = if pages.is_power_of_two() { seen } else { self.landmark.clone() };
        Onward::To(Spot { token: Some(token), pages, landmark, repeats })
    }
}

/// What a page is known by: its items, or its place where it holds none.
fn print_of<'i>(ids: impl Iterator<Item = &'i str>, token: &str) -> String {
    let mut digest = Sha256::new();
    let mut ids = ids.peekable();
    if ids.peek().is_none() {
        digest.update(token);
    }
    for id in ids {
        digest.update(id);
        digest.update([0]);
    }
    hex::encode(&digest.finalize()[..8])
}

/// The items of one page, as far as each can be stored.
#[derive(Debug, Default)]
pub(super) struct Items {
    pub(super) comments: Vec<Incoming>,
    pub(super) unreadable: u32,
}

impl Items {
    /// Takes an item, or counts it where it could not be read.
    pub(super) fn take(&mut self, item: Option<Incoming>) {
        match item {
            Some(comment) => self.comments.push(comment),
            None => self.unreadable += 1,
        }
    }

    /// The ids on the page, in its order.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.comments.iter().map(|comment| comment.platform_id.as_str())
    }

    /// A page of a list that may be left at known ground.
    pub(super) fn leavable(self, deeper: Option<Cursor>, onward: Next, suspected_gap: bool) -> Page {
        // A page without comments says nothing about the ground, so it cannot be a reason to leave.
        let onward = match &deeper {
            Some(deeper) if self.comments.is_empty() => Next::Page(deeper.clone()),
            _ => onward,
        };
        let Self { comments, unreadable } = self;
        Page { comments, unreadable, deeper, onward, suspected_gap, listed: Vec::new(), post: None }
    }

    /// A page of a list that is read to its end, known or not.
    pub(super) fn whole(self, onward: Next, suspected_gap: bool) -> Page {
        self.leavable(None, onward, suspected_gap)
    }
}

/// What an item is read against: our account, and our clock when its page arrived.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    /// The platform's id of our account.
    pub(super) account: &'a str,
    /// When the page arrived.
    pub(super) now: Timestamp,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn page(spot: &Spot, ids: &[String], next: Option<&str>) -> Onward {
        spot.after(ids.iter().map(String::as_str), next.map(str::to_owned))
    }

    #[test]
    fn a_list_ends_where_no_next_page_is_named_even_after_an_empty_page() {
        let Onward::To(second) = page(&Spot::default(), &[], Some("a")) else {
            panic!("an empty page ended the list")
        };
        let Onward::To(third) = page(&second, &[], Some("b")) else {
            panic!("two empty pages ended the list")
        };
        assert_eq!(page(&third, &["1".into()], None), Onward::Ended);
    }

    #[test]
    fn a_page_that_goes_on_naming_itself_is_a_circle() {
        let mut spot = Spot { token: Some("a".into()), ..Spot::default() };
        for _ in 1..REPEATS_MAX {
            let Onward::To(again) = page(&spot, &["1".into()], Some("a")) else {
                panic!("one stumble ended the list")
            };
            spot = again;
        }
        assert_eq!(page(&spot, &["1".into()], Some("a")), Onward::Circles);
    }

    #[test]
    fn a_cursor_of_another_version_begins_a_new_round() {
        let odd = Cursor(serde_json::json!({"token": 7}));
        assert_eq!(resume::<Spot>(Some(&odd)), Spot::default());
    }

    #[test]
    fn an_empty_page_is_no_known_ground() {
        let deeper = cursor(&Spot { token: Some("a".into()), ..Spot::default() });
        let page =
            Items::default().leavable(Some(deeper.clone()), Next::RoundEnds(Cursor("end".into())), false);
        assert_eq!(page.next(true), Next::Page(deeper));
    }

    proptest! {
        #[test]
        fn every_list_ends_whatever_circle_its_pages_turn_in(tail in 0_u32..20, circle in 1_u32..20) {
            let mut spot = Spot::default();
            let mut read = 0;
            loop {
                let number = if read < tail { read } else { tail + (read - tail) % circle };
                let ids: Vec<String> = (0..3).map(|n| format!("{number}.{n}")).collect();
                read += 1;
                // The token is always new: only the items betray the circle.
                match page(&spot, &ids, Some(&format!("t{read}"))) {
                    Onward::To(next) => spot = next,
                    Onward::Ended => prop_assert!(false, "no page was the last"),
                    Onward::Circles => break,
                }
                prop_assert!(read < 300, "still turning");
            }
            prop_assert!(read > tail, "left before the circle began");
        }
    }
}

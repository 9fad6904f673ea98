//! Which posts a round reads: the newest, and a few of those behind them in turn, so that none is out of reach for
//! good. No network.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::next_page;
use crate::platform::paging::{Onward, Spot};
use crate::platform::{Listed, json};

/// How many of the newest posts every round reads; the page that brings the last of them is read whole.
const NEWEST: usize = 100;
/// How many of the posts behind them a round reads as well. Of 2,000 posts, each has its turn every 76 rounds.
const OLDER: usize = 25;

/// The posts that lie ahead of a round.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(in crate::platform) struct Ahead {
    /// Those that are listed and not read yet.
    rest: Vec<String>,
    #[serde(default)]
    older: Older,
    /// Where the turns of rounds of the other kind go on. Sweeps have turns of their own: one in so many rounds might meet the same
    /// posts each time.
    #[serde(default)]
    others: Place,
    #[serde(default)]
    sweeps: bool,
}

/// A place among the posts behind the newest.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Place {
    /// Where the list goes on from it. It was told in another round, so the list may know it no more; `None` right behind the newest.
    spot: Option<Spot>,
    /// How many of the posts behind the newest lie before it.
    passed: usize,
}

/// Whether this round has come to the posts behind the newest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Older {
    /// It has not, or is through with them: where their turns go on.
    Left(Place),
    /// Those at this place have their turn when nothing else is left; right behind the newest this round lists on at `behind`.
    Due { place: Place, behind: Spot },
    /// It counts its way to a place that the list no longer knows, to which it is so many posts, of which it passed so many.
    Sought { to: usize, passed: usize },
}

impl Default for Older {
    fn default() -> Self {
        Older::Left(Place::default())
    }
}

/// What a round does next.
#[derive(Debug, PartialEq)]
pub(in crate::platform) enum Step {
    /// It reads what stands under this post.
    Read(String),
    /// It lists the posts at this place.
    List(Spot),
    /// It ends.
    End,
}

impl Ahead {
    /// How many posts to ask for in a page, where a page of the newest holds `usual`.
    pub(in crate::platform) fn page_size(&self, usual: usize) -> usize {
        match self.older {
            Older::Left(_) | Older::Sought { .. } => usual,
            Older::Due { .. } => OLDER,
        }
    }

    /// Takes the page of posts at `spot`. Returns where to list on before any post is read, and whether posts
    /// may lie beyond reach.
    pub(in crate::platform) fn take(
        &mut self,
        page: &Value,
        spot: &Spot,
        usual: usize,
    ) -> (Option<Spot>, bool) {
        let ids: Vec<String> =
            json::list(page, "/data").iter().filter_map(|post| json::id(post, "/id")).collect();
        let onward = spot.after(ids.iter().map(String::as_str), next_page(page, self.page_size(usual)));
        let gap = onward == Onward::Circles;
        let onward = match onward {
            Onward::To(spot) => Some(spot),
            Onward::Ended | Onward::Circles => None,
        };
        let left = |passed| {
            let place = |spot: &Spot| Place { spot: Some(spot.clone()), passed };
            Older::Left(onward.as_ref().map(place).unwrap_or_default())
        };
        match std::mem::take(&mut self.older) {
            Older::Left(place) => {
                self.add(&ids);
                match onward {
                    Some(spot) if self.rest.len() < NEWEST => {
                        self.older = Older::Left(place);
                        return (Some(spot), false);
                    }
                    Some(behind) => self.older = Older::Due { place, behind },
                    None => {}
                }
            }
            due @ Older::Due { place: Place { spot: Some(_), .. }, .. } if ids.is_empty() => {
                // Their end, or a place that the list has forgotten.
                self.older = due;
                return (self.seek(), gap);
            }
            Older::Due { place, .. } => {
                self.add(&ids);
                self.older = left(place.passed + ids.len());
            }
            Older::Sought { to, passed } => {
                self.add(ids.get(to.saturating_sub(passed)..).unwrap_or_default());
                let passed = passed + ids.len();
                if self.rest.is_empty() && onward.is_some() {
                    self.older = Older::Sought { to, passed };
                    return (onward, gap);
                }
                self.older = left(passed);
            }
        }
        (None, gap)
    }

    fn add(&mut self, ids: &[String]) {
        for id in ids {
            if !self.rest.contains(id) {
                self.rest.push(id.clone());
            }
        }
    }

    /// Where to list on where the place of the posts that are due is known no more; `None` where none was kept.
    pub(in crate::platform) fn seek(&mut self) -> Option<Spot> {
        let Older::Due { place: Place { spot: Some(_), passed }, behind } = &self.older else { return None };
        let (to, behind) = (*passed, behind.clone());
        self.older = Older::Sought { to, passed: 0 };
        Some(behind)
    }

    /// This round, which has yet to begin, is a sweep.
    pub(in crate::platform) fn sweep(&mut self) {
        if !self.sweeps {
            self.change_turns();
        }
    }

    fn change_turns(&mut self) {
        if let Older::Left(place) = &mut self.older {
            std::mem::swap(place, &mut self.others);
            self.sweeps = !self.sweeps;
        }
    }

    /// No more posts can be listed in this round.
    pub(in crate::platform) fn cut_short(&mut self) {
        if !matches!(self.older, Older::Left(_)) {
            self.older = Older::default();
        }
    }

    /// Leaves out what is not `due`, of `next` and those listed after it.
    pub(in crate::platform) fn narrow(&mut self, next: String, due: &mut dyn FnMut(&str) -> bool) {
        self.rest.insert(0, next);
        self.rest.retain(|post| due(post));
    }

    /// What comes next.
    pub(in crate::platform) fn step(&mut self) -> Step {
        match &self.older {
            _ if !self.rest.is_empty() => Step::Read(self.rest.remove(0)),
            Older::Due { place, behind } => Step::List(place.spot.as_ref().unwrap_or(behind).clone()),
            Older::Left(_) | Older::Sought { .. } => {
                if self.sweeps {
                    self.change_turns();
                }
                Step::End
            }
        }
    }
}

/// The posts on a page: when each was published, how many comments it is said to have, and what it says.
pub(in crate::platform) fn listed(page: &Value, published: &str, said: &str, text: &str) -> Vec<Listed> {
    let post = |post: &Value| {
        let (published_at, said) = (json::time(post, published), json::whole(post, said));
        Some(Listed { id: json::id(post, "/id")?, published_at, said, text: json::words(post, text) })
    };
    json::list(page, "/data").iter().filter_map(post).collect()
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use serde_json::json;

    use super::*;

    /// An account with this many posts, as the Graph API lists them.
    struct Account(usize);

    impl Account {
        fn list(&self, spot: &Spot, size: usize) -> Value {
            let from: usize = spot.token.as_deref().map_or(0, |after| after.parse().unwrap());
            let to = (from + size).min(self.0);
            let posts: Vec<Value> = (from..to).map(|number| json!({"id": number.to_string()})).collect();
            let mut page = json!({"data": posts, "paging": {"cursors": {"after": to.to_string()}}});
            if to < self.0 {
                page["paging"]["next"] = json!("https://…");
            }
            page
        }

        /// The posts that one round reads, in its order.
        fn round(&self, ahead: &mut Ahead) -> Vec<usize> {
            self.round_with(ahead, |_, page| page)
        }

        /// The same where a page may be answered otherwise, and how many pages were listed before is known.
        fn round_with(&self, ahead: &mut Ahead, answer: impl Fn(usize, Value) -> Value) -> Vec<usize> {
            let (mut read, mut listed) = (Vec::new(), 0);
            let mut spot = Some(Spot::default());
            loop {
                while let Some(at) = spot.take() {
                    let page = answer(listed, self.list(&at, ahead.page_size(50)));
                    listed += 1;
                    let (next, gap) = ahead.take(&page, &at, 50);
                    assert!(!gap);
                    spot = next;
                }
                match ahead.step() {
                    Step::Read(post) => read.push(post.parse().unwrap()),
                    Step::List(older) => spot = Some(older),
                    Step::End => return read,
                }
            }
        }
    }

    #[test]
    fn posts_behind_the_newest_hundred_have_their_turn() {
        let (account, mut ahead) = (Account(160), Ahead::default());
        let rounds = [100..125, 125..150, 150..160, 100..125];
        for older in rounds {
            let expected: Vec<usize> = (0..NEWEST).chain(older).collect();
            assert_eq!(account.round(&mut ahead), expected);
        }
    }

    #[test]
    fn sweeps_come_to_all_of_the_posts_behind_the_newest_whatever_the_number_of_rounds_between_them() {
        for (posts, every) in [(150, 2), (140, 24), (175, 3), (2_000, 24)] {
            let (account, mut ahead) = (Account(posts), Ahead::default());
            let (mut swept, mut read) = (vec![false; posts], vec![false; posts]);
            let turns = (posts - NEWEST).div_ceil(OLDER);
            for round in 0..turns * every {
                let is_sweep = round % every == 0;
                if is_sweep {
                    ahead.sweep();
                    ahead.sweep(); // Its first page may have to be asked for again.
                }
                for post in account.round(&mut ahead) {
                    (if is_sweep { &mut swept } else { &mut read })[post] = true;
                }
            }
            assert!(swept.iter().all(|swept| *swept), "{posts} {every}");
            assert!(read.iter().all(|read| *read), "{posts} {every}");
        }
    }

    #[test]
    fn a_place_that_the_list_no_longer_knows_is_found_again_by_counting() {
        let (account, mut ahead) = (Account(400), Ahead::default());
        for older in [100..125, 125..150, 150..175, 175..200] {
            assert_eq!(account.round(&mut ahead)[NEWEST..], older.collect::<Vec<_>>());
        }
        let third_is_empty = |listed, page| if listed == 2 { json!({"data": []}) } else { page };
        let read = account.round_with(&mut ahead, third_is_empty);
        assert_eq!(read[NEWEST..], (200..250).collect::<Vec<_>>(), "the page that the place is on");
        assert_eq!(account.round(&mut ahead)[NEWEST..], (250..275).collect::<Vec<_>>());
    }

    #[test]
    fn where_the_list_has_become_shorter_the_turns_begin_anew() {
        let mut ahead = Ahead::default();
        for _ in 0..3 {
            Account(400).round(&mut ahead);
        }
        assert_eq!(Account(160).round(&mut ahead)[NEWEST..], [0; 0]);
        assert_eq!(Account(160).round(&mut ahead)[NEWEST..], (100..125).collect::<Vec<_>>());
    }

    #[test]
    fn few_posts_are_all_read_in_every_round() {
        for count in [0, 1, 50, 99, 100] {
            let mut ahead = Ahead::default();
            for _ in 0..3 {
                assert_eq!(Account(count).round(&mut ahead), (0..count).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn a_page_that_reaches_beyond_the_bound_loses_none_of_its_posts() {
        let page = |ids: Range<usize>| {
            let posts: Vec<Value> = ids.map(|id| json!({"id": id.to_string()})).collect();
            json!({"data": posts, "paging": {"next": "https://…", "cursors": {"after": "a"}}})
        };
        let mut ahead = Ahead::default();
        let (next, _) = ahead.take(&page(0..60), &Spot::default(), 60);
        let (next, _) = ahead.take(&page(60..120), &next.unwrap(), 60);
        assert_eq!((next, ahead.rest.len()), (None, 120));
    }
}

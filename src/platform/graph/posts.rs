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
}

/// Whether this round has come to the posts behind the newest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Older {
    /// It has not, or is through with them: where their turns go on; `None` is right behind the newest.
    Left(Option<Spot>),
    /// Those at this place have their turn when nothing else is left.
    Due(Spot),
}

impl Default for Older {
    fn default() -> Self {
        Older::Left(None)
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
            Older::Left(_) => usual,
            Older::Due(_) => OLDER,
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
        for id in ids {
            if !self.rest.contains(&id) {
                self.rest.push(id);
            }
        }
        let onward = match onward {
            Onward::To(spot) => Some(spot),
            Onward::Ended | Onward::Circles => None,
        };
        self.older = match (&self.older, onward) {
            (Older::Left(_), Some(spot)) if self.rest.len() < NEWEST => return (Some(spot), false),
            (Older::Left(left), Some(spot)) => Older::Due(left.clone().unwrap_or(spot)),
            (Older::Left(_), None) => Older::Left(None),
            (Older::Due(_), onward) => Older::Left(onward),
        };
        (None, gap)
    }

    /// No more posts can be listed in this round.
    pub(in crate::platform) fn cut_short(&mut self) {
        if let Older::Due(_) = self.older {
            self.older = Older::Left(None);
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
            Older::Due(spot) => Step::List(spot.clone()),
            Older::Left(_) => Step::End,
        }
    }
}

/// The posts on a page: when each was published, and how many comments it is said to have.
pub(in crate::platform) fn listed(page: &Value, published: &str, said: &str) -> Vec<Listed> {
    let post = |post: &Value| {
        let (published_at, said) = (json::time(post, published), json::whole(post, said));
        Some(Listed { id: json::id(post, "/id")?, published_at, said })
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
            let mut read = Vec::new();
            let mut spot = Some(Spot::default());
            loop {
                while let Some(at) = spot.take() {
                    let page = self.list(&at, ahead.page_size(50));
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

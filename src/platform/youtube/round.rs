//! A round of a channel: three queues of threads, and the replies that the threads did not carry. No network.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::comment::{Author, Incoming, Written};
use crate::platform::paging::{Items, Onward, Reader, Spot, cursor};
use crate::platform::{Next, Page, json};

/// Threads whose reply counts are remembered, so that their replies are listed only when the count has moved.
const COUNTS_MAX: usize = 500;

/// Where a round stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Round {
    /// The queue that is being read.
    pub(super) queue: Queue,
    /// The list at hand.
    pub(super) list: List,
    /// Threads whose replies were listed, and how many they were said to be; the latest last.
    counts: Vec<(String, i64)>,
}

/// The queues of a channel. What was rejected stands in none of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Queue {
    /// What the public sees.
    #[default]
    Published,
    /// What YouTube or the channel's settings held back.
    HeldForReview,
    /// What YouTube takes for spam.
    LikelySpam,
}

impl Queue {
    /// YouTube's word for it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Queue::Published => "published",
            Queue::HeldForReview => "heldForReview",
            Queue::LikelySpam => "likelySpam",
        }
    }

    fn next(self) -> Option<Queue> {
        match self {
            Queue::Published => Some(Queue::HeldForReview),
            Queue::HeldForReview => Some(Queue::LikelySpam),
            Queue::LikelySpam => None,
        }
    }
}

/// A list of a round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum List {
    /// The queue's threads, newest first.
    Threads {
        /// Where the list goes on.
        spot: Spot,
    },
    /// The replies of a thread.
    Replies {
        /// The thread.
        thread: Thread,
        /// Where its list goes on.
        spot: Spot,
        /// The threads whose replies are listed next.
        waiting: Vec<Thread>,
        /// Where the queue goes on afterwards; `None` when it holds nothing more of interest.
        resume: Option<Spot>,
    },
}

impl Default for List {
    fn default() -> Self {
        List::Threads { spot: Spot::default() }
    }
}

/// A thread that has more replies than it carried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Thread {
    /// Its id, which is that of its first comment.
    pub(super) id: String,
    /// The video it stands under, where it was named.
    video: Option<String>,
    /// How many replies it is said to have.
    count: i64,
}

impl Round {
    /// The place where a round begins that is a sweep. The counts are forgotten: where one reply went and another came, the count has
    /// not moved.
    pub(super) fn sweep(self) -> Self {
        Round { counts: Vec::new(), ..self }
    }

    /// What the answer to this place's request holds.
    pub(super) fn turn(mut self, page: &Value, reader: Reader<'_>) -> Page {
        let next = next_page(page);
        match self.list.clone() {
            List::Threads { spot } => {
                let (items, waiting) = self.threads(page, reader);
                let onward = spot.after(items.ids(), next);
                let gap = onward == Onward::Circles;
                let deeper = match onward {
                    Onward::To(spot) => self.follow(waiting.clone(), Some(spot)).map(|round| cursor(&round)),
                    Onward::Ended | Onward::Circles => None,
                };
                items.leavable(deeper, self.on_to(self.follow(waiting, None)), gap)
            }
            // Read to their end, known or not: their order has turned round before without notice.
            List::Replies { thread, spot, waiting, resume } => {
                let items = replies(page, Some(&thread), reader);
                let onward = spot.after(items.ids(), next);
                let gap = onward == Onward::Circles;
                let next = match onward {
                    Onward::To(spot) => {
                        let list = List::Replies { thread, spot, waiting, resume };
                        Some(Round { list, ..self.clone() })
                    }
                    Onward::Ended | Onward::Circles => {
                        self.remember(&thread);
                        self.follow(waiting, resume)
                    }
                };
                items.whole(self.on_to(next), gap)
            }
        }
    }

    /// The way on from a list that cannot be read.
    pub(super) fn pass_over(mut self) -> Option<Next> {
        let next = match self.list.clone() {
            List::Threads { spot } if (self.queue, &spot) == (Queue::default(), &Spot::default()) => {
                return None;
            }
            List::Threads { .. } => self.follow(Vec::new(), None),
            List::Replies { thread, waiting, resume, .. } => {
                self.remember(&thread);
                self.follow(waiting, resume)
            }
        };
        Some(self.on_to(next))
    }

    /// The page of replies that are no longer there.
    pub(super) fn skip(self) -> Page {
        Items::default().whole(self.pass_over().expect("replies can be left"), false)
    }

    /// The comments on a page of threads with the replies they carry, and the threads that have others.
    fn threads(&self, page: &Value, reader: Reader<'_>) -> (Items, Vec<Thread>) {
        let mut items = Items::default();
        let mut waiting = Vec::new();
        for item in json::list(page, "/items") {
            let first = item.pointer("/snippet/topLevelComment").unwrap_or(&Value::Null);
            let Some(id) = json::id(first, "/id").or_else(|| json::id(item, "/id")) else {
                items.take(None);
                continue;
            };
            let count = json::whole(item, "/snippet/totalReplyCount").unwrap_or(0);
            let thread = Thread { video: json::id(item, "/snippet/videoId"), count, id };
            items.take(Some(comment(first, thread.id.clone(), None, thread.video.clone(), reader)));
            let carried = json::list(item, "/replies/comments");
            for reply in carried {
                items.take(self::reply(reply, Some(&thread), reader));
            }
            let all_here = i64::try_from(carried.len()).is_ok_and(|carried| carried == count);
            if !all_here && !self.counts.contains(&(thread.id.clone(), count)) {
                waiting.push(thread);
            }
        }
        (items, waiting)
    }

    fn remember(&mut self, thread: &Thread) {
        self.counts.retain(|(id, _)| *id != thread.id);
        self.counts.push((thread.id.clone(), thread.count));
        let beyond = self.counts.len().saturating_sub(COUNTS_MAX);
        self.counts.drain(..beyond);
    }

    /// The way on: first the replies that wait, then the rest of the queue, then the next queue.
    fn follow(&self, mut waiting: Vec<Thread>, resume: Option<Spot>) -> Option<Round> {
        let (queue, list) = match (waiting.is_empty(), resume) {
            (false, resume) => {
                let thread = waiting.remove(0);
                (self.queue, List::Replies { thread, spot: Spot::default(), waiting, resume })
            }
            (true, Some(spot)) => (self.queue, List::Threads { spot }),
            (true, None) => (self.queue.next()?, List::default()),
        };
        Some(Round { queue, list, ..self.clone() })
    }

    /// On to this place, or to the round's end.
    fn on_to(&self, place: Option<Round>) -> Next {
        match place {
            Some(round) => Next::Page(cursor(&round)),
            None => Next::RoundEnds(cursor(&Round { counts: self.counts.clone(), ..Round::default() })),
        }
    }
}

/// The platform's word for the page after this one.
pub(super) fn next_page(page: &Value) -> Option<String> {
    json::text(page, "/nextPageToken").map(str::to_owned)
}

/// The replies on a page; `thread` is the one that was asked for, where its video is known.
pub(super) fn replies(page: &Value, thread: Option<&Thread>, reader: Reader<'_>) -> Items {
    let mut items = Items::default();
    for item in json::list(page, "/items") {
        items.take(reply(item, thread, reader));
    }
    items
}

fn reply(item: &Value, thread: Option<&Thread>, reader: Reader<'_>) -> Option<Incoming> {
    let parent = json::id(item, "/snippet/parentId").or_else(|| Some(thread?.id.clone()));
    let video = thread.and_then(|thread| thread.video.clone());
    Some(comment(item, json::id(item, "/id")?, parent, video, reader))
}

fn comment(
    item: &Value,
    id: String,
    parent: Option<String>,
    video: Option<String>,
    reader: Reader<'_>,
) -> Incoming {
    let author = Author {
        id: json::id(item, "/snippet/authorChannelId/value"),
        name: json::name(item, "/snippet/authorDisplayName"),
    };
    let written = Written {
        parent_id: parent,
        post_id: json::id(item, "/snippet/videoId").or(video),
        created_at: json::time(item, "/snippet/publishedAt"),
        ours: author.id.as_deref() == Some(reader.account),
        hidden: is_hidden(item),
        author: Some(author),
    };
    // The words as typed are given to their author alone, which we are of our own replies.
    let words = ["/snippet/textOriginal", "/snippet/textDisplay"].iter().find_map(|at| json::text(item, at));
    Incoming::new(id, words.unwrap_or_default(), reader.now, written)
}

/// What is held back stands in lists of the owner's alone, but a thread stands there for the sake of one reply: each comment says
/// for itself how it stands. What is rejected stands in no list, so whatever says nothing is not.
fn is_hidden(item: &Value) -> Option<bool> {
    let held = ["heldForReview", "likelySpam", "rejected"];
    Some(json::text(item, "/snippet/moderationStatus").is_some_and(|status| held.contains(&status)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::comment::Mark;
    use crate::platform::fixture::{self, NOW, place};
    use crate::platform::paging::resume;

    const THREAD: &str = "UgxK3pQv7tLz0Rk9W2h4AaABAg";

    fn turn(round: Round, page: &Value) -> Page {
        round.turn(page, Reader { account: "UCm0EaXk2bQ7vYt1ZpLr9dWg", now: NOW.parse().unwrap() })
    }

    fn resumed(next: &Next) -> Round {
        match next {
            Next::Page(cursor) | Next::RoundEnds(cursor) => resume(Some(cursor)),
        }
    }

    #[test]
    fn a_thread_is_read_with_the_replies_that_it_carries() {
        let page = turn(Round::default(), &fixture::read("youtube/threads.json"));
        let [first, reply, second, ours] = page.comments.as_slice() else { panic!("{page:?}") };
        assert_eq!((first.parent_id.as_deref(), first.post_id.as_deref()), (None, Some("dQx7LmK2vTs")));
        assert_eq!(reply.parent_id.as_deref(), Some(THREAD));
        assert_eq!([first.ours, reply.ours, second.ours, ours.ours], [false, false, false, true]);
    }

    #[test]
    fn what_is_held_back_is_hidden_and_the_published_thread_around_it_is_not() {
        let mut page = fixture::read("youtube/threads.json");
        let thread = &mut page["items"][0];
        thread["snippet"]["topLevelComment"]["snippet"]["moderationStatus"] = json!("published");
        thread["replies"]["comments"][0]["snippet"]["moderationStatus"] = json!("heldForReview");
        page["items"][1]["snippet"]["topLevelComment"]["snippet"]["moderationStatus"] = json!("likelySpam");
        let round = Round { queue: Queue::HeldForReview, ..Round::default() };
        let hidden: Vec<_> = turn(round, &page).comments.into_iter().map(|comment| comment.hidden).collect();
        assert_eq!(hidden, [Some(false), Some(true), Some(true), Some(false)]);
    }

    #[test]
    fn a_malformed_item_costs_only_itself() {
        let page = turn(Round::default(), &fixture::read("youtube/odd.json"));
        fixture::assert_odd_page_is_read(&page.comments, page.unreadable, &[Mark::NoTime]);
    }

    #[test]
    fn a_thread_that_kept_replies_back_is_listed_once_for_each_count() {
        let page = turn(Round::default(), &fixture::read("youtube/threads.json"));
        let (onward, deeper) = (resumed(&page.next(true)), resumed(&page.next(false)));
        for next in [&onward, &deeper] {
            let List::Replies { thread, waiting, .. } = &next.list else { panic!("{next:?}") };
            assert_eq!(
                (thread.id.as_str(), waiting.len()),
                (THREAD, 0),
                "the other thread carried all of its own"
            );
        }
        let replies = turn(onward, &fixture::read("youtube/replies.json"));
        assert_eq!(
            replies.comments[1].post_id.as_deref(),
            Some("dQx7LmK2vTs"),
            "the thread's video, where it is not named"
        );
        let then = resumed(&replies.next(false));
        assert_eq!((then.queue, &then.list), (Queue::HeldForReview, &List::default()));
        let then = resumed(&turn(deeper, &fixture::read("youtube/replies.json")).next(true));
        assert_eq!(place(&Next::Page(cursor(&then)))["list"]["threads"]["spot"]["token"], "QURTSl9pMk5w");

        let again = Round { queue: Queue::Published, list: List::default(), ..then };
        let mut threads = fixture::read("youtube/threads.json");
        assert!(matches!(resumed(&turn(again.clone(), &threads).next(false)).list, List::Threads { .. }));
        threads["items"][0]["snippet"]["totalReplyCount"] = json!(3);
        assert!(matches!(resumed(&turn(again, &threads).next(true)).list, List::Replies { .. }));
    }

    #[test]
    fn a_round_reads_three_queues_and_keeps_what_it_counted() {
        let empty = json!({"items": []});
        let mut round = Round { counts: vec![("t".into(), 9)], ..Round::default() };
        let mut queues = Vec::new();
        loop {
            queues.push(round.queue.as_str());
            let next = turn(round, &empty).next(false);
            round = resumed(&next);
            if matches!(next, Next::RoundEnds(_)) {
                break;
            }
        }
        assert_eq!(queues, ["published", "heldForReview", "likelySpam"]);
        assert_eq!((round.queue, round.counts), (Queue::Published, vec![("t".into(), 9)]));
    }

    #[test]
    fn counts_are_forgotten_by_a_sweep_because_one_reply_may_go_and_another_come() {
        let round = Round { counts: vec![("t".into(), 7)], ..Round::default() };
        assert_eq!(round.sweep(), Round::default());
    }

    #[test]
    fn the_counts_of_the_latest_threads_are_kept_and_no_more() {
        let mut round = Round::default();
        for number in 0..=COUNTS_MAX {
            round.remember(&Thread { id: format!("t{number}"), video: None, count: 6 });
        }
        assert_eq!((round.counts.len(), round.counts[0].0.as_str()), (COUNTS_MAX, "t1"));
    }

    #[test]
    fn a_thread_that_was_deleted_since_it_was_listed_is_passed_over() {
        let page = turn(Round::default(), &fixture::read("youtube/threads.json"));
        let then = resumed(&resumed(&page.next(true)).skip().next(false));
        assert_eq!(then.queue, Queue::HeldForReview);
    }

    #[test]
    fn a_queue_that_cannot_be_read_is_left_for_the_next_but_not_at_the_rounds_first_page() {
        let over = |queue, spot| {
            let round = Round { queue, list: List::Threads { spot }, ..Round::default() };
            round.pass_over().map(|next| resumed(&next).queue)
        };
        let Onward::To(deeper) = Spot::default().after(["1"].into_iter(), Some("a".into())) else { panic!() };
        assert_eq!(over(Queue::Published, Spot::default()), None);
        assert_eq!(over(Queue::Published, deeper), Some(Queue::HeldForReview));
        assert_eq!(over(Queue::HeldForReview, Spot::default()), Some(Queue::LikelySpam));
    }
}

//! What the public writes: the built-in corpus, in parts, and second thoughts about some of it.

use jiff::{SignedDuration, Timestamp};
use majlis::sandbox::{CorpusComment, corpus};

/// The corpus in `count` parts (at least one), always in the same order; a thread is never torn apart. Each comment is a
/// moment younger than the one before it, whenever its part is published.
pub(super) fn parts(count: usize) -> Vec<Vec<CorpusComment>> {
    let threads = threads(corpus());
    let size = threads.len().div_ceil(count.max(1));
    let mut written_at = Timestamp::now() - LEAD;
    let mut part = |threads: &[Vec<CorpusComment>]| {
        let mut part: Vec<CorpusComment> = Vec::new();
        for thread in threads {
            let root = part.len();
            for comment in thread {
                written_at += SignedDuration::from_millis(10);
                let reply_to = (part.len() > root).then_some(root);
                part.push(CorpusComment { at: Some(written_at), reply_to, ..comment.clone() });
            }
        }
        part
    };
    threads.chunks(size).map(&mut part).collect()
}

/// All was written before the play began, so that X's search, which is half a minute late, knows of it at once.
const LEAD: SignedDuration = SignedDuration::from_mins(5);

/// Each comment that answers nobody, with its answers.
fn threads(corpus: Vec<CorpusComment>) -> Vec<Vec<CorpusComment>> {
    let mut threads: Vec<Vec<CorpusComment>> = Vec::new();
    let mut thread_of = Vec::new();
    for comment in corpus {
        let thread = comment.reply_to.map_or(threads.len(), |answered: usize| thread_of[answered]);
        thread_of.push(thread);
        match threads.get_mut(thread) {
            Some(thread) => thread.push(comment),
            None => threads.push(vec![comment]),
        }
    }
    threads
}

//! Which comments a page of a list holds, found by walking an index from where the page before ended.
//!
//! What needs a person is a table of its own, `waiting`, kept in the order of urgency; what is behind in it is worked out for the
//! page. Words are looked up in `search_word`, the rarest first: its rows are in the order of the comments' numbers, so that a
//! page of what has it is read and not sorted.

use jiff::Timestamp;

use super::super::super::decisions::LATEST;
use super::super::super::error::Doing;
use super::super::super::sql::{Columns, Conditions, micros};
use super::super::super::{Store, StoreError};
use super::super::waiting::BEHIND;
use super::{ListFilter, ListState};
use crate::domain::holder::Holder;
use crate::domain::text::Sought;

/// From so many on, a word counts as common: nobody needs to know by how much.
const COMMON: i64 = 1_000;

/// The page that `filter` asks for as a table of comments with their places, the order of its rows, and its parameters.
pub(super) fn of(
    filter: &ListFilter,
    words: Option<&[Sought]>,
    now: Timestamp,
) -> (String, String, Conditions) {
    let mut on = Conditions::default();
    let waits = !matches!(
        filter.state,
        ListState::Paused | ListState::AwaitingApproval | ListState::Hidden | ListState::All
    );
    let place = match (filter.state, words) {
        (ListState::Review, None) => Place::ByRisk,
        (ListState::AwaitingReply, None) if filter.due_from.is_some() => Place::ByReply,
        (_, None) if waits => Place::ByUrgency,
        _ => Place::Newest,
    };
    // A page of what has a word is read in the order of that word's rows.
    let led = matches!(words, Some([Sought::Word(_), ..]));
    let words = words.unwrap_or_default();
    let page = match waits {
        true => {
            waiting(filter, now, &mut on);
            on.and(format!("w.comment not in ({BEHIND})"));
            let known = place.page("waiting w", "w.comment", words, led, filter, &mut on);
            waiting(filter, now, &mut on);
            on.and(format!("w.comment in ({BEHIND})"));
            let fresh = place.page("waiting_now w", "w.comment", words, false, filter, &mut on);
            let limit = on.parameter(i64::from(filter.limit));
            let order = place.order("", "comment");
            format!(
                "select * from ({known}) as known union all select * from ({fresh}) as fresh order by {order} limit {limit}"
            )
        }
        false => {
            all(filter, &mut on);
            place.page(
                &format!("comment c left join decision d on d.id = {LATEST}"),
                "c.id",
                words,
                led,
                filter,
                &mut on,
            )
        }
    };
    (page, place.order("p.", "p.comment"), on)
}

/// How a list is ordered.
#[derive(Clone, Copy)]
enum Place {
    Newest,
    ByRisk,
    ByUrgency,
    /// By when a reply is due.
    ByReply,
}

impl Place {
    /// A page of those of `rows` that fulfil the conditions and have the words. Where the first word leads, it is looked up first.
    fn page(
        self,
        rows: &str,
        row: &str,
        words: &[Sought],
        led: bool,
        filter: &ListFilter,
        on: &mut Conditions,
    ) -> String {
        searched(words, led, row, on);
        let (from, row) = match led {
            // `cross join` keeps SQLite to this order: the word first, then what has it.
            true => (format!("search_word s cross join {rows}"), "s.comment"),
            false => (rows.to_owned(), row),
        };
        let columns = match self {
            Place::Newest => {
                "cast(null as bigint) as band, cast(null as bigint) as due_at, cast(null as bigint) as risk"
            }
            Place::ByRisk | Place::ByUrgency => "w.band, w.due_at, w.risk",
            Place::ByReply => "w.band, w.reply_due_at as due_at, w.risk",
        };
        self.after(filter, row, on);
        let order = self.order("w.", row);
        let limit = on.parameter(i64::from(filter.limit));
        let text = on.take();
        format!("select {row} as comment, {columns} from {from} where {text} order by {order} limit {limit}")
    }

    /// The order of rows whose places are in columns of `table`, and whose comments are `row`.
    fn order(self, table: &str, row: &str) -> String {
        match self {
            Place::Newest => format!("{row} desc"),
            Place::ByRisk => format!("{table}risk, {row}"),
            Place::ByUrgency => format!("{table}band, {table}due_at, {table}risk, {row}"),
            Place::ByReply if table == "w." => format!("w.reply_due_at, {row}"),
            Place::ByReply => format!("{table}due_at, {row}"),
        }
    }

    /// Goes on where the page before ended. A place of another kind of list is none of this one: it begins at its top.
    fn after(self, filter: &ListFilter, row: &str, on: &mut Conditions) {
        let Some(after) = filter.after else { return };
        let id = after.id.0;
        match (self, after.urgency) {
            (Place::Newest, _) => {
                let id = on.parameter(id);
                on.and(format!("{row} < {id}"));
            }
            (Place::ByRisk, Some(urgency)) => {
                let [risk, id] = [urgency.risk, id].map(|number| on.parameter(number));
                on.and(format!("(w.risk, w.comment) > ({risk}, {id})"));
            }
            (Place::ByUrgency, Some(urgency)) => {
                let place = [urgency.band, urgency.due_at, urgency.risk, id];
                let [band, due_at, risk, id] = place.map(|number| on.parameter(number));
                on.and(format!("(w.band, w.due_at, w.risk, w.comment) > ({band}, {due_at}, {risk}, {id})"));
            }
            (Place::ByReply, Some(urgency)) => {
                let [due_at, id] = [urgency.due_at, id].map(|number| on.parameter(number));
                on.and(format!("(w.reply_due_at, w.comment) > ({due_at}, {id})"));
            }
            (Place::ByRisk | Place::ByUrgency | Place::ByReply, None) => {}
        }
    }
}

/// What needs a person, narrowed by the columns of its own table.
fn waiting(filter: &ListFilter, now: Timestamp, on: &mut Conditions) {
    match filter.state {
        ListState::Review => on.and("w.risk < 99".to_owned()),
        ListState::AwaitingReply => on.and("w.owes = 'reply'".to_owned()),
        ListState::Overdue => {
            let now = on.parameter(micros(now));
            on.and(format!("(w.band, w.due_at) < (1, {now}) and w.reply_due_at < {now}"));
        }
        ListState::Waiting
        | ListState::Paused
        | ListState::AwaitingApproval
        | ListState::Hidden
        | ListState::All => {}
    }
    if let Some(from) = filter.due_from {
        let from = on.parameter(micros(from));
        on.and(format!("w.reply_due_at >= {from}"));
        if let Some(before) = filter.due_before {
            let before = on.parameter(micros(before));
            on.and(format!("w.reply_due_at < {before}"));
        }
    } else if let Some(before) = filter.due_before {
        let before = on.parameter(micros(before));
        on.and(format!("(w.band, w.due_at) < (1, {before}) and w.due_at < {before}"));
    }
    let holder = filter.holder.as_ref().map(ToString::to_string);
    on.is("w.platform", filter.platform.map(|platform| platform.as_str()));
    on.is("w.source", filter.source.as_ref().map(|source| source.0.clone()));
    on.is("w.language", filter.language.map(|language| language.as_str()));
    on.is("w.kind", filter.kind.map(|kind| kind.as_str()));
    on.is("w.clause", filter.clause.map(|clause| clause.as_str()));
    on.is("w.holder", holder);
}

/// The public's comments, narrowed by what is known of each.
fn all(filter: &ListFilter, on: &mut Conditions) {
    on.and("c.written_by = 'public'".to_owned());
    if filter.state == ListState::AwaitingApproval {
        on.and("c.id in (select a.comment from action a where a.state = 'awaiting_approval')".to_owned());
    }
    if filter.state == ListState::Paused {
        on.and(
            "c.id in (select k.comment from clock_pause p cross join reply_clock k
                 where p.until_at is null and k.id = p.clock and k.state = 'paused')"
                .to_owned(),
        );
    }
    if filter.state == ListState::Hidden {
        on.and("c.visibility = 'hidden' and coalesce(d.verdict, '') <> 'review'".to_owned());
    }
    if let Some(before) = filter.due_before {
        let before = on.parameter(micros(before));
        on.and(format!(
            "c.id in (select k.comment from reply_clock k where k.state = 'running' and k.due_at < {before})"
        ));
    }
    on.is("c.platform", filter.platform.map(|platform| platform.as_str()));
    on.is("c.source", filter.source.as_ref().map(|source| source.0.clone()));
    on.is("c.language", filter.language.map(|language| language.as_str()));
    on.is("d.kind", filter.kind.map(|kind| kind.as_str()));
    if let Some(clause) = filter.clause {
        let clause = on.parameter(clause.as_str());
        on.and(format!(
            "d.clause = {clause} and c.id in (select x.comment from decision x where x.clause = {clause})"
        ));
    }
    if let Some(holder) = &filter.holder {
        let known = "(select x.holder from holding x where x.comment = c.id order by x.from_at desc, x.id desc limit 1)";
        let asked = on.parameter(holder.to_string());
        on.and(format!("coalesce({known}, 'unassigned') = {asked}"));
        // What was ever in somebody's hands is found by an index; what is nobody's was mostly never anybody's.
        if *holder != Holder::Unassigned {
            on.and(format!("c.id in (select x.comment from holding x where x.holder = {asked})"));
        }
    }
}

/// What has all of these words. Where the first leads it is looked up, and whether a comment has the others is asked of it; where
/// none does and all are beginnings, what has the first is looked up as a whole.
fn searched(words: &[Sought], led: bool, row: &str, on: &mut Conditions) {
    for (place, word) in words.iter().enumerate() {
        match word {
            Sought::Word(word) => {
                let word = on.parameter(word.clone());
                on.and(match led && place == 0 {
                    true => format!("s.word = {word} and s.comment = {row}"),
                    false => format!(
                        "exists (select 1 from search_word x where x.comment = {row} and x.word = {word})"
                    ),
                });
            }
            Sought::Beginning(word) => {
                let (from, to) = (on.parameter(word.clone()), on.parameter(format!("{word}{}", char::MAX)));
                let has =
                    format!("select x.comment from search_word x where x.word >= {from} and x.word < {to}");
                on.and(match place {
                    0 => format!("{row} in ({has})"),
                    _ => format!("exists ({has} and x.comment = {row})"),
                });
            }
        }
    }
}

/// The same words, those that the fewest comments have first, and beginnings last.
pub(super) async fn rarest_first(store: &Store, words: Vec<Sought>) -> Result<Vec<Sought>, StoreError> {
    let mut counted = Vec::with_capacity(words.len());
    for word in words {
        let how_many = match &word {
            Sought::Beginning(_) => i64::MAX,
            Sought::Word(text) => {
                let query = sqlx::query(
                    "select count(*) as how_many from (select 1 from search_word where word = $1 limit $2) as known",
                );
                let query = query.bind(text.clone()).bind(COMMON);
                let row = query.fetch_one(&store.readers).await.doing("count the comments with a word")?;
                Columns::of("search_word", &row).get("how_many")?
            }
        };
        counted.push((how_many, word));
    }
    counted.sort_by_key(|(how_many, _)| *how_many);
    Ok(counted.into_iter().map(|(_, word)| word).collect())
}

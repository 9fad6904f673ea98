//! Which comments a page of a list holds, found by walking an index from where the page before ended.
//!
//! What needs a person is a table of its own, `waiting`, kept in the order of urgency; what is behind in it is worked out for the
//! page. Words are looked up ([`super::words`]), the rarest first: their rows are in the order of the comments' numbers, so that a
//! page of what has one is read and not sorted. So are those of what rules about a comment and of what every comment has: of these
//! the narrowest that is asked for is walked.

use jiff::Timestamp;

use super::super::super::Dialect;
use super::super::super::decisions::LATEST;
use super::super::super::sql::{Conditions, micros};
use super::super::waiting::BEHIND;
use super::words::{Asked, searched};
use super::{ListFilter, ListState};
use crate::domain::holder::Holder;

/// The page that `filter` asks for as a table of comments with their places, the order of its rows, and its parameters.
pub(super) fn of(
    filter: &ListFilter,
    words: Option<&[Asked]>,
    dialect: Dialect,
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
    let led = matches!(words, Some([Asked::Word(_), ..]));
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
            let walk = Walk::of(filter, words);
            all(filter, walk, dialect, &mut on);
            let left_join = format!("comment c left join decision d on d.id = {LATEST}");
            let (rows, row) = match walk {
                Walk::Decisions => ("decision d cross join comment c", "d.comment"),
                Walk::Few | Walk::Comments => (&*left_join, "c.id"),
            };
            place.page(rows, row, words, led, filter, &mut on)
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
        words: &[Asked],
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

/// What a page that is not of what waits is read from, newest first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Walk {
    /// A few comments that an index of their own names.
    Few,
    /// Decisions of a clause or kind.
    Decisions,
    /// The public's comments.
    Comments,
}

impl Walk {
    fn of(filter: &ListFilter, words: &[Asked]) -> Self {
        let found = matches!(words, [Asked::Word(_) | Asked::Rare(_), ..]);
        let held = filter.holder.as_ref().is_some_and(|holder| *holder != Holder::Unassigned);
        let listed = matches!(filter.state, ListState::Paused | ListState::AwaitingApproval);
        match filter.state {
            _ if found || listed || held || filter.due_before.is_some() => Walk::Few,
            _ if filter.clause.is_some() => Walk::Decisions,
            // There are fewer of the hidden than of any kind.
            ListState::Hidden => Walk::Few,
            _ if filter.kind.is_some() => Walk::Decisions,
            _ => Walk::Comments,
        }
    }
}

/// The public's comments, narrowed by what is known of each.
fn all(filter: &ListFilter, walk: Walk, dialect: Dialect, on: &mut Conditions) {
    on.and("c.written_by = 'public'".to_owned());
    if walk == Walk::Decisions {
        on.and(
            "c.id = d.comment and not exists (
                 select 1 from decision l where l.comment = d.comment and (l.revision, l.id) > (d.revision, d.id))"
                .to_owned(),
        );
    }
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
    let mut walks_by_it = walk != Walk::Few;
    for (column, asked) in [
        ("d.clause", filter.clause.map(|clause| clause.as_str().to_owned())),
        ("d.kind", filter.kind.map(|kind| kind.as_str().to_owned())),
        ("c.source", filter.source.as_ref().map(|source| source.0.clone())),
        ("c.platform", filter.platform.map(|platform| platform.as_str().to_owned())),
        ("c.language", filter.language.map(|language| language.as_str().to_owned())),
    ] {
        if asked.is_some() {
            // SQLite knows no better than to take an index of many before the walk of few; a plus keeps it from that. PostgreSQL
            // weighs them by its statistics.
            let plus = if dialect == Dialect::Postgres || walks_by_it { "" } else { "+" };
            on.is(&format!("{plus}{column}"), asked);
            walks_by_it = false;
        }
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

#[cfg(test)]
mod tests {
    use super::super::super::super::Store;
    use super::super::super::super::sql::{self, Columns};
    use super::*;
    use crate::domain::comment::{Platform, SourceId};
    use crate::domain::judge::Kind;
    use crate::domain::policy::ClauseId;
    use crate::domain::reply::Language;

    /// What SQLite says that it does for a page.
    async fn plan(store: &Store, filter: &ListFilter, words: &[Asked]) -> String {
        let (page, _, conditions) = of(filter, Some(words), store.dialect(), Timestamp::UNIX_EPOCH);
        let query = conditions.bind(sql::query(format!("explain query plan {page}")));
        let steps = query.fetch_all(&store.readers).await.unwrap();
        let steps = steps.iter().map(|step| Columns::of("plan", step).get::<String>("detail").unwrap());
        steps.collect::<Vec<_>>().join("; ")
    }

    #[tokio::test]
    async fn what_is_narrowed_is_walked_by_what_narrows_it_most_and_neither_scanned_nor_sorted() {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", directory.path().join("majlis.db").display());
        let store = Store::open(&url).await.unwrap();
        let all = || ListFilter { state: ListState::All, limit: 50, ..ListFilter::default() };
        let kind = ListFilter { kind: Some(Kind::Complaint), ..all() };
        let clause = ListFilter { clause: Some(ClauseId::Spam), ..all() };
        let language = ListFilter { language: Some(Language::English), ..all() };
        let platform = ListFilter { platform: Some(Platform::X), ..language.clone() };
        let source = ListFilter { source: Some(SourceId("page".to_owned())), ..platform.clone() };
        let in_state = |state, filter: &ListFilter| ListFilter { state, ..filter.clone() };
        let word = || vec![Asked::Word("permit".to_owned())];
        for (filter, words, by) in [
            (kind.clone(), vec![], "d USING INDEX decision_kind"),
            (clause.clone(), vec![], "d USING INDEX decision_clause"),
            (ListFilter { kind: kind.kind, ..clause.clone() }, vec![], "d USING INDEX decision_clause"),
            (ListFilter { kind: kind.kind, ..source.clone() }, vec![], "d USING INDEX decision_kind"),
            (in_state(ListState::Hidden, &clause), vec![], "d USING INDEX decision_clause"),
            (in_state(ListState::Hidden, &kind), vec![], "c USING INDEX comment_hidden"),
            (in_state(ListState::Hidden, &source), vec![], "c USING INDEX comment_hidden"),
            (in_state(ListState::AwaitingApproval, &source), vec![], "a USING INDEX action_approval"),
            (language, vec![], "c USING INDEX comment_of_language"),
            (platform, vec![], "c USING INDEX comment_of_platform"),
            (source.clone(), vec![], "c USING INDEX comment_of_source"),
            (source.clone(), vec![Asked::Common("per".to_owned())], "c USING INDEX comment_of_source"),
            (source.clone(), vec![Asked::Rare("per".to_owned())], "x USING PRIMARY KEY (word>? AND word<?"),
            (source, word(), "s USING PRIMARY KEY (word=?"),
            (kind, word(), "s USING PRIMARY KEY (word=?"),
        ] {
            for after in [None, Some("7".parse().unwrap())] {
                let filter = ListFilter { after, ..filter.clone() };
                let plan = plan(&store, &filter, &words).await.replace("COVERING ", "");
                assert!(plan.contains(by), "{filter:?}: {plan}");
                // What is few has an index that is walked as a whole.
                let whole = plan.replace("SCAN c USING INDEX comment_hidden", "").contains("SCAN c");
                assert!(!whole && !plan.contains("TEMP B-TREE"), "{filter:?}: {plan}");
            }
        }
    }
}

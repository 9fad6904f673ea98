//! The weekly samples of the machine's verdicts, and what people answered who did not know what it had said. An answer is no
//! decision: nothing follows from it but figures and labelled data ([`super::labels`]).

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::domain::audit::{Actor, AuditEvent, Field};
use crate::domain::comment::{Comment, CommentId};
use crate::domain::interval::Rate;
use crate::domain::judge::{Answer, Outcome};
use crate::domain::policy::{ClauseId, PolicyVersion};
use crate::domain::sample::{Drawn, Week};

use super::comments::{self, COMMENT};
use super::decisions::DecidedBy;
use super::error::Doing;
use super::rows::{Rows, Type};
use super::sql::{self, Columns, micros};
use super::{Store, StoreError, Tx, audit};

/// The number of a verdict that was drawn.
pub type ItemId = i64;

/// Decisions by number: those after the first, up to the second.
pub type Span = (i64, i64);

/// A comment that is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The number of the question.
    pub item: ItemId,
    /// The first day of the week that it was drawn from.
    pub week: Date,
    /// The comment, with the words that the machine judged.
    pub comment: Comment,
}

/// What a person answered, beside what the machine had said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answered {
    /// The comment.
    pub comment: CommentId,
    /// What the machine had said: `allow` or `hide`.
    pub machine: &'static str,
    /// By which clause.
    pub machine_clause: Option<ClauseId>,
    /// The clause that the person says it breaks, if it breaks one.
    pub clause: Option<ClauseId>,
    /// How the two differ.
    pub answer: Answer,
}

/// What became of a week's sample.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quality {
    /// The first day of the week.
    pub week: Date,
    /// The machine's hides in it.
    pub hides: u64,
    /// What it left visible.
    pub allows: u64,
    /// How many of the hides were drawn.
    pub hides_drawn: u64,
    /// How many of the others.
    pub allows_drawn: u64,
    /// Of the hides that people judged, those that they call lawful.
    pub false_hides: Rate,
    /// Of what was left visible and people judged, what they call a breach.
    pub missed: Rate,
}

/// Why an answer was not kept.
#[derive(Debug, thiserror::Error)]
pub enum NotAnswered {
    /// Nothing with this number was drawn.
    #[error("nothing with this number was drawn")]
    NoSuchItem,
    /// It was answered, its week is over, or whoever answers knows what was decided about it.
    #[error(
        "this is not asked of you any more: it was answered, its week is over, or you decided about the comment"
    )]
    NotAsked,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The numbers of the decisions of a week. It must be over for as long as a transaction can take.
///
/// # Errors
/// The database failed.
pub async fn span(store: &Store, week: &Week) -> Result<Span, StoreError> {
    Ok((last_before(store, week.from).await?, last_before(store, week.until).await?))
}

async fn last_before(store: &Store, at: Timestamp) -> Result<i64, StoreError> {
    // From the end: no index is kept for what is asked once a week.
    let query = sqlx::query("select id from decision where decided_at < $1 order by id desc limit 1");
    let row =
        query.bind(micros(at)).fetch_optional(&store.readers).await.doing("look for a week's decisions")?;
    row.map_or(Ok(0), |row| Columns::of("decision", &row).get("id"))
}

/// At most `limit` of the machine's verdicts in `span` whose words are still there, by number.
///
/// # Errors
/// The database failed.
pub async fn verdicts(store: &Store, span: Span, limit: u32) -> Result<Vec<(i64, Outcome)>, StoreError> {
    let query = sqlx::query(
        "select d.id, d.verdict from decision d
             join revision r on r.comment = d.comment and r.number = d.revision
         where d.id > $1 and d.id <= $2 and d.decided_by = 'machine' and r.text is not null
         order by d.id limit $3",
    );
    let rows = query.bind(span.0).bind(span.1).bind(i64::from(limit)).fetch_all(&store.readers).await;
    let verdict = |row| {
        let row = Columns::of("decision", row);
        Ok((row.get("id")?, row.word("verdict")?))
    };
    rows.doing("read a week's verdicts")?.iter().map(verdict).collect()
}

/// Whether the sample of the week that begins on this day was drawn.
///
/// # Errors
/// The database failed.
pub async fn is_drawn(store: &Store, week: Date) -> Result<bool, StoreError> {
    let query = sqlx::query("select 1 as one from sample where week = $1").bind(week.to_string());
    Ok(query.fetch_optional(&store.readers).await.doing("look for a week's sample")?.is_some())
}

/// Keeps a sample and logs by what it was drawn, so that whoever has the log draws it again.
///
/// # Errors
/// The database failed, or the week has a sample.
pub async fn keep(
    tx: &mut Tx,
    week: Date,
    span: Span,
    drawn: &Drawn,
    now: Timestamp,
) -> Result<(), StoreError> {
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let query = sqlx::query(
        "insert into sample (week, seed, after_decision, through_decision, hides, allows, drawn_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    );
    let query = query.bind(week.to_string()).bind(drawn.seed.to_vec()).bind(span.0).bind(span.1);
    let query = query.bind(count(drawn.hides)).bind(count(drawn.allows)).bind(micros(now));
    query.execute(tx.conn()).await.doing("keep a sample")?;
    let mut rows = Rows::new(&[("place", Type::Int), ("decision", Type::Int)]);
    (0_i64..)
        .zip(&drawn.decisions)
        .for_each(|(place, decision)| rows.push([place.into(), (*decision).into()]));
    for part in rows.parts(tx.dialect()) {
        let drawn = part.table("drawn", 2);
        let query = sql::query(format!(
            "with {drawn}
             insert into sample_item (week, decision, comment)
             select $1, d.id, d.comment from drawn join decision d on d.id = drawn.decision order by drawn.place"
        ));
        let query = part.bind(query.bind(week.to_string()));
        query.execute(tx.conn()).await.doing("keep what was drawn")?;
    }
    let numbers: Vec<String> = drawn.decisions.iter().map(ToString::to_string).collect();
    let entry = AuditEvent::new(now, Actor::Machine("sample"), "sample.drawn", format!("sample:{week}"))
        .word("seed", hex::encode(drawn.seed))
        .int("after", span.0)
        .int("through", span.1)
        .int("hides", count(drawn.hides))
        .int("allows", count(drawn.allows))
        .word("decisions", numbers.join(" "));
    audit::append(tx, &[entry]).await
}

/// What is asked of `$1`: the latest sample's questions that nobody answered, but for comments about which they decided themselves.
const ASKED: &str = "i.week = (select max(week) from sample) and i.answered_at is null and not exists (
    select 1 from decision s where s.comment = i.comment and s.decided_by = $1)";

/// The next question for `staff` after number `after`, and how many there are for them.
///
/// # Errors
/// The database failed.
pub async fn next(store: &Store, staff: &str, after: ItemId) -> Result<(Option<Question>, u64), StoreError> {
    let from = "from sample_item i join decision m on m.id = i.decision join comment c on c.id = i.comment
        join revision r on r.comment = m.comment and r.number = m.revision";
    let asked = format!("{ASKED} and r.text is not null");
    let me = DecidedBy::Staff(staff.to_owned()).to_string();
    let query = sql::query(format!("select count(*) as left_over {from} where {asked}")).bind(me.clone());
    let row = query.fetch_one(&store.readers).await.doing("count the questions of a sample")?;
    let left = Columns::of("sample_item", &row).count("left_over")?;
    let query = sql::query(format!(
        "select i.id as item, i.week, {COMMENT} {from} where {asked} and i.id > $2 order by i.id limit 1"
    ));
    let row = query.bind(me).bind(after).fetch_optional(&store.readers).await;
    let Some(row) = row.doing("read the next question of a sample")? else { return Ok((None, left)) };
    let row = Columns::of("sample_item", &row);
    let question =
        Question { item: row.get("item")?, week: row.word("week")?, comment: comments::comment(&row)? };
    Ok((Some(question), left))
}

/// Keeps what `staff` answers to a question: the clause that the comment breaks, or that it breaks none; and logs it.
///
/// # Errors
/// It is not asked of them, or the database failed.
pub async fn answer(
    tx: &mut Tx,
    item: ItemId,
    clause: Option<ClauseId>,
    staff: &str,
    policy: &PolicyVersion,
    now: Timestamp,
) -> Result<Answered, NotAnswered> {
    let person = clause.map_or(Outcome::Allow, |_| Outcome::Hide);
    let query = sql::query(format!(
        "update sample_item as i set answered_by = $1, verdict = $3, clause = $4, policy = $5, answered_at = $6
         where i.id = $2 and {ASKED}"
    ));
    let query = query.bind(DecidedBy::Staff(staff.to_owned()).to_string()).bind(item).bind(person.as_str());
    let query = query.bind(clause.map(ClauseId::as_str)).bind(policy.to_string()).bind(micros(now));
    let kept = query.execute(tx.conn()).await.doing("keep an answer")?.rows_affected() == 1;
    let query = sql::query(format!("{ANSWERED} where i.id = $1")).bind(item);
    let row =
        query.fetch_optional(tx.conn()).await.doing("read what was asked")?.ok_or(NotAnswered::NoSuchItem)?;
    if !kept {
        return Err(NotAnswered::NotAsked);
    }
    let row = Columns::of("sample_item", &row);
    let answered = answered(&row)?;
    let week: &str = row.get("week")?;
    let actor = Actor::Staff(staff.to_owned());
    let decision: i64 = row.get("decision")?;
    let entry = AuditEvent::new(now, actor, "sample.answered", format!("decision:{decision}"))
        .int("comment", answered.comment.0)
        .word("week", week)
        .word("machine", answered.machine)
        .word("verdict", person.as_str())
        .with("clause", clause.map_or(Field::Null, |clause| Field::Word(clause.to_string())))
        .word("policy", policy.to_string());
    audit::append(tx, &[entry]).await?;
    Ok(answered)
}

const ANSWERED: &str =
    "select i.week, i.decision, i.comment, i.verdict, i.clause, m.verdict as machine_verdict,
     m.clause as machine_clause from sample_item i join decision m on m.id = i.decision";

fn answered(row: &Columns<'_>) -> Result<Answered, StoreError> {
    let (machine, machine_clause) =
        (row.word::<Outcome>("machine_verdict")?, row.word_or_null("machine_clause")?);
    let (person, clause) = (row.word::<Outcome>("verdict")?, row.word_or_null("clause")?);
    let answer = Answer::of((machine, machine_clause), (person, clause));
    Ok(Answered {
        comment: CommentId(row.get("comment")?),
        machine: machine.as_str(),
        machine_clause,
        clause,
        answer: answer.ok_or_else(|| row.unreadable("verdict", person.as_str().to_owned()))?,
    })
}

/// What `staff` answered to a question; `None` where they did not.
///
/// # Errors
/// The database failed.
pub async fn answered_by(store: &Store, item: ItemId, staff: &str) -> Result<Option<Answered>, StoreError> {
    let query = sql::query(format!("{ANSWERED} where i.id = $1 and i.answered_by = $2")).bind(item);
    let query = query.bind(DecidedBy::Staff(staff.to_owned()).to_string());
    let row = query.fetch_optional(&store.readers).await.doing("read an answer")?;
    row.map(|row| answered(&Columns::of("sample_item", &row))).transpose()
}

/// What became of the latest samples, the newest first, `weeks` at most.
///
/// # Errors
/// The database failed.
pub async fn quality(store: &Store, weeks: u32) -> Result<Vec<Quality>, StoreError> {
    let query = sqlx::query(
        "select s.week, s.hides, s.allows,
             count(case when m.verdict = 'hide' then 1 end) as hides_drawn,
             count(case when m.verdict = 'allow' then 1 end) as allows_drawn,
             count(case when m.verdict = 'hide' then i.verdict end) as hides_judged,
             count(case when m.verdict = 'allow' then i.verdict end) as allows_judged,
             count(case when m.verdict = 'hide' and i.verdict = 'allow' then 1 end) as false_hides,
             count(case when m.verdict = 'allow' and i.verdict = 'hide' then 1 end) as missed
         from sample s left join sample_item i on i.week = s.week left join decision m on m.id = i.decision
         group by s.week, s.hides, s.allows order by s.week desc limit $1",
    );
    let rows =
        query.bind(i64::from(weeks)).fetch_all(&store.readers).await.doing("count what samples showed")?;
    let quality = |row| {
        let row = Columns::of("sample", row);
        Ok(Quality {
            week: row.word("week")?,
            hides: row.count("hides")?,
            allows: row.count("allows")?,
            hides_drawn: row.count("hides_drawn")?,
            allows_drawn: row.count("allows_drawn")?,
            false_hides: Rate::of(row.count("false_hides")?, row.count("hides_judged")?),
            missed: Rate::of(row.count("missed")?, row.count("allows_judged")?),
        })
    };
    rows.iter().map(quality).collect()
}

/// The rates over all these weeks: each answer counts once.
pub fn together(weeks: &[Quality]) -> (Rate, Rate) {
    let over = |rate: fn(&Quality) -> Rate| {
        let rates = || weeks.iter().map(rate);
        Rate::of(rates().map(|rate| rate.count).sum(), rates().map(|rate| rate.of).sum())
    };
    (over(|week| week.false_hides), over(|week| week.missed))
}

//! What a judge shows on comments that it did not learn from, as tables in Markdown.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;

use super::data::{CLEAN_ARABIC, DataError, OWN, Row, files, read_file};
use super::disguise::DISGUISES;
use super::figures::{average_precision, macro_f1, upper_bound};
use super::latin::latin;
use super::random::Random;
use crate::domain::judge::{Explanation, Judge, Kind, Subject};

/// A row and what the judge said about it.
#[derive(Debug)]
pub(super) struct Told<'a> {
    row: &'a Row,
    said: Explanation,
}

impl<'a> Told<'a> {
    pub(super) fn of(judge: &Judge, row: &'a Row) -> Self {
        Told { row, said: explained(judge, &row.text) }
    }

    fn outcome(&self) -> &'static str {
        self.said.judgement.verdict.word()
    }

    fn is_flagged(&self) -> bool {
        self.outcome() != "allow"
    }

    fn is_hidden(&self) -> bool {
        self.outcome() == "hide"
    }

    fn is_right_clause(&self) -> bool {
        self.said.clauses.first().is_some_and(|(clause, _)| self.row.clauses.contains(clause))
    }
}

fn explained(judge: &Judge, text: &str) -> Explanation {
    judge.explain(&Subject::of(text))
}

/// The tables for the development rows, and for the cases in `never` where that directory is.
pub(super) fn report(judge: &Judge, rows: &[Row], never: &Path) -> Result<String, DataError> {
    let told: Vec<Told<'_>> = rows.iter().filter(|row| row.dev).map(|row| Told::of(judge, row)).collect();
    let mut report = String::new();
    languages(&mut report, &told);
    criticism(&mut report, &told);
    clean_arabic(&mut report, &told);
    disguised(&mut report, judge, &told);
    kinds(
        &mut report,
        "our own comments (development part)",
        told.iter().filter(|told| told.row.source == OWN),
    );
    ministry(
        &mut report,
        "our own comments (development part)",
        told.iter().filter(|told| told.row.source == OWN),
    );
    if never.is_dir() {
        for path in files(never, "")? {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with("functional") {
                functions(&mut report, judge, &path, &name)?;
            } else {
                let mut rows = Vec::new();
                read_file(&path, &name, &mut rows)?;
                let told: Vec<Told<'_>> = rows.iter().map(|row| Told::of(judge, row)).collect();
                ministry(&mut report, &name, told.iter());
                kinds(&mut report, &name, told.iter());
            }
        }
    }
    Ok(report)
}

/// What a judge says of whole sources of which its model has seen nothing.
pub(super) fn unseen(told: &[Told<'_>]) -> String {
    let mut report = format!("\n### Sources of which a model has seen nothing\n\n{RANKING}");
    ranking(&mut report, "Arabic", told, |row| row.lang == "ar");
    // Reviews are all lawful, and as many as there happen to be: what they add to a ranking says nothing of how breaches rank.
    let marking: BTreeSet<&str> =
        told.iter().filter(|told| !told.row.is_lawful()).map(|told| &*told.row.source).collect();
    ranking(&mut report, "Arabic, of sources that hold breaches", told, |row| {
        row.lang == "ar" && marking.contains(&*row.source)
    });
    by_source(&mut report, told);
    criticism(&mut report, told);
    report
}

const RANKING: &str = "| set | comments | breaches | AP | macro-F1, hide or review | macro-F1, score of a half |\n|---|--:|--:|--:|--:|--:|\n";

/// A row of the table [`RANKING`]; none where the set has only breaches, or none.
fn ranking(report: &mut String, name: &str, told: &[Told<'_>], of: impl Fn(&Row) -> bool) {
    let told: Vec<&Told<'_>> = told.iter().filter(|told| of(told.row)).collect();
    let breaches = told.iter().filter(|told| !told.row.is_lawful()).count();
    if breaches == 0 || breaches == told.len() {
        return;
    }
    let scored: Vec<_> = told.iter().map(|told| (told.said.hide_score, !told.row.is_lawful())).collect();
    let flagged = |told: &&Told<'_>| if told.is_flagged() { 1.0 } else { 0.0 };
    let flagged: Vec<_> = told.iter().map(|told| (flagged(told), !told.row.is_lawful())).collect();
    let (ap, outcome, score) = (average_precision(&scored), macro_f1(&flagged, 0.5), macro_f1(&scored, 0.5));
    let _ =
        writeln!(report, "| {name} | {} | {breaches} | {ap:.3} | {outcome:.3} | {score:.3} |", told.len());
}

fn by_source(report: &mut String, told: &[Told<'_>]) {
    let mut sources: Vec<&str> = told.iter().map(|told| told.row.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    for source in sources {
        ranking(report, source, told, |row| row.source == source);
    }
}

fn languages(report: &mut String, told: &[Told<'_>]) {
    let _ = write!(report, "### Development rows\n\n{RANKING}");
    for (name, lang) in
        [("Arabic", "ar"), ("English", "en"), ("Hindi", "hi"), ("Urdu", "ur"), ("Roman Urdu", "ur-Latn")]
    {
        ranking(report, name, told, |row| row.lang == lang && row.source != OWN);
    }
    for (name, lang) in [("Arabic", "ar"), ("English", "en")] {
        let name = format!("{name}, marked so by the sources");
        ranking(report, &name, told, |row| row.lang == lang && row.marked_dev);
    }
    ranking(report, "clean Arabic labels", told, Row::is_clean_arabic);
    by_source(report, told);
}

fn criticism(report: &mut String, told: &[Told<'_>]) {
    report.push_str("\n### Lawful comments that the machine hides\n\n| set | comments | hidden | rate | upper 95 % bound |\n|---|--:|--:|--:|--:|\n");
    let mut row = |name: &str, of: &dyn Fn(&Row) -> bool| {
        let of: Vec<_> = told.iter().filter(|told| told.row.is_lawful() && of(told.row)).collect();
        let hidden = of.iter().filter(|told| told.is_hidden()).count();
        if !of.is_empty() {
            let (rate, bound) = (hidden as f64 / of.len() as f64, upper_bound(hidden, of.len()));
            let _ = writeln!(
                report,
                "| {name} | {} | {hidden} | {:.2} % | {:.2} % |",
                of.len(),
                100.0 * rate,
                100.0 * bound
            );
        }
    };
    row("all, without the noisy sources", &Row::proves_hiding);
    row("criticism", &|row| row.criticism && row.proves_hiding());
    for source in ["sohateful", "marsa", "reviews_product", "reviews_restaurant", "reviews_attraction", OWN] {
        row(&format!("criticism, {source}"), &|row| {
            row.criticism && row.source == source && row.proves_hiding()
        });
    }
    row("our own, written to be hard to tell", &|row| row.hard);
}

fn clean_arabic(report: &mut String, told: &[Told<'_>]) {
    report.push_str("\n### Breaches in clean Arabic labels\n\n| source | breaches | hidden | hidden or reviewed |\n|---|--:|--:|--:|\n");
    let mut row = |name: &str, of: &[&str]| {
        let of =
            || told.iter().filter(|told| !told.row.is_lawful() && of.contains(&told.row.source.as_str()));
        let share = |which: &dyn Fn(&Told<'_>) -> bool| {
            of().filter(|told| which(told)).count() as f64 / of().count().max(1) as f64
        };
        let (hidden, flagged) =
            (share(&|told: &Told<'_>| told.is_hidden()), share(&|told: &Told<'_>| told.is_flagged()));
        let _ = writeln!(report, "| {name} | {} | {hidden:.3} | {flagged:.3} |", of().count());
    };
    row("together", &CLEAN_ARABIC);
    CLEAN_ARABIC.iter().for_each(|source| row(source, &[source]));
}

fn disguised(report: &mut String, judge: &Judge, told: &[Told<'_>]) {
    report.push_str("\n### Disguised breaches that are hidden or reviewed\n\n| disguise | Arabic | English |\n|---|--:|--:|\n");
    let recall = |lang: &str, disguise: &dyn Fn(&str) -> String| {
        let breaches =
            told.iter().filter(|told| told.row.lang == lang && !told.row.is_lawful() && !told.row.is_noisy());
        let flagged: Vec<bool> = breaches
            .map(|told| explained(judge, &disguise(&told.row.text)).judgement.verdict.word() != "allow")
            .collect();
        flagged.iter().filter(|flagged| **flagged).count() as f64 / flagged.len().max(1) as f64
    };
    let plain = |text: &str| text.to_owned();
    let _ = writeln!(report, "| none | {:.3} | {:.3} |", recall("ar", &plain), recall("en", &plain));
    for (name, disguise) in DISGUISES {
        let _ =
            writeln!(report, "| {name} | {:.3} | {:.3} |", recall("ar", &disguise), recall("en", &disguise));
    }
    let arabizi = |text: &str| latin(text, &mut Random(text.len() as u64));
    let _ = writeln!(report, "| Latin letters | {:.3} | |", recall("ar", &arabizi));
}

fn kinds<'a>(report: &mut String, name: &str, told: impl Iterator<Item = &'a Told<'a>>) {
    let pairs: Vec<(Kind, Kind)> =
        told.filter_map(|told| Some((told.row.kind?, told.said.judgement.kind))).collect();
    if pairs.is_empty() {
        return;
    }
    let right = pairs.iter().filter(|(is, said)| is == said).count();
    let _ = write!(
        report,
        "\n### Kinds: {name}\n\n{right} of {} are right ({:.3}).\n\n| kind | comments | found | of those called so, right |\n|---|--:|--:|--:|\n",
        pairs.len(),
        right as f64 / pairs.len() as f64
    );
    for kind in Kind::ALL {
        let count = |which: &dyn Fn(&(Kind, Kind)) -> bool| pairs.iter().filter(|pair| which(pair)).count();
        let (is, said, both) = (
            count(&|(is, _)| *is == kind),
            count(&|(_, said)| *said == kind),
            count(&|pair| *pair == (kind, kind)),
        );
        let share = |of: usize| both as f64 / of.max(1) as f64;
        let _ = writeln!(report, "| {kind} | {is} | {:.3} | {:.3} |", share(is), share(said));
    }
}

fn ministry<'a>(report: &mut String, name: &str, told: impl Iterator<Item = &'a Told<'a>>) {
    let (lawful, broken): (Vec<&Told<'_>>, Vec<&Told<'_>>) = told.partition(|told| told.row.is_lawful());
    let flagged: Vec<&Told<'_>> = broken.iter().copied().filter(|told| told.is_flagged()).collect();
    let latin: Vec<&Told<'_>> = broken.iter().copied().filter(|told| told.row.lang == "ar-Latn").collect();
    let share = |of: &[&Told<'_>], which: &dyn Fn(&Told<'_>) -> bool| {
        format!(
            "{:.3} of {}",
            of.iter().filter(|told| which(told)).count() as f64 / of.len().max(1) as f64,
            of.len()
        )
    };
    let is_flagged = |told: &Told<'_>| told.is_flagged();
    let is_hidden = |told: &Told<'_>| told.is_hidden();
    let is_right = |told: &Told<'_>| told.is_right_clause();
    let _ = write!(report, "\n### Comments to a ministry: {name}\n\n| | share |\n|---|--:|\n");
    let _ = writeln!(report, "| breaches hidden or reviewed | {} |", share(&broken, &is_flagged));
    let _ = writeln!(report, "| breaches hidden | {} |", share(&broken, &is_hidden));
    let _ = writeln!(report, "| breaches in Arabizi, hidden or reviewed | {} |", share(&latin, &is_flagged));
    let _ = writeln!(
        report,
        "| of those hidden or reviewed, the right clause first | {} |",
        share(&flagged, &is_right)
    );
    let _ = writeln!(report, "| lawful hidden or reviewed | {} |", share(&lawful, &is_flagged));
    let _ = writeln!(report, "| lawful hidden | {} |", share(&lawful, &is_hidden));
}

/// A case of the functional suite.
#[derive(Debug, Deserialize)]
struct Case {
    function: String,
    text: String,
    expected: String,
}

fn functions(report: &mut String, judge: &Judge, path: &Path, name: &str) -> Result<(), DataError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| DataError::Unreadable { path: path.to_owned(), source })?;
    let mut functions: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (number, line) in text.lines().enumerate() {
        let case: Case = serde_json::from_str(line).map_err(|source| DataError::Line {
            path: path.to_owned(),
            line: number + 1,
            source,
        })?;
        let outcome = explained(judge, &case.text).judgement.verdict.word();
        let (right, of) = functions.entry(case.function).or_default();
        *right += usize::from(outcome == case.expected || case.expected == "flag" && outcome != "allow");
        *of += 1;
    }
    let rates: Vec<f64> = functions.values().map(|(right, of)| *right as f64 / *of as f64).collect();
    let mean = rates.iter().sum::<f64>() / rates.len().max(1) as f64;
    let _ = write!(
        report,
        "\n### Functional suite: {name}\n\nMean over {} functions: {mean:.3}.\n\n| function | right |\n|---|--:|\n",
        rates.len()
    );
    for (function, (right, of)) in functions {
        let _ = writeln!(report, "| {function} | {right} of {of} |");
    }
    Ok(())
}

//! Why one comment is judged as it is, for a person to read.

use std::fmt::Write as _;

use serde_json::value::RawValue;

use super::super::{Answer, table};
use super::judge::{Around, Verdict};
use crate::domain::judge::{Explanation, Judge, ReviewReason, Verdict as Outcome};

pub(super) fn run(judge: &Judge, text: &str, around: &Around) -> Answer {
    let explanation = judge.explain(&around.subject(text));
    let json =
        serde_json::to_value(Verdict::of(RawValue::NULL, &explanation)).expect("words and numbers are JSON");
    Answer::done(told(&explanation, text), json)
}

fn told(explanation: &Explanation, text: &str) -> String {
    let Explanation {
        judgement, hide_score, sure, nets, bounds, clauses, spans, quotes, policy, model, ..
    } = explanation;
    let mut told = format!("outcome {}\nkind    {}", judgement.verdict.word(), judgement.kind);
    let _ = write!(told, "\nscore   {hide_score:.3}");
    if let Some([review, hide, advert]) = bounds {
        let _ = write!(
            told,
            "   (a person looks from {review:.3} on)\nsure    {sure:.3}   (the model hides from {hide:.3} on; an advert also where that alone is {advert:.3} likely)"
        );
    }
    if let Some(nets) = nets {
        let _ = write!(
            told,
            "\nnets    {nets:+.2}   (what reading it whole adds to what its words add, each for itself)"
        );
    }
    if let Some(finding) = judgement.verdict.finding() {
        let _ = write!(told, "\nrests on {} ({})", finding.clause, finding.rule);
        if matches!(judgement.verdict, Outcome::Hide(_)) && finding.rule != "model" {
            told.push_str(", which the policy itself says: the bounds above are the model's");
        }
    }
    if let Outcome::Review(ReviewReason::CheckFailed(why)) = &judgement.verdict {
        let _ = write!(told, "\nbecause {why}");
    }
    if *quotes {
        told.push_str("\nquotes  the post or the comment that it answers, so a person decides");
    }
    if !clauses.is_empty() {
        let rows: Vec<_> =
            clauses.iter().map(|(id, score)| vec![id.to_string(), format!("{score:.3}")]).collect();
        let _ = write!(told, "\n\n{}", table(&["clause", "score"], &rows));
    }
    if !spans.is_empty() {
        let row = |span: &crate::domain::judge::Span| {
            vec![text[span.start..span.end].to_owned(), span.clause.to_string(), span.why.clone()]
        };
        let rows: Vec<_> = spans.iter().map(row).collect();
        let _ = write!(told, "\n\n{}", table(&["words", "clause", "why"], &rows));
    }
    let _ = write!(told, "\n\npolicy  {policy}\nmodel   {}", model.as_deref().unwrap_or("none"));
    told
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::domain::policy::{Bundle, Policy};

    #[derive(Parser)]
    struct Asked {
        #[command(flatten)]
        around: Around,
    }

    #[test]
    fn who_quotes_is_told_from_who_threatens() {
        let judge = Judge::new(&Policy::parse(&Bundle::shipped()).unwrap());
        let text = "I will kill your manager";
        let told = |args: &[&str]| {
            let Asked { around } = Asked::parse_from([&["explain"], args].concat());
            super::told(&judge.explain(&around.subject(text)), text)
        };
        assert!(told(&[]).starts_with("outcome hide"));
        let quoted = told(&["--parent-text", text]);
        assert!(quoted.starts_with("outcome review") && quoted.contains("so a person decides"), "{quoted}");
        assert!(quoted.contains("(quoted)"), "{quoted}");
        assert!(!told(&["--post-text", "another text", "--lang", "fa"]).contains("quote"));
    }
}

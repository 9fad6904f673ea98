//! The model's card: where it is from, what it was shown, and what it can and cannot do.

use std::fmt::Write as _;

use super::Order;
use super::data::{PERMISSIVE, Row};
use crate::domain::policy::Policy;

const BEFORE: &str = "\
# The judge's model

What `majlis policy train` wrote beside `judge.model`; do not edit it by hand.

A hashed linear model of letters in a row, words, and what the policy's signs found. It scores how likely it is that a
comment breaks any clause, which one, and what kind of comment it is. It hides only from a bound on that was chosen on
false hides of lawful comments, never for `defamatory`, `off_topic` or `ip_infringement`, and never where the policy's
words find an accusation; below that a person decides. It knows nothing of who writes, and cannot tell irony, implied
contempt or a quotation from the thing itself unless the words differ.

No comment of the sources is part of the project or can be read out of the weights. Many of them were published for
research without a licence; whoever may not use such data trains with `--licences permissive`.
";

pub(super) fn card(rows: &[Row], order: &Order, policy: &Policy, model: &str, report: &str) -> String {
    let mut card = BEFORE.to_owned();
    let which = if order.permissive { "permissive licences" } else { "all sources" };
    let _ = write!(
        card,
        "\nmodel `{model}`, {which}, seed {}, trained under the policy `{}`\n",
        order.seed,
        policy.version()
    );
    card.push_str("\n## Sources\n\n| source | licence | learned from | breaches | kept for figures |\n|---|---|--:|--:|--:|\n");
    let mut sources: Vec<&str> = rows.iter().map(|row| row.source.as_str()).collect();
    sources.dedup();
    for source in sources {
        let of = |dev: bool| rows.iter().filter(move |row| row.source == source && row.dev == dev);
        let licence = PERMISSIVE
            .iter()
            .find(|(known, _)| *known == source)
            .map_or("not stated", |(_, licence)| licence);
        let breaches = of(false).filter(|row| !row.is_lawful()).count();
        let _ = writeln!(
            card,
            "| {source} | {licence} | {} | {breaches} | {} |",
            of(false).count(),
            of(true).count()
        );
    }
    let _ = write!(
        card,
        "\n## Figures\n\nOn comments that it did not learn from. The development rows also chose its bounds, so figures elsewhere may be lower.\n\n{report}"
    );
    card
}

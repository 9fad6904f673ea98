//! A chart of bars, one below the other, drawn as SVG. What it shows is told in its description too, and stands in a table
//! behind it.

use maud::{Markup, html};

use super::super::lang::Lang;

/// A bar and what stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bar {
    pub name: String,
    /// In whatever it counts; the longest bar is as long as there is room.
    pub length: u64,
    /// Its figure in words.
    pub told: String,
}

/// The measures of a chart, in its own units.
const WIDTH: u64 = 640;
/// A name, and its bar below it: names of clauses are long.
const ROW: u64 = 46;
/// What is left for the figure behind the longest bar.
const FIGURE: u64 = 90;

pub(super) fn chart(lang: Lang, title: &str, bars: &[Bar]) -> Markup {
    let longest = bars.iter().map(|bar| bar.length).max().unwrap_or_default().max(1);
    let told: Vec<String> = bars.iter().map(|bar| format!("{}: {}", bar.name, bar.told)).collect();
    let described = format!("{title}. {}", told.join(lang.pick("؛ ", "; ")));
    // From where lines begin in the language.
    let from_start = |place: u64, width: u64| lang.pick(WIDTH - place - width, place);
    html! {
        svg.chart viewBox={ "0 0 " (WIDTH) " " (bars.len() as u64 * ROW) } role="img" aria-label=(described) {
            @for (row, bar) in (0_u64..).zip(bars) {
                @let length = bar.length * (WIDTH - FIGURE) / longest;
                text x=(from_start(0, 0)) y=(row * ROW + 17) { (bar.name) }
                rect x=(from_start(0, length)) y=(row * ROW + 24) width=(length) height="14" rx="3" {}
                text.figure x=(from_start(length + 8, 0)) y=(row * ROW + 37) { (bar.told) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars() -> Vec<Bar> {
        let bar = |name: &str, length| Bar { name: name.to_owned(), length, told: length.to_string() };
        vec![bar("<first>", 30), bar("second", 15), bar("none", 0)]
    }

    #[test]
    fn bars_are_as_long_as_their_figures_and_begin_where_lines_do() {
        let english = chart(Lang::En, "Comments", &bars()).into_string();
        assert!(
            english.contains("<rect x=\"0\" y=\"24\" width=\"550\"") && english.contains("width=\"275\""),
            "{english}"
        );
        let arabic = chart(Lang::Ar, "Comments", &bars()).into_string();
        assert!(arabic.contains("<rect x=\"90\" y=\"24\" width=\"550\""), "{arabic}");
    }

    #[test]
    fn what_is_drawn_is_told_in_words() {
        let drawn = chart(Lang::En, "Comments", &bars()).into_string();
        assert!(drawn.contains("aria-label=\"Comments. &lt;first&gt;: 30; second: 15; none: 0\""), "{drawn}");
    }

    #[test]
    fn a_chart_of_nothing_divides_by_nothing() {
        chart(Lang::Ar, "", &[]);
        chart(Lang::Ar, "", &bars()[2..]);
    }
}

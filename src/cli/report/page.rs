//! The transparency report as a page to publish: one file, Arabic and English side by side, nothing loaded from elsewhere.

use maud::{DOCTYPE, Markup, html};

use super::{Made, query};
use crate::domain::lang::Lang;
use crate::domain::transparency::Figure;

const STYLE: &str = "body{font:1rem/1.6 system-ui,sans-serif;max-inline-size:60rem;margin:2rem auto;padding-inline:1rem}\
    table{border-collapse:collapse;inline-size:100%}th,td{text-align:start;padding:.4rem .6rem;border-block-end:1px solid #ccc;\
    vertical-align:top}td.n{text-align:end;font-variant-numeric:tabular-nums}code{font-size:.75rem;overflow-wrap:anywhere}";

pub(super) fn page(made: &Made) -> Markup {
    let checkpoint = &made.log.checkpoint;
    html! {
        (DOCTYPE)
        html lang="ar" dir="rtl" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "تقرير الشفافية " (made.month) " – Transparency report" }
                style { (STYLE) }
            }
            body {
                h1 { "تقرير الشفافية، " (made.month) }
                p lang="en" dir="ltr" { "Transparency report, " (made.month) }
                table {
                    thead {
                        tr {
                            th { "البند" }
                            th lang="en" dir="ltr" { "Figure" }
                            th { "العدد" }
                            th { "كيف يُعاد العدّ" }
                        }
                    }
                    tbody {
                        @for (figure, count) in &made.figures {
                            tr {
                                td { (name(Lang::Ar, figure)) }
                                td lang="en" dir="ltr" { (name(Lang::En, figure)) }
                                td.n { (count) }
                                td lang="en" dir="ltr" { code { (query(made, figure)) } }
                            }
                        }
                    }
                }
                p {
                    "حُسبت هذه الأرقام من سجل التدقيق وحده، وهو " (checkpoint.size) " قيدًا. من لديه السجل يعيد حسابها، "
                    "ويتأكد من الجذر أدناه بأداة لا نملكها. لا يذكر التقرير أحدًا ولا نصًا كتبه الجمهور."
                }
                p lang="en" dir="ltr" {
                    "Counted from the " (checkpoint.size) " entries of the audit log and nothing else. Whoever has the log "
                    "counts them again, and checks the root below with a tool that is not ours. The report names nobody and "
                    "holds nothing of what the public wrote."
                }
                p lang="en" dir="ltr" { code { (checkpoint.origin) " · " (checkpoint.root.to_base64()) } }
            }
        }
    }
}

fn name(lang: Lang, figure: &Figure) -> String {
    let by = figure.by.map(|decider| decider.name(lang));
    let details = figure.of.as_deref().into_iter().chain(by).collect::<Vec<_>>().join(lang.pick("، ", ", "));
    let name = figure.what.name(lang);
    if details.is_empty() { name.to_owned() } else { format!("{name} ({details})") }
}

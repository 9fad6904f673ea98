//! How the log stands: whether it holds, and its latest checkpoint.

use maud::{Markup, html};

use super::super::lang::Lang;
use super::super::visit::Visit;
use super::super::when;
use super::words::Say;
use crate::domain::audit::Altered;
use crate::store::audit::Checkpoint;

/// The daemon proves before each checkpoint that the log is the one that was published, and stops all changes where it is
/// not: so a log that can be written held when its latest checkpoint was made. What is shown beside it was held against its hashes
/// besides; `altered` is the first entry that is another.
pub(super) fn panel(visit: &Visit, latest: Option<&Checkpoint>, altered: Option<&Altered>) -> Markup {
    let lang = visit.lang;
    html! {
        section.panel {
            h2 { (Say::Log.say(lang)) }
            @if let Some(altered) = altered {
                (changed(lang, altered))
            } @else if visit.stopped {
                p.notice.bad role="alert" { (Say::Broken.say(lang)) }
            } @else if let Some(latest) = latest {
                p.notice.good { (Say::Holds.say(lang)) " · " (when::moment(lang, &visit.zone(), latest.at)) }
            }
            @match latest {
                None => p.quiet { (Say::NoCheckpoint.say(lang)) },
                Some(latest) => {
                    dl.facts {
                        dt { (Say::Size.say(lang)) } dd { (latest.size) }
                        dt { (Say::Root.say(lang)) } dd { code dir="ltr" { (latest.root.to_base64()) } }
                    }
                    details {
                        summary { (Say::Checkpoint.say(lang)) }
                        pre dir="ltr" { (latest.note) }
                        p.hint { (Say::CheckedBy.say(lang)) }
                    }
                },
            }
        }
    }
}

/// What is shown in place of an entry that was changed.
pub(super) fn changed(lang: Lang, altered: &Altered) -> Markup {
    html! {
        p.notice.bad role="alert" { (Say::Entry.say(lang)) " " (altered.entry) ": " (Say::Altered.say(lang)) }
    }
}

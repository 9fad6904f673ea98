//! The frame of every page.

use maud::{DOCTYPE, Markup, html};

use crate::domain::staff::Right;

use super::assets::{ICON_PATH, KEYS_PATH, LIVE_PATH, PALETTE_PATH, STYLE_PATH};
use super::lang::Lang;
use super::link::{in_language, with};
use super::phrase::Phrase;
use super::visit::Visit;
use super::{account, audit, deadlines, inbox, keys, live, reports, review, service, words};

/// A page for a visitor. `here` is the address under which it can be opened again.
pub(super) fn of(visit: &Visit, title: &str, here: &str, content: Markup) -> Markup {
    let lang = visit.lang;
    let header = html! {
        nav.main aria-label=(Phrase::Navigation.say(lang)) {
            @if visit.may(Right::ReadComments) {
                (tab(here, inbox::PATH, Phrase::Waiting.say(lang)))
                (tab(here, review::PATH, Phrase::ReviewQueue.say(lang)))
                (tab(here, deadlines::PATH, Phrase::DeadlineBoard.say(lang)))
            }
            (tab(here, reports::PATH, reports::title(lang)))
            @if visit.may(Right::ReadAudit) { (tab(here, audit::PATH, audit::title(lang))) }
            @if visit.may(Right::ReadService) { (tab(here, service::PATH, Phrase::Service.say(lang))) }
        }
        div.who {
            button.plain type="button" data-help hidden { (Phrase::Keys.say(lang)) }
            span {
                span.quiet { (Phrase::SignedInAs.say(lang)) } " "
                a href=(account::PATH) { bdi { (visit.staff.name) } }
                span.quiet { " (" (words::role(lang, visit.staff.role)) ")" }
            }
            form method="post" action="/sign-out" { (visit.sealed()) button.plain { (Phrase::SignOut.say(lang)) } }
        }
    };
    framed(
        lang,
        title,
        here,
        html! {},
        header,
        html! {
            @if visit.stopped { p.notice.bad role="alert" { (Phrase::LogBroken.say(lang)) } }
            @if visit.in_force.is_none() { p.notice.bad role="alert" { (Phrase::PolicyMissing.say(lang)) } }
            (live::news(visit))
            (content)
            (keys::help(lang))
        },
        Some(here),
    )
}

/// A page for nobody in particular: signing in, and what went wrong.
pub(super) fn bare(lang: Lang, title: &str, here: &str, content: Markup) -> Markup {
    framed(lang, title, here, html! {}, html! {}, html! { div.narrow { (content) } }, None)
}

/// A page that goes on to another by itself.
pub(super) fn going_on(lang: Lang, title: &str, next: &str, words: &str) -> Markup {
    let head = html! { meta http-equiv="refresh" content=(format!("0; url={next}")); };
    let content = html! { div.narrow { p { a href=(next) { (words) } } } };
    framed(lang, title, next, head, html! {}, content, None)
}

/// A page for the public: it needs no sign-in, and is read, not worked in.
pub(super) fn public(lang: Lang, title: &str, here: &str, content: Markup) -> Markup {
    framed(lang, title, here, html! {}, html! {}, html! { div.reading { (content) } }, None)
}

/// `live` is the address of a page that is told what happens meanwhile.
fn framed(
    lang: Lang,
    title: &str,
    here: &str,
    head: Markup,
    header: Markup,
    content: Markup,
    live: Option<&str>,
) -> Markup {
    let comment = live.and_then(|path| path.strip_prefix("/comments/"));
    let other = lang.pick(Lang::En, Lang::Ar);
    html! {
        (DOCTYPE)
        html lang=(lang.tag()) dir=(lang.dir()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                (head)
                title { (title) " – " (Phrase::Majlis.say(lang)) }
                link rel="stylesheet" href=(*STYLE_PATH);
                script src=(*KEYS_PATH) defer {}
                @if live.is_some() {
                    script src=(*PALETTE_PATH) defer {}
                    script src=(*LIVE_PATH) defer {}
                }
                link rel="icon" type="image/svg+xml" href=(*ICON_PATH);
            }
            body {
                a.skip href="#content" { (Phrase::SkipToContent.say(lang)) }
                header.top {
                    a.brand href="/" { (Phrase::Majlis.say(lang)) }
                    (header)
                    @if let (Some(here), Lang::Ar) = (live, lang) {
                        a.language href=(with(here, "digits", "arab")) { "١٢٣" span.unseen { " أرقام مشرقية" } }
                        a.language href=(with(here, "digits", "latn")) { bdi { "123" } span.unseen { " أرقام لاتينية" } }
                    }
                    // No `dir` on the link itself: its margin would go by it.
                    a.language href=(in_language(here, other)) lang=(other.tag()) {
                        bdi { (Phrase::OtherLanguage.say(lang)) }
                    }
                }
                main #content data-live[live.is_some()] data-comment=[comment] { (content) }
            }
        }
    }
}

fn tab(here: &str, path: &str, name: &str) -> Markup {
    let here = here.split('?').next().unwrap_or(here);
    let current = here == path || here.starts_with(&format!("{path}/"));
    html! { a href=(path) aria-current=[current.then_some("page")] { (name) } }
}

//! The keys that the script listens to, as its help shows them, and the length of a reply while it is written.

use axum::Form;
use axum::extract::rejection::FormRejection;
use maud::{Markup, html};
use serde::Deserialize;

use crate::domain::comment::Platform;
use crate::domain::limits;
use crate::domain::staff::Right;

use super::failure::{Failure, Why};
use super::lang::Lang;
use super::phrase::Phrase;
use super::visit::Visit;
use super::words;

/// A key and what it does, in both languages.
const KEYS: [(&str, &str, &str); 21] = [
    ("j", "التالي في القائمة، أو التعليق التالي", "The next in the list, or the next comment"),
    ("k", "السابق في القائمة", "The one before in the list"),
    ("Enter", "فتح التعليق المختار", "Open the comment that is chosen"),
    ("i", "العودة إلى القائمة", "Back to the list"),
    ("/", "البحث", "Search"),
    ("r", "كتابة رد", "Write a reply"),
    ("h", "إخفاء", "Hide"),
    ("u", "إظهار", "Unhide"),
    ("v", "إبقاؤه ظاهرًا", "Leave visible"),
    ("w", "البند الذي يخالفه", "The clause that it breaks"),
    ("n", "لا يحتاج إلى رد", "No reply needed"),
    ("x", "اختيار التعليق في القائمة", "Choose the comment in the list"),
    ("b", "إجراء على المختار", "Act on the chosen"),
    ("a", "أتولاه بنفسي", "Take it"),
    ("m", "ملاحظة", "A note"),
    ("p", "اعتماد رد زميل", "Approve a colleague's reply"),
    ("z", "التراجع عما طُلب للتو", "Take back what was just asked for"),
    ("Ctrl K", "كل ما في الصفحة، بالكتابة", "All that the page offers, by typing"),
    ("Ctrl Enter", "إرسال النموذج", "Send the form"),
    ("Ctrl Shift Enter", "إرسال النموذج وفتح التعليق التالي", "Send the form and open the next comment"),
    ("?", "هذه المساعدة", "This help"),
];

/// The help that `?` opens.
pub(super) fn help(lang: Lang) -> Markup {
    html! {
        dialog #keys-help aria-labelledby="keys-title" {
            h2 #keys-title { (Phrase::Keys.say(lang)) }
            dl.facts {
                @for (key, ar, en) in KEYS { dt { kbd dir="ltr" { (key) } } dd { (lang.pick(ar, en)) } }
            }
            p { label { input type="checkbox" data-switch checked; " " (Phrase::KeysOn.say(lang)) } }
            form method="dialog" { button.second { (Phrase::Close.say(lang)) } }
        }
        dialog #palette aria-label=(Phrase::Palette.say(lang)) {
            input type="text" role="combobox" aria-expanded="true" aria-controls="offers" aria-label=(Phrase::Palette.say(lang))
                placeholder=(Phrase::Palette.say(lang)) autocomplete="off" spellcheck="false";
            ul #offers role="listbox" aria-label=(Phrase::Palette.say(lang)) {}
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Counted {
    platform: String,
    text: String,
}

/// How long a text is as a platform counts, in words.
pub(super) async fn length(
    visit: Visit,
    sent: Result<Form<Counted>, FormRejection>,
) -> Result<String, Failure> {
    visit.need(Right::ReadComments)?;
    let bad = || Failure::new(visit.lang, Why::BadForm);
    let Form(form) = sent.map_err(|_| bad())?;
    let platform: Platform = form.platform.parse().map_err(|_| bad())?;
    let text = form.text.replace("\r\n", "\n");
    let length = limits::reply_length(platform, text.trim());
    Ok(words::length(visit.lang, platform, length, limits::reply_max(platform)))
}

//! A reply that awaits approval: a colleague's can be changed, approved or given back; one's own can be taken back.

use maud::{Markup, html};

use crate::domain::action::ActionState;
use crate::domain::limits;
use crate::domain::staff::Right;
use crate::store::comments::{Story, StoryAction};
use crate::store::decisions::DecidedBy;

use super::super::act::REASON_MAX_CHARS;
use super::forms::{Draft, Form, complaint, is_in_error, reason_of, seen};
use super::phrase::Phrase;
use super::undo::Undo;
use super::visit::Visit;
use super::{marked, words};

/// Each reply that waits, with what the visitor can do about it.
pub(super) fn forms(visit: &Visit, story: &Story, draft: &Draft) -> Markup {
    html! { @for one in waiting(story) { (form(visit, story, one, draft)) } }
}

/// The replies that wait.
pub(super) fn waiting(story: &Story) -> impl Iterator<Item = &StoryAction> {
    story.actions.iter().filter(|one| one.action.state == ActionState::AwaitingApproval)
}

fn form(visit: &Visit, story: &Story, one: &StoryAction, draft: &Draft) -> Markup {
    let lang = visit.lang;
    let (id, text) = (one.action.id, one.action.act.text().unwrap_or_default());
    let own = one.requested_by == DecidedBy::Staff(visit.staff.name.clone());
    let this = Form::Approval(id);
    // What was written for one reply is never another's words: whoever approves would send them in a colleague's name.
    let words = if is_in_error(draft, this) { &draft.approval } else { text };
    let given_back = reason_of(draft, this);
    let to = format!("/comments/{}/approve-reply", story.comment.id);
    html! {
        section.panel.acts {
            h2 { (Phrase::AwaitsApproval.say(lang)) }
            p.quiet { (Phrase::ProposedBy.say(lang)) " " bdi { (words::decided_by(lang, &one.requested_by)) } }
            @if own || !visit.may(Right::ApproveReplies) {
                p { (marked::text(text, None)) }
                @if own {
                    p.hint { (Phrase::AwaitsApprovalOwn.say(lang)) }
                    @if let Some(undo) = Undo::of(visit, &one.action) { (undo.form(visit, false)) }
                }
            } @else {
                (complaint(draft, this))
                form.stack method="post" action=(to) {
                    (seen(visit, story))
                    input type="hidden" name="action" value=(id);
                    label for={ "approve-" (id) } { (Phrase::ReplyText.say(lang)) }
                    p.hint id={ "approve-" (id) "-hint" } {
                        (Phrase::ApproveReplyAbout.say(lang)) " " (words::cost(lang, story.comment.platform))
                    }
                    textarea id={ "approve-" (id) } name="text" dir="auto" rows="4" required aria-describedby={ "approve-" (id) "-hint" }
                        data-key="p" data-count=(story.comment.platform.as_str()) data-max=(limits::reply_max(story.comment.platform)) { "\n" (words) }
                    button { (Phrase::ApproveReply.say(lang)) }
                }
                details open[!given_back.is_empty()] {
                    summary { (Phrase::ReturnReply.say(lang)) }
                    form.stack method="post" action=(to) {
                        (seen(visit, story))
                        input type="hidden" name="action" value=(id);
                        input type="hidden" name="text" value=(text);
                        label for={ "return-" (id) } { (Phrase::Reason.say(lang)) }
                        p.hint id={ "return-" (id) "-hint" } { (Phrase::ReturnReplyAbout.say(lang)) }
                        input id={ "return-" (id) } name="reason" dir="auto" maxlength=(REASON_MAX_CHARS) required autocomplete="off"
                            value=(given_back) aria-describedby={ "return-" (id) "-hint" };
                        button.second { (Phrase::ReturnReply.say(lang)) }
                    }
                }
            }
        }
    }
}

/// What became of a draft, the words that went and those that came marked between what both begin and end with.
pub(super) fn difference(draft: &str, text: &str) -> Markup {
    let (was, is): (Vec<&str>, Vec<&str>) = (
        draft.split_inclusive(char::is_whitespace).collect(),
        text.split_inclusive(char::is_whitespace).collect(),
    );
    let begin = was.iter().zip(&is).take_while(|(was, is)| was == is).count();
    let rest = was.len().min(is.len()) - begin;
    let end = was.iter().rev().zip(is.iter().rev()).take(rest).take_while(|(was, is)| was == is).count();
    let (gone, come) = (&was[begin..was.len() - end], &is[begin..is.len() - end]);
    html! {
        bdi.words dir="auto" {
            (is[..begin].concat())
            @if !gone.is_empty() { del { (gone.concat()) } }
            @if !come.is_empty() { ins { (come.concat()) } }
            (is[is.len() - end..].concat())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_shows_the_words_that_went_and_came() {
        let told = |draft, text| {
            difference(draft, text)
                .into_string()
                .replace(r#"<bdi class="words" dir="auto">"#, "")
                .replace("</bdi>", "")
        };
        assert_eq!(
            told("It opens on Sunday at 8.", "It opens on Monday at 8."),
            "It opens on <del>Sunday </del><ins>Monday </ins>at 8."
        );
        assert_eq!(told("a a", "a"), "<del>a </del>a");
        assert_eq!(told("a", "a b"), "<del>a</del><ins>a b</ins>");
        assert_eq!(told("", "<b>"), "<ins>&lt;b&gt;</ins>");
        assert_eq!(told("same", "same"), "same");
    }
}

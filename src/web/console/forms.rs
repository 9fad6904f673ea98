//! What a member of staff can do to a comment: answer it, hide it, show it again, leave it visible.

use maud::{Markup, html};

use crate::config::SavedReply;
use crate::domain::action::{Act, ActionState};
use crate::domain::comment::Visibility;
use crate::domain::limits;
use crate::domain::policy::ClauseId;
use crate::store::comments::Story;

use super::super::act::REASON_MAX_CHARS;
use super::counted::{Thing, counted};
use super::phrase::{Phrase, warning};
use super::visit::Visit;

/// Which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Reply,
    Hide,
    Unhide,
    LeaveVisible,
    /// The clocks' forms are in [`super::clock_forms`].
    Pause,
    Resume,
    Priority,
    Solve,
    Reopen,
    /// Whose it is: [`super::hand_form`].
    Assign,
}

/// What was written into a form so far, kept when it is shown again.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub reply: String,
    pub clause: Option<ClauseId>,
    pub reason: String,
    /// What is wrong with which form.
    pub error: Option<(Form, String)>,
}

/// The forms that fit the comment's state.
pub(super) fn forms(visit: &Visit, saved: &[SavedReply], story: &Story, draft: &Draft) -> Markup {
    let open = |form| is_offered(form, story);
    html! {
        section.panel.acts {
            h2 { (Phrase::YourAct.say(visit.lang)) }
            @if open(Form::Reply) { (reply(visit, saved, story, draft)) }
            @if open(Form::LeaveVisible) { (leave_visible(visit, story, draft)) }
            @if open(Form::Hide) { (hide(visit, story, draft)) }
            @if open(Form::Unhide) { (unhide(visit, story, draft)) }
        }
    }
}

/// Whether anything can be done.
pub(super) fn any(story: &Story) -> bool {
    [Form::Reply, Form::Hide, Form::Unhide, Form::LeaveVisible]
        .into_iter()
        .any(|form| is_offered(form, story))
}

fn is_offered(form: Form, story: &Story) -> bool {
    let comment = &story.comment;
    let ruling = story.decisions.last().filter(|last| last.revision == comment.revision);
    let in_review = ruling.is_some_and(|last| last.verdict == "review");
    let hide_under_way = story.actions.iter().any(|action| {
        let open = matches!(action.action.state, ActionState::Queued | ActionState::Started { .. });
        open && action.action.act == Act::Hide
    });
    match (form, comment.visibility) {
        _ if comment.ours => false,
        (Form::Reply | Form::Hide, Visibility::Visible) => !hide_under_way,
        (Form::LeaveVisible, Visibility::Visible) | (Form::Hide, Visibility::Hidden) => in_review,
        (Form::Unhide, visibility) => visibility == Visibility::Hidden || hide_under_way,
        _ => false,
    }
}

fn reply(visit: &Visit, saved: &[SavedReply], story: &Story, draft: &Draft) -> Markup {
    let (lang, platform) = (visit.lang, story.comment.platform);
    let max = counted(lang, limits::reply_max(platform) as u64, Thing::Character);
    let here = format!("/comments/{}", story.comment.id);
    html! {
        details open {
            summary { (Phrase::Reply.say(lang)) }
            @if !saved.is_empty() {
                form.line method="get" action=(here) {
                    label for="saved" { (Phrase::SavedReply.say(lang)) }
                    select #saved name="saved" {
                        option value="" { (Phrase::ChooseSavedReply.say(lang)) }
                        @for reply in saved {
                            option value={ (reply.id) ".ar" } lang="ar" { (reply.title.ar) " – عربي" }
                            option value={ (reply.id) ".en" } lang="en" { (reply.title.en) " – English" }
                        }
                    }
                    button.second { (Phrase::Insert.say(lang)) }
                }
            }
            form.stack method="post" action={ (here) "/reply" } {
                (seen(story))
                (complaint(draft, Form::Reply))
                label for="reply" { (Phrase::ReplyText.say(lang)) }
                p.hint #reply-hint {
                    (Phrase::ReplyGoesPublic.say(lang)) " " (lang.pick("الحد:", "At most")) " " (max) "."
                }
                textarea #reply name="text" dir="auto" rows="5" required aria-describedby="reply-hint" { "\n" (draft.reply) }
                button { (Phrase::SendReply.say(lang)) }
            }
        }
    }
}

fn hide(visit: &Visit, story: &Story, draft: &Draft) -> Markup {
    let lang = visit.lang;
    let label = match story.comment.visibility {
        Visibility::Hidden => Phrase::KeepHidden,
        _ => Phrase::Hide,
    };
    // The machine's own finding is the likely answer in a review.
    let chosen = draft.clause.or_else(|| story.decisions.last().and_then(|last| last.clause));
    html! {
        details open[is_in_error(draft, Form::Hide)] {
            summary { (label.say(lang)) }
            form.stack method="post" action={ "/comments/" (story.comment.id) "/hide" } {
                (seen(story))
                (complaint(draft, Form::Hide))
                label for="clause" { (Phrase::Clause.say(lang)) }
                select #clause name="clause" required {
                    option value="" { (Phrase::ChooseClause.say(lang)) }
                    @for clause in ClauseId::ALL {
                        option value=(clause) selected[chosen == Some(clause)] { (visit.clause_title(clause)) }
                    }
                }
                (reason(visit, draft, Form::Hide))
                button.danger { (label.say(lang)) }
            }
        }
    }
}

fn unhide(visit: &Visit, story: &Story, draft: &Draft) -> Markup {
    html! {
        details open {
            summary { (Phrase::Unhide.say(visit.lang)) }
            form.stack method="post" action={ "/comments/" (story.comment.id) "/unhide" } {
                (seen(story))
                (complaint(draft, Form::Unhide))
                (reason(visit, draft, Form::Unhide))
                button { (Phrase::Unhide.say(visit.lang)) }
            }
        }
    }
}

fn leave_visible(visit: &Visit, story: &Story, draft: &Draft) -> Markup {
    html! {
        details open {
            summary { (Phrase::LeaveVisible.say(visit.lang)) }
            form.stack method="post" action={ "/comments/" (story.comment.id) "/approve" } {
                p.hint { (Phrase::LeaveVisibleAbout.say(visit.lang)) }
                (seen(story))
                (complaint(draft, Form::LeaveVisible))
                (reason(visit, draft, Form::LeaveVisible))
                button { (Phrase::LeaveVisible.say(visit.lang)) }
            }
        }
    }
}

fn reason(visit: &Visit, draft: &Draft, form: Form) -> Markup {
    let lang = visit.lang;
    let (id, optional) = match form {
        Form::Hide => ("hide-reason", false),
        Form::Unhide => ("unhide-reason", false),
        _ => ("visible-reason", true),
    };
    html! {
        label for=(id) {
            (Phrase::Reason.say(lang))
            @if optional { span.quiet { " (" (Phrase::Optional.say(lang)) ")" } }
        }
        p.hint id={ (id) "-hint" } { (Phrase::ReasonHint.say(lang)) }
        input id=(id) name="reason" dir="auto" maxlength=(REASON_MAX_CHARS) value=(draft.reason) required[!optional]
            autocomplete="off" aria-describedby={ (id) "-hint" };
    }
}

/// The revision that the page shows: whoever sends the form acts on these words, and on no later ones.
pub(super) fn seen(story: &Story) -> Markup {
    html! { input type="hidden" name="revision" value=(story.comment.revision); }
}

pub(super) fn complaint(draft: &Draft, form: Form) -> Markup {
    html! {
        @if let Some((_, error)) = draft.error.as_ref().filter(|(found, _)| *found == form) { (warning(error)) }
    }
}

fn is_in_error(draft: &Draft, form: Form) -> bool {
    draft.error.as_ref().is_some_and(|(found, _)| *found == form)
}

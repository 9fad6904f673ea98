//! What a member of staff can do to a comment: answer it, hide it, show it again, leave it visible.

use maud::{Markup, html};

use crate::config::SavedReply;
use crate::domain::action::{Act, ActionId, ActionState};
use crate::domain::blanks;
use crate::domain::comment::{Platform, Visibility};
use crate::domain::limits;
use crate::domain::policy::ClauseId;
use crate::store::comments::Story;

use super::super::act::REASON_MAX_CHARS;
use super::acts::{Shown, Then};
use super::counted::{Thing, counted};
use super::phrase::{Phrase, warning};
use super::visit::Visit;
use super::{approval, marked, words};

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
    /// This reply of a colleague: [`super::approval`].
    Approval(ActionId),
    /// Whose it is: [`super::hand_form`].
    Assign,
    NoReply,
    /// Notes and what it is called: [`super::note_forms`].
    Note,
    Kind,
}

/// What was written into a form so far, kept when it is shown again.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub reply: String,
    pub clause: Option<ClauseId>,
    pub reason: String,
    pub note: String,
    /// The colleague's reply that is in error, in other words.
    pub approval: String,
    /// The reply that was taken back, whose words are written on.
    pub again: Option<ActionId>,
    /// Where to go on afterwards.
    pub then: Option<Then>,
    /// Whether the reply is to be shown as it would go out.
    pub preview: bool,
    /// What is wrong with which form.
    pub error: Option<(Form, String)>,
}

/// The forms that fit the comment's state.
///
/// `approved` says whether replies of the comment's source leave only when somebody else has approved them, `quota`
/// what is left of what they are paid from.
pub(super) fn forms(
    visit: &Visit,
    saved: &[SavedReply],
    (approved, quota): (bool, &Markup),
    story: &Story,
    draft: &Draft,
) -> Markup {
    let open = |form| is_offered(form, story);
    html! {
        section.panel.acts {
            h2 { (Phrase::YourAct.say(visit.lang)) }
            @if open(Form::Reply) { (reply(visit, saved, (approved, quota), story, draft)) }
            @if open(Form::NoReply) { (no_reply(visit, story, draft)) }
            @if open(Form::LeaveVisible) { (leave_visible(visit, story, draft)) }
            @if open(Form::Hide) { (hide(visit, story, draft)) }
            @if open(Form::Unhide) { (unhide(visit, story, draft)) }
        }
    }
}

/// Whether anything can be done.
pub(super) fn any(story: &Story) -> bool {
    [Form::Reply, Form::Hide, Form::Unhide, Form::LeaveVisible, Form::NoReply]
        .into_iter()
        .any(|form| is_offered(form, story))
}

/// What is wrong with a form that is not offered any more, as after a colleague was first.
pub(super) fn astray<'a>(story: &Story, draft: &'a Draft) -> Option<&'a str> {
    let (form, why) = draft.error.as_ref()?;
    let shown = match *form {
        Form::Reply | Form::Hide | Form::Unhide | Form::LeaveVisible | Form::NoReply => {
            is_offered(*form, story)
        }
        Form::Approval(id) => approval::waiting(story).any(|one| one.action.id == id),
        _ => true,
    };
    (!shown).then_some(why.as_str())
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
        (Form::NoReply, Visibility::Visible | Visibility::Hidden) => {
            story.clocks.iter().any(|clock| clock.state.is_open())
        }
        (Form::Reply | Form::Hide, Visibility::Visible) => !hide_under_way,
        (Form::LeaveVisible, Visibility::Visible) | (Form::Hide, Visibility::Hidden) => in_review,
        (Form::Unhide, visibility) => visibility == Visibility::Hidden || hide_under_way,
        _ => false,
    }
}

fn reply(
    visit: &Visit,
    saved: &[SavedReply],
    (approved, quota): (bool, &Markup),
    story: &Story,
    draft: &Draft,
) -> Markup {
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
                (seen(visit, story))
                (complaint(draft, Form::Reply))
                @if draft.preview { (preview(visit, platform, &draft.reply)) }
                label for="reply" { (Phrase::ReplyText.say(lang)) }
                p.hint #reply-hint {
                    (Phrase::ReplyGoesPublic.say(lang)) " " (lang.pick("الحد:", "At most")) " " (max) ". "
                    (words::cost(lang, platform))
                    (quota)
                    @if approved { " " (Phrase::MustBeApproved.say(lang)) }
                }
                textarea #reply name="text" dir="auto" rows="5" required aria-describedby="reply-hint"
                    data-key="r" data-count=(platform.as_str()) data-max=(limits::reply_max(platform)) { "\n" (draft.reply) }
                p.buttons {
                    button { (if approved { Phrase::SendForApproval } else { Phrase::SendReply }.say(lang)) }
                    " " button.second name="preview" value="1" { (Phrase::Preview.say(lang)) }
                    @if !approved { " " button.second name="propose" value="1" { (Phrase::SendForApproval.say(lang)) } }
                    (and_next(visit, if approved { Phrase::SendForApproval } else { Phrase::SendReply }))
                }
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
        details open[is_in_error(draft, Form::Hide)] data-key="h" {
            summary { (label.say(lang)) }
            form.stack method="post" action={ "/comments/" (story.comment.id) "/hide" } {
                (seen(visit, story))
                (complaint(draft, Form::Hide))
                label for="clause" { (Phrase::Clause.say(lang)) }
                select #clause name="clause" required {
                    option value="" { (Phrase::ChooseClause.say(lang)) }
                    @for clause in ClauseId::ALL {
                        option value=(clause) selected[chosen == Some(clause)] { (visit.clause_title(clause)) }
                    }
                }
                (reason(visit, draft, Form::Hide))
                p.buttons { button.danger { (label.say(lang)) } (and_next(visit, label)) }
            }
        }
    }
}

fn unhide(visit: &Visit, story: &Story, draft: &Draft) -> Markup {
    html! {
        details open data-key="u" {
            summary { (Phrase::Unhide.say(visit.lang)) }
            form.stack method="post" action={ "/comments/" (story.comment.id) "/unhide" } {
                (seen(visit, story))
                (complaint(draft, Form::Unhide))
                (reason(visit, draft, Form::Unhide))
                button { (Phrase::Unhide.say(visit.lang)) }
            }
        }
    }
}

fn leave_visible(visit: &Visit, story: &Story, draft: &Draft) -> Markup {
    html! {
        details open data-key="v" {
            summary { (Phrase::LeaveVisible.say(visit.lang)) }
            form.stack method="post" action={ "/comments/" (story.comment.id) "/approve" } {
                p.hint { (Phrase::LeaveVisibleAbout.say(visit.lang)) }
                (seen(visit, story))
                (complaint(draft, Form::LeaveVisible))
                (reason(visit, draft, Form::LeaveVisible))
                p.buttons { button { (Phrase::LeaveVisible.say(visit.lang)) } (and_next(visit, Phrase::LeaveVisible)) }
            }
        }
    }
}

fn no_reply(visit: &Visit, story: &Story, draft: &Draft) -> Markup {
    let about = match story.comment.visibility {
        Visibility::Hidden => Phrase::NoReplyAboutHidden,
        _ => Phrase::NoReplyAbout,
    };
    html! {
        details open[is_in_error(draft, Form::NoReply)] data-key="n" {
            summary { (Phrase::NoReplyNeeded.say(visit.lang)) }
            form.stack method="post" action={ "/comments/" (story.comment.id) "/no-reply" } {
                p.hint { (about.say(visit.lang)) }
                (seen(visit, story))
                (complaint(draft, Form::NoReply))
                (reason(visit, draft, Form::NoReply))
                p.buttons { button { (Phrase::NoReplyNeeded.say(visit.lang)) } (and_next(visit, Phrase::NoReplyNeeded)) }
            }
        }
    }
}

/// The same, and on to the next comment.
fn and_next(visit: &Visit, act: Phrase) -> Markup {
    let lang = visit.lang;
    html! { " " button.second name="then" value="next" { (act.say(lang)) (Phrase::ThenNext.say(lang)) } }
}

/// The reply as it would go out, its length in the platform's count, and what it lacks.
fn preview(visit: &Visit, platform: Platform, text: &str) -> Markup {
    let (lang, length, max) =
        (visit.lang, limits::reply_length(platform, text.trim()), limits::reply_max(platform));
    html! {
        section.preview aria-label=(Phrase::Preview.say(lang)) {
            p.quiet { (Phrase::PreviewAbout.say(lang)) }
            p { (marked::text(text.trim(), None)) }
            p.quiet { (words::length(lang, platform, length, max)) }
            @if let Some(blank) = blanks::first(text) { (warning(&words::blank_left(lang, blank))) }
        }
    }
}

fn reason(visit: &Visit, draft: &Draft, form: Form) -> Markup {
    let lang = visit.lang;
    let (id, optional) = match form {
        Form::Hide => ("hide-reason", false),
        Form::Unhide => ("unhide-reason", false),
        Form::NoReply => ("no-reply-reason", false),
        _ => ("visible-reason", true),
    };
    html! {
        label for=(id) {
            (Phrase::Reason.say(lang))
            @if optional { span.quiet { " (" (Phrase::Optional.say(lang)) ")" } }
        }
        p.hint id={ (id) "-hint" } { (Phrase::ReasonHint.say(lang)) }
        input id=(id) name="reason" dir="auto" maxlength=(REASON_MAX_CHARS) value=(reason_of(draft, form)) required[!optional]
            autocomplete="off" aria-describedby={ (id) "-hint" };
    }
}

/// What every form about a comment carries: its seal, the revision that the page shows and how much of the log, for whoever
/// sends the form acts on these words and knows of these acts, and of no later ones.
pub(super) fn seen(visit: &Visit, story: &Story) -> Markup {
    html! { (visit.sealed()) input type="hidden" name="seen" value=(Shown::of(story)); }
}

pub(super) fn complaint(draft: &Draft, form: Form) -> Markup {
    html! {
        @if let Some((_, error)) = draft.error.as_ref().filter(|(found, _)| *found == form) { (warning(error)) }
    }
}

/// The reason that was written into this form, and into none beside it.
pub(super) fn reason_of(draft: &Draft, form: Form) -> &str {
    if is_in_error(draft, form) { &draft.reason } else { "" }
}

pub(super) fn is_in_error(draft: &Draft, form: Form) -> bool {
    draft.error.as_ref().is_some_and(|(found, _)| *found == form)
}

//! The words of the domain in both languages: platforms, kinds, verdicts, and the states of things.

use jiff::tz::TimeZone;
use maud::{Markup, html};

use crate::domain::action::{Act, ActionState, Refusal, Withdrawal};
use crate::domain::calendar::DateStatus;
use crate::domain::comment::{Mark, Platform, Visibility};
use crate::domain::limits::TooLong;
use crate::domain::quota::{self, Errand, Purse};
use crate::domain::reply::{CancelReason, ClockKind, Language, PauseReason, Priority, Standing};
use crate::domain::staff::Role;
use crate::store::Hindrance;
use crate::store::comments::ListState;
use crate::store::decisions::DecidedBy;
use crate::store::documents::DocumentKind;
use crate::store::sources::Health;

use super::super::act::{NOTE_MAX_CHARS, NotDone, REASON_MAX_CHARS};
use super::counted::{Thing, counted};
use super::inbox::chosen::DueBy;
use super::lang::Lang;
use super::phrase::Phrase;
use super::when;

pub(super) use crate::domain::lang::names::{kind, platform};

/// Which answer a clock waits for.
pub(super) fn clock(lang: Lang, clock: ClockKind) -> &'static str {
    let (ar, en) = match clock {
        ClockKind::FirstReply => ("الرد الأول", "First reply"),
        ClockKind::NextReply => ("الرد التالي", "Next reply"),
        ClockKind::Solve => ("حل الموضوع", "Solution"),
    };
    lang.pick(ar, en)
}

/// How a promise stands.
pub(super) fn standing(lang: Lang, clock: ClockKind, standing: Standing) -> &'static str {
    let (ar, en) = match (standing, clock) {
        (Standing::Open, _) => ("ضمن المهلة", "Open"),
        (Standing::DueSoon, _) => ("قريب الموعد", "Due soon"),
        (Standing::Paused, _) => ("متوقفة مؤقتًا", "Paused"),
        (Standing::Overdue, _) => ("فات الموعد", "Overdue"),
        (Standing::InTime, ClockKind::Solve) => ("حُلّ في موعده", "Solved in time"),
        (Standing::Late, ClockKind::Solve) => ("حُلّ بعد موعده", "Solved late"),
        (Standing::InTime, _) => ("رُدّ عليه في موعده", "Answered in time"),
        (Standing::Late, _) => ("رُدّ عليه بعد موعده", "Answered late"),
        (Standing::Cancelled, _) => ("توقفت", "Stopped"),
    };
    lang.pick(ar, en)
}

/// How sure a date of the calendar is.
pub(super) fn date_status(lang: Lang, status: DateStatus) -> &'static str {
    let (ar, en) = match status {
        DateStatus::Computed => ("محسوب فلكيًّا", "computed"),
        DateStatus::Expected => ("متوقع", "expected"),
        DateStatus::Announced => ("معلن", "announced"),
        DateStatus::Moved => ("منقول", "moved"),
        DateStatus::Cancelled => ("ملغى", "cancelled"),
    };
    lang.pick(ar, en)
}

/// Why a clock stands still.
pub(super) fn pause(lang: Lang, reason: PauseReason) -> &'static str {
    let (ar, en) = match reason {
        PauseReason::Merged => ("دُمج مع تعليق آخر", "merged with another comment"),
        PauseReason::SpamUnderReview => ("يُراجَع: هل هو رسالة مزعجة؟", "looked into: is it spam?"),
        PauseReason::PlatformOutage => ("تعطّل المنصة", "the platform is down"),
        PauseReason::WaitingForAsker => ("بانتظار السائل", "waiting for the asker"),
        PauseReason::AwaitingOtherBody => ("بانتظار جهة أخرى", "waiting for another body"),
    };
    lang.pick(ar, en)
}

/// How urgent staff called a comment.
pub(super) fn priority(lang: Lang, priority: Priority) -> &'static str {
    let (ar, en) = match priority {
        Priority::Normal => ("عادية", "Normal"),
        Priority::High => ("مرتفعة", "High"),
        Priority::Urgent => ("عاجلة", "Urgent"),
    };
    lang.pick(ar, en)
}

pub(super) fn list_state(lang: Lang, state: ListState) -> &'static str {
    let (ar, en) = match state {
        ListState::Waiting => ("كل ما ينتظر", "All that waits"),
        ListState::Review => ("للمراجعة", "To review"),
        ListState::AwaitingReply => ("بانتظار الرد", "Awaiting reply"),
        ListState::Overdue => ("متأخر", "Overdue"),
        ListState::Paused => ("متوقف مؤقتًا", "Paused"),
        ListState::AwaitingApproval => ("بانتظار الاعتماد", "Awaiting approval"),
        ListState::Hidden => ("مخفي", "Hidden"),
        ListState::All => ("جميع التعليقات", "All comments"),
    };
    lang.pick(ar, en)
}

/// A language that people write in.
pub(super) fn language(lang: Lang, language: Language) -> &'static str {
    let (ar, en) = match language {
        Language::Arabic => ("العربية", "Arabic"),
        Language::English => ("الإنجليزية", "English"),
        Language::Other => ("غيرهما أو لا تُعرف", "Another, or not known"),
    };
    lang.pick(ar, en)
}

/// By when an answer is due.
pub(super) fn due_by(lang: Lang, due: DueBy) -> &'static str {
    let (ar, en) = match due {
        DueBy::Now => ("فات موعده", "Overdue"),
        DueBy::Today => ("اليوم أو قبله", "By the end of today"),
        DueBy::Tomorrow => ("غدًا أو قبله", "By the end of tomorrow"),
        DueBy::Week => ("خلال سبعة أيام", "Within seven days"),
    };
    lang.pick(ar, en)
}

pub(super) fn visibility(lang: Lang, visibility: Visibility) -> &'static str {
    let (ar, en) = match visibility {
        Visibility::Visible => ("ظاهر للعموم", "Visible"),
        Visibility::Hidden => ("مخفي", "Hidden"),
        Visibility::Deleted => ("محذوف من المنصة", "Gone from the platform"),
        Visibility::Erased => ("مُحيت بياناته", "Erased"),
    };
    lang.pick(ar, en)
}

pub(super) fn act(lang: Lang, act: &Act) -> &'static str {
    match act {
        Act::Hide => Phrase::Hide.say(lang),
        Act::Unhide => Phrase::Unhide.say(lang),
        Act::Reply { .. } => Phrase::Reply.say(lang),
        Act::Acknowledge { .. } => lang.pick("إشعار خارج ساعات العمل", "Out-of-hours acknowledgement"),
    }
}

/// What waits in the outbox for a comment, by the word of its act.
pub(super) fn pending(lang: Lang, act: &str) -> &'static str {
    let (ar, en) = match act {
        "hide" => ("الإخفاء قيد الإرسال", "Hide on its way"),
        "unhide" => ("الإظهار قيد الإرسال", "Unhide on its way"),
        "approval" => ("الرد بانتظار الاعتماد", "Reply awaiting approval"),
        "acknowledge" => ("إشعار خارج ساعات العمل قيد الإرسال", "Out-of-hours acknowledgement on its way"),
        _ => ("الرد قيد الإرسال", "Reply on its way"),
    };
    lang.pick(ar, en)
}

pub(super) fn action_state(lang: Lang, zone: &TimeZone, state: &ActionState) -> String {
    match state {
        ActionState::AwaitingApproval => {
            lang.pick("ينتظر اعتماد شخص آخر", "Waits for somebody else to approve it").to_owned()
        }
        ActionState::Queued => lang.pick("في صندوق الإرسال", "In the outbox").to_owned(),
        ActionState::Started { attempt } => lang.pick(
            format!("أُرسل ولم تصل الإجابة بعد (المحاولة {attempt})؛ تُقرأ المنصة قبل إعادة الإرسال"),
            format!("Sent, the answer is not here yet (attempt {attempt}); the platform is read back before it is sent again"),
        ),
        ActionState::Confirmed { at, .. } => {
            let at = when::moment(lang, zone, *at);
            lang.pick(format!("أكدته المنصة، {at}"), format!("Confirmed by the platform, {at}"))
        }
        ActionState::Refused { at, reason } => {
            let (at, why) = (when::moment(lang, zone, *at), refusal(lang, *reason));
            lang.pick(format!("رفضته المنصة، {at}: {why}"), format!("Refused by the platform, {at}: {why}"))
        }
        ActionState::Withdrawn { at, why } => {
            let (at, why) = (when::moment(lang, zone, *at), withdrawal(lang, *why));
            lang.pick(
                format!("سُحب قبل إرساله، {at}: {why}"),
                format!("Withdrawn before it left, {at}: {why}"),
            )
        }
    }
}

fn withdrawal(lang: Lang, why: Withdrawal) -> &'static str {
    let (ar, en) = match why {
        Withdrawal::Overtaken => ("تجاوزه ما جدّ بعده", "overtaken by what came after it"),
        Withdrawal::TakenBack => ("تراجع عنه موظف", "taken back by staff"),
        Withdrawal::GivenBack => ("أعاده المعتمِد إلى كاتبه", "given back to whoever wrote it"),
        Withdrawal::Erased => ("مُحيت بيانات التعليق", "the comment was erased"),
    };
    lang.pick(ar, en)
}

fn refusal(lang: Lang, refusal: Refusal) -> &'static str {
    let (ar, en) = match refusal {
        Refusal::Gone => ("التعليق لم يعد موجودًا", "the comment is gone"),
        Refusal::NotAllowed => (
            "لا تسمح المنصة بذلك لهذا التعليق؛ نفّذه في المنصة نفسها إن أمكن",
            "the platform does not allow it for this comment; do it on the platform itself, if it can be done there",
        ),
        Refusal::Invalid => (
            "تعدّ المنصة الطلب غير صحيح؛ راجع النص وطوله ثم أعد المحاولة",
            "the platform calls the request wrong; check the text and its length, then try again",
        ),
    };
    lang.pick(ar, en)
}

/// A verdict by its word, told as a decision.
pub(super) fn verdict(lang: Lang, verdict: &str) -> &'static str {
    let (ar, en) = match verdict {
        "hide" => ("يُخفى", "Hide"),
        "review" => ("يراجعه موظف", "A person must decide"),
        _ => ("يبقى ظاهرًا", "Leave visible"),
    };
    lang.pick(ar, en)
}

pub(super) fn decided_by(lang: Lang, by: &DecidedBy) -> String {
    match by {
        DecidedBy::Machine => lang.pick("آليًّا حسب السياسة", "The machine, by the policy").to_owned(),
        DecidedBy::Staff(name) => name.clone(),
    }
}

/// By what the machine found it.
pub(super) fn rule(lang: Lang, rule: &str) -> Markup {
    let (ar, en, name) = match rule.split_once(':').unwrap_or((rule, "")) {
        ("phrase", language) => ("قائمة الكلمات", "Word list", language),
        ("model", _) => {
            ("ما تعلّمه النموذج من تعليقات أخرى", "What the model learned from other comments", "")
        }
        ("repeated", _) => ("النص مكرر", "The text is repeated", ""),
        ("strikes", _) => ("أُخفي لهذا الكاتب كثير", "Much of this author's was hidden", ""),
        ("rule", name) => ("القاعدة", "Rule", name),
        _ => ("القاعدة", "Rule", rule),
    };
    html! { (lang.pick(ar, en)) @if !name.is_empty() { " " code dir="ltr" { (name) } } }
}

pub(super) fn cancelled(lang: Lang, reason: CancelReason) -> &'static str {
    let (ar, en) = match reason {
        CancelReason::Hidden => ("توقفت: أُخفي التعليق", "Stopped: the comment was hidden"),
        CancelReason::Gone => {
            ("توقفت: حُذف التعليق من المنصة", "Stopped: the comment is gone from the platform")
        }
        CancelReason::Erased => ("توقفت: مُحيت بيانات التعليق", "Stopped: the comment was erased"),
        CancelReason::NotOwed => {
            ("توقفت: أعيد تصنيفه ولا يستحق ردًّا", "Stopped: judged again, it is owed no reply")
        }
        CancelReason::NotNeeded => ("توقفت: لا يحتاج إلى رد", "Stopped: no reply is needed"),
    };
    lang.pick(ar, en)
}

pub(super) fn mark(lang: Lang, mark: Mark) -> &'static str {
    let (ar, en) = match mark {
        Mark::NoAuthor => ("لم تذكر المنصة كاتبًا", "the platform named no author"),
        Mark::NoText => ("لا نص فيه", "there is no text"),
        Mark::Cut => ("قُصّ النص لطوله", "the text was cut for its length"),
        Mark::NulRemoved => ("أزيلت منه رموز لا تُخزَّن", "characters that cannot be stored were taken out"),
        Mark::InvalidUtf8 => ("فيه رموز تعذرت قراءتها", "some of its characters could not be read"),
        Mark::FutureTime => {
            ("وقته على المنصة لاحق لوصوله إلينا", "the platform's time lies after our receipt")
        }
        Mark::NoTime => ("لم تذكر المنصة وقته", "the platform gave no time"),
    };
    lang.pick(ar, en)
}

pub(super) fn health(lang: Lang, health: Health) -> &'static str {
    let (ar, en) = match health {
        Health::Ok => ("يعمل", "Working"),
        Health::Ill => ("متعثر، وستُعاد المحاولة", "Failing, will be tried again"),
        Health::Paused => ("متوقف حتى يتدخل المشغّل", "Paused until an operator acts"),
    };
    lang.pick(ar, en)
}

pub(super) fn role(lang: Lang, role: Role) -> &'static str {
    let (ar, en) = match role {
        Role::Staff => ("موظف", "staff"),
        Role::Approver => ("معتمِد", "approver"),
        Role::Auditor => ("مدقق", "auditor"),
        Role::Operator => ("مشغّل", "operator"),
    };
    lang.pick(ar, en)
}

pub(super) fn document(lang: Lang, kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Policy => Phrase::Policy.say(lang),
        DocumentKind::Calendar => Phrase::Calendar.say(lang),
    }
}

/// The first digits of a hash: enough to compare by eye.
pub(super) fn short_hash(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

/// That a blank of a saved reply is left. It is isolated, for it may be in the other language.
pub(super) fn blank_left(lang: Lang, blank: &str) -> String {
    lang.pick(
        format!("في الرد فراغ لم يُملأ: \u{2068}{blank}\u{2069}. اكتب ما يناسبه أو احذفه."),
        format!("The reply has a blank that was not filled: \u{2068}{blank}\u{2069}. Write what belongs there, or take it out."),
    )
}

/// How long a reply is, of how much.
pub(super) fn length(lang: Lang, on: Platform, length: usize, max: usize) -> String {
    let (on, max) = (platform(lang, on), counted(lang, max as u64, Thing::Character));
    lang.pick(
        format!("الطول بحساب {on}: {length}، والحد {max}."),
        format!("{on} counts {length}, and takes {max}."),
    )
}

/// How often a source's lists stopped short or could not be read, and what comes of it.
pub(super) fn gaps(lang: Lang, times: i64) -> String {
    lang.pick(
        format!(
            "توقفت قوائمه قبل نهايتها أو تعذرت قراءتها (عدد المرات: {times}). القراءة الكاملة الدورية تجد ما وراء ذلك."
        ),
        format!(
            "Its lists stopped short or could not be read (times so far: {times}). The regular full reading finds what lay behind."
        ),
    )
}

/// What a reply costs of a platform's quota.
pub(super) fn cost(lang: Lang, on: Platform) -> String {
    match units(on, &Act::Reply { text: String::new() }) {
        Some(units) => lang.pick(
            format!("يكلّف {units} وحدة من حصة يوتيوب اليومية."),
            format!("It costs {units} units of YouTube's daily quota."),
        ),
        None => lang.pick("يكلّف طلبًا واحدًا من المنصة.", "It costs one request to the platform.").to_owned(),
    }
}

/// What hiding or unhiding so many costs of a platform's quota. Hides that wait together may go in one call.
pub(super) fn cost_of(lang: Lang, on: Platform, times: u64) -> String {
    match units(on, &Act::Hide) {
        Some(units) => {
            let units = units.unsigned_abs() * times;
            lang.pick(
                format!("{units} على الأكثر من وحدات حصة يوتيوب اليومية"),
                format!("{units} units of YouTube's daily quota at most"),
            )
        }
        None => lang.pick(format!("طلبات إلى المنصة: {times}"), format!("requests to the platform: {times}")),
    }
}

/// What an act costs of YouTube's units; `None` on a platform that counts none.
fn units(on: Platform, act: &Act) -> Option<i64> {
    let charges = quota::charges(on, Errand::Act(act));
    charges.iter().find(|charge| charge.purse == Purse::Units).map(|charge| charge.amount)
}

/// Why an act was not done, and what to do next.
pub(super) fn not_done(lang: Lang, why: &NotDone) -> String {
    let (ar, en) = match why {
        NotDone::ClauseMissing => {
            ("اختر بند السياسة الذي يخالفه التعليق.", "Choose the clause that the comment breaks.")
        }
        NotDone::ReasonMissing => ("اكتب السبب في جملة واحدة.", "Say in one sentence why."),
        NotDone::ReplyEmpty => ("اكتب نص الرد أولًا.", "Write the reply first."),
        NotDone::NoteEmpty => ("اكتب الملاحظة أولًا.", "Write the note first."),
        NotDone::NoteTooLong => {
            let max = counted(lang, NOTE_MAX_CHARS as u64, Thing::Character);
            return lang.pick(
                format!("اختصر الملاحظة؛ حدّها {max}."),
                format!("Shorten the note; it may have {max}."),
            );
        }
        NotDone::BlankLeft(blank) => return blank_left(lang, blank),
        NotDone::NotForMany => ("اختر إجراء من القائمة.", "Choose an act of the list."),
        NotDone::Nul => (
            "في النص رمز لا يُخزَّن؛ احذفه وأعد المحاولة.",
            "The text holds a character that cannot be stored; take it out and try again.",
        ),
        NotDone::ReasonTooLong => {
            let max = counted(lang, REASON_MAX_CHARS as u64, Thing::Character);
            return lang
                .pick(format!("اختصر السبب؛ حدّه {max}."), format!("Shorten the reason; it may have {max}."));
        }
        NotDone::ReplyTooLong(TooLong { platform: on, length, max }) => {
            let (on, max) = (platform(lang, *on), counted(lang, *max as u64, Thing::Character));
            return lang.pick(
                format!("اختصر الرد: طوله {length} بحساب {on}، والحد {max}."),
                format!("Shorten the reply: {on} counts {length}, and takes {max}."),
            );
        }
        NotDone::Overtaken { by: Some(by), .. } => {
            return lang.pick(
                format!("سبقك {by} إلى هذا التعليق ولم يُنفَّذ طلبك. هذه حالته الآن؛ راجعها ثم قرر."),
                format!(
                    "{by} dealt with this comment before you, and nothing of yours was done. This is how it is now; read it and \
                     decide anew."
                ),
            );
        }
        NotDone::WorkedOn(by) => {
            return lang.pick(
                format!("كان {by} يعمل على هذا التعليق ولم يُنفَّذ طلبك. انتقل العمل إليك الآن؛ إن كان طلبك قائمًا فأرسله مرة أخرى."),
                format!(
                    "{by} was working on this comment, and nothing of yours was done. It is yours now: if you still mean it, send it \
                     again."
                ),
            );
        }
        NotDone::WrongState(_) | NotDone::Overtaken { by: None, .. } => (
            "تغيّر التعليق في أثناء ذلك. هذه حالته الآن؛ راجعها ثم قرر.",
            "The comment has changed meanwhile. This is how it is now; read it and decide anew.",
        ),
        NotDone::Hindered(_, Hindrance::WaitsForNobody) => (
            "الرد الأول لا ينتظر أحدًا؛ اختر سببًا آخر.",
            "A first reply waits for nobody; choose another reason.",
        ),
        NotDone::Hindered(_, Hindrance::NotPromised) => (
            "لا وعد بذلك في التقويم المعتمد؛ اعتمد تقويمًا ينص عليه.",
            "The calendar in force promises nothing of the sort; adopt one that does.",
        ),
        NotDone::Hindered(_, Hindrance::CountedAnew) => (
            "تُحسب المواعيد الآن من جديد بتقويم آخر؛ أعد المحاولة بعد دقيقة.",
            "Its deadlines are being counted anew by another calendar; try again in a minute.",
        ),
        NotDone::Hindered(_, Hindrance::Held) => (
            "التعليق تحت حفظ قانوني فلا يُمحى؛ يُرفع الحفظ أولًا.",
            "It is under a legal hold, so nothing of it is erased; the hold must be lifted first.",
        ),
        NotDone::Hindered(_, Hindrance::HoldLiftedBySame) => (
            "كان التعليق تحت حفظ قانوني رفعتَه بنفسك، فيطلب محوه شخص آخر.",
            "It was under a legal hold that you lifted, so another person has to order its erasure.",
        ),
        NotDone::Hindered(_, Hindrance::ReplyUnderWay) => (
            "ردٌّ عليه في طريقه إلى المنصة؛ أعد المحاولة بعد دقيقة.",
            "A reply to it is on its way; try again in a minute.",
        ),
        NotDone::Hindered(_, Hindrance::OwnReply) => {
            ("كتبت هذا الرد بنفسك؛ يعتمده شخص آخر.", "You wrote this reply; somebody else must approve it.")
        }
        NotDone::Hindered(_, Hindrance::SaidBefore) => (
            "للتعليق رد بالكلمات نفسها أُرسل أو ينتظر؛ غيّر الكلمات أو أعد هذا الرد.",
            "It has a reply with the same words, sent or waiting; change the words, or give this one back.",
        ),
        NotDone::Hindered(_, Hindrance::AuthorUnknown) => (
            "لم تذكر المنصة كاتبه؛ احفظ التعليق نفسه أو مصدره.",
            "The platform did not name its author; hold the comment itself, or its source.",
        ),
        NotDone::NoSuchTeam(_) => (
            "لا يوجد فريق بهذا الاسم؛ اختر فريقًا من القائمة.",
            "No team has this name; choose one of the list.",
        ),
        NotDone::NobodyToAnswer(_) => (
            "لا يوجد موظف بهذا الاسم يحق له الرد؛ اختر شخصًا آخر.",
            "Nobody of this name may answer comments; choose somebody else.",
        ),
        NotDone::NothingInForce => (
            "لا توجد سياسة معتمدة صالحة، فلا يُنفَّذ شيء. أبلغ مشغّل الخدمة.",
            "No valid policy is in force, so nothing may be done. Tell your operator.",
        ),
        NotDone::NoSuchComment => ("لا يوجد تعليق بهذا الرقم.", "No comment has this number."),
        NotDone::KeyUsed | NotDone::NotAnswered(_) | NotDone::Store(_) => {
            ("حدث خلل عندنا؛ أعد المحاولة.", "Something failed on our side; try again.")
        }
    };
    lang.pick(ar, en).to_owned()
}

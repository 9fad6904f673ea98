//! The words of the auditor's pages, and of the acts and fields of the log, in both languages.

use super::super::lang::Lang;
use crate::domain::audit::Shown;

/// A phrase of these pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Say {
    Title,
    About,
    Person,
    Comment,
    Clause,
    AnyClause,
    From,
    To,
    Search,
    Entry,
    Time,
    Who,
    Act,
    Object,
    Facts,
    NothingFound,
    Older,
    Newest,
    Log,
    Holds,
    Broken,
    NoCheckpoint,
    Checkpoint,
    Size,
    Root,
    CheckedBy,
    Download,
    NotSealed,
    StoryOf,
    InOrder,
    SeenAt,
    AtTime,
    Show,
    TheText,
    OurReplies,
    Erased,
    ReadByAuditors,
    NoEntries,
    Commitment,
    MatchedWords,
}

impl Say {
    /// In the visitor's language.
    pub(super) fn say(self, lang: Lang) -> &'static str {
        let (ar, en) = match self {
            Say::Title => ("سجل التدقيق", "Audit log"),
            Say::About => (
                "كل ما فعله الموظفون والنظام، بالترتيب. كل اطلاع هنا يُسجَّل أيضًا.",
                "All that staff and machine did, in order. Every look at it is logged too.",
            ),
            Say::Person => ("الموظف", "Member of staff"),
            Say::Comment => ("رقم التعليق", "Comment number"),
            Say::Clause => ("بند السياسة", "Clause"),
            Say::AnyClause => ("كل البنود", "Any clause"),
            Say::From => ("من", "From"),
            Say::To => ("إلى ما قبل", "Until before"),
            Say::Search => ("بحث", "Search"),
            Say::Entry => ("القيد", "Entry"),
            Say::Time => ("الوقت", "Time"),
            Say::Who => ("الفاعل", "Who"),
            Say::Act => ("الفعل", "What"),
            Say::Object => ("على", "To what"),
            Say::Facts => ("التفاصيل", "Details"),
            Say::NothingFound => (
                "لا قيود توافق ما طلبت؛ وسّع المدة أو احذف شرطًا.",
                "No entry fits; widen the time or leave something out.",
            ),
            Say::Older => ("الأقدم", "Older"),
            Say::Newest => ("الأحدث", "The newest"),
            Say::Log => ("حال السجل", "How the log stands"),
            Say::Holds => ("السجل سليم: هو الذي نُشر", "The log holds: it is the one that was published"),
            Say::Broken => (
                "السجل لا يطابق ما نُشر؛ توقفت كل التغييرات. أبلغ مسؤول الأمن.",
                "The log is not the one that was published; all changes are stopped. Call whoever answers for security.",
            ),
            Say::NoCheckpoint => (
                "لم تُنشر نقطة تحقق بعد؛ تُنشر الأولى بعد بدء التشغيل بقليل.",
                "No checkpoint was published yet; the first follows soon after the start.",
            ),
            Say::Checkpoint => ("أحدث نقطة تحقق", "Latest checkpoint"),
            Say::Size => ("القيود المختومة", "Entries sealed"),
            Say::Root => ("الجذر", "Root"),
            Say::CheckedBy => (
                "تحقق بنفسك ببرنامج majlis-verify أو verify.py؛ الطريقة في AUDIT.md.",
                "Check it yourself with majlis-verify or verify.py; AUDIT.md says how.",
            ),
            Say::Download => ("تنزيل مع البرهان", "Download with proof"),
            Say::NotSealed => ("لم يُختم بعد", "not sealed yet"),
            Say::StoryOf => ("قصة التعليق", "The story of comment"),
            Say::InOrder => ("كل ما حدث، الأقدم أولًا", "All that happened, oldest first"),
            Say::SeenAt => ("ماذا رأى الجمهور؟", "What did the public see?"),
            Say::AtTime => ("في هذا الوقت", "At this time"),
            Say::Show => ("عرض", "Show"),
            Say::TheText => ("النص حينها", "The text then"),
            Say::OurReplies => ("ردودنا حينها", "Our replies then"),
            Say::Erased => ("مُحي النص", "The text was erased"),
            Say::ReadByAuditors => ("اطلع عليه المدققون", "Looked at by auditors"),
            Say::NoEntries => ("لا قيود عن هذا التعليق.", "The log has no entry about this comment."),
            Say::Commitment => ("بصمة", "commitment"),
            Say::MatchedWords => ("الكلمات المطابقة", "Matched words"),
        };
        lang.pick(ar, en)
    }
}

/// Whether the public saw a comment.
pub(super) fn shown(lang: Lang, shown: Shown) -> &'static str {
    let (ar, en) = match shown {
        Shown::NotYet => ("لم يُكتب بعد", "It was not written yet"),
        Shown::Visible => ("كان ظاهرًا", "It was visible"),
        Shown::Hidden => ("كان مخفيًّا", "It was hidden"),
        Shown::Gone => ("كان محذوفًا من المنصة", "It was gone from the platform"),
    };
    lang.pick(ar, en)
}

/// An act in words; the log's own word where a later version brought one that has none here.
pub(super) fn act(lang: Lang, act: &str) -> &str {
    let (ar, en) = match act {
        "action.confirmed" => ("أكدت المنصة الإجراء", "The platform confirmed an action"),
        "action.erased" => ("مُحي نص رد", "The words of a reply were erased"),
        "action.queued" => ("طُلب إجراء", "An action was asked for"),
        "action.refused" => ("رفضت المنصة الإجراء", "The platform refused an action"),
        "action.started" => ("أُرسل الإجراء إلى المنصة", "An action set out to the platform"),
        "action.withdrawn" => ("سُحب الإجراء", "An action was withdrawn"),
        "audit.exported" => ("صُدّر السجل", "The log was exported"),
        "audit.pseudonym_resolved" => ("كُشف اسم مستعار", "A pseudonym was resolved"),
        "audit.read" => ("اطلاع على السجل", "The log was read"),
        "calendar.adopted" => ("اعتُمد تقويم", "A calendar was adopted"),
        "calendar.proposed" => ("اقتُرح تقويم", "A calendar was proposed"),
        "clock.answered" => ("توقفت المهلة برد", "A deadline was answered"),
        "clock.cancelled" => ("أُلغيت المهلة", "A deadline was cancelled"),
        "clock.due_soon" => ("قرب الموعد", "A deadline came near"),
        "clock.escalated" => ("أُبلغ عن المهلة", "A deadline was escalated"),
        "clock.opened" => ("بدأت مهلة", "A deadline began to run"),
        "clock.overdue" => ("فات الموعد", "A deadline passed"),
        "clock.paused" => ("أُوقفت المهلة مؤقتًا", "A deadline was paused"),
        "clock.prioritised" => ("تغيّرت الأولوية", "The priority changed"),
        "clock.recounted" => ("حُسبت المهلة من جديد", "A deadline was counted anew"),
        "clock.resumed" => ("استؤنفت المهلة", "A deadline was resumed"),
        "clock.solved" => ("حُلّ الموضوع", "The matter was solved"),
        "comment.assigned" => ("أُسند التعليق", "The comment was assigned"),
        "comment.erased" => ("مُحي محتوى التعليق", "The comment's content was erased"),
        "comment.judged" => ("حُكم على التعليق", "The comment was judged"),
        "comment.received" => ("وصل التعليق", "The comment was received"),
        "comment.revised" => ("عدّل الكاتب التعليق", "The author edited the comment"),
        "comments.exported" => ("صُدّرت التعليقات", "Comments were exported"),
        "daemon.started" => ("بدأ تشغيل الخدمة", "The service started"),
        "hold.lifted" => ("رُفع حفظ قانوني", "A legal hold was lifted"),
        "hold.listed" => ("عُرضت قائمة الحفظ القانوني", "The legal holds were listed"),
        "hold.placed" => ("وُضع حفظ قانوني", "A legal hold was placed"),
        "notice.given_up" => ("تعذر إرسال إشعار", "A notice was given up"),
        "notice.sent" => ("أُرسل إشعار", "A notice was sent"),
        "notice.withdrawn" => ("سُحب إشعار", "A notice was withdrawn"),
        "policy.adopted" => ("اعتُمدت سياسة", "A policy was adopted"),
        "policy.backtested" => ("جُرّبت سياسة على تعليقات سابقة", "A policy was tried on past comments"),
        "policy.proposed" => ("اقتُرحت سياسة", "A policy was proposed"),
        "reason.erased" => ("مُحي سبب", "A reason was erased"),
        "rule.ceiling" => ("بلغت قاعدة حدّها", "A rule reached its ceiling"),
        "sign_in.refused" => ("رُفض دخول", "A sign-in was refused"),
        "staff.added" => ("أُضيف موظف", "A member of staff was added"),
        "staff.disabled" => ("أُوقف حساب موظف", "A member of staff was disabled"),
        "staff.signed_in" => ("دخول موظف", "A member of staff signed in"),
        "staff.signed_out" => ("خروج موظف", "A member of staff signed out"),
        "staff.token_given" => ("أُعطي رمز دخول", "A token was given"),
        "token.begun" => ("ربط حساب منصة", "A platform's account was connected"),
        "token.renewed" => ("جُدد رمز منصة", "A platform's token was renewed"),
        other => (other, other),
    };
    lang.pick(ar, en)
}

//! What pages say, Arabic and English side by side, so that a missing translation does not compile.
//!
//! Words of the domain (platforms, kinds, states) are in [`super::words`], numbers in [`super::counted`].

use maud::{Markup, html};

use super::lang::Lang;

/// Something that pages say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phrase {
    Majlis,
    SkipToContent,
    OtherLanguage,
    SignedInAs,
    SignOut,
    Navigation,

    SignIn,
    SignInAbout,
    Token,
    TokenHint,
    TokenRefused,
    SignedOut,

    Waiting,
    NothingWaits,
    NothingFound,
    States,
    AnyPlatform,
    WhoHasIt,
    AnybodysComments,
    MyComments,
    MoreBelow,
    FromTheTop,
    Counts,
    Platform,
    Read,
    Total,
    PolicyMissing,
    LogBroken,

    Comment,
    BackToList,
    WrittenAt,
    FirstSeenAt,
    Source,
    NoAuthor,
    NoText,
    TextErased,
    MarkedWords,
    RuleThatFound,
    WhatWasOdd,
    Revision,
    EarlierTexts,
    InReplyTo,

    YourAct,
    Reply,
    ReplyText,
    SavedReply,
    ChooseSavedReply,
    Insert,
    SendReply,
    ReplyGoesPublic,
    Hide,
    KeepHidden,
    Clause,
    ChooseClause,
    ChooseReason,
    Reason,
    ReasonHint,
    Optional,
    Unhide,
    LeaveVisible,
    LeaveVisibleAbout,
    YourDeadlines,
    PauseBecause,
    Pause,
    Resume,
    Priority,
    Change,
    Solve,
    Reopen,
    InTheHandsOf,
    TakeIt,
    GiveItTo,
    ChooseHolder,
    Give,
    Teams,
    People,
    NobodyHere,

    OurReplies,
    Deadlines,
    WhoHadIt,
    HowCounted,
    Actions,
    NoActions,
    Decisions,
    NoDecisions,
    PolicyVersion,

    Service,
    Sources,
    NoSources,
    State,
    Since,
    LastRead,
    Never,
    Detail,
    InForce,
    NothingAdopted,
    Document,
    Version,
    AdoptedBy,
    Shipped,
    Calendar,
    Policy,
    Checkpoint,
    NoCheckpoint,

    HideQueued,
    UnhideQueued,
    ReplyQueued,
    LeftVisible,
    DeadlinesChanged,
    ChangedHands,
    AlreadyOnItsWay,
}

impl Phrase {
    /// The phrase in a language.
    pub(super) fn say(self, lang: Lang) -> &'static str {
        let (ar, en) = match self {
            Phrase::Majlis => ("مجلس", "Majlis"),
            Phrase::SkipToContent => ("انتقل إلى المحتوى", "Skip to the content"),
            Phrase::OtherLanguage => ("English", "العربية"),
            Phrase::SignedInAs => ("الحساب:", "Signed in as"),
            Phrase::SignOut => ("تسجيل الخروج", "Sign out"),
            Phrase::Navigation => ("التنقل الرئيسي", "Main navigation"),

            Phrase::SignIn => ("تسجيل الدخول", "Sign in"),
            Phrase::SignInAbout => (
                "هذه المنصة لموظفي المشاركة الرقمية: قراءة تعليقات الجمهور والرد عليها وتطبيق سياسة المشاركة.",
                "For the digital participation team: read what the public writes, answer it, apply the participation policy.",
            ),
            Phrase::Token => ("رمز الدخول", "Access token"),
            Phrase::TokenHint => (
                "الرمز الذي سلّمه لك مشغّل الخدمة. إن فقدته فاطلب منه رمزًا جديدًا.",
                "The token that your operator gave you. If you lost it, ask for a new one.",
            ),
            Phrase::TokenRefused => (
                "لا يفتح هذا الرمز أي حساب. تأكد من نسخه كاملًا، أو اطلب رمزًا جديدًا من مشغّل الخدمة.",
                "This token opens no account. Check that you copied all of it, or ask your operator for a new one.",
            ),
            Phrase::SignedOut => ("تم تسجيل خروجك.", "You are signed out."),

            Phrase::Waiting => ("بانتظارك", "Waiting for you"),
            Phrase::NothingWaits => (
                "لا شيء ينتظر الآن: كل تعليق يستحق ردًّا رُدَّ عليه، وكل مراجعة حُسمت.",
                "Nothing waits: every reply owed was given and every review is settled.",
            ),
            Phrase::NothingFound => ("لا توجد تعليقات بهذا الاختيار.", "No comments match this choice."),
            Phrase::States => ("الحالة", "State"),
            Phrase::AnyPlatform => ("كل المنصات", "All platforms"),
            Phrase::WhoHasIt => ("لدى من", "Who has it"),
            Phrase::AnybodysComments => ("لدى أي أحد", "With anyone"),
            Phrase::MyComments => ("لديّ", "With me"),
            Phrase::MoreBelow => ("الصفحة التالية", "Next page"),
            Phrase::FromTheTop => ("إلى أول القائمة", "Back to the top of the list"),
            Phrase::Counts => ("الأعداد حسب المنصة", "Counts by platform"),
            Phrase::Platform => ("المنصة", "Platform"),
            Phrase::Read => ("المقروء", "Read"),
            Phrase::Total => ("المجموع", "Total"),
            Phrase::PolicyMissing => (
                "لا توجد سياسة أو تقويم معتمدان صالحان، لذلك لا يُخفى شيء ولا يُرسل. القراءة مستمرة؛ أبلغ مشغّل الخدمة.",
                "No valid policy and calendar are in force, so nothing is hidden or sent. Reading goes on; tell your operator.",
            ),

            Phrase::LogBroken => (
                "سجل التدقيق لم يعد كما نُشر، لذلك أُوقف كل تغيير: لا يُخفى شيء ولا يُرسل ولا يُقرأ جديد. أبلغ مشغّل الخدمة الآن.",
                "The audit log is not as it was published, so all changes are stopped: nothing is hidden, sent or newly read. Tell your operator now.",
            ),

            Phrase::Comment => ("تعليق", "Comment"),
            Phrase::BackToList => ("العودة إلى القائمة", "Back to the list"),
            Phrase::WrittenAt => ("وقت الكتابة", "Written"),
            Phrase::FirstSeenAt => ("وقت وصوله إلينا", "Reached us"),
            Phrase::Source => ("الحساب الرسمي", "Source"),
            Phrase::NoAuthor => ("كاتب غير معروف", "Author not known"),
            Phrase::NoText => ("بلا نص", "No text"),
            Phrase::TextErased => ("مُحي النص", "The text was erased"),
            Phrase::MarkedWords => ("الكلمات المعلَّمة", "Marked words"),
            Phrase::RuleThatFound => ("القاعدة", "Rule"),
            Phrase::WhatWasOdd => ("ملاحظات الاستلام", "Odd on arrival"),
            Phrase::Revision => ("الصيغة", "Revision"),
            Phrase::EarlierTexts => ("النصوص السابقة", "Earlier texts"),
            Phrase::InReplyTo => ("رد على تعليق آخر", "Answers another comment"),

            Phrase::YourAct => ("ما الذي ستفعله؟", "What will you do?"),
            Phrase::Reply => ("الرد", "Reply"),
            Phrase::ReplyText => ("نص الرد", "Your reply"),
            Phrase::SavedReply => ("رد محفوظ", "Saved reply"),
            Phrase::ChooseSavedReply => ("اختر ردًّا محفوظًا", "Choose a saved reply"),
            Phrase::Insert => ("إدراج", "Insert"),
            Phrase::SendReply => ("أرسل الرد", "Send the reply"),
            Phrase::ReplyGoesPublic => {
                ("يظهر الرد للعموم باسم الوزارة.", "The reply is public, in the ministry's name.")
            }
            Phrase::Hide => ("إخفاء", "Hide"),
            Phrase::KeepHidden => ("إبقاؤه مخفيًّا", "Keep hidden"),
            Phrase::Clause => ("بند السياسة", "Clause of the policy"),
            Phrase::ChooseClause => {
                ("اختر البند الذي يخالفه التعليق", "Choose the clause that the comment breaks")
            }
            Phrase::ChooseReason => ("اختر السبب", "Choose the reason"),
            Phrase::Reason => ("السبب", "Reason"),
            Phrase::ReasonHint => (
                "جملة يفهمها المدقق لاحقًا. لا تظهر للعموم.",
                "One sentence that an auditor will understand later. Not shown to the public.",
            ),
            Phrase::Optional => ("اختياري", "optional"),
            Phrase::Unhide => ("إظهار", "Unhide"),
            Phrase::LeaveVisible => ("إبقاء التعليق ظاهرًا", "Leave visible"),
            Phrase::LeaveVisibleAbout => (
                "تُحسم المراجعة ويبقى التعليق كما هو. إن كان يستحق ردًّا فمهلته مستمرة.",
                "Settles the review; the comment stays as it is. If it is owed a reply, its clock runs on.",
            ),
            Phrase::YourDeadlines => ("المهلة", "Its deadlines"),
            Phrase::PauseBecause => ("إيقاف المهلة مؤقتًا بسبب", "Pause because of"),
            Phrase::Pause => ("إيقاف مؤقت", "Pause"),
            Phrase::Resume => ("استئناف المهلة", "Resume the clock"),
            Phrase::Priority => ("الأولوية", "Priority"),
            Phrase::Change => ("تغيير", "Change"),
            Phrase::Solve => ("حُلّ الموضوع", "The matter is solved"),
            Phrase::Reopen => ("إعادة فتح الموضوع", "Open the matter again"),
            Phrase::InTheHandsOf => ("من يتولى التعليق:", "Who has it:"),
            Phrase::TakeIt => ("أتولاه بنفسي", "I take it"),
            Phrase::GiveItTo => ("تسليمه إلى", "Give it to"),
            Phrase::ChooseHolder => ("اختر فريقًا أو موظفًا", "Choose a team or a person"),
            Phrase::Give => ("تسليم", "Give"),
            Phrase::Teams => ("الفرق", "Teams"),
            Phrase::People => ("الموظفون", "Staff"),
            Phrase::NobodyHere => ("بلا متولٍّ من الموظفين", "Nobody here"),

            Phrase::OurReplies => ("ردودنا الظاهرة تحته", "Our replies under it"),
            Phrase::Deadlines => ("مهلة الرد", "Reply deadline"),
            Phrase::WhoHadIt => ("من تولى التعليق", "Who had it"),
            Phrase::HowCounted => ("كيف حُسبت المهلة", "How it was counted"),
            Phrase::Actions => ("الإجراءات", "Actions"),
            Phrase::NoActions => ("لم يُتخذ أي إجراء.", "Nothing was done yet."),
            Phrase::Decisions => ("القرارات", "Decisions"),
            Phrase::NoDecisions => {
                ("لم يُنظر فيه بعد؛ سيُنظر فيه خلال لحظات.", "Not judged yet; that takes a moment.")
            }
            Phrase::PolicyVersion => ("إصدار السياسة", "Policy version"),

            Phrase::Service => ("الخدمة", "Service"),
            Phrase::Sources => ("الحسابات الرسمية", "Sources"),
            Phrase::NoSources => (
                "لم يُسجَّل أي حساب بعد. أضف حسابًا في ملف الإعداد.",
                "No source is registered yet. Add one in the configuration.",
            ),
            Phrase::State => ("الحالة", "State"),
            Phrase::Since => ("منذ", "Since"),
            Phrase::LastRead => ("آخر قراءة", "Last read"),
            Phrase::Never => ("لم يُقرأ بعد", "Never"),
            Phrase::Detail => ("التفاصيل", "Detail"),
            Phrase::InForce => ("المعمول به", "In force"),
            Phrase::NothingAdopted => (
                "لم تُعتمد أي وثيقة بعد؛ يعتمد البرنامج النص المرفق به عند أول تشغيل.",
                "Nothing was adopted yet; the program adopts the text shipped with it at its first start.",
            ),
            Phrase::Document => ("الوثيقة", "Document"),
            Phrase::Version => ("الإصدار", "Version"),
            Phrase::AdoptedBy => ("اعتمدها", "Adopted by"),
            Phrase::Shipped => ("النص المرفق بالبرنامج", "The text shipped with the program"),
            Phrase::Calendar => ("تقويم العمل", "Working calendar"),
            Phrase::Policy => ("سياسة المشاركة", "Participation policy"),
            Phrase::Checkpoint => ("آخر نقطة تحقق لسجل التدقيق", "Latest checkpoint of the audit log"),
            Phrase::NoCheckpoint => ("لم تُنشر نقطة تحقق بعد.", "No checkpoint was published yet."),

            Phrase::HideQueued => (
                "سيُخفى التعليق: الطلب في صندوق الإرسال، وتظهر إجابة المنصة في هذه الصفحة تحت «الإجراءات».",
                "The comment will be hidden: the request is in the outbox, and the platform's answer will stand under “Actions” on this page.",
            ),
            Phrase::UnhideQueued => (
                "سيظهر التعليق من جديد: الطلب في صندوق الإرسال. وبعد تأكيد المنصة تُفتح مهلة الرد إن كان يستحق ردًّا.",
                "The comment will be shown again: the request is in the outbox. Once the platform confirms it, its reply clock opens if it is owed a reply.",
            ),
            Phrase::ReplyQueued => (
                "سيُرسل ردك مرة واحدة: هو الآن في صندوق الإرسال، وتتوقف المهلة عندما تؤكد المنصة نشره.",
                "Your reply will be sent once: it is in the outbox, and the clock stops when the platform confirms it.",
            ),
            Phrase::LeftVisible => (
                "حُسمت المراجعة: يبقى التعليق ظاهرًا، وسُجّل القرار في سجل التدقيق.",
                "The review is settled: the comment stays visible, and the decision is in the audit log.",
            ),
            Phrase::DeadlinesChanged => (
                "تم، وسُجّل في سجل التدقيق. تعرض هذه الصفحة المواعيد كما هي الآن.",
                "Done, and in the audit log. This page shows the deadlines as they are now.",
            ),
            Phrase::ChangedHands => (
                "انتقل التعليق إلى من اخترته، وسُجّل ذلك في سجل التدقيق. يُحسب وقت العمل عليه من الآن.",
                "It changed hands, and that is in the audit log. Working time counts to them from now on.",
            ),
            Phrase::AlreadyOnItsWay => (
                "سبق طلب هذا نفسه، فلم يُضف طلب ثانٍ. تعرض هذه الصفحة ما تم.",
                "This was asked for already, so no second request was added. This page shows what came of it.",
            ),
        };
        lang.pick(ar, en)
    }
}

/// A note in a box, for what went well.
pub(super) fn notice(text: &str) -> Markup {
    html! { p.notice.good role="status" { (text) } }
}

/// A note in a box, for what a person must look at.
pub(super) fn warning(text: &str) -> Markup {
    html! { p.notice.bad role="alert" { (text) } }
}

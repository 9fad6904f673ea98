//! The words of reports, in both languages.

use super::super::lang::Lang;

/// A phrase of these pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Say {
    Title,
    About,
    NothingYet,
    Month,
    Show,
    Figures,
    Volumes,
    Received,
    Promises,
    KeptOf,
    NoPromises,
    Promise,
    Where,
    Everywhere,
    Kept,
    Missed,
    BySystem,
    Unanswered,
    Median,
    P90,
    Hidden,
    NothingHidden,
    Clause,
    ByMachine,
    ByPerson,
    ShownAgain,
    Topics,
    Topic,
    Changed,
    ChangedHint,
    NoteChange,
    Keep,
    CountedFrom,
    CountAgain,
    Entries,
    Root,
    Transparency,
    TransparencyAbout,
    Figure,
    Count,
}

impl Say {
    /// In the visitor's language.
    pub(in super::super) fn say(self, lang: Lang) -> &'static str {
        let (ar, en) = match self {
            Say::Title => ("التقارير", "Reports"),
            Say::About => (
                "محسوبة من سجل التدقيق وحده، كما خُتم في",
                "Counted from the audit log and nothing else, as it was sealed on",
            ),
            Say::NothingYet => (
                "لا أرقام بعد: يُحسب السجل بعد ختمه. أعد فتح الصفحة بعد دقائق.",
                "There are no figures yet: the log is counted once it is sealed. Open this page again in some minutes.",
            ),
            Say::Month => ("الشهر", "Month"),
            Say::Show => ("عرض", "Show"),
            Say::Figures => ("الأرقام في جدول", "The figures in a table"),
            Say::Volumes => ("حجم العمل شهرًا بشهر", "Volumes month by month"),
            Say::Received => ("تعليقات وردت", "Comments received"),
            Say::Promises => ("الوعود وأوقات الرد", "Promises and response times"),
            Say::KeptOf => ("نسبة ما وُفي به من الوعود", "Promises kept, in a hundred"),
            Say::NoPromises => ("لم يحن موعد أي وعد في هذا الشهر.", "No promise fell due in this month."),
            Say::Promise => ("الوعد", "Promise"),
            Say::Where => ("أين", "Where"),
            Say::Everywhere => ("كل المنصات", "All platforms"),
            Say::Kept => ("وُفي به", "Kept"),
            Say::Missed => ("لم يُوفَ به", "Missed"),
            Say::BySystem => ("منها: وصل إلينا متأخرًا", "Of these: reached us too late"),
            Say::Unanswered => ("منها: بلا رد", "Of these: unanswered"),
            Say::Median => ("وسيط وقت الرد (عمل)", "Median working time"),
            Say::P90 => ("تسعة من عشرة خلال (عمل)", "Nine in ten within, working time"),
            Say::Hidden => ("ما أُخفي، بحسب البند", "Hidden, by clause"),
            Say::NothingHidden => ("لم يُخفَ شيء في هذا الشهر.", "Nothing was hidden in this month."),
            Say::Clause => ("البند", "Clause"),
            Say::ByMachine => ("بقرار آلي", "By machine"),
            Say::ByPerson => ("بقرار موظف", "By a person"),
            Say::ShownAgain => ("أُعيد إظهاره", "Shown again"),
            Say::Topics => ("ما كتب الناس عنه", "What people wrote about"),
            Say::Topic => ("الموضوع", "Topic"),
            Say::Changed => ("ما الذي تغيّر بسببه", "What changed because of it"),
            Say::ChangedHint => (
                "جملة أو جملتان يقرؤهما الزملاء في التقرير، بلا أسماء من كتبوا.",
                "A sentence or two for colleagues who read the report, without the names of those who wrote.",
            ),
            Say::NoteChange => ("اكتب ما الذي تغيّر بسبب موضوع", "Note what changed because of a topic"),
            Say::Keep => ("حفظ", "Keep"),
            Say::CountedFrom => ("من أين هذه الأرقام", "Where these figures come from"),
            Say::CountAgain => (
                "من لديه السجل ونقطة التحقق هذه يعيد العدّ ويصل إلى الأرقام نفسها:",
                "Whoever has the log and this checkpoint counts again, and comes to the same:",
            ),
            Say::Entries => ("القيود المحسوبة", "Entries counted"),
            Say::Root => ("الجذر", "Root"),
            Say::Transparency => ("تقرير الشفافية", "Transparency report"),
            Say::TransparencyAbout => (
                "محسوب من سجل التدقيق وحده. لا يذكر أحدًا ولا نصًا كتبه الجمهور.",
                "Counted from the audit log and nothing else. It names nobody and holds nothing of what the public wrote.",
            ),
            Say::Figure => ("البند", "Figure"),
            Say::Count => ("العدد", "Count"),
        };
        lang.pick(ar, en)
    }
}

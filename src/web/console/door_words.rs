//! What the pages of signing in, passwords and sessions say.

use jiff::SignedDuration;

use crate::domain::lang::counted::{Thing, counted};
use crate::domain::password::{Habit, MAX_CHARS, MIN_CHARS, Unfit};
use crate::domain::session::Way;

use super::lang::Lang;

/// Something that they say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Name,
    Password,
    Refused,
    Again,
    ByToken,
    HaveCode,
    ByProvider,
    GoOn,

    Choose,
    ChooseAbout,
    Code,
    CodeRefused,
    Advice,
    New,
    Repeated,
    NotTheSame,
    Current,
    CurrentRefused,
    Change,
    Changed,
    NoPassword,

    CameIn,
    Sessions,
    Browser,
    Opened,
    LastUsed,
    ThisOne,
    End,
    Ended,
    UnknownBrowser,

    Settings,
    Months,
    MonthBefore,
    MonthAfter,
    Hijri,
    ByRule,
    Unannounced,
    WorkingTime,
    StaffAbout,
    Active,
    Disabled,
    ComesInBy,
    NoWay,
    QuotaLeft,
    NothingSpent,
    Counted,
    Left,
    Until,
    Spent,
}

impl Word {
    /// The words in a language.
    pub(super) fn say(self, lang: Lang) -> &'static str {
        let (ar, en) = match self {
            Word::Name => ("اسم المستخدم", "User name"),
            Word::Password => ("كلمة المرور", "Password"),
            Word::Refused => (
                "اسم المستخدم أو كلمة المرور غير صحيح. أعد كتابتهما، وإن نسيت كلمة المرور فاطلب من مشغّل الخدمة رمز دعوة جديدًا.",
                "The user name or the password is not right. Write both again; if you forgot the password, ask your operator for a new invitation.",
            ),
            Word::Again => (
                "هذه خطوة كبيرة: سجّل الدخول مرة أخرى لتتابع.",
                "This is a grave step: sign in once more to go on.",
            ),
            Word::ByToken => ("الدخول برمز", "Sign in with an access token"),
            Word::ByProvider => ("الدخول بحساب الوزارة", "Sign in with the ministry's account"),
            Word::GoOn => ("تم الدخول. تابع إلى المنصة", "You are signed in. Go on to the console"),
            Word::HaveCode => ("معي رمز دعوة", "I was given an invitation"),
            Word::Choose => ("اختر كلمة مرور", "Choose a password"),
            Word::ChooseAbout => (
                "الصق رمز الدعوة الذي سلّمه لك مشغّل الخدمة. يصلح مرة واحدة، ليوم واحد.",
                "Paste the invitation that your operator gave you. It is good once, for a day.",
            ),
            Word::Code => ("رمز الدعوة", "Invitation"),
            Word::CodeRefused => (
                "هذا الرمز غير معروف، أو استُعمل، أو مضى يومه. اطلب من مشغّل الخدمة رمزًا جديدًا.",
                "This invitation is unknown, was used, or its day is over. Ask your operator for a new one.",
            ),
            Word::Advice => (
                "12 حرفًا على الأقل، من أي نوع: أربع كلمات لا علاقة بينها خير من كلمة مزخرفة. لا تستعملها في مكان آخر.",
                "At least 12 characters of any kind: four words that have nothing to do with each other are better than one that is decorated. Use it nowhere else.",
            ),
            Word::New => ("كلمة المرور الجديدة", "New password"),
            Word::Repeated => ("كلمة المرور الجديدة مرة أخرى", "The new password again"),
            Word::NotTheSame => (
                "الكلمتان الجديدتان مختلفتان. اكتب الكلمة نفسها مرتين.",
                "The two new passwords differ. Write the same one twice.",
            ),
            Word::Current => ("كلمة المرور الحالية", "Current password"),
            Word::CurrentRefused => (
                "كلمة المرور الحالية غير صحيحة. أعد كتابتها.",
                "The current password is not right. Write it again.",
            ),
            Word::Change => ("غيّر كلمة المرور", "Change the password"),
            Word::Changed => (
                "تغيّرت كلمة المرور، وانتهت كل جلساتك الأخرى.",
                "The password is changed, and all your other sessions have ended.",
            ),
            Word::NoPassword => (
                "لا كلمة مرور لحسابك. يستطيع مشغّل الخدمة أن يدعوك إلى اختيار واحدة.",
                "Your account has no password. Your operator can invite you to choose one.",
            ),
            Word::CameIn => ("دخلت بـ", "Signed in by"),
            Word::Sessions => ("جلساتك المفتوحة", "Your open sessions"),
            Word::Browser => ("المتصفح", "Browser"),
            Word::Opened => ("بدأت", "Opened"),
            Word::LastUsed => ("آخر استعمال", "Last used"),
            Word::ThisOne => ("هذه الجلسة", "This one"),
            Word::End => ("إنهاء", "End it"),
            Word::Ended => ("انتهت الجلسة.", "The session has ended."),
            Word::UnknownBrowser => ("غير معروف", "Unknown"),
            Word::Settings => ("الإعدادات", "Settings"),
            Word::Months => ("الأشهر", "Months"),
            Word::MonthBefore => ("الشهر السابق", "Month before"),
            Word::MonthAfter => ("الشهر التالي", "Month after"),
            Word::Hijri => ("الهجري (محسوب)", "Hijri (computed)"),
            Word::ByRule => ("القاعدة", "By the rule"),
            Word::Unannounced => ("لم يُعلن بعد", "not announced yet"),
            Word::WorkingTime => ("مجموع وقت العمل:", "Working time in all:"),
            Word::StaffAbout => (
                "يضيف مشغّل الخدمة الموظفين ويعطّل حساباتهم ويدعوهم على الخادم نفسه، بالأمر majlis staff.",
                "An operator adds, disables and invites staff on the machine itself, by majlis staff.",
            ),
            Word::Active => ("نشط", "Active"),
            Word::Disabled => ("معطّل", "Disabled"),
            Word::ComesInBy => ("يدخل بـ", "Comes in by"),
            Word::QuotaLeft => ("ما بقي من حصص المنصات", "Left of the platforms' allowances"),
            Word::NothingSpent => ("لم يُنفق شيء بعد.", "Nothing was spent yet."),
            Word::Counted => ("ما يُحسب", "What is counted"),
            Word::Left => ("الباقي", "Left"),
            Word::Until => ("حتى", "Until"),
            Word::Spent => ("أُنفق", "Spent"),
            Word::NoWay => ("لا شيء بعد", "nothing yet"),
        };
        lang.pick(ar, en)
    }
}

/// How somebody came in.
pub(super) fn way(lang: Lang, way: Way) -> &'static str {
    match way {
        Way::Token => lang.pick("رمز الدخول", "access token"),
        Way::Password => lang.pick("كلمة المرور", "password"),
        Way::Provider => lang.pick("حساب الوزارة", "the ministry's account"),
    }
}

/// That no more passwords are looked at for so long.
pub(super) fn too_many(lang: Lang, rest: SignedDuration) -> String {
    let minutes = u64::try_from((rest.as_secs() + 59) / 60).unwrap_or(0).max(1);
    let minutes = counted(lang, minutes, Thing::Minute);
    match lang {
        Lang::Ar => {
            format!("محاولات كثيرة. أعد المحاولة بعد {minutes}، أو اطلب من مشغّل الخدمة رمز دعوة جديدًا.")
        }
        Lang::En => {
            format!("Too many tries. Try again in {minutes}, or ask your operator for a new invitation.")
        }
    }
}

/// Why a password is refused, and what to do.
pub(super) fn unfit(lang: Lang, why: Unfit) -> String {
    let characters =
        |number: usize| counted(lang, u64::try_from(number).unwrap_or(u64::MAX), Thing::Character);
    match why {
        Unfit::TooShort => match lang {
            Lang::Ar => {
                format!("كلمة المرور قصيرة: اكتب {} على الأقل، مثل أربع كلمات.", characters(MIN_CHARS))
            }
            Lang::En => format!(
                "The password is too short: write at least {}, such as four words.",
                characters(MIN_CHARS)
            ),
        },
        Unfit::TooLong => match lang {
            Lang::Ar => format!("كلمة المرور طويلة: اكتب {} على الأكثر.", characters(MAX_CHARS)),
            Lang::En => format!("The password is too long: write at most {}.", characters(MAX_CHARS)),
        },
        Unfit::Guessable(habit) => {
            let (ar, en) = self::habit(habit);
            match lang {
                Lang::Ar => format!("يسهل تخمينها: {ar}. أضف كلمة أو كلمتين لا علاقة لهما بها."),
                Lang::En => {
                    format!("It is easy to guess: {en}. Add a word or two that have nothing to do with it.")
                }
            }
        }
    }
}

fn habit(habit: Habit) -> (&'static str, &'static str) {
    match habit {
        Habit::Common => ("يستعملها كثيرون، أو ما يشبهها", "many people use it, or one like it"),
        Habit::Keys => ("مفاتيح متجاورة على لوحة المفاتيح", "it follows the keys of a keyboard"),
        Habit::Repeats => ("تكرار للشيء نفسه", "it says the same again and again"),
        Habit::Sequence => ("حروف أو أرقام متتالية", "its letters or digits follow each other"),
        Habit::Date => ("فيها تاريخ أو سنة", "it is a date or a year"),
        Habit::Name => ("فيها اسم شخص", "it is a name"),
        Habit::Words => ("كلماتها قليلة أو معروفة هنا", "its words are few, or well known here"),
    }
}

/// What a browser says it is, in a few words.
pub(super) fn browser(lang: Lang, said: &str) -> String {
    let first = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| said.contains(mark)).map(|(_, name)| *name)
    };
    // Each says that it is also those below it.
    let program = first(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iOS"),
        ("iPad", "iOS"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (program, system) {
        (Some(program), Some(system)) => format!("{program}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => Word::UnknownBrowser.say(lang).to_owned(),
    }
}

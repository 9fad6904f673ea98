//! The public: comments in Arabic and English in the shape of what people write under a ministry's posts.
//!
//! Every text is another one, so that nothing is saved by repetition, and one comment in [`BREACH_EVERY`] breaks a
//! clause beyond doubt. The same number always gives the same comment.

use jiff::{SignedDuration, Timestamp};
use majlis::domain::comment::{Author, Incoming, Written};

use super::COMMENTS;

/// Every how many comments one breaks a clause.
pub(crate) const BREACH_EVERY: usize = 20;

/// Comments by one person.
const BY_ONE: usize = 5;

/// The comment with this number, as the page of a platform would carry it at `now`.
pub(crate) fn comment(number: usize, now: Timestamp) -> Incoming {
    // Somebody else's than the comments before and after it.
    let person = number * 37 % (COMMENTS / BY_ONE);
    let author = Author { id: Some(format!("{}", 10_000 + person)), name: Some(name(person)) };
    let written = Written {
        // A third answers another comment.
        parent_id: (number % 3 == 2).then(|| format!("c{:09}", number - 2)),
        post_id: Some(format!("p{:06}", number / 200)),
        author: Some(author),
        created_at: Some(now - SignedDuration::from_secs(i64::try_from(number).unwrap_or(0))),
        ours: false,
        hidden: None,
    };
    Incoming::new(format!("c{number:09}"), &text(number), now, written)
}

/// Three in five write Arabic, the others English.
fn text(number: usize) -> String {
    let tongue = if number % 5 < 3 { &ARABIC } else { &ENGLISH };
    let said = tongue.sentence(number);
    if number % BREACH_EVERY == BREACH_EVERY - 1 {
        let breach = tongue.breaches[number / BREACH_EVERY % tongue.breaches.len()];
        // Far enough from the rest that no word there can put the breach in doubt.
        return format!("{breach}! {} {said}", tongue.bridge);
    }
    match number % 8 {
        // Some tell their whole story.
        7 => format!(
            "{said}. {}. {}",
            tongue.sentence(number + 1_000_003),
            tongue.sentence(number + 2_000_003)
        ),
        3 => format!("{said} 🙏🙏 {}", 40_000_000 + number),
        _ => said,
    }
}

fn name(person: usize) -> String {
    let names = if person % 5 < 3 { ARABIC.names } else { ENGLISH.names };
    format!("{} {} {person}", names[person % names.len()], names[person / names.len() % names.len()])
}

/// Words from which sentences are made.
struct Tongue {
    openings: &'static [&'static str],
    /// Each names a service, a place and a time, so that no two sentences are the same.
    sayings: &'static [&'static str],
    services: &'static [&'static str],
    places: &'static [&'static str],
    times: &'static [&'static str],
    closings: &'static [&'static str],
    /// Words that say nothing.
    bridge: &'static str,
    /// Each is a breach beyond doubt by the shipped policy.
    breaches: &'static [&'static str],
    names: &'static [&'static str],
}

impl Tongue {
    fn sentence(&self, number: usize) -> String {
        let [openings, sayings, services, places, times, closings] =
            [self.openings, self.sayings, self.services, self.places, self.times, self.closings];
        let all: usize =
            [openings, sayings, services, places, times, closings].iter().map(|list| list.len()).product();
        // A prime beyond every list visits each sentence once before any comes again.
        let mut rest = number * 1_000_003 % all;
        let mut pick = |from: &[&'static str]| {
            let word = from[rest % from.len()];
            rest /= from.len();
            word
        };
        let (service, place, saying) = (pick(services), pick(places), pick(sayings));
        let (opening, time, closing) = (pick(openings), pick(times), pick(closings));
        let saying = saying.replace("{service}", service).replace("{place}", place).replace("{time}", time);
        format!("{opening}{saying}{closing}")
    }
}

const ARABIC: Tongue = Tongue {
    bridge: "وبعد هذا كله نرجع إلى الموضوع:",
    openings: &[
        "",
        "السلام عليكم، ",
        "لو سمحتوا ",
        "مرحبا، ",
        "بصراحة ",
        "يا جماعة الخير ",
        "للعلم، ",
        "إلى المسؤولين: ",
    ],
    sayings: &[
        "قدمت على {service} في {place} {time} وما رد علي أحد",
        "متى تخلص معاملة {service}؟ سلمت الأوراق في {place} {time}",
        "شكرا على سرعة إنجاز {service} في {place}، خلصت {time}",
        "أقترح أن تتيحوا {service} عبر التطبيق بدل مراجعة {place}، قلتها {time} أيضا",
        "رسوم {service} صارت غالية، دفعت {time} في {place} والحين أكثر",
        "كيف أقدر أجدد {service}؟ سألت {time} في {place} وكل واحد يقول شي",
        "الموظفين في {place} متعاونين جدا، راجعتهم {time} بخصوص {service}",
        "النظام في {place} معطل من {time} و{service} واقفة",
        "برأيي قرار {service} أضر بأهل {place} من {time}",
        "هل {service} متوفرة في {place}؟ اتصلت {time} وما حد يعرف",
        "رُفِضَ طلبي بخصوص {service} {time} دون ذكر السبب، والمراجعة في {place} لم تُفِد",
    ],
    services: &[
        "رخصة البناء",
        "شهادة المنشأ",
        "تجديد الرخصة التجارية",
        "تصريح العمل",
        "بطاقة الخصم",
        "توصيل الكهرباء",
        "منحة السكن",
        "شهادة عدم الممانعة",
        "تسجيل العلامة",
        "ترخيص المركبة",
        "حجز الموعد",
        "عقد الإيجار",
        "دعم المشاريع",
    ],
    places: &[
        "العين",
        "الشارقة",
        "رأس الخيمة",
        "دبا",
        "مركز الجرف",
        "الفجيرة",
        "أم القيوين",
        "كلباء",
        "الظفرة",
    ],
    times: &["أمس", "قبل أسبوعين", "من شهر", "يوم الخميس", "قبل العيد", "الأسبوع الماضي", "في رمضان"],
    closings: &[
        "",
        "، وشكرا لكم",
        "!!",
        "، نرجو الإفادة",
        "… حسبنا الله ونعم الوكيل",
        " 🌹",
        "، والله تعبنا",
        ". بالتوفيق للجميع",
    ],
    breaches: &[
        "يا أخو الشرموطة انت وهو",
        "يلعن ربك ودينك",
        "رح فجر المركز عليكن كلكن",
        "يا ولاد الكلب",
        "رهان وكازينو بونص مجاني سجل الآن https://bit.ly/kas1",
        "اكسب فلوس من النت وانت قاعد في بيتك سجل من هنا https://t.me/fastcash",
    ],
    names: &["محمد", "فاطمة", "سلطان", "مريم", "يوسف", "رنا", "كريم", "عائشة", "طارق", "ليلى", "حمد", "نورة"],
};

const ENGLISH: Tongue = Tongue {
    bridge: "and now back to the topic at hand:",
    openings: &[
        "",
        "Hello, ",
        "Honestly ",
        "Dear team, ",
        "Just saying, ",
        "To whom it may concern: ",
        "@ministry ",
    ],
    sayings: &[
        "I applied for {service} at {place} {time} and nobody has answered yet",
        "when will {service} be ready? I handed in the papers at {place} {time}",
        "thank you for the quick work on {service}, {place} had it done {time}",
        "I suggest you offer {service} in the app instead of sending people to {place}, I said so {time}",
        "the fee for {service} is too high, I paid less {time} in {place}",
        "how do I renew {service}? I asked at {place} {time} and got three answers",
        "the staff in {place} were very helpful {time} with {service}",
        "the system in {place} has been down since {time} and {service} is stuck",
        "in my opinion the decision on {service} hurt small businesses in {place} {time}",
        "my request about {service} was refused {time} at {place} without any reason",
    ],
    services: &[
        "a building permit",
        "the certificate of origin",
        "my trade licence",
        "a work permit",
        "the power connection",
        "the housing grant",
        "a no-objection certificate",
        "the trademark filing",
        "my vehicle registration",
        "the appointment",
        "the tenancy contract",
    ],
    places: &[
        "Al Ain",
        "Sharjah",
        "the Dibba office",
        "Ras Al Khaimah",
        "the Jurf centre",
        "Fujairah",
        "Kalba",
    ],
    times: &[
        "yesterday",
        "two weeks ago",
        "last month",
        "on Thursday",
        "before Eid",
        "last week",
        "in Ramadan",
        "on Sunday",
        "in March",
    ],
    closings: &[
        "",
        ", thanks",
        "!!",
        ", please advise",
        " 🙂",
        ". Very disappointing",
        ". Keep it up",
        ", any update",
        " #UAE",
        " smh",
        "...",
    ],
    breaches: &[
        "I hack Instagram and WhatsApp accounts, pay after",
        "Follow me and I follow back, 10k followers for $5",
        "Invest in my crypto bot, guaranteed 300% profit daily, DM me",
        "Fake passports and forged degrees for sale, no exam needed",
    ],
    names: &["Omar", "Priya", "Daniel", "Aisha", "Ravi", "Noor", "Maria", "Imran", "Ahmed", "John", "Sara"],
};

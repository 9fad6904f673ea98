//! Breaches beyond doubt, plain and disguised, over every clause that a machine may hide for.

use super::*;

#[test]
fn a_breach_beyond_doubt_is_hidden_under_its_clause() {
    every_one_is_hidden(PLAIN);
}

#[test]
fn a_disguise_does_not_let_a_breach_pass() {
    every_one_is_hidden(DISGUISED);
}

#[test]
fn every_clause_that_may_hide_has_its_examples() {
    for clause in ClauseId::ALL {
        let examples = PLAIN.iter().filter(|(known, _)| *known == clause).count();
        assert_eq!(examples > 0, clause.may_hide_by_machine(), "{clause}");
    }
}

#[test]
fn what_is_hidden_can_be_pointed_at() {
    for (clause, text) in PLAIN.iter().chain(DISGUISED) {
        if let Verdict::Hide(finding) = judged(text).verdict {
            assert!(!finding.excerpt.is_empty(), "{clause}: {text}");
            assert!(text.get(finding.excerpt).is_some(), "{clause}: {text}");
        }
    }
}

fn every_one_is_hidden(breaches: &[(ClauseId, &str)]) {
    let missed: Vec<String> = breaches
        .iter()
        .filter_map(|(clause, text)| match judged(text).verdict {
            Verdict::Hide(finding) if finding.clause == *clause => None,
            other => Some(format!("{clause}: {other:?}: {text}")),
        })
        .collect();
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

use ClauseId::{
    Discrimination, IllegalActivity, Indecent, LawOrRightsViolation, PersonalContent, PrivatePromotion,
    PublicMorals, ReligiousOffence, SecurityThreat, Spam,
};

const PLAIN: &[(ClauseId, &str)] = &[
    (PublicMorals, "سكس عربي مقاطع جديدة تواصل واتساب 0501234567"),
    (PublicMorals, "بنات للمتعة في دبي، واتساب ٠٥٠١٢٣٤٥٦٧"),
    (PublicMorals, "مقاطع سكس بالقناة"),
    (PublicMorals, "ابي نودز"),
    (PublicMorals, "Hot escorts in your area, WhatsApp +971 50 123 4567"),
    (PublicMorals, "send me your nudes"),
    (PublicMorals, "Free porn videos here: http://example.net/xxx"),
    (PublicMorals, "call girls available 24/7, call 0501234567"),
    (Discrimination, "الهنود حشرات لازم يطردونهم"),
    (Discrimination, "يا عبد يا اسود ارجع بلدك"),
    (Discrimination, "اطردوا كل البنغاليين من بلدنا"),
    (Discrimination, "الحريم ناقصات عقل ومكانهم المطبخ"),
    (Discrimination, "Indians are filthy cockroaches"),
    (Discrimination, "kick all the Pakistanis out of our country"),
    (Discrimination, "black people are monkeys"),
    (Discrimination, "Women are inferior and belong in the kitchen"),
    (ReligiousOffence, "يلعن دينك ودين اللي خلفك"),
    (ReligiousOffence, "الشيعة كفار انجاس"),
    (ReligiousOffence, "يا رافضي يا نجس"),
    (ReligiousOffence, "السنة كلاب النار"),
    (ReligiousOffence, "النصارى خنازير"),
    (ReligiousOffence, "Islam is a filthy religion"),
    (ReligiousOffence, "Fuck Islam"),
    (ReligiousOffence, "Hindus are pagan filth"),
    (ReligiousOffence, "fuck your god and your prophet"),
    (IllegalActivity, "حشيش للبيع توصيل واتساب 0501234567"),
    (IllegalActivity, "شهادات مزورة للبيع معتمدة، تواصل خاص"),
    (IllegalActivity, "نبيع حبوب كبتاجون، تواصل 0501234567"),
    (IllegalActivity, "فيز وإقامات للبيع بدون كفيل واتساب 0501234567"),
    (IllegalActivity, "Fake degrees and certificates for sale, WhatsApp +971501234567"),
    (IllegalActivity, "Cocaine and weed delivery in Dubai, telegram t.me/abc"),
    (IllegalActivity, "I will give you 5000 dirhams if you approve my licence today"),
    (IllegalActivity, "This is the ministry: your account is suspended, send the OTP to 0501234567"),
    (IllegalActivity, "حسابك موقوف، أرسل رمز التحقق على الرقم 0501234567 لتفعيله"),
    (IllegalActivity, "Unlicensed pistols for sale, call 0501234567"),
    (LawOrRightsViolation, "نهكر حسابات انستقرام وسناب، تواصل واتساب 0501234567"),
    (LawOrRightsViolation, "صور خاصة مسربة لبنات للبيع تيليجرام t.me/abc"),
    (LawOrRightsViolation, "We hack any Instagram or WhatsApp account, contact 0501234567"),
    (LawOrRightsViolation, "Leaked private pictures of her, link in t.me/abc"),
    (LawOrRightsViolation, "ادفعي وإلا أنشر صورك"),
    (LawOrRightsViolation, "Pay me or I will publish your photos"),
    (SecurityThreat, "والله لأقتل المدير وأحرق مكتبه"),
    (SecurityThreat, "راح افجر المبنى عليكم"),
    (SecurityThreat, "هقتلكم كلكم"),
    (SecurityThreat, "اقتلوا الموظفين الخونة"),
    (SecurityThreat, "رح احرق الوزارة باللي فيها"),
    (SecurityThreat, "I will kill you all"),
    (SecurityThreat, "I'm going to blow up your office"),
    (SecurityThreat, "We will burn down the ministry building"),
    (SecurityThreat, "Kill all the officers"),
    (SecurityThreat, "Join ISIS and fight"),
    (SecurityThreat, "main tum sab ko maar dunga"),
    (Indecent, "كس امك يا مدير"),
    (Indecent, "يا ابن الشرموطة"),
    (Indecent, "يا ولاد القحبة"),
    (Indecent, "كل زق يا حمار"),
    (Indecent, "طيزي فيكم وفي خدمتكم"),
    (Indecent, "fuck you and your mother"),
    (Indecent, "You are all motherfuckers"),
    (Indecent, "son of a bitch"),
    (Indecent, "The manager is a fucking cunt"),
    (Indecent, "tum sab chutiye ho"),
    (Indecent, "teri maa ki chut"),
    (Indecent, "kos omak"),
    (Indecent, "भोसड़ी के"),
    (PersonalContent, "رقم هوية الموظف أحمد 784-1990-1234567-1 افضحوه"),
    (PersonalContent, "هذا رقم المدير الشخصي 0501234567 ازعجوه"),
    (PersonalContent, "His Emirates ID is 784-1988-7654321-0"),
    (PersonalContent, "this is the manager's private number 0501234567, call him at night"),
    (PersonalContent, "Her bank account: AE070331234567890123456"),
    (PersonalContent, "card number 4111 1111 1111 1111 cvv 123, enjoy"),
    (Spam, "زيادة متابعين انستقرام بأرخص الأسعار"),
    (Spam, "اربح 5000 درهم يوميا من البيت، سجل هنا bit.ly/abc"),
    (Spam, "كازينو اون لاين بونص ترحيبي اضغط الرابط http://example.net"),
    (Spam, "Buy 10k followers cheap, link in bio"),
    (Spam, "Make $500 a day from home, click http://example.net/earn"),
    (Spam, "Double your bitcoin in 24 hours, telegram t.me/abc"),
    (Spam, "online casino bonus, click here bit.ly/abc"),
    (Spam, "follow me and I follow back"),
    (PrivatePromotion, "عطور فرنسية للبيع توصيل لكل الإمارات واتساب 0501234567"),
    (PrivatePromotion, "شركة تنظيف فلل ومنازل خصم ٢٠٪ اتصل 0501234567"),
    (PrivatePromotion, "نقل عفش وأثاث بأرخص الأسعار 0501234567"),
    (PrivatePromotion, "كود خصم نون AB12 استخدموه الحين"),
    (PrivatePromotion, "Best pest control in Dubai, call 050 123 4567 for a discount"),
    (PrivatePromotion, "Cheap watches for sale, WhatsApp 0501234567"),
    (PrivatePromotion, "Villa for rent in Mirdif, 90,000 AED, call 0501234567"),
    (PrivatePromotion, "We do typing and PRO services at low prices, wa.me/971501234567"),
];

const DISGUISED: &[(ClauseId, &str)] = &[
    // Dots, spaces and signs between letters.
    (Indecent, "ك.س ا.م.ك"),
    (Indecent, "ك س ا م ك"),
    (Indecent, "ش.ر.م.و.ط.ة"),
    (Indecent, "ش ر م و ط ة"),
    (Indecent, "ق🔥ح🔥ب🔥ة"),
    (Indecent, "f.u.c.k y.o.u"),
    (Indecent, "f u c k y o u"),
    (Indecent, "m-o-t-h-e-r-f-u-c-k-e-r"),
    (ReligiousOffence, "ي.ل.ع.ن د.ي.ن.ك"),
    (ReligiousOffence, "ي ل ع ن د ي ن ك"),
    (SecurityThreat, "I will k.i.l.l you all"),
    (SecurityThreat, "i w.i.l.l k.i.l.l y.o.u"),
    // Tatweel, vowel signs and what is invisible.
    (Indecent, "شـرمـوطـة"),
    (Indecent, "كُسُّ أُمِّك"),
    (Indecent, "شر\u{200C}مو\u{200B}طة"),
    (SecurityThreat, "سـأقتـلـكم"),
    (Discrimination, "الهنـود حشـرات"),
    (PublicMorals, "مقـ\u{200D}اطع سـكـس"),
    // Elongation.
    (Indecent, "شرمووووووطة"),
    (Indecent, "fuuuuuck youuuu"),
    (Indecent, "bitchesssss, you are all bitchesssss"),
    (SecurityThreat, "I will killll you alllll"),
    (ReligiousOffence, "يلعننننن ديييينك"),
    // Digits and signs drawn for letters.
    (Indecent, "you are all b1tches"),
    (Indecent, "fuck1ng c0cksuckers, you are all m0therfuckers"),
    (Indecent, "you a$$holes"),
    (SecurityThreat, "I will k1ll you"),
    (PublicMorals, "fr33 p0rn videos"),
    (IllegalActivity, "c0caine for sale, WhatsApp 0501234567"),
    // Letters masked.
    (Indecent, "f*ck you"),
    (Indecent, "You are all motherf**kers"),
    (Indecent, "شر*وطة"),
    // Letters of other alphabets and other shapes.
    (Indecent, "fυck you"),
    (Indecent, "𝓯𝓾𝓬𝓴 𝔂𝓸𝓾"),
    (Indecent, "ｆｕｃｋ　ｙｏｕ"),
    (Indecent, "ﻛﺲ ﺍﻣﻚ"),
    (Indecent, "کس امک یا حمار"),
    (Indecent, "ڪـس أمـڪ يا مدير الخدمة"),
    (SecurityThreat, "I will kіll you аll"),
    (SecurityThreat, "🅸 🆆🅸🅻🅻 🅺🅸🅻🅻 🆈🅾🆄"),
    // Chat spelling.
    (Indecent, "kos omkom"),
    (Indecent, "ya sharmoota"),
    (Indecent, "yl3an abok w abo shaklak"),
    // Numbers in other digits, spaced or dotted.
    (PrivatePromotion, "للبيع عسل أصلي واتساب ٠٥٠.١٢٣.٤٥٦٧"),
    (PrivatePromotion, "ل ل ب ي ع عسل أصلي واتساب 050-123-4567"),
    (PersonalContent, "رقم هويته ٧٨٤١٩٩٠١٢٣٤٥٦٧١"),
];

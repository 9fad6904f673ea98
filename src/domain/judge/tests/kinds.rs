//! What kind a comment is, in the languages and dialects of our public.

use super::*;

const KINDS: &[(Kind, &str)] = &[
    (Kind::Question, "متى يفتح التسجيل في المبادرة؟"),
    (Kind::Question, "وين أقدر أجدد الرخصة"),
    (Kind::Question, "ايه المطلوب عشان أقدم على الخدمة"),
    (Kind::Question, "شو الأوراق المطلوبة"),
    (Kind::Question, "هل الخدمة متوفرة يوم السبت"),
    (Kind::Question, "What documents do I need for a housing loan?"),
    (Kind::Question, "Thank you! When does registration open?"),
    (Kind::Question, "kab tak form milega?"),
    (Kind::Question, "क्या मैं ऑनलाइन आवेदन कर सकता हूँ"),
    (Kind::Question, "کیا میں آن لائن درخواست دے سکتا ہوں"),
    (Kind::Complaint, "The refund you promised in October never came."),
    (Kind::Complaint, "Why has nobody answered my request for three months?"),
    (Kind::Complaint, "ليش محد يرد على التلفون؟"),
    (Kind::Complaint, "التطبيق ما يشتغل من يومين"),
    (Kind::Complaint, "السيستم واقع من امبارح ومحدش بيرد"),
    (Kind::Complaint, "شكرا لكن للحين ما وصلني الرد"),
    (Kind::Complaint, "صرلي شهرين ناطر الموافقة"),
    (Kind::Complaint, "Your app keeps crashing when I upload my passport"),
    (Kind::Complaint, "मेरी शिकायत का कोई जवाब नहीं मिला"),
    (Kind::Complaint, "دو ماہ سے میری درخواست زیر التوا ہے"),
    (Kind::Suggestion, "You should add a dark mode to the app."),
    (Kind::Suggestion, "أقترح إضافة خدمة الدفع بالتقسيط"),
    (Kind::Suggestion, "يا ريت تفتحون فرع في المنطقة الغربية"),
    (Kind::Suggestion, "لو تضيفون اللغة الأوردو يكون أفضل للجميع"),
    (Kind::Suggestion, "It would be great if the centre opened on Sundays"),
    (Kind::Praise, "شكرا جزيلا على سرعة الإنجاز"),
    (Kind::Praise, "كفو والله ما قصرتوا"),
    (Kind::Praise, "Excellent service, well done to the team"),
    (Kind::Praise, "bohat acha kaam, shukriya"),
    (Kind::Opinion, "أعتقد أن القرار جاء متأخرا"),
    (Kind::Opinion, "I think the new law favours big companies"),
    (Kind::Opinion, "Public transport changes how a city lives"),
    (Kind::Other, "❤️❤️❤️"),
    (Kind::Other, "السلام عليكم"),
    (Kind::Other, "@someone"),
];

#[test]
fn kinds_follow_from_the_words() {
    for (kind, text) in KINDS {
        assert_eq!(judged(text).kind, *kind, "{text}");
    }
}

#[test]
fn what_asks_and_complains_is_owed_an_answer_either_way() {
    let judgement = judged("كيف يعني خصمتوا المبلغ مرتين؟");
    assert_eq!(judgement.kind, Kind::Complaint);
}

#[test]
fn a_hidden_comment_has_its_kind_all_the_same() {
    let judgement = judged("Why is my payment still pending? I will kill you all");
    assert_eq!((judgement.verdict.word(), judgement.kind), ("hide", Kind::Complaint));
}

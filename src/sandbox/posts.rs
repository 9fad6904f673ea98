//! What our own accounts posted before the public began to write.

use jiff::{SignedDuration, Timestamp};

use super::ids;
use crate::domain::comment::Platform;

/// One post, video or media item of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Post {
    pub(super) platform: Platform,
    /// The platform's id of it.
    pub(super) id: String,
    /// The title, where the platform shows one.
    pub(super) title: &'static str,
    /// The words under it.
    pub(super) caption: &'static str,
    /// When it was published.
    pub(super) published_at: Timestamp,
}

/// The posts of one account, newest first, all older than `started`.
pub(super) fn of(platform: Platform, account: &str, started: Timestamp) -> Vec<Post> {
    let topics = match platform {
        Platform::Facebook => &FACEBOOK,
        Platform::Instagram => &INSTAGRAM,
        Platform::X => &X,
        Platform::Youtube => &YOUTUBE,
    };
    let ages = AGES_HOURS.iter().zip(1..);
    topics
        .iter()
        .zip(ages)
        .map(|((title, caption), (age, number))| {
            let published_at = started - SignedDuration::from_hours(*age);
            let id = match platform {
                Platform::Youtube => ids::letters(number, 11),
                Platform::Facebook => ids::item(platform, number, published_at, Some(account)),
                Platform::Instagram | Platform::X => ids::item(platform, number, published_at, None),
            };
            Post { platform, id, title, caption, published_at }
        })
        .collect()
}

/// How long before the start each post was published.
const AGES_HOURS: [i64; 4] = [5, 27, 50, 75];

const FACEBOOK: [(&str, &str); 4] = [
    ("تجديد الرخصة التجارية", "جدّد رخصتك التجارية عبر الإنترنت في خطوات قليلة. ما الذي تودون أن نشرحه أكثر؟"),
    ("حماية المستهلك", "تعرّفوا على حقوقكم عند الشراء: الفاتورة والضمان والاسترجاع. شاركونا أسئلتكم."),
    ("قانون الشركات التجارية", "دليل مبسّط لأشكال الشركات والحد الأدنى من الوثائق المطلوبة للتأسيس."),
    ("المؤشرات الاقتصادية", "نمو الناتج المحلي غير النفطي في الربع الثالث: الأرقام كاملة في التقرير."),
];

const INSTAGRAM: [(&str, &str); 4] = [
    ("رواد الأعمال", "فكرة اليوم مشروع الغد: فتحنا باب التسجيل في برنامج دعم الشركات الناشئة."),
    ("الحملات الرقابية", "جولات تفتيشية على الأسواق للتأكد من الأسعار وسلامة العروض الترويجية."),
    ("العلامات التجارية", "سجّل علامتك التجارية واحمِ اسم مشروعك. الخطوات في هذا المنشور."),
    ("الملتقى الاقتصادي", "لقطات من الملتقى الاقتصادي السنوي، شكراً لكل من حضر وشارك."),
];

const X: [(&str, &str); 4] = [
    ("المناطق الحرة", "إطلاق خدمة موحّدة لتأسيس الأعمال في المناطق الحرة والبر الرئيسي. ما رأيكم؟"),
    ("التجارة الإلكترونية", "ضوابط جديدة للمتاجر الإلكترونية تعزز ثقة المستهلك. التفاصيل في الرابط بملفنا."),
    ("مشاركة رقمية", "استشارة عامة: نريد رأيكم في مسودة سياسة تنظيم العروض والتخفيضات."),
    ("مؤشر الأسعار", "صدر اليوم تقرير مؤشر الأسعار لشهر أكتوبر. نستقبل أسئلتكم هنا."),
];

const YOUTUBE: [(&str, &str); 4] = [
    ("كيف تؤسس شركتك في عشر دقائق؟", "شرح كامل لخطوات تأسيس الشركة عبر المنصة الرقمية."),
    ("إحاطة إعلامية: قانون المعاملات التجارية", "تسجيل الإحاطة الإعلامية حول التعديلات الأخيرة على القانون."),
    ("جلسة حوارية مع رواد الأعمال", "أسئلة رواد الأعمال وأجوبة المختصين عن التمويل والتراخيص."),
    ("حقوق المستهلك بلغة الإشارة", "حلقة توعوية عن تقديم شكوى المستهلك، مع ترجمة بلغة الإشارة."),
];

//! Pages for what went wrong: what it was, and what to do next.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::html;
use tower_http::csrf::ProtectionError;

use crate::store::{StoreError, chain};

use super::lang::Lang;
use super::page;

/// What went wrong with a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    NoSuchPage,
    NoSuchComment,
    NotAllowed,
    BadForm,
    TooManyViews,
    CrossSite,
    Unsealed,
    NotLetIn,
    Stranger,
    ProviderSilent,
    Stopped,
    Broken,
}

/// A page that says what went wrong.
#[derive(Debug, Clone, Copy)]
pub(super) struct Failure {
    lang: Lang,
    why: Why,
}

impl Failure {
    pub(super) fn new(lang: Lang, why: Why) -> Self {
        Self { lang, why }
    }

    /// The store failed: told to the log here, and to the visitor without detail.
    pub(super) fn from_store(lang: Lang, error: StoreError) -> Self {
        if let StoreError::Stopped = error {
            return Self::new(lang, Why::Stopped);
        }
        tracing::error!(error = chain(&error), "a page was not served: the store failed");
        Self::new(lang, Why::Broken)
    }
}

impl Why {
    fn status(self) -> StatusCode {
        match self {
            Why::NoSuchPage | Why::NoSuchComment => StatusCode::NOT_FOUND,
            Why::NotAllowed | Why::CrossSite | Why::Unsealed | Why::Stranger => StatusCode::FORBIDDEN,
            Why::NotLetIn => StatusCode::UNAUTHORIZED,
            Why::ProviderSilent => StatusCode::BAD_GATEWAY,
            Why::BadForm => StatusCode::BAD_REQUEST,
            Why::TooManyViews => StatusCode::CONFLICT,
            Why::Stopped => StatusCode::SERVICE_UNAVAILABLE,
            Why::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// A heading, and what to do next.
    fn say(self, lang: Lang) -> (&'static str, &'static str) {
        let (ar, en) = match self {
            Why::NoSuchPage => (
                ("لا توجد صفحة بهذا العنوان", "تأكد من العنوان، أو ابدأ من القائمة."),
                ("There is no page at this address", "Check the address, or start from the list."),
            ),
            Why::NoSuchComment => (
                ("لا يوجد تعليق بهذا الرقم", "تأكد من الرقم، أو ابحث عنه في القائمة."),
                ("No comment has this number", "Check the number, or look for it in the list."),
            ),
            Why::NotAllowed => (
                ("لا يسمح لك دورك بذلك", "اطلب من زميل له الصلاحية، أو من مشغّل الخدمة تغيير دورك."),
                (
                    "Your role does not allow this",
                    "Ask a colleague who may, or ask your operator for another role.",
                ),
            ),
            Why::BadForm => (
                ("تعذرت قراءة النموذج", "ارجع إلى الصفحة وأرسل النموذج من جديد. لم يُنفَّذ شيء."),
                (
                    "The form could not be read",
                    "Go back to the page and send the form again. Nothing was done.",
                ),
            ),
            Why::TooManyViews => (
                ("القوائم المحفوظة كثيرة", "احذف قائمة لم تعد تحتاج إليها، ثم احفظ هذه."),
                (
                    "You keep as many lists as one may",
                    "Forget one that you no longer need, then keep this one.",
                ),
            ),
            Why::CrossSite => (
                ("رُفض الطلب لأنه جاء من موقع آخر", "افتح هذه المنصة مباشرة وأعد المحاولة. لم يُنفَّذ شيء."),
                (
                    "The request came from another site and was refused",
                    "Open the console itself and try again. Nothing was done.",
                ),
            ),
            Why::Unsealed => (
                ("النموذج من جلسة سابقة", "افتح الصفحة من جديد وأرسل النموذج مرة أخرى. لم يُنفَّذ شيء."),
                (
                    "The form is of a session that is over",
                    "Open the page anew and send the form again. Nothing was done.",
                ),
            ),
            Why::NotLetIn => (
                (
                    "لم يكتمل الدخول بحساب الوزارة",
                    "ابدأ الدخول من جديد من هذه المنصة. إن تكرر فأبلغ مشغّل الخدمة.",
                ),
                (
                    "The sign-in by the ministry's account was not completed",
                    "Begin again from the console's own sign-in page. If it happens again, tell your operator.",
                ),
            ),
            Why::Stranger => (
                ("حسابك في الوزارة غير مسجَّل هنا", "اطلب من مشغّل الخدمة أن يسجّل حسابك في الوزارة لاسمك هنا."),
                (
                    "Your ministry account is not known here",
                    "Ask your operator to say which member of staff it belongs to.",
                ),
            ),
            Why::ProviderSilent => (
                (
                    "خدمة الدخول في الوزارة لا تجيب",
                    "أعد المحاولة بعد قليل، أو ادخل بكلمة المرور. أبلغ مشغّل الخدمة إن طال الأمر.",
                ),
                (
                    "The ministry's sign-in does not answer",
                    "Try again in a moment, or sign in by your password. Tell your operator if it lasts.",
                ),
            ),
            Why::Stopped => (
                (
                    "أُوقف كل تغيير لأن سجل التدقيق لا يثبت",
                    "لم يُنفَّذ شيء. القراءة ممكنة؛ أبلغ مشغّل الخدمة إن لم يعلم بعد.",
                ),
                (
                    "All changes are stopped, because the audit log does not hold",
                    "Nothing was done. Reading goes on; tell your operator, if they do not know yet.",
                ),
            ),
            Why::Broken => (
                ("حدث خلل عندنا", "أعد المحاولة بعد قليل. إن تكرر فأبلغ مشغّل الخدمة بالوقت والصفحة."),
                (
                    "Something failed on our side",
                    "Try again in a moment. If it happens again, tell your operator the time and the page.",
                ),
            ),
        };
        lang.pick(ar, en)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (heading, next) = self.why.say(self.lang);
        let page = page::bare(
            self.lang,
            heading,
            "/",
            html! {
                h1 { (heading) }
                p { (next) }
                p { a.button href="/" { (self.lang.pick("إلى الصفحة الأولى", "To the first page")) } }
            },
        );
        (self.why.status(), page).into_response()
    }
}

pub(super) async fn no_such_page(lang: Lang) -> Failure {
    Failure::new(lang, Why::NoSuchPage)
}

/// The page in place of a refusal of what came from another site.
pub(super) async fn cross_site(lang: Lang, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.extensions().get::<ProtectionError>().is_none() {
        return response;
    }
    tracing::warn!("a form that came from another site was refused");
    Failure::new(lang, Why::CrossSite).into_response()
}

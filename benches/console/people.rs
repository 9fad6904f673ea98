//! One of the people at work: a browser's requests, without the browser.

use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{Request, StatusCode};
use tokio::time::sleep;
use tower::ServiceExt;

use super::{EVERY, Failure, PEOPLE, town};

/// What every page loads beside itself.
pub(crate) const ASSETS: &[u8] = concat!(
    include_str!("../../src/web/console/style.css"),
    include_str!("../../src/web/console/keys.js"),
    include_str!("../../src/web/console/palette.js"),
    include_str!("../../src/web/console/live.js"),
    include_str!("../../src/web/console/icon.svg")
)
.as_bytes();

/// How the list is opened: as it is one time in two.
const LISTS: [&str; 10] = [
    "/inbox",
    "/inbox",
    "/inbox",
    "/inbox",
    "/inbox",
    "/inbox?state=review",
    "/inbox?state=overdue&platform=x",
    "/inbox?holder=unassigned&language=english",
    "/inbox?state=all&q=%D8%A7%D9%84%D8%B4%D8%A7%D8%B1%D9%82%D8%A9",
    "/inbox?q=permit",
];

/// The other pages, of which each opens one in a round.
const OTHERS: [(&str, &str); 21] = [
    ("the review queue", "/review"),
    ("the deadline board", "/deadlines"),
    ("the deadline board, one column", "/deadlines?due=overdue"),
    ("many at once", "/bulk?of=list&state=review"),
    ("many at once, searched", "/bulk?of=list&q=permit"),
    ("reports", "/reports"),
    ("the service", "/service"),
    ("the policy", "/service/policy"),
    ("the calendar", "/service/calendar"),
    ("staff", "/service/staff"),
    ("the visitor's account", "/account"),
    ("participation", "/participation"),
    ("the blind sample", "/sample"),
    // The log is that of these people's acts.
    ("the log", "/audit"),
    ("a comment in the log", "/audit/comments/9"),
    // What is narrowed to little or nothing is the dearest to list.
    ("all, by kind", "/inbox?state=all&kind=suggestion"),
    ("all, by clause", "/inbox?state=all&clause=spam"),
    ("all, by source", "/inbox?state=all&source=ministry-x"),
    ("all, by language", "/inbox?state=all&language=other"),
    ("all, by the beginning of a word", "/inbox?state=all&q=per*"),
    ("many at once, by kind", "/bulk?of=list&state=all&kind=suggestion"),
];

/// An answer, and what it cost the server.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) page: &'static str,
    pub(crate) time: Duration,
    pub(crate) body: Vec<u8>,
}

#[derive(Debug)]
pub(crate) struct Person {
    number: usize,
    router: Router,
    cookie: String,
    seen: Vec<Seen>,
}

impl Person {
    pub(crate) async fn signed_in(router: Router, number: usize) -> Result<Self, Failure> {
        let mut person = Person { number, router, cookie: String::new(), seen: Vec::new() };
        let token = town::token(number);
        let answer = person.post("sign-in", "/sign-in", &[("token", &token)]).await?;
        let cookie = answer.headers().get(SET_COOKIE).ok_or("nobody was let in")?.to_str()?;
        person.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        person.seen.clear();
        Ok(person)
    }

    /// Works for so long, and tells what was seen.
    pub(crate) async fn work(mut self, shift: Duration) -> Result<Vec<Seen>, Failure> {
        // Not all at one instant.
        let start = Instant::now() + EVERY * u32::try_from(self.number)? / u32::try_from(PEOPLE)?;
        let rounds = shift.as_secs() / EVERY.as_secs();
        for round in 0..rounds {
            sleep((start + EVERY * u32::try_from(round)?).saturating_duration_since(Instant::now())).await;
            self.round(usize::try_from(round)?).await?;
        }
        Ok(self.seen)
    }

    async fn round(&mut self, round: usize) -> Result<(), Failure> {
        let (page, path) = OTHERS[(self.number + round) % OTHERS.len()];
        self.get(page, path).await?;
        let list_at = LISTS[(self.number + round) % LISTS.len()];
        let list = self.get("the list", list_at).await?;
        let comments: Vec<&str> =
            list.split("href=\"/comments/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        // Nobody else's.
        let chosen =
            comments.get(self.number % comments.len().max(1)).ok_or_else(|| format!("{list_at} is empty"))?;
        let path = format!("/comments/{}", chosen.split(['?', '#']).next().unwrap_or_default());
        let page = self.get("a comment", &path).await?;
        let hidden = |name: &str| {
            let at = page.find(&format!("name=\"{name}\" value=\""))?;
            page[at..].split('"').nth(3).map(str::to_owned)
        };
        let seal = hidden("seal").ok_or("a page without a form")?;
        let shown = hidden("seen").ok_or("a form that saw nothing")?;
        let offers = |act: &str| page.contains(&format!("{path}/{act}\""));
        let text = format!("شكرًا لك، وصلنا طلبك {} {round}", self.number);
        let (act, mut fields) = match (self.number + round) % 5 {
            0 if offers("hide") => ("hide", vec![("clause", "spam"), ("reason", "إعلان")]),
            1 if offers("no-reply") => ("no-reply", vec![("reason", "أُجيب هاتفيًّا")]),
            2..4 if offers("reply") => ("reply", vec![("text", text.as_str())]),
            _ => ("note", vec![("text", "سألت فريق القبول")]),
        };
        fields.extend([("seal", seal.as_str()), ("seen", shown.as_str())]);
        let answer = self.post("an act", &format!("{path}/{act}"), &fields).await?;
        if answer.status() == StatusCode::CONFLICT {
            return Ok(()); // A colleague was faster.
        }
        let next = answer
            .headers()
            .get(LOCATION)
            .ok_or_else(|| format!("{act} was answered {}", answer.status()))?;
        let next = next.to_str()?.to_owned();
        self.get("what came of it", &next).await.map(drop)
    }

    async fn get(&mut self, page: &'static str, path: &str) -> Result<String, Failure> {
        let request = Request::get(path).header(COOKIE, &self.cookie).body(Body::empty())?;
        let answer = self.timed(page, request).await?;
        if answer.status() != StatusCode::OK {
            return Err(format!("{path} was answered {}", answer.status()).into());
        }
        Ok(String::from_utf8(answer.into_body())?)
    }

    async fn post(
        &mut self,
        page: &'static str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Result<axum::http::Response<Vec<u8>>, Failure> {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path)
            .header(COOKIE, &self.cookie)
            .header("host", "majlis.example")
            .header("origin", "https://majlis.example")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.timed(page, request.body(Body::from(form))?).await
    }

    async fn timed(
        &mut self,
        page: &'static str,
        request: Request<Body>,
    ) -> Result<axum::http::Response<Vec<u8>>, Failure> {
        let began = Instant::now();
        let (head, body) = self.router.clone().oneshot(request).await?.into_parts();
        let body = to_bytes(body, usize::MAX).await?.to_vec();
        self.seen.push(Seen { page, time: began.elapsed(), body: body.clone() });
        Ok(axum::http::Response::from_parts(head, body))
    }
}

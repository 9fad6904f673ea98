//! Webhooks: what Facebook and Instagram deliver comes at once, and makes no difference but for that.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::FutureExt;
use jiff::SignedDuration;
use majlis::clock::Clock;
use majlis::config::{Login, SourceConfig, Webhook};
use majlis::domain::comment::{Platform, Visibility};
use majlis::domain::credentials::Secret;
use majlis::domain::routing::Routing;
use majlis::stage;
use majlis::web::{Delivering, Figures, Live, Reached, Refusals, WebState, router};
use serde_json::json;

use super::{ANSWER, BREACH, Journey, QUESTION, StaffAct, TICK, says};

const META: [Platform; 2] = [Platform::Facebook, Platform::Instagram];

fn expecting(source: &mut SourceConfig) {
    let (Login::Facebook { app_secret, .. } | Login::Instagram { app_secret, .. }) = &source.login else {
        return;
    };
    let app_secret = app_secret.clone().unwrap();
    source.webhook = Some(Webhook { verify_token: Secret::new("our word"), app_secret });
}

/// A journey whose web listens, its address given to the platform once that has let us subscribe.
async fn begin(platform: Platform) -> Journey {
    let journey = Journey::with(&[platform], expecting).await;
    let source = journey.ctx.sources.values().next().unwrap();
    let delivering = Delivering {
        source: source.config.id.clone(),
        platform,
        webhook: source.config.webhook.clone().unwrap(),
    };
    let state = WebState {
        store: journey.ctx.store.clone(),
        clock: journey.clock.clone(),
        wall: journey.clock.clone(),
        in_force: Box::new(|| std::future::ready(None).boxed()),
        routing: Arc::new(Routing::default()),
        topics: Arc::default(),
        saved_replies: Vec::new(),
        render_metrics: Box::new(String::new),
        stir: Box::new(|| ()),
        lanes: stage::lanes(&journey.ctx),
        stuck_after: SignedDuration::from_mins(5),
        undo: SignedDuration::ZERO,
        approving: Vec::new(),
        live: Live::new(journey.ctx.store.clone(), journey.clock.clone()),
        delivering: vec![delivering],
        reached: Reached::Loopback,
        provider: None,
        allowances: Vec::new(),
        refusals: Refusals::default(),
        figures: Figures::default(),
        public_log: None,
        audit_directory: PathBuf::new(),
        audit_key: crate::web::log_key().verifier().clone(),
    };
    let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let url = format!("http://{}/webhooks/{platform}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router(state)).await });
    let set_up = json!({"platform": platform, "url": url, "verify_token": "our word"});
    journey.control(reqwest::Method::POST, "webhooks", set_up).await;
    journey.quiet().await;
    journey
}

impl Journey {
    /// Delivers what happened; nothing is polled for it.
    async fn delivered(&self) -> Vec<u16> {
        let answers = self.sandbox.deliver().await;
        self.quiet().await;
        answers
    }

    async fn write(&self, text: &str) -> String {
        self.publish(&[says(self.platform, text)]).remove(0)
    }
}

#[tokio::test]
async fn an_account_is_subscribed_before_anything_is_delivered() {
    for platform in META {
        let journey = Journey::with(&[platform], |_| {}).await;
        journey.quiet().await;
        assert_eq!(journey.calls("subscribe"), 0, "{platform}: nobody asked for deliveries");
        let journey = begin(platform).await;
        assert_eq!(journey.calls("subscribe"), 1, "{platform}: subscribed_apps was called");
        journey.pass(TICK).await;
        assert_eq!(journey.calls("subscribe"), 1, "{platform}: once a day is enough");
    }
}

#[tokio::test]
async fn a_comment_is_judged_as_soon_as_it_is_delivered_and_once_though_it_is_read_as_well() {
    for platform in META {
        let journey = begin(platform).await;
        let (question, breach) = (journey.write(QUESTION).await, journey.write(BREACH).await);
        let lists = journey.calls("list");
        assert_eq!(journey.delivered().await, [200], "{platform}");
        assert_eq!(journey.calls("list"), lists, "{platform}: no list was read for it");
        assert!(journey.clock_of(&question).await.is_some(), "{platform}");
        assert!(journey.is_hidden(&breach), "{platform}");
        journey.ticks(3).await;
        let story = journey.story(&question).await;
        assert_eq!((story.revisions.len(), story.decisions.len()), (1, 1), "{platform}");
        assert_eq!(journey.logged("comment.received").await, 2, "{platform}");
        assert_eq!(journey.db.number("select count(*) from delivery").await, 0, "{platform}");
    }
}

#[tokio::test]
async fn our_own_reply_that_is_delivered_is_ours_and_answered_by_nobody() {
    for platform in META {
        let journey = begin(platform).await;
        let question = journey.write(QUESTION).await;
        journey.delivered().await;
        journey.staff(&question, StaffAct::Reply(ANSWER)).await;
        journey.quiet().await;
        journey.delivered().await;
        let ours = journey.sent().remove(0).id;
        let story = journey.story(&ours).await;
        assert!(
            story.comment.ours && story.decisions.is_empty() && story.clocks.is_empty(),
            "{platform}: {story:?}"
        );
        assert_eq!(journey.logged("clock.answered").await, 1, "{platform}: by the action alone");
    }
}

#[tokio::test]
async fn words_that_are_delivered_after_their_author_changed_them_are_not_taken_for_new_ones() {
    for platform in META {
        let journey = begin(platform).await;
        let id = journey.write(QUESTION).await;
        journey.ticks(1).await;
        journey.edit(&id, BREACH).await;
        for _ in 0..24 {
            journey.ticks(1).await;
        }
        assert!(journey.is_hidden(&id), "{platform}: the edit was read");
        journey.delivered().await;
        let story = journey.story(&id).await;
        assert_eq!(story.revisions.len(), 2, "{platform}: as written, and as edited");
        assert!(journey.is_hidden(&id) && journey.logged("comment.revised").await == 1, "{platform}");
    }
}

#[tokio::test]
async fn an_edit_and_a_deletion_that_are_delivered_are_looked_at() {
    let journey = begin(Platform::Facebook).await;
    let (edited, deleted) = (journey.write(QUESTION).await, journey.write("كيف أسجل؟").await);
    journey.delivered().await;
    journey.edit(&edited, BREACH).await;
    journey.delete(&deleted).await;
    assert_eq!(journey.delivered().await, [200]);
    assert_eq!(journey.story(&edited).await.revisions.len(), 2);
    assert!(journey.is_hidden(&edited));
    assert_eq!(journey.story(&deleted).await.comment.visibility, Visibility::Deleted);
    assert_eq!(journey.logged("comment.gone").await, 1);
}

#[tokio::test]
async fn a_delivery_whose_comments_cannot_be_asked_for_waits_and_is_not_lost() {
    let journey = begin(Platform::Facebook).await;
    let id = journey.write(QUESTION).await;
    journey.delivered().await;
    journey.edit(&id, BREACH).await;
    journey.arm("lookup", "status_503", 1).await;
    journey.delivered().await;
    assert_eq!(journey.story(&id).await.revisions.len(), 1);
    journey.pass(SignedDuration::from_secs(10)).await;
    assert_eq!(journey.story(&id).await.revisions.len(), 2);
}

#[tokio::test]
async fn a_platform_that_will_not_subscribe_us_is_read_all_the_same() {
    let journey = Journey::with(&[Platform::Facebook], expecting).await;
    journey.arm("any", "forbidden", 1).await;
    let id = journey.read_one(QUESTION).await;
    assert!(journey.clock_of(&id).await.is_some());
    assert_eq!(journey.health(Platform::Facebook).await.state, majlis::store::sources::Health::Ok);
    assert!(journey.clock.now() > super::at("07:30"));
}

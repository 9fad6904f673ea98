//! Access tokens: renewed once, kept before they are used, and a door that only a person can open again.

use jiff::{SignedDuration, Timestamp};
use majlis::clock::Clock;
use majlis::domain::action::{Act, ActionState, Receipt};
use majlis::domain::comment::{Comment, Platform};
use majlis::domain::credentials::{Secret, Tokens};
use majlis::domain::token_key::TokenKey;
use majlis::platform::{Call, Cursor, Looked, Next, Page, PlatformApi, PlatformError, SentReply};
use majlis::stage::{self, Source};
use majlis::store::sources::Health;
use majlis::store::tokens;
use majlis::store::{Step, Store};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{ANSWER, BREACH, Journey, QUESTION, StaffAct, TICK, on_every_platform, says, source_of};
use crate::platform::account;

on_every_platform! {
    async fn a_token_that_expires_is_renewed_once_and_nothing_is_missed(journey: Journey) {
        journey.ticks(1).await;
        let renewals = journey.calls("token");
        if matches!(journey.platform, Platform::X | Platform::Youtube) {
            journey.arm("list", "expire_token", 1).await;
        }
        let id = journey.read_one(QUESTION).await;
        assert_eq!(journey.verdict(&id).await.0, "allow");
        let expected = u64::from(matches!(journey.platform, Platform::X | Platform::Youtube));
        assert_eq!(journey.calls("token") - renewals, expected);
        assert_eq!(journey.health(journey.platform).await.state, Health::Ok);
    }

    async fn tokens_live_through_three_months(journey: Journey) {
        journey.ticks(1).await;
        for _ in 0..90 {
            journey.pass(SignedDuration::from_hours(24)).await;
            let health = journey.health(journey.platform).await;
            assert_eq!(health.state, Health::Ok, "{:?}", health.detail);
        }
        let renewals = journey.calls("token");
        let expected = match journey.platform {
            Platform::Facebook => 0..=0,
            Platform::Instagram => 12..=14,
            Platform::X | Platform::Youtube => 91..=92,
        };
        assert!(expected.contains(&renewals), "{renewals} renewals");
        assert_eq!(journey.logged("token.renewed").await as u64, renewals);
        assert_eq!(journey.logged("token.begun").await, 1);
    }

    async fn a_revoked_account_pauses_only_its_source_until_a_person_connects_it_again(journey: Journey) {
        let platform = journey.platform;
        let others: Vec<Platform> = Platform::ALL.into_iter().filter(|other| *other != platform).collect();
        let journey = Journey::with(&[&[platform], others.as_slice()].concat(), |_| {}).await;
        journey.ticks(1).await;
        let asked = journey.read(&[says(platform, QUESTION)]).await.remove(0);
        journey.arm("list", "revoke_token", 1).await;
        let ids = journey.read(&Platform::ALL.map(|each| says(each, BREACH))).await;
        for (each, id) in Platform::ALL.iter().zip(&ids) {
            assert_eq!(journey.is_hidden(id), *each != platform, "{each}");
            let expected = if *each == platform { Health::Paused } else { Health::Ok };
            assert_eq!(journey.health(*each).await.state, expected, "{each}");
        }
        journey.staff(&asked, StaffAct::Reply(ANSWER)).await;
        journey.pass(SignedDuration::from_hours(1)).await;
        let state = async |id: &str| journey.story(id).await.actions.remove(0).action.state;
        assert_eq!(state(&asked).await, ActionState::Queued, "nothing set out, so it can still be taken back");
        let control = json!({"platform": platform});
        journey.control(reqwest::Method::POST, "tokens", control).await;
        // The operator puts the new secret into the configuration, and starts again.
        let again = journey.another_process().await;
        journey.clock.advance(TICK);
        stage::run_until_quiet(&again).await.unwrap();
        assert!(ids.iter().all(|id| journey.is_hidden(id)));
        assert!(matches!(state(&asked).await, ActionState::Confirmed { .. }));
        assert_eq!(journey.health(platform).await.state, Health::Ok);
    }
}

/// X's configured refresh token, and its hash.
fn configured_secret(journey: &Journey) -> (String, String) {
    let secret = account(&journey.sandbox, Platform::X).refresh_token.unwrap();
    let hash = hex::encode(Sha256::digest(&secret));
    (secret, hash)
}

#[tokio::test]
async fn xs_new_refresh_token_is_kept_before_it_is_needed_and_a_restart_goes_on_with_it() {
    let journey = Journey::on(Platform::X).await;
    let (configured, seed) = configured_secret(&journey);
    // Everything but the renewal fails, as in a process that dies right after it.
    journey.arm("list", "reset", 1).await;
    journey.ticks(1).await;
    let held = tokens::held(&journey.db.store, &source_of(Platform::X), &seed).await.unwrap().unwrap();
    let newest = account(&journey.sandbox, Platform::X).refresh_token.unwrap();
    assert_ne!(newest, configured);
    let kept = held.tokens.refresh.unwrap();
    assert!(!kept.expose().contains(&newest), "nobody reads it out of the database");
    let place = format!("x {seed} refresh");
    assert_eq!(super::token_key().open(&kept, &place).unwrap().expose(), newest);
    journey.pass(SignedDuration::from_hours(3)).await;
    assert_eq!(journey.health(Platform::X).await.state, Health::Ok);
}

#[tokio::test]
async fn a_renewal_that_fails_is_tried_again_soon_and_not_by_every_call() {
    for platform in [Platform::X, Platform::Youtube] {
        let journey = Journey::on(platform).await;
        journey.ticks(1).await;
        journey.arm("token", "status_503", 1).await;
        journey.arm("list", "expire_token", 1).await;
        let id = journey.read_one(QUESTION).await;
        assert_eq!(journey.health(platform).await.state, Health::Ill, "{platform}");
        journey.pass(SignedDuration::from_secs(10)).await;
        assert_eq!(
            journey.health(platform).await.state,
            Health::Ok,
            "{platform}: it waited for its own claim"
        );
        assert_eq!(journey.verdict(&id).await.0, "allow");
    }
}

#[tokio::test]
async fn a_token_is_not_renewed_twice_by_two_processes_that_find_it_refused() {
    for platform in [Platform::X, Platform::Youtube] {
        let journey = Journey::on(platform).await;
        let other = journey.another_process().await;
        journey.read(&[says(platform, QUESTION)]).await;
        for round in 0..5 {
            let renewals = journey.calls("token");
            journey.arm("list", "expire_token", 1).await;
            journey.publish(&[says(platform, &format!("{BREACH} {round}"))]);
            journey.clock.advance(TICK);
            let (one, two) =
                tokio::join!(stage::run_until_quiet(&journey.ctx), stage::run_until_quiet(&other));
            one.unwrap();
            two.unwrap();
            journey.ticks(1).await;
            assert_eq!(journey.calls("token") - renewals, 1, "{platform}");
            assert_eq!(journey.health(platform).await.state, Health::Ok, "{platform}");
        }
    }
}

#[tokio::test]
async fn a_token_that_another_renewed_meanwhile_is_taken_and_not_renewed_again() {
    let mut journey = Journey::on(Platform::X).await;
    let config = journey.ctx.sources[&source_of(Platform::X)].config.clone();
    let api = Box::new(Overtaken { store: journey.db.store.clone(), seed: configured_secret(&journey).1 });
    let source = Source::with(config, api, journey.clock.clone());
    journey.ctx.sources.insert(source_of(Platform::X), source);
    journey.ticks(1).await;
    let health = journey.health(Platform::X).await;
    assert_eq!((health.state, health.detail), (Health::Ok, None));
}

/// Its first token is refused, because another process has renewed it in that moment; a renewal of ours fails.
#[derive(Debug)]
struct Overtaken {
    store: Store,
    /// The hash of the configured secret.
    seed: String,
}

#[async_trait::async_trait]
impl PlatformApi for Overtaken {
    fn platform(&self) -> Platform {
        Platform::X
    }

    async fn comments(&self, call: Call<'_>, _: Option<&Cursor>) -> Result<Page, PlatformError> {
        if call.access.expose() != "another's" {
            let held = tokens::held(&self.store, &source_of(Platform::X), &self.seed).await.unwrap().unwrap();
            let place = format!("x {} access", self.seed);
            let theirs = super::token_key().seal(&Secret::new("another's"), &place, [7; 12]);
            let tokens = Tokens { access: Some(theirs), ..held.tokens };
            let mut tx = self.store.begin(Step::Keep).await.unwrap();
            tokens::keep(&mut tx, &source_of(Platform::X), &tokens::Held { tokens, ..held }).await.unwrap();
            tx.commit().await.unwrap();
            return Err(PlatformError::Unauthorised { detail: "expired".into() });
        }
        let onward = Next::RoundEnds(Cursor(json!(null)));
        let (listed, post) = (Vec::new(), None);
        Ok(Page {
            comments: Vec::new(),
            unreadable: 0,
            deeper: None,
            onward,
            suspected_gap: false,
            listed,
            post,
        })
    }

    fn look_max(&self) -> usize {
        1
    }

    async fn look(&self, _: Call<'_>, _: &[String]) -> Result<Vec<Looked>, PlatformError> {
        unreachable!("there is nothing to look at")
    }

    async fn perform(&self, _: Call<'_>, _: &Comment, _: &Act) -> Result<Receipt, PlatformError> {
        unreachable!("nothing is done here")
    }

    async fn find_replies(
        &self,
        _: Call<'_>,
        _: &Comment,
        _: &str,
        _: Timestamp,
    ) -> Result<Vec<SentReply>, PlatformError> {
        unreachable!("nothing is sent here")
    }

    async fn probe(&self, _: Call<'_>) -> Result<String, PlatformError> {
        unreachable!("nobody asks")
    }

    fn answered_at(&self) -> Option<Timestamp> {
        None
    }

    fn renew_at(&self, tokens: &Tokens, obtained_at: Timestamp) -> Option<Timestamp> {
        tokens.access.is_none().then_some(obtained_at)
    }

    async fn renew(&self, tokens: &Tokens, _: Timestamp) -> Result<Tokens, PlatformError> {
        match &tokens.access {
            None => Ok(Tokens { access: Some(Secret::new("ours")), ..tokens.clone() }),
            Some(_) => Err(PlatformError::Revoked { detail: "a refresh token was used twice".into() }),
        }
    }
}

#[tokio::test]
async fn tokens_that_do_not_open_pause_their_source_until_the_key_is_back() {
    let mut journey = Journey::on(Platform::X).await;
    journey.ticks(1).await;
    let theirs = TokenKey::of(&Secret::new("somebody else's"));
    let ours = std::mem::replace(&mut journey.ctx.token_key, theirs);
    journey.ticks(1).await;
    let health = journey.health(Platform::X).await;
    assert_eq!(health.state, Health::Paused);
    assert!(health.detail.unwrap().contains("token key"), "it says what to do");
    journey.ctx.token_key = ours;
    journey.pass(SignedDuration::from_mins(16)).await;
    assert_eq!(journey.health(Platform::X).await.state, Health::Ok);
}

#[tokio::test]
async fn facebook_is_asked_how_long_its_token_lives_and_what_it_may_do_before_anything_fails() {
    let journey = Journey::on(Platform::Facebook).await;
    journey.arm("account", "forbidden", 1).await;
    let id = journey.read_one(QUESTION).await;
    assert_eq!(journey.verdict(&id).await.0, "allow", "it would not say, and is read all the same");
    assert_eq!(tokens::ends(&journey.db.store).await.unwrap(), []);
    let end = journey.clock.now() + SignedDuration::from_hours(20 * 24);
    let control = json!({"platform": "facebook", "ends_at": end, "lacks": "pages_manage_engagement"});
    journey.control(reqwest::Method::POST, "tokens", control).await;
    let again = journey.another_process().await;
    journey.clock.advance(TICK);
    stage::run_until_quiet(&again).await.unwrap();
    let facebook = source_of(Platform::Facebook);
    assert_eq!(tokens::ends(&journey.db.store).await.unwrap(), [(facebook.clone(), end)]);
    let asked = journey.calls("account");
    for _ in 0..20 {
        journey.clock.advance(SignedDuration::from_hours(1));
        stage::run_until_quiet(&again).await.unwrap();
    }
    assert_eq!(journey.calls("account"), asked, "once a day");
    journey.arm("account", "empty_object", 1).await;
    journey.clock.advance(SignedDuration::from_hours(5));
    stage::run_until_quiet(&again).await.unwrap();
    assert_eq!(journey.calls("account"), asked + 1);
    assert_eq!(
        tokens::ends(&journey.db.store).await.unwrap(),
        [(facebook.clone(), end)],
        "no word is no news"
    );
    let why = stage::probe(&again, &again.sources[&facebook]).await.unwrap_err().to_string();
    assert!(why.contains("pages_manage_engagement"), "{why}");
}

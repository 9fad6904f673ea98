//! What Facebook and Instagram deliver to a client's own address: who asked for it, what waits, and how it is signed.
//!
//! Nothing is delivered to an address that did not answer the handshake, or for an account whose `subscribed_apps` was never
//! called. A delivery that is not answered with 200 waits for the next one.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use reqwest::Client;
use serde_json::{Value, json};
use sha2::Sha256;

use super::Shared;
use super::world::{Key, World};
use crate::domain::comment::Platform;

/// What the number that an address has to repeat looks like.
const CHALLENGE: &str = "1158201444";

/// The webhooks of our accounts.
#[derive(Debug, Default)]
pub(super) struct Webhooks {
    address: BTreeMap<Platform, String>,
    subscribed: Vec<Platform>,
    waiting: Vec<Event>,
}

/// Something that happened to a comment, at an instant.
#[derive(Debug, Clone, Copy)]
struct Event {
    comment: Key,
    verb: &'static str,
    at: Timestamp,
}

impl Webhooks {
    /// `subscribed_apps` was called for the account.
    pub(super) fn subscribe(&mut self, platform: Platform) {
        if !self.subscribed.contains(&platform) {
            self.subscribed.push(platform);
        }
    }

    /// Keeps an event for delivery, where somebody asked for such.
    pub(super) fn happened(&mut self, platform: Platform, comment: Key, verb: &'static str, at: Timestamp) {
        if self.subscribed.contains(&platform) && self.address.contains_key(&platform) {
            self.waiting.push(Event { comment, verb, at });
        }
    }
}

/// Asks an address whether it is the client's, and keeps it.
///
/// # Errors
/// It did not repeat the challenge; the text says what it did.
pub(super) async fn set_up(
    shared: &Shared,
    platform: Platform,
    url: &str,
    token: &str,
) -> Result<(), String> {
    let query = [("hub.mode", "subscribe"), ("hub.challenge", CHALLENGE), ("hub.verify_token", token)];
    let answer = client().get(url).query(&query).send().await.map_err(|error| error.to_string())?;
    let status = answer.status();
    let said = answer.text().await.map_err(|error| error.to_string())?;
    if !status.is_success() || said != CHALLENGE {
        return Err(format!("the address answered {status} and {said:?} where {CHALLENGE} was to come back"));
    }
    shared.world().webhooks.address.insert(platform, url.to_owned());
    Ok(())
}

/// Delivers all that has happened by now, one delivery a platform; how each was answered.
pub(super) async fn deliver(shared: &Shared) -> Vec<u16> {
    let now = shared.clock.now();
    let mut answers = Vec::new();
    for platform in [Platform::Facebook, Platform::Instagram] {
        let Some((url, secret, events, body)) = due(&mut shared.world(), platform, now) else { continue };
        let signature = format!("sha256={}", sign(secret, body.as_bytes()));
        let sent = client().post(url).header("x-hub-signature-256", signature);
        let sent = sent.header("content-type", "application/json").body(body).send().await;
        let status = sent.map_or(0, |answer| answer.status().as_u16());
        if status != 200 {
            shared.world().webhooks.waiting.extend(events);
        }
        answers.push(status);
    }
    answers
}

type Due = (String, &'static str, Vec<Event>, String);

fn due(world: &mut World, platform: Platform, now: Timestamp) -> Option<Due> {
    let url = world.webhooks.address.get(&platform)?.clone();
    let (due, later): (Vec<Event>, Vec<Event>) = std::mem::take(&mut world.webhooks.waiting)
        .into_iter()
        .partition(|event| event.at <= now && world[event.comment].platform == platform);
    world.webhooks.waiting = later;
    if due.is_empty() {
        return None;
    }
    let ours = world.ours(platform);
    let changes: Vec<Value> = due.iter().map(|event| change(world, platform, event)).collect();
    let object = if platform == Platform::Facebook { "page" } else { "instagram" };
    let entry = json!({"id": ours.account_id, "time": due[0].at.as_second(), "changes": changes});
    let body = escaped(&json!({"object": object, "entry": [entry]}));
    Some((url, ours.client_secret, due, body))
}

fn change(world: &World, platform: Platform, event: &Event) -> Value {
    let comment = &world[event.comment];
    let post = comment.post.map(|post| world.post(post).id.as_str());
    let parent = comment.parent.map(|parent| world[parent].id.as_str());
    match platform {
        Platform::Facebook => json!({"field": "feed", "value": {
            "item": "comment",
            "verb": event.verb,
            "comment_id": comment.id,
            "post_id": post,
            "parent_id": parent.or(post),
            "from": {"id": comment.author.id, "name": comment.author.name},
            "message": comment.text,
            "created_time": comment.written_at.as_second(),
        }}),
        _ => {
            let mut value = json!({
                "id": comment.id,
                "text": comment.text,
                "from": {"id": comment.author.id, "username": comment.author.handle},
                "media": {"id": post, "media_product_type": "FEED"},
            });
            if let Some(parent) = parent {
                value["parent_id"] = parent.into();
            }
            json!({"field": "comments", "value": value})
        }
    }
}

/// JSON with everything beyond ASCII escaped, as Meta writes it.
fn escaped(value: &Value) -> String {
    let mut text = String::new();
    for letter in value.to_string().chars() {
        match letter {
            letter if letter.is_ascii() => text.push(letter),
            letter => {
                let mut units = [0; 2];
                for unit in letter.encode_utf16(&mut units) {
                    text.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    text
}

fn sign(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

fn client() -> Client {
    // The process may have installed one already, and any will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::new()
}

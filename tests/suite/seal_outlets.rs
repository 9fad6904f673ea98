//! Checkpoints on their way out: past a witness, to a place that takes them by `PUT`, and to recipients.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{post, put};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer;
use jiff::SignedDuration;
use majlis::clock::ManualClock;
use majlis::config::{AuditConfig, NotifyConfig, Put, Witness};
use majlis::domain::audit::{Checkpoint, Hash, SigningKey, WitnessKey, proof};
use majlis::domain::credentials::Secret;
use majlis::stage::seal::{self, Outlets, Publication, SealError, Sealer};
use sha2::{Digest, Sha256};

use crate::notify::{PostOffice, Receiver, by_mail, by_webhook, config, smtp};
use crate::seal::{append, key, timing};
use crate::store::{at, contract};

/// What the strangers of these tests saw and are told to do.
#[derive(Default)]
struct Seen {
    /// The checkpoint that the witness cosigned last.
    witnessed: Option<Checkpoint>,
    /// What came by `PUT`, and with which authorization.
    put: Vec<(String, String, String)>,
    /// Whether they answer at all.
    ill: bool,
    /// How often the witness was asked.
    asked: usize,
    /// How many bytes the witness says besides what it has to say.
    besides: usize,
}

type Shared = Arc<Mutex<Seen>>;

/// Strangers on this machine.
struct Strangers {
    address: SocketAddr,
    seen: Shared,
    directory: tempfile::TempDir,
}

const WITNESS: &str = "witness.example/w1";

fn witness_secret() -> ed25519_dalek::SigningKey {
    ed25519_dalek::SigningKey::from_bytes(&[4; 32])
}

/// The witness's id and written key, put together as C2SP tlog-cosignature says.
fn witness_key() -> ([u8; 4], String) {
    let key = [[4].as_slice(), witness_secret().verifying_key().as_bytes()].concat();
    let id = Sha256::new().chain_update(WITNESS).chain_update(b"\n").chain_update(&key).finalize();
    let id: [u8; 4] = id[..4].try_into().unwrap();
    (id, format!("{WITNESS}+{}+{}", hex::encode(id), STANDARD.encode(key)))
}

/// `add-checkpoint` of C2SP tlog-witness, step by step.
async fn add_checkpoint(State(seen): State<Shared>, body: String) -> Response {
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    seen.asked += 1;
    if seen.ill {
        return (StatusCode::SERVICE_UNAVAILABLE, "out for lunch").into_response();
    }
    let (request, note) = body.split_once("\n\n").unwrap();
    let mut lines = request.lines();
    let old: u64 = lines.next().unwrap().strip_prefix("old ").unwrap().parse().unwrap();
    let proof: Vec<Hash> = lines.map(|line| Hash::from_base64(line).unwrap()).collect();
    let Ok(checkpoint) = Checkpoint::open(note, key().verifier()) else {
        return StatusCode::FORBIDDEN.into_response();
    };
    if old > checkpoint.size {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let last = seen.witnessed.as_ref().map_or(0, |last| last.size);
    if old != last {
        return (StatusCode::CONFLICT, [(CONTENT_TYPE, "text/x.tlog.size")], format!("{last}\n"))
            .into_response();
    }
    let root = seen.witnessed.as_ref().map_or(Hash::of_nothing(), |last| last.root);
    if !proof::extends(checkpoint.root, checkpoint.size, root, old, &proof) {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    seen.witnessed = Some(checkpoint);
    let (text, at) = (&note[..=note.find("\n\n").unwrap()], 1_679_315_147_u64);
    let signature = witness_secret().sign(format!("cosignature/v1\ntime {at}\n{text}").as_bytes());
    let bytes = [witness_key().0.as_slice(), &at.to_be_bytes(), &signature.to_bytes()].concat();
    let besides = "A".repeat(seen.besides);
    format!("— other.example/w9 {besides}AAAAAAAA\n— {WITNESS} {}\n", STANDARD.encode(bytes)).into_response()
}

async fn take(
    State(seen): State<Shared>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    if seen.ill {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let token = headers.get(AUTHORIZATION).map_or("", |token| token.to_str().unwrap());
    seen.put.push((name, token.to_owned(), String::from_utf8(body.to_vec()).unwrap()));
    StatusCode::CREATED
}

impl Strangers {
    async fn open() -> Self {
        let seen = Shared::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/witness/add-checkpoint", post(add_checkpoint))
            .route("/archive/{name}", put(take))
            .with_state(seen.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, seen, directory: tempfile::tempdir().unwrap() }
    }

    fn publication(&self) -> Publication {
        Publication::new(self.path())
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("audit")
    }

    fn witness(&self) -> Option<Witness> {
        Some(Witness {
            url: format!("http://{}/witness", self.address),
            key: witness_key().1.parse().unwrap(),
        })
    }

    fn archive(&self) -> Option<Put> {
        Some(Put { url: format!("http://{}/archive", self.address), token: Some(Secret::new("s3cr3t")) })
    }

    /// A sealer as a process has it that has just started.
    fn sealer(&self, witness: Option<Witness>, put: Option<Put>, notify: &NotifyConfig) -> Sealer {
        let audit = AuditConfig {
            origin: key().verifier().name().to_owned(),
            directory: self.path(),
            signing_key_file: PathBuf::new(),
            signing_key: None,
            seal_schedule: timing().schedule,
            seal_after_entries: 10.try_into().unwrap(),
            public: false,
            put,
            publish_to: notify.recipients.iter().map(|recipient| recipient.name.clone()).collect(),
            witness,
        };
        Sealer::new(key(), self.publication(), Outlets::new(&audit, notify).unwrap())
    }

    fn with<T>(&self, act: impl FnOnce(&mut Seen) -> T) -> T {
        act(&mut self.seen.lock().unwrap())
    }
}

fn nobody() -> NotifyConfig {
    config(None, Vec::new())
}

async fn published(strangers: &Strangers) -> Option<(u64, bool)> {
    let note = strangers.publication().latest().await.unwrap()?;
    let size = Checkpoint::open(&note, key().verifier()).unwrap().size;
    Some((size, witness_key().1.parse::<WitnessKey>().unwrap().cosigned(&note)))
}

contract! {
    async fn nothing_is_published_before_the_witness_cosigned_it(db: Db) {
        let strangers = Strangers::open().await;
        let mut sealer = strangers.sealer(strangers.witness(), None, &nobody());
        append(&db.store, 0..5).await;
        strangers.with(|seen| seen.ill = true);
        let refused = sealer.seal(&db.store, at(60)).await;
        let told = match refused {
            Err(error @ SealError::Outlet(_)) => error.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(told, "the witness witness.example/w1 did not cosign the checkpoint: HTTP 503: out for lunch");
        assert_eq!(published(&strangers).await, None);

        strangers.with(|seen| seen.ill = false);
        sealer.seal(&db.store, at(61)).await.unwrap();
        assert_eq!(published(&strangers).await, Some((5, true)));
        sealer.seal(&db.store, at(62)).await.unwrap();
        assert_eq!(strangers.with(|seen| seen.asked), 2, "it is not asked again for what it cosigned");

        append(&db.store, 5..700).await;
        sealer.seal(&db.store, at(63)).await.unwrap();
        assert_eq!(published(&strangers).await, Some((700, true)));
        assert_eq!(strangers.with(|seen| seen.asked), 3, "it is shown the growth from what it saw");
    }

    async fn a_witness_that_saw_more_or_less_than_was_published_is_shown_the_growth_from_there(db: Db) {
        let strangers = Strangers::open().await;
        append(&db.store, 0..300).await;
        // Published before there was a witness: it has seen nothing of the log.
        strangers.sealer(None, None, &nobody()).seal(&db.store, at(60)).await.unwrap();
        strangers.sealer(strangers.witness(), None, &nobody()).seal(&db.store, at(61)).await.unwrap();
        assert_eq!(published(&strangers).await, Some((300, true)), "also what was published before needs it");
        // It cosigned, and the process died before it published.
        let before = strangers.publication().latest().await.unwrap().unwrap();
        append(&db.store, 300..600).await;
        strangers.sealer(strangers.witness(), None, &nobody()).seal(&db.store, at(62)).await.unwrap();
        std::fs::write(strangers.path().join("checkpoint"), before).unwrap();
        append(&db.store, 600..601).await;
        let asked = strangers.with(|seen| seen.asked);
        strangers.sealer(strangers.witness(), None, &nobody()).seal(&db.store, at(63)).await.unwrap();
        assert_eq!(published(&strangers).await, Some((601, true)));
        assert_eq!(strangers.with(|seen| seen.asked), asked + 2, "it said what it saw, and was asked once more");
    }

    async fn a_witness_that_goes_on_and_on_is_not_listened_to(db: Db) {
        let strangers = Strangers::open().await;
        let mut sealer = strangers.sealer(strangers.witness(), None, &nobody());
        append(&db.store, 0..5).await;
        strangers.with(|seen| seen.besides = 1 << 20);
        let told = sealer.seal(&db.store, at(60)).await.unwrap_err().to_string();
        assert!(told.ends_with("its answer has more than 64 KiB"), "{told}");
        assert_eq!(published(&strangers).await, None);
        strangers.with(|seen| seen.witnessed = None);
        strangers.with(|seen| seen.besides = 0);
        sealer.seal(&db.store, at(61)).await.unwrap();
        assert_eq!(published(&strangers).await, Some((5, true)));
    }

    async fn an_answer_that_is_not_the_witnesss_is_not_believed(db: Db) {
        let strangers = Strangers::open().await;
        append(&db.store, 0..5).await;
        let other = SigningKey::new("w", &[5; 32]).unwrap().verifier().to_string();
        let raw = STANDARD.decode(other.rsplit_once('+').unwrap().1).unwrap();
        let key = [[4].as_slice(), &raw[1..]].concat();
        let id = Sha256::new().chain_update(WITNESS).chain_update(b"\n").chain_update(&key).finalize();
        let key: WitnessKey = format!("{WITNESS}+{}+{}", hex::encode(&id[..4]), STANDARD.encode(key)).parse().unwrap();
        let witness = Witness { key, ..strangers.witness().unwrap() };
        let refused = strangers.sealer(Some(witness), None, &nobody()).seal(&db.store, at(60)).await;
        assert!(refused.unwrap_err().to_string().ends_with("no cosignature by its key (`audit.witness_key`)"));
        assert_eq!(published(&strangers).await, None);
    }

    async fn a_published_checkpoint_is_sent_once_to_each_place_and_again_where_it_was_not_taken(db: Db) {
        let (strangers, office, receiver) = (Strangers::open().await, PostOffice::open().await, Receiver::open().await);
        let notify = config(Some(smtp(&office)), vec![by_mail(&office), by_webhook(&receiver)]);
        let sealer = || strangers.sealer(None, strangers.archive(), &notify);
        append(&db.store, 0..5).await;
        assert_eq!(seal::turn(&mut sealer(), &db.store, &timing(), at(0)).await.unwrap(), None, "it is not time");
        strangers.with(|seen| seen.ill = true);
        let failed = seal::turn(&mut sealer(), &db.store, &timing(), at(600)).await;
        assert_eq!(failed.unwrap_err().to_string(), "audit.publish_url did not take the checkpoint: HTTP 503");
        assert_eq!((office.taken().len(), receiver.calls().len()), (1, 1), "the others have it all the same");

        strangers.with(|seen| seen.ill = false);
        // A restart, and the lease of the turn that failed is over.
        seal::turn(&mut sealer(), &db.store, &timing(), at(700)).await.unwrap();
        let note = strangers.publication().latest().await.unwrap().unwrap();
        let put = strangers.with(|seen| std::mem::take(&mut seen.put));
        assert_eq!(put, [("5".to_owned(), "Bearer s3cr3t".to_owned(), note.clone())]);
        assert!(office.taken()[0].text.contains(note.lines().nth(2).unwrap()));
        assert_eq!(receiver.calls()[0].body["data"]["note"], note);
        seal::turn(&mut sealer(), &db.store, &timing(), at(1_300)).await.unwrap();
        assert_eq!(strangers.with(|seen| seen.put.len()), 0);
        assert_eq!((office.taken().len(), receiver.calls().len()), (1, 1));
    }

    async fn people_are_told_once_when_checkpoints_go_unpublished_for_a_quarter_of_an_hour(db: Db) {
        let (strangers, receiver) = (Strangers::open().await, Receiver::open().await);
        let notify = NotifyConfig { recipients: vec![by_webhook(&receiver)], ..nobody() };
        let sealer = strangers.sealer(strangers.witness(), None, &notify);
        append(&db.store, 0..5).await;
        strangers.with(|seen| seen.ill = true);
        let clock = Arc::new(ManualClock::new(at(600)));
        let running = tokio::spawn({
            let (store, clock) = (db.store.clone(), clock.clone());
            async move { seal::run(sealer, store, clock, timing()).await }
        });
        let mut told = Vec::new();
        for minute in 0..40 {
            let asked = strangers.with(|seen| seen.asked);
            while strangers.with(|seen| seen.asked) == asked {
                // A look finds the lease of the turn before ended a minute later.
                clock.advance(SignedDuration::from_secs(1));
                tokio::task::yield_now().await;
            }
            told.push((minute, receiver.calls().len()));
        }
        running.abort();
        assert_eq!(told.last().unwrap().1, 1, "{told:?}");
        assert_eq!(receiver.calls()[0].body["type"], "audit.unpublished");
    }
}

//! Judging: what the policy says becomes a decision, an act on the platform and a clock.

use majlis::domain::audit::SigningKey;
use majlis::domain::comment::{Platform, Visibility};
use majlis::domain::judge::Kind;
use majlis::domain::lang::Bilingual;
use majlis::domain::policy::{Bundle, ClauseId, POLICY_FILE, Policy, Repetition};
use majlis::domain::topics::{Topic, Topics};
use majlis::sandbox::{CorpusComment, corpus};
use majlis::stage::seal::{self, Outlets, Publication, Sealer};
use majlis::store::comments;
use majlis::store::replies::ClockState;

use super::shadowing;
use super::{BREACH, CRITICISM, DOUBTFUL_QUESTION, Journey, on_every_platform, says, shipped_policy};
use crate::store::contract;
use majlis::clock::Clock;

on_every_platform! {
    async fn a_certain_breach_is_hidden_for_its_clause_and_the_log_of_it_can_be_sealed(journey: Journey) {
        let id = journey.read_one(BREACH).await;
        assert!(journey.is_hidden(&id));
        let story = journey.story(&id).await;
        assert_eq!((story.comment.visibility, story.clocks.len()), (Visibility::Hidden, 0));
        let [decision] = story.decisions.as_slice() else { panic!("{:?}", story.decisions) };
        assert_eq!((decision.verdict, decision.clause), ("hide", Some(ClauseId::IllegalActivity)));
        assert_eq!((&decision.policy, decision.decided_by.to_string().as_str()), (&shipped_policy(), "machine"));
        assert!(decision.rule.is_some() && !decision.excerpt.as_ref().unwrap().is_empty());
        assert_eq!(journey.calls("hide"), 1);
        for act in ["comment.received", "comment.judged", "action.queued", "action.started", "action.confirmed"] {
            assert_eq!(journey.logged(act).await, 1, "{act}");
        }
        assert!(journey.db.entries().await.iter().all(|entry| !entry.contains("hashish")), "the log tells the text");
        assert_seals(&journey).await;
    }

    async fn criticism_stays_and_a_complaint_is_owed_an_answer(journey: Journey) {
        let id = journey.read_one(CRITICISM).await;
        assert_eq!(journey.verdict(&id).await, ("allow", None, "machine".to_owned()));
        assert!(!journey.is_hidden(&id));
        assert_eq!(journey.clock_of(&id).await.unwrap().kind, Kind::Complaint);
        assert_eq!(journey.calls("hide"), 0);
    }

    async fn a_doubtful_comment_waits_for_a_person_and_its_clock_runs(journey: Journey) {
        let id = journey.read_one(DOUBTFUL_QUESTION).await;
        let (verdict, clause, _) = journey.verdict(&id).await;
        assert_eq!((verdict, clause), ("review", Some(ClauseId::Defamatory)));
        assert!(!journey.is_hidden(&id));
        assert_eq!(journey.clock_of(&id).await.unwrap().state, ClockState::Running);
        assert_eq!(journey.calls("hide"), 0);
    }

    async fn who_quotes_what_they_answer_goes_to_a_person_and_who_copies_themselves_does_not(journey: Journey) {
        let quoted = format!("{BREACH}!? On your page, since yesterday");
        let answers = |text: &str, by: &str| CorpusComment {
            reply_to: Some(0),
            author: Some(by.into()),
            ..says(journey.platform, text)
        };
        let advert = CorpusComment { author: Some("سعيد".into()), ..says(journey.platform, BREACH) };
        let ids = journey.read(&[advert, answers(&quoted, "أمل"), answers(&quoted, "سعيد")]).await;
        let outcomes = [journey.verdict(&ids[0]).await, journey.verdict(&ids[1]).await, journey.verdict(&ids[2]).await];
        assert_eq!(outcomes.map(|(verdict, clause, _)| (verdict, clause)), ["hide", "review", "hide"].map(|verdict| {
            (verdict, Some(ClauseId::IllegalActivity))
        }));
        assert_eq!([0, 1, 2].map(|at| journey.is_hidden(&ids[at])), [true, false, true]);
    }

    async fn a_comment_is_judged_beside_what_its_post_says_where_lists_tell_that(journey: Journey) {
        let mut journey = journey;
        journey.ticks(1).await;
        let told: i64 = journey.db.number("select count(*) from post where text is not null").await;
        assert_eq!(told > 0, journey.platform != Platform::Youtube, "no list of YouTube tells it");
        let about = Topic {
            id: "post".parse().unwrap(),
            name: Bilingual { ar: "م".into(), en: "p".into() },
            words: POSTS_SAY.iter().map(|word| Topic::words(word)).collect(),
        };
        journey.ctx.topics = Topics(vec![about]);
        let id = journey.read_one("👍 👍").await;
        let subjects = comments::subjects(&journey.db.store, &[journey.story(&id).await.comment.id], repetition(), None).await;
        assert_eq!(subjects.unwrap()[0].post_text.is_some(), told > 0);
        let log = journey.db.entries().await;
        assert_eq!(log.iter().any(|entry| entry.contains("\"topics\":\"post\"")), told > 0);
    }

    async fn repeated_posting_is_judged_alike_in_whatever_order_it_is_read(journey: Journey) {
        let together = journey.repeated(&[0, 1, 2, 3, 4, 5, 6]).await;
        assert_eq!(together, ["allow", "allow", "review", "review", "review", "hide", "hide"]);
        let apart = Journey::on(journey.platform).await;
        assert_eq!(apart.repeated_late(&[6, 3, 5], &[4, 0, 2, 1]).await, together);
    }
}

contract! {
    async fn a_policy_in_shadow_is_told_what_the_one_that_acts_was_told(db: Db) {
        let journey = Journey::in_database(db, &[Platform::Facebook], |_| {}).await;
        let mut files = Bundle::shipped().files().clone();
        files.get_mut(POLICY_FILE).unwrap().push_str("\n# The same in another edition.\n");
        shadowing::begin(&journey, &Bundle::new(files)).await.unwrap();
        let answer = CorpusComment { reply_to: Some(0), ..says(Platform::Facebook, BREACH) };
        journey.read(&[says(Platform::Facebook, BREACH), answer]).await;
        journey.ticks(1).await;
        let line = |ruled: &str| shadowing::line(ruled, ruled, 1, 0);
        let expected = vec![line("review:illegal_activity"), line("hide:illegal_activity")];
        assert_eq!(shadowing::counts(&journey.db.store).await, (expected, 0));
    }
}

/// A word of each post that the stand-ins show.
const POSTS_SAY: [&str; 12] = [
    "رخصتك",
    "حقوقكم",
    "دليل",
    "نمو",
    "مشروع",
    "جولات",
    "علامتك",
    "لقطات",
    "خدمة",
    "ضوابط",
    "استشارة",
    "تقرير",
];

fn repetition() -> Repetition {
    Policy::parse(&Bundle::shipped()).unwrap().repetition()
}

impl Journey {
    /// One author's same words, written a second apart, in the order of writing.
    fn repeat(&self, number: i64) -> CorpusComment {
        let written = super::at("07:31") + jiff::SignedDuration::from_secs(number);
        CorpusComment {
            author: Some("سعيد".into()),
            at: Some(written),
            ..says(self.platform, "الاجتماع القادم لأهل الحي يوم الأحد بعد صلاة العصر")
        }
    }

    async fn repeated(&self, numbers: &[i64]) -> Vec<&'static str> {
        self.repeated_late(numbers, &[]).await
    }

    /// The verdicts in the order of writing, where `late` were read after the others had been judged.
    async fn repeated_late(&self, first: &[i64], late: &[i64]) -> Vec<&'static str> {
        let mut written = Vec::new();
        for numbers in [first, late] {
            for number in numbers {
                written.push((*number, self.publish(&[self.repeat(*number)]).remove(0)));
            }
            self.ticks(1).await;
        }
        self.ticks(3).await;
        written.sort();
        let mut verdicts = Vec::new();
        for (_, id) in written {
            let (verdict, ..) = self.verdict(&id).await;
            assert_eq!(self.is_hidden(&id), verdict == "hide");
            verdicts.push(verdict);
        }
        verdicts
    }
}

#[tokio::test]
async fn on_x_what_can_not_be_hidden_goes_to_a_person_and_its_clock_runs() {
    let journey = Journey::on(Platform::X).await;
    let text = format!("{BREACH}. How much are the fees?");
    let id = journey.read(&[CorpusComment { mention: true, ..says(Platform::X, &text) }]).await.remove(0);
    assert!(!journey.is_hidden(&id));
    assert_eq!(journey.verdict(&id).await.0, "review");
    let story = journey.story(&id).await;
    assert!(story.decisions[1].check_failed.as_ref().unwrap().contains("not_allowed"));
    assert_eq!(story.decisions.len(), 2);
    if story.decisions[1].kind.is_owed_a_reply() {
        assert_eq!(story.clocks[0].started_at, story.comment.starts_at());
    }
    journey.ticks(10).await;
    assert_eq!(journey.calls("hide"), 1, "it was asked again");
}

#[tokio::test]
async fn a_question_asked_amid_the_corpus_is_hidden_only_where_the_policy_says_so() {
    let journey = Journey::everywhere().await;
    let played: Vec<CorpusComment> =
        corpus().into_iter().map(|comment| CorpusComment { after_minutes: Some(0), ..comment }).collect();
    let published = journey.sandbox.publish(&played);
    journey.ticks(4).await;
    for (written, published) in played.iter().zip(&published) {
        let id = &published.platform_comment_id;
        let (verdict, clause, _) = journey.verdict(id).await;
        assert_eq!(journey.is_hidden(id), verdict == "hide", "{}", written.text);
        assert!(
            !(written.criticism && verdict == "hide"),
            "criticism was hidden for {clause:?}: {}",
            written.text
        );
        let clock = journey.clock_of(id).await;
        assert!(clock.is_none() || verdict != "hide", "{}", written.text);
    }
    assert_seals(&journey).await;
}

#[tokio::test]
async fn while_the_adopted_policy_does_not_load_reading_goes_on_and_judging_waits() {
    let journey = Journey::on(Platform::Facebook).await;
    journey.db.try_run("drop trigger document_unchanged").await.unwrap();
    let garble = |from: &str, to: &str| {
        format!("update document set text = replace(text, '{from}', '{to}') where kind = 'policy'")
    };
    // As after an update that no longer knows a word of the adopted text.
    journey.db.try_run(&garble("[repetition]", "[repetitions]")).await.unwrap();
    let id = journey.publish(&[says(Platform::Facebook, BREACH)]).remove(0);
    let later = journey.another_process().await;
    journey.clock.advance(super::TICK);
    majlis::stage::run_until_quiet(&later).await.unwrap_err();
    assert_eq!(journey.story(&id).await.decisions, []);
    assert!(!journey.is_hidden(&id));
    journey.staff(&id, super::StaffAct::Hide).await;
    majlis::stage::run_until_quiet(&later).await.unwrap_err();
    assert_eq!(journey.calls("hide"), 0, "what follows from a hide could not be told");
    journey.db.try_run(&garble("[repetitions]", "[repetition]")).await.unwrap();
    journey.clock.advance(super::TICK);
    majlis::stage::run_until_quiet(&journey.another_process().await).await.unwrap();
    assert!(journey.is_hidden(&id));
}

#[tokio::test]
async fn a_rule_hides_no_more_in_an_hour_than_its_ceiling_whichever_process_judges() {
    let journey = Journey::on(Platform::Facebook).await;
    journey.db.try_run("drop trigger document_unchanged").await.unwrap();
    let lowered = "update document set text = replace(text, 'hides_per_hour = 200', 'hides_per_hour = 1')";
    journey.db.try_run(lowered).await.unwrap();
    let mut verdicts = Vec::new();
    for hours in [0, 0, 0, 1] {
        let id = journey.publish(&[says(Platform::Facebook, BREACH)]).remove(0);
        journey.clock.advance(jiff::SignedDuration::from_hours(hours) + super::TICK);
        majlis::stage::run_until_quiet(&journey.another_process().await).await.unwrap();
        let (verdict, clause, _) = journey.verdict(&id).await;
        assert_eq!((journey.is_hidden(&id), clause), (verdict == "hide", Some(ClauseId::IllegalActivity)));
        verdicts.push(verdict);
    }
    assert_eq!(verdicts, ["hide", "review", "review", "hide"]);
    assert_eq!(journey.logged("rule.ceiling").await, 1, "staff are told once");
}

/// A checkpoint of the log can be signed, and an auditor finds the export sound.
async fn assert_seals(journey: &Journey) {
    let directory = tempfile::tempdir().unwrap();
    let key = SigningKey::new("journeys.example/audit", &[7; 32]).unwrap();
    let verifier = key.verifier().clone();
    let mut sealer = Sealer::new(key, Publication::new(directory.path()), Outlets::default());
    let sealed = sealer.seal(&journey.db.store, journey.clock.now()).await.unwrap().unwrap();
    assert_eq!(sealed.size as usize, journey.db.entries().await.len());
    let inspected =
        seal::inspect(&journey.db.store, &Publication::new(directory.path()), &verifier).await.unwrap();
    let inspected = inspected.unwrap();
    assert_eq!((inspected.entries, inspected.sealed), (sealed.size, sealed.size));
}

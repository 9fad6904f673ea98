//! A notice in words: what staff read in a mail, and what a program reads from a webhook.
//!
//! Plain, Arabic first, with what to do next. It names comments by number and links to the console.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::domain::comment::{CommentId, Platform};
use crate::domain::escalation::Point;
use crate::domain::judge::Kind;
use crate::domain::lang::{Lang, names, when};
use crate::domain::notice::NoticeId;
use crate::domain::reply::ClockKind;

/// A notice, before it is put in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Letter {
    /// Its number.
    pub id: NoticeId,
    /// When it was written into the outbox.
    pub created_at: Timestamp,
    /// When it is told: what is overdue then is told as overdue.
    pub told_at: Timestamp,
    /// The zone whose wall clock it tells times on.
    pub zone: TimeZone,
    /// Where the console is reached, without a slash at its end; without it nothing is linked.
    pub console: Option<String>,
    /// What it is about.
    pub about: About,
}

/// What a notice is about.
#[derive(Debug, Clone, PartialEq)]
pub enum About {
    /// Replies whose clocks passed a point.
    Owed {
        /// The first of them, first due first.
        items: Vec<Item>,
        /// How many there are besides.
        more: u64,
    },
    /// What a day begins with.
    Day(Day),
    /// What is wrong with the audit log.
    Log(LogTrouble),
    /// A checkpoint of the audit log, to be kept where nobody here can change it.
    Checkpoint {
        /// How many entries it covers.
        size: u64,
        /// The signed note.
        note: String,
    },
}

/// What is wrong with the audit log: everybody is told, at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogTrouble {
    /// It is not the one that was published, and nothing is written any more.
    Broken,
    /// Its checkpoints have not been published for too long.
    Unpublished,
}

/// What a day begins with.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Day {
    /// Replies that are owed.
    pub open: u64,
    /// Those of them that are overdue.
    pub overdue: u64,
    /// Those of them that are due before the day ends.
    pub due_today: u64,
    /// Replies whose clocks stand still.
    pub paused: u64,
    /// Comments that a person must decide about.
    pub review: u64,
    /// The first of those that are overdue or due today, first due first.
    pub items: Vec<Item>,
}

/// A reply that is owed.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The comment.
    pub comment: CommentId,
    /// Its platform.
    pub platform: Platform,
    /// What kind of comment it is.
    pub kind: Kind,
    /// Which answer is owed.
    pub clock: ClockKind,
    /// When the reply is due.
    pub due_at: Timestamp,
    /// The point that its clock passed; `None` where it is told for another reason.
    pub point: Option<Point>,
}

impl Letter {
    /// Its name over all attempts: another database, or one put back from a copy, gives another.
    pub(super) fn key(&self) -> String {
        match &self.about {
            About::Checkpoint { size, .. } => format!("majlis-checkpoint-{size}"),
            _ => format!("majlis-{}-{}", self.id, self.created_at.as_microsecond()),
        }
    }

    /// What stands above it.
    pub(super) fn subject(&self, languages: &[Lang]) -> String {
        let subjects: Vec<String> = languages.iter().map(|lang| self.title(*lang)).collect();
        subjects.join(" · ")
    }

    /// The whole text.
    pub(super) fn text(&self, languages: &[Lang]) -> String {
        let texts: Vec<String> = languages.iter().map(|lang| self.text_in(*lang)).collect();
        texts.join("\n\n* * *\n\n")
    }

    /// The same for a program.
    pub(super) fn json(&self, languages: &[Lang]) -> Value {
        let data = match &self.about {
            About::Owed { items, more } => json!({ "items": self.items_json(items), "more": more }),
            About::Day(day) => json!({
                "open": day.open,
                "overdue": day.overdue,
                "due_today": day.due_today,
                "paused": day.paused,
                "review": day.review,
                "items": self.items_json(&day.items),
            }),
            About::Log(_) => json!({}),
            About::Checkpoint { size, note } => json!({ "size": size, "note": note }),
        };
        let word = match self.about {
            About::Owed { .. } => "replies.owed",
            About::Day(_) => "day.opened",
            About::Log(LogTrouble::Broken) => "audit.broken",
            About::Log(LogTrouble::Unpublished) => "audit.unpublished",
            About::Checkpoint { .. } => "audit.checkpoint",
        };
        json!({
            "type": word,
            "timestamp": self.created_at.to_string(),
            "data": data,
            "subject": self.subject(languages),
            "text": self.text(languages),
        })
    }

    fn items_json(&self, items: &[Item]) -> Value {
        let item = |item: &Item| {
            json!({
                "comment": item.comment.0,
                "platform": item.platform.as_str(),
                "kind": item.kind.as_str(),
                "clock": item.clock.as_str(),
                "due_at": item.due_at.to_string(),
                "overdue": self.is_overdue(item),
                "point": item.point.map(|point| point.to_string()),
                "url": self.link(&format!("/comments/{}", item.comment)),
            })
        };
        items.iter().map(item).collect()
    }

    fn title(&self, lang: Lang) -> String {
        match &self.about {
            About::Owed { items, more } => {
                let count = u64::try_from(items.len()).unwrap_or(u64::MAX).saturating_add(*more);
                lang.pick(format!("ردود مستحقة: {count}"), format!("Replies owed: {count}"))
            }
            About::Day(_) => {
                let day = when::day(lang, &self.zone, self.told_at);
                lang.pick(format!("ما ينتظركم اليوم، {day}"), format!("What waits today, {day}"))
            }
            About::Log(trouble) => trouble.title(lang).to_owned(),
            About::Checkpoint { size, .. } => lang.pick(
                format!("نقطة تحقق من سجل التدقيق: {size} قيدًا"),
                format!("Checkpoint of the audit log: {size} entries"),
            ),
        }
    }

    fn text_in(&self, lang: Lang) -> String {
        let mut lines = vec![self.title(lang), String::new()];
        let (items, more) = match &self.about {
            About::Owed { items, more } => (items, *more),
            About::Day(day) => {
                lines.extend(counts(lang, day));
                let told = u64::try_from(day.items.len()).unwrap_or(u64::MAX);
                (&day.items, (day.overdue + day.due_today).saturating_sub(told))
            }
            About::Log(trouble) => {
                lines.push(trouble.next_step(lang).to_owned());
                lines.extend(self.link("/service"));
                return lines.join("\n");
            }
            About::Checkpoint { note, .. } => {
                lines.push(keep(lang).to_owned());
                lines.extend([String::new(), note.clone()]);
                return lines.join("\n");
            }
        };
        for item in items {
            lines.push(self.line(lang, item));
            lines.extend(self.link(&format!("/comments/{}", item.comment)).map(|link| format!("  {link}")));
        }
        if more > 0 {
            lines.push(lang.pick(format!("- وغيرها: {more}"), format!("- and {more} more")));
        }
        if !items.is_empty() {
            lines.push(String::new());
            lines.push(next_step(lang).to_owned());
            lines.extend(self.link("/inbox"));
        }
        lines.push(self.clock(lang));
        lines.join("\n")
    }

    /// One reply that is owed, and how it stands.
    fn line(&self, lang: Lang, item: &Item) -> String {
        let (kind, platform) = (names::kind(lang, item.kind), names::platform(lang, item.platform));
        let (comment, due) = (item.comment, when::moment(lang, &self.zone, item.due_at));
        let standing = match (self.is_overdue(item), item.point) {
            (true, _) => lang.pick(format!("تأخر الرد، وكان موعده {due}"), format!("overdue since {due}")),
            (false, Some(Point::Used(percent))) => lang.pick(
                format!("الموعد {due}، ومضى {percent}% من الوقت"),
                format!("due {due}; {percent}% of the time is used"),
            ),
            (false, _) => lang.pick(format!("الموعد {due}"), format!("due {due}")),
        };
        lang.pick(
            format!("- {kind} على {platform} (التعليق {comment}): {standing}."),
            format!("- {kind} on {platform} (comment {comment}): {standing}."),
        )
    }

    fn clock(&self, lang: Lang) -> String {
        let zone = self.zone.iana_name().unwrap_or("UTC");
        lang.pick(format!("الأوقات بتوقيت {zone}."), format!("Times are those of {zone}."))
    }

    fn is_overdue(&self, item: &Item) -> bool {
        item.due_at < self.told_at
    }

    fn link(&self, path: &str) -> Option<String> {
        self.console.as_ref().map(|console| format!("{console}{path}"))
    }
}

impl LogTrouble {
    fn title(self, lang: Lang) -> &'static str {
        match self {
            LogTrouble::Broken => lang.pick(
                "سجل التدقيق لم يعد كما نُشر، وقد أوقف المجلس كل تغيير",
                "The audit log is not as it was published, and Majlis has stopped all changes",
            ),
            LogTrouble::Unpublished => lang.pick(
                "تعذر نشر نقاط التحقق من سجل التدقيق",
                "The audit log's checkpoints cannot be published",
            ),
        }
    }

    fn next_step(self, lang: Lang) -> &'static str {
        match self {
            LogTrouble::Broken => lang.pick(
                "أبلغوا مشغّل الخدمة ومسؤول أمن المعلومات الآن، واحتفظوا بنسخة من قاعدة البيانات ومجلد التدقيق قبل أي \
                 إعادة تشغيل. القراءة في اللوحة ممكنة، ولا يُخفى شيء ولا يُرسل حتى يُعالج الأمر.",
                "Tell your operator and whoever answers for security now, and copy the database and the audit directory \
                 aside before anything is restarted. The console can be read; nothing is hidden or sent until this is dealt with.",
            ),
            LogTrouble::Unpublished => lang.pick(
                "أبلغوا مشغّل الخدمة: سجل الخدمة يبيّن الجهة التي لم تستلم. العمل مستمر وتُعاد المحاولة، لكن ما لم يُنشر بعد \
                 لا يمكن إثباته عند المدققين.",
                "Tell your operator: the service's log names the place that did not take them. Work goes on and it is tried \
                 again, but what is not published yet cannot be proved to the auditors.",
            ),
        }
    }
}

fn counts(lang: Lang, day: &Day) -> Vec<String> {
    let counts = match lang {
        Lang::Ar => [
            ("متأخر", day.overdue),
            ("موعده اليوم", day.due_today),
            ("بانتظار الرد في المجموع", day.open),
            ("متوقف مؤقتًا", day.paused),
            ("بانتظار قرار موظف", day.review),
        ],
        Lang::En => [
            ("Overdue", day.overdue),
            ("Due today", day.due_today),
            ("Awaiting a reply in all", day.open),
            ("Paused", day.paused),
            ("Awaiting a decision", day.review),
        ],
    };
    counts.iter().map(|(what, count)| format!("{what}: {count}")).chain([String::new()]).collect()
}

fn keep(lang: Lang) -> &'static str {
    lang.pick(
        "احفظوا الأسطر التالية كما هي في ملف: بها يثبت majlis-verify لاحقًا أن السجل لم يُقص ولم يُعدّل.",
        "Keep the lines below as they are, in a file: with them majlis-verify proves later that the log was neither cut nor changed.",
    )
}

fn next_step(lang: Lang) -> &'static str {
    lang.pick(
        "افتحوا التعليق في لوحة المجلس وردّوا على صاحبه؛ ينتهي هذا التنبيه بإرسال الرد.",
        "Open the comment in the console and answer it; sending the reply ends this alert.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(wall: &str) -> Timestamp {
        format!("{wall}+04:00").parse().unwrap()
    }

    fn letter(about: About) -> Letter {
        Letter {
            id: NoticeId(12),
            created_at: at("2026-11-24T13:30:00"),
            told_at: at("2026-11-24T16:00:00"),
            zone: TimeZone::get("Asia/Dubai").unwrap(),
            console: Some("https://majlis.ministry.example".into()),
            about,
        }
    }

    fn item(comment: i64, due_at: &str, point: Point) -> Item {
        let (platform, kind, clock) = (Platform::Facebook, Kind::Question, ClockKind::FirstReply);
        Item { comment: CommentId(comment), platform, kind, clock, due_at: at(due_at), point: Some(point) }
    }

    fn owed() -> Letter {
        let items = vec![
            item(7, "2026-11-24T15:30:00", Point::Past(0)),
            item(9, "2026-11-25T09:00:00", Point::Used(75)),
        ];
        letter(About::Owed { items, more: 9_998 })
    }

    #[test]
    fn a_notice_says_what_is_owed_in_arabic_and_then_in_english() {
        let letter = owed();
        assert_eq!(letter.subject(&[Lang::Ar, Lang::En]), "ردود مستحقة: 10000 · Replies owed: 10000");
        assert_eq!(
            letter.text(&[Lang::Ar, Lang::En]),
            "ردود مستحقة: 10000\n\n\
             - سؤال على فيسبوك (التعليق 7): تأخر الرد، وكان موعده الثلاثاء 24 نوفمبر 2026، 15:30.\n  \
             https://majlis.ministry.example/comments/7\n\
             - سؤال على فيسبوك (التعليق 9): الموعد الأربعاء 25 نوفمبر 2026، 09:00، ومضى 75% من الوقت.\n  \
             https://majlis.ministry.example/comments/9\n\
             - وغيرها: 9998\n\n\
             افتحوا التعليق في لوحة المجلس وردّوا على صاحبه؛ ينتهي هذا التنبيه بإرسال الرد.\n\
             https://majlis.ministry.example/inbox\n\
             الأوقات بتوقيت Asia/Dubai.\n\n* * *\n\n\
             Replies owed: 10000\n\n\
             - Question on Facebook (comment 7): overdue since Tuesday 24 November 2026, 15:30.\n  \
             https://majlis.ministry.example/comments/7\n\
             - Question on Facebook (comment 9): due Wednesday 25 November 2026, 09:00; 75% of the time is used.\n  \
             https://majlis.ministry.example/comments/9\n\
             - and 9998 more\n\n\
             Open the comment in the console and answer it; sending the reply ends this alert.\n\
             https://majlis.ministry.example/inbox\n\
             Times are those of Asia/Dubai."
        );
    }

    #[test]
    fn a_day_without_debts_is_told_as_one() {
        let day = letter(About::Day(Day { open: 3, paused: 1, ..Day::default() }));
        assert_eq!(
            day.text(&[Lang::En]),
            "What waits today, Tuesday 24 November\n\nOverdue: 0\nDue today: 0\nAwaiting a reply in all: 3\nPaused: 1\n\
             Awaiting a decision: 0\n\nTimes are those of Asia/Dubai."
        );
    }

    #[test]
    fn trouble_with_the_log_says_what_to_do_and_nothing_of_times() {
        let broken = letter(About::Log(LogTrouble::Broken));
        let text = broken.text(&[Lang::Ar, Lang::En]);
        assert!(text.starts_with(LogTrouble::Broken.title(Lang::Ar)), "{text}");
        assert!(
            text.ends_with("until this is dealt with.\nhttps://majlis.ministry.example/service"),
            "{text}"
        );
        assert_eq!(broken.json(&[Lang::En])["type"], "audit.broken");
    }

    #[test]
    fn a_checkpoint_is_in_its_letter_to_the_letter() {
        let note = "example.gov/audit\n7\nROOT=\n\n— example.gov/audit SIGNATURE=\n".to_owned();
        let checkpoint = letter(About::Checkpoint { size: 7, note: note.clone() });
        assert_eq!(checkpoint.subject(&[Lang::En]), "Checkpoint of the audit log: 7 entries");
        assert!(checkpoint.text(&[Lang::Ar, Lang::En]).ends_with(&format!("\n\n{note}")));
        assert_eq!(checkpoint.json(&[Lang::En])["data"], json!({ "size": 7, "note": note }));
    }

    #[test]
    fn without_an_address_nothing_is_linked() {
        let text = Letter { console: None, ..owed() }.text(&[Lang::Ar, Lang::En]);
        assert!(!text.contains("http") && text.contains("comment 7"), "{text}");
    }

    #[test]
    fn a_program_reads_the_same_as_values() {
        let json = owed().json(&[Lang::En]);
        assert_eq!(json["type"], "replies.owed");
        assert_eq!(json["data"]["more"], 9_998);
        assert_eq!(
            json["data"]["items"][0],
            json!({
                "comment": 7, "platform": "facebook", "kind": "question", "clock": "first_reply", "due_at": "2026-11-24T11:30:00Z",
                "overdue": true, "point": "+0", "url": "https://majlis.ministry.example/comments/7",
            })
        );
    }
}

//! What can be made to go wrong, and what is armed to go wrong next.
//!
//! `POST /control/faults {"platform", "call", "fault", "times", "about"}` arms a [`Fault`] for the next
//! `times` calls of that kind; `platform` and `call` may be `any`. With `about`, only calls that name that id meet it:
//! a list under a post, or comments that are asked for by their ids. Faults that spoil a page's
//! item wait for a page that has one. The words and what they do:
//!
//! | fault | what the client meets | done? |
//! |---|---|---|
//! | `status_500`, `status_503` | the platform's own error body | no |
//! | `hang` | no answer until it gives up | no |
//! | `drop`, `reset` | the connection closes (FIN), or is torn down (RST), before an answer | no |
//! | `html` | a web page with status 200 | no |
//! | `empty_object`, `empty_body` | `{}`, or nothing at all, with status 200 | no |
//! | `throttle` | a burst limit: X 429, Meta code 4, YouTube 403 `rateLimitExceeded` | no |
//! | `quota` | the long limit: X 429 `usage-capped`, Facebook 80001, Instagram 80002, YouTube 403 `quotaExceeded` | no |
//! | `expire_token` | X, YouTube: every access token ends now; Meta: this answer says expired | no |
//! | `revoke_token` | all tokens of the account end; `POST /control/tokens` signs in again | no |
//! | `forbidden` | a permission is missing | no |
//! | `gone` | what the call is about is not there, or is said not to be | no |
//! | `refused` | what is asked for is not done for anybody: Meta code 100, X 400, YouTube 400 `operationNotSupported` | no |
//! | `answer_lost` | the connection drops after the work | yes |
//! | `fail_after_write` | status 500 after the work | yes |
//! | `malformed_json` | the answer, cut in half | yes |
//! | `slow_drip` | the answer in twenty pieces over two seconds | yes |
//! | `huge` | the answer and 50 MB of white space | yes |
//! | `repeat_cursor` | the next page's cursor leads to the same page again | yes |
//! | `short_page` | a third of the page, with a cursor for the rest | yes |
//! | `missing_paging` | a page without a cursor although more follows | yes |
//! | `no_author`, `no_text` | the newest item lacks it | yes |
//! | `wrong_types` | its text is a number, its author a list | yes |
//! | `unknown_field` | it has a field that nobody documented | yes |
//! | `nul`, `invalid_utf8` | its text ends with U+0000, with a byte that is no UTF-8 | yes |
//! | `overlong` | its text is 100,000 characters | yes |
//! | `duplicate_id` | it stands in the page twice | yes |
//! | `future_time` | it was written a day from now | yes |

use std::str::FromStr;

use serde::Serialize;

use super::call::Call;
use crate::domain::comment::{Platform, UnknownWord};

/// One way in which a call goes wrong; [the module](self) has the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Fault {
    #[serde(rename = "status_500")]
    Status500,
    #[serde(rename = "status_503")]
    Status503,
    Hang,
    Drop,
    Reset,
    Html,
    EmptyObject,
    EmptyBody,
    Throttle,
    Quota,
    ExpireToken,
    RevokeToken,
    Forbidden,
    Gone,
    Refused,
    AnswerLost,
    FailAfterWrite,
    MalformedJson,
    SlowDrip,
    Huge,
    RepeatCursor,
    ShortPage,
    MissingPaging,
    NoAuthor,
    NoText,
    WrongTypes,
    UnknownField,
    Nul,
    InvalidUtf8,
    Overlong,
    DuplicateId,
    FutureTime,
}

impl Fault {
    /// Every fault by its word.
    pub(super) const ALL: [(&str, Fault); 32] = [
        ("status_500", Fault::Status500),
        ("status_503", Fault::Status503),
        ("hang", Fault::Hang),
        ("drop", Fault::Drop),
        ("reset", Fault::Reset),
        ("html", Fault::Html),
        ("empty_object", Fault::EmptyObject),
        ("empty_body", Fault::EmptyBody),
        ("throttle", Fault::Throttle),
        ("quota", Fault::Quota),
        ("expire_token", Fault::ExpireToken),
        ("revoke_token", Fault::RevokeToken),
        ("forbidden", Fault::Forbidden),
        ("gone", Fault::Gone),
        ("refused", Fault::Refused),
        ("answer_lost", Fault::AnswerLost),
        ("fail_after_write", Fault::FailAfterWrite),
        ("malformed_json", Fault::MalformedJson),
        ("slow_drip", Fault::SlowDrip),
        ("huge", Fault::Huge),
        ("repeat_cursor", Fault::RepeatCursor),
        ("short_page", Fault::ShortPage),
        ("missing_paging", Fault::MissingPaging),
        ("no_author", Fault::NoAuthor),
        ("no_text", Fault::NoText),
        ("wrong_types", Fault::WrongTypes),
        ("unknown_field", Fault::UnknownField),
        ("nul", Fault::Nul),
        ("invalid_utf8", Fault::InvalidUtf8),
        ("overlong", Fault::Overlong),
        ("duplicate_id", Fault::DuplicateId),
        ("future_time", Fault::FutureTime),
    ];

    /// Whether it spoils an item, and so waits for a page that has one.
    pub(super) fn spoils_an_item(self) -> bool {
        use Fault::{
            DuplicateId, FutureTime, InvalidUtf8, NoAuthor, NoText, Nul, Overlong, UnknownField, WrongTypes,
        };
        matches!(
            self,
            NoAuthor
                | NoText
                | WrongTypes
                | UnknownField
                | Nul
                | InvalidUtf8
                | Overlong
                | DuplicateId
                | FutureTime
        )
    }
}

impl FromStr for Fault {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let found = Fault::ALL.into_iter().find(|(name, _)| *name == word);
        found
            .map(|(_, fault)| fault)
            .ok_or_else(|| UnknownWord::new("fault", word, Fault::ALL.map(|(name, _)| name)))
    }
}

/// What a call is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// Comments, mentions, search results, replies: a page of them.
    List,
    /// Our posts, videos, media: a page or a few by id.
    Post,
    /// One comment, or several by id.
    Lookup,
    /// Hide or unhide.
    Hide,
    /// A reply or a comment of ours.
    Reply,
    /// A deletion.
    Delete,
    /// Who we are: `/me`, the channel, the page.
    Account,
    /// A token exchange or refresh.
    Token,
    /// To be told of what happens.
    Subscribe,
    /// What no stand-in serves.
    Unknown,
}

impl Kind {
    const ALL: [Kind; 10] = [
        Kind::List,
        Kind::Post,
        Kind::Lookup,
        Kind::Hide,
        Kind::Reply,
        Kind::Delete,
        Kind::Account,
        Kind::Token,
        Kind::Subscribe,
        Kind::Unknown,
    ];

    /// The word for it in faults and counts.
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::List => "list",
            Kind::Post => "post",
            Kind::Lookup => "lookup",
            Kind::Hide => "hide",
            Kind::Reply => "reply",
            Kind::Delete => "delete",
            Kind::Account => "account",
            Kind::Token => "token",
            Kind::Subscribe => "subscribe",
            Kind::Unknown => "unknown",
        }
    }
}

impl FromStr for Kind {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let found = Kind::ALL.into_iter().find(|kind| kind.word() == word);
        found.ok_or_else(|| {
            UnknownWord::new("call", word, Kind::ALL.map(Kind::word).into_iter().chain(["any"]))
        })
    }
}

/// The armed faults, in the order of arming.
#[derive(Debug, Default)]
pub(super) struct Faults {
    armed: Vec<Armed>,
}

/// A fault that waits for its calls.
#[derive(Debug)]
pub(super) struct Armed {
    /// `None`: any platform.
    pub(super) platform: Option<Platform>,
    /// `None`: any call.
    pub(super) call: Option<Kind>,
    pub(super) fault: Fault,
    pub(super) times: u32,
    /// `None`: whatever it is about.
    pub(super) about: Option<String>,
}

impl Faults {
    /// Arms a fault; `times` of 0 disarms the same fault instead.
    pub(super) fn arm(&mut self, fault: Armed) {
        let same = |armed: &Armed| {
            (armed.platform, armed.call, armed.fault, &armed.about)
                == (fault.platform, fault.call, fault.fault, &fault.about)
        };
        match fault.times {
            0 => self.armed.retain(|armed| !same(armed)),
            _ => self.armed.push(fault),
        }
    }

    /// The fault that this call meets, if any. It is used up by [`Faults::spend`].
    pub(super) fn next(&self, platform: Platform, kind: Kind, call: &Call) -> Option<Fault> {
        self.position(platform, kind, call).map(|at| self.armed[at].fault)
    }

    /// One of the calls that the next fault waits for has come.
    pub(super) fn spend(&mut self, platform: Platform, kind: Kind, call: &Call) {
        if let Some(at) = self.position(platform, kind, call) {
            self.armed[at].times -= 1;
            if self.armed[at].times == 0 {
                self.armed.remove(at);
            }
        }
    }

    /// How many calls are still waited for.
    pub(super) fn waiting(&self) -> u32 {
        self.armed.iter().map(|armed| armed.times).fold(0, u32::saturating_add)
    }

    /// Disarms everything.
    pub(super) fn clear(&mut self) {
        self.armed.clear();
    }

    fn position(&self, platform: Platform, kind: Kind, call: &Call) -> Option<usize> {
        self.armed.iter().position(|armed| {
            armed.platform.is_none_or(|wanted| wanted == platform)
                && armed.call.is_none_or(|wanted| wanted == kind)
                && armed.about.as_ref().is_none_or(|id| call.names(id))
                && (!armed.fault.spoils_an_item() || matches!(kind, Kind::List | Kind::Lookup))
        })
    }
}

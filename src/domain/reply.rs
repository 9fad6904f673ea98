//! Reply clocks: from what a member of the public wrote to our answer, or to the end of the matter.
//!
//! A *first reply* clock starts when the comment was written or received, whichever is earlier ([`Comment::starts_at`]),
//! and runs while a person reviews the comment: the public waits either way. A comment that was hidden when it was judged
//! has no clock until it is shown again; its clock then starts at that instant, so that the time of the hiding is not held
//! against whoever answers. A clock that stops because its comment is hidden stays stopped, and showing the comment opens
//! another. A *next reply* clock starts on the oldest message of an asker that is unanswered after we replied, a *solve*
//! clock with the first reply's, and another one when the matter is opened again.
//!
//! [`run`] is the state machine, [`due`] tells how a promise stands, [`recount`] what another calendar does to it. What is
//! promised is the calendar's to say; where clocks are kept, and who is told, is left to the store and the stages.
//!
//! [`Comment::starts_at`]: super::comment::Comment::starts_at

mod due;
mod kinds;
mod language;
mod reckon;
mod recount;
mod run;
mod state;

pub use due::{Due, Standing, read_late, standing};
pub use kinds::{ClockKind, Language, Priority};
pub use reckon::Reckoned;
pub use recount::{Change, Lands, Moves, OpenClock, Recount};
pub use run::{ClockError, ClockEvent, Run};
pub use state::{AnsweredBy, CancelReason, ClockState, PauseReason};

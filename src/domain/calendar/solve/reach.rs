//! Hours laid out as far as questions have led.

use std::ops::Range;

use super::super::hours::Hours;
use super::super::rules::Rules;
use super::super::table::{LONGEST_CLOSURE, Table};
use super::super::{CalendarError, END_SECOND, FIRST_SECOND};
use super::Found;
use super::question::Question;

/// Hours whose table covers some years, and more when a question leads outside them. What is laid out doubles
/// each time, so that the work stays in proportion to the years asked about.
#[derive(Debug)]
pub(super) struct Reach {
    hours: Hours,
}

impl Reach {
    /// These rules, laid out for a first question: as long after it as a search may wait at most.
    pub(super) fn new(rules: Rules, asked: &Range<i64>) -> Self {
        let table = Table::compile(&rules, asked.start, (asked.end + LONGEST_CLOSURE).min(END_SECOND));
        Reach { hours: Hours { name: String::new(), rules, table } }
    }

    pub(super) fn answer(&mut self, question: &Question) -> Result<Found, CalendarError> {
        let laid_out = self.hours.table.stretch();
        let (asked, length) = (question.seconds(), laid_out.end - laid_out.start);
        let earlier = if asked.start < laid_out.start { length } else { 0 };
        let later = if laid_out.end < asked.end { length } else { 0 };
        if earlier + later > 0 {
            let since = asked.start.min(laid_out.start - earlier);
            self.lay_out(since..asked.end.max(laid_out.end + later));
        }
        loop {
            let laid_out = self.hours.table.stretch();
            match question.ask(&self.hours) {
                Err(CalendarError::OutOfRange(_)) if laid_out.end < END_SECOND => {
                    self.lay_out(laid_out.start..2 * laid_out.end - laid_out.start);
                }
                answer => return answer,
            }
        }
    }

    fn lay_out(&mut self, stretch: Range<i64>) {
        let (since, until) = (stretch.start.max(FIRST_SECOND), stretch.end.min(END_SECOND));
        self.hours.table = Table::compile(&self.hours.rules, since, until);
    }
}

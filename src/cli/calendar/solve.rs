//! Questions about working time, answered line by line as they come.

use super::super::{Answer, Failure, lines};
use crate::domain::calendar::Solver;

pub(super) fn run() -> Result<Answer, Failure> {
    let mut solver = Solver::default();
    lines::run(|question| solver.answer(question))
}

//! Questions answered line by line as they come: one line on standard input, one on standard output, in order.

use std::fmt::Display;
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Read, Write};

use serde_json::Value;

use super::{Answer, Failure};

/// The longest line that is read; a calendar of a thousand holidays takes a hundredth of it.
const LINE_MAX: usize = 16 << 20;

/// What is read or written at once.
const BUFFER: usize = 1 << 16;

/// Answers standard input until it ends; `answer` is given a line without its end.
pub(super) fn run<A: Display>(answer: impl FnMut(&[u8]) -> A) -> Result<Answer, Failure> {
    let questions = BufReader::with_capacity(BUFFER, io::stdin().lock());
    let answers = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    match answer_all(questions, answers, answer) {
        // A reader that went away, such as `head`, has had enough.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::told(format!("could not read the questions or write the answers: {error}")))
        }
        _ => Ok(Answer::done("", Value::Null)),
    }
}

fn answer_all<A: Display>(
    mut questions: BufReader<impl Read>,
    mut answers: impl Write,
    mut answer: impl FnMut(&[u8]) -> A,
) -> io::Result<()> {
    let mut line = Vec::new();
    loop {
        // Whoever asks one question at a time waits for its answer before the next.
        if !questions.buffer().contains(&b'\n') {
            answers.flush()?;
        }
        line.clear();
        if questions.by_ref().take(LINE_MAX as u64 + 1).read_until(b'\n', &mut line)? == 0 {
            return answers.flush();
        }
        match line.strip_suffix(b"\n") {
            Some(question) => writeln!(answers, "{}", answer(question))?,
            None if line.len() <= LINE_MAX => writeln!(answers, "{}", answer(&line))?,
            None => {
                questions.skip_until(b'\n')?;
                writeln!(answers, r#"{{"id":null,"error":"the line is longer than {LINE_MAX} bytes"}}"#)?;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Solver;

    fn answers(questions: &str) -> Vec<String> {
        let mut answers = Vec::new();
        let mut solver = Solver::default();
        answer_all(BufReader::new(questions.as_bytes()), &mut answers, |line| solver.answer(line)).unwrap();
        String::from_utf8(answers).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn every_line_has_one_answer_and_the_last_needs_no_end() {
        assert_eq!(answers(""), [""; 0]);
        assert_eq!(answers("{}\r\n\n{\"id\":1}\n{\"id\":2}").len(), 4);
        assert!(answers("{\"id\":1}\n{\"id\":2}")[1].starts_with("{\"id\":2,\"error\""));
    }

    #[test]
    fn a_line_without_end_is_not_kept_and_the_next_is_answered() {
        let long = format!("{{\"id\":1,\"x\":\"{}\"}}\n{{\"id\":2}}\n", "a".repeat(LINE_MAX));
        let answers = answers(&long);
        assert_eq!(answers.len(), 2);
        assert!(answers[0].starts_with("{\"id\":null,\"error\":\"the line is longer"));
        assert!(answers[1].starts_with("{\"id\":2,"));
    }
}

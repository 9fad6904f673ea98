//! A reading of a text that remembers, for each of its bytes, which bytes of the original it stands for.

use std::ops::Range;

/// The reading and its way back.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct View {
    text: String,
    /// For each byte of `text`, the bytes of the original; sorted by both ends.
    spans: Vec<Span>,
    /// Whether letters were joined anywhere although something stood between them.
    has_seams: bool,
}

/// Bytes of the original, half-open, on character borders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Span {
    /// The bytes of the character `c` that stands at `start`.
    ///
    /// A comment has at most [`TEXT_MAX_CHARS`](crate::domain::comment::TEXT_MAX_CHARS) characters. Whatever else is read
    /// is shorter than 4 GiB, so half the memory is enough for a place in it.
    pub(super) fn of(start: usize, c: char) -> Self {
        let start = u32::try_from(start).expect("a text is shorter than 4 GiB");
        Span { start, end: start + c.len_utf8() as u32 }
    }

    /// From the beginning of this to the end of a later one.
    pub(crate) fn to(self, later: Span) -> Span {
        Span { start: self.start, end: later.end }
    }

    /// The empty place just before.
    pub(crate) fn before(self) -> Span {
        Span { start: self.start, end: self.start }
    }

    pub(crate) fn bytes(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl View {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        View { text: String::with_capacity(bytes), spans: Vec::with_capacity(bytes), has_seams: false }
    }

    pub(crate) fn push(&mut self, c: char, span: Span) {
        let apart = self.spans.last().is_some_and(|last| last.end < span.start);
        self.has_seams |= apart && c != ' ';
        self.text.push(c);
        self.spans.resize(self.text.len(), span);
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of the original that a non-empty range of this reading stands for.
    pub(crate) fn original(&self, range: Range<usize>) -> Range<usize> {
        self.span(range).bytes()
    }

    /// The same as a span, to be pushed to another view.
    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        Span { start: self.spans[range.start].start, end: self.spans[range.end - 1].end }
    }

    /// Whether [`View::is_seam`] holds within any word.
    pub(crate) fn has_seams(&self) -> bool {
        self.has_seams
    }

    /// Whether something of the original was left out just before this byte, although the letters were joined.
    pub(crate) fn is_seam(&self, at: usize) -> bool {
        at > 0 && at < self.spans.len() && self.spans[at - 1].end < self.spans[at].start
    }

    /// The first byte of this reading that stands for something at or after byte `original`.
    pub(crate) fn position(&self, original: usize) -> usize {
        self.spans.partition_point(|span| span.end as usize <= original)
    }
}

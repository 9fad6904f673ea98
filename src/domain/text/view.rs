//! A reading of a text that remembers, for each of its bytes, which bytes of the original it stands for.

use std::ops::Range;

/// The reading and its way back.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct View {
    text: String,
    /// For each byte of `text`, the bytes of the original; sorted by both ends.
    spans: Vec<Span>,
}

/// Bytes of the original, half-open, on character borders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl View {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        View { text: String::with_capacity(bytes), spans: Vec::with_capacity(bytes) }
    }

    pub(crate) fn push(&mut self, c: char, span: Span) {
        self.text.push(c);
        self.spans.resize(self.text.len(), span);
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of the original that a non-empty range of this reading stands for.
    pub(crate) fn original(&self, range: Range<usize>) -> Range<usize> {
        self.spans[range.start].start..self.spans[range.end - 1].end
    }

    /// The same as a span, to be pushed to another view.
    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        let Range { start, end } = self.original(range);
        Span { start, end }
    }

    /// Whether something of the original was left out just before this byte, although the letters were joined.
    pub(crate) fn is_seam(&self, at: usize) -> bool {
        at > 0 && at < self.spans.len() && self.spans[at - 1].end < self.spans[at].start
    }

    /// The first byte of this reading that stands for something at or after byte `original`.
    pub(crate) fn position(&self, original: usize) -> usize {
        self.spans.partition_point(|span| span.end <= original)
    }
}

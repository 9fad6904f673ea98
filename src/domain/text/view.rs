//! A reading of a text that remembers, for each of its bytes, which bytes of the original it stands for.

use std::ops::Range;

/// The reading and its way back.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct View {
    text: String,
    /// For each byte of `text`, the bytes of the original; sorted by both ends.
    spans: Vec<Span>,
    /// Where each word starts, but for the first.
    starts: Vec<u32>,
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
    #[inline]
    pub(super) fn of(start: usize, c: char) -> Self {
        let start = u32::try_from(start).expect("a text is shorter than 4 GiB");
        Span { start, end: start + c.len_utf8() as u32 }
    }

    /// From the beginning of this to the end of a later one.
    #[inline]
    pub(crate) fn to(self, later: Span) -> Span {
        Span { start: self.start, end: later.end }
    }

    /// The empty place just before.
    #[inline]
    pub(crate) fn before(self) -> Span {
        Span { start: self.start, end: self.start }
    }

    #[inline]
    pub(crate) fn bytes(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl View {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        View {
            text: String::with_capacity(bytes),
            spans: Vec::with_capacity(bytes),
            starts: Vec::with_capacity(bytes / 6),
            has_seams: false,
        }
    }

    /// Adds a character. Always inlined: a tenth of a judgement's time is spent here.
    #[inline(always)]
    pub(crate) fn push(&mut self, c: char, span: Span) {
        let apart = self.spans.last().is_some_and(|last| last.end < span.start);
        self.text.push(c);
        // One span or two are pushed faster than any number of them.
        match c.len_utf8() {
            1 => self.spans.push(span),
            2 => self.spans.extend([span; 2]),
            len => self.spans.extend(std::iter::repeat_n(span, len)),
        }
        if c == ' ' {
            self.starts.push(self.text.len() as u32);
        } else {
            self.has_seams |= apart;
        }
    }

    #[inline]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of this reading that each word is; of an empty one, one empty word.
    #[inline]
    pub(crate) fn words(&self) -> impl Iterator<Item = Range<usize>> + Clone {
        let starts = self.starts.iter().map(|start| *start as usize);
        let ends = starts.clone().map(|start| start - 1).chain([self.text.len()]);
        std::iter::once(0).chain(starts).zip(ends).map(|(start, end)| start..end)
    }

    /// Which words, counted from 0, a non-empty range of this reading touches.
    #[inline]
    pub(crate) fn words_of(&self, range: Range<usize>) -> Range<usize> {
        let first = self.starts.partition_point(|start| *start as usize <= range.start);
        first..1 + self.starts.partition_point(|start| (*start as usize) < range.end)
    }

    /// The bytes of the original that a non-empty range of this reading stands for.
    #[inline]
    pub(crate) fn original(&self, range: Range<usize>) -> Range<usize> {
        self.span(range).bytes()
    }

    /// The same as a span, to be pushed to another view.
    #[inline]
    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        Span { start: self.spans[range.start].start, end: self.spans[range.end - 1].end }
    }

    /// Whether [`View::is_seam`] holds within any word.
    #[inline]
    pub(crate) fn has_seams(&self) -> bool {
        self.has_seams
    }

    /// Whether something of the original was left out just before this byte, although the letters were joined.
    #[inline]
    pub(crate) fn is_seam(&self, at: usize) -> bool {
        at > 0 && at < self.spans.len() && self.spans[at - 1].end < self.spans[at].start
    }

    /// The first byte of this reading that stands for something at or after byte `original`.
    pub(crate) fn position(&self, original: usize) -> usize {
        self.spans.partition_point(|span| span.end as usize <= original)
    }
}

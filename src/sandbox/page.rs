//! Pages of a list, and the cursors that lead from one to the next.
//!
//! A cursor is the place of the last item, so that what is written meanwhile moves nothing.

use jiff::Timestamp;

use super::call::Call;
use super::world::{Key, Place};

/// What is wrong with a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Twist {
    /// Its cursor leads to itself.
    Repeat,
    /// It stops early.
    Short,
    /// It hides that more follows.
    NoNext,
}

/// Some of a list, and where the rest begins.
#[derive(Debug)]
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    /// The cursor of the first item.
    pub(super) first: Option<String>,
    /// The cursor of the last item.
    pub(super) last: Option<String>,
    /// The cursor to go on with; `None` at the end.
    pub(super) next: Option<String>,
}

impl<T> Page<T> {
    /// The same page with its items rendered.
    pub(super) fn try_map<U, E>(self, render: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        let Page { items, first, last, next } = self;
        let items = items.into_iter().map(render).collect::<Result<_, _>>()?;
        Ok(Page { items, first, last, next })
    }

    /// The same page with its items rendered, where rendering cannot fail.
    pub(super) fn map<U>(self, render: impl FnMut(T) -> U) -> Page<U> {
        let Page { items, first, last, next } = self;
        Page { items: items.into_iter().map(render).collect(), first, last, next }
    }
}

/// The cursor of the first page; only a fault makes a client send it.
const FIRST_PAGE: &str = "c2Zm";

/// Takes a page of at most `limit` from `rest`, which begins after the cursor that the call named.
pub(super) fn page<T>(
    call: &Call,
    named: Option<&str>,
    limit: usize,
    rest: impl Iterator<Item = (Place, T)>,
) -> Page<T> {
    let limit = if call.twist == Some(Twist::Short) { limit.div_ceil(3) } else { limit };
    let mut rest = rest.peekable();
    let (places, items): (Vec<Place>, Vec<T>) = rest.by_ref().take(limit).unzip();
    let last = places.last().copied().map(cursor);
    let next = match (rest.peek(), call.twist) {
        (_, Some(Twist::Repeat)) => Some(named.unwrap_or(FIRST_PAGE).to_owned()),
        (Some(_), twist) if twist != Some(Twist::NoNext) => last.clone(),
        _ => None,
    };
    Page { items, first: places.first().copied().map(cursor), last, next }
}

/// The place that a cursor stands for: `Ok(None)` for the first page, `Err` for no cursor of ours.
pub(super) fn place(cursor: Option<&str>) -> Result<Option<Place>, NoSuchCursor> {
    let Some(cursor) = cursor.filter(|cursor| *cursor != FIRST_PAGE) else { return Ok(None) };
    let bytes =
        hex::decode(cursor.strip_prefix(CURSOR_MARK).ok_or(NoSuchCursor)?).map_err(|_| NoSuchCursor)?;
    let (nanos, key) = bytes.split_at_checked(16).ok_or(NoSuchCursor)?;
    let nanos = i128::from_be_bytes(nanos.try_into().map_err(|_| NoSuchCursor)?);
    let key = u32::from_be_bytes(key.try_into().map_err(|_| NoSuchCursor)?);
    Ok(Some((Timestamp::from_nanosecond(nanos).map_err(|_| NoSuchCursor)?, Key(key))))
}

/// What was sent as a cursor is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoSuchCursor;

const CURSOR_MARK: &str = "QVFI";

fn cursor((at, key): Place) -> String {
    let mut bytes = at.as_nanosecond().to_be_bytes().to_vec();
    bytes.extend(key.0.to_be_bytes());
    format!("{CURSOR_MARK}{}", hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_stands_for_its_place_to_the_nanosecond() {
        // Two that were written within a microsecond stand on two pages: neither may be left out.
        for nanos in [0, 363_181_224, 363_181_722, -1] {
            let at = (Timestamp::from_nanosecond(nanos).unwrap(), Key(7));
            assert_eq!(place(Some(&cursor(at))), Ok(Some(at)));
        }
        assert_eq!(place(Some(FIRST_PAGE)), Ok(None));
        assert_eq!(place(Some("QVFI00")), Err(NoSuchCursor));
    }
}

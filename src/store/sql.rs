//! What the statements of the store have in common: many rows at once, and rows read back into types.

use std::str::FromStr;

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Decode, Row, Type};

use super::error::Doing;
use super::{Any, StoreError};

/// A statement put together from our own words, never from data.
pub(super) type Query = sqlx::query::Query<'static, Any, sqlx::any::AnyArguments>;

/// A statement whose text is put together from our own words; data is bound.
pub(super) fn query(text: String) -> Query {
    sqlx::query(AssertSqlSafe(text))
}

/// Cuts a batch into the row counts for which a many-row statement is written. There are few of them, so that each text
/// is prepared once a connection, and the largest is far below the parameter limits (SQLite 32,766, PostgreSQL 65,535).
pub(super) fn chunks<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    const SIZES: [usize; 5] = [256, 64, 16, 4, 1];
    std::iter::from_fn(move || {
        let size = SIZES.into_iter().find(|size| *size <= rows.len())?;
        let (chunk, rest) = rows.split_at(size);
        rows = rest;
        Some(chunk)
    })
}

/// `($1, $2), ($3, $4), …`: `rows` rows of `columns` placeholders, numbered from `first`.
pub(super) fn rows(rows: usize, columns: usize, first: usize) -> String {
    let row = |row: usize| format!("({})", list(columns, first + row * columns));
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

/// `$1, $2, …`: `count` placeholders, numbered from `first`.
pub(super) fn list(count: usize, first: usize) -> String {
    (first..first + count).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ")
}

/// An instant as a column holds it.
pub(super) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// A row of one table, on its way into a type. Whatever cannot be read is told with table, row and column.
#[derive(Clone, Copy)]
pub(super) struct Columns<'r> {
    row: &'r AnyRow,
    table: &'static str,
}

impl<'r> Columns<'r> {
    /// A row of `table`.
    pub(super) fn of(table: &'static str, row: &'r AnyRow) -> Self {
        Self { row, table }
    }

    /// The value of a column.
    pub(super) fn get<T>(&self, column: &'static str) -> Result<T, StoreError>
    where
        T: Decode<'r, Any> + Type<Any>,
    {
        self.row.try_get(column).doing("read a row")
    }

    /// An instant.
    pub(super) fn instant(&self, column: &'static str) -> Result<Timestamp, StoreError> {
        let micros: i64 = self.get(column)?;
        Timestamp::from_microsecond(micros).map_err(|_| self.unreadable(column, micros.to_string()))
    }

    /// An instant that may be missing.
    pub(super) fn instant_or_null(&self, column: &'static str) -> Result<Option<Timestamp>, StoreError> {
        match self.get::<Option<i64>>(column)? {
            Some(_) => self.instant(column).map(Some),
            None => Ok(None),
        }
    }

    /// A word of a closed set.
    pub(super) fn word<T: FromStr>(&self, column: &'static str) -> Result<T, StoreError> {
        let word: &str = self.get(column)?;
        word.parse().map_err(|_| self.unreadable(column, word.to_owned()))
    }

    /// A word of a closed set that may be missing.
    pub(super) fn word_or_null<T: FromStr>(&self, column: &'static str) -> Result<Option<T>, StoreError> {
        match self.get::<Option<&str>>(column)? {
            Some(_) => self.word(column).map(Some),
            None => Ok(None),
        }
    }

    /// A whole number that is never negative.
    pub(super) fn count<T: TryFrom<i64>>(&self, column: &'static str) -> Result<T, StoreError> {
        let number: i64 = self.get(column)?;
        T::try_from(number).map_err(|_| self.unreadable(column, number.to_string()))
    }

    /// The error for a column that holds what this version cannot read.
    pub(super) fn unreadable(&self, column: &'static str, value: String) -> StoreError {
        StoreError::Unreadable { table: self.table, column, value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_cut_into_few_sizes_and_nothing_is_left_out() {
        let batch: Vec<u32> = (0..1_000).collect();
        let sizes: Vec<usize> = chunks(&batch).map(<[u32]>::len).collect();
        assert_eq!(sizes, [256, 256, 256, 64, 64, 64, 16, 16, 4, 4]);
        assert_eq!(chunks(&batch).flatten().copied().collect::<Vec<_>>(), batch);
        assert_eq!(chunks::<u32>(&[]).count(), 0);
    }

    #[test]
    fn placeholders_are_numbered_through_all_rows() {
        assert_eq!(rows(2, 3, 2), "($2, $3, $4), ($5, $6, $7)");
        assert_eq!(list(2, 1), "$1, $2");
    }
}

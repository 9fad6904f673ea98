//! What the statements of the store have in common: their texts, and rows read back into types. Many rows on their way
//! into a statement are [`super::rows`].

use std::str::FromStr;

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Decode, Row, Type};

use super::error::Doing;
use super::rows::{self, Cell};
use super::{Any, StoreError};

/// A statement put together from our own words, never from data.
pub(super) type Query = sqlx::query::Query<'static, Any, sqlx::any::AnyArguments>;

/// A statement whose text is put together from our own words; data is bound.
pub(super) fn query(text: String) -> Query {
    sqlx::query(AssertSqlSafe(text))
}

/// An instant as a column holds it.
pub(super) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// The conditions of a statement that is put together from what was asked for, and the parameters that they name.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    said: Vec<String>,
    parameters: Vec<Cell<'static>>,
}

impl Conditions {
    /// Adds a parameter, and returns the name by which the text has it.
    pub(super) fn parameter(&mut self, value: impl Into<Cell<'static>>) -> String {
        self.parameters.push(value.into());
        format!("${}", self.parameters.len())
    }

    /// Adds a condition.
    pub(super) fn and(&mut self, condition: String) {
        self.said.push(condition);
    }

    /// Adds the condition that a column holds this, where anything is asked of it.
    pub(super) fn is(&mut self, column: &str, value: Option<impl Into<Cell<'static>>>) {
        if let Some(value) = value {
            let value = self.parameter(value);
            self.and(format!("{column} = {value}"));
        }
    }

    /// What must hold. What is added from here on is of another part of the statement.
    pub(super) fn take(&mut self) -> String {
        let said = std::mem::take(&mut self.said);
        if said.is_empty() { "true".to_owned() } else { said.join(" and ") }
    }

    /// The statement with the parameters bound.
    pub(super) fn bind(&self, query: Query) -> Query {
        self.parameters.iter().fold(query, rows::bind_cell)
    }
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

    /// The value of the column at this place, from 0.
    pub(super) fn at<T>(&self, place: usize) -> Result<T, StoreError>
    where
        T: Decode<'r, Any> + Type<Any>,
    {
        self.row.try_get(place).doing("read a row")
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

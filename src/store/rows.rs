//! Many rows as the parameters of one statement: a table that the statement names in its `with`.
//!
//! This is the one place where the two databases want different texts. Measured with 1,000 rows of 14 columns:
//!
//! - SQLite looks up the name of each parameter in a list of all of them, so the cost of a statement grows with the
//!   square of their number: 133 ms with 256 rows a statement, 10 ms with 16.
//! - PostgreSQL plans a statement anew for each number of parameters, and a long list of them hides how large the tables
//!   are by now. One array a column is one short text, whatever the batch, and plans in no time.

use std::borrow::Cow;

use jiff::Timestamp;

use super::Dialect;
use super::sql::Query;

/// The most parameters of one statement on SQLite.
const SQLITE_PARAMETERS: usize = 256;
/// The row counts for which a statement is written on SQLite: few, so that each text is prepared once a connection.
const SQLITE_ROWS: [usize; 5] = [256, 64, 16, 4, 1];
/// The most rows of one statement on PostgreSQL, to bound the memory of a batch.
const POSTGRES_ROWS: usize = 4_096;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Int,
    Bytes,
    /// Bytes that are a text in UTF-8 without NUL: PostgreSQL reads them as that, not as twice as many hexadecimal digits.
    TextBytes,
}

/// What a row holds in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell<'a> {
    Null,
    Text(Cow<'a, str>),
    Int(i64),
    Bytes(Cow<'a, [u8]>),
}

/// A table of rows.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    columns: &'static [(&'static str, Type)],
    cells: Vec<Cell<'a>>,
}

/// So many rows as one statement takes.
#[derive(Debug)]
pub(super) struct Part<'r, 'a> {
    columns: &'static [(&'static str, Type)],
    cells: &'r [Cell<'a>],
    dialect: Dialect,
}

impl<'a> Rows<'a> {
    /// A table with these columns.
    pub(super) fn new(columns: &'static [(&'static str, Type)]) -> Self {
        Self { columns, cells: Vec::new() }
    }

    /// A table with one column.
    pub(super) fn of<T: Into<Cell<'a>>>(
        column: &'static [(&'static str, Type); 1],
        cells: impl IntoIterator<Item = T>,
    ) -> Self {
        Self { columns: column, cells: cells.into_iter().map(Into::into).collect() }
    }

    /// Adds a row, its cells in the order of the columns.
    pub(super) fn push<const N: usize>(&mut self, row: [Cell<'a>; N]) {
        assert_eq!(N, self.columns.len(), "a row has a cell for each column");
        self.cells.extend(row);
    }

    /// The rows, cut into what one statement takes.
    pub(super) fn parts(&self, dialect: Dialect) -> impl Iterator<Item = Part<'_, 'a>> {
        let columns = self.columns;
        let mut rest = self.cells.as_slice();
        std::iter::from_fn(move || {
            let left = rest.len() / columns.len();
            let rows = match dialect {
                Dialect::Postgres => left.min(POSTGRES_ROWS),
                Dialect::Sqlite => {
                    let fits = |rows: &usize| {
                        *rows <= left && (rows * columns.len() <= SQLITE_PARAMETERS || *rows == 1)
                    };
                    SQLITE_ROWS.into_iter().find(fits).unwrap_or(0)
                }
            };
            let (cells, after) = rest.split_at(rows * columns.len());
            rest = after;
            (rows > 0).then_some(Part { columns, cells, dialect })
        })
    }
}

impl Part<'_, '_> {
    /// `name (column, …) as (…)`, for the `with` of a statement whose parameters before `$first` are others.
    pub(super) fn table(&self, name: &str, first: usize) -> String {
        let columns: Vec<&str> = self.columns.iter().map(|(column, _)| *column).collect();
        let names = columns.join(", ");
        let content = match self.dialect {
            Dialect::Sqlite => {
                let row = |row: usize| {
                    let from = first + row * columns.len();
                    let cells: Vec<String> =
                        (from..from + columns.len()).map(|number| format!("${number}")).collect();
                    format!("({})", cells.join(", "))
                };
                let rows: Vec<String> = (0..self.cells.len() / columns.len()).map(row).collect();
                format!("values {}", rows.join(", "))
            }
            Dialect::Postgres => {
                let arrays: Vec<String> =
                    (0..columns.len()).map(|column| self.array_parameter(column, first + column)).collect();
                let columns = self.columns.iter().map(|(column, kind)| match kind {
                    Type::TextBytes => Cow::Owned(format!("convert_to({column}, 'UTF8')")),
                    _ => Cow::Borrowed(*column),
                });
                let (content, arrays) = (columns.collect::<Vec<_>>().join(", "), arrays.join(", "));
                format!("select {content} from unnest({arrays}) as u ({names})")
            }
        };
        format!("{name} ({names}) as ({content})")
    }

    /// `of in (…)`, for a condition on the one column of these rows, in a statement whose parameters before `$first` are
    /// others. PostgreSQL looks each of an array up in an index whatever it believes of the tables; a `select` from
    /// [`table`](Self::table) it counts as a hundred rows, and walks a whole index instead once one is thought small.
    pub(super) fn among(&self, of: &str, first: usize) -> String {
        match self.dialect {
            Dialect::Sqlite => {
                let cells: Vec<String> =
                    (first..first + self.cells.len()).map(|number| format!("${number}")).collect();
                format!("{of} in ({})", cells.join(", "))
            }
            Dialect::Postgres => format!("{of} = any({})", self.array_parameter(0, first)),
        }
    }

    /// The statement with the rows bound after the parameters that it has already.
    pub(super) fn bind(&self, query: Query) -> Query {
        match self.dialect {
            Dialect::Sqlite => self.cells.iter().fold(query, bind_cell),
            Dialect::Postgres => {
                // Not kept: its plan is made for what the tables hold now.
                let query = query.persistent(false);
                (0..self.columns.len()).fold(query, |query, column| query.bind(self.array(column)))
            }
        }
    }

    fn array_parameter(&self, column: usize, number: usize) -> String {
        let kind = match self.columns[column].1 {
            Type::Text | Type::TextBytes => "text",
            Type::Int => "bigint",
            Type::Bytes => "bytea",
        };
        format!("cast(${number} as {kind}[])")
    }

    /// A column as PostgreSQL writes an array (manual, "Array Input and Output Syntax").
    fn array(&self, column: usize) -> String {
        let mut array = String::from("{");
        for cell in self.cells.iter().skip(column).step_by(self.columns.len()) {
            if array.len() > 1 {
                array.push(',');
            }
            match cell {
                Cell::Null => array.push_str("null"),
                Cell::Int(number) => array.push_str(&number.to_string()),
                Cell::Text(text) => push_quoted(&mut array, text),
                Cell::Bytes(text) if self.columns[column].1 == Type::TextBytes => {
                    push_quoted(&mut array, str::from_utf8(text).expect("a text, as its column's type says"));
                }
                Cell::Bytes(bytes) => {
                    array.push_str("\"\\\\x");
                    array.push_str(&hex::encode(bytes));
                    array.push('"');
                }
            }
        }
        array.push('}');
        array
    }
}

fn push_quoted(array: &mut String, text: &str) {
    array.push('"');
    for part in text.split_inclusive(['"', '\\']) {
        match part.as_bytes().last() {
            Some(b'"' | b'\\') => {
                let (before, sign) = part.split_at(part.len() - 1);
                array.extend([before, "\\", sign]);
            }
            _ => array.push_str(part),
        }
    }
    array.push('"');
}

/// The statement with one more parameter.
pub(super) fn bind_cell(query: Query, cell: &Cell<'_>) -> Query {
    match cell {
        Cell::Null => query.bind(None::<String>),
        Cell::Text(text) => query.bind(text.clone().into_owned()),
        Cell::Int(number) => query.bind(*number),
        Cell::Bytes(bytes) => query.bind(bytes.clone().into_owned()),
    }
}

impl From<i64> for Cell<'_> {
    fn from(number: i64) -> Self {
        Cell::Int(number)
    }
}

impl From<Timestamp> for Cell<'_> {
    fn from(at: Timestamp) -> Self {
        Cell::Int(at.as_microsecond())
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Cell::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Cell<'a> {
    fn from(text: &'a String) -> Self {
        Cell::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Cell::Text(Cow::Owned(text))
    }
}

impl<'a> From<&'a [u8]> for Cell<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Cell::Bytes(Cow::Borrowed(bytes))
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(cell: Option<T>) -> Self {
        cell.map_or(Cell::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &[(&str, Type)] = &[("name", Type::Text), ("size", Type::Int)];

    fn table(rows: i64) -> Rows<'static> {
        let mut table = Rows::new(TWO);
        (0..rows).for_each(|row| table.push([format!("row {row}").into(), row.into()]));
        table
    }

    #[test]
    fn on_sqlite_a_batch_is_cut_into_few_sizes_and_nothing_is_left_out() {
        let table = table(150);
        let parts: Vec<_> = table.parts(Dialect::Sqlite).collect();
        assert_eq!(parts.iter().map(|part| part.cells.len() / 2).collect::<Vec<_>>(), [64, 64, 16, 4, 1, 1]);
        assert_eq!(parts.iter().flat_map(|part| part.cells).cloned().collect::<Vec<_>>(), table.cells);
        assert_eq!(Rows::new(TWO).parts(Dialect::Sqlite).count(), 0);
        assert_eq!(Rows::new(TWO).parts(Dialect::Postgres).count(), 0);
    }

    #[test]
    fn the_table_is_numbered_after_the_parameters_before_it() {
        let table = table(2);
        let sqlite = table.parts(Dialect::Sqlite).last().unwrap().table("page", 3);
        assert_eq!(sqlite, "page (name, size) as (values ($3, $4))");
        let postgres = table.parts(Dialect::Postgres).last().unwrap().table("page", 3);
        let arrays = "unnest(cast($3 as text[]), cast($4 as bigint[]))";
        assert_eq!(
            postgres,
            format!("page (name, size) as (select name, size from {arrays} as u (name, size))")
        );
    }

    #[test]
    fn a_list_is_a_condition_that_an_index_answers() {
        let ids = Rows::of(&[("id", Type::Int)], [7, 8]);
        assert_eq!(
            ids.parts(Dialect::Postgres).last().unwrap().among("c.id", 2),
            "c.id = any(cast($2 as bigint[]))"
        );
        let parts: Vec<_> = ids.parts(Dialect::Sqlite).map(|part| part.among("c.id", 2)).collect();
        assert_eq!(parts, ["c.id in ($2)", "c.id in ($2)"]);
    }

    #[test]
    fn an_array_carries_every_sign_as_it_is() {
        let mut table = Rows::new(&[("text", Type::Text), ("salt", Type::Bytes)]);
        table.push(["a,\"b\"\\c{}\nnull".into(), [0_u8, 255].as_slice().into()]);
        table.push(["".into(), Cell::Null]);
        let part = table.parts(Dialect::Postgres).last().unwrap();
        assert_eq!(part.array(0), "{\"a,\\\"b\\\"\\\\c{}\nnull\",\"\"}");
        assert_eq!(part.array(1), "{\"\\\\x00ff\",null}");
    }

    #[test]
    fn bytes_that_are_a_text_travel_as_one() {
        let bytes = Rows::of(&[("bytes", Type::TextBytes)], ["{\"a\":\"ع\"}".as_bytes()]);
        let part = bytes.parts(Dialect::Postgres).last().unwrap();
        let table = part.table("new", 1);
        assert_eq!(
            table,
            "new (bytes) as (select convert_to(bytes, 'UTF8') from unnest(cast($1 as text[])) as u (bytes))"
        );
        assert_eq!(part.array(0), "{\"{\\\"a\\\":\\\"ع\\\"}\"}");
    }
}

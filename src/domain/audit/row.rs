//! An entry as a row of another tool: JSON lines, comma-separated values (RFC 4180) or OCSF 1.3 events.

use super::entry::spelled;
use super::jcs::Value;
use super::record::Record;
use super::tree::Hash;

/// The form of a selection's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The entries as they stand in the log, a line each.
    Jsonl,
    /// A line of columns for each, below their names.
    Csv,
    /// An event of the Open Cybersecurity Schema Framework for each, a line of JSON.
    Ocsf,
}

/// An entry, its hash in the tree, and the log that it is from.
pub(super) struct Row<'a> {
    pub record: Record<'a>,
    /// `None` where pseudonyms stand in the entry: with the hash, whoever tries names finds whose they are.
    pub leaf: Option<Hash>,
    pub origin: &'a str,
}

const COLUMNS: &str = "seq,at,actor_kind,actor,acted_as,act,object,fields,leaf\r\n";

impl Form {
    /// Every form.
    pub const ALL: [Form; 3] = [Form::Jsonl, Form::Csv, Form::Ocsf];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Form::Jsonl => "jsonl",
            Form::Csv => "csv",
            Form::Ocsf => "ocsf",
        }
    }

    /// Writes what stands above the rows.
    pub(super) fn head(self, out: &mut Vec<u8>) {
        if self == Form::Csv {
            out.extend_from_slice(COLUMNS.as_bytes());
        }
    }

    pub(super) fn row(self, row: &Row<'_>, out: &mut Vec<u8>) {
        match self {
            Form::Jsonl => line(&row.record.to_bytes(), out),
            Form::Csv => row.comma_separated(out),
            Form::Ocsf => line(&row.ocsf().to_bytes(), out),
        }
    }
}

fn line(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(bytes);
    out.push(b'\n');
}

impl Row<'_> {
    fn comma_separated(&self, out: &mut Vec<u8>) {
        let Row { record, leaf, .. } = self;
        let fields =
            String::from_utf8(Value::Object(record.fields.clone()).to_bytes()).expect("JSON is UTF-8");
        let (seq, at, leaf) = (record.seq.to_string(), spelled(record.at), leaf.map(|leaf| leaf.to_string()));
        let acted_as = record.acted_as.as_deref().unwrap_or_default();
        let who = [&*record.kind, &*record.name, acted_as];
        let cells = [
            &[&*seq, &*at][..],
            &who,
            &[&*record.act, &*record.object, &*fields, leaf.as_deref().unwrap_or_default()],
        ]
        .concat();
        out.extend_from_slice(cells.into_iter().map(quoted).collect::<Vec<_>>().join(",").as_bytes());
        out.extend_from_slice(b"\r\n");
    }

    /// Entity Management: somebody did something to something. What Majlis calls an act has no number there, so it is
    /// the name of an activity of the sort `Other`.
    fn ocsf(&self) -> Value<'_> {
        let Row { record, leaf, origin } = self;
        let (kind, _) = record.object.split_once(':').unwrap_or((&*record.object, ""));
        let text = |text: &str| Value::Text(text.to_owned().into());
        let acted_as = |member| record.acted_as.as_deref().map(|what| (member, text(what)));
        let actor = match &*record.kind {
            "staff" => {
                let user = [("name", text(&record.name)), ("type_id", Value::Int(1))];
                vec![("user", Value::object(user.into_iter().chain(acted_as("type"))))]
            }
            _ => vec![("app_name", text(&record.name))].into_iter().chain(acted_as("app_uid")).collect(),
        };
        let product =
            Value::object([("name", Value::text("Majlis")), ("vendor_name", Value::text("Majlis"))]);
        let metadata = [
            ("log_name", text(origin)),
            ("original_time", text(&spelled(record.at))),
            ("product", product),
            ("sequence", Value::Int(i64::try_from(record.seq).expect("fewer than 2^63"))),
            ("version", Value::text("1.3.0")),
        ];
        let uid = leaf.map(|leaf| ("uid", text(&leaf.to_string())));
        Value::object([
            ("activity_id", Value::Int(99)),
            ("activity_name", text(&record.act)),
            ("actor", Value::object(actor)),
            ("category_uid", Value::Int(3)),
            ("class_uid", Value::Int(3004)),
            ("entity", Value::object([("type", text(kind)), ("uid", text(&record.object))])),
            ("metadata", Value::object(metadata.into_iter().chain(uid))),
            ("severity_id", Value::Int(1)),
            ("time", Value::Int(record.at.as_millisecond())),
            ("type_uid", Value::Int(300_499)),
            ("unmapped", Value::Object(record.fields.clone())),
        ])
    }
}

/// A cell, quoted where it has to be. A spreadsheet reads what begins with these signs as a formula.
fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\r', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

//! Field expansion: `id,from{id,name},comments.filter(stream).limit(50){id,message}`.

use serde_json::{Map, Value};

use super::{Outcome, Refused};
use crate::sandbox::call::Params;

/// The fields that a call asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::sandbox) struct Fields(Vec<Field>);

/// One field, and what is asked of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) struct Field {
    pub(in crate::sandbox) name: String,
    modifiers: Vec<(String, String)>,
    pub(in crate::sandbox) fields: Fields,
    /// The text of `fields`.
    text: String,
}

impl Fields {
    /// The `fields` parameter, or the node's `usual` fields where there is none.
    pub(in crate::sandbox) fn asked(params: &Params, usual: &str) -> Outcome<Self> {
        match params.get("fields").filter(|fields| !fields.is_empty()) {
            Some(text) => Fields::parse(text),
            None => Fields::parse(usual),
        }
    }

    /// These fields, or `usual` where none were named.
    pub(in crate::sandbox) fn or(&self, usual: &str) -> Outcome<Self> {
        if self.0.is_empty() { Fields::parse(usual) } else { Ok(self.clone()) }
    }

    /// Reads a list of fields.
    pub(in crate::sandbox) fn parse(text: &str) -> Outcome<Self> {
        let mut reader = Reader { text, at: 0 };
        let fields = reader.fields()?;
        if reader.at < text.len() { Err(reader.error()) } else { Ok(fields) }
    }

    /// Renders a node of type `node`: its id, and of each field what `value` makes of it. `None`
    /// leaves the field out, as Graph does with what is empty.
    pub(in crate::sandbox) fn render(
        &self,
        node: &str,
        id: &str,
        mut value: impl FnMut(&Field) -> Outcome<Rendered>,
    ) -> Outcome<Value> {
        let mut out = Map::new();
        for field in &self.0 {
            match value(field)? {
                Rendered::Value(value) => drop(out.insert(field.name.clone(), value)),
                Rendered::Absent => {}
                Rendered::Unknown => {
                    let name = &field.name;
                    return Err(Refused::parameter(format!(
                        "Tried accessing nonexisting field ({name}) on node type ({node})"
                    )));
                }
            }
        }
        out.insert("id".into(), Value::from(id));
        Ok(Value::Object(out))
    }
}

/// What a node has for a field.
#[derive(Debug)]
pub(in crate::sandbox) enum Rendered {
    Value(Value),
    /// The field exists and is empty here.
    Absent,
    /// The node has no such field.
    Unknown,
}

impl<T: Into<Value>> From<T> for Rendered {
    fn from(value: T) -> Self {
        Rendered::Value(value.into())
    }
}

impl Field {
    /// The expansion as the parameters of a call to the edge itself, with the token of `outer`.
    pub(in crate::sandbox) fn params(&self, outer: &Params) -> Params {
        let mut params = self.modifiers.clone();
        params.push(("fields".into(), self.text.clone()));
        params.extend(outer.get("access_token").map(|token| ("access_token".into(), token.into())));
        Params(params)
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn fields(&mut self) -> Outcome<Fields> {
        let mut fields = Vec::new();
        loop {
            fields.push(self.field()?);
            if !self.eat(',') {
                return Ok(Fields(fields));
            }
        }
    }

    fn field(&mut self) -> Outcome<Field> {
        let name = self.word()?;
        let mut modifiers = Vec::new();
        while self.eat('.') {
            let modifier = self.word()?;
            self.expect('(')?;
            let end = self.text[self.at..].find(')').ok_or_else(|| self.error())?;
            modifiers.push((modifier, self.text[self.at..self.at + end].trim().to_owned()));
            self.at += end + 1;
        }
        let (mut fields, mut inner) = (Fields::default(), "");
        if self.eat('{') {
            let begin = self.at;
            fields = self.fields()?;
            inner = &self.text[begin..self.at];
            self.expect('}')?;
        }
        Ok(Field { name, modifiers, fields, text: inner.to_owned() })
    }

    fn word(&mut self) -> Outcome<String> {
        self.skip_space();
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        if end == 0 {
            return Err(self.error());
        }
        self.at += end;
        Ok(rest[..end].to_owned())
    }

    fn eat(&mut self, wanted: char) -> bool {
        self.skip_space();
        let found = self.text[self.at..].starts_with(wanted);
        self.at += if found { wanted.len_utf8() } else { 0 };
        found
    }

    fn expect(&mut self, wanted: char) -> Outcome<()> {
        if self.eat(wanted) { Ok(()) } else { Err(self.error()) }
    }

    fn skip_space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn error(&self) -> Refused {
        Refused::new(2500, format!("Syntax error at character {} of the fields: {}", self.at, self.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expansion_carries_its_own_fields_and_modifiers() {
        let fields =
            Fields::parse("id, replies.limit(50).order(chronological){id,from{id,username}},text").unwrap();
        let [_, replies, text] = fields.0.as_slice() else { panic!("three fields: {fields:?}") };
        let edge = replies.params(&Params::parse(b"access_token=t&fields=x"));
        assert_eq!((edge.get("limit"), edge.get("order")), (Some("50"), Some("chronological")));
        assert_eq!((edge.get("fields"), edge.get("access_token")), (Some("id,from{id,username}"), Some("t")));
        assert_eq!(replies.fields.0[1].fields, Fields::parse("id,username").unwrap());
        assert_eq!(text.name, "text");
    }

    #[test]
    fn broken_fields_are_refused() {
        for text in ["", "id,", "id{", "id}", "a.b", "a.limit(3", "é"] {
            assert_eq!(Fields::parse(text).unwrap_err().code, 2500, "{text}");
        }
    }
}

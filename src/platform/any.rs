//! What the readers of all four platforms make of bytes that need be nobody's page: for `fuzz/` and for the test below, which
//! does the same, to a lesser extent, wherever the tests run.

use jiff::Timestamp;

use super::{Next, facebook, instagram, json, x, youtube};

/// Each page is read so often, further on in the round each time.
const TURNS: usize = 4;

/// Reads `bytes` as a page of every platform. Returns how many comments they were taken to hold.
pub fn read_any(bytes: &[u8], now: Timestamp) -> usize {
    let Some(page) = json::decode(bytes) else { return 0 };
    let mut found = 0;
    for read in [facebook::read_any, instagram::read_any, x::read_any, youtube::read_any] {
        let mut cursor = None;
        for _ in 0..TURNS {
            let taken = read(&page, cursor.as_ref(), now);
            found += taken.comments.len();
            let (Next::Page(next) | Next::RoundEnds(next)) = taken.next(false);
            cursor = Some(next);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::super::fixture::{self, NOW};
    use super::*;

    /// Everything that a value holds, itself first.
    fn parts(value: &mut Value, see: &mut impl FnMut(&mut Value)) {
        see(value);
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| parts(item, see)),
            Value::Object(fields) => fields.values_mut().for_each(|field| parts(field, see)),
            _ => {}
        }
    }

    fn any_value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            Just(Value::Array(vec![Value::Null])),
            Just(serde_json::json!({})),
        ]
    }

    const PAGES: &[&str] = &[
        "facebook/comments.json",
        "facebook/posts.json",
        "instagram/comments.json",
        "instagram/media.json",
        "x/search.json",
        "youtube/threads.json",
        "youtube/replies.json",
    ];

    proptest! {
        #[test]
        fn any_bytes_are_read_as_far_as_they_go(bytes in any::<Vec<u8>>()) {
            read_any(&bytes, NOW.parse().unwrap());
        }

        #[test]
        fn a_page_with_any_value_anywhere_is_read_as_far_as_it_goes(
            page in prop::sample::select(PAGES), at in any::<prop::sample::Index>(), value in any_value(),
        ) {
            let mut page = fixture::read(page);
            let mut all = 0;
            parts(&mut page, &mut |_| all += 1);
            let (at, mut seen) = (at.index(all), 0);
            parts(&mut page, &mut |part| {
                if seen == at {
                    *part = value.clone();
                }
                seen += 1;
            });
            read_any(page.to_string().as_bytes(), NOW.parse().unwrap());
        }
    }

    #[test]
    fn pages_as_platforms_write_them_hold_comments() {
        for page in PAGES.iter().filter(|page| !page.ends_with("posts.json") && !page.ends_with("media.json"))
        {
            let page = fixture::read(page);
            assert!(read_any(page.to_string().as_bytes(), NOW.parse().unwrap()) > 0, "{page}");
        }
    }
}

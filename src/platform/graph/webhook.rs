//! The envelope of what Meta delivers. What is in it, each platform writes in words of its own.

use serde_json::Value;

use crate::platform::json;

/// One change of an account.
#[derive(Debug, Clone, Copy)]
pub(in crate::platform) struct Change<'v> {
    /// What changed, such as `feed` or `comments`.
    pub(in crate::platform) field: &'v str,
    /// How.
    pub(in crate::platform) value: &'v Value,
    /// What it came in; `time` is when.
    pub(in crate::platform) entry: &'v Value,
}

/// The changes of our `account` in a delivery about this kind of `object`. They stand in a list, or, with Instagram Login,
/// right on their entry. One app has one address for all of its accounts, so others' may be among them.
pub(in crate::platform) fn changes<'v>(delivery: &'v Value, object: &str, account: &str) -> Vec<Change<'v>> {
    if json::text(delivery, "/object") != Some(object) {
        return Vec::new();
    }
    let entries = json::list(delivery, "/entry").iter();
    let ours = entries.filter(|entry| json::id(entry, "/id").as_deref() == Some(account));
    ours.flat_map(|entry| {
        let listed = json::list(entry, "/changes").iter().chain(std::iter::once(entry));
        listed.filter_map(move |change| {
            let (field, value) = (json::text(change, "/field")?, change.get("value")?);
            Some(Change { field, value, entry })
        })
    })
    .collect()
}

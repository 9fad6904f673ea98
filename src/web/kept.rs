//! Keeping a list of the inbox under a name, the same for the console and the API.

use crate::store::views::{self, NAME_MAX_CHARS, View};
use crate::store::{Step, StoreError};

use super::WebState;

/// The most bytes of a list's address; all the filters that there are come to a few hundred.
const QUERY_MAX_BYTES: usize = 2_000;

/// A list fit to be kept: with a name of at most [`NAME_MAX_CHARS`] characters, and an address of ours.
pub(super) fn checked(name: &str, query: &str) -> Option<View> {
    let (name, query) = (name.trim(), query.trim_start_matches('?'));
    let named = (1..=NAME_MAX_CHARS).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    let addressed = query.len() <= QUERY_MAX_BYTES && query.bytes().all(|byte| byte.is_ascii_graphic());
    (named && addressed).then(|| View { name: name.to_owned(), query: query.to_owned() })
}

/// Keeps a list; false where somebody has as many as there may be.
///
/// # Errors
/// The database failed.
pub(super) async fn keep_in(web: &WebState, staff: i64, view: &View) -> Result<bool, StoreError> {
    let mut tx = web.store.begin(Step::Keep).await?;
    let kept = views::keep(&mut tx, staff, view, web.clock.now()).await?;
    tx.commit().await?;
    Ok(kept)
}

//! From one store to another.

use callcast::CallError;

use crate::protocol::{StoreClient, StoreError};

/// Puts everything that is in one store into another, and returns how many entries that were.
///
/// Neither has to know of the other. It is what [`Swap::swap_with`](callcast::Swap::swap_with) is given, and what makes a
/// copy of a store that is not used meanwhile.
///
/// # Errors
///
/// What goes wrong with either of them.
pub async fn hand_over(from: &StoreClient, to: &StoreClient) -> Result<usize, CallError<StoreError>> {
    let entries = from.entries().await?;
    let count = entries.len();
    for (key, value) in entries {
        to.put(key, value).await?;
    }
    Ok(count)
}

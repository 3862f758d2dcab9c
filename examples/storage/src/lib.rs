//! One protocol, and three servers behind it: whoever uses them has a [`StoreClient`], and does not know which one it is.
//!
//! | what | is | because it |
//! | --- | --- | --- |
//! | [`protocol`] | a protocol: [`Store`] | says what a store can be asked, and nothing of how it does it |
//! | [`audit`] | a second one: [`Audit`] | is another question to the same servers, for other people |
//! | [`memory`] | an agent | only holds state: its handlers are the trait's own methods |
//! | [`mod@file`] | a server | waits for a file: its handlers are `async` |
//! | [`cached`] | a server | waits for the store behind it, whichever that is, and goes on meanwhile: its handlers reply later |
//!
//! Read them in this order. Then [`which`] chooses one at run time, by its name; [`hand_over()`] is all that it takes to
//! carry the entries from one to another, whatever the two are; and the program's `bench` swaps them, with a
//! [`Swap`](callcast::Swap), while callers go on calling.
//!
//! [`StoreClient`]: protocol::StoreClient
//! [`Store`]: protocol::Store
//! [`Audit`]: audit::Audit
//!
//! # Examples
//!
//! Late binding: what comes out of the `if` is one type.
//!
//! ```
//! use storage::cached::CachedStore;
//! use storage::memory::MemoryStore;
//! use storage::protocol::StoreClient;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let is_slow = true;
//! let memory = MemoryStore::start()?;
//! let store: StoreClient = if is_slow {
//!     CachedStore::start(memory.into(), 100).await?.into()
//! } else {
//!     memory.into()
//! };
//! store.put("greeting", "hello").await?;
//! assert_eq!(store.get("greeting").await?, Some(b"hello".to_vec()));
//! # Ok(())
//! # }
//! ```

pub mod audit;
pub mod cached;
pub mod file;
mod hand_over;
pub mod memory;
pub mod protocol;
mod scratch;
pub mod which;

pub use crate::hand_over::hand_over;
pub use crate::scratch::Scratch;

//! The tests of callcast are in `tests/`; this library has those of what must not compile for a reason that only rustc knows.
//!
//! What a handler is given or gives goes from thread to thread. In rustc's words for it std's own sources are named, which
//! are not installed everywhere, so no text is recorded here; those for arguments and states are, in `ui/fail/types`.
//!
//! A reply that cannot be sent:
//!
//! ```compile_fail,E0277
//! # use callcast::prelude::*;
//! # struct Users;
//! #[server]
//! impl Users {
//! #     #[init]
//! #     fn new() -> Self { Self }
//!     #[call]
//!     fn first(&self) -> std::rc::Rc<str> { "Ada".into() }
//! }
//! ```
//!
//! The error of a call, which is a part of its reply:
//!
//! ```compile_fail,E0277
//! # use callcast::prelude::*;
//! # struct Users;
//! #[agent]
//! impl Users {
//! #     #[init]
//! #     fn new() -> Self { Self }
//!     #[call]
//!     fn age(&self, text: String) -> Result<u8, Box<dyn std::error::Error>> { Ok(text.parse()?) }
//! }
//! ```
//!
//! What a job brings:
//!
//! ```compile_fail,E0277
//! # use callcast::prelude::*;
//! # struct Users;
//! #[server]
//! impl Users {
//! #     #[init]
//! #     fn new() -> Self { Self }
//!     #[info]
//!     fn loaded(&mut self, _name: std::rc::Rc<str>) {}
//! }
//! ```
//!
//! The error of a server's `init`:
//!
//! ```compile_fail,E0277
//! # use callcast::prelude::*;
//! # struct Users;
//! #[server]
//! impl Users {
//!     #[init]
//!     fn new(text: String) -> Result<Self, Box<dyn std::error::Error>> { Ok(text.parse::<u8>().map(|_| Self)?) }
//!     #[call]
//!     fn len(&self) -> usize { 0 }
//! }
//! # fn main() { let _users = Users::start("36".to_owned()); }
//! ```

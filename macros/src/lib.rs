//! The attribute macros of `callcast`, a `GenServer` for Rust.
//!
//! They are re-exported by `callcast`, and what they write names its items: depend on that crate, not on this one.
//! Its documentation has examples that run; those below are `ignore`d because this crate cannot depend on it.

// A panic here is an error that says nothing, at the attribute.
#![cfg_attr(
    not(test),
    deny(
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

mod args;
mod attrs;
mod borrow;
mod check;
mod depth;
mod diagnostics;
mod dump;
mod duration;
mod entry;
mod expand;
mod handler;
mod handler_args;
mod kind;
mod misplaced;
mod model;
mod names;
mod options;
mod parse;
mod place;
mod self_type;
mod speaks;
mod speech;
#[cfg(test)]
mod tests;
mod ty;

use proc_macro::TokenStream;

use kind::{Kind, Role};

/// Makes an agent of a type: state behind messages, and a client that sends them.
///
/// Goes on the inherent impl block that has the handlers. The block stays as it is, minus our attributes, so
/// `Counter::new(5).add(2)` is an ordinary call that an ordinary unit test can make.
///
/// An agent only reacts: its handlers are synchronous, run where they are called, one at a time, and need no
/// runtime. What acts by itself, waits, or replies later is a [`#[server]`](macro@server).
///
/// # Options
///
/// - `derive(Debug, Clone)`: derives for the message enums `…Call` and `…Cast`.
/// - `protocols(Store, Audit)`: the [protocols](macro@protocol) that it speaks besides its own messages.
/// - `mailbox = 256`: how many messages may wait; 1,024 otherwise.
/// - `overflow = "wait"`: what happens to one more: `"wait"` for room, `"reject"` it, `"drop_oldest"`, `"drop_newest"`.
/// - `timeout = "2s"`: how long a call may take if it does not say so itself; 5 s otherwise.
/// - `slow = "1s"`: a handler that runs longer is logged.
/// - `start = launch`, `spec = child`: other names for the functions `start` and `spec`.
/// - `crate = ::my_callcast`: the path of `callcast`, if it has another name; `#[my_callcast::call]` is `#[call]` then.
///
/// A duration is text (`"30s"`, `"250ms"`, `"1m 30s"`) or any expression of the type `Duration`.
///
/// # Handlers
///
/// - [`#[init]`](macro@init), exactly one: `fn new(…) -> Self`, `-> Result<Self, E>` or `-> Result<Option<Self>, E>`.
/// - [`#[call]`](macro@call): `fn get(&self, …) -> T`, or with `&mut self`.
/// - [`#[cast]`](macro@cast): `fn reset(&mut self, …)`, or `-> Result<(), E>`.
/// - [`#[format_status]`](macro@format_status), one at most: `fn shown(&self) -> String`, what may be seen of the state.
///
/// Arguments have a name and an owned type, for they become fields of a message. Methods without an attribute are
/// helpers that no client sees.
///
/// Handlers stay as they are written, and so do the lints on them. Where clippy's `pedantic` group is on,
/// `#[allow(clippy::needless_pass_by_value, reason = "a message owns its arguments")]` on the impl block says once what
/// holds for all of them; the macro does not, since that is an error where the lint is forbidden.
///
/// # Protocols
///
/// The handlers of each [protocol](macro@protocol) in `protocols(…)` stand in a block of their own, an impl of its trait. It has
/// the attribute as well, without options but for `crate`; which of its methods are calls and which are casts, the trait has said:
///
/// ```ignore
/// #[agent(protocols(Store))]
/// impl MemoryStore {
///     #[init]
///     pub fn new() -> Self {
///         Self::default()
///     }
/// }
///
/// #[agent]
/// impl Store for MemoryStore {
///     fn get(&self, key: String) -> Option<Bytes> {
///         self.values.get(&key).cloned()
///     }
///
///     fn forget(&mut self, key: String) {
///         self.values.remove(&key);
///     }
/// }
///
/// let memory = MemoryStore::start()?;
/// let store: StoreClient = memory.clone().into();
/// ```
///
/// # Generated items
///
/// For an agent `Counter`:
///
/// - `pub enum CounterCall`, `pub enum CounterCast`: the messages as plain data; `pub enum CounterRequest`: the calls
///   with where their replies go.
/// - `pub struct CounterClient`, with a method for each call and cast that has the handler's name, visibility and
///   docs. Examples in these docs are tests of both.
/// - `Counter::start(…)` and `Counter::spec(…)`, with the arguments and the visibility of `#[init]`.
/// - The impls of `Protocol`, `GenServer` and `StateHolder`.
/// - For each of its protocols, say `Store`: a variant `Store` of each of these enums, `impl Speaks` for the protocol, and
///   `impl From<CounterClient> for StoreClient`.
///
/// [What is written][written] for a counter is recorded, and reads as code; `CALLCAST_EXPAND=Counter cargo check`
/// prints it for your own.
///
/// [written]: https://github.com/callcast/callcast/blob/main/macros/tests/expand/counter.expanded.rs
///
/// # Errors it reports
///
/// Whatever an agent may not have, arguments and replies that are borrowed or have no name, options that do not
/// exist: each at the token at fault, with what to write instead, and all of them in one go. [The page of
/// errors][errors] shows every message, with the code that draws it and the code that mends it.
///
/// [errors]: https://github.com/callcast/callcast/blob/main/macros/ERRORS.md
///
/// # Examples
///
/// ```ignore
/// use callcast::prelude::*;
///
/// struct Counter {
///     value: i64,
/// }
///
/// #[agent]
/// impl Counter {
///     #[init]
///     pub fn new(value: i64) -> Self {
///         Self { value }
///     }
///
///     /// Adds `n`, and returns the sum.
///     #[call]
///     pub fn add(&mut self, n: i64) -> i64 {
///         self.value += n;
///         self.value
///     }
///
///     #[cast]
///     pub fn reset(&mut self) {
///         self.value = 0;
///     }
/// }
///
/// let counter = Counter::start(5)?;
/// assert_eq!(counter.add(2).await?, 7);
/// ```
#[proc_macro_attribute]
pub fn agent(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::expand_server(Kind::Agent, args.into(), item.into()).into()
}

/// Makes a server of a type: a task with state, messages, timers, and a client that sends to it.
///
/// Goes on the inherent impl block that has the handlers. The block stays as it is, minus our attributes.
///
/// # Options
///
/// Those of [`#[agent]`](macro@agent), with `derive(…)` for `…Info` as well, and:
///
/// - `inline = true`: a call that finds the server idle runs its handler on the caller's thread, if that is one of the
///   server's own runtime; without it, none does. Such a handler takes no `Context` and no `ReplyTo`, and sees its
///   caller's task-locals.
/// - `stop_when_unused`: the server ends with its last client, when it has handled what was sent before. It does not wait for
///   a call whose `ReplyTo` a handler has handed on, to a job of `ctx.reply_with` for one: such a caller, if it holds no
///   client itself (a call begun by `.send()`, or by a `Name`, holds none), gets `Exit`.
///
/// # Handlers
///
/// Each may be `async`, and each may take `ctx: &mut Context<Self>` besides what is said here. All but `#[init]` take
/// `&self` or `&mut self`; all but `#[init]` and `#[call]` return nothing or `Result<(), E>`, whose `Err` ends the
/// server.
///
/// - [`#[init]`](macro@init), exactly one: makes the state.
/// - [`#[after_init]`](macro@after_init): runs before the first message.
/// - [`#[call]`](macro@call): answers a client, now by returning or later by a `ReplyTo<T>` or `ReplyStream<T>`.
/// - [`#[cast]`](macro@cast): is told something by a client.
/// - [`#[info]`](macro@info): is told something by the server's own jobs, timers and streams.
/// - [`#[every("30s")]`](macro@every), [`#[idle("5m")]`](macro@idle): what it does by itself.
/// - [`#[down]`](macro@down), [`#[exit]`](macro@exit): what it hears of other servers.
/// - [`#[terminate]`](macro@terminate): cleans up.
/// - [`#[format_status]`](macro@format_status): says what may be seen of the state; neither `async` nor given a context.
///
/// # Protocols
///
/// As with [`#[agent]`](macro@agent), each has a block of its own. In a server's its methods may do whatever handlers may:
/// be `async`, take `ctx: &mut Context<Self>`, and take `reply: ReplyTo<T>` or `out: ReplyStream<T>` in place of returning
/// something; for a `ReplyStream<T>`, the protocol says `-> Replies<T>`. Where one of them does, the methods of the block
/// are the type's own, so that other handlers can call them, and none of the trait's default bodies is used; one may take
/// `&mut self` where the trait says `&self`. Where none does, the block is the impl of the trait.
///
/// A type has one method of a name to itself. So where two protocols of a server both have a `get`, one block at most may be
/// of that kind: leave the other one as the trait says, or have another server speak it.
///
/// ```ignore
/// #[server]
/// impl Store for DiskStore {
///     async fn get(&self, key: String) -> Option<Bytes> {
///         self.file.read(key).await
///     }
///
///     fn forget(&mut self, key: String, ctx: &mut Context<Self>) {
///         ctx.spawn(self.file.removed(key), DiskStoreInfo::removed);
///     }
/// }
/// ```
///
/// # Generated items
///
/// Those of [`#[agent]`](macro@agent), with the impl of `BackgroundTask` in place of `StateHolder`, and
/// `pub enum WorkerInfo` with a function for each of its variants: `WorkerInfo::computed(sum)` takes the argument,
/// or the arguments as a tuple, so that it can be handed on: `ctx.spawn(future, WorkerInfo::computed)`. [What is
/// written][written] for a server with a handler of each role is recorded.
///
/// [written]: https://github.com/callcast/callcast/blob/main/macros/tests/expand/worker.expanded.rs
///
/// # Errors it reports
///
/// Arguments and replies that are borrowed or have no name, signatures that no message fits, options that do not
/// exist: each at the token at fault, with what to write instead, and all of them in one go; see [the page of
/// errors][errors].
///
/// [errors]: https://github.com/callcast/callcast/blob/main/macros/ERRORS.md
///
/// # Examples
///
/// ```ignore
/// use callcast::prelude::*;
///
/// struct Poller {
///     url: Url,
///     page: Option<Page>,
/// }
///
/// #[server(timeout = "2s")]
/// impl Poller {
///     #[init]
///     pub async fn new(url: Url) -> Result<Self, ConnectError> {
///         Ok(Self { url: url.resolved().await?, page: None })
///     }
///
///     #[call]
///     pub fn latest(&self) -> Option<Page> {
///         self.page.clone()
///     }
///
///     #[every("30s")]
///     fn poll(&mut self, ctx: &mut Context<Self>) {
///         ctx.spawn(download(self.url.clone()), PollerInfo::downloaded);
///     }
///
///     #[info]
///     fn downloaded(&mut self, page: Result<Page, FetchError>) -> Result<(), FetchError> {
///         self.page = Some(page?);
///         Ok(())
///     }
/// }
///
/// let poller = Poller::start(url).await?;
/// ```
#[proc_macro_attribute]
pub fn server(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::expand_server(Kind::Server, args.into(), item.into()).into()
}

/// Makes a protocol of a trait: messages that servers of any type may be sent, and a client that sends them.
///
/// Goes on the trait that has the handlers' signatures. The trait stays as it is, minus our attributes. What the trait's
/// visibility is, that of all that is written beside it is.
///
/// A protocol says what is asked; each server that speaks it says how it answers. An [`#[agent]`](macro@agent) or
/// [`#[server]`](macro@server) names it in `protocols(Store)`, and implements it in a block of its own, which has the
/// attribute as well: `#[agent] impl Store for MemoryStore { … }`.
///
/// # Options
///
/// - `derive(Debug, Clone)`: derives for the message enums `…Call` and `…Cast`.
/// - `timeout = "2s"`: how long a call may take if it does not say so itself, whoever answers it.
/// - `crate = ::my_callcast`: the path of `callcast`, if it has another name; `#[my_callcast::call]` is `#[call]` then.
///
/// # Handlers
///
/// - [`#[call]`](macro@call): `fn get(&self, …) -> T;`, or with `&mut self`.
/// - [`#[cast]`](macro@cast): `fn forget(&mut self, …);`, or `-> Result<(), E>`.
///
/// They have no body, or a default one, for servers whose handlers are as plain as the trait's. None is `async`, and none
/// takes a `Context`, a `ReplyTo` or a `ReplyStream`, which a server's own handler may have all the same; one that is to
/// answer by a `ReplyStream<T>` says `-> Replies<T>` here. A `ReplyTo` that is handed on travels in a type of your own, in
/// which no handler takes it for its own reply. Methods with a body and without an attribute are helpers that no client sees.
///
/// Parameters of the trait are parameters of its messages and its client: `trait Cache<K: Send + 'static>` has a
/// `CacheClient<K>`.
///
/// # Generated items
///
/// For a protocol `Store`:
///
/// - `enum StoreCall`, `enum StoreCast`: the messages as plain data; `enum StoreRequest`: the calls with where their
///   replies go.
/// - `struct StoreClient`, with a method for each call and cast that has the handler's name and docs. The client of
///   every server that speaks the protocol can be turned into it.
/// - `enum StoreProtocol {}`: stands for the protocol where a type has to, as in `Name<StoreProtocol>`.
/// - The impl of `Protocol` for it, and what the impl blocks of servers are checked against: `struct StoreHandlers` and
///   `trait StoreEngine`, which are hidden in documentation and named by generated code only.
///
/// [What is written][written] for a store is recorded, and reads as code; `CALLCAST_EXPAND=Store cargo check` prints it
/// for your own.
///
/// [written]: https://github.com/callcast/callcast/blob/main/macros/tests/expand/store.expanded.rs
///
/// # Errors it reports
///
/// Whatever servers of different types cannot have in common, `Self` in a message, generic methods, associated types:
/// each at the token at fault, with what to write instead, and all of them in one go; see [the page of errors][errors].
///
/// [errors]: https://github.com/callcast/callcast/blob/main/macros/ERRORS.md
///
/// # Examples
///
/// ```ignore
/// use callcast::prelude::*;
///
/// #[protocol]
/// pub trait Store {
///     /// What stands under `key`.
///     #[call]
///     fn get(&self, key: String) -> Option<Bytes>;
///
///     #[call(timeout = "10s")]
///     fn put(&mut self, #[into] key: String, value: Bytes) -> Result<(), StoreError>;
///
///     #[cast]
///     fn forget(&mut self, key: String);
/// }
///
/// let store: StoreClient = if durable { disk.into() } else { memory.into() };
/// store.put("a", bytes).await?;
/// ```
#[proc_macro_attribute]
pub fn protocol(args: TokenStream, item: TokenStream) -> TokenStream {
    entry::expand_protocol(args.into(), item.into()).into()
}

/// Makes the state; its arguments are those of `start` and `spec`.
///
/// Goes on one function inside an impl block with [`#[agent]`](macro@agent) or [`#[server]`](macro@server).
///
/// # Handlers
///
/// `fn new(…) -> Self`, `-> Result<Self, E>`, or `-> Result<Option<Self>, E>`, where `None` means that there is
/// nothing to start. A server's may be `async` and take `ctx: &mut Context<Self>`. `#[into]` on an argument makes
/// `start` and `spec` take `impl Into<T>`.
///
/// # Examples
///
/// ```ignore
/// #[init]
/// pub fn new(#[into] name: String) -> Self {
///     Self { name }
/// }
/// ```
#[proc_macro_attribute]
pub fn init(_: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::handler(Role::Init, &item.into()).into()
}

/// Runs when the server has started, before any message; `start` does not wait for it.
///
/// Goes on one method inside an impl block with [`#[server]`](macro@server).
///
/// # Handlers
///
/// `fn warm_up(&mut self)`, with `ctx: &mut Context<Self>` if it is needed.
///
/// # Examples
///
/// ```ignore
/// #[after_init]
/// async fn warm_up(&mut self) -> Result<(), CacheError> {
///     self.cache.fill().await
/// }
/// ```
#[proc_macro_attribute]
pub fn after_init(_: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::handler(Role::AfterInit, &item.into()).into()
}

/// Answers a client, which waits.
///
/// Goes on methods inside an impl block with [`#[agent]`](macro@agent) or [`#[server]`](macro@server), and on those of a
/// trait with [`#[protocol]`](macro@protocol).
///
/// # Options
///
/// - `timeout = "10s"`: how long the call may take, if it does not say so itself.
/// - `always`: runs even if the caller has given up before its turn.
/// - `fallible`: the reply is a `Result`, though its type has another name, and its error reaches the client as
///   `CallError::Handler`.
/// - `plain`: the reply reaches the client as it is, though its type is called `Result`.
///
/// # Handlers
///
/// `fn get(&self, …) -> T`, or with `&mut self`. In a server it may be `async`, take `ctx: &mut Context<Self>`, and
/// take `reply: ReplyTo<T>` or `out: ReplyStream<T>` in place of returning something. `#[into]` on an argument makes
/// the client take `impl Into<T>`.
///
/// # Generated items
///
/// A variant of `…Call` and `…Request`, and a method of the client.
///
/// # Examples
///
/// ```ignore
/// #[call(timeout = "10s")]
/// pub async fn fetch(&mut self, #[into] key: String) -> Result<Page, FetchError> {
///     self.cache.fetch(key).await
/// }
///
/// #[call]
/// pub fn next_event(&mut self, reply: ReplyTo<Event>) {
///     self.waiting.push(reply);
/// }
/// ```
#[proc_macro_attribute]
pub fn call(_: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::handler(Role::Call, &item.into()).into()
}

/// Is told something by a client, which does not wait for it.
///
/// Goes on methods inside an impl block with [`#[agent]`](macro@agent) or [`#[server]`](macro@server), and on those of a
/// trait with [`#[protocol]`](macro@protocol).
///
/// # Handlers
///
/// `fn reset(&mut self, …)`, which may return `Result<(), E>`: an `Err` ends the incarnation. In a server it may be
/// `async` and take `ctx: &mut Context<Self>`.
///
/// # Generated items
///
/// A variant of `…Cast`, and a method of the client.
///
/// # Examples
///
/// ```ignore
/// #[cast]
/// pub fn reset(&mut self) {
///     self.value = 0;
/// }
/// ```
#[proc_macro_attribute]
pub fn cast(_: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::handler(Role::Cast, &item.into()).into()
}

/// Is told something by the server's own jobs, timers and streams.
///
/// Goes on methods inside an impl block with [`#[server]`](macro@server).
///
/// # Handlers
///
/// `fn computed(&mut self, …)`, with `ctx: &mut Context<Self>` if it is needed.
///
/// # Generated items
///
/// A variant of `…Info`, and a function that makes it of the arguments.
///
/// # Examples
///
/// ```ignore
/// #[info]
/// fn computed(&mut self, sum: u64) {
///     self.sum = sum;
/// }
/// ```
#[proc_macro_attribute]
pub fn info(_: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::handler(Role::Info, &item.into()).into()
}

/// Runs again and again, first after one period; ticks that are missed are skipped.
///
/// Goes on methods inside an impl block with [`#[server]`](macro@server).
///
/// # Options
///
/// The period, and `now` if the first tick is to come at once: `"30s"`, `"30s, now"`, `PERIOD`, `PERIOD, now`.
///
/// # Handlers
///
/// `fn tick(&mut self)`, with `ctx: &mut Context<Self>` if it is needed.
///
/// # Examples
///
/// ```ignore
/// #[every("30s")]
/// fn tick(&mut self) {
///     self.ticks += 1;
/// }
/// ```
#[proc_macro_attribute]
pub fn every(_: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::handler(Role::Every, &item.into()).into()
}

/// Runs once when no client has called or cast for that long.
///
/// Goes on one method inside an impl block with [`#[server]`](macro@server).
///
/// # Options
///
/// The duration: `"5m"`, or an expression.
///
/// # Handlers
///
/// `fn quiet(&mut self)`, with `ctx: &mut Context<Self>` if it is needed.
///
/// # Examples
///
/// ```ignore
/// #[idle("5m")]
/// fn quiet(&mut self, ctx: &mut Context<Self>) {
///     ctx.stop(ExitReason::Normal);
/// }
/// ```
#[proc_macro_attribute]
pub fn idle(_: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::handler(Role::Idle, &item.into()).into()
}

/// Hears that a monitored server has ended.
///
/// Goes on one method inside an impl block with [`#[server]`](macro@server).
///
/// # Handlers
///
/// `fn lost(&mut self, down: Down)`, with `ctx: &mut Context<Self>` if it is needed.
///
/// # Examples
///
/// ```ignore
/// #[down]
/// fn lost(&mut self, down: Down) {
///     self.peers.remove(&down.id);
/// }
/// ```
#[proc_macro_attribute]
pub fn down(_: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::handler(Role::Down, &item.into()).into()
}

/// Hears that a linked server has ended, which does not end this one then: having it is trapping exits.
///
/// Goes on one method inside an impl block with [`#[server]`](macro@server).
///
/// # Handlers
///
/// `fn linked_ended(&mut self, exit: Exit)`, with `ctx: &mut Context<Self>` if it is needed.
///
/// # Examples
///
/// ```ignore
/// #[exit]
/// fn linked_ended(&mut self, exit: Exit) {
///     self.peers.remove(&exit.id);
/// }
/// ```
#[proc_macro_attribute]
pub fn exit(_: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::handler(Role::Exit, &item.into()).into()
}

/// Cleans up when the server ends, unless it is killed.
///
/// Goes on one method inside an impl block with [`#[server]`](macro@server).
///
/// # Handlers
///
/// `fn close(&mut self)`, with `reason: &ExitReason`, `left: Vec<WorkerCast>` (the casts that nobody has handled)
/// and `ctx: &mut Context<Self>` if they are needed.
///
/// # Examples
///
/// ```ignore
/// #[terminate]
/// async fn close(&mut self, reason: &ExitReason, left: Vec<WorkerCast>) {
///     self.log.write(reason, left.len()).await;
/// }
/// ```
#[proc_macro_attribute]
pub fn terminate(_: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::handler(Role::Terminate, &item.into()).into()
}

/// Says what people may see of the state: in crash reports, and where somebody looks at a running server.
///
/// Without it, nothing of the state is shown, so that no secret in it gets into a log by accident. Its text is all that
/// is shown then: leave out what nobody should read.
///
/// Goes on one method inside an impl block with [`#[agent]`](macro@agent) or [`#[server]`](macro@server).
///
/// # Handlers
///
/// `fn shown(&self) -> String`, or with another type that is `Display`. It takes nothing else and is not `async`. A
/// panic in it harms nobody: that it has panicked is shown in place of the text.
///
/// # Examples
///
/// ```ignore
/// #[format_status]
/// fn shown(&self) -> String {
///     format!("{} logged in, {} requests", self.user, self.requests)
/// }
/// ```
#[proc_macro_attribute]
pub fn format_status(_: TokenStream, item: TokenStream) -> TokenStream {
    misplaced::handler(Role::FormatStatus, &item.into()).into()
}

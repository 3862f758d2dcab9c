impl Counter {
    async fn new(name: &str) -> Self {
        Self
    }

    pub fn name(&self, (a, b): (u8, u8), into: impl Into<String>) -> &str {
        ""
    }

    pub async fn reset(&mut self) {}

    fn tick(&mut self) {}

    async fn shown(&mut self) {}

    pub fn get(&self) -> u8 {
        1
    }
}

/// The calls of [`Counter`] as plain data: a variant a handler, a field an argument.
pub enum CounterCall {
    /// A call of [`Counter::get`].
    Get,
}

impl ::callcast::Message for CounterCall {
    fn name(&self) -> &'static str {
        match *self {
            Self::Get { .. } => "get",
        }
    }
}

impl ::core::fmt::Debug for CounterCall {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// The casts to [`Counter`] as plain data: a variant a handler, a field an argument.
pub enum CounterCast {}

impl ::callcast::Message for CounterCast {
    fn name(&self) -> &'static str {
        match *self {}
    }
}

impl ::core::fmt::Debug for CounterCast {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// What travels to [`Counter`] when it is called: a call, and where its reply goes.
pub enum CounterRequest {
    /// A call of [`Counter::get`].
    Get {
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<u8>,
    },
}

impl ::callcast::Message for CounterRequest {
    fn name(&self) -> &'static str {
        match *self {
            Self::Get { .. } => "get",
        }
    }
}

impl ::core::fmt::Debug for CounterRequest {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

impl ::core::convert::From<CounterRequest> for CounterCall {
    fn from(request: CounterRequest) -> Self {
        match request {
            CounterRequest::Get { .. } => Self::Get,
        }
    }
}

impl ::callcast::Protocol for Counter {
    type Call = CounterCall;
    type Cast = CounterCast;
    type Request = CounterRequest;
    type Client = CounterClient;
    type Kind = ::callcast::__private::AgentKind;
    const NAME: &'static str = "Counter";
}

impl ::callcast::GenServer for Counter {}

impl ::callcast::StateHolder for Counter {
    fn handle_request(&mut self, request: CounterRequest) {
        match request {
            CounterRequest::Get { reply } => reply.send(Self::get(self)),
        }
    }

    fn handle_cast(&mut self, cast: CounterCast) -> ::core::result::Result<(), ::callcast::__private::Fault> {
        match cast {}
    }
}

/// A client of [`Counter`]: each of its methods is a message.
pub struct CounterClient {
    place: ::callcast::__private::Place<Counter>,
}

impl ::core::clone::Clone for CounterClient {
    fn clone(&self) -> Self {
        Self { place: ::core::clone::Clone::clone(&self.place) }
    }
}

impl ::core::fmt::Debug for CounterClient {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::callcast::__private::debug_client(f, "CounterClient", &self.place)
    }
}

impl ::core::ops::Deref for CounterClient {
    type Target = ::callcast::Client;

    fn deref(&self) -> &::callcast::Client {
        ::callcast::__private::Place::core(&self.place)
    }
}

impl ::callcast::ClientOf<Counter> for CounterClient {
    fn place(&self) -> &::callcast::__private::Place<Counter> {
        &self.place
    }

    fn from_place(place: ::callcast::__private::Place<Counter>) -> Self {
        Self { place }
    }
}

impl CounterClient {
    /// Calls [`Counter::name`] on the agent.
    pub fn name(&self, _: (u8, u8), _: impl Into<String>) -> ::callcast::Call<'_, Counter, (), String> {
        ::core::unreachable!()
    }

    /// Casts [`Counter::reset`] to the agent.
    pub fn reset(&self) -> ::callcast::Cast<'_, Counter, ()> {
        ::core::unreachable!()
    }

    /// Calls [`Counter::get`] on the agent.
    pub fn get(&self) -> ::callcast::Call<'_, Counter, (), u8> {
        let op = const {
            &::callcast::__private::CallOp::new("get", |(), reply| CounterRequest::Get { reply })
                .run(|server, ()| <Counter>::get(server))
        };
        ::callcast::__private::Place::call(&self.place, op, ())
    }
}

impl Counter {
    /// Starts the agent [`Counter`].
    fn start(_: &str) -> ::core::result::Result<CounterClient, ::callcast::StartError> {
        ::core::unreachable!()
    }

    /// Describes the agent [`Counter`], to be named, supervised or started.
    fn spec(_: &str) -> ::callcast::AgentSpec<Counter, (), Counter> {
        ::core::unreachable!()
    }
}

::core::compile_error! { "an agent has no `#[every]`, because it acts only when it is called\n\nhelp: make it a `#[server]`" }

::core::compile_error! { "an agent's `#[init]` cannot be `async`, because it runs where it is called\n\nhelp: make it a `#[server]`, or leave out `async`" }

::core::compile_error! { "an argument must be owned, because it is sent\n\nhelp: take `String` instead of `&str`" }

::core::compile_error! { "an argument needs a name, because it becomes a field of the message\n\nhelp: take it by name, and take it apart in the body: `let (a, b) = name;`" }

::core::compile_error! { "an argument needs a type with a name, because it becomes a field of the message\n\nhelp: write `#[into] into: String`, and the client takes `impl Into<String>`" }

::core::compile_error! { "a reply must be owned, because it is sent\n\nhelp: return `String` instead of `&str`" }

::core::compile_error! { "an agent's handler cannot be `async`, because it runs where it is called\n\nhelp: make it a `#[server]`, or leave out `async`" }

::core::compile_error! { "`#[format_status]` cannot be `async`, because nobody waits while the state is shown\n\nhelp: leave out `async`" }

::core::compile_error! { "`#[format_status]` shows the state, and does not change it\n\nhelp: take `&self`" }

::core::compile_error! { "`#[format_status]` gives the text that is shown, so it has to return it\n\nhelp: return a `String`, or whatever else is `Display`" }

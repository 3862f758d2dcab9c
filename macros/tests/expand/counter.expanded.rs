impl Counter {
    pub fn new(value: i64) -> Self {
        Self { value }
    }

    /// The value now.
    pub fn get(&self) -> i64 {
        self.value
    }

    pub fn add(&mut self, n: i64) -> i64 {
        self.value += n;
        self.value
    }

    pub fn reset(&mut self) {
        self.value = 0
    }
}

/// The calls of [`Counter`] as plain data: a variant a handler, a field an argument.
pub enum CounterCall {
    /// A call of [`Counter::get`].
    Get,
    /// A call of [`Counter::add`].
    Add {
        /// The argument `n`.
        n: i64,
    },
}

impl ::callcast::Message for CounterCall {
    fn name(&self) -> &'static str {
        match *self {
            Self::Get { .. } => "get",
            Self::Add { .. } => "add",
        }
    }
}

impl ::core::fmt::Debug for CounterCall {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// The casts to [`Counter`] as plain data: a variant a handler, a field an argument.
pub enum CounterCast {
    /// A cast to [`Counter::reset`].
    Reset,
}

impl ::callcast::Message for CounterCast {
    fn name(&self) -> &'static str {
        match *self {
            Self::Reset { .. } => "reset",
        }
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
        reply: ::callcast::ReplyTo<i64>,
    },
    /// A call of [`Counter::add`].
    Add {
        /// The argument `n`.
        n: i64,
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<i64>,
    },
}

impl ::callcast::Message for CounterRequest {
    fn name(&self) -> &'static str {
        match *self {
            Self::Get { .. } => "get",
            Self::Add { .. } => "add",
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
            CounterRequest::Add { n, .. } => Self::Add { n },
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
            CounterRequest::Add { n, reply } => reply.send(Self::add(self, n)),
        }
    }

    fn handle_cast(&mut self, cast: CounterCast) -> ::core::result::Result<(), ::callcast::__private::Fault> {
        match cast {
            CounterCast::Reset => ::callcast::__private::Outcome::into_result(Self::reset(self), "reset"),
        }
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
    /// The value now.
    pub fn get(&self) -> ::callcast::Call<'_, Counter, (), i64> {
        let op = const {
            &::callcast::__private::CallOp::new("get", |(), reply| CounterRequest::Get { reply })
                .run(|server, ()| <Counter>::get(server))
        };
        ::callcast::__private::Place::call(&self.place, op, ())
    }

    /// Calls [`Counter::add`] on the agent.
    pub fn add(&self, n: i64) -> ::callcast::Call<'_, Counter, (i64,), i64> {
        let op = const {
            &::callcast::__private::CallOp::new("add", |(n,), reply| CounterRequest::Add { n, reply })
                .run(|server, (n,)| <Counter>::add(server, n))
                .mutates()
        };
        ::callcast::__private::Place::call(&self.place, op, (n,))
    }

    /// Casts [`Counter::reset`] to the agent.
    pub fn reset(&self) -> ::callcast::Cast<'_, Counter, ()> {
        let op = const {
            &::callcast::__private::CastOp::new("reset", |()| CounterCast::Reset)
                .run(|server, ()| {
                    ::callcast::__private::Outcome::into_result(<Counter>::reset(server), "reset")
                })
                .mutates()
        };
        ::callcast::__private::Place::cast(&self.place, op, ())
    }
}

impl Counter {
    /// Starts the agent [`Counter`].
    pub fn start(value: i64) -> ::core::result::Result<CounterClient, ::callcast::StartError> {
        Self::spec(value).start()
    }

    /// Describes the agent [`Counter`], to be named, supervised or started.
    pub fn spec(value: i64) -> ::callcast::AgentSpec<Counter, (i64,), Counter> {
        ::callcast::__private::agent_spec((value,), |(value,)| <Counter>::new(value))
    }
}

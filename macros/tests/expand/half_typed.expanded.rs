impl Counter { pub fn new () -> Self { let value = } pub fn get (& self) -> i64 { self . } }

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

/// What travels to [`Counter`] when it is called: a call, and where its reply goes.
pub enum CounterRequest {
    /// A call of [`Counter::get`].
    Get {
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<i64>,
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
    type Cast = ::callcast::__private::Nothing;
    type Request = CounterRequest;
    type Client = CounterClient;
    type Kind = ::callcast::__private::ServerKind;
    const NAME: &'static str = "Counter";
}

impl ::callcast::GenServer for Counter {}

impl ::callcast::BackgroundTask for Counter {
    type Info = ::callcast::__private::Nothing;

    fn caller(request: &CounterRequest) -> ::core::option::Option<&dyn ::callcast::__private::Caller> {
        match *request {
            CounterRequest::Get { ref reply, .. } => reply.caller(),
        }
    }

    fn handle_request_now(
        &mut self,
        request: CounterRequest,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<(), CounterRequest> {
        match request {
            CounterRequest::Get { reply } => ::core::result::Result::Ok({
                let value = Self::get(self);
                ctx.answer(reply, value)
            }),
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
    /// Calls [`Counter::get`] on the server.
    pub fn get(&self) -> ::callcast::Call<'_, Counter, (), i64> {
        let op =
            const { &::callcast::__private::CallOp::new("get", |(), reply| CounterRequest::Get { reply }) };
        ::callcast::__private::Place::call(&self.place, op, ())
    }
}

impl Counter {
    /// Starts the server [`Counter`].
    pub fn start() -> ::callcast::Start<Counter, Counter> {
        Self::spec().start()
    }

    /// Describes the server [`Counter`], to be named, supervised or started.
    pub fn spec() -> ::callcast::ServerSpec<Counter, (), Counter> {
        ::callcast::__private::server_spec((), |(), _ctx| {
            ::callcast::__private::Box::pin(::core::future::ready(<Counter>::new()))
        })
    }
}

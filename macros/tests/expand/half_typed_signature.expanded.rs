impl Basket { pub fn new () -> Self { Self :: default () } pub fn add (& mut self , item :) -> usize { self . items . push (item) } pub fn total (& self) -> Money { self . items . iter () . sum () } }

/// What is sent has to be `Send + 'static`; what is not, the compiler shows where a handler names it.
const _: () = {
    fn total(_: ::callcast::__private::Sent<Money>) {}
};

/// The calls of [`Basket`] as plain data: a variant a handler, a field an argument.
pub enum BasketCall {
    /// A call of [`Basket::total`].
    Total,
}

impl ::callcast::Message for BasketCall {
    fn name(&self) -> &'static str {
        match *self {
            Self::Total { .. } => "total",
        }
    }
}

impl ::core::fmt::Debug for BasketCall {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// What travels to [`Basket`] when it is called: a call, and where its reply goes.
pub enum BasketRequest {
    /// A call of [`Basket::total`].
    Total {
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<Money>,
    },
}

impl ::callcast::Message for BasketRequest {
    fn name(&self) -> &'static str {
        match *self {
            Self::Total { .. } => "total",
        }
    }
}

impl ::core::fmt::Debug for BasketRequest {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

impl ::core::convert::From<BasketRequest> for BasketCall {
    fn from(request: BasketRequest) -> Self {
        match request {
            BasketRequest::Total { .. } => Self::Total,
        }
    }
}

impl ::callcast::Protocol for Basket {
    type Call = BasketCall;
    type Cast = ::callcast::__private::Nothing;
    type Request = BasketRequest;
    type Client = BasketClient;
    type Kind = ::callcast::__private::ServerKind;
    const NAME: &'static str = "Basket";
}

impl ::callcast::GenServer for Basket {}

impl ::callcast::BackgroundTask for Basket {
    type Info = ::callcast::__private::Nothing;

    fn caller(request: &BasketRequest) -> ::core::option::Option<&dyn ::callcast::__private::Caller> {
        match *request {
            BasketRequest::Total { ref reply, .. } => reply.caller(),
        }
    }

    fn handle_request_now(
        &mut self,
        request: BasketRequest,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<(), BasketRequest> {
        match request {
            BasketRequest::Total { reply } => ::core::result::Result::Ok({
                let value = Self::total(self);
                ctx.answer(reply, value)
            }),
        }
    }
}

/// A client of [`Basket`]: each of its methods is a message.
pub struct BasketClient {
    place: ::callcast::__private::Place<Basket>,
}

impl ::core::clone::Clone for BasketClient {
    fn clone(&self) -> Self {
        Self { place: ::core::clone::Clone::clone(&self.place) }
    }
}

impl ::core::fmt::Debug for BasketClient {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::callcast::__private::debug_client(f, "BasketClient", &self.place)
    }
}

impl ::core::ops::Deref for BasketClient {
    type Target = ::callcast::Client;

    fn deref(&self) -> &::callcast::Client {
        ::callcast::__private::Place::core(&self.place)
    }
}

impl ::callcast::ClientOf<Basket> for BasketClient {
    fn place(&self) -> &::callcast::__private::Place<Basket> {
        &self.place
    }

    fn from_place(place: ::callcast::__private::Place<Basket>) -> Self {
        Self { place }
    }
}

impl BasketClient {
    /// Calls [`Basket::total`] on the server.
    pub fn total(&self) -> ::callcast::Call<'_, Basket, (), Money> {
        let op = const { &::callcast::__private::CallOp::new("total", |(), reply| BasketRequest::Total { reply }) };
        ::callcast::__private::Place::call(&self.place, op, ())
    }
}

impl Basket {
    /// Starts the server [`Basket`].
    pub fn start() -> ::callcast::Start<Basket, Basket> {
        Self::spec().start()
    }

    /// Describes the server [`Basket`], to be named, supervised or started.
    pub fn spec() -> ::callcast::ServerSpec<Basket, (), Basket> {
        ::callcast::__private::server_spec((), |(), _ctx| {
            ::callcast::__private::Box::pin(::core::future::ready(<Basket>::new()))
        })
    }
}

::core::compile_error! { "this is no handler yet, because its signature cannot be read\n\nhelp: write it to its end, as in `fn get(&self) -> u64 { … }`" }

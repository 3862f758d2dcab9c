impl Orders {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn find<'a>(&self, name: &'a str) -> Option<&'a Order> {
        self.orders.get(name)
    }

    pub fn cancel(self, id: OrderId) -> bool {
        self.orders.remove(id)
    }

    fn shipped(&mut self, (id, at): (OrderId, Instant)) {}

    fn sweep(&mut self) {}

    pub fn count(&self) -> usize {
        self.orders.len()
    }
}

/// The calls of [`Orders`] as plain data: a variant a handler, a field an argument.
pub enum OrdersCall {
    /// A call of [`Orders::count`].
    Count,
}

impl ::callcast::Message for OrdersCall {
    fn name(&self) -> &'static str {
        match *self {
            Self::Count { .. } => "count",
        }
    }
}

impl ::core::fmt::Debug for OrdersCall {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// The casts to [`Orders`] as plain data: a variant a handler, a field an argument.
pub enum OrdersCast {}

impl ::callcast::Message for OrdersCast {
    fn name(&self) -> &'static str {
        match *self {}
    }
}

impl ::core::fmt::Debug for OrdersCast {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// The infos for [`Orders`] as plain data: a variant a handler, a field an argument.
pub enum OrdersInfo {
    /// An info for [`Orders::sweep`].
    Sweep,
}

impl ::callcast::Message for OrdersInfo {
    fn name(&self) -> &'static str {
        match *self {
            Self::Sweep { .. } => "sweep",
        }
    }
}

impl ::core::fmt::Debug for OrdersInfo {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// What travels to [`Orders`] when it is called: a call, and where its reply goes.
pub enum OrdersRequest {
    /// A call of [`Orders::count`].
    Count {
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<usize>,
    },
}

impl ::callcast::Message for OrdersRequest {
    fn name(&self) -> &'static str {
        match *self {
            Self::Count { .. } => "count",
        }
    }
}

impl ::core::fmt::Debug for OrdersRequest {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

impl ::core::convert::From<OrdersRequest> for OrdersCall {
    fn from(request: OrdersRequest) -> Self {
        match request {
            OrdersRequest::Count { .. } => Self::Count,
        }
    }
}

impl OrdersInfo {
    /// An info for [`Orders::shipped`].
    pub fn shipped(_: (OrderId, Instant)) -> Self {
        ::core::unreachable!()
    }

    /// An info for [`Orders::sweep`].
    pub fn sweep() -> Self {
        Self::Sweep
    }
}

impl ::callcast::Protocol for Orders {
    type Call = OrdersCall;
    type Cast = OrdersCast;
    type Request = OrdersRequest;
    type Client = OrdersClient;
    type Kind = ::callcast::__private::ServerKind;
    const NAME: &'static str = "Orders";
}

impl ::callcast::GenServer for Orders {}

impl ::callcast::BackgroundTask for Orders {
    type Info = OrdersInfo;

    fn caller(request: &OrdersRequest) -> ::core::option::Option<&dyn ::callcast::__private::Caller> {
        match *request {
            OrdersRequest::Count { ref reply, .. } => reply.caller(),
        }
    }

    fn handle_request_now(
        &mut self,
        request: OrdersRequest,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<(), OrdersRequest> {
        match request {
            OrdersRequest::Count { reply } => ::core::result::Result::Ok({
                let value = Self::count(self);
                ctx.answer(reply, value)
            }),
        }
    }

    fn handle_info_now(
        &mut self,
        info: OrdersInfo,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<::core::result::Result<(), ::callcast::__private::Fault>, OrdersInfo> {
        match info {
            OrdersInfo::Sweep => ::core::result::Result::Ok(::callcast::__private::Outcome::into_result(
                Self::sweep(self),
                "sweep",
            )),
        }
    }
}

/// A client of [`Orders`]: each of its methods is a message.
pub struct OrdersClient {
    place: ::callcast::__private::Place<Orders>,
}

impl ::core::clone::Clone for OrdersClient {
    fn clone(&self) -> Self {
        Self { place: ::core::clone::Clone::clone(&self.place) }
    }
}

impl ::core::fmt::Debug for OrdersClient {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::callcast::__private::debug_client(f, "OrdersClient", &self.place)
    }
}

impl ::core::ops::Deref for OrdersClient {
    type Target = ::callcast::Client;

    fn deref(&self) -> &::callcast::Client {
        ::callcast::__private::Place::core(&self.place)
    }
}

impl ::callcast::ClientOf<Orders> for OrdersClient {
    fn place(&self) -> &::callcast::__private::Place<Orders> {
        &self.place
    }

    fn from_place(place: ::callcast::__private::Place<Orders>) -> Self {
        Self { place }
    }
}

impl OrdersClient {
    /// Calls [`Orders::find`] on the server.
    pub fn find<'a>(&self, _: &'a str) -> ::callcast::Call<'_, Orders, (), Option<Order>> {
        ::core::unreachable!()
    }

    /// Casts [`Orders::cancel`] to the server.
    pub fn cancel(&self, _: OrderId) -> ::callcast::Cast<'_, Orders, ()> {
        ::core::unreachable!()
    }

    /// Calls [`Orders::count`] on the server.
    pub fn count(&self) -> ::callcast::Call<'_, Orders, (), usize> {
        let op = const { &::callcast::__private::CallOp::new("count", |(), reply| OrdersRequest::Count { reply }) };
        ::callcast::__private::Place::call(&self.place, op, ())
    }
}

impl Orders {
    /// Starts the server [`Orders`].
    pub fn start() -> ::callcast::Start<Orders, Orders> {
        Self::spec().start()
    }

    /// Describes the server [`Orders`], to be named, supervised or started.
    pub fn spec() -> ::callcast::ServerSpec<Orders, (), Orders> {
        ::callcast::__private::server_spec((), |(), _ctx| {
            ::callcast::__private::Box::pin(::core::future::ready(<Orders>::new()))
        })
    }
}

::core::compile_error! { "a duration must not be zero\n\nhelp: write how long, as in `\"250ms\"`" }

::core::compile_error! { "an argument must be owned, because it is sent\n\nhelp: take `String` instead of `&'a str`" }

::core::compile_error! { "a reply must be owned, because it is sent\n\nhelp: return `Option<Order>` instead of `Option<&'a Order>`" }

::core::compile_error! { "a handler borrows the state, because the next handler needs it, too\n\nhelp: take `&self` to read the state, `&mut self` to change it" }

::core::compile_error! { "nobody waits for what `#[cast]` returns\n\nhelp: return nothing or `Result<(), E>`, or make it a `#[call]`" }

::core::compile_error! { "an argument needs a name, because it becomes a field of the message\n\nhelp: take it by name, and take it apart in the body: `let (id, at) = name;`" }

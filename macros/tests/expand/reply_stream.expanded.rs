impl Thermometer {
    fn new() -> Self {
        Self::default()
    }

    async fn readings(&mut self, room: Room, out: ReplyStream<Celsius>, ctx: &mut Context<Self>) {
        self.sensors.subscribe(room, out, ctx).await;
    }
}

/// What is sent has to be `Send + 'static`; what is not, the compiler shows where a handler names it.
const _: () = {
    fn readings(_: ::callcast::__private::Sent<Room>, _: ::callcast::__private::Sent<Celsius>) {}
};

/// The calls of [`Thermometer`] as plain data: a variant a handler, a field an argument.
pub enum ThermometerCall {
    /// A call of [`Thermometer::readings`].
    Readings {
        /// The argument `room`.
        room: Room,
    },
}

impl ::callcast::Message for ThermometerCall {
    fn name(&self) -> &'static str {
        match *self {
            Self::Readings { .. } => "readings",
        }
    }
}

impl ::core::fmt::Debug for ThermometerCall {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// What travels to [`Thermometer`] when it is called: a call, and where its reply goes.
pub enum ThermometerRequest {
    /// A call of [`Thermometer::readings`].
    Readings {
        /// The argument `room`.
        room: Room,
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<::callcast::Replies<Celsius>>,
    },
}

impl ::callcast::Message for ThermometerRequest {
    fn name(&self) -> &'static str {
        match *self {
            Self::Readings { .. } => "readings",
        }
    }
}

impl ::core::fmt::Debug for ThermometerRequest {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

impl ::core::convert::From<ThermometerRequest> for ThermometerCall {
    fn from(request: ThermometerRequest) -> Self {
        match request {
            ThermometerRequest::Readings { room, .. } => Self::Readings { room },
        }
    }
}

impl ::callcast::Protocol for Thermometer {
    type Call = ThermometerCall;
    type Cast = ::callcast::__private::Nothing;
    type Request = ThermometerRequest;
    type Client = ThermometerClient;
    type Kind = ::callcast::__private::ServerKind;
    const NAME: &'static str = "Thermometer";
}

impl ::callcast::GenServer for Thermometer {}

impl ::callcast::BackgroundTask for Thermometer {
    type Info = ::callcast::__private::Nothing;

    fn caller(request: &ThermometerRequest) -> ::core::option::Option<&dyn ::callcast::__private::Caller> {
        match *request {
            ThermometerRequest::Readings { ref reply, .. } => reply.caller(),
        }
    }

    async fn handle_request(&mut self, request: ThermometerRequest, ctx: &mut ::callcast::Context<Self>) {
        match request {
            ThermometerRequest::Readings { room, reply } => {
                ::callcast::__private::sendable(Self::readings(self, room, reply.into_stream(), ctx)).await
            }
        }
    }
}

/// A client of [`Thermometer`]: each of its methods is a message.
pub struct ThermometerClient {
    place: ::callcast::__private::Place<Thermometer>,
}

impl ::core::clone::Clone for ThermometerClient {
    fn clone(&self) -> Self {
        Self { place: ::core::clone::Clone::clone(&self.place) }
    }
}

impl ::core::fmt::Debug for ThermometerClient {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::callcast::__private::debug_client(f, "ThermometerClient", &self.place)
    }
}

impl ::core::ops::Deref for ThermometerClient {
    type Target = ::callcast::Client;

    fn deref(&self) -> &::callcast::Client {
        ::callcast::__private::Place::core(&self.place)
    }
}

impl ::callcast::ClientOf<Thermometer> for ThermometerClient {
    fn place(&self) -> &::callcast::__private::Place<Thermometer> {
        &self.place
    }

    fn from_place(place: ::callcast::__private::Place<Thermometer>) -> Self {
        Self { place }
    }
}

impl ThermometerClient {
    /// Calls [`Thermometer::readings`] on the server.
    fn readings(
        &self,
        room: Room,
    ) -> ::callcast::Call<'_, Thermometer, (Room,), ::callcast::Replies<Celsius>> {
        let op = const {
            &::callcast::__private::CallOp::new("readings", |(room,), reply| ThermometerRequest::Readings {
                room,
                reply,
            })
            .mutates()
        };
        ::callcast::__private::Place::call(&self.place, op, (room,))
    }
}

impl Thermometer {
    /// Starts the server [`Thermometer`].
    fn start() -> ::callcast::Start<Thermometer, Thermometer> {
        Self::spec().start()
    }

    /// Describes the server [`Thermometer`], to be named, supervised or started.
    fn spec() -> ::callcast::ServerSpec<Thermometer, (), Thermometer> {
        ::callcast::__private::server_spec((), |(), _ctx| {
            ::callcast::__private::Box::pin(::core::future::ready(<Thermometer>::new()))
        })
    }
}

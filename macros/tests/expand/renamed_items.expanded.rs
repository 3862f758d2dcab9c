impl Door {
    pub(crate) fn new(room: RoomName) -> Self {
        Self { room }
    }

    pub(crate) fn start(&mut self, speed: Speed) -> bool {
        self.motor.start(speed)
    }
}

/// What is sent has to be `Send + 'static`; what is not, the compiler shows where a handler names it.
const _: () = {
    fn start(_: crate::vendor::callcast::__private::Sent<Speed>) {}
};

/// The calls of [`Door`] as plain data: a variant a handler, a field an argument.
#[derive(Debug, PartialEq)]
pub enum DoorCall {
    /// A call of [`Door::start`].
    Start {
        /// The argument `speed`.
        speed: Speed,
    },
}

impl crate::vendor::callcast::Message for DoorCall {
    fn name(&self) -> &'static str {
        match *self {
            Self::Start { .. } => "start",
        }
    }
}

/// What travels to [`Door`] when it is called: a call, and where its reply goes.
pub enum DoorRequest {
    /// A call of [`Door::start`].
    Start {
        /// The argument `speed`.
        speed: Speed,
        /// Where the reply goes.
        reply: crate::vendor::callcast::ReplyTo<bool>,
    },
}

impl crate::vendor::callcast::Message for DoorRequest {
    fn name(&self) -> &'static str {
        match *self {
            Self::Start { .. } => "start",
        }
    }
}

impl ::core::fmt::Debug for DoorRequest {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(crate::vendor::callcast::Message::name(self))
    }
}

impl ::core::convert::From<DoorRequest> for DoorCall {
    fn from(request: DoorRequest) -> Self {
        match request {
            DoorRequest::Start { speed, .. } => Self::Start { speed },
        }
    }
}

impl crate::vendor::callcast::Protocol for Door {
    type Call = DoorCall;
    type Cast = crate::vendor::callcast::__private::Nothing;
    type Request = DoorRequest;
    type Client = DoorClient;
    type Kind = crate::vendor::callcast::__private::AgentKind;
    const NAME: &'static str = "Door";
}

impl crate::vendor::callcast::GenServer for Door {}

impl crate::vendor::callcast::StateHolder for Door {
    fn handle_request(&mut self, request: DoorRequest) {
        match request {
            DoorRequest::Start { speed, reply } => reply.send(Self::start(self, speed)),
        }
    }

    fn handle_cast(
        &mut self,
        cast: crate::vendor::callcast::__private::Nothing,
    ) -> ::core::result::Result<(), crate::vendor::callcast::__private::Fault> {
        match cast {}
    }
}

/// A client of [`Door`]: each of its methods is a message.
pub struct DoorClient {
    place: crate::vendor::callcast::__private::Place<Door>,
}

impl ::core::clone::Clone for DoorClient {
    fn clone(&self) -> Self {
        Self { place: ::core::clone::Clone::clone(&self.place) }
    }
}

impl ::core::fmt::Debug for DoorClient {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        crate::vendor::callcast::__private::debug_client(f, "DoorClient", &self.place)
    }
}

impl ::core::ops::Deref for DoorClient {
    type Target = crate::vendor::callcast::Client;

    fn deref(&self) -> &crate::vendor::callcast::Client {
        crate::vendor::callcast::__private::Place::core(&self.place)
    }
}

impl crate::vendor::callcast::ClientOf<Door> for DoorClient {
    fn place(&self) -> &crate::vendor::callcast::__private::Place<Door> {
        &self.place
    }

    fn from_place(place: crate::vendor::callcast::__private::Place<Door>) -> Self {
        Self { place }
    }
}

impl DoorClient {
    /// Calls [`Door::start`] on the agent.
    pub(crate) fn start(
        &self,
        speed: impl ::core::convert::Into<Speed>,
    ) -> crate::vendor::callcast::Call<'_, Door, (Speed,), bool> {
        let op = const {
            &crate::vendor::callcast::__private::CallOp::new("start", |(speed,), reply| DoorRequest::Start {
                speed,
                reply,
            })
            .run(|server, (speed,)| <Door>::start(server, speed))
            .mutates()
        };
        crate::vendor::callcast::__private::Place::call(
            &self.place,
            op,
            (::core::convert::Into::into(speed),),
        )
    }
}

impl Door {
    /// Starts the agent [`Door`].
    pub(crate) fn open(
        room: impl ::core::convert::Into<RoomName>,
    ) -> ::core::result::Result<DoorClient, crate::vendor::callcast::StartError> {
        Self::blueprint(room).start()
    }

    /// Describes the agent [`Door`], to be named, supervised or started.
    pub(crate) fn blueprint(
        room: impl ::core::convert::Into<RoomName>,
    ) -> crate::vendor::callcast::AgentSpec<Door, (RoomName,), Door> {
        crate::vendor::callcast::__private::agent_spec((::core::convert::Into::into(room),), |(room,)| {
            <Door>::new(room)
        })
    }
}

impl Heartbeat {
    pub fn new(peers: Vec<Address>) -> Self {
        Self { peers }
    }

    fn beat(&mut self, ctx: &mut Context<Self>) {
        ctx.spawn(ping_all(self.peers.clone()), HeartbeatInfo::answered);
    }

    fn answered(&mut self, alive: Vec<Address>) {
        self.peers = alive;
    }
}

/// What is sent has to be `Send + 'static`; what is not, the compiler shows where a handler names it.
const _: () = {
    fn new(_: ::callcast::__private::Sent<Vec<Address>>) {}

    fn answered(_: ::callcast::__private::Sent<Vec<Address>>) {}
};

/// The infos for [`Heartbeat`] as plain data: a variant a handler, a field an argument.
pub enum HeartbeatInfo {
    /// An info for [`Heartbeat::beat`].
    Beat,
    /// An info for [`Heartbeat::answered`].
    Answered {
        /// The argument `alive`.
        alive: Vec<Address>,
    },
}

impl ::callcast::Message for HeartbeatInfo {
    fn name(&self) -> &'static str {
        match *self {
            Self::Beat { .. } => "beat",
            Self::Answered { .. } => "answered",
        }
    }
}

impl ::core::fmt::Debug for HeartbeatInfo {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

impl HeartbeatInfo {
    /// An info for [`Heartbeat::beat`].
    pub fn beat() -> Self {
        Self::Beat
    }

    /// An info for [`Heartbeat::answered`].
    pub fn answered(alive: Vec<Address>) -> Self {
        Self::Answered { alive }
    }
}

impl ::callcast::Protocol for Heartbeat {
    type Call = ::callcast::__private::Nothing;
    type Cast = ::callcast::__private::Nothing;
    type Request = ::callcast::__private::Nothing;
    type Client = HeartbeatClient;
    type Kind = ::callcast::__private::ServerKind;
    const NAME: &'static str = "Heartbeat";
}

impl ::callcast::GenServer for Heartbeat {}

impl ::callcast::BackgroundTask for Heartbeat {
    type Info = HeartbeatInfo;

    fn schedule(ctx: &mut ::callcast::Context<Self>) {
        ctx.every(::core::time::Duration::from_secs(5), HeartbeatInfo::beat);
    }

    fn handle_info_now(
        &mut self,
        info: HeartbeatInfo,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<::core::result::Result<(), ::callcast::__private::Fault>, HeartbeatInfo> {
        match info {
            HeartbeatInfo::Beat => ::core::result::Result::Ok(::callcast::__private::Outcome::into_result(
                Self::beat(self, ctx),
                "beat",
            )),
            HeartbeatInfo::Answered { alive } => ::core::result::Result::Ok(
                ::callcast::__private::Outcome::into_result(Self::answered(self, alive), "answered"),
            ),
        }
    }
}

/// A client of [`Heartbeat`]: each of its methods is a message.
pub struct HeartbeatClient {
    place: ::callcast::__private::Place<Heartbeat>,
}

impl ::core::clone::Clone for HeartbeatClient {
    fn clone(&self) -> Self {
        Self { place: ::core::clone::Clone::clone(&self.place) }
    }
}

impl ::core::fmt::Debug for HeartbeatClient {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::callcast::__private::debug_client(f, "HeartbeatClient", &self.place)
    }
}

impl ::core::ops::Deref for HeartbeatClient {
    type Target = ::callcast::Client;

    fn deref(&self) -> &::callcast::Client {
        ::callcast::__private::Place::core(&self.place)
    }
}

impl ::callcast::ClientOf<Heartbeat> for HeartbeatClient {
    fn place(&self) -> &::callcast::__private::Place<Heartbeat> {
        &self.place
    }

    fn from_place(place: ::callcast::__private::Place<Heartbeat>) -> Self {
        Self { place }
    }
}

impl Heartbeat {
    /// Starts the server [`Heartbeat`].
    pub fn start(peers: Vec<Address>) -> ::callcast::Start<Heartbeat, Heartbeat> {
        Self::spec(peers).start()
    }

    /// Describes the server [`Heartbeat`], to be named, supervised or started.
    pub fn spec(peers: Vec<Address>) -> ::callcast::ServerSpec<Heartbeat, (Vec<Address>,), Heartbeat> {
        ::callcast::__private::server_spec((peers,), |(peers,), _ctx| {
            ::callcast::__private::Box::pin(::core::future::ready(<Heartbeat>::new(peers)))
        })
    }
}

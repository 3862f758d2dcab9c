impl Licence {
    pub fn load(path: PathBuf) -> Result<Option<Self>, LoadError> {
        Self::read(path)
    }

    pub fn seats(&self) -> u32 {
        self.seats
    }
}

/// The calls of [`Licence`] as plain data: a variant a handler, a field an argument.
pub enum LicenceCall {
    /// A call of [`Licence::seats`].
    Seats,
}

impl ::callcast::Message for LicenceCall {
    fn name(&self) -> &'static str {
        match *self {
            Self::Seats { .. } => "seats",
        }
    }
}

impl ::core::fmt::Debug for LicenceCall {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// What travels to [`Licence`] when it is called: a call, and where its reply goes.
pub enum LicenceRequest {
    /// A call of [`Licence::seats`].
    Seats {
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<u32>,
    },
}

impl ::callcast::Message for LicenceRequest {
    fn name(&self) -> &'static str {
        match *self {
            Self::Seats { .. } => "seats",
        }
    }
}

impl ::core::fmt::Debug for LicenceRequest {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

impl ::core::convert::From<LicenceRequest> for LicenceCall {
    fn from(request: LicenceRequest) -> Self {
        match request {
            LicenceRequest::Seats { .. } => Self::Seats,
        }
    }
}

impl ::callcast::Protocol for Licence {
    type Call = LicenceCall;
    type Cast = ::callcast::__private::Nothing;
    type Request = LicenceRequest;
    type Client = LicenceClient;
    type Kind = ::callcast::__private::AgentKind;
    const NAME: &'static str = "Licence";
}

impl ::callcast::GenServer for Licence {}

impl ::callcast::StateHolder for Licence {
    fn handle_request(&mut self, request: LicenceRequest) {
        match request {
            LicenceRequest::Seats { reply } => reply.send(Self::seats(self)),
        }
    }

    fn handle_cast(
        &mut self,
        cast: ::callcast::__private::Nothing,
    ) -> ::core::result::Result<(), ::callcast::__private::Fault> {
        match cast {}
    }
}

/// A client of [`Licence`]: each of its methods is a message.
pub struct LicenceClient {
    place: ::callcast::__private::Place<Licence>,
}

impl ::core::clone::Clone for LicenceClient {
    fn clone(&self) -> Self {
        Self { place: ::core::clone::Clone::clone(&self.place) }
    }
}

impl ::core::fmt::Debug for LicenceClient {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::callcast::__private::debug_client(f, "LicenceClient", &self.place)
    }
}

impl ::core::ops::Deref for LicenceClient {
    type Target = ::callcast::Client;

    fn deref(&self) -> &::callcast::Client {
        ::callcast::__private::Place::core(&self.place)
    }
}

impl ::callcast::ClientOf<Licence> for LicenceClient {
    fn place(&self) -> &::callcast::__private::Place<Licence> {
        &self.place
    }

    fn from_place(place: ::callcast::__private::Place<Licence>) -> Self {
        Self { place }
    }
}

impl LicenceClient {
    /// Calls [`Licence::seats`] on the agent.
    pub fn seats(&self) -> ::callcast::Call<'_, Licence, (), u32> {
        let op = const {
            &::callcast::__private::CallOp::new("seats", |(), reply| LicenceRequest::Seats { reply })
                .run(|server, ()| <Licence>::seats(server))
        };
        ::callcast::__private::Place::call(&self.place, op, ())
    }
}

impl Licence {
    /// Starts the agent [`Licence`].
    pub fn start(
        path: PathBuf,
    ) -> ::core::result::Result<::core::option::Option<LicenceClient>, ::callcast::StartError<LoadError>>
    {
        Self::spec(path).start()
    }

    /// Describes the agent [`Licence`], to be named, supervised or started.
    pub fn spec(
        path: PathBuf,
    ) -> ::callcast::AgentSpec<Licence, (PathBuf,), Result<Option<Licence>, LoadError>> {
        ::callcast::__private::agent_spec((path,), |(path,)| <Licence>::load(path))
    }
}

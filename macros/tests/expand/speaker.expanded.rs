impl MemoryStore {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn len(&self) -> usize {
        self.values.len()
    }
}

/// The calls of [`MemoryStore`] as plain data: a variant a handler, a field an argument.
#[derive(Debug)]
pub enum MemoryStoreCall {
    /// A call of [`MemoryStore::len`].
    Len,
    /// A call of [`Store`].
    Store(<::callcast::__private::ProtocolOf<dyn Store, MemoryStore> as ::callcast::Protocol>::Call),
    /// A call of [`Audit`](audit::Audit).
    Audit(<::callcast::__private::ProtocolOf<dyn audit::Audit, MemoryStore> as ::callcast::Protocol>::Call),
}

impl ::callcast::Message for MemoryStoreCall {
    fn name(&self) -> &'static str {
        match *self {
            Self::Len { .. } => "len",
            Self::Store(ref message) => ::callcast::Message::name(message),
            Self::Audit(ref message) => ::callcast::Message::name(message),
        }
    }
}

/// The casts to [`MemoryStore`] as plain data: a variant a handler, a field an argument.
#[derive(Debug)]
pub enum MemoryStoreCast {
    /// A cast of [`Store`].
    Store(<::callcast::__private::ProtocolOf<dyn Store, MemoryStore> as ::callcast::Protocol>::Cast),
    /// A cast of [`Audit`](audit::Audit).
    Audit(<::callcast::__private::ProtocolOf<dyn audit::Audit, MemoryStore> as ::callcast::Protocol>::Cast),
}

impl ::callcast::Message for MemoryStoreCast {
    fn name(&self) -> &'static str {
        match *self {
            Self::Store(ref message) => ::callcast::Message::name(message),
            Self::Audit(ref message) => ::callcast::Message::name(message),
        }
    }
}

/// What travels to [`MemoryStore`] when it is called: a call, and where its reply goes.
pub enum MemoryStoreRequest {
    /// A call of [`MemoryStore::len`].
    Len {
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<usize>,
    },
    /// A call of [`Store`].
    Store(<::callcast::__private::ProtocolOf<dyn Store, MemoryStore> as ::callcast::Protocol>::Request),
    /// A call of [`Audit`](audit::Audit).
    Audit(
        <::callcast::__private::ProtocolOf<dyn audit::Audit, MemoryStore> as ::callcast::Protocol>::Request,
    ),
}

impl ::callcast::Message for MemoryStoreRequest {
    fn name(&self) -> &'static str {
        match *self {
            Self::Len { .. } => "len",
            Self::Store(ref message) => ::callcast::Message::name(message),
            Self::Audit(ref message) => ::callcast::Message::name(message),
        }
    }
}

impl ::core::fmt::Debug for MemoryStoreRequest {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

impl ::core::convert::From<MemoryStoreRequest> for MemoryStoreCall {
    fn from(request: MemoryStoreRequest) -> Self {
        match request {
            MemoryStoreRequest::Len { .. } => Self::Len,
            MemoryStoreRequest::Store(request) => Self::Store(::core::convert::From::from(request)),
            MemoryStoreRequest::Audit(request) => Self::Audit(::core::convert::From::from(request)),
        }
    }
}

impl ::callcast::Protocol for MemoryStore {
    type Call = MemoryStoreCall;
    type Cast = MemoryStoreCast;
    type Request = MemoryStoreRequest;
    type Client = MemoryStoreClient;
    type Kind = ::callcast::__private::AgentKind;
    const NAME: &'static str = "MemoryStore";
}

impl ::callcast::GenServer for MemoryStore {
    fn protocols(ask: &mut ::callcast::__private::Ask<'_, Self>) {
        ask.speaks::<::callcast::__private::ProtocolOf<dyn Store, MemoryStore>>();
        ask.speaks::<::callcast::__private::ProtocolOf<dyn audit::Audit, MemoryStore>>();
    }
}

impl ::callcast::StateHolder for MemoryStore {
    fn handle_request(&mut self, request: MemoryStoreRequest) {
        match request {
            MemoryStoreRequest::Len { reply } => reply.send(Self::len(self)),
            MemoryStoreRequest::Store(request) => ::callcast::__private::agent_speech::<dyn Store, Self>()
                .request_now(self, request, &mut ())
                .unwrap_or(()),
            MemoryStoreRequest::Audit(request) => {
                ::callcast::__private::agent_speech::<dyn audit::Audit, Self>()
                    .request_now(self, request, &mut ())
                    .unwrap_or(())
            }
        }
    }

    fn handle_cast(
        &mut self,
        cast: MemoryStoreCast,
    ) -> ::core::result::Result<(), ::callcast::__private::Fault> {
        match cast {
            MemoryStoreCast::Store(cast) => ::callcast::__private::agent_speech::<dyn Store, Self>()
                .cast_now(self, cast, &mut ())
                .unwrap_or(::core::result::Result::Ok(())),
            MemoryStoreCast::Audit(cast) => ::callcast::__private::agent_speech::<dyn audit::Audit, Self>()
                .cast_now(self, cast, &mut ())
                .unwrap_or(::core::result::Result::Ok(())),
        }
    }
}

/// A client of [`MemoryStore`]: each of its methods is a message.
pub struct MemoryStoreClient {
    place: ::callcast::__private::Place<MemoryStore>,
}

impl ::core::clone::Clone for MemoryStoreClient {
    fn clone(&self) -> Self {
        Self { place: ::core::clone::Clone::clone(&self.place) }
    }
}

impl ::core::fmt::Debug for MemoryStoreClient {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::callcast::__private::debug_client(f, "MemoryStoreClient", &self.place)
    }
}

impl ::core::ops::Deref for MemoryStoreClient {
    type Target = ::callcast::Client;

    fn deref(&self) -> &::callcast::Client {
        ::callcast::__private::Place::core(&self.place)
    }
}

impl ::callcast::ClientOf<MemoryStore> for MemoryStoreClient {
    fn place(&self) -> &::callcast::__private::Place<MemoryStore> {
        &self.place
    }

    fn from_place(place: ::callcast::__private::Place<MemoryStore>) -> Self {
        Self { place }
    }
}

impl MemoryStoreClient {
    /// Calls [`MemoryStore::len`] on the agent.
    pub fn len(&self) -> ::callcast::Call<'_, MemoryStore, (), usize> {
        let op = const {
            &::callcast::__private::CallOp::new("len", |(), reply| MemoryStoreRequest::Len { reply })
                .run(|server, ()| <MemoryStore>::len(server))
        };
        ::callcast::__private::Place::call(&self.place, op, ())
    }
}

impl ::callcast::Speaks<::callcast::__private::ProtocolOf<dyn Store, MemoryStore>> for MemoryStore {
    fn request(
        request: <::callcast::__private::ProtocolOf<dyn Store, MemoryStore> as ::callcast::Protocol>::Request,
    ) -> MemoryStoreRequest {
        MemoryStoreRequest::Store(request)
    }

    fn cast(
        cast: <::callcast::__private::ProtocolOf<dyn Store, MemoryStore> as ::callcast::Protocol>::Cast,
    ) -> MemoryStoreCast {
        MemoryStoreCast::Store(cast)
    }

    fn widen(
        client: ::callcast::__private::Shared<Self>,
    ) -> ::callcast::__private::Shared<::callcast::__private::ProtocolOf<dyn Store, MemoryStore>> {
        ::callcast::__private::agent_speech::<dyn Store, Self>().widen(client)
    }
}

impl ::core::convert::From<MemoryStoreClient>
    for <dyn Store as ::callcast::__private::ProtocolFor<MemoryStore>>::Client
{
    fn from(client: MemoryStoreClient) -> Self {
        ::callcast::ClientOf::from_place(::callcast::__private::Place::widened(&client.place))
    }
}

impl ::callcast::Speaks<::callcast::__private::ProtocolOf<dyn audit::Audit, MemoryStore>> for MemoryStore {
    fn request(
        request : < :: callcast :: __private :: ProtocolOf < dyn audit :: Audit , MemoryStore > as :: callcast :: Protocol > :: Request,
    ) -> MemoryStoreRequest {
        MemoryStoreRequest::Audit(request)
    }

    fn cast(
        cast : < :: callcast :: __private :: ProtocolOf < dyn audit :: Audit , MemoryStore > as :: callcast :: Protocol > :: Cast,
    ) -> MemoryStoreCast {
        MemoryStoreCast::Audit(cast)
    }

    fn widen(
        client: ::callcast::__private::Shared<Self>,
    ) -> ::callcast::__private::Shared<::callcast::__private::ProtocolOf<dyn audit::Audit, MemoryStore>> {
        ::callcast::__private::agent_speech::<dyn audit::Audit, Self>().widen(client)
    }
}

impl ::core::convert::From<MemoryStoreClient>
    for <dyn audit::Audit as ::callcast::__private::ProtocolFor<MemoryStore>>::Client
{
    fn from(client: MemoryStoreClient) -> Self {
        ::callcast::ClientOf::from_place(::callcast::__private::Place::widened(&client.place))
    }
}

impl MemoryStore {
    /// Starts the agent [`MemoryStore`].
    pub fn start() -> ::core::result::Result<MemoryStoreClient, ::callcast::StartError> {
        Self::spec().start()
    }

    /// Describes the agent [`MemoryStore`], to be named, supervised or started.
    pub fn spec() -> ::callcast::AgentSpec<MemoryStore, (), MemoryStore> {
        ::callcast::__private::agent_spec((), |()| <MemoryStore>::new())
    }
}

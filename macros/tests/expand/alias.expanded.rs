impl Store {
    fn open(path: PathBuf) -> io::Result<Self> {
        Self::from(path)
    }
}

impl ::callcast::Protocol for Store {
    type Call = ::callcast::__private::Nothing;
    type Cast = ::callcast::__private::Nothing;
    type Request = ::callcast::__private::Nothing;
    type Client = StoreClient;
    type Kind = ::callcast::__private::AgentKind;
    const NAME: &'static str = "Store";
}

impl ::callcast::GenServer for Store {}

impl ::callcast::StateHolder for Store {
    fn handle_request(&mut self, request: ::callcast::__private::Nothing) {
        match request {}
    }

    fn handle_cast(
        &mut self,
        cast: ::callcast::__private::Nothing,
    ) -> ::core::result::Result<(), ::callcast::__private::Fault> {
        match cast {}
    }
}

/// A client of [`Store`]: each of its methods is a message.
pub struct StoreClient {
    place: ::callcast::__private::Place<Store>,
}

impl ::core::clone::Clone for StoreClient {
    fn clone(&self) -> Self {
        Self { place: ::core::clone::Clone::clone(&self.place) }
    }
}

impl ::core::fmt::Debug for StoreClient {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::callcast::__private::debug_client(f, "StoreClient", &self.place)
    }
}

impl ::core::ops::Deref for StoreClient {
    type Target = ::callcast::Client;

    fn deref(&self) -> &::callcast::Client {
        ::callcast::__private::Place::core(&self.place)
    }
}

impl ::callcast::ClientOf<Store> for StoreClient {
    fn place(&self) -> &::callcast::__private::Place<Store> {
        &self.place
    }

    fn from_place(place: ::callcast::__private::Place<Store>) -> Self {
        Self { place }
    }
}

impl Store {
    /// Starts the agent [`Store`].
    fn begin(path: PathBuf) -> ::callcast::Started<Store, io::Result<Store>> {
        Self::spec(path).start()
    }

    /// Describes the agent [`Store`], to be named, supervised or started.
    fn spec(path: PathBuf) -> ::callcast::AgentSpec<Store, (PathBuf,), io::Result<Store>> {
        ::callcast::__private::agent_spec((path,), |(path,)| <Store>::open(path))
    }
}

impl<K: Key> DiskStore<K> {
    pub fn new(path: PathBuf) -> Self {
        Self { path, keys: Vec::new() }
    }

    pub async fn sync(&mut self) -> Result<(), io::Error> {
        self.file.sync().await
    }

    pub fn path(&self) -> PathBuf {
        self.path.clone()
    }

    fn tick(&mut self) {}
}

/// What is sent has to be `Send + 'static`; what is not, the compiler shows where a handler names it.
const _: () = {
    fn sync<K: Key>(_: ::callcast::__private::Sent<Result<(), io::Error>>) {}
};

/// The calls of [`DiskStore`] as plain data: a variant a handler, a field an argument.
pub enum DiskStoreCall<K: Key> {
    # [doc = " A call of [`DiskStore::sync`]."] Sync , # [doc = " A call of [`DiskStore::path`]."] Path , # [doc = " A call of [`Cache`]."] Cache (< :: callcast :: __private :: ProtocolOf < dyn Cache < K , Vec < u8 > > , DiskStore < K > > as :: callcast :: Protocol > :: Call) , }
impl<K: Key> ::callcast::Message for DiskStoreCall<K> {
    fn name(&self) -> &'static str {
        match *self {
            Self::Sync { .. } => "sync",
            Self::Path { .. } => "path",
            Self::Cache(ref message) => ::callcast::Message::name(message),
        }
    }
}

impl<K: Key> ::core::fmt::Debug for DiskStoreCall<K> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// The casts to [`DiskStore`] as plain data: a variant a handler, a field an argument.
pub enum DiskStoreCast<K: Key> {
    # [doc = " A cast of [`Cache`]."] Cache (< :: callcast :: __private :: ProtocolOf < dyn Cache < K , Vec < u8 > > , DiskStore < K > > as :: callcast :: Protocol > :: Cast) , }
impl<K: Key> ::callcast::Message for DiskStoreCast<K> {
    fn name(&self) -> &'static str {
        match *self {
            Self::Cache(ref message) => ::callcast::Message::name(message),
        }
    }
}

impl<K: Key> ::core::fmt::Debug for DiskStoreCast<K> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// The infos for [`DiskStore`] as plain data: a variant a handler, a field an argument.
pub enum DiskStoreInfo<K: Key> {
    /// An info for [`DiskStore::tick`].
    Tick,
    #[doc(hidden)]
    __Unused(::core::marker::PhantomData<fn() -> (K,)>, ::callcast::__private::Nothing),
}

impl<K: Key> ::callcast::Message for DiskStoreInfo<K> {
    fn name(&self) -> &'static str {
        match *self {
            Self::Tick { .. } => "tick",
            Self::__Unused(_, ref nothing) => match *nothing {},
        }
    }
}

impl<K: Key> ::core::fmt::Debug for DiskStoreInfo<K> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// What travels to [`DiskStore`] when it is called: a call, and where its reply goes.
pub enum DiskStoreRequest<K: Key> {
    # [doc = " A call of [`DiskStore::sync`]."] Sync { # [doc = " Where the reply goes."] reply : :: callcast :: ReplyTo < Result < () , io :: Error > > } , # [doc = " A call of [`DiskStore::path`]."] Path { # [doc = " Where the reply goes."] reply : :: callcast :: ReplyTo < PathBuf > } , # [doc = " A call of [`Cache`]."] Cache (< :: callcast :: __private :: ProtocolOf < dyn Cache < K , Vec < u8 > > , DiskStore < K > > as :: callcast :: Protocol > :: Request) , }
impl<K: Key> ::callcast::Message for DiskStoreRequest<K> {
    fn name(&self) -> &'static str {
        match *self {
            Self::Sync { .. } => "sync",
            Self::Path { .. } => "path",
            Self::Cache(ref message) => ::callcast::Message::name(message),
        }
    }
}

impl<K: Key> ::core::fmt::Debug for DiskStoreRequest<K> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

impl<K: Key> ::core::convert::From<DiskStoreRequest<K>> for DiskStoreCall<K> {
    fn from(request: DiskStoreRequest<K>) -> Self {
        match request {
            DiskStoreRequest::Sync { .. } => Self::Sync,
            DiskStoreRequest::Path { .. } => Self::Path,
            DiskStoreRequest::Cache(request) => Self::Cache(::core::convert::From::from(request)),
        }
    }
}

impl<K: Key> DiskStoreInfo<K> {
    /// An info for [`DiskStore::tick`].
    pub fn tick() -> Self {
        Self::Tick
    }
}

impl<K: Key> ::callcast::Protocol for DiskStore<K> {
    type Call = DiskStoreCall<K>;
    type Cast = DiskStoreCast<K>;
    type Request = DiskStoreRequest<K>;
    type Client = DiskStoreClient<K>;
    type Kind = ::callcast::__private::ServerKind;
    const NAME: &'static str = "DiskStore";
}

impl<K: Key> ::callcast::GenServer for DiskStore<K> {
    fn protocols(ask: &mut ::callcast::__private::Ask<'_, Self>) {
        ask.speaks::<::callcast::__private::ProtocolOf<dyn Cache<K, Vec<u8>>, DiskStore<K>>>();
    }
}

impl<K: Key> ::callcast::BackgroundTask for DiskStore<K> {
    type Info = DiskStoreInfo<K>;

    fn schedule(ctx: &mut ::callcast::Context<Self>) {
        ctx.every(::core::time::Duration::from_secs(1), DiskStoreInfo::tick);
    }

    fn caller(request: &DiskStoreRequest<K>) -> ::core::option::Option<&dyn ::callcast::__private::Caller> {
        match *request {
            DiskStoreRequest::Sync { ref reply, .. } => reply.caller(),
            DiskStoreRequest::Path { ref reply, .. } => reply.caller(),
            DiskStoreRequest::Cache(ref request) => <::callcast::__private::ProtocolOf<
                dyn Cache<K, Vec<u8>>,
                DiskStore<K>,
            > as ::callcast::__private::Spoken>::caller(
                request
            ),
        }
    }

    fn handle_request_now(
        &mut self,
        request: DiskStoreRequest<K>,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<(), DiskStoreRequest<K>> {
        match request {
            DiskStoreRequest::Path { reply } => ::core::result::Result::Ok({
                let value = Self::path(self);
                ctx.answer(reply, value)
            }),
            DiskStoreRequest::Cache(request) => {
                ::callcast::__private::server_speech::<dyn Cache<K, Vec<u8>>, Self>()
                    .request_now(self, request, ctx)
                    .map_err(DiskStoreRequest::Cache)
            }
            request => ::core::result::Result::Err(request),
        }
    }

    async fn handle_request(&mut self, request: DiskStoreRequest<K>, ctx: &mut ::callcast::Context<Self>) {
        match request {
            DiskStoreRequest::Sync { reply } => {
                let value = ::callcast::__private::sendable(Self::sync(self)).await;
                ctx.answer(reply, value)
            }
            DiskStoreRequest::Cache(request) => {
                ::callcast::__private::server_speech::<dyn Cache<K, Vec<u8>>, Self>()
                    .request(self, request, ctx)
                    .await
            }
            request => self.handle_request_now(request, ctx).unwrap_or(()),
        }
    }

    fn handle_cast_now(
        &mut self,
        cast: DiskStoreCast<K>,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<::core::result::Result<(), ::callcast::__private::Fault>, DiskStoreCast<K>>
    {
        match cast {
            DiskStoreCast::Cache(cast) => {
                ::callcast::__private::server_speech::<dyn Cache<K, Vec<u8>>, Self>()
                    .cast_now(self, cast, ctx)
                    .map_err(DiskStoreCast::Cache)
            }
        }
    }

    async fn handle_cast(
        &mut self,
        cast: DiskStoreCast<K>,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<(), ::callcast::__private::Fault> {
        match cast {
            DiskStoreCast::Cache(cast) => {
                ::callcast::__private::server_speech::<dyn Cache<K, Vec<u8>>, Self>()
                    .cast(self, cast, ctx)
                    .await
            }
        }
    }

    fn handle_info_now(
        &mut self,
        info: DiskStoreInfo<K>,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<::core::result::Result<(), ::callcast::__private::Fault>, DiskStoreInfo<K>>
    {
        match info {
            DiskStoreInfo::Tick => ::core::result::Result::Ok(::callcast::__private::Outcome::into_result(
                Self::tick(self),
                "tick",
            )),
            DiskStoreInfo::__Unused(_, nothing) => match nothing {},
        }
    }
}

/// A client of [`DiskStore`]: each of its methods is a message.
pub struct DiskStoreClient<K: Key> {
    place: ::callcast::__private::Place<DiskStore<K>>,
}

impl<K: Key> ::core::clone::Clone for DiskStoreClient<K> {
    fn clone(&self) -> Self {
        Self { place: ::core::clone::Clone::clone(&self.place) }
    }
}

impl<K: Key> ::core::fmt::Debug for DiskStoreClient<K> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::callcast::__private::debug_client(f, "DiskStoreClient", &self.place)
    }
}

impl<K: Key> ::core::ops::Deref for DiskStoreClient<K> {
    type Target = ::callcast::Client;

    fn deref(&self) -> &::callcast::Client {
        ::callcast::__private::Place::core(&self.place)
    }
}

impl<K: Key> ::callcast::ClientOf<DiskStore<K>> for DiskStoreClient<K> {
    fn place(&self) -> &::callcast::__private::Place<DiskStore<K>> {
        &self.place
    }

    fn from_place(place: ::callcast::__private::Place<DiskStore<K>>) -> Self {
        Self { place }
    }
}

impl<K: Key> DiskStoreClient<K> {
    /// Calls [`DiskStore::sync`] on the server.
    pub fn sync(
        &self,
    ) -> ::callcast::Call<'_, DiskStore<K>, (), Result<(), io::Error>, ::callcast::Fallible> {
        let op = const {
            &::callcast::__private::CallOp::new("sync", |(), reply| DiskStoreRequest::Sync { reply })
                .mutates()
        };
        ::callcast::__private::Place::call(&self.place, op, ())
    }

    /// Calls [`DiskStore::path`] on the server.
    pub fn path(&self) -> ::callcast::Call<'_, DiskStore<K>, (), PathBuf> {
        let op = const {
            &::callcast::__private::CallOp::new("path", |(), reply| DiskStoreRequest::Path { reply })
        };
        ::callcast::__private::Place::call(&self.place, op, ())
    }
}

impl<K: Key> ::callcast::Speaks<::callcast::__private::ProtocolOf<dyn Cache<K, Vec<u8>>, DiskStore<K>>>
    for DiskStore<K>
{
    fn request(
        request : < :: callcast :: __private :: ProtocolOf < dyn Cache < K , Vec < u8 > > , DiskStore < K > > as :: callcast :: Protocol > :: Request,
    ) -> DiskStoreRequest<K> {
        DiskStoreRequest::Cache(request)
    }

    fn cast(
        cast : < :: callcast :: __private :: ProtocolOf < dyn Cache < K , Vec < u8 > > , DiskStore < K > > as :: callcast :: Protocol > :: Cast,
    ) -> DiskStoreCast<K> {
        DiskStoreCast::Cache(cast)
    }

    fn widen(
        client: ::callcast::__private::Shared<Self>,
    ) -> ::callcast::__private::Shared<::callcast::__private::ProtocolOf<dyn Cache<K, Vec<u8>>, DiskStore<K>>>
    {
        ::callcast::__private::server_speech::<dyn Cache<K, Vec<u8>>, Self>().widen(client)
    }
}

impl<K: Key> ::core::convert::From<DiskStoreClient<K>>
    for <dyn Cache<K, Vec<u8>> as ::callcast::__private::ProtocolFor<DiskStore<K>>>::Client
{
    fn from(client: DiskStoreClient<K>) -> Self {
        ::callcast::ClientOf::from_place(::callcast::__private::Place::widened(&client.place))
    }
}

impl<K: Key> DiskStore<K> {
    /// Starts the server [`DiskStore`].
    pub fn start(path: PathBuf) -> ::callcast::Start<DiskStore<K>, DiskStore<K>> {
        Self::spec(path).start()
    }

    /// Describes the server [`DiskStore`], to be named, supervised or started.
    pub fn spec(path: PathBuf) -> ::callcast::ServerSpec<DiskStore<K>, (PathBuf,), DiskStore<K>> {
        ::callcast::__private::server_spec((path,), |(path,), _ctx| {
            ::callcast::__private::Box::pin(::core::future::ready(<DiskStore<K>>::new(path)))
        })
    }
}

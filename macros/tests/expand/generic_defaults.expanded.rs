impl<K, V = Arc<str>, const SHARDS: usize = 16> Index<K, V, SHARDS>
where
    K: Hash + Eq + Send + 'static,
    V: Clone + Send + 'static,
    [Shard; SHARDS]: Default,
{
    pub fn new() -> Self {
        Self::default()
    }

    pub fn lookup(&self, key: K) -> Option<V> {
        self.shard(&key).get(&key).cloned()
    }

    pub async fn insert(&mut self, key: K, value: V) {
        self.shard_mut(&key).insert(key, value).await;
    }

    pub fn sizes(&self) -> [usize; SHARDS] {
        self.shards.each_ref().map(Shard::len)
    }
}

/// What is sent has to be `Send + 'static`; what is not, the compiler shows where a handler names it.
const _: () = {
    fn lookup<K, V, const SHARDS: usize>(
        _: ::callcast::__private::Sent<K>,
        _: ::callcast::__private::Sent<Option<V>>,
    ) where
        K: Hash + Eq + Send + 'static,
        V: Clone + Send + 'static,
        [Shard; SHARDS]: Default,
    {
    }

    fn insert<K, V, const SHARDS: usize>(_: ::callcast::__private::Sent<K>, _: ::callcast::__private::Sent<V>)
    where
        K: Hash + Eq + Send + 'static,
        V: Clone + Send + 'static,
        [Shard; SHARDS]: Default,
    {
    }

    fn sizes<K, V, const SHARDS: usize>(_: ::callcast::__private::Sent<[usize; SHARDS]>)
    where
        K: Hash + Eq + Send + 'static,
        V: Clone + Send + 'static,
        [Shard; SHARDS]: Default,
    {
    }
};

/// The calls of [`Index`] as plain data: a variant a handler, a field an argument.
pub enum IndexCall<K, V, const SHARDS: usize>
where
    K: Hash + Eq + Send + 'static,
    V: Clone + Send + 'static,
    [Shard; SHARDS]: Default,
{
    /// A call of [`Index::lookup`].
    Lookup {
        /// The argument `key`.
        key: K,
    },
    /// A call of [`Index::sizes`].
    Sizes,
    #[doc(hidden)]
    __Unused(::core::marker::PhantomData<fn() -> (V,)>, ::callcast::__private::Nothing),
}

impl<K, V, const SHARDS: usize> ::callcast::Message for IndexCall<K, V, SHARDS>
where
    K: Hash + Eq + Send + 'static,
    V: Clone + Send + 'static,
    [Shard; SHARDS]: Default,
{
    fn name(&self) -> &'static str {
        match *self {
            Self::Lookup { .. } => "lookup",
            Self::Sizes { .. } => "sizes",
            Self::__Unused(_, ref nothing) => match *nothing {},
        }
    }
}

impl<K, V, const SHARDS: usize> ::core::fmt::Debug for IndexCall<K, V, SHARDS>
where
    K: Hash + Eq + Send + 'static,
    V: Clone + Send + 'static,
    [Shard; SHARDS]: Default,
{
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// The casts to [`Index`] as plain data: a variant a handler, a field an argument.
pub enum IndexCast<K, V, const SHARDS: usize>
where
    K: Hash + Eq + Send + 'static,
    V: Clone + Send + 'static,
    [Shard; SHARDS]: Default,
{
    /// A cast to [`Index::insert`].
    Insert {
        /// The argument `key`.
        key: K,
        /// The argument `value`.
        value: V,
    },
}

impl<K, V, const SHARDS: usize> ::callcast::Message for IndexCast<K, V, SHARDS>
where
    K: Hash + Eq + Send + 'static,
    V: Clone + Send + 'static,
    [Shard; SHARDS]: Default,
{
    fn name(&self) -> &'static str {
        match *self {
            Self::Insert { .. } => "insert",
        }
    }
}

impl<K, V, const SHARDS: usize> ::core::fmt::Debug for IndexCast<K, V, SHARDS>
where
    K: Hash + Eq + Send + 'static,
    V: Clone + Send + 'static,
    [Shard; SHARDS]: Default,
{
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// What travels to [`Index`] when it is called: a call, and where its reply goes.
pub enum IndexRequest<K, V, const SHARDS: usize>
where
    K: Hash + Eq + Send + 'static,
    V: Clone + Send + 'static,
    [Shard; SHARDS]: Default,
{
    /// A call of [`Index::lookup`].
    Lookup {
        /// The argument `key`.
        key: K,
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<Option<V>>,
    },
    /// A call of [`Index::sizes`].
    Sizes {
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<[usize; SHARDS]>,
    },
}

impl<K, V, const SHARDS: usize> ::callcast::Message for IndexRequest<K, V, SHARDS>
where
    K: Hash + Eq + Send + 'static,
    V: Clone + Send + 'static,
    [Shard; SHARDS]: Default,
{
    fn name(&self) -> &'static str {
        match *self {
            Self::Lookup { .. } => "lookup",
            Self::Sizes { .. } => "sizes",
        }
    }
}

impl<K, V, const SHARDS: usize> ::core::fmt::Debug for IndexRequest<K, V, SHARDS>
where
    K: Hash + Eq + Send + 'static,
    V: Clone + Send + 'static,
    [Shard; SHARDS]: Default,
{
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

impl<K, V, const SHARDS: usize> ::core::convert::From<IndexRequest<K, V, SHARDS>> for IndexCall<K, V, SHARDS>
where
    K: Hash + Eq + Send + 'static,
    V: Clone + Send + 'static,
    [Shard; SHARDS]: Default,
{
    fn from(request: IndexRequest<K, V, SHARDS>) -> Self {
        match request {
            IndexRequest::Lookup { key, .. } => Self::Lookup { key },
            IndexRequest::Sizes { .. } => Self::Sizes,
        }
    }
}

impl<K, V, const SHARDS: usize> ::callcast::Protocol for Index<K, V, SHARDS>
where
    K: Hash + Eq + Send + 'static,
    V: Clone + Send + 'static,
    [Shard; SHARDS]: Default,
{
    type Call = IndexCall<K, V, SHARDS>;
    type Cast = IndexCast<K, V, SHARDS>;
    type Request = IndexRequest<K, V, SHARDS>;
    type Client = IndexClient<K, V, SHARDS>;
    type Kind = ::callcast::__private::ServerKind;
    const NAME: &'static str = "Index";
}

impl<K, V, const SHARDS: usize> ::callcast::GenServer for Index<K, V, SHARDS>
where
    K: Hash + Eq + Send + 'static,
    V: Clone + Send + 'static,
    [Shard; SHARDS]: Default,
{
}

impl<K, V, const SHARDS: usize> ::callcast::BackgroundTask for Index<K, V, SHARDS>
where
    K: Hash + Eq + Send + 'static,
    V: Clone + Send + 'static,
    [Shard; SHARDS]: Default,
{
    type Info = ::callcast::__private::Nothing;

    fn caller(
        request: &IndexRequest<K, V, SHARDS>,
    ) -> ::core::option::Option<&dyn ::callcast::__private::Caller> {
        match *request {
            IndexRequest::Lookup { ref reply, .. } => reply.caller(),
            IndexRequest::Sizes { ref reply, .. } => reply.caller(),
        }
    }

    fn handle_request_now(
        &mut self,
        request: IndexRequest<K, V, SHARDS>,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<(), IndexRequest<K, V, SHARDS>> {
        match request {
            IndexRequest::Lookup { key, reply } => ::core::result::Result::Ok({
                let value = Self::lookup(self, key);
                ctx.answer(reply, value)
            }),
            IndexRequest::Sizes { reply } => ::core::result::Result::Ok({
                let value = Self::sizes(self);
                ctx.answer(reply, value)
            }),
        }
    }

    async fn handle_cast(
        &mut self,
        cast: IndexCast<K, V, SHARDS>,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<(), ::callcast::__private::Fault> {
        match cast {
            IndexCast::Insert { key, value } => ::callcast::__private::Outcome::into_result(
                ::callcast::__private::sendable(Self::insert(self, key, value)).await,
                "insert",
            ),
        }
    }
}

/// A client of [`Index`]: each of its methods is a message.
pub struct IndexClient<K, V, const SHARDS: usize>
where
    K: Hash + Eq + Send + 'static,
    V: Clone + Send + 'static,
    [Shard; SHARDS]: Default,
{
    place: ::callcast::__private::Place<Index<K, V, SHARDS>>,
}

impl<K, V, const SHARDS: usize> ::core::clone::Clone for IndexClient<K, V, SHARDS>
where
    K: Hash + Eq + Send + 'static,
    V: Clone + Send + 'static,
    [Shard; SHARDS]: Default,
{
    fn clone(&self) -> Self {
        Self { place: ::core::clone::Clone::clone(&self.place) }
    }
}

impl<K, V, const SHARDS: usize> ::core::fmt::Debug for IndexClient<K, V, SHARDS>
where
    K: Hash + Eq + Send + 'static,
    V: Clone + Send + 'static,
    [Shard; SHARDS]: Default,
{
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::callcast::__private::debug_client(f, "IndexClient", &self.place)
    }
}

impl<K, V, const SHARDS: usize> ::core::ops::Deref for IndexClient<K, V, SHARDS>
where
    K: Hash + Eq + Send + 'static,
    V: Clone + Send + 'static,
    [Shard; SHARDS]: Default,
{
    type Target = ::callcast::Client;

    fn deref(&self) -> &::callcast::Client {
        ::callcast::__private::Place::core(&self.place)
    }
}

impl<K, V, const SHARDS: usize> ::callcast::ClientOf<Index<K, V, SHARDS>> for IndexClient<K, V, SHARDS>
where
    K: Hash + Eq + Send + 'static,
    V: Clone + Send + 'static,
    [Shard; SHARDS]: Default,
{
    fn place(&self) -> &::callcast::__private::Place<Index<K, V, SHARDS>> {
        &self.place
    }

    fn from_place(place: ::callcast::__private::Place<Index<K, V, SHARDS>>) -> Self {
        Self { place }
    }
}

impl<K, V, const SHARDS: usize> IndexClient<K, V, SHARDS>
where
    K: Hash + Eq + Send + 'static,
    V: Clone + Send + 'static,
    [Shard; SHARDS]: Default,
{
    /// Calls [`Index::lookup`] on the server.
    pub fn lookup(&self, key: K) -> ::callcast::Call<'_, Index<K, V, SHARDS>, (K,), Option<V>> {
        let op = const {
            &::callcast::__private::CallOp::new("lookup", |(key,), reply| IndexRequest::Lookup { key, reply })
        };
        ::callcast::__private::Place::call(&self.place, op, (key,))
    }

    /// Casts [`Index::insert`] to the server.
    pub fn insert(&self, key: K, value: V) -> ::callcast::Cast<'_, Index<K, V, SHARDS>, (K, V)> {
        let op = const {
            &::callcast::__private::CastOp::new("insert", |(key, value)| IndexCast::Insert { key, value })
                .mutates()
        };
        ::callcast::__private::Place::cast(&self.place, op, (key, value))
    }

    /// Calls [`Index::sizes`] on the server.
    pub fn sizes(&self) -> ::callcast::Call<'_, Index<K, V, SHARDS>, (), [usize; SHARDS]> {
        let op =
            const { &::callcast::__private::CallOp::new("sizes", |(), reply| IndexRequest::Sizes { reply }) };
        ::callcast::__private::Place::call(&self.place, op, ())
    }
}

impl<K, V, const SHARDS: usize> Index<K, V, SHARDS>
where
    K: Hash + Eq + Send + 'static,
    V: Clone + Send + 'static,
    [Shard; SHARDS]: Default,
{
    /// Starts the server [`Index`].
    pub fn start() -> ::callcast::Start<Index<K, V, SHARDS>, Index<K, V, SHARDS>> {
        Self::spec().start()
    }

    /// Describes the server [`Index`], to be named, supervised or started.
    pub fn spec() -> ::callcast::ServerSpec<Index<K, V, SHARDS>, (), Index<K, V, SHARDS>> {
        ::callcast::__private::server_spec((), |(), _ctx| {
            ::callcast::__private::Box::pin(::core::future::ready(<Index<K, V, SHARDS>>::new()))
        })
    }
}

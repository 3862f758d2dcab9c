impl<K: Eq + Hash + Send + 'static, V = String> Cache<K, V>
where
    V: Clone + Send + 'static,
    Self: Debug,
{
    pub fn new(name: String) -> Result<Self, CacheError> {
        Self::named(name)
    }

    pub fn get(&self, key: K) -> Option<V> {
        self.entries.get(&key).cloned()
    }

    pub fn merge(&mut self, other: Box<Self>) -> Result<usize, CacheError> {
        self.entries.extend(other.entries);
        Ok(self.entries.len())
    }

    fn shown(&self) -> impl Display {
        self.entries.len()
    }

    pub fn clear(&mut self) {
        self.entries.clear()
    }
}

/// What is sent has to be `Send + 'static`; what is not, the compiler shows where a handler names it.
const _: () = {
    fn get<K: Eq + Hash + Send + 'static, V>(
        _: crate::actors::__private::Sent<K>,
        _: crate::actors::__private::Sent<Option<V>>,
    ) where
        V: Clone + Send + 'static,
        Cache<K, V>: Debug,
    {
    }

    fn merge<K: Eq + Hash + Send + 'static, V>(
        _: crate::actors::__private::Sent<Box<Cache<K, V>>>,
        _: crate::actors::__private::Sent<Result<usize, CacheError>>,
    ) where
        V: Clone + Send + 'static,
        Cache<K, V>: Debug,
    {
    }
};

/// The calls of [`Cache`] as plain data: a variant a handler, a field an argument.
#[derive(Debug)]
pub enum CacheCall<K: Eq + Hash + Send + 'static, V>
where
    V: Clone + Send + 'static,
    Cache<K, V>: Debug,
{
    /// A call of [`Cache::get`].
    Get {
        /// The argument `key`.
        key: K,
    },
    /// A call of [`Cache::merge`].
    Merge {
        /// The argument `other`.
        other: Box<Cache<K, V>>,
    },
}

impl<K: Eq + Hash + Send + 'static, V> crate::actors::Message for CacheCall<K, V>
where
    V: Clone + Send + 'static,
    Cache<K, V>: Debug,
{
    fn name(&self) -> &'static str {
        match *self {
            Self::Get { .. } => "get",
            Self::Merge { .. } => "merge",
        }
    }
}

/// The casts to [`Cache`] as plain data: a variant a handler, a field an argument.
#[derive(Debug)]
pub enum CacheCast<K: Eq + Hash + Send + 'static, V>
where
    V: Clone + Send + 'static,
    Cache<K, V>: Debug,
{
    /// A cast to [`Cache::clear`].
    Clear,
    #[doc(hidden)]
    __Unused(::core::marker::PhantomData<fn() -> (K, V)>, crate::actors::__private::Nothing),
}

impl<K: Eq + Hash + Send + 'static, V> crate::actors::Message for CacheCast<K, V>
where
    V: Clone + Send + 'static,
    Cache<K, V>: Debug,
{
    fn name(&self) -> &'static str {
        match *self {
            Self::Clear { .. } => "clear",
            Self::__Unused(_, ref nothing) => match *nothing {},
        }
    }
}

/// What travels to [`Cache`] when it is called: a call, and where its reply goes.
pub enum CacheRequest<K: Eq + Hash + Send + 'static, V>
where
    V: Clone + Send + 'static,
    Cache<K, V>: Debug,
{
    /// A call of [`Cache::get`].
    Get {
        /// The argument `key`.
        key: K,
        /// Where the reply goes.
        reply: crate::actors::ReplyTo<Option<V>>,
    },
    /// A call of [`Cache::merge`].
    Merge {
        /// The argument `other`.
        other: Box<Cache<K, V>>,
        /// Where the reply goes.
        reply: crate::actors::ReplyTo<Result<usize, CacheError>>,
    },
}

impl<K: Eq + Hash + Send + 'static, V> crate::actors::Message for CacheRequest<K, V>
where
    V: Clone + Send + 'static,
    Cache<K, V>: Debug,
{
    fn name(&self) -> &'static str {
        match *self {
            Self::Get { .. } => "get",
            Self::Merge { .. } => "merge",
        }
    }
}

impl<K: Eq + Hash + Send + 'static, V> ::core::fmt::Debug for CacheRequest<K, V>
where
    V: Clone + Send + 'static,
    Cache<K, V>: Debug,
{
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(crate::actors::Message::name(self))
    }
}

impl<K: Eq + Hash + Send + 'static, V> ::core::convert::From<CacheRequest<K, V>> for CacheCall<K, V>
where
    V: Clone + Send + 'static,
    Cache<K, V>: Debug,
{
    fn from(request: CacheRequest<K, V>) -> Self {
        match request {
            CacheRequest::Get { key, .. } => Self::Get { key },
            CacheRequest::Merge { other, .. } => Self::Merge { other },
        }
    }
}

impl<K: Eq + Hash + Send + 'static, V> crate::actors::Protocol for Cache<K, V>
where
    V: Clone + Send + 'static,
    Cache<K, V>: Debug,
{
    type Call = CacheCall<K, V>;
    type Cast = CacheCast<K, V>;
    type Request = CacheRequest<K, V>;
    type Client = CacheClient<K, V>;
    type Kind = crate::actors::__private::AgentKind;
    const NAME: &'static str = "Cache";
}

impl<K: Eq + Hash + Send + 'static, V> crate::actors::GenServer for Cache<K, V>
where
    V: Clone + Send + 'static,
    Cache<K, V>: Debug,
{
    fn format_status(&self) -> ::core::option::Option<crate::actors::__private::String> {
        ::core::option::Option::Some(crate::actors::__private::shown(&Self::shown(self)))
    }
}

impl<K: Eq + Hash + Send + 'static, V> crate::actors::StateHolder for Cache<K, V>
where
    V: Clone + Send + 'static,
    Cache<K, V>: Debug,
{
    fn handle_request(&mut self, request: CacheRequest<K, V>) {
        match request {
            CacheRequest::Get { key, reply } => reply.send(Self::get(self, key)),
            CacheRequest::Merge { other, reply } => reply.send(Self::merge(self, other)),
        }
    }

    fn handle_cast(
        &mut self,
        cast: CacheCast<K, V>,
    ) -> ::core::result::Result<(), crate::actors::__private::Fault> {
        match cast {
            CacheCast::Clear => crate::actors::__private::Outcome::into_result(Self::clear(self), "clear"),
            CacheCast::__Unused(_, nothing) => match nothing {},
        }
    }
}

/// A client of [`Cache`]: each of its methods is a message.
pub struct CacheClient<K: Eq + Hash + Send + 'static, V>
where
    V: Clone + Send + 'static,
    Cache<K, V>: Debug,
{
    place: crate::actors::__private::Place<Cache<K, V>>,
}

impl<K: Eq + Hash + Send + 'static, V> ::core::clone::Clone for CacheClient<K, V>
where
    V: Clone + Send + 'static,
    Cache<K, V>: Debug,
{
    fn clone(&self) -> Self {
        Self { place: ::core::clone::Clone::clone(&self.place) }
    }
}

impl<K: Eq + Hash + Send + 'static, V> ::core::fmt::Debug for CacheClient<K, V>
where
    V: Clone + Send + 'static,
    Cache<K, V>: Debug,
{
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        crate::actors::__private::debug_client(f, "CacheClient", &self.place)
    }
}

impl<K: Eq + Hash + Send + 'static, V> ::core::ops::Deref for CacheClient<K, V>
where
    V: Clone + Send + 'static,
    Cache<K, V>: Debug,
{
    type Target = crate::actors::Client;

    fn deref(&self) -> &crate::actors::Client {
        crate::actors::__private::Place::core(&self.place)
    }
}

impl<K: Eq + Hash + Send + 'static, V> crate::actors::ClientOf<Cache<K, V>> for CacheClient<K, V>
where
    V: Clone + Send + 'static,
    Cache<K, V>: Debug,
{
    fn place(&self) -> &crate::actors::__private::Place<Cache<K, V>> {
        &self.place
    }

    fn from_place(place: crate::actors::__private::Place<Cache<K, V>>) -> Self {
        Self { place }
    }
}

impl<K: Eq + Hash + Send + 'static, V> CacheClient<K, V>
where
    V: Clone + Send + 'static,
    Cache<K, V>: Debug,
{
    /// Calls [`Cache::get`] on the agent.
    pub fn get(&self, key: K) -> crate::actors::Call<'_, Cache<K, V>, (K,), Option<V>> {
        let op = const {
            &crate::actors::__private::CallOp::new("get", |(key,), reply| CacheRequest::Get { key, reply })
                .run(|server, (key,)| <Cache<K, V>>::get(server, key))
        };
        crate::actors::__private::Place::call(&self.place, op, (key,))
    }

    /// Calls [`Cache::merge`] on the agent.
    pub fn merge(
        &self,
        other: Box<Cache<K, V>>,
    ) -> crate::actors::Call<
        '_,
        Cache<K, V>,
        (Box<Cache<K, V>>,),
        Result<usize, CacheError>,
        crate::actors::Fallible,
    > {
        let op = const {
            &crate::actors::__private::CallOp::new("merge", |(other,), reply| CacheRequest::Merge {
                other,
                reply,
            })
            .run(|server, (other,)| <Cache<K, V>>::merge(server, other))
            .mutates()
        };
        crate::actors::__private::Place::call(&self.place, op, (other,))
    }

    /// Casts [`Cache::clear`] to the agent.
    pub fn clear(&self) -> crate::actors::Cast<'_, Cache<K, V>, ()> {
        let op = const {
            &crate::actors::__private::CastOp::new("clear", |()| CacheCast::Clear)
                .run(|server, ()| {
                    crate::actors::__private::Outcome::into_result(<Cache<K, V>>::clear(server), "clear")
                })
                .mutates()
        };
        crate::actors::__private::Place::cast(&self.place, op, ())
    }
}

impl<K: Eq + Hash + Send + 'static, V> Cache<K, V>
where
    V: Clone + Send + 'static,
    Cache<K, V>: Debug,
{
    /// Starts the agent [`Cache`].
    pub fn start(
        name: impl ::core::convert::Into<String>,
    ) -> ::core::result::Result<CacheClient<K, V>, crate::actors::StartError<CacheError>> {
        Self::spec(name).start()
    }

    /// Describes the agent [`Cache`], to be named, supervised or started.
    pub fn spec(
        name: impl ::core::convert::Into<String>,
    ) -> crate::actors::AgentSpec<Cache<K, V>, (String,), Result<Cache<K, V>, CacheError>> {
        crate::actors::__private::agent_spec((::core::convert::Into::into(name),), |(name,)| {
            <Cache<K, V>>::new(name)
        })
    }
}

pub(crate) trait Cache<K: Eq + Hash + Send + 'static, V = Vec<u8>, const S: usize = 4>
where
    V: Clone + Send + 'static,
    Self: Debug,
{
    fn get(&self, key: K) -> Option<V>;
    fn sizes(&self) -> [usize; S];
}

/// What is sent has to be `Send + 'static`; what is not, the compiler shows where a handler names it.
const _: () = {
    fn get<K: Eq + Hash + Send + 'static, V, const S: usize>(
        _: crate::actors::__private::Sent<K>,
        _: crate::actors::__private::Sent<Option<V>>,
    ) where
        V: Clone + Send + 'static,
    {
    }

    fn sizes<K: Eq + Hash + Send + 'static, V, const S: usize>(_: crate::actors::__private::Sent<[usize; S]>)
    where
        V: Clone + Send + 'static,
    {
    }
};

/// The calls of [`Cache`] as plain data: a variant a handler, a field an argument.
pub(crate) enum CacheCall<K: Eq + Hash + Send + 'static, V = Vec<u8>, const S: usize = 4>
where
    V: Clone + Send + 'static,
{
    /// A call of [`Cache::get`].
    Get {
        /// The argument `key`.
        key: K,
    },
    /// A call of [`Cache::sizes`].
    Sizes,
    #[doc(hidden)]
    __Unused(::core::marker::PhantomData<fn() -> (V,)>, crate::actors::__private::Nothing),
}

impl<K: Eq + Hash + Send + 'static, V, const S: usize> crate::actors::Message for CacheCall<K, V, S>
where
    V: Clone + Send + 'static,
{
    fn name(&self) -> &'static str {
        match *self {
            Self::Get { .. } => "get",
            Self::Sizes { .. } => "sizes",
            Self::__Unused(_, ref nothing) => match *nothing {},
        }
    }
}

impl<K: Eq + Hash + Send + 'static, V, const S: usize> ::core::fmt::Debug for CacheCall<K, V, S>
where
    V: Clone + Send + 'static,
{
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(crate::actors::Message::name(self))
    }
}

/// What travels to [`Cache`] when it is called: a call, and where its reply goes.
pub(crate) enum CacheRequest<K: Eq + Hash + Send + 'static, V = Vec<u8>, const S: usize = 4>
where
    V: Clone + Send + 'static,
{
    /// A call of [`Cache::get`].
    Get {
        /// The argument `key`.
        key: K,
        /// Where the reply goes.
        reply: crate::actors::ReplyTo<Option<V>>,
    },
    /// A call of [`Cache::sizes`].
    Sizes {
        /// Where the reply goes.
        reply: crate::actors::ReplyTo<[usize; S]>,
    },
}

impl<K: Eq + Hash + Send + 'static, V, const S: usize> crate::actors::Message for CacheRequest<K, V, S>
where
    V: Clone + Send + 'static,
{
    fn name(&self) -> &'static str {
        match *self {
            Self::Get { .. } => "get",
            Self::Sizes { .. } => "sizes",
        }
    }
}

impl<K: Eq + Hash + Send + 'static, V, const S: usize> ::core::fmt::Debug for CacheRequest<K, V, S>
where
    V: Clone + Send + 'static,
{
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(crate::actors::Message::name(self))
    }
}

impl<K: Eq + Hash + Send + 'static, V, const S: usize> ::core::convert::From<CacheRequest<K, V, S>>
    for CacheCall<K, V, S>
where
    V: Clone + Send + 'static,
{
    fn from(request: CacheRequest<K, V, S>) -> Self {
        match request {
            CacheRequest::Get { key, .. } => Self::Get { key },
            CacheRequest::Sizes { .. } => Self::Sizes,
        }
    }
}

/// The protocol [`Cache`], where a type stands for it: `Name<CacheProtocol>` leads to whoever speaks it.
pub(crate) struct CacheProtocol<K: Eq + Hash + Send + 'static, V = Vec<u8>, const S: usize = 4>(
    ::core::marker::PhantomData<fn() -> (K, V)>,
)
where
    V: Clone + Send + 'static;
impl<K: Eq + Hash + Send + 'static, V, const S: usize> crate::actors::Protocol for CacheProtocol<K, V, S>
where
    V: Clone + Send + 'static,
{
    type Call = CacheCall<K, V, S>;
    type Cast = crate::actors::__private::Nothing;
    type Request = CacheRequest<K, V, S>;
    type Client = CacheClient<K, V, S>;
    type Kind = crate::actors::__private::ProtocolKind;
    const NAME: &'static str = "Cache";
}

impl<S_, K: Eq + Hash + Send + 'static, V, const S: usize> crate::actors::__private::ProtocolFor<S_>
    for dyn Cache<K, V, S>
where
    V: Clone + Send + 'static,
{
    type Protocol = CacheProtocol<K, V, S>;
    type Client = CacheClient<K, V, S>;
}

impl<K: Eq + Hash + Send + 'static, V, const S: usize> crate::actors::__private::Spoken
    for CacheProtocol<K, V, S>
where
    V: Clone + Send + 'static,
{
    type Engine = dyn CacheEngine<K, V, S>;
    type Handlers<S_: crate::actors::__private::Handles<Self>> = CacheHandlers<S_, K, V, S>;

    fn spot(client: &crate::actors::Client<dyn CacheEngine<K, V, S>>) -> &crate::actors::Client {
        client
    }

    fn erase(
        client: crate::actors::__private::Arc<crate::actors::Client<dyn CacheEngine<K, V, S>>>,
    ) -> crate::actors::__private::Arc<crate::actors::Client<dyn crate::actors::__private::Core>> {
        client
    }

    fn widen<E>(
        client: crate::actors::__private::Arc<crate::actors::Client<E>>,
    ) -> crate::actors::__private::Arc<crate::actors::Client<dyn CacheEngine<K, V, S>>>
    where
        E: crate::actors::__private::Host<Server: crate::actors::__private::Handles<Self>>
            + crate::actors::__private::Engine<Self>,
    {
        client
    }

    fn caller(
        request: &CacheRequest<K, V, S>,
    ) -> ::core::option::Option<&dyn crate::actors::__private::Caller> {
        match *request {
            CacheRequest::Get { ref reply, .. } => reply.caller(),
            CacheRequest::Sizes { ref reply, .. } => reply.caller(),
        }
    }

    fn redirect(
        request: &mut CacheRequest<K, V, S>,
        to: &crate::actors::__private::Arc<crate::actors::__private::Life>,
    ) {
        match *request {
            CacheRequest::Get { ref mut reply, .. } => reply.redirect(to),
            CacheRequest::Sizes { ref mut reply, .. } => reply.redirect(to),
        }
    }

    fn handle_request_now<S_: crate::actors::__private::Handles<Self>>(
        server: &mut S_,
        request: CacheRequest<K, V, S>,
        ctx: &mut crate::actors::__private::ContextOf<S_>,
    ) -> ::core::result::Result<(), CacheRequest<K, V, S>> {
        match request {
            CacheRequest::Get { key, reply } => S_::HANDLERS
                .get
                .call_now(server, ctx, (key,), reply)
                .map_err(|((key,), reply)| CacheRequest::Get { key, reply }),
            CacheRequest::Sizes { reply } => S_::HANDLERS
                .sizes
                .call_now(server, ctx, (), reply)
                .map_err(|((), reply)| CacheRequest::Sizes { reply }),
        }
    }

    fn handle_request<'a, S_: crate::actors::__private::Handles<Self> + crate::actors::BackgroundTask>(
        server: &'a mut S_,
        request: CacheRequest<K, V, S>,
        ctx: &'a mut crate::actors::__private::ContextOf<S_>,
    ) -> crate::actors::__private::BoxFuture<'a, ()> {
        match request {
            CacheRequest::Get { key, reply } => S_::HANDLERS.get.call(server, ctx, (key,), reply),
            CacheRequest::Sizes { reply } => S_::HANDLERS.sizes.call(server, ctx, (), reply),
        }
    }

    fn handle_cast_now<S_: crate::actors::__private::Handles<Self>>(
        server: &mut S_,
        cast: crate::actors::__private::Nothing,
        ctx: &mut crate::actors::__private::ContextOf<S_>,
    ) -> ::core::result::Result<
        ::core::result::Result<(), crate::actors::__private::Fault>,
        crate::actors::__private::Nothing,
    > {
        match cast {}
    }

    fn handle_cast<'a, S_: crate::actors::__private::Handles<Self> + crate::actors::BackgroundTask>(
        server: &'a mut S_,
        cast: crate::actors::__private::Nothing,
        ctx: &'a mut crate::actors::__private::ContextOf<S_>,
    ) -> crate::actors::__private::BoxFuture<'a, ::core::result::Result<(), crate::actors::__private::Fault>>
    {
        match cast {}
    }
}

/// How a server handles the messages of [`Cache`].
#[doc(hidden)]
pub(crate) struct CacheHandlers<
    S_: crate::actors::GenServer,
    K: Eq + Hash + Send + 'static,
    V = Vec<u8>,
    const S: usize = 4,
> where
    V: Clone + Send + 'static,
{
    pub(crate) get: crate::actors::__private::Handler<S_, (K,), Option<V>>,
    pub(crate) sizes: crate::actors::__private::Handler<S_, (), [usize; S]>,
}

impl<S_: crate::actors::GenServer, K: Eq + Hash + Send + 'static, V, const S: usize>
    crate::actors::__private::OfTrait for CacheHandlers<S_, K, V, S>
where
    S_: Cache<K, V, S>,
    V: Clone + Send + 'static,
{
    const OF_TRAIT: Self = Self {
        get: crate::actors::__private::Handler::run(|server, (key,)| {
            <S_ as Cache<K, V, S>>::get(server, key)
        }),
        sizes: crate::actors::__private::Handler::run(|server, ()| <S_ as Cache<K, V, S>>::sizes(server)),
    };
}

impl<S_: crate::actors::GenServer, K: Eq + Hash + Send + 'static, V, const S: usize>
    crate::actors::__private::Queued for CacheHandlers<S_, K, V, S>
where
    V: Clone + Send + 'static,
{
    const QUEUED: Self = Self {
        get: crate::actors::__private::Handler::queued(),
        sizes: crate::actors::__private::Handler::queued(),
    };
}

/// The calls and casts of [`Cache`], to be run where they are made.
#[doc(hidden)]
pub(crate) trait CacheEngine<K: Eq + Hash + Send + 'static, V = Vec<u8>, const S: usize = 4>:
    crate::actors::__private::Engine<CacheProtocol<K, V, S>>
where
    V: Clone + Send + 'static,
{
    fn call_get(
        &self,
        args: (K,),
        limit: &crate::actors::__private::Limit,
        when: crate::actors::__private::When,
    ) -> crate::actors::__private::Ran<Option<V>, (K,)>;

    fn call_sizes(
        &self,
        args: (),
        limit: &crate::actors::__private::Limit,
        when: crate::actors::__private::When,
    ) -> crate::actors::__private::Ran<[usize; S], ()>;
}

impl<E, K: Eq + Hash + Send + 'static, V, const S: usize> CacheEngine<K, V, S> for E
where
    E: crate::actors::__private::Host<Server: crate::actors::__private::Handles<CacheProtocol<K, V, S>>>
        + crate::actors::__private::Engine<CacheProtocol<K, V, S>>,
    V: Clone + Send + 'static,
{
    fn call_get(
        &self,
        args: (K,),
        limit: &crate::actors::__private::Limit,
        when: crate::actors::__private::When,
    ) -> crate::actors::__private::Ran<Option<V>, (K,)> {
        let handler = const {
            &<E::Server as crate::actors::__private::Handles<CacheProtocol<K, V, S>>>::HANDLERS
                .get
                .called("get")
        };
        crate::actors::__private::Host::call_now(self, handler, args, limit, when)
    }

    fn call_sizes(
        &self,
        args: (),
        limit: &crate::actors::__private::Limit,
        when: crate::actors::__private::When,
    ) -> crate::actors::__private::Ran<[usize; S], ()> {
        let handler = const {
            &<E::Server as crate::actors::__private::Handles<CacheProtocol<K, V, S>>>::HANDLERS
                .sizes
                .called("sizes")
        };
        crate::actors::__private::Host::call_now(self, handler, args, limit, when)
    }
}

/// A client of whatever server speaks [`Cache`]: each of its methods is a message.
pub(crate) struct CacheClient<K: Eq + Hash + Send + 'static, V = Vec<u8>, const S: usize = 4>
where
    V: Clone + Send + 'static,
{
    place: crate::actors::__private::Place<CacheProtocol<K, V, S>>,
}

impl<K: Eq + Hash + Send + 'static, V, const S: usize> ::core::clone::Clone for CacheClient<K, V, S>
where
    V: Clone + Send + 'static,
{
    fn clone(&self) -> Self {
        Self { place: ::core::clone::Clone::clone(&self.place) }
    }
}

impl<K: Eq + Hash + Send + 'static, V, const S: usize> ::core::fmt::Debug for CacheClient<K, V, S>
where
    V: Clone + Send + 'static,
{
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        crate::actors::__private::debug_client(f, "CacheClient", &self.place)
    }
}

impl<K: Eq + Hash + Send + 'static, V, const S: usize> ::core::ops::Deref for CacheClient<K, V, S>
where
    V: Clone + Send + 'static,
{
    type Target = crate::actors::Client;

    fn deref(&self) -> &crate::actors::Client {
        crate::actors::__private::Place::core(&self.place)
    }
}

impl<K: Eq + Hash + Send + 'static, V, const S: usize> crate::actors::ClientOf<CacheProtocol<K, V, S>>
    for CacheClient<K, V, S>
where
    V: Clone + Send + 'static,
{
    fn place(&self) -> &crate::actors::__private::Place<CacheProtocol<K, V, S>> {
        &self.place
    }

    fn from_place(place: crate::actors::__private::Place<CacheProtocol<K, V, S>>) -> Self {
        Self { place }
    }
}

impl<K: Eq + Hash + Send + 'static, V, const S: usize> CacheClient<K, V, S>
where
    V: Clone + Send + 'static,
{
    /// Calls [`Cache::get`] on the server.
    pub(crate) fn get(&self, key: K) -> crate::actors::Call<'_, CacheProtocol<K, V, S>, (K,), Option<V>> {
        let op = const {
            &crate::actors::__private::CallOp::new("get", |(key,), reply| CacheRequest::Get { key, reply })
                .via(|engine, args, limit, when| CacheEngine::call_get(engine, args, limit, when))
                .parts(|request| match request {
                    CacheRequest::Get { key, reply } => ::core::result::Result::Ok(((key,), reply)),
                    request => ::core::result::Result::Err(request),
                })
        };
        crate::actors::__private::Place::call(&self.place, op, (key,))
    }

    /// Calls [`Cache::sizes`] on the server.
    pub(crate) fn sizes(&self) -> crate::actors::Call<'_, CacheProtocol<K, V, S>, (), [usize; S]> {
        let op = const {
            &crate::actors::__private::CallOp::new("sizes", |(), reply| CacheRequest::Sizes { reply })
                .via(|engine, args, limit, when| CacheEngine::call_sizes(engine, args, limit, when))
                .parts(|request| match request {
                    CacheRequest::Sizes { reply } => ::core::result::Result::Ok(((), reply)),
                    request => ::core::result::Result::Err(request),
                })
        };
        crate::actors::__private::Place::call(&self.place, op, ())
    }
}

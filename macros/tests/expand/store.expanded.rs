/// Keeps values under keys.
pub trait Store: Send {
    /// What stands under `key`.
    fn get(&self, key: String) -> Option<Bytes>;
    fn put(&mut self, key: String, value: Bytes) -> Result<(), StoreError>;

    /// Throws it away.
    fn forget(&mut self, key: String);

    fn describe(&self) -> String {
        format!("a store of {} values", self.len())
    }

    #[cfg(feature = "metrics")]
    fn hits(&self) -> u64;

    #[deprecated = "use `forget`"]
    fn clear(&mut self) -> Result<(), StoreError>;

    fn len(&self) -> usize {
        0
    }
}

/// What is sent has to be `Send + 'static`; what is not, the compiler shows where a handler names it.
const _: () = {
    fn get(_: ::callcast::__private::Sent<Option<Bytes>>) {}

    fn put(_: ::callcast::__private::Sent<Bytes>, _: ::callcast::__private::Sent<Result<(), StoreError>>) {}
};

/// The calls of [`Store`] as plain data: a variant a handler, a field an argument.
#[derive(Debug, Clone)]
pub enum StoreCall {
    /// A call of [`Store::get`].
    Get {
        /// The argument `key`.
        key: String,
    },
    /// A call of [`Store::put`].
    Put {
        /// The argument `key`.
        key: String,
        /// The argument `value`.
        value: Bytes,
    },
    /// A call of [`Store::describe`].
    Describe,
    /// A call of [`Store::hits`].
    #[cfg(feature = "metrics")]
    Hits,
}

impl ::callcast::Message for StoreCall {
    fn name(&self) -> &'static str {
        match *self {
            Self::Get { .. } => "get",
            Self::Put { .. } => "put",
            Self::Describe { .. } => "describe",
            #[cfg(feature = "metrics")]
            Self::Hits { .. } => "hits",
        }
    }
}

/// The casts to [`Store`] as plain data: a variant a handler, a field an argument.
#[derive(Debug, Clone)]
pub enum StoreCast {
    /// A cast to [`Store::forget`].
    Forget {
        /// The argument `key`.
        key: String,
    },
    /// A cast to [`Store::clear`].
    Clear,
}

impl ::callcast::Message for StoreCast {
    fn name(&self) -> &'static str {
        match *self {
            Self::Forget { .. } => "forget",
            Self::Clear { .. } => "clear",
        }
    }
}

/// What travels to [`Store`] when it is called: a call, and where its reply goes.
pub enum StoreRequest {
    /// A call of [`Store::get`].
    Get {
        /// The argument `key`.
        key: String,
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<Option<Bytes>>,
    },
    /// A call of [`Store::put`].
    Put {
        /// The argument `key`.
        key: String,
        /// The argument `value`.
        value: Bytes,
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<Result<(), StoreError>>,
    },
    /// A call of [`Store::describe`].
    Describe {
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<String>,
    },
    /// A call of [`Store::hits`].
    #[cfg(feature = "metrics")]
    Hits {
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<u64>,
    },
}

impl ::callcast::Message for StoreRequest {
    fn name(&self) -> &'static str {
        match *self {
            Self::Get { .. } => "get",
            Self::Put { .. } => "put",
            Self::Describe { .. } => "describe",
            #[cfg(feature = "metrics")]
            Self::Hits { .. } => "hits",
        }
    }
}

impl ::core::fmt::Debug for StoreRequest {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

impl ::core::convert::From<StoreRequest> for StoreCall {
    fn from(request: StoreRequest) -> Self {
        match request {
            StoreRequest::Get { key, .. } => Self::Get { key },
            StoreRequest::Put { key, value, .. } => Self::Put { key, value },
            StoreRequest::Describe { .. } => Self::Describe,
            #[cfg(feature = "metrics")]
            StoreRequest::Hits { .. } => Self::Hits,
        }
    }
}

/// The protocol [`Store`], where a type stands for it: `Name<StoreProtocol>` leads to whoever speaks it.
pub enum StoreProtocol {}

impl ::callcast::Protocol for StoreProtocol {
    type Call = StoreCall;
    type Cast = StoreCast;
    type Request = StoreRequest;
    type Client = StoreClient;
    type Kind = ::callcast::__private::ProtocolKind;
    const NAME: &'static str = "Store";
}

impl<S> ::callcast::__private::ProtocolFor<S> for dyn Store {
    type Protocol = StoreProtocol;
    type Client = StoreClient;
}

impl ::callcast::__private::Spoken for StoreProtocol {
    type Engine = dyn StoreEngine;
    type Handlers<S: ::callcast::__private::Handles<Self>> = StoreHandlers<S>;

    fn spot(client: &::callcast::Client<dyn StoreEngine>) -> &::callcast::Client {
        client
    }

    fn erase(
        client: ::callcast::__private::Arc<::callcast::Client<dyn StoreEngine>>,
    ) -> ::callcast::__private::Arc<::callcast::Client<dyn ::callcast::__private::Core>> {
        client
    }

    fn widen<E>(
        client: ::callcast::__private::Arc<::callcast::Client<E>>,
    ) -> ::callcast::__private::Arc<::callcast::Client<dyn StoreEngine>>
    where
        E: ::callcast::__private::Host<Server: ::callcast::__private::Handles<Self>>
            + ::callcast::__private::Engine<Self>,
    {
        client
    }

    fn caller(request: &StoreRequest) -> ::core::option::Option<&dyn ::callcast::__private::Caller> {
        match *request {
            StoreRequest::Get { ref reply, .. } => reply.caller(),
            StoreRequest::Put { ref reply, .. } => reply.caller(),
            StoreRequest::Describe { ref reply, .. } => reply.caller(),
            #[cfg(feature = "metrics")]
            StoreRequest::Hits { ref reply, .. } => reply.caller(),
        }
    }

    fn redirect(request: &mut StoreRequest, to: &::callcast::__private::Arc<::callcast::__private::Life>) {
        match *request {
            StoreRequest::Get { ref mut reply, .. } => reply.redirect(to),
            StoreRequest::Put { ref mut reply, .. } => reply.redirect(to),
            StoreRequest::Describe { ref mut reply, .. } => reply.redirect(to),
            #[cfg(feature = "metrics")]
            StoreRequest::Hits { ref mut reply, .. } => reply.redirect(to),
        }
    }

    fn handle_request_now<S: ::callcast::__private::Handles<Self>>(
        server: &mut S,
        request: StoreRequest,
        ctx: &mut ::callcast::__private::ContextOf<S>,
    ) -> ::core::result::Result<(), StoreRequest> {
        match request {
            StoreRequest::Get { key, reply } => S::HANDLERS
                .get
                .call_now(server, ctx, (key,), reply)
                .map_err(|((key,), reply)| StoreRequest::Get { key, reply }),
            StoreRequest::Put { key, value, reply } => S::HANDLERS
                .put
                .call_now(server, ctx, (key, value), reply)
                .map_err(|((key, value), reply)| StoreRequest::Put { key, value, reply }),
            StoreRequest::Describe { reply } => S::HANDLERS
                .describe
                .call_now(server, ctx, (), reply)
                .map_err(|((), reply)| StoreRequest::Describe { reply }),
            #[cfg(feature = "metrics")]
            StoreRequest::Hits { reply } => S::HANDLERS
                .hits
                .call_now(server, ctx, (), reply)
                .map_err(|((), reply)| StoreRequest::Hits { reply }),
        }
    }

    fn handle_request<'a, S: ::callcast::__private::Handles<Self> + ::callcast::BackgroundTask>(
        server: &'a mut S,
        request: StoreRequest,
        ctx: &'a mut ::callcast::__private::ContextOf<S>,
    ) -> ::callcast::__private::BoxFuture<'a, ()> {
        match request {
            StoreRequest::Get { key, reply } => S::HANDLERS.get.call(server, ctx, (key,), reply),
            StoreRequest::Put { key, value, reply } => S::HANDLERS.put.call(server, ctx, (key, value), reply),
            StoreRequest::Describe { reply } => S::HANDLERS.describe.call(server, ctx, (), reply),
            #[cfg(feature = "metrics")]
            StoreRequest::Hits { reply } => S::HANDLERS.hits.call(server, ctx, (), reply),
        }
    }

    fn handle_cast_now<S: ::callcast::__private::Handles<Self>>(
        server: &mut S,
        cast: StoreCast,
        ctx: &mut ::callcast::__private::ContextOf<S>,
    ) -> ::core::result::Result<::core::result::Result<(), ::callcast::__private::Fault>, StoreCast> {
        match cast {
            StoreCast::Forget { key } => {
                ::callcast::__private::Handler::cast_now(&S::HANDLERS.forget, server, ctx, (key,), "forget")
                    .map_err(|(key,)| StoreCast::Forget { key })
            }
            StoreCast::Clear => {
                ::callcast::__private::Handler::cast_now(&S::HANDLERS.clear, server, ctx, (), "clear")
                    .map_err(|()| StoreCast::Clear)
            }
        }
    }

    fn handle_cast<'a, S: ::callcast::__private::Handles<Self> + ::callcast::BackgroundTask>(
        server: &'a mut S,
        cast: StoreCast,
        ctx: &'a mut ::callcast::__private::ContextOf<S>,
    ) -> ::callcast::__private::BoxFuture<'a, ::core::result::Result<(), ::callcast::__private::Fault>> {
        match cast {
            StoreCast::Forget { key } => {
                ::callcast::__private::Handler::cast(&S::HANDLERS.forget, server, ctx, (key,), "forget")
            }
            StoreCast::Clear => {
                ::callcast::__private::Handler::cast(&S::HANDLERS.clear, server, ctx, (), "clear")
            }
        }
    }
}

/// How a server handles the messages of [`Store`].
#[doc(hidden)]
pub struct StoreHandlers<S: ::callcast::GenServer> {
    pub get: ::callcast::__private::Handler<S, (String,), Option<Bytes>>,
    pub put: ::callcast::__private::Handler<S, (String, Bytes), Result<(), StoreError>>,
    pub forget: ::callcast::__private::Handler<S, (String,), (), ::callcast::__private::Told>,
    pub describe: ::callcast::__private::Handler<S, (), String>,
    #[cfg(feature = "metrics")]
    pub hits: ::callcast::__private::Handler<S, (), u64>,
    pub clear: ::callcast::__private::Handler<S, (), Result<(), StoreError>, ::callcast::__private::Told>,
}

impl<S: ::callcast::GenServer> ::callcast::__private::OfTrait for StoreHandlers<S>
where
    S: Store,
{
    const OF_TRAIT: Self = Self {
        get: ::callcast::__private::Handler::run(|server, (key,)| <S as Store>::get(server, key)),
        put: ::callcast::__private::Handler::run(|server, (key, value)| {
            <S as Store>::put(server, key, value)
        }),
        forget: ::callcast::__private::Handler::run(|server, (key,)| <S as Store>::forget(server, key)),
        describe: ::callcast::__private::Handler::run(|server, ()| <S as Store>::describe(server)),
        #[cfg(feature = "metrics")]
        hits: ::callcast::__private::Handler::run(|server, ()| <S as Store>::hits(server)),
        #[allow(deprecated, reason = "whoever uses the client is warned")]
        clear: ::callcast::__private::Handler::run(|server, ()| <S as Store>::clear(server)),
    };
}

impl<S: ::callcast::GenServer> ::callcast::__private::Queued for StoreHandlers<S> {
    const QUEUED: Self = Self {
        get: ::callcast::__private::Handler::queued(),
        put: ::callcast::__private::Handler::queued(),
        forget: ::callcast::__private::Handler::queued(),
        describe: ::callcast::__private::Handler::queued(),
        #[cfg(feature = "metrics")]
        hits: ::callcast::__private::Handler::queued(),
        clear: ::callcast::__private::Handler::queued(),
    };
}

/// The calls and casts of [`Store`], to be run where they are made.
#[doc(hidden)]
pub trait StoreEngine: ::callcast::__private::Engine<StoreProtocol> {
    fn call_get(
        &self,
        args: (String,),
        limit: &::callcast::__private::Limit,
        when: ::callcast::__private::When,
    ) -> ::callcast::__private::Ran<Option<Bytes>, (String,)>;

    fn call_put(
        &self,
        args: (String, Bytes),
        limit: &::callcast::__private::Limit,
        when: ::callcast::__private::When,
    ) -> ::callcast::__private::Ran<Result<(), StoreError>, (String, Bytes)>;
    fn cast_forget(&self, args: (String,)) -> ::core::result::Result<(), (String,)>;

    fn call_describe(
        &self,
        args: (),
        limit: &::callcast::__private::Limit,
        when: ::callcast::__private::When,
    ) -> ::callcast::__private::Ran<String, ()>;

    #[cfg(feature = "metrics")]
    fn call_hits(
        &self,
        args: (),
        limit: &::callcast::__private::Limit,
        when: ::callcast::__private::When,
    ) -> ::callcast::__private::Ran<u64, ()>;
    fn cast_clear(&self, args: ()) -> ::core::result::Result<(), ()>;
}

impl<E> StoreEngine for E
where
    E: ::callcast::__private::Host<Server: ::callcast::__private::Handles<StoreProtocol>>
        + ::callcast::__private::Engine<StoreProtocol>,
{
    fn call_get(
        &self,
        args: (String,),
        limit: &::callcast::__private::Limit,
        when: ::callcast::__private::When,
    ) -> ::callcast::__private::Ran<Option<Bytes>, (String,)> {
        let handler = const {
            &<E::Server as ::callcast::__private::Handles<StoreProtocol>>::HANDLERS
                .get
                .called("get")
                .timeout(|| ::core::time::Duration::from_secs(2))
        };
        ::callcast::__private::Host::call_now(self, handler, args, limit, when)
    }

    fn call_put(
        &self,
        args: (String, Bytes),
        limit: &::callcast::__private::Limit,
        when: ::callcast::__private::When,
    ) -> ::callcast::__private::Ran<Result<(), StoreError>, (String, Bytes)> {
        let handler = const {
            &<E::Server as ::callcast::__private::Handles<StoreProtocol>>::HANDLERS
                .put
                .called("put")
                .mutates()
                .timeout(|| ::core::time::Duration::from_secs(10))
                .always()
        };
        ::callcast::__private::Host::call_now(self, handler, args, limit, when)
    }

    fn cast_forget(&self, args: (String,)) -> ::core::result::Result<(), (String,)> {
        let handler = const {
            &<E::Server as ::callcast::__private::Handles<StoreProtocol>>::HANDLERS
                .forget
                .called("forget")
                .mutates()
        };
        ::callcast::__private::Host::cast_now(self, handler, args)
    }

    fn call_describe(
        &self,
        args: (),
        limit: &::callcast::__private::Limit,
        when: ::callcast::__private::When,
    ) -> ::callcast::__private::Ran<String, ()> {
        let handler = const {
            &<E::Server as ::callcast::__private::Handles<StoreProtocol>>::HANDLERS
                .describe
                .called("describe")
                .timeout(|| ::core::time::Duration::from_secs(2))
        };
        ::callcast::__private::Host::call_now(self, handler, args, limit, when)
    }

    #[cfg(feature = "metrics")]
    fn call_hits(
        &self,
        args: (),
        limit: &::callcast::__private::Limit,
        when: ::callcast::__private::When,
    ) -> ::callcast::__private::Ran<u64, ()> {
        let handler = const {
            &<E::Server as ::callcast::__private::Handles<StoreProtocol>>::HANDLERS
                .hits
                .called("hits")
                .timeout(|| ::core::time::Duration::from_secs(2))
        };
        ::callcast::__private::Host::call_now(self, handler, args, limit, when)
    }

    fn cast_clear(&self, args: ()) -> ::core::result::Result<(), ()> {
        let handler = const {
            &<E::Server as ::callcast::__private::Handles<StoreProtocol>>::HANDLERS
                .clear
                .called("clear")
                .mutates()
        };
        ::callcast::__private::Host::cast_now(self, handler, args)
    }
}

/// A client of whatever server speaks [`Store`]: each of its methods is a message.
pub struct StoreClient {
    place: ::callcast::__private::Place<StoreProtocol>,
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

impl ::callcast::ClientOf<StoreProtocol> for StoreClient {
    fn place(&self) -> &::callcast::__private::Place<StoreProtocol> {
        &self.place
    }

    fn from_place(place: ::callcast::__private::Place<StoreProtocol>) -> Self {
        Self { place }
    }
}

impl StoreClient {
    /// What stands under `key`.
    pub fn get(&self, key: String) -> ::callcast::Call<'_, StoreProtocol, (String,), Option<Bytes>> {
        let op = const {
            &::callcast::__private::CallOp::new("get", |(key,), reply| StoreRequest::Get { key, reply })
                .via(|engine, args, limit, when| StoreEngine::call_get(engine, args, limit, when))
                .parts(|request| match request {
                    StoreRequest::Get { key, reply } => ::core::result::Result::Ok(((key,), reply)),
                    request => ::core::result::Result::Err(request),
                })
                .timeout(|| ::core::time::Duration::from_secs(2))
        };
        ::callcast::__private::Place::call(&self.place, op, (key,))
    }

    /// Calls [`Store::put`] on the server.
    pub fn put(
        &self,
        key: impl ::core::convert::Into<String>,
        value: Bytes,
    ) -> ::callcast::Call<'_, StoreProtocol, (String, Bytes), Result<(), StoreError>, ::callcast::Fallible>
    {
        let op = const {
            &::callcast::__private::CallOp::new("put", |(key, value), reply| StoreRequest::Put {
                key,
                value,
                reply,
            })
            .via(|engine, args, limit, when| StoreEngine::call_put(engine, args, limit, when))
            .parts(|request| match request {
                StoreRequest::Put { key, value, reply } => ::core::result::Result::Ok(((key, value), reply)),
                request => ::core::result::Result::Err(request),
            })
            .mutates()
            .timeout(|| ::core::time::Duration::from_secs(10))
            .always()
        };
        ::callcast::__private::Place::call(&self.place, op, (::core::convert::Into::into(key), value))
    }

    /// Throws it away.
    pub fn forget(&self, key: String) -> ::callcast::Cast<'_, StoreProtocol, (String,)> {
        let op = const {
            &::callcast::__private::CastOp::new("forget", |(key,)| StoreCast::Forget { key })
                .via(|engine, args| StoreEngine::cast_forget(engine, args))
                .parts(|cast| match cast {
                    StoreCast::Forget { key } => ::core::result::Result::Ok((key,)),
                    cast => ::core::result::Result::Err(cast),
                })
                .mutates()
        };
        ::callcast::__private::Place::cast(&self.place, op, (key,))
    }

    /// Calls [`Store::describe`] on the server.
    pub fn describe(&self) -> ::callcast::Call<'_, StoreProtocol, (), String> {
        let op = const {
            &::callcast::__private::CallOp::new("describe", |(), reply| StoreRequest::Describe { reply })
                .via(|engine, args, limit, when| StoreEngine::call_describe(engine, args, limit, when))
                .parts(|request| match request {
                    StoreRequest::Describe { reply } => ::core::result::Result::Ok(((), reply)),
                    request => ::core::result::Result::Err(request),
                })
                .timeout(|| ::core::time::Duration::from_secs(2))
        };
        ::callcast::__private::Place::call(&self.place, op, ())
    }

    /// Calls [`Store::hits`] on the server.
    #[cfg(feature = "metrics")]
    pub fn hits(&self) -> ::callcast::Call<'_, StoreProtocol, (), u64> {
        let op = const {
            &::callcast::__private::CallOp::new("hits", |(), reply| StoreRequest::Hits { reply })
                .via(|engine, args, limit, when| StoreEngine::call_hits(engine, args, limit, when))
                .parts(|request| match request {
                    StoreRequest::Hits { reply } => ::core::result::Result::Ok(((), reply)),
                    request => ::core::result::Result::Err(request),
                })
                .timeout(|| ::core::time::Duration::from_secs(2))
        };
        ::callcast::__private::Place::call(&self.place, op, ())
    }

    /// Casts [`Store::clear`] to the server.
    #[deprecated = "use `forget`"]
    #[allow(deprecated, reason = "whoever uses the client is warned")]
    pub fn clear(&self) -> ::callcast::Cast<'_, StoreProtocol, ()> {
        let op = const {
            &::callcast::__private::CastOp::new("clear", |()| StoreCast::Clear)
                .via(|engine, args| StoreEngine::cast_clear(engine, args))
                .parts(|cast| match cast {
                    StoreCast::Clear => ::core::result::Result::Ok(()),
                    cast => ::core::result::Result::Err(cast),
                })
                .mutates()
        };
        ::callcast::__private::Place::cast(&self.place, op, ())
    }
}

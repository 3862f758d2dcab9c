unsafe trait Store<K, T: Send + 'static> {
    fn next(&mut self, reply: ReplyTo<Event>);
    fn good(&self, key: K) -> u64;
    fn neither(&self);
}

/// What is sent has to be `Send + 'static`; what is not, the compiler shows where a handler names it.
const _: () = {
    fn good<K: ::core::marker::Send + 'static, T: Send + 'static>(_: ::callcast::__private::Sent<K>) {}
};

/// The calls of [`Store`] as plain data: a variant a handler, a field an argument.
enum StoreCall<K: ::core::marker::Send + 'static, T: Send + 'static> {
    /// A call of [`Store::good`].
    Good {
        /// The argument `key`.
        key: K,
    },
    #[doc(hidden)]
    __Unused(::core::marker::PhantomData<fn() -> (T,)>, ::callcast::__private::Nothing),
}

impl<K: ::core::marker::Send + 'static, T: Send + 'static> ::callcast::Message for StoreCall<K, T> {
    fn name(&self) -> &'static str {
        match *self {
            Self::Good { .. } => "good",
            Self::__Unused(_, ref nothing) => match *nothing {},
        }
    }
}

impl<K: ::core::marker::Send + 'static, T: Send + 'static> ::core::fmt::Debug for StoreCall<K, T> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// The casts to [`Store`] as plain data: a variant a handler, a field an argument.
enum StoreCast<K: ::core::marker::Send + 'static, T: Send + 'static> {
    #[doc(hidden)]
    __Unused(::core::marker::PhantomData<fn() -> (K, T)>, ::callcast::__private::Nothing),
}

impl<K: ::core::marker::Send + 'static, T: Send + 'static> ::callcast::Message for StoreCast<K, T> {
    fn name(&self) -> &'static str {
        match *self {
            Self::__Unused(_, ref nothing) => match *nothing {},
        }
    }
}

impl<K: ::core::marker::Send + 'static, T: Send + 'static> ::core::fmt::Debug for StoreCast<K, T> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// What travels to [`Store`] when it is called: a call, and where its reply goes.
enum StoreRequest<K: ::core::marker::Send + 'static, T: Send + 'static> {
    /// A call of [`Store::good`].
    Good {
        /// The argument `key`.
        key: K,
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<u64>,
    },
    #[doc(hidden)]
    __Unused(::core::marker::PhantomData<fn() -> (T,)>, ::callcast::__private::Nothing),
}

impl<K: ::core::marker::Send + 'static, T: Send + 'static> ::callcast::Message for StoreRequest<K, T> {
    fn name(&self) -> &'static str {
        match *self {
            Self::Good { .. } => "good",
            Self::__Unused(_, ref nothing) => match *nothing {},
        }
    }
}

impl<K: ::core::marker::Send + 'static, T: Send + 'static> ::core::fmt::Debug for StoreRequest<K, T> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

impl<K: ::core::marker::Send + 'static, T: Send + 'static> ::core::convert::From<StoreRequest<K, T>>
    for StoreCall<K, T>
{
    fn from(request: StoreRequest<K, T>) -> Self {
        match request {
            StoreRequest::Good { key, .. } => Self::Good { key },
            StoreRequest::__Unused(_, nothing) => match nothing {},
        }
    }
}

/// The protocol [`Store`], where a type stands for it: `Name<StoreProtocol>` leads to whoever speaks it.
struct StoreProtocol<K: ::core::marker::Send + 'static, T: Send + 'static>(
    ::core::marker::PhantomData<fn() -> (K, T)>,
);

impl<K: ::core::marker::Send + 'static, T: Send + 'static> ::callcast::Protocol for StoreProtocol<K, T> {
    type Call = StoreCall<K, T>;
    type Cast = StoreCast<K, T>;
    type Request = StoreRequest<K, T>;
    type Client = StoreClient<K, T>;
    type Kind = ::callcast::__private::ProtocolKind;
    const NAME: &'static str = "Store";
}

impl<S, K: ::core::marker::Send + 'static, T: Send + 'static> ::callcast::__private::ProtocolFor<S>
    for dyn Store<K, T>
{
    type Protocol = StoreProtocol<K, T>;
    type Client = StoreClient<K, T>;
}

impl<K: ::core::marker::Send + 'static, T: Send + 'static> ::callcast::__private::Spoken
    for StoreProtocol<K, T>
{
    type Engine = dyn StoreEngine<K, T>;
    type Handlers<S: ::callcast::__private::Handles<Self>> = StoreHandlers<S, K, T>;

    fn spot(client: &::callcast::Client<dyn StoreEngine<K, T>>) -> &::callcast::Client {
        client
    }

    fn erase(
        client: ::callcast::__private::Arc<::callcast::Client<dyn StoreEngine<K, T>>>,
    ) -> ::callcast::__private::Arc<::callcast::Client<dyn ::callcast::__private::Core>> {
        client
    }

    fn widen<E>(
        client: ::callcast::__private::Arc<::callcast::Client<E>>,
    ) -> ::callcast::__private::Arc<::callcast::Client<dyn StoreEngine<K, T>>>
    where
        E: ::callcast::__private::Host<Server: ::callcast::__private::Handles<Self>>
            + ::callcast::__private::Engine<Self>,
    {
        client
    }

    fn caller(request: &StoreRequest<K, T>) -> ::core::option::Option<&dyn ::callcast::__private::Caller> {
        match *request {
            StoreRequest::Good { ref reply, .. } => reply.caller(),
            StoreRequest::__Unused(_, ref nothing) => match *nothing {},
        }
    }

    fn redirect(
        request: &mut StoreRequest<K, T>,
        to: &::callcast::__private::Arc<::callcast::__private::Life>,
    ) {
        match *request {
            StoreRequest::Good { ref mut reply, .. } => reply.redirect(to),
            StoreRequest::__Unused(_, ref nothing) => match *nothing {},
        }
    }

    fn handle_request_now<S: ::callcast::__private::Handles<Self>>(
        server: &mut S,
        request: StoreRequest<K, T>,
        ctx: &mut ::callcast::__private::ContextOf<S>,
    ) -> ::core::result::Result<(), StoreRequest<K, T>> {
        match request {
            StoreRequest::Good { key, reply } => S::HANDLERS
                .good
                .call_now(server, ctx, (key,), reply)
                .map_err(|((key,), reply)| StoreRequest::Good { key, reply }),
            StoreRequest::__Unused(_, nothing) => match nothing {},
        }
    }

    fn handle_request<'a, S: ::callcast::__private::Handles<Self> + ::callcast::BackgroundTask>(
        server: &'a mut S,
        request: StoreRequest<K, T>,
        ctx: &'a mut ::callcast::__private::ContextOf<S>,
    ) -> ::callcast::__private::BoxFuture<'a, ()> {
        match request {
            StoreRequest::Good { key, reply } => S::HANDLERS.good.call(server, ctx, (key,), reply),
            StoreRequest::__Unused(_, nothing) => match nothing {},
        }
    }

    fn handle_cast_now<S: ::callcast::__private::Handles<Self>>(
        server: &mut S,
        cast: StoreCast<K, T>,
        ctx: &mut ::callcast::__private::ContextOf<S>,
    ) -> ::core::result::Result<::core::result::Result<(), ::callcast::__private::Fault>, StoreCast<K, T>>
    {
        match cast {
            StoreCast::__Unused(_, nothing) => match nothing {},
        }
    }

    fn handle_cast<'a, S: ::callcast::__private::Handles<Self> + ::callcast::BackgroundTask>(
        server: &'a mut S,
        cast: StoreCast<K, T>,
        ctx: &'a mut ::callcast::__private::ContextOf<S>,
    ) -> ::callcast::__private::BoxFuture<'a, ::core::result::Result<(), ::callcast::__private::Fault>> {
        match cast {
            StoreCast::__Unused(_, nothing) => match nothing {},
        }
    }
}

/// How a server handles the messages of [`Store`].
#[doc(hidden)]
struct StoreHandlers<S: ::callcast::GenServer, K: ::core::marker::Send + 'static, T: Send + 'static> {
    good: ::callcast::__private::Handler<S, (K,), u64>,
    __unused: ::core::marker::PhantomData<fn() -> (T,)>,
}

impl<S: ::callcast::GenServer, K: ::core::marker::Send + 'static, T: Send + 'static>
    ::callcast::__private::OfTrait for StoreHandlers<S, K, T>
where
    S: Store<K, T>,
{
    const OF_TRAIT: Self = Self {
        good: ::callcast::__private::Handler::run(|server, (key,)| <S as Store<K, T>>::good(server, key)),
        __unused: ::core::marker::PhantomData,
    };
}

impl<S: ::callcast::GenServer, K: ::core::marker::Send + 'static, T: Send + 'static>
    ::callcast::__private::Queued for StoreHandlers<S, K, T>
{
    const QUEUED: Self =
        Self { good: ::callcast::__private::Handler::queued(), __unused: ::core::marker::PhantomData };
}

/// The calls and casts of [`Store`], to be run where they are made.
#[doc(hidden)]
trait StoreEngine<K: ::core::marker::Send + 'static, T: Send + 'static>:
    ::callcast::__private::Engine<StoreProtocol<K, T>>
{
    fn call_good(
        &self,
        args: (K,),
        limit: &::callcast::__private::Limit,
        when: ::callcast::__private::When,
    ) -> ::callcast::__private::Ran<u64, (K,)>;
}

impl<E, K: ::core::marker::Send + 'static, T: Send + 'static> StoreEngine<K, T> for E
where
    E: ::callcast::__private::Host<Server: ::callcast::__private::Handles<StoreProtocol<K, T>>>
        + ::callcast::__private::Engine<StoreProtocol<K, T>>,
{
    fn call_good(
        &self,
        args: (K,),
        limit: &::callcast::__private::Limit,
        when: ::callcast::__private::When,
    ) -> ::callcast::__private::Ran<u64, (K,)> {
        let handler = const {
            &<E::Server as ::callcast::__private::Handles<StoreProtocol<K, T>>>::HANDLERS.good.called("good")
        };
        ::callcast::__private::Host::call_now(self, handler, args, limit, when)
    }
}

/// A client of whatever server speaks [`Store`]: each of its methods is a message.
struct StoreClient<K: ::core::marker::Send + 'static, T: Send + 'static> {
    place: ::callcast::__private::Place<StoreProtocol<K, T>>,
}

impl<K: ::core::marker::Send + 'static, T: Send + 'static> ::core::clone::Clone for StoreClient<K, T> {
    fn clone(&self) -> Self {
        Self { place: ::core::clone::Clone::clone(&self.place) }
    }
}

impl<K: ::core::marker::Send + 'static, T: Send + 'static> ::core::fmt::Debug for StoreClient<K, T> {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::callcast::__private::debug_client(f, "StoreClient", &self.place)
    }
}

impl<K: ::core::marker::Send + 'static, T: Send + 'static> ::core::ops::Deref for StoreClient<K, T> {
    type Target = ::callcast::Client;

    fn deref(&self) -> &::callcast::Client {
        ::callcast::__private::Place::core(&self.place)
    }
}

impl<K: ::core::marker::Send + 'static, T: Send + 'static> ::callcast::ClientOf<StoreProtocol<K, T>>
    for StoreClient<K, T>
{
    fn place(&self) -> &::callcast::__private::Place<StoreProtocol<K, T>> {
        &self.place
    }

    fn from_place(place: ::callcast::__private::Place<StoreProtocol<K, T>>) -> Self {
        Self { place }
    }
}

impl<K: ::core::marker::Send + 'static, T: Send + 'static> StoreClient<K, T> {
    /// Calls [`Store::get`] on the server.
    fn get(&self, _: &str) -> ::callcast::Call<'_, StoreProtocol<K, T>, (), ()> {
        ::core::unreachable!()
    }

    /// Calls [`Store::next`] on the server.
    fn next(&self) -> ::callcast::Call<'_, StoreProtocol<K, T>, (), Event> {
        ::core::unreachable!()
    }

    /// Casts [`Store::set`] to the server.
    fn set(&self, _: (String, u8)) -> ::callcast::Cast<'_, StoreProtocol<K, T>, ()> {
        ::core::unreachable!()
    }

    /// Calls [`Store::twin`] on the server.
    fn twin(&self, _: ()) -> ::callcast::Call<'_, StoreProtocol<K, T>, (), ()> {
        ::core::unreachable!()
    }

    /// Calls [`Store::good`] on the server.
    fn good(&self, key: K) -> ::callcast::Call<'_, StoreProtocol<K, T>, (K,), u64> {
        let op = const {
            &::callcast::__private::CallOp::new("good", |(key,), reply| StoreRequest::Good { key, reply })
                .via(|engine, args, limit, when| StoreEngine::call_good(engine, args, limit, when))
                .parts(|request| match request {
                    StoreRequest::Good { key, reply } => ::core::result::Result::Ok(((key,), reply)),
                    StoreRequest::__Unused(_, nothing) => match nothing {},
                })
        };
        ::callcast::__private::Place::call(&self.place, op, (key,))
    }
}

::core::compile_error! { "a protocol has no option `mailbox`, because each server that speaks it has its own\n\nhelp: leave it out, or give it to the block of a server" }

::core::compile_error! { "a protocol cannot be `unsafe`, because generated code calls its methods\n\nhelp: leave out `unsafe`" }

::core::compile_error! { "a protocol has no constants of its own, because `dyn Store` has none for all servers\n\nhelp: make it a parameter of the trait: `Store<const LEN: usize>`" }

::core::compile_error! { "a protocol has no types of its own, because `dyn Store` has none for all servers\n\nhelp: make it a parameter of the trait: `Store<Item>`" }

::core::compile_error! { "`neither` is neither a call nor a cast, so that no server would do it\n\nhelp: put `#[call]` or `#[cast]` above it, or give it a body, which makes it a helper" }

::core::compile_error! { "a protocol has no `#[init]`, because it says only what clients may ask\n\nhelp: put it into the impl block of each server that speaks the protocol" }

::core::compile_error! { "a protocol has to make a `dyn Store`, which cannot have a method like `each`\n\nhelp: say `where Self: Sized` behind it, or move it out of the trait" }

::core::compile_error! { "a message cannot mention `Self`, because servers of different types speak the protocol\n\nhelp: name the type, or make it a parameter of the trait: `Store<T>`" }

::core::compile_error! { "a message cannot mention `Self`, because servers of different types speak the protocol\n\nhelp: name the type, or make it a parameter of the trait: `Store<T>`" }

::core::compile_error! { "a message cannot mention `Self`, because servers of different types speak the protocol\n\nhelp: name the type, or make it a parameter of the trait: `Store<T>`" }

::core::compile_error! { "what is sent goes from thread to thread, and may outlive its sender\n\nhelp: write `K: Send + 'static`" }

::core::compile_error! { "a protocol says what is asked, and each server for itself whether it waits\n\nhelp: leave out `async`: it may stand in `#[server] impl Store for …` all the same" }

::core::compile_error! { "a protocol says what is asked, and a `Context` is what one server has besides\n\nhelp: leave it out: a handler in `#[server] impl Store for …` takes it all the same" }

::core::compile_error! { "a protocol says what is replied, and each server for itself when\n\nhelp: write `-> Event`: a handler in `#[server] impl Store for …` may take `reply: ReplyTo<Event>` all the same" }

::core::compile_error! { "an argument needs a name, because it becomes a field of the message\n\nhelp: take it by name, and take it apart in the bodies of servers: `let (key, value) = name;`" }

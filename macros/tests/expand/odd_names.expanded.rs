impl r#Type {
    fn new(self_: u8, state: u8) -> Self {
        Self::of(self_, state)
    }

    fn r#match(&self, reply: u8, reply_: u8, ctx: u8, message: u8, r#type: u8, server: u8) -> bool {
        self.fits(reply, reply_, ctx, message, r#type, server)
    }

    fn r#await(&mut self, reply: u8, later: ReplyTo<u8>, context: &mut Context<Self>) {
        self.later(reply, later, context);
    }

    fn self_(&mut self, cast: u8, value: u8, ctx: &mut Context<Self>) {
        self.cast(cast, value, ctx);
    }

    fn _hidden(&mut self, info: u8, place: u8) {}
}

/// The calls of [`Type`] as plain data: a variant a handler, a field an argument.
pub enum TypeCall {
    /// A call of [`Type::r#match`].
    Match {
        /// The argument `reply`.
        reply: u8,
        /// The argument `reply_`.
        reply_: u8,
        /// The argument `ctx`.
        ctx: u8,
        /// The argument `message`.
        message: u8,
        /// The argument `type`.
        r#type: u8,
        /// The argument `server`.
        server: u8,
    },
    /// A call of [`Type::r#await`].
    Await {
        /// The argument `reply`.
        reply: u8,
    },
}

impl ::callcast::Message for TypeCall {
    fn name(&self) -> &'static str {
        match *self {
            Self::Match { .. } => "match",
            Self::Await { .. } => "await",
        }
    }
}

impl ::core::fmt::Debug for TypeCall {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// The casts to [`Type`] as plain data: a variant a handler, a field an argument.
pub enum TypeCast {
    /// A cast to [`Type::self_`].
    Self_ {
        /// The argument `cast`.
        cast: u8,
        /// The argument `value`.
        value: u8,
    },
}

impl ::callcast::Message for TypeCast {
    fn name(&self) -> &'static str {
        match *self {
            Self::Self_ { .. } => "self_",
        }
    }
}

impl ::core::fmt::Debug for TypeCast {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// The infos for [`Type`] as plain data: a variant a handler, a field an argument.
pub enum TypeInfo {
    /// An info for [`Type::_hidden`].
    Hidden {
        /// The argument `info`.
        info: u8,
        /// The argument `place`.
        place: u8,
    },
}

impl ::callcast::Message for TypeInfo {
    fn name(&self) -> &'static str {
        match *self {
            Self::Hidden { .. } => "_hidden",
        }
    }
}

impl ::core::fmt::Debug for TypeInfo {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// What travels to [`Type`] when it is called: a call, and where its reply goes.
pub enum TypeRequest {
    /// A call of [`Type::r#match`].
    Match {
        /// The argument `reply`.
        reply: u8,
        /// The argument `reply_`.
        reply_: u8,
        /// The argument `ctx`.
        ctx: u8,
        /// The argument `message`.
        message: u8,
        /// The argument `type`.
        r#type: u8,
        /// The argument `server`.
        server: u8,
        /// Where the reply goes.
        reply__: ::callcast::ReplyTo<bool>,
    },
    /// A call of [`Type::r#await`].
    Await {
        /// The argument `reply`.
        reply: u8,
        /// Where the reply goes.
        reply_: ::callcast::ReplyTo<u8>,
    },
}

impl ::callcast::Message for TypeRequest {
    fn name(&self) -> &'static str {
        match *self {
            Self::Match { .. } => "match",
            Self::Await { .. } => "await",
        }
    }
}

impl ::core::fmt::Debug for TypeRequest {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

impl ::core::convert::From<TypeRequest> for TypeCall {
    fn from(request: TypeRequest) -> Self {
        match request {
            TypeRequest::Match { reply, reply_, ctx, message, r#type, server, .. } => {
                Self::Match { reply, reply_, ctx, message, r#type, server }
            }
            TypeRequest::Await { reply, .. } => Self::Await { reply },
        }
    }
}

impl TypeInfo {
    /// An info for [`Type::_hidden`].
    pub fn _hidden((info, place): (u8, u8)) -> Self {
        Self::Hidden { info, place }
    }
}

impl ::callcast::Protocol for r#Type {
    type Call = TypeCall;
    type Cast = TypeCast;
    type Request = TypeRequest;
    type Client = TypeClient;
    type Kind = ::callcast::__private::ServerKind;
    const NAME: &'static str = "Type";
}

impl ::callcast::GenServer for r#Type {}

impl ::callcast::BackgroundTask for r#Type {
    type Info = TypeInfo;

    fn caller(request: &TypeRequest) -> ::core::option::Option<&dyn ::callcast::__private::Caller> {
        match *request {
            TypeRequest::Match { ref reply__, .. } => reply__.caller(),
            TypeRequest::Await { ref reply_, .. } => reply_.caller(),
        }
    }

    fn handle_request_now(
        &mut self,
        request: TypeRequest,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<(), TypeRequest> {
        match request {
            TypeRequest::Match { reply, reply_, ctx, message, r#type, server, reply__ } => {
                ::core::result::Result::Ok({
                    let value = Self::r#match(self, reply, reply_, ctx, message, r#type, server);
                    ctx.answer(reply__, value)
                })
            }
            TypeRequest::Await { reply, reply_ } => ::core::result::Result::Ok({
                let reply_ = ctx.hand_on(reply_);
                Self::r#await(self, reply, reply_, ctx)
            }),
        }
    }

    fn handle_cast_now(
        &mut self,
        cast: TypeCast,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<::core::result::Result<(), ::callcast::__private::Fault>, TypeCast> {
        match cast {
            TypeCast::Self_ { cast, value } => ::core::result::Result::Ok(
                ::callcast::__private::Outcome::into_result(Self::self_(self, cast, value, ctx), "self_"),
            ),
        }
    }

    fn handle_info_now(
        &mut self,
        info: TypeInfo,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<::core::result::Result<(), ::callcast::__private::Fault>, TypeInfo> {
        match info {
            TypeInfo::Hidden { info, place } => ::core::result::Result::Ok(
                ::callcast::__private::Outcome::into_result(Self::_hidden(self, info, place), "_hidden"),
            ),
        }
    }
}

/// A client of [`Type`]: each of its methods is a message.
pub struct TypeClient {
    place: ::callcast::__private::Place<r#Type>,
}

impl ::core::clone::Clone for TypeClient {
    fn clone(&self) -> Self {
        Self { place: ::core::clone::Clone::clone(&self.place) }
    }
}

impl ::core::fmt::Debug for TypeClient {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::callcast::__private::debug_client(f, "TypeClient", &self.place)
    }
}

impl ::core::ops::Deref for TypeClient {
    type Target = ::callcast::Client;

    fn deref(&self) -> &::callcast::Client {
        ::callcast::__private::Place::core(&self.place)
    }
}

impl ::callcast::ClientOf<r#Type> for TypeClient {
    fn place(&self) -> &::callcast::__private::Place<r#Type> {
        &self.place
    }

    fn from_place(place: ::callcast::__private::Place<r#Type>) -> Self {
        Self { place }
    }
}

impl TypeClient {
    /// Calls [`Type::r#match`] on the server.
    fn r#match(
        &self,
        reply: u8,
        reply_: u8,
        ctx: u8,
        message: u8,
        r#type: u8,
        server: u8,
    ) -> ::callcast::Call<'_, r#Type, (u8, u8, u8, u8, u8, u8), bool> {
        let op = const {
            &::callcast::__private::CallOp::new(
                "match",
                |(reply, reply_, ctx, message, r#type, server), reply__| TypeRequest::Match {
                    reply,
                    reply_,
                    ctx,
                    message,
                    r#type,
                    server,
                    reply__,
                },
            )
        };
        ::callcast::__private::Place::call(&self.place, op, (reply, reply_, ctx, message, r#type, server))
    }

    /// Calls [`Type::r#await`] on the server.
    fn r#await(&self, reply: u8) -> ::callcast::Call<'_, r#Type, (u8,), u8> {
        let op = const {
            &::callcast::__private::CallOp::new("await", |(reply,), reply_| TypeRequest::Await {
                reply,
                reply_,
            })
            .mutates()
        };
        ::callcast::__private::Place::call(&self.place, op, (reply,))
    }

    /// Casts [`Type::self_`] to the server.
    fn self_(&self, cast: u8, value: u8) -> ::callcast::Cast<'_, r#Type, (u8, u8)> {
        let op = const {
            &::callcast::__private::CastOp::new("self_", |(cast, value)| TypeCast::Self_ { cast, value })
                .mutates()
        };
        ::callcast::__private::Place::cast(&self.place, op, (cast, value))
    }
}

impl r#Type {
    /// Starts the server [`Type`].
    fn start(self_: u8, state: u8) -> ::callcast::Start<r#Type, r#Type> {
        Self::spec(self_, state).start()
    }

    /// Describes the server [`Type`], to be named, supervised or started.
    fn spec(self_: u8, state: u8) -> ::callcast::ServerSpec<r#Type, (u8, u8), r#Type> {
        ::callcast::__private::server_spec((self_, state), |(self_, state), _ctx| {
            ::callcast::__private::Box::pin(::core::future::ready(<r#Type>::new(self_, state)))
        })
    }
}

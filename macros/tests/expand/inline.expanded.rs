impl Sessions {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn user_of(&self, token: Token) -> Option<UserId> {
        self.users.get(&token).copied()
    }

    pub async fn renew(&mut self, token: Token) -> Result<Token, Expired> {
        self.store.renew(token).await
    }

    pub fn forget(&mut self, token: Token) {
        self.users.remove(&token);
    }
}

/// What is sent has to be `Send + 'static`; what is not, the compiler shows where a handler names it.
const _: () = {
    fn user_of(_: ::callcast::__private::Sent<Token>, _: ::callcast::__private::Sent<Option<UserId>>) {}

    fn renew(_: ::callcast::__private::Sent<Token>, _: ::callcast::__private::Sent<Result<Token, Expired>>) {}

    fn forget(_: ::callcast::__private::Sent<Token>) {}
};

/// The calls of [`Sessions`] as plain data: a variant a handler, a field an argument.
pub enum SessionsCall {
    /// A call of [`Sessions::user_of`].
    UserOf {
        /// The argument `token`.
        token: Token,
    },
    /// A call of [`Sessions::renew`].
    Renew {
        /// The argument `token`.
        token: Token,
    },
}

impl ::callcast::Message for SessionsCall {
    fn name(&self) -> &'static str {
        match *self {
            Self::UserOf { .. } => "user_of",
            Self::Renew { .. } => "renew",
        }
    }
}

impl ::core::fmt::Debug for SessionsCall {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// The casts to [`Sessions`] as plain data: a variant a handler, a field an argument.
pub enum SessionsCast {
    /// A cast to [`Sessions::forget`].
    Forget {
        /// The argument `token`.
        token: Token,
    },
}

impl ::callcast::Message for SessionsCast {
    fn name(&self) -> &'static str {
        match *self {
            Self::Forget { .. } => "forget",
        }
    }
}

impl ::core::fmt::Debug for SessionsCast {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// What travels to [`Sessions`] when it is called: a call, and where its reply goes.
pub enum SessionsRequest {
    /// A call of [`Sessions::user_of`].
    UserOf {
        /// The argument `token`.
        token: Token,
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<Option<UserId>>,
    },
    /// A call of [`Sessions::renew`].
    Renew {
        /// The argument `token`.
        token: Token,
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<Result<Token, Expired>>,
    },
}

impl ::callcast::Message for SessionsRequest {
    fn name(&self) -> &'static str {
        match *self {
            Self::UserOf { .. } => "user_of",
            Self::Renew { .. } => "renew",
        }
    }
}

impl ::core::fmt::Debug for SessionsRequest {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

impl ::core::convert::From<SessionsRequest> for SessionsCall {
    fn from(request: SessionsRequest) -> Self {
        match request {
            SessionsRequest::UserOf { token, .. } => Self::UserOf { token },
            SessionsRequest::Renew { token, .. } => Self::Renew { token },
        }
    }
}

impl ::callcast::Protocol for Sessions {
    type Call = SessionsCall;
    type Cast = SessionsCast;
    type Request = SessionsRequest;
    type Client = SessionsClient;
    type Kind = ::callcast::__private::ServerKind;
    const NAME: &'static str = "Sessions";

    fn options() -> ::callcast::Options {
        ::callcast::Options::new().inline(true)
    }
}

impl ::callcast::GenServer for Sessions {}

impl ::callcast::BackgroundTask for Sessions {
    type Info = ::callcast::__private::Nothing;

    fn caller(request: &SessionsRequest) -> ::core::option::Option<&dyn ::callcast::__private::Caller> {
        match *request {
            SessionsRequest::UserOf { ref reply, .. } => reply.caller(),
            SessionsRequest::Renew { ref reply, .. } => reply.caller(),
        }
    }

    fn handle_request_now(
        &mut self,
        request: SessionsRequest,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<(), SessionsRequest> {
        match request {
            SessionsRequest::UserOf { token, reply } => ::core::result::Result::Ok({
                let value = Self::user_of(self, token);
                ctx.answer(reply, value)
            }),
            request => ::core::result::Result::Err(request),
        }
    }

    async fn handle_request(&mut self, request: SessionsRequest, ctx: &mut ::callcast::Context<Self>) {
        match request {
            SessionsRequest::Renew { token, reply } => {
                let value = ::callcast::__private::sendable(Self::renew(self, token)).await;
                ctx.answer(reply, value)
            }
            request => self.handle_request_now(request, ctx).unwrap_or(()),
        }
    }

    fn handle_cast_now(
        &mut self,
        cast: SessionsCast,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<::core::result::Result<(), ::callcast::__private::Fault>, SessionsCast> {
        match cast {
            SessionsCast::Forget { token } => ::core::result::Result::Ok(
                ::callcast::__private::Outcome::into_result(Self::forget(self, token), "forget"),
            ),
        }
    }
}

/// A client of [`Sessions`]: each of its methods is a message.
pub struct SessionsClient {
    place: ::callcast::__private::Place<Sessions>,
}

impl ::core::clone::Clone for SessionsClient {
    fn clone(&self) -> Self {
        Self { place: ::core::clone::Clone::clone(&self.place) }
    }
}

impl ::core::fmt::Debug for SessionsClient {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::callcast::__private::debug_client(f, "SessionsClient", &self.place)
    }
}

impl ::core::ops::Deref for SessionsClient {
    type Target = ::callcast::Client;

    fn deref(&self) -> &::callcast::Client {
        ::callcast::__private::Place::core(&self.place)
    }
}

impl ::callcast::ClientOf<Sessions> for SessionsClient {
    fn place(&self) -> &::callcast::__private::Place<Sessions> {
        &self.place
    }

    fn from_place(place: ::callcast::__private::Place<Sessions>) -> Self {
        Self { place }
    }
}

impl SessionsClient {
    /// Calls [`Sessions::user_of`] on the server.
    pub fn user_of(&self, token: Token) -> ::callcast::Call<'_, Sessions, (Token,), Option<UserId>> {
        let op = const {
            &::callcast::__private::CallOp::new("user_of", |(token,), reply| SessionsRequest::UserOf {
                token,
                reply,
            })
            .run(|server, (token,)| <Sessions>::user_of(server, token))
        };
        ::callcast::__private::Place::call(&self.place, op, (token,))
    }

    /// Calls [`Sessions::renew`] on the server.
    pub fn renew(
        &self,
        token: Token,
    ) -> ::callcast::Call<'_, Sessions, (Token,), Result<Token, Expired>, ::callcast::Fallible> {
        let op = const {
            &::callcast::__private::CallOp::new("renew", |(token,), reply| SessionsRequest::Renew {
                token,
                reply,
            })
            .awaits(
                |mut frame: ::callcast::__private::Box<::callcast::__private::Frame<Sessions>>, (token,)| {
                    ::callcast::__private::Box::pin(async move {
                        let value = ::callcast::__private::contained(::callcast::__private::sendable(
                            <Sessions>::renew(::callcast::__private::Frame::state(&mut frame), token),
                        ))
                        .await;
                        (frame, value)
                    })
                },
            )
            .mutates()
        };
        ::callcast::__private::Place::call(&self.place, op, (token,))
    }

    /// Casts [`Sessions::forget`] to the server.
    pub fn forget(&self, token: Token) -> ::callcast::Cast<'_, Sessions, (Token,)> {
        let op = const {
            &::callcast::__private::CastOp::new("forget", |(token,)| SessionsCast::Forget { token }).mutates()
        };
        ::callcast::__private::Place::cast(&self.place, op, (token,))
    }
}

impl Sessions {
    /// Starts the server [`Sessions`].
    pub fn start() -> ::callcast::Start<Sessions, Sessions> {
        Self::spec().start()
    }

    /// Describes the server [`Sessions`], to be named, supervised or started.
    pub fn spec() -> ::callcast::ServerSpec<Sessions, (), Sessions> {
        ::callcast::__private::server_spec((), |(), _ctx| {
            ::callcast::__private::Box::pin(::core::future::ready(<Sessions>::new()))
        })
    }
}

impl Logger {
    #[cfg(unix)]
    pub fn new(socket: UnixStream) -> Self {
        Self { socket }
    }

    #[cfg(not(unix))]
    pub fn new(pipe: NamedPipe) -> Self {
        Self { pipe }
    }

    /// Reopens the file.
    #[cfg_attr(feature = "signals", deprecated = "send SIGHUP")]
    pub fn rotate(&mut self) {
        self.reopen();
    }

    #[cfg(feature = "metrics")]
    pub fn written(&self) -> u64 {
        self.written
    }

    pub async fn tail(&mut self, lines: usize) -> Vec<String> {
        self.read(lines).await
    }

    #[cfg(unix)]
    fn socket_shown(&self) -> &str {
        self.socket.name()
    }

    #[cfg(not(unix))]
    fn pipe_shown(&self) -> &str {
        self.pipe.name()
    }

    #[cfg(unix)]
    fn sync(&mut self) {
        self.flush();
    }
}

/// What is sent has to be `Send + 'static`; what is not, the compiler shows where a handler names it.
const _: () = {
    #[cfg(unix)]
    fn new(_: ::callcast::__private::Sent<UnixStream>) {}

    #[cfg(not(unix))]
    fn new(_: ::callcast::__private::Sent<NamedPipe>) {}
};

/// The calls of [`Logger`] as plain data: a variant a handler, a field an argument.
pub enum LoggerCall {
    /// A call of [`Logger::written`].
    #[cfg(feature = "metrics")]
    Written,
    /// A call of [`Logger::tail`].
    Tail {
        /// The argument `lines`.
        lines: usize,
    },
}

impl ::callcast::Message for LoggerCall {
    fn name(&self) -> &'static str {
        match *self {
            #[cfg(feature = "metrics")]
            Self::Written { .. } => "written",
            Self::Tail { .. } => "tail",
        }
    }
}

impl ::core::fmt::Debug for LoggerCall {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// The casts to [`Logger`] as plain data: a variant a handler, a field an argument.
pub enum LoggerCast {
    /// A cast to [`Logger::rotate`].
    Rotate,
}

impl ::callcast::Message for LoggerCast {
    fn name(&self) -> &'static str {
        match *self {
            Self::Rotate { .. } => "rotate",
        }
    }
}

impl ::core::fmt::Debug for LoggerCast {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// The infos for [`Logger`] as plain data: a variant a handler, a field an argument.
pub enum LoggerInfo {
    /// An info for [`Logger::sync`].
    #[cfg(unix)]
    Sync,
}

impl ::callcast::Message for LoggerInfo {
    fn name(&self) -> &'static str {
        match *self {
            #[cfg(unix)]
            Self::Sync { .. } => "sync",
        }
    }
}

impl ::core::fmt::Debug for LoggerInfo {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// What travels to [`Logger`] when it is called: a call, and where its reply goes.
pub enum LoggerRequest {
    /// A call of [`Logger::written`].
    #[cfg(feature = "metrics")]
    Written {
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<u64>,
    },
    /// A call of [`Logger::tail`].
    Tail {
        /// The argument `lines`.
        lines: usize,
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<Vec<String>>,
    },
}

impl ::callcast::Message for LoggerRequest {
    fn name(&self) -> &'static str {
        match *self {
            #[cfg(feature = "metrics")]
            Self::Written { .. } => "written",
            Self::Tail { .. } => "tail",
        }
    }
}

impl ::core::fmt::Debug for LoggerRequest {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

impl ::core::convert::From<LoggerRequest> for LoggerCall {
    fn from(request: LoggerRequest) -> Self {
        match request {
            #[cfg(feature = "metrics")]
            LoggerRequest::Written { .. } => Self::Written,
            LoggerRequest::Tail { lines, .. } => Self::Tail { lines },
        }
    }
}

impl LoggerInfo {
    /// An info for [`Logger::sync`].
    #[cfg(unix)]
    pub fn sync() -> Self {
        Self::Sync
    }
}

impl ::callcast::Protocol for Logger {
    type Call = LoggerCall;
    type Cast = LoggerCast;
    type Request = LoggerRequest;
    type Client = LoggerClient;
    type Kind = ::callcast::__private::ServerKind;
    const NAME: &'static str = "Logger";
}

impl ::callcast::GenServer for Logger {
    #[cfg(unix)]
    fn format_status(&self) -> ::core::option::Option<::callcast::__private::String> {
        ::core::option::Option::Some(::callcast::__private::shown(&Self::socket_shown(self)))
    }

    #[cfg(not(unix))]
    fn format_status(&self) -> ::core::option::Option<::callcast::__private::String> {
        ::core::option::Option::Some(::callcast::__private::shown(&Self::pipe_shown(self)))
    }
}

impl ::callcast::BackgroundTask for Logger {
    type Info = LoggerInfo;

    fn schedule(ctx: &mut ::callcast::Context<Self>) {
        #[cfg(unix)]
        ctx.every(::core::time::Duration::from_secs(3600), LoggerInfo::sync);
    }

    fn caller(request: &LoggerRequest) -> ::core::option::Option<&dyn ::callcast::__private::Caller> {
        match *request {
            #[cfg(feature = "metrics")]
            LoggerRequest::Written { ref reply, .. } => reply.caller(),
            LoggerRequest::Tail { ref reply, .. } => reply.caller(),
        }
    }

    fn handle_request_now(
        &mut self,
        request: LoggerRequest,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<(), LoggerRequest> {
        match request {
            #[cfg(feature = "metrics")]
            LoggerRequest::Written { reply } => ::core::result::Result::Ok({
                let value = Self::written(self);
                ctx.answer(reply, value)
            }),
            request => ::core::result::Result::Err(request),
        }
    }

    async fn handle_request(&mut self, request: LoggerRequest, ctx: &mut ::callcast::Context<Self>) {
        match request {
            LoggerRequest::Tail { lines, reply } => {
                let value = ::callcast::__private::sendable(Self::tail(self, lines)).await;
                ctx.answer(reply, value)
            }
            #[cfg(feature = "metrics")]
            request @ LoggerRequest::Written { .. } => self.handle_request_now(request, ctx).unwrap_or(()),
        }
    }

    fn handle_cast_now(
        &mut self,
        cast: LoggerCast,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<::core::result::Result<(), ::callcast::__private::Fault>, LoggerCast> {
        match cast {
            #[allow(deprecated, reason = "whoever uses the client is warned")]
            LoggerCast::Rotate => ::core::result::Result::Ok(::callcast::__private::Outcome::into_result(
                Self::rotate(self),
                "rotate",
            )),
        }
    }

    fn handle_info_now(
        &mut self,
        info: LoggerInfo,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<::core::result::Result<(), ::callcast::__private::Fault>, LoggerInfo> {
        match info {
            #[cfg(unix)]
            LoggerInfo::Sync => ::core::result::Result::Ok(::callcast::__private::Outcome::into_result(
                Self::sync(self),
                "sync",
            )),
        }
    }
}

/// A client of [`Logger`]: each of its methods is a message.
pub struct LoggerClient {
    place: ::callcast::__private::Place<Logger>,
}

impl ::core::clone::Clone for LoggerClient {
    fn clone(&self) -> Self {
        Self { place: ::core::clone::Clone::clone(&self.place) }
    }
}

impl ::core::fmt::Debug for LoggerClient {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::callcast::__private::debug_client(f, "LoggerClient", &self.place)
    }
}

impl ::core::ops::Deref for LoggerClient {
    type Target = ::callcast::Client;

    fn deref(&self) -> &::callcast::Client {
        ::callcast::__private::Place::core(&self.place)
    }
}

impl ::callcast::ClientOf<Logger> for LoggerClient {
    fn place(&self) -> &::callcast::__private::Place<Logger> {
        &self.place
    }

    fn from_place(place: ::callcast::__private::Place<Logger>) -> Self {
        Self { place }
    }
}

impl LoggerClient {
    /// Reopens the file.
    #[cfg_attr(feature = "signals", deprecated = "send SIGHUP")]
    #[allow(deprecated, reason = "whoever uses the client is warned")]
    pub fn rotate(&self) -> ::callcast::Cast<'_, Logger, ()> {
        let op = const { &::callcast::__private::CastOp::new("rotate", |()| LoggerCast::Rotate).mutates() };
        ::callcast::__private::Place::cast(&self.place, op, ())
    }

    /// Calls [`Logger::written`] on the server.
    #[cfg(feature = "metrics")]
    pub fn written(&self) -> ::callcast::Call<'_, Logger, (), u64> {
        let op = const {
            &::callcast::__private::CallOp::new("written", |(), reply| LoggerRequest::Written { reply })
        };
        ::callcast::__private::Place::call(&self.place, op, ())
    }

    /// Calls [`Logger::tail`] on the server.
    pub fn tail(&self, lines: usize) -> ::callcast::Call<'_, Logger, (usize,), Vec<String>> {
        let op = const {
            &::callcast::__private::CallOp::new("tail", |(lines,), reply| LoggerRequest::Tail {
                lines,
                reply,
            })
            .mutates()
        };
        ::callcast::__private::Place::call(&self.place, op, (lines,))
    }
}

impl Logger {
    /// Starts the server [`Logger`].
    #[cfg(unix)]
    pub fn start(socket: UnixStream) -> ::callcast::Start<Logger, Logger> {
        Self::spec(socket).start()
    }

    /// Describes the server [`Logger`], to be named, supervised or started.
    #[cfg(unix)]
    pub fn spec(socket: UnixStream) -> ::callcast::ServerSpec<Logger, (UnixStream,), Logger> {
        ::callcast::__private::server_spec((socket,), |(socket,), _ctx| {
            ::callcast::__private::Box::pin(::core::future::ready(<Logger>::new(socket)))
        })
    }

    /// Starts the server [`Logger`].
    #[cfg(not(unix))]
    pub fn start(pipe: NamedPipe) -> ::callcast::Start<Logger, Logger> {
        Self::spec(pipe).start()
    }

    /// Describes the server [`Logger`], to be named, supervised or started.
    #[cfg(not(unix))]
    pub fn spec(pipe: NamedPipe) -> ::callcast::ServerSpec<Logger, (NamedPipe,), Logger> {
        ::callcast::__private::server_spec((pipe,), |(pipe,), _ctx| {
            ::callcast::__private::Box::pin(::core::future::ready(<Logger>::new(pipe)))
        })
    }
}

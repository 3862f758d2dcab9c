impl Worker {
    pub async fn init(config: Config, ctx: &mut Context<Self>) -> Result<Self, ConnectError> {
        Self::connect(config, ctx).await
    }

    async fn warm_up(&mut self) -> Result<(), CacheError> {
        self.cache.fill().await
    }

    pub async fn fetch(&mut self, key: String) -> Result<Page, FetchError> {
        self.cache.fetch(key).await
    }

    pub fn next_event(&mut self, reply: ReplyTo<Event>) {
        self.waiting.push(reply)
    }

    pub fn events(&mut self, out: ReplyStream<Event>) {
        self.listeners.push(out)
    }

    pub async fn refresh(&mut self) -> Result<(), RefreshError> {
        self.cache.clear().await
    }

    fn tick(&mut self) {}

    fn quiet(&mut self, ctx: &mut Context<Self>) {
        ctx.stop(ExitReason::Normal)
    }

    fn computed(&mut self, sum: u64) {}

    fn measured(&mut self, ctx: &mut Context<Self>, place: Place, celsius: f32) {}

    fn lost(&mut self, down: Down) {}

    fn linked_ended(&mut self, exit: Exit) {}

    async fn close(&mut self, reason: &ExitReason, left: Vec<WorkerCast>) {}

    fn shown(&self) -> String {
        format!("{} pages", self.cache.len())
    }

    fn helper(&self) {}
}

/// What is sent has to be `Send + 'static`; what is not, the compiler shows where a handler names it.
const _: () = {
    fn init(_: ::callcast::__private::Sent<Config>, _: ::callcast::__private::Sent<ConnectError>) {}

    fn fetch(_: ::callcast::__private::Sent<Result<Page, FetchError>>) {}

    fn next_event(_: ::callcast::__private::Sent<Event>) {}

    fn events(_: ::callcast::__private::Sent<Event>) {}

    fn measured(_: ::callcast::__private::Sent<Place>) {}
};

/// The calls of [`Worker`] as plain data: a variant a handler, a field an argument.
#[derive(Debug, Clone)]
pub enum WorkerCall {
    /// A call of [`Worker::fetch`].
    Fetch {
        /// The argument `key`.
        key: String,
    },
    /// A call of [`Worker::next_event`].
    NextEvent,
    /// A call of [`Worker::events`].
    Events,
}

impl ::callcast::Message for WorkerCall {
    fn name(&self) -> &'static str {
        match *self {
            Self::Fetch { .. } => "fetch",
            Self::NextEvent { .. } => "next_event",
            Self::Events { .. } => "events",
        }
    }
}

/// The casts to [`Worker`] as plain data: a variant a handler, a field an argument.
#[derive(Debug, Clone)]
pub enum WorkerCast {
    /// A cast to [`Worker::refresh`].
    Refresh,
}

impl ::callcast::Message for WorkerCast {
    fn name(&self) -> &'static str {
        match *self {
            Self::Refresh { .. } => "refresh",
        }
    }
}

/// The infos for [`Worker`] as plain data: a variant a handler, a field an argument.
#[derive(Debug, Clone)]
pub enum WorkerInfo {
    /// An info for [`Worker::tick`].
    Tick,
    /// An info for [`Worker::quiet`].
    Quiet,
    /// An info for [`Worker::computed`].
    Computed {
        /// The argument `sum`.
        sum: u64,
    },
    /// An info for [`Worker::measured`].
    Measured {
        /// The argument `place`.
        place: Place,
        /// The argument `celsius`.
        celsius: f32,
    },
    /// An info for [`Worker::lost`].
    Lost {
        /// The argument `down`.
        down: Down,
    },
    /// An info for [`Worker::linked_ended`].
    LinkedEnded {
        /// The argument `exit`.
        exit: Exit,
    },
}

impl ::callcast::Message for WorkerInfo {
    fn name(&self) -> &'static str {
        match *self {
            Self::Tick { .. } => "tick",
            Self::Quiet { .. } => "quiet",
            Self::Computed { .. } => "computed",
            Self::Measured { .. } => "measured",
            Self::Lost { .. } => "lost",
            Self::LinkedEnded { .. } => "linked_ended",
        }
    }
}

/// What travels to [`Worker`] when it is called: a call, and where its reply goes.
pub enum WorkerRequest {
    /// A call of [`Worker::fetch`].
    Fetch {
        /// The argument `key`.
        key: String,
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<Result<Page, FetchError>>,
    },
    /// A call of [`Worker::next_event`].
    NextEvent {
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<Event>,
    },
    /// A call of [`Worker::events`].
    Events {
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<::callcast::Replies<Event>>,
    },
}

impl ::callcast::Message for WorkerRequest {
    fn name(&self) -> &'static str {
        match *self {
            Self::Fetch { .. } => "fetch",
            Self::NextEvent { .. } => "next_event",
            Self::Events { .. } => "events",
        }
    }
}

impl ::core::fmt::Debug for WorkerRequest {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

impl ::core::convert::From<WorkerRequest> for WorkerCall {
    fn from(request: WorkerRequest) -> Self {
        match request {
            WorkerRequest::Fetch { key, .. } => Self::Fetch { key },
            WorkerRequest::NextEvent { .. } => Self::NextEvent,
            WorkerRequest::Events { .. } => Self::Events,
        }
    }
}

impl WorkerInfo {
    /// An info for [`Worker::tick`].
    pub fn tick() -> Self {
        Self::Tick
    }

    /// An info for [`Worker::quiet`].
    pub fn quiet() -> Self {
        Self::Quiet
    }

    /// An info for [`Worker::computed`].
    pub fn computed(sum: u64) -> Self {
        Self::Computed { sum }
    }

    /// An info for [`Worker::measured`].
    pub fn measured((place, celsius): (Place, f32)) -> Self {
        Self::Measured { place, celsius }
    }

    /// An info for [`Worker::lost`].
    pub fn lost(down: Down) -> Self {
        Self::Lost { down }
    }

    /// An info for [`Worker::linked_ended`].
    pub fn linked_ended(exit: Exit) -> Self {
        Self::LinkedEnded { exit }
    }
}

impl ::callcast::Protocol for Worker {
    type Call = WorkerCall;
    type Cast = WorkerCast;
    type Request = WorkerRequest;
    type Client = WorkerClient;
    type Kind = ::callcast::__private::ServerKind;
    const NAME: &'static str = "Worker";

    fn options() -> ::callcast::Options {
        ::callcast::Options::new()
            .mailbox(256)
            .overflow(::callcast::Overflow::DropOldest)
            .timeout(::core::time::Duration::from_secs(2))
            .slow(::core::time::Duration::from_millis(1500))
            .inline(false)
            .stop_when_unused(true)
    }
}

impl ::callcast::GenServer for Worker {
    fn format_status(&self) -> ::core::option::Option<::callcast::__private::String> {
        ::core::option::Option::Some(::callcast::__private::shown(&Self::shown(self)))
    }
}

impl ::callcast::BackgroundTask for Worker {
    type Info = WorkerInfo;
    const TRAPS_EXITS: bool = true;
    const TAKES_LEFT: bool = true;

    fn schedule(ctx: &mut ::callcast::Context<Self>) {
        ctx.every_now(::core::time::Duration::from_secs(30), WorkerInfo::tick);
    }

    fn idle() -> ::core::option::Option<(::core::time::Duration, Self::Info)> {
        ::core::option::Option::Some((::core::time::Duration::from_secs(300), WorkerInfo::Quiet))
    }

    fn down(down: ::callcast::Down) -> ::core::option::Option<Self::Info> {
        ::core::option::Option::Some(WorkerInfo::Lost { down })
    }

    fn exit(exit: ::callcast::Exit) -> ::core::option::Option<Self::Info> {
        ::core::option::Option::Some(WorkerInfo::LinkedEnded { exit })
    }

    async fn after_init(
        &mut self,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<(), ::callcast::__private::Fault> {
        ::callcast::__private::Outcome::into_result(
            ::callcast::__private::sendable(Self::warm_up(self)).await,
            "warm_up",
        )
    }

    fn caller(request: &WorkerRequest) -> ::core::option::Option<&dyn ::callcast::__private::Caller> {
        match *request {
            WorkerRequest::Fetch { ref reply, .. } => reply.caller(),
            WorkerRequest::NextEvent { ref reply, .. } => reply.caller(),
            WorkerRequest::Events { ref reply, .. } => reply.caller(),
        }
    }

    fn handle_request_now(
        &mut self,
        request: WorkerRequest,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<(), WorkerRequest> {
        match request {
            WorkerRequest::NextEvent { reply } => ::core::result::Result::Ok({
                let reply = ctx.hand_on(reply);
                Self::next_event(self, reply)
            }),
            WorkerRequest::Events { reply } => {
                ::core::result::Result::Ok(Self::events(self, reply.into_stream()))
            }
            request => ::core::result::Result::Err(request),
        }
    }

    async fn handle_request(&mut self, request: WorkerRequest, ctx: &mut ::callcast::Context<Self>) {
        match request {
            WorkerRequest::Fetch { key, reply } => {
                let value = ::callcast::__private::sendable(Self::fetch(self, key)).await;
                ctx.answer(reply, value)
            }
            request => self.handle_request_now(request, ctx).unwrap_or(()),
        }
    }

    async fn handle_cast(
        &mut self,
        cast: WorkerCast,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<(), ::callcast::__private::Fault> {
        match cast {
            WorkerCast::Refresh => ::callcast::__private::Outcome::into_result(
                ::callcast::__private::sendable(Self::refresh(self)).await,
                "refresh",
            ),
        }
    }

    fn handle_info_now(
        &mut self,
        info: WorkerInfo,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<::core::result::Result<(), ::callcast::__private::Fault>, WorkerInfo> {
        match info {
            WorkerInfo::Tick => ::core::result::Result::Ok(::callcast::__private::Outcome::into_result(
                Self::tick(self),
                "tick",
            )),
            WorkerInfo::Quiet => ::core::result::Result::Ok(::callcast::__private::Outcome::into_result(
                Self::quiet(self, ctx),
                "quiet",
            )),
            WorkerInfo::Computed { sum } => ::core::result::Result::Ok(
                ::callcast::__private::Outcome::into_result(Self::computed(self, sum), "computed"),
            ),
            WorkerInfo::Measured { place, celsius } => {
                ::core::result::Result::Ok(::callcast::__private::Outcome::into_result(
                    Self::measured(self, ctx, place, celsius),
                    "measured",
                ))
            }
            WorkerInfo::Lost { down } => ::core::result::Result::Ok(
                ::callcast::__private::Outcome::into_result(Self::lost(self, down), "lost"),
            ),
            WorkerInfo::LinkedEnded { exit } => ::core::result::Result::Ok(
                ::callcast::__private::Outcome::into_result(Self::linked_ended(self, exit), "linked_ended"),
            ),
        }
    }

    async fn terminate(
        &mut self,
        reason: &::callcast::ExitReason,
        left: ::callcast::__private::Vec<WorkerCast>,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<(), ::callcast::__private::Fault> {
        ::callcast::__private::Outcome::into_result(
            ::callcast::__private::sendable(Self::close(self, reason, left)).await,
            "close",
        )
    }
}

/// A client of [`Worker`]: each of its methods is a message.
pub struct WorkerClient {
    place: ::callcast::__private::Place<Worker>,
}

impl ::core::clone::Clone for WorkerClient {
    fn clone(&self) -> Self {
        Self { place: ::core::clone::Clone::clone(&self.place) }
    }
}

impl ::core::fmt::Debug for WorkerClient {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::callcast::__private::debug_client(f, "WorkerClient", &self.place)
    }
}

impl ::core::ops::Deref for WorkerClient {
    type Target = ::callcast::Client;

    fn deref(&self) -> &::callcast::Client {
        ::callcast::__private::Place::core(&self.place)
    }
}

impl ::callcast::ClientOf<Worker> for WorkerClient {
    fn place(&self) -> &::callcast::__private::Place<Worker> {
        &self.place
    }

    fn from_place(place: ::callcast::__private::Place<Worker>) -> Self {
        Self { place }
    }
}

impl WorkerClient {
    /// Calls [`Worker::fetch`] on the server.
    pub fn fetch(
        &self,
        key: impl ::core::convert::Into<String>,
    ) -> ::callcast::Call<'_, Worker, (String,), Result<Page, FetchError>, ::callcast::Fallible> {
        let op = const {
            &::callcast::__private::CallOp::new("fetch", |(key,), reply| WorkerRequest::Fetch { key, reply })
                .mutates()
                .timeout(|| ::core::time::Duration::from_secs(10))
                .always()
        };
        ::callcast::__private::Place::call(&self.place, op, (::core::convert::Into::into(key),))
    }

    /// Calls [`Worker::next_event`] on the server.
    pub fn next_event(&self) -> ::callcast::Call<'_, Worker, (), Event> {
        let op = const {
            &::callcast::__private::CallOp::new("next_event", |(), reply| WorkerRequest::NextEvent { reply })
                .mutates()
        };
        ::callcast::__private::Place::call(&self.place, op, ())
    }

    /// Calls [`Worker::events`] on the server.
    pub fn events(&self) -> ::callcast::Call<'_, Worker, (), ::callcast::Replies<Event>> {
        let op = const {
            &::callcast::__private::CallOp::new("events", |(), reply| WorkerRequest::Events { reply })
                .mutates()
        };
        ::callcast::__private::Place::call(&self.place, op, ())
    }

    /// Casts [`Worker::refresh`] to the server.
    pub fn refresh(&self) -> ::callcast::Cast<'_, Worker, ()> {
        let op = const { &::callcast::__private::CastOp::new("refresh", |()| WorkerCast::Refresh).mutates() };
        ::callcast::__private::Place::cast(&self.place, op, ())
    }
}

impl Worker {
    /// Starts the server [`Worker`].
    pub fn launch(config: Config) -> ::callcast::Start<Worker, Result<Worker, ConnectError>> {
        Self::child(config).start()
    }

    /// Describes the server [`Worker`], to be named, supervised or started.
    pub fn child(config: Config) -> ::callcast::ServerSpec<Worker, (Config,), Result<Worker, ConnectError>> {
        ::callcast::__private::server_spec((config,), |(config,), ctx| {
            ::callcast::__private::Box::pin(async move {
                ::callcast::__private::sendable(<Worker>::init(config, ctx)).await
            })
        })
    }
}

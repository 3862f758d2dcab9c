impl Leases {
    pub fn new() -> Self {
        Self::default()
    }

    fn restore(&mut self) {
        self.read_from_disk();
    }

    fn released(&mut self, lost: Down, ctx: &mut Context<Self>) {
        self.free(lost.id, ctx);
    }

    async fn partner_ended(&mut self, exit: Exit) -> Result<(), LeaseError> {
        self.end(exit).await
    }

    fn compact(&mut self) {
        self.log.compact();
    }

    fn save(&mut self) -> Result<(), LeaseError> {
        self.write_to_disk()
    }
}

/// The infos for [`Leases`] as plain data: a variant a handler, a field an argument.
pub enum LeasesInfo {
    /// An info for [`Leases::released`].
    Released {
        /// The argument `lost`.
        lost: Down,
    },
    /// An info for [`Leases::partner_ended`].
    PartnerEnded {
        /// The argument `exit`.
        exit: Exit,
    },
    /// An info for [`Leases::compact`].
    Compact,
}

impl ::callcast::Message for LeasesInfo {
    fn name(&self) -> &'static str {
        match *self {
            Self::Released { .. } => "released",
            Self::PartnerEnded { .. } => "partner_ended",
            Self::Compact { .. } => "compact",
        }
    }
}

impl ::core::fmt::Debug for LeasesInfo {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

impl LeasesInfo {
    /// An info for [`Leases::released`].
    pub fn released(lost: Down) -> Self {
        Self::Released { lost }
    }

    /// An info for [`Leases::partner_ended`].
    pub fn partner_ended(exit: Exit) -> Self {
        Self::PartnerEnded { exit }
    }

    /// An info for [`Leases::compact`].
    pub fn compact() -> Self {
        Self::Compact
    }
}

impl ::callcast::Protocol for Leases {
    type Call = ::callcast::__private::Nothing;
    type Cast = ::callcast::__private::Nothing;
    type Request = ::callcast::__private::Nothing;
    type Client = LeasesClient;
    type Kind = ::callcast::__private::ServerKind;
    const NAME: &'static str = "Leases";

    fn options() -> ::callcast::Options {
        ::callcast::Options::new().stop_when_unused(true)
    }
}

impl ::callcast::GenServer for Leases {}

impl ::callcast::BackgroundTask for Leases {
    type Info = LeasesInfo;
    const TRAPS_EXITS: bool = true;

    fn idle() -> ::core::option::Option<(::core::time::Duration, Self::Info)> {
        ::core::option::Option::Some((QUIET_TIME, LeasesInfo::Compact))
    }

    fn down(lost: ::callcast::Down) -> ::core::option::Option<Self::Info> {
        ::core::option::Option::Some(LeasesInfo::Released { lost })
    }

    fn exit(exit: ::callcast::Exit) -> ::core::option::Option<Self::Info> {
        ::core::option::Option::Some(LeasesInfo::PartnerEnded { exit })
    }

    async fn after_init(
        &mut self,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<(), ::callcast::__private::Fault> {
        ::callcast::__private::Outcome::into_result(Self::restore(self), "restore")
    }

    fn handle_info_now(
        &mut self,
        info: LeasesInfo,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<::core::result::Result<(), ::callcast::__private::Fault>, LeasesInfo> {
        match info {
            LeasesInfo::Released { lost } => ::core::result::Result::Ok(
                ::callcast::__private::Outcome::into_result(Self::released(self, lost, ctx), "released"),
            ),
            LeasesInfo::Compact => ::core::result::Result::Ok(::callcast::__private::Outcome::into_result(
                Self::compact(self),
                "compact",
            )),
            info => ::core::result::Result::Err(info),
        }
    }

    async fn handle_info(
        &mut self,
        info: LeasesInfo,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<(), ::callcast::__private::Fault> {
        match info {
            LeasesInfo::PartnerEnded { exit } => ::callcast::__private::Outcome::into_result(
                ::callcast::__private::sendable(Self::partner_ended(self, exit)).await,
                "partner_ended",
            ),
            info => self.handle_info_now(info, ctx).unwrap_or(::core::result::Result::Ok(())),
        }
    }

    async fn terminate(
        &mut self,
        reason: &::callcast::ExitReason,
        left: ::callcast::__private::Vec<::callcast::__private::Nothing>,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<(), ::callcast::__private::Fault> {
        ::callcast::__private::Outcome::into_result(Self::save(self), "save")
    }
}

/// A client of [`Leases`]: each of its methods is a message.
pub struct LeasesClient {
    place: ::callcast::__private::Place<Leases>,
}

impl ::core::clone::Clone for LeasesClient {
    fn clone(&self) -> Self {
        Self { place: ::core::clone::Clone::clone(&self.place) }
    }
}

impl ::core::fmt::Debug for LeasesClient {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::callcast::__private::debug_client(f, "LeasesClient", &self.place)
    }
}

impl ::core::ops::Deref for LeasesClient {
    type Target = ::callcast::Client;

    fn deref(&self) -> &::callcast::Client {
        ::callcast::__private::Place::core(&self.place)
    }
}

impl ::callcast::ClientOf<Leases> for LeasesClient {
    fn place(&self) -> &::callcast::__private::Place<Leases> {
        &self.place
    }

    fn from_place(place: ::callcast::__private::Place<Leases>) -> Self {
        Self { place }
    }
}

impl Leases {
    /// Starts the server [`Leases`].
    pub fn start() -> ::callcast::Start<Leases, Leases> {
        Self::spec().start()
    }

    /// Describes the server [`Leases`], to be named, supervised or started.
    pub fn spec() -> ::callcast::ServerSpec<Leases, (), Leases> {
        ::callcast::__private::server_spec((), |(), _ctx| {
            ::callcast::__private::Box::pin(::core::future::ready(<Leases>::new()))
        })
    }
}

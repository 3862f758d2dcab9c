impl Geocoder {
    pub fn new() -> Self {
        Self::default()
    }

    pub async fn locate(&self, address: String) -> Result<Point, GeocodeError> {
        self.backend.locate(address).await
    }

    pub fn bill(&mut self, customer: u64) -> Invoice {
        self.bills.close(customer)
    }

    pub fn import(&mut self, rows: Vec<Row>) -> Imported {
        self.rows.extend(rows)
    }

    pub fn last_answer(&self) -> Result<Point, GeocodeError> {
        self.last.clone()
    }
}

/// What is sent has to be `Send + 'static`; what is not, the compiler shows where a handler names it.
const _: () = {
    fn locate(_: ::callcast::__private::Sent<Result<Point, GeocodeError>>) {}

    fn bill(_: ::callcast::__private::Sent<Invoice>) {}

    fn import(_: ::callcast::__private::Sent<Vec<Row>>, _: ::callcast::__private::Sent<Imported>) {}

    fn last_answer(_: ::callcast::__private::Sent<Result<Point, GeocodeError>>) {}
};

/// The calls of [`Geocoder`] as plain data: a variant a handler, a field an argument.
pub enum GeocoderCall {
    /// A call of [`Geocoder::locate`].
    Locate {
        /// The argument `address`.
        address: String,
    },
    /// A call of [`Geocoder::bill`].
    Bill {
        /// The argument `customer`.
        customer: u64,
    },
    /// A call of [`Geocoder::import`].
    Import {
        /// The argument `rows`.
        rows: Vec<Row>,
    },
    /// A call of [`Geocoder::last_answer`].
    LastAnswer,
}

impl ::callcast::Message for GeocoderCall {
    fn name(&self) -> &'static str {
        match *self {
            Self::Locate { .. } => "locate",
            Self::Bill { .. } => "bill",
            Self::Import { .. } => "import",
            Self::LastAnswer { .. } => "last_answer",
        }
    }
}

impl ::core::fmt::Debug for GeocoderCall {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// What travels to [`Geocoder`] when it is called: a call, and where its reply goes.
pub enum GeocoderRequest {
    /// A call of [`Geocoder::locate`].
    Locate {
        /// The argument `address`.
        address: String,
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<Result<Point, GeocodeError>>,
    },
    /// A call of [`Geocoder::bill`].
    Bill {
        /// The argument `customer`.
        customer: u64,
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<Invoice>,
    },
    /// A call of [`Geocoder::import`].
    Import {
        /// The argument `rows`.
        rows: Vec<Row>,
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<Imported>,
    },
    /// A call of [`Geocoder::last_answer`].
    LastAnswer {
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<Result<Point, GeocodeError>>,
    },
}

impl ::callcast::Message for GeocoderRequest {
    fn name(&self) -> &'static str {
        match *self {
            Self::Locate { .. } => "locate",
            Self::Bill { .. } => "bill",
            Self::Import { .. } => "import",
            Self::LastAnswer { .. } => "last_answer",
        }
    }
}

impl ::core::fmt::Debug for GeocoderRequest {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

impl ::core::convert::From<GeocoderRequest> for GeocoderCall {
    fn from(request: GeocoderRequest) -> Self {
        match request {
            GeocoderRequest::Locate { address, .. } => Self::Locate { address },
            GeocoderRequest::Bill { customer, .. } => Self::Bill { customer },
            GeocoderRequest::Import { rows, .. } => Self::Import { rows },
            GeocoderRequest::LastAnswer { .. } => Self::LastAnswer,
        }
    }
}

impl ::callcast::Protocol for Geocoder {
    type Call = GeocoderCall;
    type Cast = ::callcast::__private::Nothing;
    type Request = GeocoderRequest;
    type Client = GeocoderClient;
    type Kind = ::callcast::__private::ServerKind;
    const NAME: &'static str = "Geocoder";

    fn options() -> ::callcast::Options {
        ::callcast::Options::new().timeout(REQUEST_LIMIT).slow(::core::time::Duration::from_millis(250))
    }
}

impl ::callcast::GenServer for Geocoder {}

impl ::callcast::BackgroundTask for Geocoder {
    type Info = ::callcast::__private::Nothing;

    fn caller(request: &GeocoderRequest) -> ::core::option::Option<&dyn ::callcast::__private::Caller> {
        match *request {
            GeocoderRequest::Locate { ref reply, .. } => reply.caller(),
            GeocoderRequest::Bill { ref reply, .. } => reply.caller(),
            GeocoderRequest::Import { ref reply, .. } => reply.caller(),
            GeocoderRequest::LastAnswer { ref reply, .. } => reply.caller(),
        }
    }

    fn handle_request_now(
        &mut self,
        request: GeocoderRequest,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<(), GeocoderRequest> {
        match request {
            GeocoderRequest::Bill { customer, reply } => ::core::result::Result::Ok({
                let value = Self::bill(self, customer);
                ctx.answer(reply, value)
            }),
            GeocoderRequest::Import { rows, reply } => ::core::result::Result::Ok({
                let value = Self::import(self, rows);
                ctx.answer(reply, value)
            }),
            GeocoderRequest::LastAnswer { reply } => ::core::result::Result::Ok({
                let value = Self::last_answer(self);
                ctx.answer(reply, value)
            }),
            request => ::core::result::Result::Err(request),
        }
    }

    async fn handle_request(&mut self, request: GeocoderRequest, ctx: &mut ::callcast::Context<Self>) {
        match request {
            GeocoderRequest::Locate { address, reply } => {
                let value = ::callcast::__private::sendable(Self::locate(self, address)).await;
                ctx.answer(reply, value)
            }
            request => self.handle_request_now(request, ctx).unwrap_or(()),
        }
    }
}

/// A client of [`Geocoder`]: each of its methods is a message.
pub struct GeocoderClient {
    place: ::callcast::__private::Place<Geocoder>,
}

impl ::core::clone::Clone for GeocoderClient {
    fn clone(&self) -> Self {
        Self { place: ::core::clone::Clone::clone(&self.place) }
    }
}

impl ::core::fmt::Debug for GeocoderClient {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::callcast::__private::debug_client(f, "GeocoderClient", &self.place)
    }
}

impl ::core::ops::Deref for GeocoderClient {
    type Target = ::callcast::Client;

    fn deref(&self) -> &::callcast::Client {
        ::callcast::__private::Place::core(&self.place)
    }
}

impl ::callcast::ClientOf<Geocoder> for GeocoderClient {
    fn place(&self) -> &::callcast::__private::Place<Geocoder> {
        &self.place
    }

    fn from_place(place: ::callcast::__private::Place<Geocoder>) -> Self {
        Self { place }
    }
}

impl GeocoderClient {
    /// Calls [`Geocoder::locate`] on the server.
    pub fn locate(
        &self,
        address: String,
    ) -> ::callcast::Call<'_, Geocoder, (String,), Result<Point, GeocodeError>, ::callcast::Fallible> {
        let op = const {
            &::callcast::__private::CallOp::new("locate", |(address,), reply| GeocoderRequest::Locate {
                address,
                reply,
            })
            .timeout(|| ::core::time::Duration::from_secs(90))
        };
        ::callcast::__private::Place::call(&self.place, op, (address,))
    }

    /// Calls [`Geocoder::bill`] on the server.
    pub fn bill(&self, customer: u64) -> ::callcast::Call<'_, Geocoder, (u64,), Invoice> {
        let op = const {
            &::callcast::__private::CallOp::new("bill", |(customer,), reply| GeocoderRequest::Bill {
                customer,
                reply,
            })
            .mutates()
            .timeout(|| Duration::from_secs(3))
            .always()
        };
        ::callcast::__private::Place::call(&self.place, op, (customer,))
    }

    /// Calls [`Geocoder::import`] on the server.
    pub fn import(
        &self,
        rows: Vec<Row>,
    ) -> ::callcast::Call<'_, Geocoder, (Vec<Row>,), Imported, ::callcast::Fallible> {
        let op = const {
            &::callcast::__private::CallOp::new("import", |(rows,), reply| GeocoderRequest::Import {
                rows,
                reply,
            })
            .mutates()
        };
        ::callcast::__private::Place::call(&self.place, op, (rows,))
    }

    /// Calls [`Geocoder::last_answer`] on the server.
    pub fn last_answer(&self) -> ::callcast::Call<'_, Geocoder, (), Result<Point, GeocodeError>> {
        let op = const {
            &::callcast::__private::CallOp::new("last_answer", |(), reply| GeocoderRequest::LastAnswer {
                reply,
            })
        };
        ::callcast::__private::Place::call(&self.place, op, ())
    }
}

impl Geocoder {
    /// Starts the server [`Geocoder`].
    pub fn start() -> ::callcast::Start<Geocoder, Geocoder> {
        Self::spec().start()
    }

    /// Describes the server [`Geocoder`], to be named, supervised or started.
    pub fn spec() -> ::callcast::ServerSpec<Geocoder, (), Geocoder> {
        ::callcast::__private::server_spec((), |(), _ctx| {
            ::callcast::__private::Box::pin(::core::future::ready(<Geocoder>::new()))
        })
    }
}

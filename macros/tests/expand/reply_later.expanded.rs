impl Printer {
    fn new() -> Self {
        Self::default()
    }

    fn print(&mut self, page: Page, done: ReplyTo<Result<Receipt, JamError>>) {
        self.jobs.push_back((page, done));
    }
}

/// What is sent has to be `Send + 'static`; what is not, the compiler shows where a handler names it.
const _: () = {
    fn print(
        _: ::callcast::__private::Sent<Page>,
        _: ::callcast::__private::Sent<Result<Receipt, JamError>>,
    ) {
    }
};

/// The calls of [`Printer`] as plain data: a variant a handler, a field an argument.
pub enum PrinterCall {
    /// A call of [`Printer::print`].
    Print {
        /// The argument `page`.
        page: Page,
    },
}

impl ::callcast::Message for PrinterCall {
    fn name(&self) -> &'static str {
        match *self {
            Self::Print { .. } => "print",
        }
    }
}

impl ::core::fmt::Debug for PrinterCall {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// What travels to [`Printer`] when it is called: a call, and where its reply goes.
pub enum PrinterRequest {
    /// A call of [`Printer::print`].
    Print {
        /// The argument `page`.
        page: Page,
        /// Where the reply goes.
        reply: ::callcast::ReplyTo<Result<Receipt, JamError>>,
    },
}

impl ::callcast::Message for PrinterRequest {
    fn name(&self) -> &'static str {
        match *self {
            Self::Print { .. } => "print",
        }
    }
}

impl ::core::fmt::Debug for PrinterRequest {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

impl ::core::convert::From<PrinterRequest> for PrinterCall {
    fn from(request: PrinterRequest) -> Self {
        match request {
            PrinterRequest::Print { page, .. } => Self::Print { page },
        }
    }
}

impl ::callcast::Protocol for Printer {
    type Call = PrinterCall;
    type Cast = ::callcast::__private::Nothing;
    type Request = PrinterRequest;
    type Client = PrinterClient;
    type Kind = ::callcast::__private::ServerKind;
    const NAME: &'static str = "Printer";
}

impl ::callcast::GenServer for Printer {}

impl ::callcast::BackgroundTask for Printer {
    type Info = ::callcast::__private::Nothing;

    fn caller(request: &PrinterRequest) -> ::core::option::Option<&dyn ::callcast::__private::Caller> {
        match *request {
            PrinterRequest::Print { ref reply, .. } => reply.caller(),
        }
    }

    fn handle_request_now(
        &mut self,
        request: PrinterRequest,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<(), PrinterRequest> {
        match request {
            PrinterRequest::Print { page, reply } => ::core::result::Result::Ok({
                let reply = ctx.hand_on(reply);
                Self::print(self, page, reply)
            }),
        }
    }
}

/// A client of [`Printer`]: each of its methods is a message.
pub struct PrinterClient {
    place: ::callcast::__private::Place<Printer>,
}

impl ::core::clone::Clone for PrinterClient {
    fn clone(&self) -> Self {
        Self { place: ::core::clone::Clone::clone(&self.place) }
    }
}

impl ::core::fmt::Debug for PrinterClient {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::callcast::__private::debug_client(f, "PrinterClient", &self.place)
    }
}

impl ::core::ops::Deref for PrinterClient {
    type Target = ::callcast::Client;

    fn deref(&self) -> &::callcast::Client {
        ::callcast::__private::Place::core(&self.place)
    }
}

impl ::callcast::ClientOf<Printer> for PrinterClient {
    fn place(&self) -> &::callcast::__private::Place<Printer> {
        &self.place
    }

    fn from_place(place: ::callcast::__private::Place<Printer>) -> Self {
        Self { place }
    }
}

impl PrinterClient {
    /// Calls [`Printer::print`] on the server.
    fn print(
        &self,
        page: Page,
    ) -> ::callcast::Call<'_, Printer, (Page,), Result<Receipt, JamError>, ::callcast::Fallible> {
        let op = const {
            &::callcast::__private::CallOp::new("print", |(page,), reply| PrinterRequest::Print {
                page,
                reply,
            })
            .mutates()
        };
        ::callcast::__private::Place::call(&self.place, op, (page,))
    }
}

impl Printer {
    /// Starts the server [`Printer`].
    fn start() -> ::callcast::Start<Printer, Printer> {
        Self::spec().start()
    }

    /// Describes the server [`Printer`], to be named, supervised or started.
    fn spec() -> ::callcast::ServerSpec<Printer, (), Printer> {
        ::callcast::__private::server_spec((), |(), _ctx| {
            ::callcast::__private::Box::pin(::core::future::ready(<Printer>::new()))
        })
    }
}

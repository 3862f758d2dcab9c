impl Mailer {
    pub async fn connect(relay: Relay) -> Result<Self, SmtpError> {
        Self::open(relay).await
    }

    pub async fn send(&mut self, mail: Mail) -> Result<(), SmtpError> {
        self.relay.send(mail).await
    }
}

/// What is sent has to be `Send + 'static`; what is not, the compiler shows where a handler names it.
const _: () = {
    fn connect(_: ::callcast::__private::Sent<Relay>, _: ::callcast::__private::Sent<SmtpError>) {}

    fn send(_: ::callcast::__private::Sent<Mail>) {}
};

/// The casts to [`Mailer`] as plain data: a variant a handler, a field an argument.
pub enum MailerCast {
    /// A cast to [`Mailer::send`].
    Send {
        /// The argument `mail`.
        mail: Mail,
    },
}

impl ::callcast::Message for MailerCast {
    fn name(&self) -> &'static str {
        match *self {
            Self::Send { .. } => "send",
        }
    }
}

impl ::core::fmt::Debug for MailerCast {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

impl ::callcast::Protocol for Mailer {
    type Call = ::callcast::__private::Nothing;
    type Cast = MailerCast;
    type Request = ::callcast::__private::Nothing;
    type Client = MailerClient;
    type Kind = ::callcast::__private::ServerKind;
    const NAME: &'static str = "Mailer";
}

impl ::callcast::GenServer for Mailer {}

impl ::callcast::BackgroundTask for Mailer {
    type Info = ::callcast::__private::Nothing;

    async fn handle_cast(
        &mut self,
        cast: MailerCast,
        ctx: &mut ::callcast::Context<Self>,
    ) -> ::core::result::Result<(), ::callcast::__private::Fault> {
        match cast {
            MailerCast::Send { mail } => ::callcast::__private::Outcome::into_result(
                ::callcast::__private::sendable(Self::send(self, mail)).await,
                "send",
            ),
        }
    }
}

/// A client of [`Mailer`]: each of its methods is a message.
pub struct MailerClient {
    place: ::callcast::__private::Place<Mailer>,
}

impl ::core::clone::Clone for MailerClient {
    fn clone(&self) -> Self {
        Self { place: ::core::clone::Clone::clone(&self.place) }
    }
}

impl ::core::fmt::Debug for MailerClient {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::callcast::__private::debug_client(f, "MailerClient", &self.place)
    }
}

impl ::core::ops::Deref for MailerClient {
    type Target = ::callcast::Client;

    fn deref(&self) -> &::callcast::Client {
        ::callcast::__private::Place::core(&self.place)
    }
}

impl ::callcast::ClientOf<Mailer> for MailerClient {
    fn place(&self) -> &::callcast::__private::Place<Mailer> {
        &self.place
    }

    fn from_place(place: ::callcast::__private::Place<Mailer>) -> Self {
        Self { place }
    }
}

impl MailerClient {
    /// Casts [`Mailer::send`] to the server.
    pub fn send(&self, mail: Mail) -> ::callcast::Cast<'_, Mailer, (Mail,)> {
        let op = const {
            &::callcast::__private::CastOp::new("send", |(mail,)| MailerCast::Send { mail }).mutates()
        };
        ::callcast::__private::Place::cast(&self.place, op, (mail,))
    }
}

impl Mailer {
    /// Starts the server [`Mailer`].
    pub fn start(relay: Relay) -> ::callcast::Start<Mailer, Result<Mailer, SmtpError>> {
        Self::spec(relay).start()
    }

    /// Describes the server [`Mailer`], to be named, supervised or started.
    pub fn spec(relay: Relay) -> ::callcast::ServerSpec<Mailer, (Relay,), Result<Mailer, SmtpError>> {
        ::callcast::__private::server_spec((relay,), |(relay,), _ctx| {
            ::callcast::__private::Box::pin(async move {
                ::callcast::__private::sendable(<Mailer>::connect(relay)).await
            })
        })
    }
}

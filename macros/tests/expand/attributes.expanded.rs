#[cfg(feature = "keywords")]
#[allow(non_snake_case)]
impl syntax::Keywords {
    /// Makes one.
    #[must_use]
    #[deprecated]
    pub fn new() -> Self {
        Self
    }

    /// The type of a word.
    ///
    /// Of `in`, say.
    #[inline]
    #[must_use = "it is all that this does"]
    #[cfg_attr(feature = "trace", tracing::instrument, doc = "Is traced.")]
    pub(crate) fn r#type(&self, r#in: String, mut reply: u8) -> r#Type {
        reply += 1;
        self.types[reply]
    }

    #[cfg(unix)]
    #[deprecated(note = "nobody needs it")]
    fn r#do(&mut self) -> std::io::Result<()> {
        Ok(())
    }

    #[expect(clippy::unused_self)]
    fn set_All(&mut self, newOnes: Vec<u8>) {}
}

/// What is sent has to be `Send + 'static`; what is not, the compiler shows where a handler names it.
#[cfg(feature = "keywords")]
#[allow(non_snake_case)]
const _: () = {
    fn r#type(_: ::callcast::__private::Sent<r#Type>) {}
};

/// The calls of [`Keywords`](syntax::Keywords) as plain data: a variant a handler, a field an argument.
#[cfg(feature = "keywords")]
#[allow(non_snake_case)]
pub enum KeywordsCall {
    /// A call of [`Keywords::r#type`](syntax::Keywords::r#type).
    Type {
        /// The argument `in`.
        r#in: String,
        /// The argument `reply`.
        reply: u8,
    },
}

#[cfg(feature = "keywords")]
#[allow(non_snake_case)]
impl ::callcast::Message for KeywordsCall {
    fn name(&self) -> &'static str {
        match *self {
            Self::Type { .. } => "type",
        }
    }
}

#[cfg(feature = "keywords")]
#[allow(non_snake_case)]
impl ::core::fmt::Debug for KeywordsCall {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// The casts to [`Keywords`](syntax::Keywords) as plain data: a variant a handler, a field an argument.
#[cfg(feature = "keywords")]
#[allow(non_snake_case)]
pub enum KeywordsCast {
    /// A cast to [`Keywords::r#do`](syntax::Keywords::r#do).
    #[cfg(unix)]
    Do,
    /// A cast to [`Keywords::set_All`](syntax::Keywords::set_All).
    #[allow(clippy::unused_self)]
    SetAll {
        /// The argument `newOnes`.
        newOnes: Vec<u8>,
    },
}

#[cfg(feature = "keywords")]
#[allow(non_snake_case)]
impl ::callcast::Message for KeywordsCast {
    fn name(&self) -> &'static str {
        match *self {
            #[cfg(unix)]
            Self::Do { .. } => "do",
            Self::SetAll { .. } => "set_All",
        }
    }
}

#[cfg(feature = "keywords")]
#[allow(non_snake_case)]
impl ::core::fmt::Debug for KeywordsCast {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

/// What travels to [`Keywords`](syntax::Keywords) when it is called: a call, and where its reply goes.
#[cfg(feature = "keywords")]
#[allow(non_snake_case)]
pub enum KeywordsRequest {
    /// A call of [`Keywords::r#type`](syntax::Keywords::r#type).
    Type {
        /// The argument `in`.
        r#in: String,
        /// The argument `reply`.
        reply: u8,
        /// Where the reply goes.
        reply_: ::callcast::ReplyTo<r#Type>,
    },
}

#[cfg(feature = "keywords")]
#[allow(non_snake_case)]
impl ::callcast::Message for KeywordsRequest {
    fn name(&self) -> &'static str {
        match *self {
            Self::Type { .. } => "type",
        }
    }
}

#[cfg(feature = "keywords")]
#[allow(non_snake_case)]
impl ::core::fmt::Debug for KeywordsRequest {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(::callcast::Message::name(self))
    }
}

#[cfg(feature = "keywords")]
#[allow(non_snake_case)]
impl ::core::convert::From<KeywordsRequest> for KeywordsCall {
    fn from(request: KeywordsRequest) -> Self {
        match request {
            KeywordsRequest::Type { r#in, reply, .. } => Self::Type { r#in, reply },
        }
    }
}

#[cfg(feature = "keywords")]
#[allow(non_snake_case)]
impl ::callcast::Protocol for syntax::Keywords {
    type Call = KeywordsCall;
    type Cast = KeywordsCast;
    type Request = KeywordsRequest;
    type Client = KeywordsClient;
    type Kind = ::callcast::__private::AgentKind;
    const NAME: &'static str = "Keywords";
}

#[cfg(feature = "keywords")]
#[allow(non_snake_case)]
impl ::callcast::GenServer for syntax::Keywords {}

#[cfg(feature = "keywords")]
#[allow(non_snake_case)]
impl ::callcast::StateHolder for syntax::Keywords {
    fn handle_request(&mut self, request: KeywordsRequest) {
        match request {
            KeywordsRequest::Type { r#in, reply, reply_ } => reply_.send(Self::r#type(self, r#in, reply)),
        }
    }

    fn handle_cast(
        &mut self,
        cast: KeywordsCast,
    ) -> ::core::result::Result<(), ::callcast::__private::Fault> {
        match cast {
            #[cfg(unix)]
            #[allow(deprecated, reason = "whoever uses the client is warned")]
            KeywordsCast::Do => ::callcast::__private::Outcome::into_result(Self::r#do(self), "do"),
            KeywordsCast::SetAll { newOnes } => {
                ::callcast::__private::Outcome::into_result(Self::set_All(self, newOnes), "set_All")
            }
        }
    }
}

/// A client of [`Keywords`](syntax::Keywords): each of its methods is a message.
#[cfg(feature = "keywords")]
#[allow(non_snake_case)]
pub struct KeywordsClient {
    place: ::callcast::__private::Place<syntax::Keywords>,
}

#[cfg(feature = "keywords")]
#[allow(non_snake_case)]
impl ::core::clone::Clone for KeywordsClient {
    fn clone(&self) -> Self {
        Self { place: ::core::clone::Clone::clone(&self.place) }
    }
}

#[cfg(feature = "keywords")]
#[allow(non_snake_case)]
impl ::core::fmt::Debug for KeywordsClient {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        ::callcast::__private::debug_client(f, "KeywordsClient", &self.place)
    }
}

#[cfg(feature = "keywords")]
#[allow(non_snake_case)]
impl ::core::ops::Deref for KeywordsClient {
    type Target = ::callcast::Client;

    fn deref(&self) -> &::callcast::Client {
        ::callcast::__private::Place::core(&self.place)
    }
}

#[cfg(feature = "keywords")]
#[allow(non_snake_case)]
impl ::callcast::ClientOf<syntax::Keywords> for KeywordsClient {
    fn place(&self) -> &::callcast::__private::Place<syntax::Keywords> {
        &self.place
    }

    fn from_place(place: ::callcast::__private::Place<syntax::Keywords>) -> Self {
        Self { place }
    }
}

#[cfg(feature = "keywords")]
#[allow(non_snake_case)]
impl KeywordsClient {
    /// The type of a word.
    ///
    /// Of `in`, say.
    #[must_use = "it is all that this does"]
    #[cfg_attr(feature = "trace", doc = "Is traced.")]
    pub(crate) fn r#type(
        &self,
        r#in: String,
        reply: u8,
    ) -> ::callcast::Call<'_, syntax::Keywords, (String, u8), r#Type> {
        let op = const {
            &::callcast::__private::CallOp::new("type", |(r#in, reply), reply_| KeywordsRequest::Type {
                r#in,
                reply,
                reply_,
            })
            .run(|server, (r#in, reply)| <syntax::Keywords>::r#type(server, r#in, reply))
        };
        ::callcast::__private::Place::call(&self.place, op, (r#in, reply))
    }

    /// Casts [`Keywords::r#do`](syntax::Keywords::r#do) to the agent.
    #[cfg(unix)]
    #[deprecated(note = "nobody needs it")]
    #[allow(deprecated, reason = "whoever uses the client is warned")]
    fn r#do(&self) -> ::callcast::Cast<'_, syntax::Keywords, ()> {
        let op = const {
            &::callcast::__private::CastOp::new("do", |()| KeywordsCast::Do)
                .run(|server, ()| {
                    ::callcast::__private::Outcome::into_result(<syntax::Keywords>::r#do(server), "do")
                })
                .mutates()
        };
        ::callcast::__private::Place::cast(&self.place, op, ())
    }

    /// Casts [`Keywords::set_All`](syntax::Keywords::set_All) to the agent.
    #[allow(clippy::unused_self)]
    fn set_All(&self, newOnes: Vec<u8>) -> ::callcast::Cast<'_, syntax::Keywords, (Vec<u8>,)> {
        let op = const {
            &::callcast::__private::CastOp::new("set_All", |(newOnes,)| KeywordsCast::SetAll { newOnes })
                .run(|server, (newOnes,)| {
                    ::callcast::__private::Outcome::into_result(
                        <syntax::Keywords>::set_All(server, newOnes),
                        "set_All",
                    )
                })
                .mutates()
        };
        ::callcast::__private::Place::cast(&self.place, op, (newOnes,))
    }
}

#[cfg(feature = "keywords")]
#[allow(non_snake_case)]
impl syntax::Keywords {
    /// Starts the agent [`Keywords`](syntax::Keywords).
    ///
    /// Makes one.
    #[deprecated]
    #[allow(deprecated, reason = "whoever uses the client is warned")]
    pub fn start() -> ::core::result::Result<KeywordsClient, ::callcast::StartError> {
        Self::spec().start()
    }

    /// Describes the agent [`Keywords`](syntax::Keywords), to be named, supervised or started.
    #[deprecated]
    #[allow(deprecated, reason = "whoever uses the client is warned")]
    pub fn spec() -> ::callcast::AgentSpec<syntax::Keywords, (), syntax::Keywords> {
        ::callcast::__private::agent_spec((), |()| <syntax::Keywords>::new())
    }
}

#[server]
impl r#Type {
    #[init]
    fn new(self_: u8, state: u8) -> Self {
        Self::of(self_, state)
    }

    #[call]
    fn r#match(&self, reply: u8, reply_: u8, ctx: u8, message: u8, r#type: u8, server: u8) -> bool {
        self.fits(reply, reply_, ctx, message, r#type, server)
    }

    #[call]
    fn r#await(&mut self, reply: u8, later: ReplyTo<u8>, context: &mut Context<Self>) {
        self.later(reply, later, context);
    }

    #[cast]
    fn self_(&mut self, cast: u8, value: u8, ctx: &mut Context<Self>) {
        self.cast(cast, value, ctx);
    }

    #[info]
    fn _hidden(&mut self, info: u8, place: u8) {}
}

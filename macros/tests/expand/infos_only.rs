#[server]
impl Heartbeat {
    #[init]
    pub fn new(peers: Vec<Address>) -> Self {
        Self { peers }
    }

    #[every("5s")]
    fn beat(&mut self, ctx: &mut Context<Self>) {
        ctx.spawn(ping_all(self.peers.clone()), HeartbeatInfo::answered);
    }

    #[info]
    fn answered(&mut self, alive: Vec<Address>) {
        self.peers = alive;
    }
}

#[server(stop_when_unused)]
impl Leases {
    #[init]
    pub fn new() -> Self {
        Self::default()
    }

    #[after_init]
    fn restore(&mut self) {
        self.read_from_disk();
    }

    #[down]
    fn released(&mut self, lost: Down, ctx: &mut Context<Self>) {
        self.free(lost.id, ctx);
    }

    #[exit]
    async fn partner_ended(&mut self, exit: Exit) -> Result<(), LeaseError> {
        self.end(exit).await
    }

    #[idle(QUIET_TIME)]
    fn compact(&mut self) {
        self.log.compact();
    }

    #[terminate]
    fn save(&mut self) -> Result<(), LeaseError> {
        self.write_to_disk()
    }
}

#[server(mailbox = 256, overflow = "drop_oldest", timeout = "2s", slow = "1500ms", inline = false, stop_when_unused, derive(Debug, Clone), start = launch, spec = child)]
impl Worker {
    #[init]
    pub async fn init(config: Config, ctx: &mut Context<Self>) -> Result<Self, ConnectError> {
        Self::connect(config, ctx).await
    }

    #[after_init]
    async fn warm_up(&mut self) -> Result<(), CacheError> {
        self.cache.fill().await
    }

    #[call(timeout = "10s", always)]
    pub async fn fetch(&mut self, #[into] key: String) -> Result<Page, FetchError> {
        self.cache.fetch(key).await
    }

    #[call]
    pub fn next_event(&mut self, reply: ReplyTo<Event>) {
        self.waiting.push(reply)
    }

    #[call]
    pub fn events(&mut self, out: ReplyStream<Event>) {
        self.listeners.push(out)
    }

    #[cast]
    pub async fn refresh(&mut self) -> Result<(), RefreshError> {
        self.cache.clear().await
    }

    #[every("30s, now")]
    fn tick(&mut self) {}

    #[idle("5m")]
    fn quiet(&mut self, ctx: &mut Context<Self>) {
        ctx.stop(ExitReason::Normal)
    }

    #[info]
    fn computed(&mut self, sum: u64) {}

    #[info]
    fn measured(&mut self, ctx: &mut Context<Self>, place: Place, celsius: f32) {}

    #[down]
    fn lost(&mut self, down: Down) {}

    #[exit]
    fn linked_ended(&mut self, exit: Exit) {}

    #[terminate]
    async fn close(&mut self, reason: &ExitReason, left: Vec<WorkerCast>) {}

    #[format_status]
    fn shown(&self) -> String {
        format!("{} pages", self.cache.len())
    }

    fn helper(&self) {}
}

#[agent(timeout = "2s")]
impl Store for MemoryStore {
    #[call]
    fn get(&self, #[into] key: String) -> Option<Bytes> {
        self.values.get(&key).cloned()
    }

    async fn put(&mut self, key: String, ctx: &mut Context<Self>) {}

    #[init]
    fn new() -> Self {
        Self::default()
    }
}

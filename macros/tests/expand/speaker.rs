#[agent(protocols(Store, audit::Audit), derive(Debug))]
impl MemoryStore {
    #[init]
    pub fn new() -> Self {
        Self::default()
    }

    #[call]
    pub fn len(&self) -> usize {
        self.values.len()
    }
}

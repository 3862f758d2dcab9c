#[server]
impl Basket {
    #[init]
    pub fn new() -> Self {
        Self::default()
    }

    #[call]
    pub fn add(&mut self, item: ) -> usize {
        self.items.push(item)
    }

    #[call]
    pub fn total(&self) -> Money {
        self.items.iter().sum()
    }
}

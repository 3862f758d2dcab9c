#[server]
impl Counter {
    #[init]
    pub fn new() -> Self {
        let value =
    }

    #[call]
    pub fn get(&self) -> i64 {
        self.
    }
}

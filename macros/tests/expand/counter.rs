#[agent]
impl Counter {
    #[init]
    pub fn new(value: i64) -> Self {
        Self { value }
    }

    /// The value now.
    #[call]
    pub fn get(&self) -> i64 {
        self.value
    }

    #[call]
    pub fn add(&mut self, n: i64) -> i64 {
        self.value += n;
        self.value
    }

    #[cast]
    pub fn reset(&mut self) {
        self.value = 0
    }
}

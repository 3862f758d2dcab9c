#[agent]
impl Counter {
    #[init]
    async fn new(name: &str) -> Self {
        Self
    }

    #[call]
    pub fn name(&self, (a, b): (u8, u8), into: impl Into<String>) -> &str {
        ""
    }

    #[cast]
    pub async fn reset(&mut self) {}

    #[every("30s")]
    fn tick(&mut self) {}

    #[format_status]
    async fn shown(&mut self) {}

    #[call]
    pub fn get(&self) -> u8 {
        1
    }
}

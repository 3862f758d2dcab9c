#[server]
impl Orders {
    #[init]
    pub fn new() -> Self {
        Self::default()
    }

    #[call]
    pub fn find<'a>(&self, name: &'a str) -> Option<&'a Order> {
        self.orders.get(name)
    }

    #[cast]
    pub fn cancel(self, id: OrderId) -> bool {
        self.orders.remove(id)
    }

    #[info]
    fn shipped(&mut self, (id, at): (OrderId, Instant)) {}

    #[every("0s")]
    fn sweep(&mut self) {}

    #[call]
    pub fn count(&self) -> usize {
        self.orders.len()
    }
}

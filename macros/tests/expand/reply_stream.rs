#[server]
impl Thermometer {
    #[init]
    fn new() -> Self {
        Self::default()
    }

    #[call]
    async fn readings(&mut self, room: Room, out: ReplyStream<Celsius>, ctx: &mut Context<Self>) {
        self.sensors.subscribe(room, out, ctx).await;
    }
}

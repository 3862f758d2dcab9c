#[agent(start = open, spec = blueprint, crate = crate::vendor::callcast, derive(Debug, PartialEq))]
impl Door {
    #[init]
    pub(crate) fn new(#[into] room: RoomName) -> Self {
        Self { room }
    }

    #[call]
    pub(crate) fn start(&mut self, #[into] speed: Speed) -> bool {
        self.motor.start(speed)
    }
}

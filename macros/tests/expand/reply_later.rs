#[server]
impl Printer {
    #[init]
    fn new() -> Self {
        Self::default()
    }

    #[call]
    fn print(&mut self, page: Page, done: ReplyTo<Result<Receipt, JamError>>) {
        self.jobs.push_back((page, done));
    }
}

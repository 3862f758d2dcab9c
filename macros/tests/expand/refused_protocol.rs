#[protocol(mailbox = 256)]
unsafe trait Store<K, T: Send + 'static> {
    const LEN: usize;

    type Item;

    #[init]
    fn new() -> Self;

    #[call]
    async fn get(&self, key: &str, ctx: &mut Context<Self>) -> Option<Box<Self>>;

    #[call]
    fn next(&mut self, reply: ReplyTo<Event>);

    #[cast]
    fn set(&mut self, (key, value): (String, u8));

    #[call]
    fn twin(&self, other: Self) -> Self::Item;

    #[call]
    fn good(&self, key: K) -> u64;

    fn each<F>(&self, f: F) {}

    fn neither(&self);
}

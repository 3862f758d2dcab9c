#[server(crate = crate::actors)]
#[cfg(unix)]
impl a::Store for DiskStore {
    async fn get(&self, key: String) -> Option<Bytes> {
        self.file.read(key).await
    }

    fn put(&mut self, key: String, mut value: Bytes) -> Result<(), StoreError> {
        self.file.write(key, value)
    }

    #[cfg(feature = "forget")]
    async fn forget(&mut self, ctx: &mut Context<Self>, _: String) {
        self.sync(ctx).await
    }

    fn touch(&mut self, key: String, ctx: &mut Context<Self>) {
        ctx.cast_after(SECOND, key)
    }

    fn next_event(&mut self, reply: ReplyTo<Event>) {
        self.waiting.push(reply)
    }

    async fn size(&self, key: String, reply: ReplyTo<Self::Size>) {
        reply.send(self.file.size(key).await)
    }

    fn events(&mut self, out: ReplyStream<Event>, since: u64) {
        self.listeners.push(out)
    }
}

#[cfg(unix)]
impl DiskStore {
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

#[cfg(unix)]
impl crate::actors::__private::Handles<crate::actors::__private::ProtocolOf<dyn a::Store, DiskStore>>
    for DiskStore
{
    const KIND: () = ();
    const HANDLERS : < crate :: actors :: __private :: ProtocolOf < dyn a :: Store , DiskStore > as crate :: actors :: __private :: Spoken > :: Handlers < Self > = { type Handlers < T > = T ; Handlers :: < < crate :: actors :: __private :: ProtocolOf < dyn a :: Store , DiskStore > as crate :: actors :: __private :: Spoken > :: Handlers < Self > > { get : crate :: actors :: __private :: Handler :: serves (| server , _ , (key ,) | crate :: actors :: __private :: Box :: pin (async move { let value = crate :: actors :: __private :: sendable (Self :: get (server , crate :: actors :: __private :: passed :: < String , _ > (key))) . await ; crate :: actors :: __private :: returned (value) })) , put : crate :: actors :: __private :: Handler :: run (| server , (key , value ,) | { let value = Self :: put (server , crate :: actors :: __private :: passed :: < String , _ > (key) , crate :: actors :: __private :: passed :: < Bytes , _ > (value)) ; crate :: actors :: __private :: returned (value) }) , # [cfg (feature = "forget")] forget : crate :: actors :: __private :: Handler :: serves (| server , ctx , (argument_0 ,) | crate :: actors :: __private :: Box :: pin (async move { let value = crate :: actors :: __private :: sendable (Self :: forget (server , ctx , crate :: actors :: __private :: passed :: < String , _ > (argument_0))) . await ; crate :: actors :: __private :: returned (value) })) , touch : crate :: actors :: __private :: Handler :: lent (| server , ctx , (key ,) | { let value = Self :: touch (server , crate :: actors :: __private :: passed :: < String , _ > (key) , ctx) ; crate :: actors :: __private :: returned (value) }) , next_event : crate :: actors :: __private :: Handler :: replies (| server , _ , () , reply | Self :: next_event (server , crate :: actors :: __private :: passed :: < ReplyTo < Event > , _ > (reply))) , size : crate :: actors :: __private :: Handler :: serves_replies (| server , _ , (key ,) , reply | crate :: actors :: __private :: Box :: pin (async move { crate :: actors :: __private :: sendable (Self :: size (server , crate :: actors :: __private :: passed :: < String , _ > (key) , crate :: actors :: __private :: passed :: < ReplyTo < Self :: Size > , _ > (reply))) . await })) , events : crate :: actors :: __private :: Handler :: replies (| server , _ , (since ,) , reply | Self :: events (server , crate :: actors :: __private :: passed :: < crate :: actors :: ReplyTo < crate :: actors :: Replies < Event > > , _ > (reply) . into_stream () , crate :: actors :: __private :: passed :: < u64 , _ > (since))) , } } ;
}

impl MemoryStore {
    fn get(&self, key: String) -> Option<Bytes> {
        self.values.get(&key).cloned()
    }

    fn new() -> Self {
        Self::default()
    }
}

impl ::callcast::__private::Handles<::callcast::__private::ProtocolOf<dyn Store, MemoryStore>>
    for MemoryStore
{
    const KIND: () = ::callcast::__private::is_agent::<Self>();
    const HANDLERS : < :: callcast :: __private :: ProtocolOf < dyn Store , MemoryStore > as :: callcast :: __private :: Spoken > :: Handlers < Self > = < < :: callcast :: __private :: ProtocolOf < dyn Store , MemoryStore > as :: callcast :: __private :: Spoken > :: Handlers < Self > as :: callcast :: __private :: Queued > :: QUEUED ;
}

::core::compile_error! { "a block for a protocol has no option `timeout`, because it is not all of an agent\n\nhelp: leave it out, or give it to the `#[agent]` of the block that has `#[init]`" }

::core::compile_error! { "an agent has no `Context`, because it has no task that could act later\n\nhelp: make it a `#[server]`" }

::core::compile_error! { "whether `get` is a call or a cast is for `Store` to say\n\nhelp: leave out `#[call]`" }

::core::compile_error! { "what clients convert is for the protocol to say\n\nhelp: leave out `#[into]`, or write it in the trait" }

::core::compile_error! { "`Store` has calls and casts only, and `#[init]` is for the server itself\n\nhelp: move `new` to `#[agent] impl MemoryStore`, the block that has `#[init]`" }

::core::compile_error! { "an agent's handler cannot be `async`, because it runs where it is called\n\nhelp: make it a `#[server]`, or leave out `async`" }

impl Store for MemoryStore {
    fn get(&self, key: String) -> Option<Bytes> {
        self.values.get(&key).cloned()
    }

    fn put(&mut self, key: String, value: Bytes) -> Result<(), StoreError> {
        self.values.insert(key, value);
        Ok(())
    }

    fn forget(&mut self, key: String) {
        self.values.remove(&key);
    }
}

impl ::callcast::__private::Handles<::callcast::__private::ProtocolOf<dyn Store, MemoryStore>>
    for MemoryStore
{
    const KIND: () = ::callcast::__private::is_agent::<Self>();
    const HANDLERS : < :: callcast :: __private :: ProtocolOf < dyn Store , MemoryStore > as :: callcast :: __private :: Spoken > :: Handlers < Self > = < < :: callcast :: __private :: ProtocolOf < dyn Store , MemoryStore > as :: callcast :: __private :: Spoken > :: Handlers < Self > as :: callcast :: __private :: OfTrait > :: OF_TRAIT ;
}

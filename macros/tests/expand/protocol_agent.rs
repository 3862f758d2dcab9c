#[agent]
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

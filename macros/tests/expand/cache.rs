#[agent(derive(Debug), crate = crate::actors)]
impl<K: Eq + Hash + Send + 'static, V = String> Cache<K, V>
where
    V: Clone + Send + 'static,
    Self: Debug,
{
    #[init]
    pub fn new(#[into] name: String) -> Result<Self, CacheError> {
        Self::named(name)
    }

    #[call]
    pub fn get(&self, key: K) -> Option<V> {
        self.entries.get(&key).cloned()
    }

    #[call]
    pub fn merge(&mut self, other: Box<Self>) -> Result<usize, CacheError> {
        self.entries.extend(other.entries);
        Ok(self.entries.len())
    }

    #[format_status]
    fn shown(&self) -> impl Display {
        self.entries.len()
    }

    #[cast]
    pub fn clear(&mut self) {
        self.entries.clear()
    }
}

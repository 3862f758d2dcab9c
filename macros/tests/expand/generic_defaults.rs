#[server]
impl<K, V = Arc<str>, const SHARDS: usize = 16> Index<K, V, SHARDS>
where
    K: Hash + Eq + Send + 'static,
    V: Clone + Send + 'static,
    [Shard; SHARDS]: Default,
{
    #[init]
    pub fn new() -> Self {
        Self::default()
    }

    #[call]
    pub fn lookup(&self, key: K) -> Option<V> {
        self.shard(&key).get(&key).cloned()
    }

    #[cast]
    pub async fn insert(&mut self, key: K, value: V) {
        self.shard_mut(&key).insert(key, value).await;
    }

    #[call]
    pub fn sizes(&self) -> [usize; SHARDS] {
        self.shards.each_ref().map(Shard::len)
    }
}

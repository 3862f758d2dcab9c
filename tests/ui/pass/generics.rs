//! Type parameters, const parameters, bounds in both places, and a block for one concrete type.

#![deny(warnings)]

use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;

use callcast::prelude::*;

struct Cache<K, V, const N: usize> {
    entries: HashMap<K, V>,
}

#[agent(derive(Debug, Clone, PartialEq))]
impl<K: Eq + Hash + Send + 'static, V, const N: usize> Cache<K, V, N>
where
    V: Clone + Send + 'static,
{
    #[init]
    fn new() -> Self {
        Self { entries: HashMap::with_capacity(N) }
    }

    #[call]
    fn get(&self, key: K) -> Option<V> {
        self.entries.get(&key).cloned()
    }

    #[call]
    fn put_all(&mut self, entries: Vec<(K, V)>) -> usize {
        self.entries.extend(entries);
        self.entries.len()
    }

    #[call]
    fn room(&self, _bytes: [u8; N]) -> usize {
        N
    }

    #[cast]
    fn forget(&mut self, key: K) {
        self.entries.remove(&key);
    }

    #[cast]
    fn clear(&mut self) {
        self.entries.clear();
    }
}

/// Neither parameter stands in any message.
struct Quiet<K, V> {
    pair: (K, V),
}

#[server]
impl<K, V> Quiet<K, V>
where
    K: Send + 'static,
    V: Send + 'static,
{
    #[init]
    async fn new(key: K, value: V) -> std::io::Result<Self> {
        Ok(Self { pair: (key, value) })
    }

    #[call]
    async fn len(&mut self) -> usize {
        size_of_val(&self.pair)
    }

    #[cast]
    async fn touch(&mut self) {}

    #[every("1h")]
    fn tick(&mut self) {}

    #[info]
    fn changed(&mut self, value: V) {
        self.pair.1 = value;
    }
}

struct Typed<T>(T);

#[agent]
impl Typed<u32> {
    #[init]
    fn new(value: u32) -> Self {
        Self(value)
    }

    #[call]
    fn get(&self) -> u32 {
        self.0
    }
}

impl<T: Debug> Typed<T> {
    fn print(&self) -> String {
        format!("{:?}", self.0)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cache = Cache::<String, u8, 4>::start()?;
    assert_eq!(cache.put_all(vec![("a".into(), 1)]).await?, 1);
    assert_eq!(cache.get("a".into()).await?, Some(1));
    assert_eq!(cache.room([0; 4]).await?, 4);
    cache.clone().forget("a".into()).await?;
    cache.clear().await?;
    let call: CacheCall<&'static str, u8, 4> = CacheCall::Get { key: "a" };
    assert_eq!(call.clone(), call);

    let quiet = Quiet::start("a", 1_u64).await?;
    assert_eq!(quiet.len().await?, 24);
    quiet.touch().await?;
    drop(QuietInfo::<u8, u8>::changed(1));

    let typed = Typed::<u32>::start(1)?;
    assert_eq!(typed.get().await?, 1);
    assert_eq!(Typed::new(2).print(), "2");
    Ok(())
}

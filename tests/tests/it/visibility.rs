//! {pub, private} × {struct, init}, used from the module itself and from another; and generics.

use std::fmt::Debug;
use std::hash::Hash;

use callcast::prelude::*;

#[allow(unreachable_pub, reason = "each visibility is tried")]
#[allow(
    private_interfaces,
    reason = "the lint looks into blocks that a `macro_rules!` writes; `plain` is free of it"
)]
mod shapes {
    use callcast::prelude::*;

    /// A server or agent of this visibility, with an init of that.
    macro_rules! shape {
        ($attribute:ident, $visibility:vis, $init:vis, $name:ident) => {
            $visibility struct $name {
                n: u32,
            }

            #[$attribute]
            impl $name {
                #[init]
                $init const fn new(n: u32) -> Self {
                    Self { n }
                }

                #[call]
                pub(crate) const fn get(&self) -> u32 {
                    self.n
                }

                #[call]
                const fn private(&self) -> u32 {
                    self.n + 1
                }

                #[cast]
                pub(super) const fn set(&mut self, n: u32) {
                    self.n = n;
                }
            }
        };
    }

    shape!(agent, pub, pub, PublicAgent);
    shape!(agent, pub(super), pub(super), CrateAgent);
    shape!(agent, pub(super), , HalfAgent);
    shape!(agent, , pub(super), HiddenAgent);
    shape!(agent, , , PrivateAgent);
    shape!(server, pub, pub, PublicServer);
    shape!(server, pub(super), pub(super), CrateServer);
    shape!(server, pub(super), , HalfServer);
    shape!(server, , pub(super), HiddenServer);
    shape!(server, , , PrivateServer);

    /// Those that only this module can start: their clients can be handed out.
    pub(super) fn half_agent() -> HalfAgentClient {
        HalfAgent::start(3).unwrap()
    }

    pub(super) async fn half_server() -> HalfServerClient {
        HalfServer::start(3).await.unwrap()
    }

    #[tokio::test]
    async fn from_the_same_module() {
        let (hidden, private) = (HiddenAgent::start(1).unwrap(), PrivateAgent::start(2).unwrap());
        assert_eq!((hidden.get().await, private.private().await), (Ok(1), Ok(3)));
        hidden.set(5).await.unwrap();
        private.set(5).await.unwrap();
        assert_eq!((hidden.private().await, private.get().await), (Ok(6), Ok(5)));
        let (hidden, private) =
            (HiddenServer::start(1).await.unwrap(), PrivateServer::start(2).await.unwrap());
        assert_eq!((hidden.get().await, private.private().await), (Ok(1), Ok(3)));
        hidden.set(5).await.unwrap();
        private.set(5).await.unwrap();
        assert_eq!((hidden.private().await, private.get().await), (Ok(6), Ok(5)));
        let (public, shared) = (PublicAgent::start(1).unwrap(), CrateAgent::start(2).unwrap());
        assert_eq!((public.private().await, shared.private().await), (Ok(2), Ok(3)));
        assert_eq!(half_agent().private().await, Ok(4));
        let (public, shared) = (PublicServer::start(1).await.unwrap(), CrateServer::start(2).await.unwrap());
        assert_eq!((public.private().await, shared.private().await), (Ok(2), Ok(3)));
        assert_eq!(half_server().await.private().await, Ok(4));
    }
}

#[tokio::test]
async fn from_another_module() {
    let (public, shared) = (shapes::PublicAgent::start(1).unwrap(), shapes::CrateAgent::start(2).unwrap());
    public.set(4).await.unwrap();
    shared.set(5).await.unwrap();
    assert_eq!((public.get().await, shared.get().await), (Ok(4), Ok(5)));
    let half: shapes::HalfAgentClient = shapes::half_agent();
    half.set(6).await.unwrap();
    assert_eq!(half.get().await, Ok(6));
    let public = shapes::PublicServer::start(1).await.unwrap();
    let shared = shapes::CrateServer::start(2).await.unwrap();
    public.set(4).await.unwrap();
    shared.set(5).await.unwrap();
    assert_eq!((public.get().await, shared.get().await), (Ok(4), Ok(5)));
    let half: shapes::HalfServerClient = shapes::half_server().await;
    half.set(6).await.unwrap();
    assert_eq!(half.get().await, Ok(6));
}

/// A private agent with public handlers, as written in most programs.
#[allow(unreachable_pub, reason = "each visibility is tried")]
mod plain {
    use callcast::prelude::*;

    struct Plain {
        n: u32,
    }

    #[agent]
    impl Plain {
        #[init]
        pub const fn new(n: u32) -> Self {
            Self { n }
        }

        #[call]
        pub const fn get(&self) -> u32 {
            self.n
        }

        #[cast]
        pub(crate) const fn set(&mut self, n: u32) {
            self.n = n;
        }
    }

    #[test]
    fn a_private_agent_with_public_handlers() {
        let plain = Plain::start(1).unwrap();
        plain.set(2).wait().unwrap();
        assert_eq!(plain.get().wait(), Ok(2));
    }
}

/// A cache of anything.
struct Cache<K, V, const N: usize> {
    entries: Vec<(K, V)>,
}

#[agent(derive(Clone, Debug, PartialEq))]
impl<K, V, const N: usize> Cache<K, V, N>
where
    K: Clone + Debug + Eq + Hash + Send + 'static,
    V: Clone + Send + 'static,
{
    #[init]
    const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    #[call]
    fn put(&mut self, #[into] key: K, value: V) -> Option<K> {
        self.entries.push((key, value));
        if self.entries.len() > N { Some(self.entries.remove(0).0) } else { None }
    }

    #[call]
    fn get(&self, #[into] key: K) -> Option<V> {
        self.entries.iter().find(|entry| entry.0 == key).map(|entry| entry.1.clone())
    }

    #[cast]
    fn clear(&mut self) {
        self.entries.clear();
    }
}

struct Relay<T>(Vec<T>);

#[server]
impl<T: Clone + Send + Sync + 'static> Relay<T> {
    #[init]
    async fn new(first: T) -> Self {
        Self(vec![first])
    }

    #[call]
    async fn last(&self) -> Option<T> {
        self.0.last().cloned()
    }

    #[call]
    fn push(&mut self, item: T, ctx: &mut Context<Self>) {
        ctx.next(RelayInfo::pushed(item));
    }

    #[info]
    fn pushed(&mut self, item: T) {
        self.0.push(item);
    }
}

#[tokio::test]
async fn generics_of_every_kind() {
    let cache = Cache::<String, u32, 2>::start().unwrap();
    assert_eq!(cache.put("a", 1).await, Ok(None));
    assert_eq!(cache.put("b", 2).wait(), Ok(None));
    assert_eq!(cache.put("c", 3).await, Ok(Some("a".to_owned())));
    assert_eq!(cache.get("c").await, Ok(Some(3)));
    cache.clear().await.unwrap();
    assert_eq!(cache.get("c").await, Ok(None));
    let relay = Relay::start("one").await.unwrap();
    assert_eq!(relay.last().await, Ok(Some("one")));
    relay.push("two").await.unwrap();
    assert_eq!(relay.last().await, Ok(Some("two")));
    let numbers: RelayClient<u8> = Relay::start(1).await.unwrap();
    assert_eq!(numbers.last().await, Ok(Some(1)));
}

#[test]
fn the_impl_block_stays_an_ordinary_one() {
    let mut cache = Cache::<u8, u8, 1>::new();
    assert_eq!(cache.put(1, 1), None);
    assert_eq!(cache.put(2, 2), Some(1));
    assert_eq!(cache.get(2), Some(2));
}

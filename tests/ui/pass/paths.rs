//! What is named by way of something else: `Self`, what belongs to it, and what belongs to a parameter.

#![deny(warnings)]

use std::time::Duration;

use callcast::prelude::*;

/// `Self` in an attribute is the state's type, and not the client's.
struct Limited;

impl Limited {
    const LIMIT: Duration = Duration::from_secs(3);
}

#[server(timeout = Self::LIMIT, slow = Self::LIMIT, inline = true)]
impl Limited {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call(timeout = Self::LIMIT)]
    fn soon(&self) {}

    #[call(timeout = if true { Self::LIMIT } else { <Self>::LIMIT * 2 })]
    async fn later(&self) {}

    #[every(Self::LIMIT)]
    fn tick(&mut self) {}
}

#[protocol]
trait Cache<K: Send + 'static, V: Send + 'static> {
    #[call]
    fn get(&self, key: K) -> Option<V>;
}

/// It is one of its own messages.
#[derive(Clone)]
struct Node;

#[server(protocols(Cache<u8, Vec<Self>>))]
impl Node {
    #[init]
    fn new() -> Self {
        Self
    }
}

#[server]
impl Cache<u8, Vec<Self>> for Node {
    async fn get(&self, key: u8) -> Option<Vec<Self>> {
        Some(vec![self.clone(); usize::from(key)])
    }
}

trait Source {
    type Item: Send + 'static;
    type Rest: Send + 'static;
}

struct Bytes;

impl Source for Bytes {
    type Item = u8;
    type Rest = Vec<u8>;
}

/// What it is asked is for a parameter of its own to say.
struct Feed<I: Source, const N: usize>(Option<I>);

#[server(protocols(Cache<I::Item, [I::Rest; N]>))]
impl<I, const N: usize> Feed<I, N>
where
    I: Source + Send + Sync + 'static,
{
    #[init]
    fn new() -> Self {
        Self(None)
    }
}

#[server]
impl<I, const N: usize> Cache<I::Item, [I::Rest; N]> for Feed<I, N>
where
    I: Source + Send + Sync + 'static,
{
    async fn get(&self, _key: I::Item) -> Option<[I::Rest; N]> {
        None
    }
}

/// Its calls may take as long as its parameter says.
trait Slow {
    const LIMIT: Duration;
}

impl Slow for u8 {
    const LIMIT: Duration = Duration::from_secs(9);
}

#[protocol(timeout = T::LIMIT)]
trait Patient<T: Slow + Send + 'static> {
    #[call]
    fn wait(&self, n: T) -> T;
}

#[protocol]
trait Impatient<E: Slow + Send + 'static, S: Send + 'static> {
    #[call(timeout = E::LIMIT)]
    fn wait(&self, n: E) -> S;
}

/// Of the names that are ours, the attributes may have them.
struct E;

impl E {
    const LIMIT: Duration = Duration::from_secs(1);
}

#[protocol(timeout = self::E::LIMIT)]
trait Quick {
    #[call(timeout = E::LIMIT)]
    fn one(&self) -> usize;

    #[call]
    fn two(&self) -> usize;
}

/// Its name is std's as well, and it is imported as that one would be.
mod screens {
    use callcast::prelude::*;

    #[protocol(timeout = super::E::LIMIT)]
    pub trait Display {
        #[call]
        fn lines(&self) -> usize;
    }

    #[protocol]
    pub trait Drop {
        #[cast]
        fn drop(&mut self);
    }
}

use screens::{Display, DisplayClient, Drop};

/// A module of std's has this name as well.
mod core {
    use callcast::prelude::*;

    #[protocol]
    pub trait Store {
        #[call]
        fn len(&self) -> usize;
    }
}

mod fmt {
    use callcast::prelude::*;

    /// As have traits of std's this method.
    #[protocol]
    pub trait Pretty {
        #[call]
        fn fmt(&self, width: usize) -> String;
    }
}

use fmt::Pretty;

#[server(protocols(Display, Drop, Impatient<u8, String>, Patient<u8>, Pretty, Quick, core::Store))]
impl Bytes {
    #[init]
    fn new() -> Self {
        Self
    }
}

#[server]
impl Display for Bytes {
    async fn lines(&self) -> usize {
        24
    }
}

#[server]
impl Drop for Bytes {
    fn drop(&mut self) {}
}

#[server]
impl Impatient<u8, String> for Bytes {
    fn wait(&self, n: u8) -> String {
        n.to_string()
    }
}

#[server]
impl Patient<u8> for Bytes {
    fn wait(&self, n: u8) -> u8 {
        n
    }
}

#[server]
impl Pretty for Bytes {
    async fn fmt(&self, width: usize) -> String {
        format!("{:width$}", 0)
    }
}

#[server]
impl core::Store for Bytes {
    fn len(&self) -> usize {
        3
    }
}

/// By its path, it is not std's either.
struct Text;

#[agent(protocols(fmt::Pretty))]
impl Text {
    #[init]
    fn new() -> Self {
        Self
    }
}

#[agent]
impl fmt::Pretty for Text {
    fn fmt(&self, width: usize) -> String {
        "a".repeat(width)
    }
}

#[server]
impl Quick for Bytes {
    fn one(&self) -> usize {
        1
    }

    fn two(&self) -> usize {
        2
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let limited = Limited::start().await.unwrap();
        limited.soon().await.unwrap();
        limited.later().await.unwrap();
        let node: CacheClient<u8, Vec<Node>> = Node::start().await.unwrap().into();
        assert_eq!(node.get(2).await.unwrap().map(|nodes| nodes.len()), Some(2));
        let feed: CacheClient<u8, [Vec<u8>; 2]> = Feed::<Bytes, 2>::start().await.unwrap().into();
        assert_eq!(feed.get(1).await, Ok(None));
        let bytes = Bytes::start().await.unwrap();
        assert_eq!(DisplayClient::from(bytes.clone()).lines().await, Ok(24));
        assert_eq!(ImpatientClient::from(bytes.clone()).wait(1).await.unwrap(), "1");
        assert_eq!(PatientClient::from(bytes.clone()).wait(1).await, Ok(1));
        let quick = QuickClient::from(bytes.clone());
        assert_eq!((quick.one().await, quick.two().await), (Ok(1), Ok(2)));
        assert_eq!(fmt::PrettyClient::from(bytes.clone()).fmt(2).await.unwrap(), " 0");
        assert_eq!(core::StoreClient::from(bytes.clone()).len().await, Ok(3));
        let text: fmt::PrettyClient = Text::start().unwrap().into();
        assert_eq!(text.fmt(2).await.unwrap(), "aa");
        screens::DropClient::from(bytes).drop().await.unwrap();
    });
}

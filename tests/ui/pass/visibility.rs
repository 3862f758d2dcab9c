//! {pub, private} struct × {pub, private} init, from the same and from another module.

#![deny(warnings)]
#![warn(unreachable_pub, private_interfaces, private_bounds)]
#![allow(unreachable_pub, reason = "what is pub here is not exported, as in every program")]

mod shop {
    use callcast::prelude::*;

    pub struct PubPub(u8);

    #[agent]
    impl PubPub {
        #[init]
        pub fn new(price: Price) -> Self {
            Self(price.0)
        }

        #[call]
        pub fn get(&self) -> u8 {
            self.0
        }
    }

    pub struct PubPrivate(u8);

    #[server]
    impl PubPrivate {
        #[init]
        fn new(price: Price) -> Self {
            Self(price.0)
        }

        #[call]
        pub fn get(&self) -> u8 {
            self.0
        }

        #[call]
        fn price(&self, other: Hidden) -> Hidden {
            Hidden(self.0 + other.0)
        }

        #[info]
        fn changed(&mut self, price: Hidden) {
            self.0 = price.0;
        }
    }

    struct PrivatePub(u8);

    #[agent]
    impl PrivatePub {
        #[init]
        pub fn new(price: Price) -> Self {
            Self(price.0)
        }

        #[call]
        pub fn get(&self) -> u8 {
            self.0
        }

        #[call]
        pub fn hidden(&self, hidden: Hidden) -> Hidden {
            hidden
        }
    }

    struct PrivatePrivate(u8);

    #[server]
    impl PrivatePrivate {
        #[init]
        fn new(price: Price) -> Result<Self, Hidden> {
            if price.0 == 0 { Err(Hidden(0)) } else { Ok(Self(price.0)) }
        }

        #[call]
        fn get(&self) -> u8 {
            self.0
        }

        #[cast]
        fn set(&mut self, price: Hidden) {
            self.0 = price.0;
        }
    }

    pub struct Price(pub u8);

    #[derive(Debug)]
    struct Hidden(u8);

    pub(super) async fn open() -> PubPrivateClient {
        let first = PrivatePub::start(Price(1)).unwrap();
        assert_eq!(first.hidden(Hidden(first.get().await.unwrap())).await.unwrap().0, 1);
        let second = PrivatePrivate::start(Price(2)).await.unwrap();
        second.set(Hidden(3)).await.unwrap();
        assert_eq!(second.get().await.unwrap(), 3);
        let third = PubPrivate::start(Price(3)).await.unwrap();
        assert_eq!(third.price(Hidden(1)).await.unwrap().0, 4);
        drop(PubPrivateInfo::changed(Hidden(1)));
        third
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let shop = shop::open().await;
    assert_eq!(shop.get().await?, 3);
    let client: shop::PubPubClient = shop::PubPub::start(shop::Price(4))?;
    assert_eq!(client.get().await?, 4);
    Ok(())
}

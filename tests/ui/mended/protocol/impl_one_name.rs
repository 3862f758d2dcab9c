//! two protocols of one name

use callcast::prelude::*;

mod fast {
    use callcast::prelude::*;

    #[protocol]
    pub trait Store {
        #[call]
        fn get(&self) -> u64;
    }
}

mod safe {
    use callcast::prelude::*;

    #[protocol]
    pub trait Store {
        #[call]
        fn sync(&self);
    }
}

use safe::Store as Safe;

struct Memory;

#[agent(protocols(fast::Store, Safe))]
impl Memory {
    #[init]
    fn new() -> Self {
        Self
    }
}

#[agent]
impl fast::Store for Memory {
    fn get(&self) -> u64 {
        0
    }
}

#[agent]
impl Safe for Memory {
    fn sync(&self) {}
}

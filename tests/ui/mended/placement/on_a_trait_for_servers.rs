use callcast::prelude::*;

#[allow(dead_code)]
#[protocol]
trait Store {
    #[call]
    fn get(&self, key: String) -> Option<u64>;
}

use callcast::prelude::*;

struct Counter {
    value: i64,
}

#[server(mailbox = "256", overflow = 3, timeout = 2, slow(1), inline = "no", stop_when_unused = true, derive = Debug, start = "launch", spec = a::b, crate = "callcast")]
impl Counter {
    #[init]
    fn new() -> Self {
        Self { value: 0 }
    }

    #[call(timeout, always = true, plain())]
    fn get(&self) -> i64 {
        self.value
    }
}

fn main() {}

use callcast::prelude::*;

struct Counter {
    value: i64,
}

#[server]
impl Counter {
    #[init]
    fn new() -> Self {
        Self { value: 0 }
    }

    #[call]
    fn next(&mut self, _reply: ReplyTo<i64>) -> i64 {
        self.value
    }

    #[call]
    fn both(&mut self, _reply: ReplyTo<i64>, _replies: ReplyStream<i64>) {}
}

fn main() {}

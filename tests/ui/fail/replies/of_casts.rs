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

    #[cast]
    fn add(&mut self, n: i64) -> i64 {
        self.value += n;
        self.value
    }

    #[info]
    fn computed(&mut self, sum: i64) -> Result<i64, std::io::Error> {
        Ok(sum)
    }

    #[every("30s")]
    fn tick(&mut self) -> Option<()> {
        None
    }

    #[cast]
    fn fine(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn main() {}

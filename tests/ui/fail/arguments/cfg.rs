use callcast::prelude::*;

struct Counter {
    value: i64,
}

#[agent]
impl Counter {
    #[init]
    fn new() -> Self {
        Self { value: 0 }
    }

    #[call]
    fn open(&mut self, #[cfg(unix)] _mode: u32, #[cfg_attr(unix, cfg(unix))] _flags: u32) {}
}

fn main() {}

use callcast::prelude::*;

use std::borrow::Cow;
use std::io::Read;
use std::path::Path;

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
    fn text(&self, _text: &str) {}

    #[cast]
    fn bytes(&mut self, _bytes: &[u8]) {}

    #[call]
    fn file(&self, _file: &Path, _n: &mut i64) {}

    #[call]
    fn nested(&self, _text: Option<&str>) {}

    #[call]
    fn hidden(&self, _text: Cow<'_, str>) {}

    #[call]
    fn object(&self, _object: Box<dyn Read + '_>) {}

    #[call]
    fn fine(&self, _text: &'static str, _function: fn(&str) -> &str) {}
}

fn main() {
    let counter = Counter::start().unwrap();
    counter.text("a").wait().unwrap();
    counter.bytes(b"a").wait().unwrap();
    counter.nested(None).wait().unwrap();
    counter.fine("a", |text| text).wait().unwrap();
}

use callcast::prelude::*;

struct Parser<'a> {
    text: &'a str,
}

#[agent]
impl<'a> Parser<'a> {
    #[init]
    fn new(text: &'a str) -> Self {
        Self { text }
    }

    #[call]
    fn len(&self) -> usize {
        self.text.len()
    }
}

fn main() {}

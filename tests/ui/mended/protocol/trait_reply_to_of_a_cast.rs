use callcast::prelude::*;

#[protocol]
trait Pool {
    #[call]
    fn len(&self) -> usize;

    #[call]
    fn work(&mut self, job: u32) -> u32;
}

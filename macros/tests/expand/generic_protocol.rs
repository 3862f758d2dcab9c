#[protocol(crate = crate::actors)]
pub(crate) trait Cache<K: Eq + Hash + Send + 'static, V = Vec<u8>, const S: usize = 4>
where
    V: Clone + Send + 'static,
    Self: Debug,
{
    #[call]
    fn get(&self, key: K) -> Option<V>;

    #[call]
    fn sizes(&self) -> [usize; S];
}

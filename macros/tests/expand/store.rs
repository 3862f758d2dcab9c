#[protocol(derive(Debug, Clone), timeout = "2s")]
/// Keeps values under keys.
pub trait Store: Send {
    /// What stands under `key`.
    #[call]
    fn get(&self, key: String) -> Option<Bytes>;

    #[call(timeout = "10s", always)]
    fn put(&mut self, #[into] key: String, value: Bytes) -> Result<(), StoreError>;

    /// Throws it away.
    #[cast]
    fn forget(&mut self, key: String);

    #[call]
    fn describe(&self) -> String {
        format!("a store of {} values", self.len())
    }

    #[cfg(feature = "metrics")]
    #[call]
    fn hits(&self) -> u64;

    #[deprecated = "use `forget`"]
    #[cast]
    fn clear(&mut self) -> Result<(), StoreError>;

    fn len(&self) -> usize {
        0
    }
}

#[server]
impl<K: Key, const N: usize> Cache<K, [Self; N]> for Disk<K, N>
where
    Self: Sized,
{
    async fn get(&self, key: K) -> Option<[Self; N]> {
        self.file.read(key).await
    }
}

#[server(protocols(Cache<K, Vec<u8>>))]
impl<K: Key> DiskStore<K> {
    #[init]
    pub fn new(path: PathBuf) -> Self {
        Self { path, keys: Vec::new() }
    }

    #[call]
    pub async fn sync(&mut self) -> Result<(), io::Error> {
        self.file.sync().await
    }

    #[call]
    pub fn path(&self) -> PathBuf {
        self.path.clone()
    }

    #[every("1s")]
    fn tick(&mut self) {}
}

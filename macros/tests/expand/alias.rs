#[agent(start = begin)]
impl Store {
    #[init]
    fn open(path: PathBuf) -> io::Result<Self> {
        Self::from(path)
    }
}

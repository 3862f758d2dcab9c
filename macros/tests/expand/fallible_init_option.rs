#[agent]
impl Licence {
    #[init]
    pub fn load(path: PathBuf) -> Result<Option<Self>, LoadError> {
        Self::read(path)
    }

    #[call]
    pub fn seats(&self) -> u32 {
        self.seats
    }
}

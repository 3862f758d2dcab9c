#[server(inline = true)]
impl Sessions {
    #[init]
    pub fn new() -> Self {
        Self::default()
    }

    #[call]
    pub fn user_of(&self, token: Token) -> Option<UserId> {
        self.users.get(&token).copied()
    }

    #[call]
    pub async fn renew(&mut self, token: Token) -> Result<Token, Expired> {
        self.store.renew(token).await
    }

    #[cast]
    pub fn forget(&mut self, token: Token) {
        self.users.remove(&token);
    }
}

#[server]
impl Mailer {
    #[init]
    pub async fn connect(relay: Relay) -> Result<Self, SmtpError> {
        Self::open(relay).await
    }

    #[cast]
    pub async fn send(&mut self, mail: Mail) -> Result<(), SmtpError> {
        self.relay.send(mail).await
    }
}

#[server]
impl Logger {
    #[cfg(unix)]
    #[init]
    pub fn new(socket: UnixStream) -> Self {
        Self { socket }
    }

    #[cfg(not(unix))]
    #[init]
    pub fn new(pipe: NamedPipe) -> Self {
        Self { pipe }
    }

    /// Reopens the file.
    #[cfg_attr(feature = "signals", deprecated = "send SIGHUP")]
    #[cast]
    pub fn rotate(&mut self) {
        self.reopen();
    }

    #[cfg(feature = "metrics")]
    #[call]
    pub fn written(&self) -> u64 {
        self.written
    }

    #[call]
    pub async fn tail(&mut self, lines: usize) -> Vec<String> {
        self.read(lines).await
    }

    #[cfg(unix)]
    #[format_status]
    fn socket_shown(&self) -> &str {
        self.socket.name()
    }

    #[cfg(not(unix))]
    #[format_status]
    fn pipe_shown(&self) -> &str {
        self.pipe.name()
    }

    #[cfg(unix)]
    #[every("1h")]
    fn sync(&mut self) {
        self.flush();
    }
}

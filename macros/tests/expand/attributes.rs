#[agent]
#[cfg(feature = "keywords")]
#[allow(non_snake_case)]
impl syntax::Keywords {
    /// Makes one.
    #[init]
    #[must_use]
    #[deprecated]
    pub fn new() -> Self {
        Self
    }

    /// The type of a word.
    ///
    /// Of `in`, say.
    #[call]
    #[inline]
    #[must_use = "it is all that this does"]
    #[cfg_attr(feature = "trace", tracing::instrument, doc = "Is traced.")]
    pub(crate) fn r#type(&self, r#in: String, mut reply: u8) -> r#Type {
        reply += 1;
        self.types[reply]
    }

    #[cfg(unix)]
    #[cast]
    #[deprecated(note = "nobody needs it")]
    fn r#do(&mut self) -> std::io::Result<()> {
        Ok(())
    }

    #[expect(clippy::unused_self)]
    #[cast]
    fn set_All(&mut self, newOnes: Vec<u8>) {}
}

//! A server that starts another and calls it, whose `init` fails with any error.

#![deny(warnings)]

use std::error::Error;

use callcast::prelude::*;

struct Parent {
    children: Vec<ChildClient>,
}

#[server]
impl Parent {
    #[init]
    fn new() -> Self {
        Self { children: Vec::new() }
    }

    #[call]
    async fn adopt(&mut self, name: String) -> Result<usize, Box<dyn Error + Send + Sync>> {
        let child = Child::start(name).await?;
        let length = child.length().await?;
        self.children.push(child);
        Ok(length)
    }

    #[info]
    async fn born(&mut self, name: String) -> Result<(), Box<dyn Error + Send + Sync>> {
        let child = Child::start(name).await?;
        child.grow().await?;
        child.check().await?;
        self.children.push(child);
        Ok(())
    }

    #[cast]
    async fn grow(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        for child in &self.children {
            child.grow().await?;
        }
        Ok(())
    }
}

struct Child(String);

#[server]
impl Child {
    #[init]
    async fn new(name: String) -> Result<Self, Box<dyn Error + Send + Sync>> {
        if name.is_empty() { Err("a child needs a name".into()) } else { Ok(Self(name)) }
    }

    #[call]
    fn length(&self) -> usize {
        self.0.len()
    }

    #[call]
    fn check(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        Ok(())
    }

    #[cast]
    fn grow(&mut self) {
        self.0.push('!');
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let parent = Parent::start().await?;
    assert_eq!(parent.adopt("Ada".into()).await.unwrap(), 3);
    assert!(parent.adopt(String::new()).await.is_err());
    parent.grow().await?;
    assert!(matches!(ParentInfo::born("Eve".into()), ParentInfo::Born { .. }));
    Ok(())
}

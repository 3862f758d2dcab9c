//! Handlers named as things that exist already, and as keywords.

#![deny(warnings)]

use callcast::prelude::*;

struct Names;

#[agent]
impl Names {
    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn string(&self) -> String {
        String::from("string")
    }

    #[call]
    fn vec(&self) -> Vec<u8> {
        vec![1]
    }

    #[call]
    fn option(&self) -> Option<u8> {
        Some(1)
    }

    #[call]
    fn result(&self) -> Result<u8, u8> {
        Ok(1)
    }

    #[call]
    fn message(&self) -> u8 {
        1
    }

    #[cast]
    fn send(&mut self) {}

    #[call]
    fn stop(&self) -> &'static str {
        "mine"
    }

    #[call]
    fn kill(&self) {}

    #[call]
    fn update(&mut self, by: u8) -> u8 {
        by
    }

    #[call]
    fn id(&self) -> u8 {
        2
    }

    #[call]
    fn with(&self, n: u8) -> u8 {
        n
    }

    #[call]
    fn place(&self, name: u8) -> u8 {
        name
    }

    #[call]
    fn r#type(&self, r#in: u8) -> u8 {
        r#in
    }

    #[call]
    fn self_(&self) -> u8 {
        3
    }

    #[call]
    fn _1st(&self) -> u8 {
        1
    }

    #[cast]
    fn call(&mut self) {}

    #[cast]
    fn from(&mut self) {}

    #[call]
    fn handle_request(&self) -> u8 {
        4
    }
}

mod second {
    use callcast::prelude::*;

    /// The variants of two enums do not meet.
    pub struct String;

    #[agent(start = begin, spec = describe)]
    impl String {
        #[init]
        pub fn new() -> Self {
            Self
        }

        #[call]
        pub fn start(&self) -> u8 {
            5
        }

        fn spec() -> u8 {
            6
        }

        #[call]
        pub fn both(&self) -> u8 {
            self.start() + Self::spec()
        }
    }
}

/// What is said inside of the block holds for the items beside it as well.
struct Inside;

#[agent]
impl Inside {
    #![allow(non_snake_case, reason = "as they are called elsewhere")]
    //! Docs of the block.

    #[init]
    fn new() -> Self {
        Self
    }

    #[call]
    fn getAll(&self, fromHere: u8) -> u8 {
        fromHere
    }
}

/// What is written for one of them is not called as another one is.
#[protocol]
#[allow(non_snake_case, reason = "as they are called elsewhere")]
trait Crossed {
    #[call]
    fn get(&self) -> u8;

    #[call]
    fn call_get(&self) -> u8;

    #[cast]
    fn cast_get(&mut self);

    #[call]
    fn call_now(&self) -> u8;

    #[call]
    fn r#type(&self) -> u8;

    #[call]
    fn _1st(&self) -> u8;

    #[call]
    fn getAll(&self) -> u8;
}

struct Crosses;

#[agent(protocols(Crossed))]
impl Crosses {
    #[init]
    fn new() -> Self {
        Self
    }
}

#[agent]
impl Crossed for Crosses {
    fn get(&self) -> u8 {
        1
    }

    fn call_get(&self) -> u8 {
        2
    }

    fn cast_get(&mut self) {}

    fn call_now(&self) -> u8 {
        3
    }

    fn r#type(&self) -> u8 {
        4
    }

    fn _1st(&self) -> u8 {
        5
    }

    fn getAll(&self) -> u8 {
        6
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let names = Names::start()?;
    assert_eq!(names.string().wait()?, "string");
    assert_eq!(names.vec().wait()?, [1]);
    assert_eq!(names.option().wait()?, Some(1));
    assert_eq!(names.result().wait().unwrap(), 1);
    assert_eq!(names.message().wait()?, 1);
    names.send().wait()?;
    assert_eq!(names.stop().wait()?, "mine");
    names.kill().wait()?;
    assert_eq!(names.update(3).wait()?, 3);
    assert_eq!(names.id().wait()?, 2);
    assert_eq!(names.with(4).wait()?, 4);
    assert_eq!(names.place(5).wait()?, 5);
    assert_eq!(names.r#type(6).wait()?, 6);
    assert_eq!(callcast::Message::name(&NamesCall::Type { r#in: 1 }), "type");
    assert_eq!(names.self_().wait()?, 3);
    assert_eq!(names._1st().wait()?, 1);
    names.call().wait()?;
    names.from().wait()?;
    assert_eq!(names.handle_request().wait()?, 4);

    let string = second::String::begin()?;
    assert_eq!(string.start().wait()?, 5);
    assert_eq!(string.both().wait()?, 11);
    let _ = second::String::describe();

    assert_eq!(Inside::start()?.getAll(1).wait()?, 1);

    let crossed: CrossedClient = Crosses::start()?.into();
    assert_eq!(crossed.get().wait()?, 1);
    assert_eq!(crossed.call_get().wait()?, 2);
    crossed.cast_get().wait()?;
    assert_eq!(crossed.call_now().wait()?, 3);
    assert_eq!(crossed.r#type().wait()?, 4);
    assert_eq!(crossed._1st().wait()?, 5);
    assert_eq!(crossed.getAll().wait()?, 6);
    Ok(())
}

//! What people hand to such macros, and what is right here: each a module, which `main` runs.

#![deny(warnings)]

use std::error::Error;

mod parameter_of_the_type {
    use callcast::prelude::*;

    struct Cell<T>(T);

    #[agent]
    impl<T: Send + 'static> Cell<T> {
        #[init]
        fn new(value: T) -> Self {
            Self(value)
        }

        #[call]
        fn replace(&mut self, value: T) -> T {
            std::mem::replace(&mut self.0, value)
        }
    }

    pub(super) fn run() -> super::Outcome {
        let cell = Cell::start("a")?;
        assert_eq!(cell.replace("b").wait()?, "a");
        assert_eq!(cell.replace("c").wait()?, "b");
        Ok(())
    }
}

mod parameter_inside_a_type {
    use callcast::prelude::*;

    struct Queue<T>(Vec<T>);

    #[agent]
    impl<T: Send + 'static> Queue<T> {
        #[init]
        fn new() -> Self {
            Self(Vec::new())
        }

        #[cast]
        fn append(&mut self, mut values: Vec<T>) {
            self.0.append(&mut values);
        }

        #[call]
        fn take(&mut self) -> Option<Vec<T>> {
            Some(std::mem::take(&mut self.0))
        }
    }

    pub(super) fn run() -> super::Outcome {
        let queue = Queue::start()?;
        queue.append(vec![1, 2]).wait()?;
        queue.append(vec![3]).wait()?;
        assert_eq!(queue.take().wait()?, Some(vec![1, 2, 3]));
        Ok(())
    }
}

mod const_parameter_of_the_type {
    use callcast::prelude::*;

    struct Block<const N: usize>([u8; N]);

    #[agent]
    impl<const N: usize> Block<N> {
        #[init]
        fn new() -> Self {
            Self([0; N])
        }

        #[call]
        fn swap(&mut self, bytes: [u8; N]) -> [u8; N] {
            std::mem::replace(&mut self.0, bytes)
        }
    }

    pub(super) fn run() -> super::Outcome {
        let block = Block::<2>::start()?;
        assert_eq!(block.swap([1, 2]).wait()?, [0, 0]);
        assert_eq!(block.swap([3, 4]).wait()?, [1, 2]);
        Ok(())
    }
}

mod mutable_argument {
    use callcast::prelude::*;

    struct Sum;

    #[agent]
    impl Sum {
        #[init]
        fn new() -> Self {
            Self
        }

        #[call]
        fn twice(&self, mut a: i64) -> i64 {
            a += a;
            a
        }
    }

    pub(super) fn run() -> super::Outcome {
        assert_eq!(Sum::start()?.twice(2).wait()?, 4);
        Ok(())
    }
}

mod static_argument {
    use callcast::prelude::*;

    struct Label(&'static str);

    #[agent]
    impl Label {
        #[init]
        fn new(text: &'static str) -> Self {
            Self(text)
        }

        #[call]
        fn swap(&mut self, text: &'static str) -> &'static str {
            std::mem::replace(&mut self.0, text)
        }
    }

    pub(super) fn run() -> super::Outcome {
        assert_eq!(Label::start("a")?.swap("b").wait()?, "a");
        Ok(())
    }
}

mod self_as_an_argument {
    use callcast::prelude::*;

    struct Sum(i64);

    #[agent]
    impl Sum {
        #[init]
        fn new(value: i64) -> Self {
            Self(value)
        }

        #[call]
        fn merge(&mut self, other: Box<Self>) -> i64 {
            self.0 += other.0;
            self.0
        }
    }

    pub(super) fn run() -> super::Outcome {
        assert_eq!(Sum::start(1)?.merge(Box::new(Sum(2))).wait()?, 3);
        Ok(())
    }
}

mod configured_away {
    use callcast::prelude::*;

    struct Files;

    #[agent]
    impl Files {
        #[init]
        fn new() -> Self {
            Self
        }

        #[cfg(any())]
        #[call]
        fn open(&self, file: TypeThatIsNotThere) -> TypeThatIsNotThere {
            file
        }

        #[call]
        fn count(&self) -> usize {
            0
        }
    }

    pub(super) fn run() -> super::Outcome {
        assert_eq!(Files::start()?.count().wait()?, 0);
        Ok(())
    }
}

mod arguments_of_generated_names {
    use callcast::prelude::*;

    struct Names;

    #[server(inline = true)]
    impl Names {
        #[init]
        async fn new(args: u8, ctx: u8, spec: u8) -> Self {
            let _ = (args, ctx, spec);
            Self
        }

        #[call]
        async fn sum(&self, ctx: u8, reply: u8, request: u8, server: u8, frame: u8, value: u8) -> u8 {
            ctx + reply + request + server + frame + value
        }
    }

    pub(super) async fn run() -> super::Outcome {
        assert_eq!(Names::start(1, 2, 3).await?.sum(1, 2, 3, 4, 5, 6).await?, 21);
        Ok(())
    }
}

mod methods_of_the_client {
    use callcast::prelude::*;

    struct Line;

    #[agent]
    impl Line {
        #[init]
        fn empty() -> Self {
            Self
        }

        #[call]
        fn new(&self) -> &'static str {
            "new"
        }

        #[call]
        fn send(&self) -> &'static str {
            "send"
        }

        #[call]
        fn stop(&self) -> &'static str {
            "stop"
        }
    }

    pub(super) fn run() -> super::Outcome {
        let line = Line::start()?;
        assert_eq!(line.new().wait()?, "new");
        assert_eq!(line.send().wait()?, "send");
        assert_eq!(line.stop().wait()?, "stop");
        Ok(())
    }
}

mod methods_like_types {
    use callcast::prelude::*;

    struct Types;

    #[agent]
    impl Types {
        #[init]
        fn new() -> Self {
            Self
        }

        #[call]
        fn string(&self, text: String) -> String {
            text
        }

        #[call]
        fn vec(&self, texts: Vec<String>) -> Vec<String> {
            texts
        }

        #[call]
        fn option(&self, text: Option<String>) -> Option<String> {
            text
        }

        #[call]
        fn result(&self, text: String) -> Result<String, std::fmt::Error> {
            Ok(text)
        }
    }

    pub(super) fn run() -> super::Outcome {
        let types = Types::start()?;
        let text = || "a".to_owned();
        assert_eq!(types.string(text()).wait()?, text());
        assert_eq!(types.vec(vec![text()]).wait()?, [text()]);
        assert_eq!(types.option(None).wait()?, None);
        assert_eq!(types.result(text()).wait()?, text());
        Ok(())
    }
}

mod method_message {
    use callcast::prelude::*;

    struct Log(Vec<String>);

    #[agent]
    impl Log {
        #[init]
        fn new() -> Self {
            Self(Vec::new())
        }

        #[cast]
        fn message(&mut self, message: String) {
            self.0.push(message);
        }

        #[call]
        fn len(&self) -> usize {
            self.0.len()
        }
    }

    pub(super) fn run() -> super::Outcome {
        let log = Log::start()?;
        log.message("a".to_owned()).wait()?;
        assert_eq!(log.len().wait()?, 1);
        Ok(())
    }
}

mod two_in_one_module {
    use callcast::prelude::*;

    struct One;
    struct Two;

    #[agent]
    impl One {
        #[init]
        fn new() -> Self {
            Self
        }

        #[call]
        fn get(&self) -> u8 {
            1
        }
    }

    #[agent]
    impl Two {
        #[init]
        fn new() -> Self {
            Self
        }

        #[call]
        fn get(&self) -> u8 {
            2
        }
    }

    pub(super) fn run() -> super::Outcome {
        assert_eq!((One::start()?.get().wait()?, Two::start()?.get().wait()?), (1, 2));
        Ok(())
    }
}

mod raw_names {
    use callcast::prelude::*;

    struct Words;

    #[agent]
    impl Words {
        #[init]
        fn new() -> Self {
            Self
        }

        #[call]
        fn r#type(&self, r#in: u8) -> u8 {
            r#in
        }
    }

    pub(super) fn run() -> super::Outcome {
        assert_eq!(Words::start()?.r#type(1).wait()?, 1);
        Ok(())
    }
}

mod typed_receiver {
    use callcast::prelude::*;

    struct Sum(i64);

    #[agent]
    impl Sum {
        #[init]
        fn new() -> Self {
            Self(0)
        }

        #[call]
        #[allow(clippy::needless_arbitrary_self_type)]
        fn add(self: &mut Self, n: i64) -> i64 {
            self.0 += n;
            self.0
        }
    }

    pub(super) fn run() -> super::Outcome {
        let sum = Sum::start()?;
        assert_eq!(sum.add(1).wait()?, 1);
        assert_eq!(sum.add(1).wait()?, 2);
        Ok(())
    }
}

mod type_by_its_path {
    use callcast::prelude::*;

    mod inner {
        pub(super) struct Counter(pub(super) u8);
    }

    #[agent]
    impl inner::Counter {
        #[init]
        fn new() -> Self {
            Self(3)
        }

        #[call]
        fn get(&self) -> u8 {
            self.0
        }
    }

    pub(super) fn run() -> super::Outcome {
        let counter: CounterClient = inner::Counter::start()?;
        assert_eq!(counter.get().wait()?, 3);
        Ok(())
    }
}

mod documented {
    #![deny(missing_docs)]

    use callcast::prelude::*;

    /// A counter.
    pub struct Counter(u8);

    #[server]
    impl Counter {
        /// At one.
        #[init]
        pub fn new() -> Self {
            Self(1)
        }

        /// The value now.
        #[call]
        pub fn get(&self) -> u8 {
            self.0
        }

        /// Sets it to `value`.
        #[cast]
        pub fn set(&mut self, value: u8) {
            self.0 = value;
        }

        #[info]
        fn computed(&mut self, value: u8) {
            self.0 = value;
        }
    }

    pub(super) async fn run() -> super::Outcome {
        let counter = Counter::start().await?;
        counter.set(2).await?;
        assert_eq!(counter.get().await?, 2);
        let _ = CounterInfo::computed(3);
        Ok(())
    }
}

mod from_a_macro {
    use callcast::prelude::*;

    macro_rules! counter {
        ($name:ident, $ty:ty, $first:expr) => {
            struct $name($ty);

            #[agent]
            impl $name {
                #[init]
                fn new() -> Self {
                    Self($first)
                }

                #[call]
                fn add(&mut self, n: $ty) -> $ty {
                    self.0 += n;
                    self.0
                }
            }
        };
    }

    counter!(Small, u8, 1);
    counter!(Large, u64, 2);

    pub(super) fn run() -> super::Outcome {
        assert_eq!(Small::start()?.add(1).wait()?, 2);
        assert_eq!(Large::start()?.add(1).wait()?, 3);
        Ok(())
    }
}

mod renamed_crate {
    mod messages {
        pub(crate) use callcast as other;
    }
    use messages::other::prelude::*;

    struct Counter;

    #[agent(crate = crate::renamed_crate::messages::other)]
    impl Counter {
        #[init]
        fn new() -> Self {
            Self
        }

        #[call]
        fn get(&self) -> u8 {
            1
        }
    }

    pub(super) fn run() -> super::Outcome {
        assert_eq!(Counter::start()?.get().wait()?, 1);
        Ok(())
    }
}

mod const_handler {
    use callcast::prelude::*;

    struct Counter;

    #[agent]
    impl Counter {
        #[init]
        const fn new() -> Self {
            Self
        }

        #[call]
        const fn get(&self) -> u8 {
            1
        }
    }

    pub(super) fn run() -> super::Outcome {
        assert_eq!(Counter::start()?.get().wait()?, 1);
        assert_eq!(const { Counter::new().get() }, 1);
        Ok(())
    }
}

mod reply_handed_on {
    use callcast::prelude::*;

    struct Back;

    #[server]
    impl Back {
        #[init]
        fn new() -> Self {
            Self
        }

        #[cast]
        fn answer(&mut self, question: String, reply: ReplyTo<usize>) {
            reply.send(question.len());
        }
    }

    struct Front(BackClient);

    #[server]
    impl Front {
        #[init]
        fn new(back: BackClient) -> Self {
            Self(back)
        }

        #[call]
        async fn ask(&mut self, question: String, reply: ReplyTo<usize>) {
            let _accepted = self.0.answer(question, reply).await;
        }
    }

    pub(super) async fn run() -> super::Outcome {
        let front = Front::start(Back::start().await?).await?;
        assert_eq!(front.ask("four".to_owned()).await?, 4);
        Ok(())
    }
}

type Outcome = Result<(), Box<dyn Error>>;

#[tokio::main]
async fn main() -> Outcome {
    parameter_of_the_type::run()?;
    parameter_inside_a_type::run()?;
    const_parameter_of_the_type::run()?;
    mutable_argument::run()?;
    static_argument::run()?;
    self_as_an_argument::run()?;
    configured_away::run()?;
    arguments_of_generated_names::run().await?;
    methods_of_the_client::run()?;
    methods_like_types::run()?;
    method_message::run()?;
    two_in_one_module::run()?;
    raw_names::run()?;
    typed_receiver::run()?;
    type_by_its_path::run()?;
    documented::run().await?;
    from_a_macro::run()?;
    renamed_crate::run()?;
    const_handler::run()?;
    reply_handed_on::run().await
}

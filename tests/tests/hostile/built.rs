//! What is built apart from this test: a program with `panic = "abort"`, and with it the library, for rustc.

use std::env;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use crate::child::run;

pub(crate) struct Built {
    /// `examples/aborting.rs`.
    pub(crate) program: PathBuf,
    /// `callcast`, with all that it depends on beside it.
    pub(crate) library: PathBuf,
}

/// Builds it once, in a target directory of its own.
pub(crate) fn built() -> &'static Built {
    static BUILT: LazyLock<Built> = LazyLock::new(build);
    &BUILT
}

fn build() -> Built {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("aborting");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build
        .args(["build", "--quiet", "--locked", "--offline", "-p", "callcast-tests", "--example", "aborting"])
        .arg("--message-format=json")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_PROFILE_DEV_PANIC", "abort")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        // What this test is built with is not what that program is to be built with.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET");
    let ended = run(&mut build);
    let library = ended.well().out.split('"').find(|text| is_library(text)).expect("it is built").into();
    Built { program: target.join("debug/examples/aborting"), library }
}

fn is_library(path: &str) -> bool {
    let (_, file) = path.rsplit_once('/').unwrap_or_default();
    file.strip_prefix("libcallcast-").is_some_and(|rest| rest.strip_suffix(".rlib").is_some())
}

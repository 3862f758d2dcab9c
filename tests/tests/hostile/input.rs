//! Input that is too much: very many handlers, and types within types. The macro runs in rustc, which must end by itself.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::built::built;
use crate::child::{Ended, run};

/// How rustc reads and expands a program; it does no more than that. Behind its output stands the time that it took.
fn expanded(name: &str, source: &str) -> Ended {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.rs"));
    fs::write(&path, source).expect("it can be written");
    let library = &built().library;
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "\"$@\" && times", "sh"])
        .arg(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args(["--edition=2024", "--crate-type=lib", "--emit=dep-info"])
        .arg(format!("--extern=callcast={}", library.display()))
        .arg(format!("-Ldependency={}", library.parent().expect("it lies somewhere").display()))
        .arg(format!("--out-dir={}", env!("CARGO_TARGET_TMPDIR")))
        .arg(&path);
    run(&mut shell)
}

fn server(handlers: &str) -> String {
    format!("{HEAD}\n#[server]\nimpl Big {{\n#[init]\nfn new() -> Self {{ Self }}\n{handlers}}}\n")
}

const HEAD: &str = "#![allow(unused_imports)]\nuse callcast::prelude::*;\npub struct Big;";

fn many(handlers: u32) -> String {
    let mut all = String::new();
    for n in 0..handlers {
        writeln!(all, "#[call] fn call_{n}(&mut self, a: u32, b: Vec<u8>) -> u32 {{ a }}")
            .expect("a string takes it");
    }
    server(&all)
}

/// The seconds of processor time that these take, which others on the machine do not lengthen.
fn time(handlers: u32) -> f64 {
    let ended = expanded(&format!("many_{handlers}"), &many(handlers)).well();
    // The second line is that of the children: `0m1.250000s 0m0.150000s`.
    let times = ended.out.lines().nth(1).expect("the shell says it");
    let seconds = |time: &str| -> Option<f64> {
        let (minutes, seconds) = time.strip_suffix('s')?.split_once('m')?;
        Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.parse::<f64>().ok()?)
    };
    times.split(' ').map(|time| seconds(time).expect("a time")).sum()
}

/// Ten times the handlers take hardly more than ten times as long: squares would take a hundred times.
#[test]
fn q06_ten_thousand_handlers_are_expanded_in_time() {
    let best = |handlers| time(handlers).min(time(handlers));
    let (thousand, ten_thousand) = (best(1_000), best(10_000));
    assert!(ten_thousand < thousand * 25.0, "{thousand} s, and {ten_thousand} s of ten times as many");
}

/// Where one type stands in another.
const WITHIN: [(&str, &str, &str); 5] = [
    ("options", "Option<", ">"),
    ("tuples", "(", ",)"),
    ("arrays", "[", "; 1]"),
    ("references", "&'static ", ""),
    ("functions", "fn() -> ", ""),
];

/// What is too much for rustc itself is not asked of the macro.
#[test]
fn q06_types_within_types_are_an_error_and_no_overflow() {
    for (name, open, close) in WITHIN {
        for depth in [40, 100, 300, 1_000] {
            let ty = format!("{}u8{}", open.repeat(depth), close.repeat(depth));
            let plain = format!("{HEAD}\nfn deep(a: {ty}) {{}}\n");
            if !expanded(&format!("plain_{name}_{depth}"), &plain).is_well() {
                assert!(depth > 100, "{name}");
                continue;
            }
            for handler in [
                format!("#[cast] fn deep(&mut self, a: {ty}) {{}}"),
                format!("#[call] fn deep(&self) -> {ty} {{}}"),
            ] {
                let ended = expanded(&format!("{name}_{depth}"), &server(&handler)).by_itself();
                let is_refused = ended.err.contains("error: types stand in types here, more than 64 deep");
                assert_eq!(is_refused, depth > 64, "{name}, {depth}: {ended:#?}");
            }
        }
    }
}

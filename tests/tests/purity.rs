//! What comes with callcast when it is built: few crates, all with known licences, and macros that touch nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const LICENCES: [&str; 5] = ["MIT", "Apache-2.0", "Zlib", "Unicode-3.0", "BSL-1.0"];

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are in a workspace").to_owned()
}

fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(workspace()).args(arguments).args(["--locked", "--offline"]);
    // The compiler would look for its libraries among those of this test.
    cargo.env_remove("LD_LIBRARY_PATH");
    without_wrapper(&mut cargo);
    cargo
}

/// What a user has put before the compiler is not to be seen, and would keep the compiler from being seen.
fn without_wrapper(command: &mut Command) {
    command.env_remove("RUSTC_WRAPPER").env_remove("RUSTC_WORKSPACE_WRAPPER");
}

fn text(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it prints text")
}

/// Other people's crates that `package` is built with, each in this format.
fn tree(package: &str, edges: &str, format: &str) -> BTreeSet<String> {
    let mut cargo = cargo(&["tree", "--package", package, "--edges", edges, "--format", format]);
    let tree = text(cargo.args(["--prefix", "none", "--no-dedupe"]).output().expect("cargo can be run"));
    let is_ours = |line: &&str| line.starts_with("callcast") || line.trim().is_empty();
    tree.lines().filter(|line| !is_ours(line)).map(str::to_owned).collect()
}

#[test]
fn q04_a_program_gets_few_crates() {
    let (build, linked) = ("normal,build", "normal,no-proc-macro");
    let macros = tree("callcast-macros", build, "{p}");
    assert!(macros.len() <= 4, "to build the macros: {macros:#?}");
    let runtime = tree("callcast", linked, "{p}");
    assert!(runtime.len() <= 12, "in a program: {runtime:#?}");
    let all = tree("callcast", build, "{p}");
    assert_eq!(all, &macros | &runtime);
}

#[test]
fn q19_dependencies_come_from_one_registry_under_known_licences() {
    let lock = std::fs::read_to_string(workspace().join("Cargo.lock")).expect("the lock file is there");
    let foreign: Vec<_> = lock
        .lines()
        .filter(|line| line.starts_with("source = ") && !line.starts_with("source = \"registry+"))
        .collect();
    assert!(foreign.is_empty(), "{foreign:?}");

    let crates = tree("callcast", "normal,build", "{p}: {l}");
    let is_known = |line: &&String| {
        let (_, licence) = line.rsplit_once(": ").unwrap_or_default();
        // Every part of an AND has to be known, and one of an OR.
        licence.split(" AND ").all(|part| {
            part.trim_matches(['(', ')']).split([' ', '/', '(', ')']).any(|word| LICENCES.contains(&word))
        })
    };
    let unknown: Vec<_> = crates.iter().filter(|line| !is_known(line)).collect();
    assert!(!crates.is_empty() && unknown.is_empty(), "{unknown:?}");
}

#[test]
fn q05_only_the_expansion_that_a_user_asks_to_see_leaves_the_macros() {
    let mut reaching = BTreeSet::new();
    visit(&workspace().join("macros/src"), &mut |path, source| {
        let outside = ["fs", "net", "process", "env", "os", "thread"].map(|module| format!("std::{module}"));
        if outside.iter().any(|module| source.contains(module.as_str())) && !is_of_tests(path) {
            reaching.insert(path.file_name().expect("it is a file").to_owned());
        }
    });
    assert_eq!(reaching, BTreeSet::from(["dump.rs".into()]));
    assert!(!workspace().join("macros/build.rs").exists(), "the macros have a build script");
    assert!(!workspace().join("runtime/build.rs").exists(), "the runtime has a build script");
}

fn is_of_tests(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs")
}

fn visit(folder: &Path, see: &mut impl FnMut(&Path, &str)) {
    for entry in std::fs::read_dir(folder).expect("it is a folder") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            visit(&path, see);
        } else {
            see(&path, &std::fs::read_to_string(&path).expect("it is source"));
        }
    }
}

/// Watches the compiler as it expands the macros in an example, down to the calls of the kernel.
#[test]
fn q05_the_macros_open_no_socket_start_no_process_and_read_no_file() {
    let can_trace = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).status();
    if !can_trace.is_ok_and(|status| status.success()) {
        eprintln!("skipped: there is no strace here, or it may not trace");
        return;
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("purity");
    // What it does for this crate it does in one process, without a cache.
    let run = |command: &mut Command| {
        text(
            command
                .env("CARGO_TARGET_DIR", &target)
                .env("CARGO_INCREMENTAL", "0")
                .output()
                .expect("it can be run"),
        )
    };
    run(&mut cargo(&["check", "--package", "counter"]));
    run(&mut cargo(&["clean", "--package", "counter"]));
    let trace = target.join("trace.txt");
    let check = cargo(&["check", "--package", "counter"]);
    let mut strace = Command::new("strace");
    without_wrapper(&mut strace);
    strace
        .current_dir(workspace())
        .env_remove("LD_LIBRARY_PATH")
        .args(["-f", "-qq", "-s", "400", "-e", CALLS, "-o"]);
    run(strace.arg(&trace).arg(check.get_program()).args(check.get_args()));
    let trace = std::fs::read_to_string(&trace).expect("strace has written it");
    let calls = compiler_of("counter", &trace);
    assert!(calls.iter().any(|call| call.contains("examples/counter/src/main.rs\"")), "no compiler was seen");
    let foul: Vec<_> = calls.iter().filter(|call| !is_fair(call, &target)).collect();
    assert!(foul.is_empty(), "{foul:#?}");
}

/// Everything that has to do with networks, processes, and names of files.
const CALLS: &str = "trace=%network,%process,open,openat,creat,unlink,unlinkat,rename,renameat,renameat2,mkdir,\
                     mkdirat,link,linkat,symlink,symlinkat";

/// The calls that the compiler of this crate has made, after it was started.
fn compiler_of<'a>(name: &str, trace: &'a str) -> Vec<&'a str> {
    let start = format!("\"--crate-name\", \"{name}\"");
    let is_start = |call: &str| call.starts_with("execve(") && call.contains(&start);
    let lines: Vec<_> = trace
        .lines()
        .map(|line| {
            // Short numbers of processes are filled up with spaces.
            let (process, call) = line.split_once(' ').expect("a process and its call");
            (process, call.trim_start())
        })
        .collect();
    // Each of its processes, and the line from which on it is one: before it was started it was cargo.
    let mut processes = BTreeMap::new();
    for (number, (process, _)) in lines.iter().enumerate().filter(|(_, (_, call))| is_start(call)) {
        processes.entry(*process).or_insert(number);
    }
    let is_its = |processes: &BTreeMap<_, _>, number, process| {
        processes.get(process).is_some_and(|first| number >= *first)
    };
    // Until there are no more: a child may do a lot before its parent is told its number.
    loop {
        let children: Vec<_> = (0..)
            .zip(&lines)
            .filter(|(number, (process, _))| is_its(&processes, *number, *process))
            .filter_map(|(_, (_, call))| child_of(call))
            .filter(|child| !processes.contains_key(child))
            .collect();
        if children.is_empty() {
            break;
        }
        processes.extend(children.into_iter().map(|child| (child, 0)));
    }
    let its = (0..).zip(&lines).filter(|(number, (process, _))| is_its(&processes, *number, *process));
    its.map(|(_, (_, call))| *call).filter(|call| !is_start(call)).collect()
}

/// The process or thread that this call has made.
fn child_of(call: &str) -> Option<&str> {
    let names = ["clone", "fork", "vfork", "<... clone", "<... fork", "<... vfork"];
    let (_, child) = call.rsplit_once("= ").filter(|_| names.iter().any(|name| call.starts_with(name)))?;
    child.parse::<u32>().is_ok().then_some(child)
}

#[test]
fn the_calls_of_a_compiler_are_those_of_its_processes_and_of_no_others() {
    let trace = r#"99    execve("/bin/cargo", ["cargo", "check"], 0x7ffe /* 9 vars */) = 0
99    vfork( <unfinished ...>
308   openat(AT_FDCWD, "before", O_RDONLY) = 3
308   execve("/bin/rustc", ["rustc", "--crate-name", "counter", "src/main.rs"], 0x7ffe /* 9 vars */ <unfinished ...>
99    <... vfork resumed>) = 308
308   <... execve resumed>) = 0
99    openat(AT_FDCWD, "cargo's", O_RDONLY) = 3
308   openat(AT_FDCWD, "first", O_RDONLY) = 3
308   clone3({flags=CLONE_VM, stack_size=0x1ff} <unfinished ...>
1310  openat(AT_FDCWD, "early", O_RDONLY) = 4
1310  clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>
99310 openat(AT_FDCWD, "earlier", O_RDONLY) = 5
308   <... clone3 resumed> => {parent_tid=[1310]}, 88) = 1310
1310  <... clone resumed>) = 99310
99310 +++ exited with 0 +++
309   execve("/bin/rustc", ["rustc", "--crate-name", "counter_of_others"], 0x7ffe /* 9 vars */) = 0
309   openat(AT_FDCWD, "another's", O_RDONLY) = 3
308   clone3({flags=CLONE_VM}, 88) = -1 EAGAIN (Resource temporarily unavailable)
308   openat(AT_FDCWD, "last", O_RDONLY) = 3
"#;
    let calls = compiler_of("counter", trace);
    let opened: Vec<_> =
        calls.iter().filter_map(|call| call.strip_prefix("openat")?.split('"').nth(1)).collect();
    assert_eq!(opened, ["first", "early", "earlier", "last"]);
    assert_eq!(calls.len(), 11);
    assert_eq!(compiler_of("nobody", trace), [""; 0]);
}

/// Whether a compiler does that for a crate whose macros do nothing but write code.
fn is_fair(call: &str, target: &Path) -> bool {
    let (name, rest) = call.split_once('(').unwrap_or((call, ""));
    let path = rest.split('"').nth(1).unwrap_or_default();
    let is_in_target = path.starts_with(&*target.to_string_lossy());
    match name {
        "open" | "openat" => {
            let writes = ["O_WRONLY", "O_RDWR", "O_CREAT"].iter().any(|flag| rest.contains(flag));
            // The jobserver, from which cargo's compilers take their turns, is one of its open files.
            is_in_target || path.starts_with("/dev/fd/") || (!writes && is_the_compilers_own(path))
        }
        "creat" | "unlink" | "unlinkat" | "rename" | "renameat" | "renameat2" | "mkdir" | "mkdirat"
        | "link" | "linkat" => is_in_target,
        // A thread, or its end; strace shows a call that takes a while as two.
        _ => ["clone", "exit", "wait", "kill", "tgkill", "<... ", "+++", "---"]
            .iter()
            .any(|fair| name.starts_with(fair)),
    }
}

/// What a compiler reads whatever it compiles, and the source of the example.
fn is_the_compilers_own(path: &str) -> bool {
    let system = ["/proc/", "/sys/", "/etc/ld.so", "/lib", "/usr/lib"];
    let source = path.strip_prefix(&*workspace().to_string_lossy()).unwrap_or(path).trim_start_matches('/');
    system.iter().any(|start| path.starts_with(start))
        || path.starts_with(&sysroot())
        || source.starts_with("examples/counter/src/")
}

fn sysroot() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(["--print", "sysroot"]).output();
    text(output.expect("there is a compiler")).trim().to_owned()
}

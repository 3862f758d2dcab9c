//! What building costs those who use the crate: a clean build, and a handler more.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs, process};

use crate::generate;
use crate::meter::float;

/// How often each build is timed; the fastest counts, since nothing makes a build faster than it is.
const TIMES: usize = 3;

/// All that was found.
#[derive(Debug)]
pub(crate) struct Builds {
    /// The build of a crate with an agent and a server.
    ours: Clean,
    /// The build of one that does the same with tokio alone.
    tokio: Clean,
    /// The build of the macros, as anything that uses them has to wait for it.
    macros: Clean,
    /// The build of what they are written with: syn, quote, proc-macro2.
    syn: Clean,
    /// For each library, the milliseconds of CPU time a handler, by the number of handlers.
    handlers: Vec<(&'static str, Vec<(usize, f64)>)>,
}

/// A clean build in debug mode.
#[derive(Clone, Copy, Debug)]
struct Clean {
    /// Its CPU time.
    seconds: f64,
    /// How many crates were compiled for the user's own.
    crates: usize,
}

impl Builds {
    pub(crate) fn seconds_beside_tokio(&self) -> f64 {
        self.ours.seconds - self.tokio.seconds
    }

    /// What the macros take beside what they are written with.
    pub(crate) fn macros_beside_syn(&self) -> f64 {
        self.macros.seconds - self.syn.seconds
    }

    pub(crate) const fn crates(&self) -> usize {
        self.ours.crates
    }

    /// Of ours, the most; with ten handlers, what the rest of a build varies by is more than what they take.
    pub(crate) fn handler_milliseconds(&self) -> f64 {
        let ours = self.handlers.iter().filter(|(library, _)| library.starts_with("callcast"));
        let figures = ours.flat_map(|(_, figures)| figures).filter(|(handlers, _)| *handlers > 10);
        figures.map(|(_, milliseconds)| *milliseconds).fold(0.0, f64::max)
    }
}

/// Measures and prints.
pub(crate) fn measure() -> Builds {
    println!("\nbuilds, in debug mode:");
    let folder = env::temp_dir().join(format!("callcast-bench-{}", process::id()));
    let builds = Builds {
        ours: clean(&folder, "callcast", generate::CALLCAST, generate::COUNTER_OF_CALLCAST),
        tokio: clean(&folder, "tokio alone", generate::TOKIO, generate::COUNTER_BY_HAND),
        macros: clean(&folder, "the macros", generate::MACROS, "fn main() {}"),
        syn: clean(&folder, "syn alone", generate::SYN, "fn main() {}"),
        handlers: generate::LIBRARIES.map(|library| (library.name, a_handler(&folder, &library))).to_vec(),
    };
    fs::remove_dir_all(folder).expect("the generated crates can be removed");
    builds
}

fn clean(folder: &Path, what: &str, dependencies: &str, main: &str) -> Clean {
    let project = Project::new(folder, dependencies);
    project.write(main);
    let build = || {
        project.clean();
        let (seconds, output) = project.build();
        let lines = String::from_utf8_lossy(&output.stderr).into_owned();
        // The last of them is the user's own.
        let crates = lines.lines().filter(|line| line.trim_start().starts_with("Compiling ")).count() - 1;
        Clean { seconds, crates }
    };
    let builds = std::iter::repeat_with(build).take(TIMES);
    let best = builds.min_by(|one, other| one.seconds.total_cmp(&other.seconds)).expect("there is one");
    println!("  clean build, {what:<12} {:>6.1} CPU s, {} crates", best.seconds, best.crates);
    best
}

/// What each handler adds to a build of the crate that has them: the difference to a crate with one.
fn a_handler(folder: &Path, library: &generate::Library) -> Vec<(usize, f64)> {
    const HANDLERS: [usize; 4] = [1, 10, 100, 500];
    let project = Project::new(folder, library.dependencies);
    project.build();
    let mut seconds = [f64::INFINITY; HANDLERS.len()];
    // The sizes take turns: ten handlers take less than what a machine is slowed down by from one minute to the next.
    for time in 0..TIMES {
        for (fastest, handlers) in seconds.iter_mut().zip(HANDLERS) {
            // A file that has changed, so that there is something to build.
            project.write(&format!("{}// {time}\n", (library.main)(handlers)));
            *fastest = project.build().0.min(*fastest);
        }
    }
    let figure = |(handlers, seconds_of_all): (usize, f64)| {
        let milliseconds = (seconds_of_all - seconds[0]) * 1000.0 / float(handlers as u64 - 1);
        println!("  a handler, {:<15} {milliseconds:>6.1} CPU ms, of {handlers} handlers", library.name);
        (handlers, milliseconds)
    };
    HANDLERS.into_iter().zip(seconds).skip(1).map(figure).collect()
}

/// A generated crate.
struct Project {
    /// Where it is.
    folder: PathBuf,
}

impl Project {
    fn new(folder: &Path, dependencies: &str) -> Self {
        let project = Self { folder: folder.to_owned() };
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        fs::create_dir_all(folder.join("src")).expect("there is a folder for what is temporary");
        let path = |package: &str| workspace.join(package).display().to_string();
        let dependencies =
            dependencies.replace("RUNTIME", &path("runtime")).replace("MACROS", &path("macros"));
        fs::write(folder.join("Cargo.toml"), format!("{}{dependencies}", generate::MANIFEST))
            .expect("it is ours");
        // Of each dependency the version with which everything else is measured.
        fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock"))
            .expect("the workspace has a lock file");
        project.write("fn main() {}");
        project.cargo(&["fetch"]);
        project
    }

    fn write(&self, main: &str) {
        fs::write(self.folder.join("src/main.rs"), main).expect("it is ours");
    }

    fn clean(&self) {
        self.cargo(&["clean"]);
    }

    /// Builds what is not built yet; the CPU seconds of that.
    fn build(&self) -> (f64, Output) {
        let before = seconds_of_children();
        let output = self.cargo(&["build"]);
        (seconds_of_children() - before, output)
    }

    fn cargo(&self, args: &[&str]) -> Output {
        let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(args)
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            // What an earlier build has left must not make the next one faster.
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_TERM_COLOR", "never")
            .output()
            .expect("cargo is there");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "cargo {} fails on a generated crate:\n{said}", args.join(" "));
        output
    }
}

/// CPU time of all child processes that have ended, and of theirs.
fn seconds_of_children() -> f64 {
    // Linux counts it in hundredths of a second on every machine that it runs on.
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = fs::read_to_string("/proc/self/stat").expect("there is a /proc");
    // What stands before is the name, which may have anything in it.
    let (_, numbers) = stat.rsplit_once(')').expect("the name stands in parentheses");
    let ticks = numbers.split_whitespace().skip(13).take(2);
    ticks.map(|ticks| float(ticks.parse().expect("it is a number"))).sum::<f64>() / TICKS_A_SECOND
}

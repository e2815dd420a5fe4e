//! What every step uses: a home with gom on the real network, and runs in it.
//!
//! It never names a proxy and never asserts what a step is about. Invariant: all steps share one home, so
//! what one of them fetches is there for the next.

use gom_tests::toolchain::host_platform;
use gom_tests::{Output, Run, Sandbox, say};
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The default wherever toolchains are selected, and what newer things ask for.
pub(crate) const OLD: &str = "1.21.13";
pub(crate) const NEW: &str = "1.23.4";

const PRINTS_ITS_GO: &str = "package main\n\nimport (\n\t\"fmt\"\n\t\"runtime\"\n)\n\nfunc main() { fmt.Println(runtime.Version()) }\n";

/// Port 1 of this machine: nobody listens there.
const CLOSED: &str = "http://127.0.0.1:1";

/// A step and its name.
pub(crate) type Step = (&'static str, fn(&Live));

/// A home with gom in the real network.
pub(crate) struct Live {
    pub(crate) sandbox: Sandbox,
    /// The tests' own PATH: where nothing else says which proxy to use, gom asks the Go on it.
    pub(crate) path: OsString,
}

impl Live {
    /// `None`, and a word about it, unless `GOM_TEST_LIVE=1`.
    pub(crate) fn start(test: &str) -> Option<Live> {
        Live::start_if("GOM_TEST_LIVE", test)
    }

    /// The same for another variable.
    pub(crate) fn start_if(variable: &str, test: &str) -> Option<Live> {
        if env::var_os(variable).is_none_or(|value| value != "1") {
            say(&format!("skipped: {test} needs the real network; set {variable}=1"));
            return None;
        }
        Some(Live { sandbox: Sandbox::live(), path: env::var_os("PATH").unwrap_or_default() })
    }

    pub(crate) fn step(&self, (name, run): Step) {
        timed(name, || run(self));
    }

    pub(crate) fn gom<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Run {
        self.sandbox.gom(arguments).env("PATH", &self.path)
    }

    #[track_caller]
    pub(crate) fn done<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Output {
        self.gom(arguments).done()
    }
}

/// Runs it and tells how long it took.
pub(crate) fn timed(name: &str, run: impl FnOnce()) {
    let started = Instant::now();
    run();
    say(&format!("live: {name}: {:.1} s", started.elapsed().as_secs_f64()));
}

/// What `go version` says.
pub(crate) fn answer(version: &str) -> String {
    format!("go version go{version} {}\n", host_platform().replace('-', "/"))
}

/// A folder of the user's, made if need be. No version file is above it, unlike in the working folder.
pub(crate) fn folder(live: &Live, name: &str) -> PathBuf {
    let dir = live.sandbox.home().join("src").join(name);
    fs::create_dir_all(&dir).unwrap();
    dir
}

/// A module with these lines and a program that prints the version it was built by.
pub(crate) fn module(live: &Live, name: &str, lines: &str) -> PathBuf {
    let dir = folder(live, name);
    write(&dir, "go.mod", &format!("module example.test/program\n\n{lines}"));
    write(&dir, "main.go", PRINTS_ITS_GO);
    dir
}

pub(crate) fn write(dir: &Path, name: &str, content: &str) {
    let file = dir.join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, content).unwrap();
}

/// Like [`Run::done`], with the kit's whole patience for each of these toolchains.
pub(crate) fn fetched(run: Run, names: &[&str]) -> Output {
    let running = run.spawn();
    for name in names {
        running.wait_for_stderr(&format!("installed {name}"));
    }
    let output = running.wait();
    assert_eq!(output.code, Some(0), "{output}");
    output
}

/// What `go` on PATH is.
pub(crate) fn shim(live: &Live) -> PathBuf {
    live.sandbox.store().join("bin/go")
}

/// PATH as gom's installer leaves it.
pub(crate) fn path(live: &Live) -> String {
    format!("{}:/usr/bin:/bin", live.sandbox.store().join("bin").display())
}

pub(crate) fn goroot(live: &Live, version: &str) -> PathBuf {
    live.sandbox.goroot(&format!("go{version}.{}", host_platform()))
}

/// `go` as the user types it, without a network.
pub(crate) fn go<A: AsRef<OsStr>>(live: &Live, dir: &Path, arguments: impl IntoIterator<Item = A>) -> Run {
    offline(live.sandbox.shim("go", arguments).cwd(dir))
}

/// The default toolchain's own go command where gom's is called otherwise: all but the shim is the same.
pub(crate) fn plain_go<A: AsRef<OsStr>>(
    live: &Live,
    dir: &Path,
    arguments: impl IntoIterator<Item = A>,
) -> Run {
    let program = goroot(live, OLD).join("bin/go");
    offline(live.sandbox.command(program, arguments).cwd(dir).env("PATH", path(live)))
}

/// No setting of a network is left, and every request would go to a closed port.
pub(crate) fn offline(run: Run) -> Run {
    let run = ["GOPROXY", "GOSUMDB", "NO_PROXY", "no_proxy"].into_iter().fold(run, Run::env_remove);
    let proxies = ["HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"];
    proxies.into_iter().fold(run, |run, key| run.env(key, CLOSED))
}

/// The version that `go version` says, and nothing else is said.
#[track_caller]
pub(crate) fn version(run: Run) -> String {
    let Output { code, stdout, stderr, .. } = run.run();
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{stdout}");
    let version = stdout.strip_prefix("go version go").and_then(|rest| rest.split(' ').next()).unwrap();
    version.to_owned()
}

//! Go's settings: with random environments, `go/env` files and `go.env` files, `gom env` must print what the real
//! `go env` prints, for every variable that gom shows.
//!
//! It never uses the settings of who runs the test. Invariant: a failure says the seed; `GOM_TEST_SEED` repeats it.

use crate::real_go::RealGo;
use gom_tests::{FakeToolchain, Run, Sandbox, copy_program, skip};
use serde_json::Value;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Each is one start of both programs.
const CASES: u64 = 60;

/// Names and values that the go command accepts.
const VALUES: &[(&str, &[&str])] = &[
    ("CC", &["clang", "/usr/bin/cc", "nowhere-cc"]),
    ("CGO_CFLAGS", &["-O3"]),
    ("CGO_CPPFLAGS", &["-DX"]),
    ("CGO_CXXFLAGS", &["-O1"]),
    ("CGO_ENABLED", &["0", "1"]),
    ("CGO_LDFLAGS", &["-lx"]),
    ("CXX", &["clang++"]),
    ("GO111MODULE", &["on", "off", "auto"]),
    ("GOAMD64", &["v1", "v2", "v3"]),
    ("GOARCH", &["amd64", "arm64", "arm"]),
    ("GOARM", &["5", "6"]),
    ("GOARM64", &["v8.1"]),
    ("GOAUTH", &["off", "git /x"]),
    ("GOBIN", &["/bin-of-go"]),
    ("GOCACHE", &["/cache", "off"]),
    ("GOCACHEPROG", &["/bin/prog -x"]),
    ("GODEBUG", &["http2client=0"]),
    ("GOEXPERIMENT", &["none"]),
    ("GOFIPS140", &["off", "latest"]),
    ("GOFLAGS", &["-v", "-trimpath -v"]),
    ("GOINSECURE", &["*.corp.example"]),
    ("GOMODCACHE", &["/modules"]),
    ("GONOPROXY", &["none", "a.example"]),
    ("GONOSUMDB", &["b.example,*.c.example"]),
    ("GOOS", &["linux", "darwin", "freebsd", "windows"]),
    ("GOPATH", &["/p", "/p:/q"]),
    ("GOPRIVATE", &["corp.example", "*.corp.example/x"]),
    ("GOPROXY", &["off", "direct", "https://proxy.example|direct"]),
    ("GOSUMDB", &["off", "sum.golang.org", "sum.golang.google.cn"]),
    ("GOTMPDIR", &["/tmp", "/var/tmp"]),
    ("GOTOOLCHAIN", &["local", "auto", "path", "local+auto"]),
    ("GOVCS", &["*:off", "public:git|hg"]),
    ("GOWORK", &["off", "auto"]),
    ("PKG_CONFIG", &["pkgconf"]),
];

/// These the go command works out with a build cache, and stops where it can't use one.
const NEED_A_CACHE: [&str; 5] = ["CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_LDFLAGS", "PKG_CONFIG"];

fn values(name: &str) -> &'static [&'static str] {
    VALUES.iter().find(|(other, _)| *other == name).map_or(&[], |(_, values)| values)
}

/// Lines that set nothing, or what no file can set.
const JUNK: &[&str] =
    &["# a comment", "", " GOBIN=/blank", "lower=1", "=x", "GOBIN", "GOENV=off", "GODEBUG=x=1"];

/// A random number generator that gives the same numbers everywhere (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn is_one_in(&mut self, count: u64) -> bool {
        self.next().is_multiple_of(count)
    }

    fn one_of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[usize::try_from(self.next() % all.len() as u64).unwrap()]
    }

    /// A value for about one in `share` of the names; one in four is empty.
    fn settings(&mut self, share: u64) -> Vec<(&'static str, &'static str)> {
        let mut chosen = Vec::new();
        for (name, values) in VALUES {
            if self.is_one_in(share) {
                let value = if self.is_one_in(4) { "" } else { self.one_of(values) };
                chosen.push((*name, value));
            }
        }
        chosen
    }

    fn file(&mut self, share: u64) -> String {
        let mut text = String::new();
        for (name, value) in self.settings(share) {
            if self.is_one_in(3) {
                writeln!(text, "{}", self.one_of(JUNK)).unwrap();
            }
            if self.is_one_in(6) {
                writeln!(text, "{name}={}", self.one_of(values(name))).unwrap();
            }
            writeln!(text, "{name}={value}").unwrap();
        }
        if self.is_one_in(4) {
            // Without a line break at its end.
            text.pop();
        }
        text
    }
}

/// One store with one toolchain: a real tree with a `go.env` of its own.
struct Sides {
    sandbox: Sandbox,
    goroot: PathBuf,
    /// How often Go said its flags for C too.
    compared_flags: Cell<u64>,
}

impl Sides {
    fn new(real: &RealGo) -> Sides {
        let sandbox = Sandbox::new();
        let platform = FakeToolchain::here(real.version()).platform();
        let goroot = sandbox.goroot(&format!("go{}.{platform}", real.version()));
        std::fs::create_dir_all(goroot.join("bin")).unwrap();
        // The go command finds its GOROOT by its own path, so that must not be a link.
        copy_program(&real.goroot().join("bin/go"), &goroot.join("bin/go"));
        for entry in std::fs::read_dir(real.goroot()).unwrap() {
            let name = entry.unwrap().file_name();
            if name != "bin" && name != "go.env" {
                std::os::unix::fs::symlink(real.goroot().join(&name), goroot.join(&name)).unwrap();
            }
        }
        let sides = Sides { sandbox, goroot, compared_flags: Cell::new(0) };
        let output = sides.sandbox.gom(["use", real.version()]).run();
        assert_eq!(output.code, Some(0), "{output}");
        sides
    }

    /// What both sides print: gom all that it shows, and Go as much of that as it can.
    fn values(&self, env: &[(&str, String)]) -> [BTreeMap<String, String>; 2] {
        let with = |run: Run| env.iter().fold(run, |run, (name, value)| run.env(name, value));
        let output = with(self.sandbox.gom(["env", "--json"])).run();
        assert_eq!(output.code, Some(0), "{output}");
        let answer: Value = serde_json::from_str(&output.stdout).unwrap();
        let rows = answer["variables"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let of_gom: BTreeMap<_, _> =
            rows.iter().map(|row| (text(&row["name"]), text(&row["value"]))).collect();
        let names = || of_gom.keys().map(String::as_str);
        let needs_cache = |name: &&str| NEED_A_CACHE.contains(name);
        let mut of_go = self.ask_go(with, names().filter(|name| !needs_cache(name))).unwrap();
        of_go.extend(self.ask_go(with, names().filter(needs_cache)).unwrap_or_default());
        [of_gom, of_go]
    }

    /// What `go env` prints; its message if it fails.
    fn ask_go<'a>(
        &self,
        with: impl Fn(Run) -> Run,
        names: impl Iterator<Item = &'a str>,
    ) -> Result<BTreeMap<String, String>, String> {
        let program = self.goroot.join("bin/go");
        let output = with(self.sandbox.command(program, ["env", "-json"].into_iter().chain(names))).run();
        if output.code != Some(0) {
            return Err(output.to_string());
        }
        Ok(serde_json::from_str::<BTreeMap<String, String>>(&output.stdout).unwrap())
    }

    /// What differs with these variables and files, in words.
    fn complaints(&self, env: &[(&str, String)], user: &str, go_env: &str) -> Vec<String> {
        std::fs::write(self.goroot.join("go.env"), go_env).unwrap();
        let [of_gom, of_go] = self.values(env);
        assert!(of_gom.len() > 25, "{of_gom:?}");
        let differs = |name: &&String| {
            // By design: gom shows the word that switches the file off.
            let is_off = *name == "GOENV" && of_gom[*name] == "off" && of_go[*name].is_empty();
            of_go.get(*name).is_some_and(|of_go| *of_go != of_gom[*name]) && !is_off
        };
        self.compared_flags.set(self.compared_flags.get() + u64::from(of_go.contains_key("CGO_CFLAGS")));
        let different = of_gom.keys().filter(differs);
        different
            .map(|name| {
                let (ours, theirs) = (&of_gom[name], of_go.get(name));
                format!(
                    "{name}: gom {ours:?}, Go {theirs:?}\n  environment {env:?}\n  go/env {user:?}\n  go.env {go_env:?}"
                )
            })
            .collect()
    }

    /// Writes the user's file where the random environment puts it; sometimes Go refuses the place.
    fn place(&self, random: &mut Random, user: &str, env: &mut Vec<(&'static str, String)>) {
        let home = self.sandbox.home();
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        let file = match random.next() % 6 {
            0 => {
                env.push(("GOENV", text(&home.join("my-env"))));
                home.join("my-env")
            }
            1 => {
                env.push(("XDG_CONFIG_HOME", text(&home.join("config"))));
                home.join("config/go/env")
            }
            2 => {
                let relative = *random.one_of(&[&("GOENV", "off"), &("XDG_CONFIG_HOME", "relative")]);
                env.push((relative.0, relative.1.to_owned()));
                home.join(".config/go/env")
            }
            _ => home.join(".config/go/env"),
        };
        for old in ["my-env", "config/go/env", ".config/go/env"] {
            let _ = std::fs::remove_file(home.join(old));
        }
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, user).unwrap();
    }
}

fn sides() -> Option<Sides> {
    let real = RealGo::newest_on_path();
    if real.is_none() {
        skip("no go of 1.21 or newer on PATH to compare `gom env` with");
    }
    real.as_ref().map(Sides::new)
}

#[test]
fn gom_env_prints_what_go_env_prints() {
    let Some(sides) = sides() else { return };
    let seed = std::env::var("GOM_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let mut complaints = Vec::new();
    for case in 0..CASES {
        let mut random = Random(seed + case);
        let (user, go_env) = (random.file(4), random.file(4));
        let mut env: Vec<(&str, String)> =
            random.settings(6).into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        sides.place(&mut random, &user, &mut env);
        if random.is_one_in(4) {
            let cache = *random.one_of(&[&"relative", &"/xdg", &""]);
            env.push(("XDG_CACHE_HOME", cache.to_owned()));
        }
        if random.is_one_in(2) {
            sides.sandbox.write("go.mod", "module m\n");
        } else {
            let _ = std::fs::remove_file(sides.sandbox.work().join("go.mod"));
        }
        let found = sides.complaints(&env, &user, &go_env);
        complaints.extend(found.into_iter().map(|text| format!("GOM_TEST_SEED={} {text}", seed + case)));
    }
    let compared = sides.compared_flags.get();
    assert!(compared > CASES / 5, "Go said its flags for C in {compared} of {CASES} cases only");
    assert!(complaints.is_empty(), "{} differ:\n{}", complaints.len(), complaints.join("\n"));
}

/// Values that the random cases don't cover: paths that Go refuses.
#[test]
fn what_go_refuses_gom_refuses() {
    let Some(sides) = sides() else { return };
    let home = sides.sandbox.home();
    let go_folder = home.join("go");
    std::os::unix::fs::symlink(&sides.goroot, &go_folder).unwrap();
    let go_folder = go_folder.to_str().unwrap();
    let user = "GOPROXY=\nGOSUMDB=\nGOTOOLCHAIN=\n";
    std::fs::create_dir_all(home.join(".config/go")).unwrap();
    std::fs::write(home.join(".config/go/env"), user).unwrap();
    let go_env = "GOPROXY=https://proxy.example\nGOSUMDB=sum.golang.org\nGOTOOLCHAIN=auto\n";
    for variables in [
        &[][..],
        &[("XDG_CACHE_HOME", "relative")],
        &[("XDG_CONFIG_HOME", "relative")],
        &[("GOENV", "/nowhere")],
        &[("GOENV", "/dev/null")],
    ] {
        let env: Vec<(&str, String)> =
            variables.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        assert_eq!(sides.complaints(&env, user, go_env), [] as [String; 0]);
    }
    // The go command that is told its tree is ~/go has no GOPATH; both name the tree in their own way.
    let [of_gom, of_go] = sides.values(&[("GOROOT", go_folder.to_owned())]);
    for name in ["GOPATH", "GOMODCACHE"] {
        assert_eq!((of_gom[name].as_str(), of_go[name].as_str()), ("", ""), "{name}");
    }
}

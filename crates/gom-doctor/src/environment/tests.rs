//! Tests of the order of places, Go's defaults, and every problem, with made-up views.

use std::ffi::OsString;
use std::path::Path;

use gom_select::platform::Platform;
use gom_select::version::GoVersion;

use super::*;

struct Host {
    variables: Vec<(&'static str, &'static str)>,
    user: &'static str,
    toolchain: &'static str,
    version: &'static str,
    platform: &'static str,
    on_path: &'static [&'static str],
}

const LINUX: Host = Host {
    variables: Vec::new(),
    user: "",
    toolchain: "GOPROXY=https://own.example,direct\nGOTOOLCHAIN=auto\n",
    version: "1.26.6",
    platform: "linux-amd64",
    on_path: &["gcc"],
};

impl Host {
    fn with(self, variables: &[(&'static str, &'static str)]) -> Host {
        Host { variables: variables.to_vec(), ..self }
    }

    fn see<T>(&self, use_it: impl FnOnce(&SettingsView<'_>) -> T) -> T {
        let env = |name: &str| {
            let found = self.variables.iter().find(|(key, value)| *key == name && !value.is_empty());
            found.map(|(_, value)| OsString::from(value))
        };
        let file = |path: &str, text: &str| {
            Some(EnvFile { path: path.into(), values: go_env::parse(text.as_bytes()) })
        };
        let platform = Platform::parse(self.platform).unwrap();
        use_it(&SettingsView {
            env: &env,
            home: Some(Path::new("/home/ada")),
            host: &platform,
            version: GoVersion::parse(self.version).ok(),
            goroot: Some("/goroot".into()),
            user: file("/home/ada/.config/go/env", self.user),
            toolchain: file("/goroot/go.env", self.toolchain),
            godebugs: Some(["http2client".to_owned(), "gctrace".to_owned()].into()),
            built_in_proxy: None,
            go_mod: None,
            go_work: None,
            is_on_path: &|program| self.on_path.contains(&program),
        })
    }

    fn variable(&self, name: &str) -> GoVariable {
        self.see(|view| view.variable(name))
    }

    fn value(&self, name: &str) -> String {
        self.variable(name).setting.value
    }

    /// The problem and its hint in one text.
    fn problem(&self, name: &str) -> Option<String> {
        self.variable(name).problem.map(|problem| format!("{}; {}", problem.message, problem.hint))
    }
}

#[test]
fn the_environment_comes_before_the_users_file_the_trees_file_and_the_default() {
    let host = Host { user: "# mine\nGOFLAGS=-v\nGOTOOLCHAIN=\n", ..LINUX };
    let place = |host: &Host, name: &str| {
        let setting = host.variable(name).setting;
        (setting.value, setting.origin.to_string())
    };
    let is = |value: &str, origin: &str| (value.to_owned(), origin.to_owned());
    assert_eq!(place(&host, "GOFLAGS"), is("-v", "/home/ada/.config/go/env:2"));
    assert_eq!(place(&host, "GOPROXY"), is("https://own.example,direct", "/goroot/go.env:1"));
    assert_eq!(place(&host, "GOTOOLCHAIN"), is("", "default"), "an empty line hides the tree's value");
    assert_eq!(place(&host, "GOMODCACHE"), is("/home/ada/go/pkg/mod", "default"));
    let host = host.with(&[("GOFLAGS", "-x"), ("GOPATH", "/p:/q"), ("GOPRIVATE", "corp.example")]);
    assert_eq!(place(&host, "GOFLAGS"), is("-x", "environment"));
    assert_eq!(place(&host, "GOMODCACHE"), is("/p/pkg/mod", "default"));
    assert_eq!(place(&host, "GONOSUMDB"), is("corp.example", "default"));
    assert_eq!(place(&host, "GONE"), is("", "default"));
}

#[test]
fn a_value_that_go_refuses_is_not_a_default() {
    assert_eq!(LINUX.with(&[("XDG_CACHE_HOME", "relative")]).value("GOCACHE"), "off");
    assert_eq!(LINUX.with(&[("XDG_CONFIG_HOME", "relative")]).value("GODEBUG"), "");
    let same = LINUX.with(&[("GOROOT", "/home/ada/go")]);
    assert_eq!((same.value("GOPATH"), same.value("GOMODCACHE")), (String::new(), String::new()));
    let hidden = Host { user: "GOSUMDB=\nGOPROXY=\nGODEBUG=http2client=0\n", ..LINUX };
    assert_eq!((hidden.value("GOSUMDB"), hidden.value("GOPROXY")), (String::new(), String::new()));
    assert_eq!(hidden.value("GODEBUG"), "", "only the environment sets it");
    assert_eq!(Host { version: "1.20.14", toolchain: "", ..LINUX }.value("GOSUMDB"), "sum.golang.org");
}

#[test]
fn defaults_are_those_of_the_platform_and_the_version() {
    let mac = Host { platform: "darwin-arm64", on_path: &["clang"], ..LINUX };
    assert_eq!(
        (mac.value("CC"), mac.value("GOCACHE")),
        ("clang".into(), "/home/ada/Library/Caches/go-build".into())
    );
    assert_eq!((mac.value("CGO_ENABLED"), mac.value("GOARM64")), ("1".into(), "v8.0".into()));
    assert_eq!(LINUX.with(&[("GOARCH", "arm64")]).value("CGO_ENABLED"), "0");
    let none = Host { on_path: &[], ..LINUX };
    assert_eq!(none.value("CGO_ENABLED"), "0");
    assert!(none.problem("CGO_ENABLED").unwrap().contains("no gcc on PATH"));
    assert_eq!(
        Host { version: "1.19.13", ..none }.value("CGO_ENABLED"),
        "1",
        "Go 1.19 did not look for a compiler"
    );
    let names =
        |host: &Host| host.see(|view| view.variables().into_iter().map(|one| one.name).collect::<Vec<_>>());
    assert!(names(&LINUX).contains(&"GOAMD64".to_owned()) && !names(&LINUX).contains(&"GOARM64".to_owned()));
    assert!(!names(&Host { version: "1.20.14", toolchain: "", ..LINUX }).contains(&"GOTOOLCHAIN".to_owned()));
    assert!(names(&LINUX.with(&[("GOARM", "8")])).contains(&"GOARM".to_owned()), "what is set is shown");
}

#[test]
fn each_problem_is_found_and_has_its_command() {
    let rows: &[(&str, &str, &str)] = &[
        (
            "GOARM",
            "8",
            "it has no effect with GOARCH=amd64: it is for 32-bit ARM, GOARCH=arm; run `unset GOARM`",
        ),
        (
            "GOARM64",
            "v9.0",
            "it has no effect with GOARCH=amd64: it is for GOARCH=arm64; run `unset GOARM64`",
        ),
        ("GOOS", "darwin", "builds are for darwin, but the selected Go runs on linux; run `unset GOOS`"),
        ("GOCACHE", "off", "Go 1.12 and newer can't build without a build cache; run `unset GOCACHE`"),
        ("GOBIN", "bin", "the go command does not accept a relative path; run `unset GOBIN`"),
        (
            "GOPATH",
            "/goroot/x",
            "it is in the GOROOT: both have folders src, pkg and bin; run `unset GOPATH`",
        ),
        ("GOSUMDB", "off", "modules that are new to go.sum are not verified; run `unset GOSUMDB`"),
        ("GO111MODULE", "auto", "go may ignore go.mod; run `unset GO111MODULE`"),
        (
            "GOTOOLCHAIN",
            "go1.22.6",
            "go1.22.6 always runs, whatever a project needs; run `unset GOTOOLCHAIN`",
        ),
        ("CGO_ENABLED", "yes", "`yes` is neither 0 nor 1: Go ignores it; run `unset CGO_ENABLED`"),
        (
            "GODEBUG",
            "gctrace=1,mmap=1",
            "go1.26.6 does not know `mmap=1` and ignores it; run `unset GODEBUG`",
        ),
    ];
    for (name, value, problem) in rows {
        assert_eq!(LINUX.with(&[(name, value)]).problem(name).as_deref(), Some(*problem), "{name}={value}");
    }
    let flags = LINUX.with(&[("GOFLAGS", "-tags foo")]).problem("GOFLAGS").unwrap();
    assert!(flags.starts_with("`foo` is not a flag"), "{flags}");
    let race = LINUX.with(&[("GOFLAGS", "-race"), ("CGO_ENABLED", "0")]).problem("GOFLAGS").unwrap();
    assert!(race.starts_with("-race needs cgo"), "{race}");
    let root = LINUX.with(&[("GOROOT", "/usr/lib/go")]);
    assert!(root.problem("GOROOT").unwrap().starts_with("it names /usr/lib/go, which is not the selected"));
    assert_eq!(root.value("GOROOT"), "/goroot", "gom's go ignores it");
    let stays = Host { user: "GOROOT=/usr/lib/go\n", ..LINUX };
    assert!(stays.problem("GOROOT").unwrap().ends_with("run `go env -u GOROOT`"));
    // K3.1, K3.3
    let least = Host { user: "GOTOOLCHAIN=go1.22.6+auto\n", ..LINUX }.problem("GOTOOLCHAIN").unwrap();
    assert!(least.starts_with("GOTOOLCHAIN overrides the default and every pin: go1.22.6 runs"), "{least}");
    assert!(least.ends_with("run `GOTOOLCHAIN=local go env -u GOTOOLCHAIN`"), "{least}");
    let refused = LINUX.with(&[("GOTOOLCHAIN", "1.23.4")]).problem("GOTOOLCHAIN").unwrap();
    assert!(refused.starts_with("every go command fails: `1.23.4` is not a toolchain name"), "{refused}");
}

#[test]
fn valid_values_are_not_problems() {
    for (name, value) in [
        ("GOAMD64", "v3"),
        ("GOOS", "linux"),
        ("GOPATH", "/p:/q"),
        ("GOFLAGS", "-mod=mod '-ldflags=-s -w'"),
        ("GOTOOLCHAIN", "local+auto"),
        ("GODEBUG", "gctrace=1,http2client=0,cpu.avx2=off"),
        ("CGO_ENABLED", "0"),
        ("GOPROXY", "https://other.example"),
    ] {
        assert_eq!(LINUX.with(&[(name, value)]).problem(name), None, "{name}={value}");
    }
}

#[test]
fn a_go_that_trusts_proxies_is_a_problem_with_another_proxy() {
    let old = |value| Host { version: "1.26.5", ..LINUX }.with(&[("GOPROXY", value)]);
    assert!(old("https://other.example").problem("GOPROXY").unwrap().contains("CVE-2026-56865"));
    assert_eq!(old("https://own.example,direct").problem("GOPROXY"), None);
    assert_eq!(old("off").problem("GOPROXY"), None);
    let fixed = Host { version: "1.25.13", ..LINUX }.with(&[("GOPROXY", "https://other.example")]);
    assert_eq!(fixed.problem("GOPROXY"), None);
}

#[test]
fn names_come_from_the_trees_own_tables() {
    let tree = tempfile::tempdir().unwrap();
    assert_eq!(godebug::known(tree.path()), None);
    for (file, text) in [
        (
            "src/internal/godebugs/table.go",
            "var All = []Info{\n\t{Name: \"http2client\", Package: \"net/http\"},\n}\n",
        ),
        ("src/runtime/runtime1.go", "\t{name: \"gctrace\", value: &debug.gctrace},\n"),
        (
            "src/cmd/go/internal/cfg/cfg.go",
            "\tGOPROXY = envOr(\"GOPROXY\", \"https://old.example,direct\")\n",
        ),
    ] {
        let file = tree.path().join(file);
        fs_err::create_dir_all(file.parent().unwrap()).unwrap();
        fs_err::write(file, text).unwrap();
    }
    let known = godebug::known(tree.path()).unwrap();
    assert!(["http2client", "gctrace", "toolchaintrace"].iter().all(|name| known.contains(*name)));
    assert_eq!(godebug::idle("gctrace=1,nonsense,x=1", &known), ["nonsense", "x=1"]);
    assert_eq!(defaults::proxy_in_source(tree.path()).as_deref(), Some("https://old.example,direct"));
}

//! The world of one test: a go.dev with one toolchain, a module proxy and a mirror with the same one, a
//! checksum database, and a user with a few files of their own.
//!
//! It owns what every failing command must leave alone ([`World::refuses`]) and what every working one must
//! bring about ([`World::installs`]). Only go.dev is known to gom at first: the proxy and the mirror are
//! switched on by the test. golang.google.cn is closed, so that no slow machine changes who wins.

use gom_tests::{FakeToolchain, GoDev, Internet, Mirror, ModProxy, Sandbox, Site, TestLog};
use gom_tests::{Output, Run};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, iter};

/// A version that no index knows but the one of the make-believe go.dev.
pub(crate) const VERSION: &str = "1.99.0";

pub(crate) struct World {
    pub(crate) internet: Internet,
    pub(crate) godev: GoDev,
    pub(crate) mirror: Mirror,
    pub(crate) proxy: ModProxy,
    pub(crate) log: TestLog,
    pub(crate) sandbox: Sandbox,
    pub(crate) toolchain: FakeToolchain,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(FakeToolchain::here(VERSION))
    }

    /// A world where this toolchain is published everywhere.
    pub(crate) fn with(toolchain: FakeToolchain) -> Self {
        let (internet, godev, mirror) = (Internet::new(), GoDev::new(), Mirror::new());
        let (proxy, log) = (ModProxy::new(), TestLog::new("sum.test", 1));
        godev.online(&internet);
        internet.refuse("golang.google.cn");
        internet.at("/mirror", mirror.site());
        internet.at("/proxy", proxy.site());
        proxy.pass_through(&log);
        internet.host("sum.test", &log.site());
        let mut sandbox = Sandbox::on(&internet);
        sandbox.set("GOSUMDB", log.key());
        let world = Self { internet, godev, mirror, proxy, log, sandbox, toolchain };
        world.publish(&world.toolchain);
        world.user_file(".bashrc", "PS1='$ '\n");
        world.user_file(".config/go/env", "GOFLAGS=-trimpath\n");
        world.sandbox.write("go.mod", "module example.test\n\ngo 1.21\n");
        world
    }

    /// A world where archives are to come from the mirror alone.
    pub(crate) fn with_mirror() -> Self {
        let mut world = Self::new();
        world.use_mirror();
        world
    }

    /// A world where archives are to come from the module proxy alone.
    pub(crate) fn with_proxy() -> Self {
        let mut world = Self::new();
        world.use_proxy();
        world
    }

    pub(crate) fn use_mirror(&mut self) {
        self.sandbox.set("GOM_MIRROR", self.internet.url("/mirror"));
        self.sandbox.set("GOM_SOURCES", "mirror");
    }

    pub(crate) fn use_proxy(&mut self) {
        self.sandbox.set("GOPROXY", self.internet.url("/proxy"));
        self.sandbox.set("GOSUMDB", self.log.key());
        self.sandbox.set("GOM_SOURCES", "proxy");
    }

    /// Switches the checksum database off, so that the published sums alone decide.
    pub(crate) fn without_log(mut self) -> Self {
        self.sandbox.set("GOSUMDB", "off");
        self
    }

    /// Publishes one more toolchain at every place, and records it. gom asks for lists of releases again: a
    /// quarter of an hour has passed.
    pub(crate) fn publish(&self, toolchain: &FakeToolchain) {
        self.forget_lists();
        self.godev.publish(toolchain);
        self.mirror.publish(toolchain);
        self.proxy.publish(toolchain);
        self.log.publish(toolchain);
    }

    /// Publishes these bytes as the archive of the toolchain, with their true sum, on go.dev and the mirror:
    /// only an unpacker can refuse them.
    pub(crate) fn publish_bytes(&self, archive: &[u8]) {
        self.forget_lists();
        let name = self.toolchain.archive_name();
        self.godev.claim_sum(&name, &gom_tests::sha256(archive));
        self.godev.storage().route(&format!("/go/{name}"), gom_tests::Route::bytes(archive));
        self.mirror.file(&name, archive);
    }

    fn forget_lists(&self) {
        let _ = fs::remove_dir_all(self.sandbox.home().join(".cache/gom/index"));
    }

    /// The path of the archive below the mirror.
    pub(crate) fn on_mirror(&self) -> String {
        format!("/{}", self.toolchain.archive_name())
    }

    pub(crate) fn mirror_site(&self) -> &Site {
        self.mirror.site()
    }

    pub(crate) fn install(&self) -> Run {
        self.sandbox.gom(["install", self.toolchain.version()])
    }

    /// Runs a command that must fail and leave everything as it was; gives what it said, for a snapshot.
    pub(crate) fn refuses(&self, run: Run, code: i32) -> String {
        let before = self.state();
        let output = run.run();
        assert_eq!(output.code, Some(code), "{output}");
        assert_eq!(self.state(), before, "{output}");
        self.sandbox.assert_clean();
        self.show(&output)
    }

    /// Runs a command that must install the toolchain, which then runs.
    pub(crate) fn installs(&self, run: Run) -> Output {
        let output = run.run();
        assert_eq!(output.code, Some(0), "{output}");
        self.assert_installed(&self.toolchain);
        output
    }

    /// Takes the toolchain away again.
    pub(crate) fn uninstall(&self) {
        let output = self.sandbox.gom(["uninstall", self.toolchain.version(), "--yes"]).run();
        assert_eq!(output.code, Some(0), "{output}");
    }

    /// Runs a command in a terminal, the one that `script` of util-linux makes; what it says is all on standard
    /// output then. `None` where there is no such program.
    pub(crate) fn in_terminal(&self, command: &str) -> Option<Run> {
        let script = ["/usr/bin/script", "/bin/script"].into_iter().find(|path| Path::new(path).exists())?;
        let bin = self.sandbox.store().join("bin");
        let run = self.sandbox.command(script, ["-q", "-e", "-c", command, "/dev/null"]);
        let path = format!("{}:/usr/bin:/bin", bin.display());
        cfg!(target_os = "linux").then(|| run.env("PATH", path).env("SHELL", "/bin/sh").env("TERM", "xterm"))
    }

    /// The same command as before, now that the fault is gone.
    pub(crate) fn installs_now(&self) {
        self.installs(self.install());
    }

    /// The tree is exactly the toolchain's, whatever the place left out.
    pub(crate) fn assert_installed(&self, toolchain: &FakeToolchain) {
        let goroot = self.sandbox.goroot(&toolchain.name());
        let found = contents(&goroot);
        let from_module = !goroot.join("api").exists();
        let left_out =
            |path: &str| ["api/", "doc/", "misc/", "test/"].iter().any(|dir| path.starts_with(dir));
        let files = toolchain.files().iter().filter(|(path, _)| !(from_module && left_out(path)));
        let expected: BTreeMap<String, Vec<u8>> =
            files.map(|(path, content)| (path.clone(), content.clone())).collect();
        let (found_names, names): (Vec<_>, Vec<_>) = (found.keys().collect(), expected.keys().collect());
        assert_eq!(found_names, names);
        assert!(found == expected, "the files of {} differ in content", toolchain.name());
        self.sandbox.assert_clean();
        if toolchain.platform() == FakeToolchain::here(VERSION).platform() {
            let go = format!("go{}", toolchain.version());
            let version = self.sandbox.shim(&go, ["version"]).run();
            assert!(version.stdout.starts_with(&format!("go version {go} ")), "{version}");
        }
    }

    /// The receipt of the toolchain.
    pub(crate) fn receipt(&self) -> serde_json::Value {
        let file = self.sandbox.store().join(format!("receipts/{}.json", self.toolchain.name()));
        serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
    }

    /// Which archives were asked for, in order: `HOST/PATH`, where a range was asked for with ` from N`.
    pub(crate) fn archives_asked(&self) -> Vec<String> {
        let is_archive = |path: &str| [".tar.gz", ".zip"].iter().any(|ending| path.ends_with(ending));
        let asked = self.internet.requests().into_iter().filter(|request| is_archive(&request.path));
        asked
            .map(|request| {
                let range = request.range.as_deref().and_then(|range| range.strip_prefix("bytes="));
                let from =
                    range.map_or_else(String::new, |range| format!(" from {}", range.trim_end_matches('-')));
                self.sandbox.redact(&format!("{}{}{from}", request.host, request.path))
            })
            .collect()
    }

    /// What a run said, without what differs from run to run. Reasons of sources are sorted: they arrive in
    /// the order in which the sources fail.
    pub(crate) fn show(&self, output: &Output) -> String {
        let text = hide_hashes(&output.snapshot(&self.sandbox));
        let mut lines: Vec<&str> = text.lines().collect();
        for reasons in lines.chunk_by_mut(|one, next| one.starts_with("  ") == next.starts_with("  ")) {
            if reasons[0].starts_with("  ") {
                reasons.sort_unstable();
            }
        }
        lines.join("\n") + "\n"
    }

    fn user_file(&self, path: &str, content: &str) {
        let file = self.sandbox.home().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }

    /// Everything that a failed command must leave alone: the user's files, and of the store all but locks,
    /// staging (which must be empty, not unchanged), evidence, and what is remembered of checksum databases.
    fn state(&self) -> BTreeMap<String, Vec<u8>> {
        let store = self.sandbox.store();
        let is_free = |path: &str| {
            [".gom/locks", ".gom/staging", ".gom/sumdb", ".gom/evidence", ".gom/bin/gom", ".cache"]
                .iter()
                .any(|free| path.starts_with(free))
        };
        let home = contents(&self.sandbox.home()).into_iter().filter(|(path, _)| !is_free(path));
        let links = ["bin", "lines", "toolchains"].into_iter().flat_map(|dir| {
            self.sandbox
                .tree(store.join(dir))
                .into_iter()
                .map(move |line| (format!("{dir}: {line}"), Vec::new()))
        });
        let work =
            contents(&self.sandbox.work()).into_iter().map(|(path, bytes)| (format!("work/{path}"), bytes));
        home.chain(links).chain(work).collect()
    }
}

/// Every regular file below a folder, by its path there.
pub(crate) fn contents(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for file in files(dir) {
        let name = file.strip_prefix(dir).unwrap().to_string_lossy().into_owned();
        found.insert(name, fs::read(&file).unwrap());
    }
    found
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(dir) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries.map(Result::unwrap) {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            found.extend(files(&entry.path()));
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    found
}

/// Bytes that do not compress, the same every time.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    let next = |state: &u64| {
        Some(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407))
    };
    iter::successors(Some(1_u64), next).map(|state| state.to_be_bytes()[0]).take(length).collect()
}

/// Sums differ between versions of the compressor: `[SHA256]` and `[H1]`.
fn hide_hashes(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let hex = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        if hex == 64 {
            shown.push_str("[SHA256]");
            rest = &rest[64..];
        } else if let Some(hash) = rest.strip_prefix("h1:") {
            shown.push_str("[H1]");
            rest = hash
                .trim_start_matches(|letter: char| letter.is_ascii_alphanumeric() || "+/=".contains(letter));
        } else {
            let step = hex.max(rest.chars().next().map_or(0, char::len_utf8));
            shown.push_str(&rest[..step]);
            rest = &rest[step..];
        }
    }
    shown
}

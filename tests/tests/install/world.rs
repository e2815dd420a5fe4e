//! The world of one test: a go.dev with one toolchain, a module proxy and a mirror with the same one, a
//! checksum database, and a user with a few files of their own.
//!
//! It owns what every failing command must leave alone ([`Installing::refuses`]) and what every working one must
//! bring about ([`Installing::installs`]). Only go.dev is known to gom at first: the proxy and the mirror are
//! switched on by the test. golang.google.cn and dl.google.com are closed, so that no slow machine changes who
//! wins; go.dev redirects downloads to [`STORAGE`].

use gom_tests::{FakeToolchain, Output, Run, Site, TestLog, World, contents};
use std::collections::BTreeMap;
use std::iter;
use std::path::Path;

/// A version that no index knows but the one of the make-believe go.dev.
pub(crate) const VERSION: &str = "1.99.0";

/// The host to which go.dev redirects downloads here.
pub(crate) const STORAGE: &str = "storage.test";

/// What a test of `gom install` does in its world.
pub(crate) trait Installing {
    fn world(&self) -> &World;
    fn world_mut(&mut self) -> &mut World;

    /// A world where one toolchain is published everywhere.
    fn published() -> World {
        World::of_one(FakeToolchain::here(VERSION))
    }

    /// The same with another toolchain.
    fn of_one(toolchain: FakeToolchain) -> World {
        let mut world = World::of(toolchain, TestLog::new("sum.test", 1));
        world.open_go_dev();
        world.internet.refuse("golang.google.cn");
        world.godev.store_only_at(STORAGE, &world.internet);
        world.proxy.pass_through(&world.log);
        world.internet.host("sum.test", &world.log.site());
        let key = world.log.key();
        world.set("GOSUMDB", key);
        world.publish(&world.toolchain);
        world.write_home(".bashrc", "PS1='$ '\n");
        world.write_home(".config/go/env", "GOFLAGS=-trimpath\n");
        world.write("go.mod", "module example.test\n\ngo 1.21\n");
        world
    }

    /// A world where archives are to come from the mirror alone.
    fn with_mirror() -> World {
        let mut world = World::published();
        world.ask_mirror();
        world
    }

    /// A world where archives are to come from the module proxy alone.
    fn with_proxy() -> World {
        let mut world = World::published();
        world.ask_proxy();
        world
    }

    /// The mirror alone is asked from now on.
    fn ask_mirror(&mut self) {
        let world = self.world_mut();
        let mirror = world.internet.url("/mirror");
        world.set("GOM_MIRROR", mirror);
        world.set("GOM_SOURCES", "mirror");
    }

    /// The module proxy alone is asked from now on; it passes the checksum database through.
    fn ask_proxy(&mut self) {
        let world = self.world_mut();
        let (proxy, key) = (world.internet.url("/proxy"), world.log.key());
        world.set("GOPROXY", proxy);
        world.set("GOSUMDB", key);
        world.set("GOM_SOURCES", "proxy");
    }

    /// The same without a checksum database, so that the published sums alone decide.
    fn with_mirror_and_no_log() -> World {
        let mut world = World::with_mirror();
        world.set("GOSUMDB", "off");
        world
    }

    /// Publishes these bytes as the archive of the toolchain, with their true sum, on go.dev and the mirror:
    /// only an unpacker can refuse them.
    fn publish_bytes(&self, archive: &[u8]) {
        self.world().forget_lists();
        let name = self.world().toolchain.archive_name();
        self.world().godev.claim_sum(&name, &gom_tests::sha256(archive));
        self.world().godev.storage().route(&format!("/go/{name}"), gom_tests::Route::bytes(archive));
        self.world().mirror.file(&name, archive);
    }

    /// The path of the archive below the mirror.
    fn on_mirror(&self) -> String {
        format!("/{}", self.world().toolchain.archive_name())
    }

    fn mirror_site(&self) -> &Site {
        self.world().mirror.site()
    }

    fn install(&self) -> Run {
        self.world().gom(["install", self.world().toolchain.version()])
    }

    /// Runs a command that must fail and leave everything as it was; gives what it said, for a snapshot.
    fn refuses(&self, run: Run, code: i32) -> String {
        let before = state(self.world());
        let output = run.run();
        assert_eq!(output.code, Some(code), "{output}");
        assert_eq!(state(self.world()), before, "{output}");
        self.world().assert_clean();
        self.show(&output)
    }

    /// Runs a command that must install the toolchain, which then runs.
    fn installs(&self, run: Run) -> Output {
        let output = run.done();
        self.assert_installed(&self.world().toolchain);
        output
    }

    /// Takes the toolchain away again.
    fn uninstall(&self) {
        self.world().done(["uninstall", self.world().toolchain.version(), "--yes"]);
    }

    /// Runs a command in a terminal, the one that `script` of util-linux makes; what it says is all on standard
    /// output then. `None` where there is no such program.
    fn in_terminal(&self, command: &str) -> Option<Run> {
        let script = ["/usr/bin/script", "/bin/script"].into_iter().find(|path| Path::new(path).exists())?;
        let bin = self.world().store().join("bin");
        let run = self.world().command(script, ["-q", "-e", "-c", command, "/dev/null"]);
        let path = format!("{}:/usr/bin:/bin", bin.display());
        cfg!(target_os = "linux").then(|| run.env("PATH", path).env("SHELL", "/bin/sh").env("TERM", "xterm"))
    }

    /// The same command as before, now that the fault is gone.
    fn installs_now(&self) {
        self.installs(self.install());
    }

    /// Checks that the tree is exactly the toolchain's, whichever folders the source left out.
    fn assert_installed(&self, toolchain: &FakeToolchain) {
        let goroot = self.world().goroot(&toolchain.name());
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
        self.world().assert_clean();
        if toolchain.platform() == FakeToolchain::here(VERSION).platform() {
            let go = format!("go{}", toolchain.version());
            let version = self.world().shim(&go, ["version"]).run();
            assert!(version.stdout.starts_with(&format!("go version {go} ")), "{version}");
        }
    }

    /// Which archives were asked for, in order: `HOST/PATH`, where a range was asked for with ` from N`.
    fn archives_asked(&self) -> Vec<String> {
        let is_archive = |path: &str| [".tar.gz", ".zip"].iter().any(|ending| path.ends_with(ending));
        let asked = self.world().internet.requests().into_iter().filter(|request| is_archive(&request.path));
        asked
            .map(|request| {
                let range = request.range.as_deref().and_then(|range| range.strip_prefix("bytes="));
                let from =
                    range.map_or_else(String::new, |range| format!(" from {}", range.trim_end_matches('-')));
                self.world().redact(&format!("{}{}{from}", request.host, request.path))
            })
            .collect()
    }

    /// What a run said, without what differs from run to run. Reasons of sources are sorted: they arrive in
    /// the order in which the sources fail.
    fn show(&self, output: &Output) -> String {
        let text = hide_hashes(&output.snapshot(&self.world().sandbox));
        let mut lines: Vec<&str> = text.lines().collect();
        for reasons in lines.chunk_by_mut(|one, next| one.starts_with("  ") == next.starts_with("  ")) {
            if reasons[0].starts_with("  ") {
                reasons.sort_unstable();
            }
        }
        lines.join("\n") + "\n"
    }
}

impl Installing for World {
    fn world(&self) -> &World {
        self
    }

    fn world_mut(&mut self) -> &mut World {
        self
    }
}

/// Everything that a failed command must leave alone: the user's files, and of the store all but locks,
/// staging (which must be empty, not unchanged), evidence, and what is remembered of checksum databases.
fn state(world: &World) -> BTreeMap<String, Vec<u8>> {
    let store = world.store();
    let is_free = |path: &str| {
        [".gom/locks", ".gom/staging", ".gom/sumdb", ".gom/evidence", ".gom/bin/gom", ".cache"]
            .iter()
            .any(|free| path.starts_with(free))
    };
    let home = contents(&world.home()).into_iter().filter(|(path, _)| !is_free(path));
    let links = ["bin", "lines", "toolchains"].into_iter().flat_map(|dir| {
        world
            .sandbox
            .tree(store.join(dir))
            .into_iter()
            .map(move |line| (format!("{dir}: {line}"), Vec::new()))
    });
    let work = contents(&world.work()).into_iter().map(|(path, bytes)| (format!("work/{path}"), bytes));
    home.chain(links).chain(work).collect()
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

//! Which lies of a download place each manager of Go toolchains catches: `docs/attacks.md` quotes what it prints.
//!
//! It runs every manager in a home of its own, against a mirror (or module proxy) on this machine that serves one lie at
//! a time, and looks at what is installed afterwards. It never judges by what a manager says. Invariant: a manager that
//! does not install the honest archive is not in the table.
//!
//! ```sh
//! cargo build && cargo run -p gom-tests --example rivals -- DIR
//! ```
//!
//! DIR holds the others, as far as they can be had: the programs `goup`, `mise`, `g` and `goenv`, checkouts in the
//! folders `asdf-golang`, `gvm` and `setup-go`. The go command is the one on PATH.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it prints a table, and why a cell is what it is"
)]
#![expect(clippy::expect_used, reason = "a kit for tests reports its own troubles by a panic")]

use gom_tests::{FakeToolchain, GoDev, Internet, Mirror, ModProxy, RawTar, RawZip, Run, Sandbox, TarEntry};
use gom_tests::{Route, Site, TarStyle, TestLog, ZipEntry, sha256};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

const VERSION: &str = "1.98.1";

/// What the place does to the archive.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lie {
    Honest,
    Changed,
    ChangedAlone,
    ListToo,
    OtherVersion,
    OtherPlatform,
    Truncated,
    ExtraFile,
    LinkOut,
    NameOut,
}

const LIES: [(Lie, &str); 9] = [
    (Lie::Changed, "a file changed, and the sum beside it"),
    (Lie::ChangedAlone, "a file changed, the sum beside it as it was"),
    (Lie::ListToo, "a file changed, the sum beside it and in go.dev's list too"),
    (Lie::OtherVersion, "another version under this one's name"),
    (Lie::OtherPlatform, "another platform under this one's name"),
    (Lie::Truncated, "cut off, with its own length"),
    (Lie::ExtraFile, "a file more"),
    (Lie::LinkOut, "a link that leads out, and a file through it"),
    (Lie::NameOut, "a name with `..` that leads out"),
];

/// One world with one lie in it.
struct World<'a> {
    rivals: &'a Path,
    internet: Internet,
    sandbox: Sandbox,
    log: TestLog,
}

/// A manager: its name, what DIR must have of it, and how it is told to install [`VERSION`].
type Manager = (&'static str, Option<&'static str>, fn(&World<'_>) -> Run);

const MANAGERS: [Manager; 10] = [
    ("gom, mirror", None, gom_mirror),
    ("gom, proxy", None, gom_proxy),
    ("mise", Some("mise"), mise),
    ("goenv 3", Some("goenv"), goenv),
    ("asdf-golang", Some("asdf-golang"), asdf_golang),
    ("goup-rs", Some("goup"), goup),
    ("g", Some("g"), g),
    ("gvm -B", Some("gvm"), gvm),
    ("go command", None, go),
    ("setup-go", Some("setup-go"), setup_go),
];

fn main() {
    let rivals = PathBuf::from(env::args_os().nth(1).expect("the folder with the other managers"));
    let mut table = vec![vec!["the place serves".to_owned()]];
    table.extend(LIES.iter().map(|(_, name)| vec![(*name).to_owned()]));
    for manager @ (name, needs, _) in MANAGERS {
        let is_here = needs.is_none_or(|needs| rivals.join(needs).exists());
        if !is_here || outcome(&rivals, manager, Lie::Honest) != "installs" {
            eprintln!("{name}: not tried");
            continue;
        }
        table[0].push(name.to_owned());
        for (row, (lie, _)) in table[1..].iter_mut().zip(LIES) {
            row.push(outcome(&rivals, manager, lie).to_owned());
        }
    }
    for (index, row) in table.iter().enumerate() {
        println!("| {} |", row.join(" | "));
        if index == 0 {
            println!("|{}", "---|".repeat(row.len()));
        }
    }
}

/// What is in the home after the manager met this lie.
fn outcome(rivals: &Path, (name, _, manager): Manager, lie: Lie) -> &'static str {
    let world = World::new(rivals, lie);
    let output = manager(&world).run();
    let last = output.to_string().lines().rev().take(6).collect::<Vec<_>>().join("\n    ");
    let escaped = world.sandbox.work().join("planted").exists();
    // What lies in a temporary folder after a failure is no installed Go.
    let is_installed = output.code == Some(0) && has_go(&world.sandbox.home());
    let outcome = match (escaped, is_installed) {
        (true, _) => "**writes outside**",
        (false, true) => "installs",
        (false, false) => "refuses",
    };
    let which = LIES.iter().find(|(one, _)| *one == lie).map_or("honest", |(_, words)| words);
    eprintln!("{name}: {which}: {outcome}\n    {last}");
    outcome
}

/// Whether a GOROOT lies somewhere below.
fn has_go(dir: &Path) -> bool {
    let Ok(entries) = fs::read_dir(dir) else { return false };
    entries.filter_map(Result::ok).any(|entry| match entry.file_type() {
        // gom's shim is a link, a GOROOT's `go` is a file with `src` beside its folder.
        Ok(kind) if kind.is_dir() => has_go(&entry.path()),
        Ok(kind) if kind.is_file() => entry.path().ends_with("bin/go") && dir.join("../src").is_dir(),
        _ => false,
    })
}

impl<'a> World<'a> {
    fn new(rivals: &'a Path, lie: Lie) -> Self {
        let honest = FakeToolchain::here(VERSION);
        let (internet, godev, mirror) = (Internet::new(), GoDev::new(), Mirror::new());
        let (proxy, log) = (ModProxy::new(), TestLog::new("sum.test", 1));
        // go.dev's list has the archive nowhere: only the mirror can serve it.
        godev.publish(&honest);
        godev.online(&internet);
        internet.refuse("golang.google.cn");
        internet.at("/mirror", mirror.site());
        internet.at("/proxy", proxy.site());
        internet.host("sum.test", &log.site());
        proxy.pass_through(&log);
        log.publish(&honest);
        let sandbox = Sandbox::on(&internet);
        let outside = sandbox.work();
        let name = honest.archive_name();
        let archive = archive(lie, &honest, &outside);
        let honest_sum = matches!(lie, Lie::ChangedAlone | Lie::Truncated);
        let sum = sha256(if honest_sum { honest.archive() } else { archive.clone() });
        mirror.file(&name, &archive);
        mirror.site().route(&format!("/{name}.sha256"), Route::ok("text/plain", &sum));
        mirror.site().route("/", Route::ok("text/html", index_page(&name, archive.len())));
        godev.lose(&name);
        if lie == Lie::ListToo {
            godev.claim_sum(&name, &sum);
        }
        // Where the host is fixed, that host lies.
        let storage = Site::new();
        storage.route(&format!("/go/{name}"), Route::bytes(&archive));
        storage.route(&format!("/go/{name}.sha256"), Route::ok("text/plain", &sum));
        internet.host("dl.google.com", &storage);
        proxy.publish_zip(&honest, module_zip(lie, &honest, &outside));
        Self { rivals, internet, sandbox, log }
    }

    /// A program or folder of the others.
    fn rival(&self, name: &str) -> PathBuf {
        self.rivals.join(name)
    }

    fn mirror(&self) -> String {
        self.internet.url("/mirror")
    }

    fn script(&self, script: &str) -> Run {
        self.sandbox.command("bash", ["-c", script])
    }
}

fn archive(lie: Lie, honest: &FakeToolchain, outside: &Path) -> Vec<u8> {
    let whole = told(lie, honest).targz(TarStyle::Ustar);
    let tar = || honest.tar(TarStyle::Ustar);
    let planted = |tar: RawTar, name: &str| tar.entry(TarEntry::file(name, "outside\n")).gz();
    match lie {
        Lie::Truncated => whole[..whole.len() / 2].to_vec(),
        Lie::LinkOut => {
            let link = TarEntry::symlink("go/link", outside.to_string_lossy().as_bytes());
            planted(tar().entry(link), "go/link/planted")
        }
        Lie::NameOut => planted(tar(), &format!("go/{}", way_out(outside))),
        _ => whole,
    }
}

fn module_zip(lie: Lie, honest: &FakeToolchain, outside: &Path) -> Vec<u8> {
    let root = format!("golang.org/toolchain@{}/", honest.module_version());
    let toolchain = told(lie, honest);
    let mut zip = RawZip::new();
    for (name, content) in toolchain.files() {
        let is_left_out = ["api/", "doc/", "misc/", "test/"].iter().any(|dir| name.starts_with(dir));
        if !is_left_out {
            zip = zip.entry(ZipEntry::file(format!("{root}{}", name.replace("go.mod", "_go.mod")), content));
        }
    }
    let planted = |zip: RawZip, name: &str| zip.entry(ZipEntry::file(format!("{root}{name}"), "outside\n"));
    zip = match lie {
        Lie::LinkOut => {
            let link = ZipEntry::symlink(format!("{root}link"), outside.to_string_lossy().as_bytes());
            planted(zip.entry(link), "link/planted")
        }
        Lie::NameOut => planted(zip, &way_out(outside)),
        _ => zip,
    };
    let whole = zip.finish();
    if lie == Lie::Truncated { whole[..whole.len() / 2].to_vec() } else { whole }
}

/// The toolchain that the place has in its archive.
fn told(lie: Lie, honest: &FakeToolchain) -> FakeToolchain {
    match lie {
        Lie::Changed | Lie::ChangedAlone | Lie::ListToo => {
            honest.clone().file("src/fmt/print.go", "package fmt // changed\n")
        }
        Lie::OtherVersion => FakeToolchain::here("1.97.0"),
        Lie::OtherPlatform => FakeToolchain::new(VERSION, "plan9-386"),
        Lie::ExtraFile => honest.clone().file("src/fmt/zz.go", "package fmt\n"),
        Lie::Honest | Lie::Truncated | Lie::LinkOut | Lie::NameOut => honest.clone(),
    }
}

fn way_out(outside: &Path) -> String {
    format!("{}{}/planted", "../".repeat(12), outside.display().to_string().trim_start_matches('/'))
}

/// A folder's list as nginx writes it.
fn index_page(name: &str, size: usize) -> String {
    let line =
        |name: &str, size: usize| format!("<a href=\"{name}\">{name}</a>  01-Sep-2026 12:00  {size}\n");
    format!(
        "<html><body><pre>{}{}</pre></body></html>",
        line(name, size),
        line(&format!("{name}.sha256"), 64)
    )
}

fn gom_mirror(world: &World<'_>) -> Run {
    let run = world.sandbox.gom(["install", VERSION, "--source", "mirror"]);
    run.env("GOM_MIRROR", world.mirror()).env("GOSUMDB", world.log.key())
}

fn gom_proxy(world: &World<'_>) -> Run {
    let run = world.sandbox.gom(["install", VERSION, "--source", "proxy"]);
    run.env("GOPROXY", world.internet.url("/proxy")).env("GOSUMDB", world.log.key())
}

fn mise(world: &World<'_>) -> Run {
    let mise = world.rival("mise");
    let tag = "git init -q --bare ~/go.git && cd ~/go.git && git config user.name t && git config user.email t@t \
               && git tag go1.98.1 $(git commit-tree -m t $(git mktree </dev/null)) && cd ~";
    let run = world.script(&format!("{tag} && '{}' install go@{VERSION}", mise.display()));
    let run = run.env("MISE_GO_DOWNLOAD_MIRROR", world.mirror()).env("MISE_YES", "1");
    let repository = world.sandbox.home().join("go.git");
    run.env("MISE_GO_REPO", repository).env("MISE_USE_VERSIONS_HOST", "0")
}

fn goenv(world: &World<'_>) -> Run {
    let run = world.sandbox.command(world.rival("goenv"), ["install", VERSION]);
    run.env("GO_BUILD_MIRROR_URL", world.mirror())
}

fn asdf_golang(world: &World<'_>) -> Run {
    let plugin = world.rival("asdf-golang");
    let home = world.sandbox.home();
    let both =
        format!("mkdir -p ~/dl ~/asdf && bash {0}/bin/download && bash {0}/bin/install", plugin.display());
    let run =
        world.script(&both).env("ASDF_INSTALL_VERSION", VERSION).env("ASDF_DOWNLOAD_PATH", home.join("dl"));
    run.env("ASDF_INSTALL_PATH", home.join("asdf")).env("CURL_CA_BUNDLE", world.internet.ca_file())
}

fn goup(world: &World<'_>) -> Run {
    let run = world.sandbox.command(world.rival("goup"), ["install", "--use-raw-version", VERSION]);
    run.env("GOUP_GO_REGISTRY", world.mirror())
}

fn g(world: &World<'_>) -> Run {
    let run = world.sandbox.command(world.rival("g"), ["install", VERSION]);
    run.env("G_MIRROR", format!("autoindex|{}/", world.mirror()))
}

fn gvm(world: &World<'_>) -> Run {
    let checkout = world.rival("gvm");
    let install = format!(
        "cp -R '{}/.' ~/.gvm && export GVM_ROOT=~/.gvm && mkdir -p ~/.gvm/{{archive,gos,logs,environments,pkgsets}} \
         && PATH=~/.gvm/bin:$PATH bash ~/.gvm/scripts/install go{VERSION} -B",
        checkout.display()
    );
    world.script(&install).env("GO_BINARY_BASE_URL", world.mirror())
}

fn go(world: &World<'_>) -> Run {
    let run = world.sandbox.command("go", ["version"]).env("PATH", env::var_os("PATH").unwrap_or_default());
    let run = run.env("GOPROXY", world.internet.url("/proxy")).env("GOSUMDB", world.log.key());
    run.env("GOTOOLCHAIN", format!("go{VERSION}")).env("GOFLAGS", "-modcacherw")
}

fn setup_go(world: &World<'_>) -> Run {
    let home = world.sandbox.home();
    let program = world.rival("setup-go").join("dist/setup/index.js");
    let files = "cd ~ && touch env path output state && exec node";
    let run = world.script(&format!("{files} '{}'", program.display())).env("INPUT_GO-VERSION", VERSION);
    let run = run.env("INPUT_GO-DOWNLOAD-BASE-URL", world.mirror()).env("INPUT_CACHE", "false");
    let run = run.env("INPUT_CHECK-LATEST", "false").env("RUNNER_TEMP", home.join("temp"));
    let run = ["env", "path", "output", "state"]
        .into_iter()
        .fold(run, |run, file| run.env(format!("GITHUB_{}", file.to_uppercase()), home.join(file)));
    run.env("RUNNER_TOOL_CACHE", home.join("tools"))
}

//! A release: archives with the stubs as programs, on a local server and in a folder, and the `install.sh` that
//! knows their sums. What `cargo xtask dist` makes of real programs has the same names and folders.

use crate::fixture::{Fixture, in_every_shell, program, repository, stubs};
use gom_tests::{Internet, Route, Run, Site, say, sha256};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

/// The platforms of the release.
pub(crate) const TARGETS: [&str; 4] = [
    "aarch64-apple-darwin",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "x86_64-unknown-linux-musl",
];

/// The archive that the stub of `uname` asks for, unless told otherwise.
pub(crate) const ARCHIVE: &str = "gom-0.1.0-x86_64-unknown-linux-musl.tar.gz";

/// (Program, the name it is called by.)
const DOWNLOADERS: [(&str, &str); 3] = [("curl", "curl"), ("wget", "wget"), ("busybox", "wget")];

/// Runs a test with a fresh release in every shell, each time with one of the downloaders that are here.
pub(crate) fn with_every_downloader(test: impl Fn(&Fixture, &Release)) {
    for (real, name) in DOWNLOADERS {
        if program(real).is_none() {
            say(&format!("skipped: install.sh with {real}'s {name}, which is not on PATH"));
            continue;
        }
        in_every_shell(|fixture| {
            let release = Release::new(fixture);
            assert!(fixture.link_program("sha256sum", "sha256sum"));
            assert!(fixture.link_program(real, name));
            test(fixture, &release);
        });
    }
}

/// See the module's words.
pub(crate) struct Release {
    pub(crate) internet: Internet,
    /// Has `/ARCHIVE` for each archive, below `/released` of the internet.
    pub(crate) site: Site,
}

impl Release {
    /// Also makes the machine one that has no Rust and is in no checkout.
    pub(crate) fn new(fixture: &Fixture) -> Self {
        Self::with_gom(fixture, &fs::read_to_string(stubs().join("gom")).unwrap())
    }

    /// The same with this script as `gom`.
    pub(crate) fn with_gom(fixture: &Fixture, gom: &str) -> Self {
        let (internet, site) = (Internet::new(), Site::new());
        internet.at("/released", &site);
        let mut sums = String::new();
        for target in TARGETS {
            let bytes = archive(target, gom);
            let name = format!("gom-0.1.0-{target}.tar.gz");
            writeln!(sums, "{}  {name}", sha256(&bytes)).unwrap();
            fixture.sandbox.write(&format!("a folder/{name}"), &bytes);
            site.route(&format!("/{name}"), Route::bytes(bytes));
        }
        fixture.sandbox.write("on its own/install.sh", installer(sums.trim_end()));
        fixture.lose(&["cargo", "rustc", "cc"]);
        for tool in ["uname", "sysctl"] {
            fixture.link_stub(tool, &format!("stubs/{tool}"));
        }
        for tool in ["tar", "gzip", "mktemp"] {
            assert!(fixture.link_program(tool, tool), "{tool} is not on PATH");
        }
        Self { internet, site }
    }

    /// The release's `install.sh`, which downloads from the server.
    pub(crate) fn install(&self, fixture: &Fixture, arguments: &[&str]) -> Run {
        let run = fixture.script("on its own/install.sh", arguments);
        run.env("GOM_DOWNLOAD_BASE", self.base()).env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1")
    }

    /// The server's folder, as `GOM_DOWNLOAD_BASE` has it.
    pub(crate) fn base(&self) -> String {
        self.internet.url("/released")
    }
}

/// The repository's `install.sh` with these sums.
fn installer(sums: &str) -> String {
    let script = fs::read_to_string(repository().join("install.sh")).unwrap();
    [("release_version", "0.1.0"), ("release_sums", sums)].iter().fold(script, |script, (name, value)| {
        let filled = script.replace(&format!("\n{name}=''\n"), &format!("\n{name}='{value}'\n"));
        assert_ne!(filled, script, "install.sh has no line {name}=''");
        filled
    })
}

/// Its programs say at their end which target they are of.
fn archive(target: &str, gom: &str) -> Vec<u8> {
    let shim = fs::read_to_string(stubs().join("gom-shim")).unwrap();
    let script = fs::read_to_string(repository().join("install.sh")).unwrap();
    let programs = [("gom", gom), ("gom-shim", &shim)];
    let mut files: Vec<(&str, String)> =
        programs.into_iter().map(|(name, text)| (name, format!("{text}# for {target}\n"))).collect();
    files.push(("install.sh", script));
    for page in ["man/gom.1", "man/gom-use.1"] {
        files.push((page, format!("{page} of 0.1.0\n")));
    }
    let mut tar = tar::Builder::new(Vec::new());
    for (name, text) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o755);
        tar.append_data(&mut header, format!("gom-0.1.0-{target}/{name}"), text.as_bytes()).unwrap();
    }
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&tar.into_inner().unwrap()).unwrap();
    gzip.finish().unwrap()
}

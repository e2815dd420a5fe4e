//! Real toolchains against the records of Go's own checksum database, as installed and after each kind of change.
//!
//! It never looks at how a toolchain runs, so those for other platforms are as good as any. Invariant: a tree that
//! was changed is put right again before the next one is looked at.

use crate::common::{Live, fetched, offline};
use gom_tests::Run;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// The lines that no other step needs, and Apple Silicon. What is in one batch is fetched and removed together, so that
/// the disk never holds all.
pub(crate) const BATCHES: [(&str, &[&str]); 3] = [
    ("1.19, 1.20 and 1.24", &["go1.19.13.linux-amd64", "go1.20.14.linux-amd64", "go1.24.13.linux-amd64"]),
    ("1.25, 1.26 and 1.27", &["go1.25.4.linux-amd64", "go1.26.8.linux-amd64", "go1.27.0.linux-amd64"]),
    ("Apple Silicon", &["go1.25.4.darwin-arm64", "go1.27.0.darwin-arm64"]),
];

/// Looked up in sum.golang.org by other means than gom: Go's own client.
pub(crate) const RECORDED: [(&str, &str); 13] = [
    ("go1.9.7.linux-amd64", "h1:RQ4X2SAXLolDi4GsdETm1GKHJo3/kFupWeiWw/Sr7P4="),
    ("go1.19.13.linux-amd64", "h1:+OmeJh7XWeMq4xTkHYEhIziJY/ifiVi4gcm2BWaUnyk="),
    ("go1.20.14.linux-amd64", "h1:8qw1ZS9f0CG9ty0SLWhGEERyjMSNgfMIR+e1g5RRYb0="),
    ("go1.21.13.linux-amd64", "h1:THKeCuuOK6mnQhbTbvvH9CKU3D4lwUERQax+yRXCVJk="),
    ("go1.22.10.linux-amd64", "h1:RsNdqCv6DX1zuIjq1S4c+sMWuLF4M7Ef4eHoBcz8dMU="),
    ("go1.23.4.linux-amd64", "h1:3fR1BkR9KVNjB0JJJvAaW1hPYsK5cgcI2/c5QWVViuQ="),
    ("go1.24.13.linux-amd64", "h1:5sgfUhn9QCgVl4UYj32GrIYFHI3bi2UX55tNfupXwxc="),
    ("go1.25.4.linux-amd64", "h1:5e4fxJf48MqaBmsurT33X8lENq6kLpby4xLNGF0tmEw="),
    ("go1.25.4.darwin-arm64", "h1:lObOTP+XSdmcfUTEEum0VYTDeB5QBSmyZ1mSaellac8="),
    ("go1.26.6.darwin-arm64", "h1:bWbVug832DkhCPVPonMoyglnCu5t1R0qMSxflM2MZA8="),
    ("go1.26.8.linux-amd64", "h1:ZOmGe1OnfREDMIdb1Qi4G9JSuDPBLGExZMQ4nis1RXM="),
    ("go1.27.0.linux-amd64", "h1:fVts2HjYwzBWrJtkf1B9HRDAuCZcZLexWI6ZX6Ls/IU="),
    ("go1.27.0.darwin-arm64", "h1:QFUhEu+WNZ4lGI/0ual1EOKBq/Z/df/cL75PkCW8m1k="),
];

/// Installs these toolchains at once, holds each to its record and to every change, and removes them.
pub(crate) fn installs_and_watches(live: &Live, toolchains: &[&str]) {
    fetched(live.gom(["install"].iter().chain(toolchains)), toolchains);
    live.sandbox.assert_clean();
    let list = live.done(["list", "--json", "--receipts"]).json();
    let entries = list["toolchains"].as_array().unwrap();
    assert_eq!(entries.len(), toolchains.len(), "{list:#}");
    for (entry, name) in entries.iter().filter_map(|entry| Some((entry, entry["toolchain"].as_str()?))) {
        assert!(toolchains.contains(&name) && RECORDED.iter().any(|(known, _)| *known == name), "{name}");
        assert_recorded(entry);
        assert_changes_are_found(live, name);
    }
    live.done(["uninstall", "--yes"].iter().chain(toolchains));
}

/// Panics unless this entry of `gom list --json` is of the tree that the log records, and says what proved it.
pub(crate) fn assert_recorded(toolchain: &Value) {
    let (name, receipt) = (toolchain["toolchain"].as_str().unwrap(), &toolchain["receipt"]);
    let h1 = receipt["tree"]["h1"].as_str().unwrap();
    if let Some((_, recorded)) = RECORDED.iter().find(|(recorded, _)| *recorded == name) {
        assert_eq!(h1, *recorded, "{name}");
    }
    // Whatever place the archive came from.
    assert_eq!(toolchain["proof"], "proven", "{receipt:#}");
    let record = &receipt["proof"]["record"];
    assert_eq!(record["h1"], h1, "{receipt:#}");
    let text = record["text"].as_str().unwrap();
    assert!(text.starts_with(&format!("golang.org/toolchain v0.0.1-{name} {h1}\n")), "{text}");
}

/// Panics unless one changed byte, one added and one missing file are each found and named, without a network.
pub(crate) fn assert_changes_are_found(live: &Live, toolchain: &str) {
    let goroot = live.sandbox.goroot(toolchain);
    let verify = || offline(live.gom(["verify", toolchain, "--json"]));
    let file = |name: &str| -> PathBuf { goroot.join(name) };
    assert_eq!(found(verify()), ("proven".to_owned(), vec![]), "{toolchain}");

    let library = fs::read(file("src/fmt/print.go")).unwrap();
    let mut changed = library.clone();
    changed[library.len() / 2] ^= 1;
    fs::write(file("src/fmt/print.go"), changed).unwrap();
    assert_eq!(found(verify()), ("changed".to_owned(), vec!["changed src/fmt/print.go".to_owned()]));
    fs::write(file("src/fmt/print.go"), library).unwrap();

    fs::write(file("src/fmt/zz.go"), "package fmt\n").unwrap();
    assert_eq!(found(verify()), ("changed".to_owned(), vec!["added src/fmt/zz.go".to_owned()]));
    fs::remove_file(file("src/fmt/zz.go")).unwrap();

    fs::rename(file("src/go.mod"), live.sandbox.work().join("go.mod.away")).unwrap();
    assert_eq!(found(verify()), ("changed".to_owned(), vec!["missing src/go.mod".to_owned()]));
    fs::rename(live.sandbox.work().join("go.mod.away"), file("src/go.mod")).unwrap();
}

/// The outcome about one tree, and the differences as `KIND NAME`.
#[track_caller]
pub(crate) fn found(run: Run) -> (String, Vec<String>) {
    let output = run.run();
    let report = output.json();
    let toolchain = &report["toolchains"][0];
    let differences = toolchain["differences"].as_array().unwrap_or_else(|| panic!("{output}"));
    let name = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let one = |one: &serde_json::Value| format!("{} {}", name(&one["kind"]), name(&one["name"]));
    let code = if differences.is_empty() { 0 } else { 5 };
    assert_eq!(output.code, Some(code), "{output}");
    (name(&toolchain["outcome"]), differences.iter().map(one).collect())
}

//! `gom ci` with a real Go: what it makes of its build cache, what the go command says to an exact version, and a
//! real tree out of a cache.
//!
//! It never leaves a tree changed. Invariant: what [`crate::install::INSTALLING`] installed is there.

use crate::common::{Live, OLD, Step, goroot, module, offline, write};
use gom_tests::{Output, Run};
use serde_json::Value;
use std::fs;
use std::path::Path;

pub(crate) const IN_CI: [Step; 3] = [
    ("ci: the build cache", what_a_job_uses_of_the_build_cache_is_kept),
    ("ci: an exact version", an_exact_version_stays_below_go_mod),
    ("ci: a restored toolchain", a_restored_toolchain_is_proven_or_named),
];

/// A set-up of the old version from the store, as one object.
fn setup(live: &Live, dir: &Path, flags: &[&str]) -> Run {
    let arguments = ["ci", "setup", OLD, "--json"].into_iter().chain(flags.iter().copied());
    offline(live.gom(arguments).cwd(dir))
}

/// A later step of the job.
fn step(live: &Live, dir: &Path, object: &Value, script: &str) -> Run {
    let path: Vec<&str> =
        object["path"].as_array().unwrap().iter().map(|folder| folder.as_str().unwrap()).collect();
    let run = offline(live.sandbox.command("/bin/sh", ["-ec", script]).cwd(dir));
    let run = run.env("PATH", format!("{}:/usr/bin:/bin", path.join(":")));
    object["variables"]
        .as_object()
        .unwrap()
        .iter()
        .fold(run, |run, (name, value)| run.env(name, value.as_str().unwrap()))
}

/// What the go command does with the times of its entries is its own affair: here it does it.
fn what_a_job_uses_of_the_build_cache_is_kept(live: &Live) {
    let dir = module(live, "ci", "go 1.21\n");
    write(&dir, "other/other.go", "package other\n\nimport _ \"encoding/json\"\n");
    let compiled = |output: &Output| output.stderr.matches("/compile ").count();
    let build = |object: &Value, what: &str| {
        compiled(&step(live, &dir, object, &format!("go build -x -o /dev/null {what}")).done())
    };
    let trim = |object: &Value| {
        let since = object["variables"]["GOM_CI_STARTED"].as_str().unwrap();
        let run = live.gom(["ci", "cache", "trim", "build", "--json", "--since", since]);
        run.done().json()["caches"][0]["trimmed"].take()
    };
    // A trim makes what it keeps old, so the next job may begin at once.
    let job = || setup(live, &dir, &[]).done().json();
    let first = job();
    assert!(build(&first, ".") > 0 && build(&first, "./other") > 0);
    assert_eq!(trim(&first)["dropped"]["files"], 0);
    let second = job();
    assert_eq!(build(&second, "."), 0);
    assert!(trim(&second)["dropped"]["files"].as_u64().unwrap() > 0);
    let third = job();
    assert_eq!(build(&third, "."), 0);
    assert!(build(&third, "./other") > 0);
    // The name of this cache has the real build id in it.
    let named = || offline(live.gom(["ci", "cache", "key", "build", "--go", OLD]).cwd(&dir));
    assert!(named().done().stdout.contains(&format!("-go{OLD}-")));
}

fn an_exact_version_stays_below_go_mod(live: &Live) {
    let dir = module(live, "ci-leg", "go 1.99\n");
    let output = setup(live, &dir, &[]).done();
    assert!(output.stderr.contains("asks for Go 1.99"), "{output}");
    let refused = step(live, &dir, &output.json(), "go build -o /dev/null .").run();
    assert_eq!(refused.code, Some(1), "{refused}");
    assert!(refused.stderr.contains("GOTOOLCHAIN=local"), "{refused}");
}

fn a_restored_toolchain_is_proven_or_named(live: &Live) {
    let dir = module(live, "ci-cache", "go 1.21\n");
    let proven = setup(live, &dir, &["--restored"]).done().json();
    assert_eq!(proven["toolchains"][0]["proof"], "proven by sum.golang.org");
    assert_eq!(proven["outputs"]["toolchain-source"], "cache");
    let program = goroot(live, OLD).join("bin/go");
    let published = fs::read(&program).unwrap();
    let mut changed = published.clone();
    changed[published.len() / 2] ^= 1;
    fs::write(&program, changed).unwrap();
    let refused = setup(live, &dir, &["--restored"]).run();
    fs::write(&program, published).unwrap();
    assert_eq!(refused.code, Some(4), "{refused}");
    assert!(refused.stderr.contains("1 file is not as published: bin/go"), "{refused}");
    setup(live, &dir, &["--restored"]).done();
}

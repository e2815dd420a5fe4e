//! A lock of a real release: Go's own code accepts each proof in it, and it proves a toolchain with no network at all.

use crate::common::{Live, NEW, Step, folder, goroot, offline, write};
use gom_tests::toolchain::host_platform;
use std::path::Path;

/// In the store that the steps of `selection` left.
pub(crate) const LOCKING: [Step; 1] =
    [("gom.lock against golang.org/x/mod", the_proofs_of_a_lock_are_checked_by_gos_code)];

/// Checks every proof in `gom.lock` by the packages that the go command itself uses, without gom.
const CHECKER: &str = r#"package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const key = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"

func check(proof string) string {
	hashes, head, _ := strings.Cut(proof, "\n\n")
	lines := strings.Split(hashes, "\n")
	record, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	fail(err)
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	fail(err)
	verifier, err := note.NewVerifier(key)
	fail(err)
	opened, err := note.Open([]byte(head), note.VerifierList(verifier))
	fail(err)
	tree, err := tlog.ParseTree([]byte(opened.Text))
	fail(err)
	var path tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		fail(err)
		path = append(path, hash)
	}
	fail(tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(record)))
	return strings.Join(strings.Fields(string(record))[1:3], " ")
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	lock, err := os.ReadFile(os.Args[1])
	fail(err)
	for _, part := range strings.Split(string(lock), "proof = \"\"\"\n")[1:] {
		proof, _, _ := strings.Cut(part, "\"\"\"")
		fmt.Println(check(proof))
	}
}
"#;

/// A release for which this machine's proxy passes on what the log has of every platform.
const ON_ALL: &str = "1.25.4";

fn the_proofs_of_a_lock_are_checked_by_gos_code(live: &Live) {
    let checker = folder(live, "lock-checker");
    write(&checker, "go.mod", "module example.test/check\n\ngo 1.21\n\nrequire golang.org/x/mod v0.14.0\n");
    write(&checker, "main.go", CHECKER);
    let proven = |project: &Path| -> Vec<String> {
        let lock = project.join("gom.lock");
        let run = live.gom(["exec", NEW, "--", "go", "run", "-mod=mod", ".", lock.to_str().unwrap()]);
        let said = run.cwd(&checker).env("GOFLAGS", "-modcacherw").done().stdout;
        said.lines().map(|line| line.split(" h1:").next().unwrap().to_owned()).collect()
    };
    let platforms = ["darwin-arm64", "linux-amd64", "linux-arm64"];
    let names = |version: &str, platforms: &[&str]| -> Vec<String> {
        platforms.iter().map(|platform| format!("v0.0.1-go{version}.{platform}")).collect()
    };

    let project = folder(live, "locked-for-all");
    write(&project, ".go-version", &format!("{ON_ALL}\n"));
    live.gom(["lock", "--platform", &platforms.join(",")]).cwd(&project).done();
    assert_eq!(proven(&project), names(ON_ALL, &platforms));

    // The tree that is installed is the locked one, and nobody is asked.
    let project = folder(live, "locked");
    write(&project, ".go-version", &format!("{NEW}\n"));
    let here = host_platform();
    live.gom(["lock", "--platform", &here]).cwd(&project).done();
    assert_eq!(proven(&project), names(NEW, &[&here]));
    let again = offline(live.sandbox.gom(["install", "--locked"]).cwd(&project)).done();
    assert!(again.stderr.contains(&format!("go{NEW}")), "{again}");
    assert!(goroot(live, NEW).is_dir());
    offline(live.sandbox.gom(["lock", "--check"]).cwd(&project)).done();
}

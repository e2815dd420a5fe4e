//! The problem matchers, on what the go command really says. The runner's rules are played by Node, whose regular
//! expressions the runner's are: without `node` on PATH these tests say so and end.
//!
//! The outputs are those of Go 1.26 and Go 1.22 for a module that was made to fail. Invariant: every matcher makes
//! an annotation in some test.

use crate::world::{CiJob, OLD};
use gom_tests::World;
use insta::assert_snapshot;
use std::env;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The annotations that the runner would make of an output.
fn annotations(output: &str) -> Option<String> {
    let Some(node) = node() else {
        let _ = writeln!(io::stderr(), "skipped: there is no node on PATH, which plays the runner");
        return None;
    };
    let world = World::github();
    world.setup(&[OLD]);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ci/matchers/runner.mjs");
    let matchers = world.home().join("runner/gom-problem-matchers.json");
    Some(world.command(node, [script, matchers]).stdin(output).done().stdout)
}

fn node() -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join("node")).find(|node| node.is_file())
}

/// Compares, where Node is there.
macro_rules! annotated {
    ($output:expr, @$expected:literal) => {
        if let Some(found) = annotations($output) {
            assert_snapshot!(found, @$expected);
        }
    };
}

#[test]
fn compile_errors_are_errors_with_their_columns() {
    annotated!("\
# example.com/m
./main.go:5:2: \"os\" imported and not used
./main.go:11:14: undefined: x
./main.go:12:2: not enough arguments in call to f
\thave ()
\twant (int)
./main.go:13:6: declared and not used: s
./main.go:13:17: cannot use 1 (untyped int constant) as string value in variable declaration
FAIL\texample.com/m [build failed]
# example.com/m/p [example.com/m/p.test]
p/q_test.go:6:28: undefined: undefined
FAIL\texample.com/m/p [build failed]
", @r#"
    error ./main.go:5:2 "os" imported and not used
    error ./main.go:11:14 undefined: x
    error ./main.go:12:2 not enough arguments in call to f
    error ./main.go:13:6 declared and not used: s
    error ./main.go:13:17 cannot use 1 (untyped int constant) as string value in variable declaration
    error p/q_test.go:6:28 undefined: undefined
    "#);
}

#[test]
fn what_vet_finds_is_a_warning() {
    // `go test`, and `go vet` before Go 1.26.
    annotated!("\
# example.com/m/sub
# [example.com/m/sub]
sub/s.go:5:24: fmt.Printf format %d has arg \"x\" of wrong type string
./main.go:5:45: unreachable code
FAIL\texample.com/m/sub [build failed]
", @r#"
    warning sub/s.go:5:24 fmt.Printf format %d has arg "x" of wrong type string
    warning ./main.go:5:45 unreachable code
    "#);
    // `go vet` of Go 1.26.
    annotated!("\
sub/s.go:5:24: fmt.Printf format %d has arg \"x\" of wrong type string
s.go:5:45: unreachable code
", @r#"
    warning sub/s.go:5:24 fmt.Printf format %d has arg "x" of wrong type string
    warning s.go:5:45 unreachable code
    "#);
    // A compile error is not reported as a finding of vet.
    annotated!("\
# example.com/m
# [example.com/m]
vet: ./main.go:9:14: undefined: x
sub/s.go:5:45: unreachable code
", @"
    error ./main.go:9:14 undefined: x
    warning sub/s.go:5:45 unreachable code
    ");
}

#[test]
fn the_lines_of_failed_tests_are_errors() {
    annotated!("\
--- FAIL: TestA (0.00s)
    s_test.go:6: got 1, want 2
    s_test.go:7: more
        lines
    --- FAIL: TestA/inner (0.00s)
        s_test.go:8: boom: at once
FAIL
FAIL\texample.com/m/sub\t0.005s
ok  \texample.com/m/other\t0.002s
FAIL
", @"
    error s_test.go:6 got 1, want 2
    error s_test.go:7 more
    error s_test.go:8 boom: at once
    ");
}

#[test]
fn a_verbose_test_that_passes_makes_no_annotation() {
    annotated!("\
=== RUN   TestA
    s_test.go:6: got 1, want 2
    s_test.go:7: more
        lines
=== RUN   TestA/inner
    s_test.go:8: boom: at once
--- FAIL: TestA (0.00s)
    --- FAIL: TestA/inner (0.00s)
=== RUN   TestB
    s_test.go:11: fine
--- PASS: TestB (0.00s)
FAIL
FAIL\texample.com/m/sub\t0.003s
FAIL
", @"");
}

#[test]
fn a_panic_is_none_of_the_tests_lines() {
    annotated!("\
--- FAIL: TestC (0.00s)
panic: assignment to entry in nil map [recovered, repanicked]

goroutine 18 [running]:
testing.tRunner.func1.2({0x55a7a0, 0x6cae10})
\t/usr/local/go/src/testing/testing.go:1974 +0x232
example.com/m/p.TestC(0x3fe0f5a56248?)
\t/home/ada/m/p/q_test.go:5 +0x28
FAIL\texample.com/m/p\t0.005s
FAIL
", @"");
}

#[test]
fn what_can_not_be_loaded_is_an_error() {
    annotated!("\
p/p.go:3:8: no required module provides package example.com/none; to add it:
\tgo get example.com/none
go: errors parsing go.mod:
go.mod:3: unknown directive: foo
tools/go.work:4:2: unknown directive: bar
# example.com/m/p
p/p.go:3:1: syntax error: unexpected EOF, expected )
p/p.go:3:1: method has no receiver
", @"
    error p/p.go:3:8 no required module provides package example.com/none; to add it:
    error go.mod:3 unknown directive: foo
    error tools/go.work:4:2 unknown directive: bar
    error p/p.go:3:1 syntax error: unexpected EOF, expected )
    error p/p.go:3:1 method has no receiver
    ");
}

#[test]
fn what_only_looks_like_it_makes_no_annotation() {
    annotated!("\
go: downloading example.com/x v1.0.0
2026/11/23 12:00:00 main.go:12: a log line
    helper.go:5: indented, and no test failed
# a heading of somebody's
https://example.com/main.go:80:1: no file
error: main.go is missing
", @"");
}

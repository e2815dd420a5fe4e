//! The rows in which gom and the go command agree. They cover what Go's own scripts about toolchains cover
//! (`cmd/go/testdata/script/gotoolchain_*.txt`), rewritten for a store with made-up versions.

use crate::case::{Case, FAILS, Pairs, START};

/// All rows.
pub(crate) fn all() -> impl Iterator<Item = &'static Case> {
    [FORMS, LINES, ODD_LINES, WORKSPACES, SETTINGS, COMMAND_LINES, NOT_INSTALLED].into_iter().flatten()
}

/// A row that runs `go version` in a module.
const fn row(gotoolchain: &'static str, files: Pairs, runs: &'static str) -> Case {
    Case::new(gotoolchain, files, runs)
}

/// A module that asks for 1.98.1.
const NEWER: Pairs = &[("go.mod", "module m\n\ngo 1.98.1\n")];

/// The forms of GOTOOLCHAIN.
const FORMS: &[Case] = &[
    row("auto", &[], START),
    row("path", &[], START),
    row("local", &[], START),
    row("local+auto", &[], START),
    row("local+path", &[], START),
    row("go{start}", &[], START),
    row("go{start}+auto", NEWER, "1.98.1"),
    row("auto", NEWER, "1.98.1"),
    row("path", NEWER, "1.98.1"),
    row("local", NEWER, START),
    row("local+auto", NEWER, "1.98.1"),
    row("local+path", NEWER, "1.98.1"),
    row("go1.98.4", &[], "1.98.4"),
    row("go1.98.4", NEWER, "1.98.4"),
    row("go1.98.0", NEWER, "1.98.0"),
    row("go1.98.0+auto", NEWER, "1.98.1"),
    row("go1.98.0+path", NEWER, "1.98.1"),
    row("go1.98.4+auto", NEWER, "1.98.4"),
    row("go1.99rc1", NEWER, "1.99rc1"),
    // Older ones than the starting toolchain, which do not know of switching themselves.
    row("go1.20", &[], "1.20"),
    row("go1.19.13", NEWER, "1.19.13"),
    row("go1.19.13+auto", &[], "1.19.13"),
    row("go1.19.13+auto", NEWER, "1.98.1"),
    row("go1.19.13+path", &[("go.mod", "module m\n\ngo 1.20\n")], "1.20"),
    row("go1.19.13+auto", &[("go.mod", "module m\n\ngo 1.18\n")], "1.19.13"),
    row("go1.19.13+auto", &[("go.mod", "module m\n\ngo {start}\n")], START),
    // What Go refuses.
    row("asdf", NEWER, FAILS),
    row("Local", NEWER, FAILS),
    row("1.98.1", NEWER, FAILS),
    row("auto+path", NEWER, FAILS),
    row("+auto", NEWER, FAILS),
    row("local+foo", NEWER, FAILS),
    row("go1.98.1+", NEWER, FAILS),
    row("go1.98.1+auto+path", NEWER, FAILS),
    row("go1.9.2rc2", NEWER, FAILS),
    row("gccgo-go1.98.1", NEWER, FAILS),
    row("go1.98.1/../go1.98.4", NEWER, FAILS),
    row("go1.20.0", &[], FAILS),
    row("go1.98", &[], FAILS),
    row("go2.1.0", &[], FAILS),
];

/// The go line and the toolchain line.
const LINES: &[Case] = &[
    row("auto", &[("go.mod", "module m\n")], START),
    row("auto", &[("go.mod", "module m\n\ngo 1.17\n")], START),
    row("auto", &[("go.mod", "module m\n\ngo {start}\n")], START),
    row("auto", &[("go.mod", "module m\n\ngo {line}\n")], START),
    row("auto", &[("go.mod", "module m\n\ngo 1.99rc1\n")], "1.99rc1"),
    row("auto", &[("go.mod", "module m\n\ngo 1.98.1\n\ntoolchain go1.99.2\n")], "1.99.2"),
    row("path", &[("go.mod", "module m\n\ngo 1.17\n\ntoolchain go1.98.4\n")], "1.98.4"),
    row("auto", &[("go.mod", "module m\n\ngo 1.99.2\n\ntoolchain go1.98.1\n")], "1.99.2"),
    row("auto", &[("go.mod", "module m\n\ngo 1.17\n\ntoolchain go1.19.13\n")], START),
    row("auto", &[("go.mod", "module m\n\ngo 1.17\n\ntoolchain go{start}\n")], START),
    row("auto", &[("go.mod", "module m\n\ngo 1.98\n\ntoolchain go1.98.1\n")], "1.98.1"),
    row("auto", &[("go.mod", "module m\n\ntoolchain go1.98.1\n")], "1.98.1"),
    row("local", &[("go.mod", "module m\n\ngo 1.98.1\n\ntoolchain go1.99.2\n")], START),
    row("go1.98.4+auto", &[("go.mod", "module m\n\ngo 1.98.1\n\ntoolchain go1.98.4\n")], "1.98.4"),
    row("go1.98.4+auto", &[("go.mod", "module m\n\ngo 1.98.1\n\ntoolchain go1.99.2\n")], "1.99.2"),
    row("auto", &[("go.mod", "module m\n\ngo 1.98.1\n\ntoolchain default\n")], START),
    row("path", &[("go.mod", "module m\n\ngo 1.98.1\n\ntoolchain default\n")], START),
    row("go1.98.0+auto", &[("go.mod", "module m\n\ngo 1.98.1\n\ntoolchain default\n")], "1.98.0"),
    row("go1.19.13+auto", &[("go.mod", "module m\n\ngo 1.17\n\ntoolchain default\n")], "1.19.13"),
    row("auto", &[("go.mod", "module m\n\ngo 1.98.1\n\ntoolchain local\n")], FAILS),
    row("auto", &[("go.mod", "module m\n\ngo 1.98.1\n\ntoolchain 1.98.4\n")], FAILS),
    row("auto", &[("go.mod", "module m\n\ngo 1.98.1\n\ntoolchain ../go1.98.4\n")], FAILS),
    row("auto", &[("go.mod", "module m\n\ngo 1.17\n\ntoolchain go1.98\n")], FAILS),
    row("auto", &[("go.mod", "module m\n\ngo 1.17\n\ntoolchain go1.99.2-corp\n")], FAILS),
    row("go1.98.1+auto", &[("go.mod", "module m\n\ngo 1.17\n\ntoolchain local\n")], FAILS),
    row("go1.98.1+auto", &[("go.mod", "module m\n\ngo 1.17\n\ntoolchain go1.99.2-corp\n")], FAILS),
    // A suffix does not make a toolchain newer, and a go line may still ask for more.
    row("auto", &[("go.mod", "module m\n\ngo 1.17\n\ntoolchain go{start}-corp\n")], START),
    row("auto", &[("go.mod", "module m\n\ngo 1.99.2\n\ntoolchain go1.98.1-corp\n")], "1.99.2"),
];

/// Lines are looked up in the text, not parsed.
const ODD_LINES: &[Case] = &[
    row("auto", &[("go.mod", "// go 1.99.2\r\nmodule m\r\n\r\n\tgo\t1.98.1 // why\r\n")], "1.98.1"),
    row("auto", &[("go.mod", "module m\n\ngo 1.98.1\ngo 1.99.2\n")], "1.98.1"),
    row("auto", &[("go.mod", "module m\n\ngo (\n\t1.98.1\n)\n")], START),
    row("auto", &[("go.mod", "\u{feff}go 1.98.1\n")], START),
    row("auto", &[("go.mod", "module m\n\ngo1.98.1\ngopher 1.99.2\n")], START),
    row("auto", &[("go.mod", "module m\n\ngo go1.98.1\n")], START),
    row("auto", &[("go.mod", "module m\n\ngo 1.98.1-corp\n")], START),
    row("auto", &[("go.mod", "module m\n\ngo 1.98.01\n")], START),
    row("auto", &[("go.mod", "module m\n\ngo ../../x\n")], START),
    row("auto", &[("go.mod", "module m\n\ngo // none\ngo 1.98.1\n")], START),
    row("auto", &[("go.mod", "nothing that could be parsed\ntoolchain go1.98.1\n")], "1.98.1"),
];

/// Which file counts.
const WORKSPACES: &[Case] = &[
    row("auto", &[("go.work", "go 1.98.1\n"), ("go.mod", "module m\n\ngo 1.99.2\n")], "1.98.1"),
    row("path", &[("go.work", "go 1.17\n\ntoolchain go1.98.4\n"), ("go.mod", "module m\n")], "1.98.4"),
    row("auto", &[("go.work", "go 1.17\n"), ("go.mod", "module m\n\ngo 1.99.2\n")], START),
    row("auto", &[("go.work", "use ./m\n"), ("go.mod", "module m\n\ngo 1.99.2\n")], START),
    row(
        "auto",
        &[("go.work", "go 1.98.1\n\ntoolchain default\n"), ("go.mod", "module m\n\ngo 1.99.2\n")],
        START,
    ),
    row("auto", &[("go.work", "go 1.98.1\n"), ("m/go.mod", "module m\n\ngo 1.99.2\n")], "1.98.1").dir("m"),
    row("auto", &[("go.mod", "module m\n\ngo 1.99.2\n"), ("m/go.mod", "module n\n\ngo 1.98.1\n")], "1.98.1")
        .dir("m"),
    row("auto", NEWER, "1.98.1").dir("a/b"),
    row("auto", &[("go.mod/x", ""), ("go.work/x", "")], START),
    row("auto", &[("go.work", "go 1.98.1\n"), ("go.mod", "module m\n\ngo 1.99.2\n")], "1.99.2")
        .env(&[("GOWORK", "off")]),
    row("auto", &[("go.work", "go 1.98.1\n")], "1.98.1").env(&[("GOWORK", "auto")]),
    row("auto", &[("x/other.work", "go 1.99.2\n"), ("go.work", "go 1.98.1\n")], "1.99.2")
        .env(&[("GOWORK", "{work}/x/other.work")]),
    row("auto", &[("go.work", "go 1.99.2\n"), ("go.mod", "module m\n\ngo 1.98.1\n")], "1.98.1")
        .env(&[("GOWORK", "{work}/missing.work")]),
    row("auto", NEWER, FAILS).env(&[("GOWORK", "go.work")]),
    row("go1.98.0+path", NEWER, FAILS).env(&[("GOWORK", "go.work")]),
    // K2.5: only where files count does Go read GOWORK.
    row("go1.98.4", &[], "1.98.4").env(&[("GOWORK", "go.work")]),
    row("go1.98.0", NEWER, "1.98.0").env(&[("GOWORK", "go.work")]),
    row(
        "auto",
        &[("go.work", "go 1.98.1\n"), ("go.mod", "module m\n\ngo 1.99.2\n"), ("env", "GOWORK=off\n")],
        "1.99.2",
    )
    .env(&[("GOENV", "{work}/env")]),
    // A go.mod right in the folder for temporary files is somebody's litter; one below it is not.
    row("auto", NEWER, START).env(&[("TMPDIR", "{work}")]),
    row("auto", &[("m/go.mod", "module m\n\ngo 1.98.1\n")], "1.98.1").env(&[("TMPDIR", "{work}")]).dir("m"),
    row("auto", &[("go.work", "go 1.98.1\n")], "1.98.1").env(&[("TMPDIR", "{work}")]),
    row("auto", IN_M, START).env(&[("TMPDIR", "{work}/link")]).links(&[("link", "m")]).dir("m"),
    // The search goes upward from the shell's $PWD; -C uses the real folder.
    row("auto", LINKED, "1.98.1").links(INTO_A).dir("b/link"),
    row("auto", LINKED, "1.99.2").links(INTO_A).argv("-C b/link version"),
    row("auto", LINKED, "1.99.2").links(INTO_A).dir("b").argv("-C link/.. version"),
];

/// Where settings come from, and GO111MODULE.
const SETTINGS: &[Case] = &[
    row("", &[("env", "GOTOOLCHAIN=go1.98.4\n")], "1.98.4").env(&[("GOENV", "{work}/env")]),
    row("", &[("env", "GOTOOLCHAIN=go1.98.1\nGOTOOLCHAIN=go1.98.4\n")], "1.98.4")
        .env(&[("GOENV", "{work}/env")]),
    row("", &[("env", "GOTOOLCHAIN=auto\n"), ("go.mod", "go 1.98.1\n")], "1.98.1")
        .env(&[("GOENV", "{work}/env")]),
    row("", &[("env", "GOTOOLCHAIN=go1.98.4\n")], "1.98.4")
        .env(&[("GOENV", "{work}/env"), ("GOTOOLCHAIN", "")]),
    row("", &[("env", "GOTOOLCHAIN=\n"), ("go.mod", "go 1.98.1\n")], START).env(&[("GOENV", "{work}/env")]),
    row("local", &[("env", "GOTOOLCHAIN=go1.98.4\n")], START).env(&[("GOENV", "{work}/env")]),
    row("go1.98.1", &[("env", "GOTOOLCHAIN=go1.98.4\n")], "1.98.1").env(&[("GOENV", "{work}/env")]),
    row("", &[("env", "GOTOOLCHAIN=go1.98.4 \n")], FAILS).env(&[("GOENV", "{work}/env")]),
    row("auto", NEWER, START).env(&[("GO111MODULE", "off")]),
    row("go1.98.4", NEWER, START).env(&[("GO111MODULE", "off")]),
    row("auto", NEWER, START).env(&[("GO111MODULE", "ON")]),
    row("auto", NEWER, "1.98.1").env(&[("GO111MODULE", "on")]),
    row("auto", NEWER, "1.98.1").env(&[("GO111MODULE", "auto")]),
    row("go1.98.4", &[], START).env(&[("GO111MODULE", "auto")]),
    row("auto", &[("go.work", "go 1.98.1\n")], START).env(&[("GO111MODULE", "auto")]),
    row("auto", &[("env", "GO111MODULE=off\n"), ("go.mod", "go 1.98.1\n")], START)
        .env(&[("GOENV", "{work}/env")]),
    // A go command started to be the starting toolchain decides nothing more.
    row("auto", NEWER, START).env(&[("GOTOOLCHAIN_INTERNAL_SWITCH_VERSION", "go{start}")]),
];

/// Command lines: the folder given by `-C`, and what Go leaves to the toolchain that is there.
const COMMAND_LINES: &[Case] = &[
    row("auto", NEWER, "1.98.1").argv(""),
    row("auto", NEWER, "1.98.1").argv("unknown"),
    row("auto", NEWER, "1.98.1").argv("help build"),
    row("auto", NEWER, "1.98.1").argv("env"),
    row("auto", NEWER, START).argv("env GOTOOLCHAIN"),
    row("auto", NEWER, START).argv("env GOMOD"),
    row("auto", NEWER, START).argv("env GOWORK"),
    row("auto", NEWER, START).argv("env -w GOTOOLCHAIN=local").env(&[("GOENV", "{work}/env")]),
    row("asdf", NEWER, START).argv("env GOTOOLCHAIN"),
    row("auto", NEWER, "1.98.1").argv("env GOTOOLCHAIN GOMOD"),
    row("auto", NEWER, "1.98.1").argv("env -json GOTOOLCHAIN"),
    row("auto", NEWER, "1.98.1").argv("env -u GOTOOLCHAIN"),
    row("auto", NEWER, "1.98.1").argv("env -w GOTOOLCHAIN=local GOBIN=/x"),
    row("auto", IN_M, START).argv("-C m env GOMOD"),
    row("auto", IN_M, START).argv("env -C m GOTOOLCHAIN"),
    row("auto", IN_M, "1.98.1").argv("-C m version"),
    row("auto", IN_M, "1.98.1").argv("--C m version"),
    row("auto", IN_M, "1.98.1").argv("-C=m version"),
    row("auto", IN_M, "1.98.1").argv("version -C m"),
    row("auto", IN_M, "1.98.1").argv("version --C=m"),
    row("auto", IN_M, "1.98.1").argv("mod tidy -C m"),
    row("auto", IN_M, START).argv("-C .. version").dir("m"),
    row("auto", IN_M, START).argv("-C m/.. version"),
    row("auto", IN_M, "1.98.1").argv("-C ./m/../m/. version"),
    row("auto", IN_M, "1.98.1").argv("mod -C m tidy"),
    row("auto", IN_M, "1.98.1").argv("-C ./m/ version"),
    row("auto", IN_M, "1.98.1").argv("test -C m ./..."),
    row("auto", IN_M, "1.98.1").argv("work sync -C m"),
    row("auto", IN_M, "1.98.1").argv("telemetry -C m"),
    row("auto", IN_M, START).argv("work -x -C m sync"),
    row("auto", IN_M, START).argv("help -C m"),
    row("auto", IN_M, START).argv("unknown -C m"),
    row("auto", IN_M, START).argv("list -e -C m"),
    row("auto", IN_M, START).argv("mod tidy -v -C m"),
    row("auto", NEWER, "1.98.1").argv("-C"),
    row("auto", NEWER, FAILS).argv("-C missing version"),
    row("auto", NEWER, START).argv("-C / version"),
    // Another file for the build does not count, and the module of a program asked for by version only adds.
    row("auto", &[("go.mod", "go 1.98.1\n"), ("x.mod", "go 1.99.2\n")], "1.98.1").argv("list -modfile=x.mod"),
    row("auto", NEWER, "1.98.1").argv("install example.com/x@v1.0.0"),
    row("auto", NEWER, "1.98.1").argv("run example.com/x@latest"),
    row("auto", &[], START).argv("install example.com/x@v1.0.0"),
];

/// A module that asks for 1.98.1, one folder down.
const IN_M: Pairs = &[("m/go.mod", "module m\n\ngo 1.98.1\n")];

/// What is asked for is not there: Go would download it, and may not.
const NOT_INSTALLED: &[Case] = &[
    row("auto", NEWER, FAILS).installed(&[]),
    row("path", NEWER, FAILS).installed(&[]),
    row("local", NEWER, START).installed(&[]),
    row("go1.98.4", &[], FAILS).installed(&["1.98.1"]),
    row("go1.98.4+path", &[], FAILS).installed(&["1.98.1"]),
    row("go1.98.4+auto", NEWER, FAILS).installed(&["1.98.1"]),
    row("auto", NEWER, FAILS).installed(&["1.98.0"]),
    row("auto", NEWER, FAILS).installed(&["1.99.2"]),
    row("go1.98.1+auto", &[], FAILS).installed(&["1.98.4"]),
    row("local", NEWER, START).installed(&["1.98.4"]),
    row("auto", &[("go.mod", "module m\n\ngo 1.98\n")], "1.98.0").installed(&["1.98.0"]),
    row("path", &[("go.mod", "module m\n\ngo 1.98\n")], FAILS).installed(&["1.99.2"]),
    row("auto", &[("go.mod", "module m\n\ngo 1.98.1\n\ntoolchain go1.99.2\n")], FAILS).installed(&["1.98.1"]),
    row("go1.98.1+auto", &[("go.mod", "module m\n\ngo 1.99.2\n")], FAILS).installed(&["1.98.1"]),
    row("auto", &[("go.mod", "module m\n\ngo 1.17\n\ntoolchain default\n")], START).installed(&[]),
];

/// A folder of one module that is linked to from another.
const LINKED: Pairs = &[("a/go.mod", "go 1.99.2\n"), ("a/deep/x.go", ""), ("b/go.mod", "go 1.98.1\n")];
const INTO_A: Pairs = &[("b/link", "../a/deep")];

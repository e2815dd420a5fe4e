//! The content of a fake GOROOT: few files, but one for every rule about names, modes and folders.
//!
//! Its programs print what they were given; they need only `/bin/sh`. `go` has the header of a program for
//! its platform, the others are plain scripts.

use super::program;
use std::collections::BTreeMap;

/// Longer than the 100 bytes of a tar header's name field, once `go/` is before it.
const LONG_PATH: &str = "src/cmd/vendor/golang.org/x/tools/internal/a-folder-whose-name-no-one-types/\
                         inside-of-another-one/not-short.go";

/// The files of one toolchain, by path below the GOROOT.
pub(super) fn files(version: &str, os: &str, arch: &str) -> BTreeMap<String, Vec<u8>> {
    let exe = if os == "windows" { ".exe" } else { "" };
    let mut files = BTreeMap::new();
    let go = program::of_script(&go_script(version, os, arch), os, arch);
    files.insert(format!("bin/go{exe}"), go);
    let mut add = |path: &str, content: String| files.insert(path.to_owned(), content.into_bytes());
    add("VERSION", version_file(version));
    add(
        &format!("bin/gofmt{exe}"),
        "#!/bin/sh\nprintf 'gofmt of go%s: %s\\n' \"".to_owned() + version + "\" \"$*\"\n",
    );
    add(
        &format!("pkg/tool/{os}_{arch}/compile{exe}"),
        "#!/bin/sh\necho compile version go".to_owned() + version + "\n",
    );
    add("pkg/include/textflag.h", "#define NOSPLIT 4\n".to_owned());
    add("src/go.mod", format!("module std\n\ngo {}\n", line_of(version)));
    add("src/cmd/go.mod", format!("module cmd\n\ngo {}\n", line_of(version)));
    add("src/fmt/print.go", "package fmt\n\n// Println is made up.\nfunc Println(a ...any) {}\n".to_owned());
    add("src/make.bash", "#!/usr/bin/env bash\necho building\n".to_owned());
    add(LONG_PATH, "package long\n".to_owned());
    add("lib/time/zoneinfo.zip", "not really a zip\0\u{1}\u{2}".to_owned());
    add("lib/wasm/go_js_wasm_exec", "#!/bin/sh\necho wasm\n".to_owned());
    add("misc/editors", "see the wiki\n".to_owned());
    add("api/go1.txt", "pkg fmt, func Println(...interface{})\n".to_owned());
    add("doc/go_spec.html", "<h1>The made-up language</h1>\n".to_owned());
    add("test/helloworld.go", "// run\n\npackage main\n".to_owned());
    add("LICENSE", "The made-up licence.\n".to_owned());
    add("codereview.cfg", format!("branch: release-branch.go{}\n", line_of(version)));
    if has_go_env(version) {
        add("go.env", "GOSUMDB=sum.golang.org\nGOTOOLCHAIN=auto\n".to_owned());
    }
    files
}

/// Whether this version has a `go.env`. Go 1.21 added it, the second line of VERSION, and modes in the module
/// zip.
pub(super) fn has_go_env(version: &str) -> bool {
    let line = line_of(version);
    line.strip_prefix("1.").and_then(|minor| minor.parse::<u32>().ok()).is_none_or(|minor| minor >= 21)
}

fn version_file(version: &str) -> String {
    let time = if has_go_env(version) { "time 2024-07-30T22:17:44Z\n" } else { "" };
    // Old releases have no newline after the version.
    let newline = if has_go_env(version) { "\n" } else { "" };
    format!("go{version}{newline}{time}")
}

/// Returns the line: `1.22` of `1.22.6` and of `1.22rc1`.
fn line_of(version: &str) -> &str {
    let (major, rest) = version.split_once('.').unwrap_or((version, ""));
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 { major } else { &version[..=major.len() + digits] }
}

/// The script of `go`. Its commands `env-dump`, `cat` and `exit` are for tests: they print what the program
/// was given, wait until standard input ends, and end as asked.
fn go_script(version: &str, os: &str, arch: &str) -> String {
    format!(
        r#"#!/bin/sh
case "${{1-}}" in
version)
    echo "go version go{version} {os}/{arch}"
    ;;
env-dump)
    shift
    printf 'argv0=%s\n' "$0"
    printf 'GOROOT=%s\n' "${{GOROOT-(unset)}}"
    printf 'PATH=%s\n' "${{PATH-(unset)}}"
    printf 'GOTOOLCHAIN=%s\n' "${{GOTOOLCHAIN-(unset)}}"
    printf 'PWD=%s\n' "$(pwd)"
    for argument in "$@"; do
        printf 'arg=%s\n' "$argument"
    done
    ;;
cat)
    echo ready
    exec cat
    ;;
exit)
    exit "$2"
    ;;
*)
    echo "go {version}: made-up command: $*"
    ;;
esac
"#
    )
}

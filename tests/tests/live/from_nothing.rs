//! From nothing to a breakpoint hit: a new home gets a Go, a pin, settings of VS Code, a debugger, and a program that calls C,
//! as the articles about Go on a Mac set it up by hand.
//!
//! Invariant: nothing large is fetched twice. The archive is made of the tree that the steps of `install` fetched from the module
//! proxy; the checksum database proves it again. Modules and compiled packages come from the caches of the home of those steps.

use flate2::{Compression, write::GzEncoder};
use gom_tests::toolchain::host_platform;
use gom_tests::{Run, say};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::{Live, OLD, Step, fetched, write};
use crate::debugger::Session;
use crate::editors::DLV;

/// In the store that the steps of `install` left.
pub(crate) const FROM_NOTHING: [Step; 1] =
    [("from nothing to a breakpoint in a program with SQLite and libpq", from_nothing_to_a_breakpoint)];

/// The breakpoint is in line 8.
const MAIN: &str = "package main

import \"fmt\"

func main() {
\tanswer := answer(\"SELECT 6 * 7\")
\tclient := clientVersion()
\tfmt.Println(answer, client)
}
";
const BREAKPOINT: u64 = 8;

const STORE_GO: &str = "package main

// #cgo LDFLAGS: -lsqlite3
// #include <stdlib.h>
// #include \"store.h\"
import \"C\"

import \"unsafe\"

func answer(query string) int {
\ttext := C.CString(query)
\tdefer C.free(unsafe.Pointer(text))
\treturn int(C.store_answer(text))
}
";

const STORE_H: &str = "int store_answer(const char *query);\n";

const SQLITE_C: &str = "#include <sqlite3.h>
#include \"store.h\"

int store_answer(const char *query) {
    sqlite3 *db = 0;
    sqlite3_stmt *row = 0;
    int answer = -1;
    if (sqlite3_open(\":memory:\", &db) == SQLITE_OK
        && sqlite3_prepare_v2(db, query, -1, &row, 0) == SQLITE_OK
        && sqlite3_step(row) == SQLITE_ROW)
        answer = sqlite3_column_int(row, 0);
    sqlite3_finalize(row);
    sqlite3_close(db);
    return answer;
}
";

/// In place of `SQLite` where it can't be had.
const PLAIN_C: &str = "#include <stdio.h>
#include \"store.h\"

int store_answer(const char *query) {
    int a = 0, b = 0;
    return sscanf(query, \"SELECT %d * %d\", &a, &b) == 2 ? a * b : -1;
}
";

const POSTGRES_GO: &str = "package main

// #cgo pkg-config: libpq
// #include <libpq-fe.h>
import \"C\"

func clientVersion() int { return int(C.PQlibVersion()) }
";

/// In place of libpq.
const NO_POSTGRES_GO: &str = "package main\n\nfunc clientVersion() int { return 0 }\n";

/// What colleagues have put into the project by the articles: one Go for everybody, and somebody's own.
const SETTINGS: &str = "{\n  // Apple Silicon\n  \"go.goroot\": \"/usr/local/go\",\n  \"go.alternateTools\": {\n    \"go\": \"/opt/homebrew/bin/go\"\n  },\n  \"editor.formatOnSave\": true\n}\n";
const CLEAN: &str = "{\n  // Apple Silicon\n  \"editor.formatOnSave\": true\n}\n";

/// A user with a new home.
struct Newcomer<'a> {
    live: &'a Live,
    home: PathBuf,
    app: PathBuf,
}

impl Newcomer<'_> {
    fn start(live: &Live) -> Newcomer<'_> {
        let home = live.sandbox.home().join("newcomer");
        let app = home.join("src/shop");
        write(&app, "go.mod", "module example.test/shop\n\ngo 1.21\n");
        write(&app, "main.go", MAIN);
        write(&app, ".vscode/settings.json", SETTINGS);
        // VS Code was started once.
        fs::create_dir_all(home.join(".config/Code/User")).unwrap();
        Newcomer { live, app: fs::canonicalize(app).unwrap(), home }
    }

    /// gom as it runs in the project.
    fn gom(&self, words: &[&str]) -> Run {
        let run = self.live.gom(words).cwd(&self.app).env("HOME", &self.home);
        run.env("GOM_HOME", self.home.join(".gom"))
    }

    /// What VS Code starts programs with on a desktop: no folder of gom's is on PATH.
    fn as_editor(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env_clear().current_dir(&self.app).env("HOME", &self.home).env("PATH", "/usr/bin:/bin");
        command.env("GOPROXY", "off");
        command
    }

    /// Whether C with this text compiles here, with the flags that `pkg-config` has for a library.
    fn has_header(&self, header: &str, library: Option<&str>) -> bool {
        let mut words = vec!["-fsyntax-only".to_owned(), "-x".to_owned(), "c".to_owned(), "-".to_owned()];
        if let Some(library) = library {
            let flags = format!("pkg-config --cflags {library}");
            let flags = self.live.sandbox.command("sh", ["-c", flags.as_str()]).run();
            if flags.code != Some(0) {
                return false;
            }
            words.extend(flags.stdout.split_whitespace().map(str::to_owned));
        }
        let compiler = self.live.sandbox.command("cc", words);
        compiler.stdin(format!("#include <{header}>\n")).run().code == Some(0)
    }

    fn check(&self) -> (Option<i32>, Value) {
        let output = self.gom(&["ide", "check", "--json"]).env("PATH", "/usr/bin:/bin").run();
        (output.code, output.json())
    }
}

fn read(file: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

/// Packs the tree that was fetched as go.dev packs it, in a folder that serves as a mirror.
fn mirror_of_fetched(live: &Live, name: &str) -> PathBuf {
    let mirror = live.sandbox.work().join("newcomer-mirror");
    fs::create_dir(&mirror).unwrap();
    let archive = fs::File::create(mirror.join(format!("{name}.tar.gz"))).unwrap();
    let mut archive = tar::Builder::new(GzEncoder::new(archive, Compression::fast()));
    archive.append_dir_all("go", live.sandbox.goroot(name)).unwrap();
    archive.into_inner().unwrap().finish().unwrap();
    mirror
}

fn from_nothing_to_a_breakpoint(live: &Live) {
    let user = Newcomer::start(live);
    let name = format!("go{OLD}.{}", host_platform());
    let mirror = mirror_of_fetched(live, &name);
    let install = user.gom(&["install", OLD, "--source", "mirror"]);
    fetched(install.env("GOM_MIRROR", format!("file://{}", mirror.display())), &[&name]);
    let receipt = read(&user.home.join(format!(".gom/receipts/{name}.json")));
    assert_eq!(receipt["proof"]["kind"], "log", "{receipt:#}");
    fs::remove_dir_all(&mirror).unwrap();
    user.gom(&["local", OLD]).done();
    let caches = live.sandbox.home();
    let tool = user.gom(&["tools", "install", DLV]).env("CGO_ENABLED", "0").env("GOFLAGS", "-modcacherw");
    tool.env("GOMODCACHE", caches.join("go/pkg/mod")).env("GOCACHE", caches.join(".cache/go-build")).done();

    settings_lead_to_gom(&user);
    has_c_libraries(&user);
    the_image_has_cgo(&user);
    stops_at_the_breakpoint(&user);
    fs::remove_dir_all(&user.home).unwrap();
}

/// `gom ide check` finds what the articles had put there, and nothing any more after `gom ide vscode`.
fn settings_lead_to_gom(user: &Newcomer<'_>) {
    let (code, report) = user.check();
    let lines: Vec<&Value> =
        report["unsafe_paths"].as_array().unwrap().iter().map(|one| &one["line"]).collect();
    assert_eq!((code, lines), (Some(10), vec![&json!(3), &json!(5)]), "{report:#}");
    user.gom(&["ide", "vscode", "--launch", "--yes"]).done();
    assert_eq!(fs::read_to_string(user.app.join(".vscode/settings.json")).unwrap(), CLEAN);
    user.gom(&["ide", "vscode", "--user", "--yes"]).done();
    let own = read(&user.home.join(".config/Code/User/settings.json"));
    let bin = user.home.join(".gom/bin");
    for program in ["go", "dlv"] {
        assert_eq!(own["go.alternateTools"][program], bin.join(program).to_str().unwrap());
    }
    let (code, report) = user.check();
    assert_eq!((code, &report["unsafe_paths"]), (Some(0), &json!([])), "{report:#}");
    for one in report["environments"].as_array().unwrap() {
        let versions = [&one["programs"][0]["version"], &one["programs"][2]["version"]];
        assert_eq!(versions, [&json!(format!("go{OLD}")), &json!("1.22.1")], "{one:#}");
    }
    // GoLand is told a folder that has what JetBrains asks for.
    let goroot = user.gom(&["ide", "goland", "--json"]).done().json()["goroot"].as_str().unwrap().to_owned();
    assert_eq!(
        fs::read_to_string(format!("{goroot}/VERSION")).unwrap().lines().next(),
        Some(&*format!("go{OLD}"))
    );
}

fn has_c_libraries(user: &Newcomer<'_>) {
    write(&user.app, "store.h", STORE_H);
    if user.has_header("sqlite3.h", None) {
        say("live: the program links libsqlite3");
        write(&user.app, "store.c", SQLITE_C);
        write(&user.app, "store.go", STORE_GO);
    } else {
        say("live: no sqlite3.h here: plain C takes its place");
        write(&user.app, "store.c", PLAIN_C);
        write(&user.app, "store.go", &STORE_GO.replace("// #cgo LDFLAGS: -lsqlite3\n", ""));
    }
    if user.has_header("libpq-fe.h", Some("libpq")) {
        say("live: the program links libpq");
        write(&user.app, "postgres.go", POSTGRES_GO);
    } else {
        say("live: skipped PostgreSQL: there is no libpq-fe.h, or pkg-config does not know libpq");
        write(&user.app, "postgres.go", NO_POSTGRES_GO);
    }
}

/// `gom docker` sees the C.
fn the_image_has_cgo(user: &Newcomer<'_>) {
    let report = user.gom(&["docker", "--json"]).done().json();
    let text = report["dockerfile"].as_str().unwrap();
    assert!(text.contains(&format!("FROM golang:{OLD}-bookworm AS build\n")), "{text}");
    assert!(text.contains("CGO_ENABLED=1 go build -trimpath -o /out/shop .\n"), "{text}");
    assert!(text.contains("FROM debian:bookworm-slim\n"), "{text}");
}

/// The editor starts the debugger that the user's settings name, with the launch configuration that gom wrote.
fn stops_at_the_breakpoint(user: &Newcomer<'_>) {
    let own = read(&user.home.join(".config/Code/User/settings.json"));
    let dlv = own["go.alternateTools"]["dlv"].as_str().unwrap();
    let mut session = Session::start(user.as_editor(dlv));
    let mut launch = read(&user.app.join(".vscode/launch.json"))["configurations"][0].take();
    // What the extension makes of it while main.go is open.
    assert_eq!((&launch["mode"], &launch["program"]), (&json!("auto"), &json!("${fileDirname}")));
    launch["mode"] = "debug".into();
    launch["program"] = user.app.to_str().into();
    let start = session.client.ask("launch", &launch);
    let frame = session.stop_in_main(&user.app.join("main.go"), BREAKPOINT, start, || ());
    assert_eq!(session.evaluate(&frame, "answer"), "42");
    let client: u32 = session.evaluate(&frame, "client").parse().unwrap();
    let has_libpq = fs::read_to_string(user.app.join("postgres.go")).unwrap() == POSTGRES_GO;
    // 150018 of libpq 15.18.
    assert!(if has_libpq { client > 90_000 } else { client == 0 }, "{client}");
    assert_eq!(session.evaluate(&frame, "runtime.buildVersion"), format!("go{OLD}"));
    session.end();
}

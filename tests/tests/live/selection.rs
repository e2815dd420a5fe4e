//! The right Go where users really call it: by hand, in modules, from go, make, shells and other managers.
//!
//! Every answer is a real go command's. It never uses the network, but for the one step that installs a
//! small module; and where plain Go has an answer of its own, that is asked for and compared, not described.
//! Invariant: Go 1.21.13, 1.22.10 and 1.23.4 are installed, 1.21.13 is the default from the first step on, and
//! no go command ever downloads a toolchain into the module cache of the home.

use crate::common::{
    Live, NEW, OLD, Step, answer, folder, go, goroot, module, offline, path, plain_go, shim, version, write,
};
use gom_tests::toolchain::host_platform;
use gom_tests::{FakeToolchain, ModProxy, Run, TestLog, say};
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

pub(crate) const SELECTING: [Step; 14] = [
    ("by hand", a_version_asked_for_by_hand_is_exact),
    ("toolchain line offline", a_toolchain_line_is_followed_offline),
    ("floor not installed", a_floor_that_is_not_installed_is_left_to_go),
    ("go generate", what_go_generate_calls_is_the_same_go),
    ("go install", a_program_that_needs_a_newer_go_is_installed),
    ("two shells", two_shells_have_two_versions),
    ("make", make_calls_the_go_of_each_folder),
    ("env -i", nothing_in_the_environment_is_needed),
    ("go env -w GOROOT", a_goroot_of_the_users_file_is_overridden),
    ("symlinked project", a_project_behind_a_link_is_searched_as_go_sees_it),
    ("relative path", the_shim_is_called_by_relative_paths),
    ("other managers", other_managers_come_before_and_after),
    ("deleted folder", in_a_deleted_folder_go_decides),
    ("deleted folder, -C", a_deleted_folder_is_left_by_its_absolute_name),
];

/// Needs Go 1.23.0 by its go.mod, and nothing but the standard library.
const SMALL_PROGRAM: &str = "golang.org/x/arch/x86/x86map@v0.17.0";

fn a_version_asked_for_by_hand_is_exact(live: &Live) {
    live.done(["use", OLD]);
    let dir = module(live, "by-hand", "go 1.23\n");
    write(&dir, ".go-version", "1.23.4\n");
    assert_eq!(version(go(live, &dir, ["version"])), NEW);
    assert_eq!(version(go(live, &dir, ["+1.21.13", "version"])), OLD);
    assert_eq!(version(offline(live.sandbox.shim("go1.21.13", ["version"]).cwd(&dir))), OLD);

    // Exact also for the module: Go itself says what is too old for it.
    let too_old = go(live, &dir, ["+1.21.13", "build"]).run();
    let words = "go: go.mod requires go >= 1.23 (running go 1.21.13; GOTOOLCHAIN=go1.21.13)\n";
    assert_eq!((too_old.code, too_old.stderr.as_str()), (Some(1), words), "{too_old}");
    assert_eq!(version(go(live, &dir, ["+1.21.13+auto", "version"])), NEW);
}

fn a_toolchain_line_is_followed_offline(live: &Live) {
    let dir = module(live, "line", "go 1.21\n\ntoolchain go1.23.4\n");
    assert_eq!(version(go(live, &dir, ["version"])), NEW);
    assert_eq!(go(live, &dir, ["run", "."]).done().stdout, "go1.23.4\n");
    assert_eq!(go(live, &dir, ["env", "GOROOT"]).done().stdout, format!("{}\n", goroot(live, NEW).display()));
    let which = offline(live.gom(["which", "go"]).cwd(&dir)).done();
    assert_eq!(which.stdout, format!("{}\n", goroot(live, NEW).join("bin/go").display()));
}

/// Without a terminal gom installs nothing, so everything must be as with plain Go: a switch if a proxy has the
/// toolchain, else Go's own error.
fn a_floor_that_is_not_installed_is_left_to_go(live: &Live) {
    let published = FakeToolchain::here("1.98.1");
    let (proxy, log) = (ModProxy::new(), TestLog::new("sum.test", 7));
    proxy.publish(&published);
    log.publish(&published);
    proxy.pass_through(&log);
    let files = folder(live, "proxy");
    proxy.write_to(&files);
    let modules = folder(live, "proxy-modules");

    let asked = |go_line: &str, gotoolchain: &str, arguments: &[&str]| {
        let dir = module(live, "floor", go_line);
        let with_proxy = |run: Run| {
            // Each must fetch it again.
            fs::remove_dir_all(&modules).unwrap();
            run.env("GOPROXY", format!("file://{}", files.display()))
                .env("GOSUMDB", log.key())
                .env("GOMODCACHE", &modules)
                .env("GOFLAGS", "-modcacherw")
                .env("GOTOOLCHAIN", gotoolchain)
                .run()
        };
        let by_gom = with_proxy(go(live, &dir, arguments));
        fs::create_dir_all(&modules).unwrap();
        assert_eq!(by_gom, with_proxy(plain_go(live, &dir, arguments)), "{go_line} {gotoolchain}");
        fs::create_dir_all(&modules).unwrap();
        by_gom
    };

    let switched = asked("go 1.98.1\n", "", &["env-dump", "a b"]);
    assert_eq!(switched.code, Some(0), "{switched}");
    assert!(switched.stdout.contains("golang.org/toolchain@v0.0.1-go1.98.1."), "{switched}");
    assert!(switched.stdout.ends_with("arg=a b\n"), "{switched}");
    assert_eq!(asked("go 1.98\n\ntoolchain go1.98.1\n", "auto", &["version"]).stdout, answer("1.98.1"));
    for (go_line, gotoolchain, words) in [
        ("go 1.99.2\n", "", "toolchain not available"),
        ("go 1.98.1\n", "path", "cannot find \"go1.98.1\" in PATH"),
        ("go 1.98.1\n", "local", "go.mod requires go >= 1.98.1 (running go 1.21.13; GOTOOLCHAIN=local)"),
    ] {
        let refused = asked(go_line, gotoolchain, &["build"]);
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""), "{refused}");
        assert!(refused.stderr.contains(words), "{refused}");
    }
}

fn what_go_generate_calls_is_the_same_go(live: &Live) {
    let dir = module(live, "generate", "go 1.21\n\ntoolchain go1.23.4\n");
    write(
        &dir,
        "doc.go",
        "package main\n\n//go:generate go version\n//go:generate go env GOROOT\n//go:generate $SHIM version\n",
    );
    for (arguments, version) in [(&["generate"][..], NEW), (&["+1.21.13", "generate"], OLD)] {
        // By an absolute path, too: Go puts its own folder first on PATH there.
        let output = go(live, &dir, arguments).env("SHIM", shim(live)).done();
        let (says, root) = (answer(version), goroot(live, version));
        assert_eq!(output.stdout, format!("{says}{}\n{says}", root.display()), "{output}");
        assert_eq!(output.stderr, "");
    }
}

/// Go asks a proxy (or in mode `path` only PATH) which releases there are, and finds the one it chooses among
/// the programs that gom keeps for it.
fn a_program_that_needs_a_newer_go_is_installed(live: &Live) {
    let dir = folder(live, "anywhere");
    let proxy = proxy_as_found(live);
    // Go takes the newest patch of the release before the newest one: with this list, one that is installed.
    let names = [OLD, NEW].map(|version| format!("v0.0.1-go{version}.{}\n", host_platform()));
    let list = folder(live, "releases");
    write(&list, "golang.org/toolchain/@v/list", &names.concat());
    let listed = format!("file://{},{proxy}", list.display());

    for (gotoolchain, goproxy) in [("path", &proxy), ("auto", &listed)] {
        let programs = dir.join(gotoolchain);
        let output = live
            .sandbox
            .shim("go", ["install", SMALL_PROGRAM])
            .cwd(&dir)
            .env("GOTOOLCHAIN", gotoolchain)
            .env("GOPROXY", goproxy)
            .env("GOFLAGS", "-modcacherw")
            .env("GOBIN", &programs)
            .done();
        assert!(output.stderr.contains("requires go >= 1.23.0; switching to go1.23.4"), "{output}");
        let program = programs.join("x86map");
        let built_by = go(live, &dir, [OsStr::new("version"), program.as_os_str()]).done();
        assert_eq!(built_by.stdout, format!("{}: go1.23.4\n", program.display()));
        assert_no_toolchain_was_downloaded(live);
    }
}

/// One shell is in the middle of its work while the other begins and ends.
fn two_shells_have_two_versions(live: &Live) {
    if !is_here("/bin/bash") {
        return;
    }
    let dir = folder(live, "shells");
    write(&dir, ".go-version", "1.22.10\n");
    let bash = |version: &str, after: &str| {
        let gom = live.sandbox.store().join("bin/gom");
        let init = format!("eval \"$('{}' init bash)\"", gom.display());
        let script = format!("{init}; go version; gom shell {version}; go version; {after}");
        let run = live.sandbox.command("/bin/bash", ["--norc", "-c", &script]);
        offline(run.cwd(&dir).env("PATH", "/usr/bin:/bin"))
    };
    let pinned = answer("1.22.10");
    let first = bash(NEW, "read -r; go version; gom shell --unset; go version").spawn();
    first.wait_for_stdout(&answer(NEW));
    assert_eq!(bash(OLD, "").done().stdout, format!("{pinned}{}", answer(OLD)));
    let first = first.wait();
    assert_eq!(first.stdout, format!("{pinned}{0}{0}{pinned}", answer(NEW)), "{first}");
}

fn make_calls_the_go_of_each_folder(live: &Live) {
    if !is_here("/usr/bin/make") {
        return;
    }
    let dir = module(live, "make", "go 1.21\n");
    let newer = module(live, "make/newer", "go 1.21\n\ntoolchain go1.23.4\n");
    // `cd` tells the shell's PWD where it goes, `make -C` does not.
    let rules = "all: here\n\t@$(MAKE) --no-print-directory -C newer\n\t@cd newer && go env GOVERSION\n\
                 here:\n\t@go version\n";
    write(&dir, "Makefile", rules);
    write(&newer, "Makefile", "all:\n\t@go build -o program . && ./program\n");
    let run = live.sandbox.command("/usr/bin/make", ["-j2"]).cwd(&dir).env("PATH", path(live));
    let output = offline(run).done();
    assert_eq!(output.stdout, format!("{}go1.23.4\ngo1.23.4\n", answer(OLD)), "{output}");
}

fn nothing_in_the_environment_is_needed(live: &Live) {
    let newer = module(live, "bare", "go 1.21\n\ntoolchain go1.23.4\n");
    for (dir, version) in [(live.sandbox.home(), OLD), (newer, NEW)] {
        let root = goroot(live, version);
        for (arguments, answer) in
            [("version", answer(version)), ("env GOROOT", format!("{}\n", root.display()))]
        {
            let bare = |program: &Path| {
                let script = format!("exec env -i {} {arguments}", program.display());
                live.sandbox.command("/bin/sh", ["-c", &script]).cwd(&dir).done()
            };
            let by_gom = bare(&shim(live));
            assert_eq!(by_gom.stdout, answer, "{by_gom}");
            assert_eq!(by_gom, bare(&root.join("bin/go")));
        }
    }
}

fn a_goroot_of_the_users_file_is_overridden(live: &Live) {
    let dir = module(live, "goroot", "go 1.21\n");
    let other = goroot(live, NEW);
    go(live, &dir, ["env", "-w", &format!("GOROOT={}", other.display())]).done();
    // Or else Go would compile with the other one's standard library and tools.
    let plain = plain_go(live, &dir, ["env", "GOROOT"]).done().stdout;
    assert_eq!(plain, format!("{}\n", other.display()));

    let built = go(live, &dir, ["run", "."]).done();
    assert_eq!(built.stdout, "go1.21.13\n");
    let words = format!("sets GOROOT to `{}`", other.display());
    assert!(
        built.stderr.contains(&words) && built.stderr.contains("hint: run `go env -u GOROOT`"),
        "{built}"
    );
    let again = go(live, &dir, ["env", "GOROOT"]).done();
    assert_eq!(again.stdout, format!("{}\n", goroot(live, OLD).display()));
    assert_eq!(again.stderr, "", "said once");
    go(live, &dir, ["env", "-u", "GOROOT"]).done();
    assert_eq!(plain_go(live, &dir, ["env", "GOROOT"]).done().stdout, again.stdout);
}

fn a_project_behind_a_link_is_searched_as_go_sees_it(live: &Live) {
    let real = module(live, "real/project", "go 1.21\n");
    write(real.parent().unwrap(), ".go-version", "1.23.4\n");
    let workspace = folder(live, "workspace");
    write(&workspace, ".go-version", "1.22.10\n");
    let linked = workspace.join("project");
    symlink("../real/project", &linked).unwrap();
    for (dir, version) in [(&real, NEW), (&linked, "1.22.10")] {
        assert_eq!(go(live, dir, ["run", "."]).done().stdout, format!("go{version}\n"));
        // The way the user came, for Go as for gom.
        let gomod = format!("{}\n", dir.join("go.mod").display());
        assert_eq!(go(live, dir, ["env", "GOMOD"]).done().stdout, gomod);
        assert_eq!(plain_go(live, dir, ["env", "GOMOD"]).done().stdout, gomod);
    }
    // The floor is that of the file behind the link.
    write(&real, "go.mod", "module example.test/project\n\ngo 1.23.1\n\ntoolchain go1.23.4\n");
    assert_eq!(version(go(live, &linked, ["version"])), NEW);
}

fn the_shim_is_called_by_relative_paths(live: &Live) {
    let home = live.sandbox.home();
    let dir = module(live, "relative", "go 1.21\n\ntoolchain go1.23.4\n");
    fs::create_dir(home.join("links")).unwrap();
    symlink("../.gom/bin/go", home.join("links/go")).unwrap();
    for (start, program, version) in [
        (home.clone(), ".gom/bin/go", OLD),
        (home.join(".gom/bin"), "./go", OLD),
        (home.join("links"), "./go", OLD),
        (dir.clone(), "../../.gom/bin/go", NEW),
        (dir, "../../links/go", NEW),
    ] {
        let run = live.sandbox.command("/bin/sh", ["-c", &format!("exec {program} version")]).cwd(&start);
        assert_eq!(self::version(offline(run)), version, "{program} in {}", start.display());
    }
}

/// Shims in the manner of other managers: one takes its own folder off PATH for good, one only to find the
/// program.
fn other_managers_come_before_and_after(live: &Live) {
    let without_own = "here=$(cd \"$(dirname \"${BASH_SOURCE[0]}\")\" && pwd)\n\
                       rest=\":$PATH:\"; rest=${rest//\":$here:\"/:}; rest=${rest#:}; rest=${rest%:}\n";
    let leaves = script(live, "leaving", &format!("{without_own}PATH=$rest exec go \"$@\""));
    let stays =
        script(live, "staying", &format!("{without_own}exec \"$(PATH=$rest; command -v go)\" \"$@\""));
    let (ours, system) = (shim(live).parent().unwrap().to_owned(), goroot(live, "1.22.10").join("bin"));
    let newer = module(live, "managed", "go 1.21\n\ntoolchain go1.23.4\n");
    let run = |path: [&Path; 3], dir: &Path| {
        let path = env::join_paths(path.into_iter().chain(["/usr/bin", "/bin"].map(Path::new))).unwrap();
        offline(live.sandbox.command("/bin/sh", ["-c", "exec go version"]).cwd(dir).env("PATH", path))
    };
    let home = live.sandbox.home();
    for other in [&leaves, &stays] {
        for path in [[other, &ours, &system], [&ours, other, &system]] {
            let path = path.map(PathBuf::as_path);
            assert_eq!(version(run(path, &home)), OLD);
            assert_eq!(version(run(path, &newer)), NEW);
        }
    }
    // Told to use the next go on PATH, gom comes to the other manager's, which comes back to gom's.
    let system_wanted = |other: &Path| run([&ours, other, &system], &home).env("GOM_TOOLCHAIN", "system");
    assert_eq!(version(system_wanted(&leaves)), "1.22.10");
    let circle = system_wanted(&stays).run();
    assert_eq!((circle.code, circle.stdout.as_str()), (Some(126), ""), "{circle}");
    assert!(circle.stderr.contains("another manager's shim starts gom's"), "{circle}");
}

/// What plain Go does there differs by command and version.
fn in_a_deleted_folder_go_decides(live: &Live) {
    for arguments in ["version", "env GOROOT", "build"] {
        let by_gom = from_deleted_folder(live, &shim(live), arguments).run();
        let plain = from_deleted_folder(live, &goroot(live, OLD).join("bin/go"), arguments).run();
        assert_eq!(by_gom, plain, "go {arguments}");
    }
}

fn a_deleted_folder_is_left_by_its_absolute_name(live: &Live) {
    let dir = module(live, "left", "go 1.23\n");
    let (ours, arguments) = (shim(live), format!("-C {} version", dir.display()));
    assert_eq!(version(go(live, &live.sandbox.home(), arguments.split(' '))), NEW);
    assert_eq!(version(from_deleted_folder(live, &ours, &arguments)), NEW);
}

/// The program starts in a folder that was deleted.
fn from_deleted_folder(live: &Live, program: &Path, arguments: &str) -> Run {
    let dir = folder(live, "gone");
    write(&dir, ".go-version", "1.23.4\n");
    let script = format!("rm -r \"$PWD\" && exec {} {arguments}", program.display());
    offline(live.sandbox.command("/bin/sh", ["-c", &script]).cwd(&dir).env("PATH", path(live)))
}

/// A folder with a bash script called `go`.
fn script(live: &Live, name: &str, body: &str) -> PathBuf {
    let dir = folder(live, name);
    write(&dir, "go", &format!("#!/usr/bin/env bash\n{body}\n"));
    fs::set_permissions(dir.join("go"), PermissionsExt::from_mode(0o755)).unwrap();
    dir
}

/// Whether this machine has the program; says so if not.
fn is_here(program: &str) -> bool {
    let is_here = Path::new(program).exists();
    if !is_here {
        say(&format!("skipped: no {program} here"));
    }
    is_here
}

/// The GOPROXY that Go would use here: that of the tests' environment, of the Go on PATH, or Go's own.
fn proxy_as_found(live: &Live) -> String {
    let on_path = env::split_paths(&live.path).map(|dir| dir.join("go")).find(|go| go.is_file());
    let program = on_path.unwrap_or_else(|| goroot(live, OLD).join("bin/go"));
    let asked = live.sandbox.command(program, ["env", "GOPROXY"]).env("GOTOOLCHAIN", "local");
    asked.done().stdout.trim_end().to_owned()
}

fn assert_no_toolchain_was_downloaded(live: &Live) {
    let cached = live.sandbox.home().join("go/pkg/mod/golang.org");
    let names: Vec<_> = fs::read_dir(cached).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["x"], "the program's own module only");
}

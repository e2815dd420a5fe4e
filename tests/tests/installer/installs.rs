//! What `install.sh` does when all goes well, and what it leaves when a step fails.

use crate::fixture::{Fixture, assert_done, assert_failed, in_every_shell, program, repository};
use crate::network::Network;
use gom_tests::{Output, Sandbox};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const ANSWER: &str = "go version go1.22.6 stub/stub\n";

/// The programs in a store's `bin`, without links.
fn programs(store: &Path) -> Vec<String> {
    let entries = fs::read_dir(store.join("bin")).unwrap().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    let mut names: Vec<String> = files.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_go_is_installed_and_its_answer_alone_is_on_standard_output() {
    in_every_shell(|fixture| {
        for arguments in [&["--go", "1.22.6", "--verbose"][..], &["-v", "--go=1.22.6"]] {
            let output = fixture.install(arguments).run();
            assert_done(&output);
            assert_eq!(output.stdout, ANSWER, "{output}");
            let (store, checkout) = (fixture.store(), fixture.checkout());
            let (store, checkout) = (store.display(), checkout.display());
            let steps = [
                format!(
                    "cargo in {checkout}: build --locked --target-dir {checkout}/target \
                     --profile checkout --package gom-cli"
                ),
                format!("cargo in {checkout}: {}", shim_build(&checkout.to_string())),
                format!("gom self init for {store}"),
                format!("installed gom 0.1.0 into {store}/bin"),
                "gom install <1.22.6>".to_owned(),
                format!("gom use <1.22.6> with {store}/bin/go"),
            ];
            let mut lines = output.stderr.lines();
            for step in &steps {
                assert!(lines.any(|line| line == step), "{step:?} is missing or too late\n{output}");
            }
            assert!(!output.stderr.contains("Then get a Go"), "{output}");
        }
    });
}

/// Two commands would say the same of the default twice.
#[test]
fn a_default_that_the_install_sets_is_not_set_again() {
    in_every_shell(|fixture| {
        let install = || fixture.install(&["--go", "1.22.6"]).env("STUB_FIRST_DEFAULT", "1").run();
        let first = install();
        assert_done(&first);
        assert!(
            first.stderr.contains("gom install <1.22.6>") && !first.stderr.contains("gom use"),
            "{first}"
        );
        // Where there is a default already, `gom install` leaves it.
        let second = install();
        assert_done(&second);
        assert!(second.stderr.contains("gom use <1.22.6>"), "{second}");
    });
}

/// How cargo is called for the shim, up to the flags for the compiler.
fn shim_build(checkout: &str) -> String {
    format!(
        "rustc --locked --target-dir {checkout}/target --profile shim --package gom-shim --bin gom-shim \
         --target stub-unknown-none --"
    )
}

#[test]
#[cfg(target_os = "linux")]
fn the_shim_is_static_where_the_c_library_is_and_else_says_why_not() {
    const FLAGS: &str = "-C target-feature=+crt-static -C relocation-model=static";
    in_every_shell(|fixture| {
        let build = shim_build(&fixture.checkout().display().to_string());
        fixture.sandbox.write("lib c/libc.a", "");
        let with = fixture.install(&["-v"]).env("STUB_LIBRARY", fixture.path("lib c/libc.a")).run();
        assert_done(&with);
        assert!(with.stderr.contains(&format!("{build} {FLAGS}\n")), "{with}");
        assert!(!with.stderr.contains("libc.a is missing"), "{with}");
        for missing in ["libc.a".into(), fixture.path("nowhere/libc.a")] {
            let without = fixture.install(&["-v"]).env("STUB_LIBRARY", missing).run();
            assert_done(&without);
            assert!(without.stderr.contains(&format!("{build}\n")), "{without}");
            assert!(without.stderr.contains("note: libc.a is missing, so the shim is dynamic"), "{without}");
        }
    });
}

/// The line of the make-believe cargo about the default for GOPROXY.
fn built_in(output: &Output) -> &str {
    let line = output.stderr.lines().find_map(|line| line.strip_prefix("cargo builds in GOPROXY="));
    line.unwrap_or_else(|| panic!("cargo was not called\n{output}"))
}

#[test]
fn the_default_for_goproxy_is_that_of_a_proven_toolchain() {
    const NEWEST: &str = "go1.9.7.stub-stub";
    in_every_shell(|fixture| {
        let first = fixture.install(&["-v"]).run();
        assert_done(&first);
        assert_eq!(built_in(&first), "unset from=unset", "there is no gom that could prove one");

        // A Go before 1.21 has no go.env.
        fixture.sandbox.write("home of a user/.gom/toolchains/go1.20.1.stub-stub/VERSION", "go1.20.1\n");
        let without = fixture.install(&["-v"]).run();
        assert_eq!(built_in(&without), "unset from=unset", "{without}");

        for (name, proxy) in
            [("go1.26.8.stub-stub", "https://a.example,direct"), (NEWEST, "https://b.example|off")]
        {
            let lines = format!("# comment\nGOSUMDB=off\nGOPROXY={proxy}\nGOPROXY=https://second.example\n");
            fixture.sandbox.write(&format!("home of a user/.gom/toolchains/{name}/go.env"), lines);
        }
        let with = fixture.install(&["-v"]).run();
        assert_done(&with);
        assert_eq!(built_in(&with), "https://a.example,direct from=go1.26.8", "the first that gom lists");
        let said = "taking GOPROXY's default from the go.env of go1.26.8, which gom has proven\n";
        assert!(with.stderr.contains(said), "{with}");

        let changed = fixture.install(&["-v"]).env("STUB_CHANGED", "go1.26.8.stub-stub").run();
        assert_eq!(built_in(&changed), "https://b.example|off from=go1.9.7", "{changed}");

        for chosen in ["https://mine.example", ""] {
            let own = fixture.install(&["-v"]).env("GOM_BUILD_GOPROXY", chosen).run();
            assert_eq!(built_in(&own), format!("{chosen} from=unset"), "{own}");
        }
    });
}

#[test]
fn the_shim_alone_is_built_and_nothing_installed() {
    in_every_shell(|fixture| {
        let output = fixture.install(&["--build-shim"]).run();
        assert_done(&output);
        let shim = fixture.checkout().join("target/stub-unknown-none/shim/gom-shim");
        assert_eq!(output.stdout, format!("{}\n", shim.display()), "{output}");
        assert!(shim.is_file() && !fixture.store().exists(), "{output}");
        assert!(!output.stderr.contains("gom-cli"), "{output}");
    });
}

#[test]
fn without_a_version_only_gom_is_installed() {
    in_every_shell(|fixture| {
        let output = fixture.install(&[]).run();
        assert_done(&output);
        assert_eq!(output.stdout, "");
        assert!(!output.stderr.contains("gom install <"), "{output}");
        assert!(output.stderr.contains("Then get a Go: gom use latest"), "{output}");
        assert_eq!(programs(&fixture.store()), ["gom", "gom-shim"]);
        for program in ["gom", "gom-shim"] {
            let mode = fs::metadata(fixture.store().join("bin").join(program)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o755, "{program}");
        }
    });
}

#[test]
fn installing_again_brings_the_programs_up_to_date_and_leaves_nothing_else() {
    in_every_shell(|fixture| {
        assert_done(&fixture.install(&["--go", "1.22.6"]).run());
        let before = fixture.tree();
        for program in ["gom", "gom-shim"] {
            let text = fs::read_to_string(crate::fixture::stubs().join(program)).unwrap();
            fixture.sandbox.write(&format!("newer/{program}"), text.replace("0.1.0", "0.2.0") + "# newer\n");
            let newer = fixture.path("newer").join(program);
            fs::set_permissions(newer, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let output = fixture.install(&[]).env("STUB_BUILT", fixture.path("newer")).run();
        assert_done(&output);
        assert!(output.stderr.contains("installed gom 0.2.0 into"), "{output}");
        assert!(!output.stderr.contains("Then get a Go"), "there is a default already\n{output}");
        for program in ["gom", "gom-shim"] {
            let text = fs::read_to_string(fixture.store().join("bin").join(program)).unwrap();
            assert!(text.ends_with("# newer\n"), "{program}");
        }
        fs::remove_dir_all(fixture.path("newer")).unwrap();
        assert_eq!(fixture.tree(), before);
    });
}

#[test]
fn no_file_of_the_user_is_touched() {
    const FILES: [&str; 9] = [
        ".bash_profile",
        ".bashrc",
        ".config/fish/config.fish",
        ".config/go/env",
        ".cshrc",
        ".profile",
        ".zprofile",
        ".zshenv",
        ".zshrc",
    ];
    in_every_shell(|fixture| {
        for file in FILES {
            fixture.sandbox.write(&format!("home of a user/{file}"), format!("# mine: {file}\n"));
        }
        let before = fixture.tree();
        for shell in ["/bin/bash", "/bin/zsh", "/usr/bin/fish", "/bin/tcsh", "/bin/sh"] {
            assert_done(&fixture.install(&["--go", "1.22.6"]).env("SHELL", shell).run());
        }
        for file in FILES {
            let content = fs::read_to_string(fixture.home().join(file)).unwrap();
            assert_eq!(content, format!("# mine: {file}\n"));
        }
        let mut after = fixture.tree();
        let ours = ["home of a user/.gom/", "check out/target/"];
        after.retain(|path| !ours.iter().any(|folder| path.starts_with(folder)));
        assert_eq!(after, before);
    });
}

#[test]
fn folders_may_be_relative_or_have_odd_names() {
    in_every_shell(|fixture| {
        let store = fixture.path("a \"store\" `of` $mine \\");
        let output = fixture
            .install(&["--go", "1"])
            .env("GOM_HOME", format!("{}//", store.display()))
            .env("CARGO_TARGET_DIR", "built there")
            .env("CARGO_BUILD_TARGET_DIR", "not used")
            .run();
        assert_done(&output);
        assert_eq!(output.stdout, ANSWER);
        assert_eq!(programs(&store), ["gom", "gom-shim"]);
        assert!(fixture.path("built there/checkout/gom").is_file(), "relative to where the user stands");
        assert!(!fixture.store().exists());

        let output = fixture.install(&[]).env("CARGO_BUILD_TARGET_DIR", "other").run();
        assert_done(&output);
        assert!(fixture.path("other/checkout/gom").is_file(), "{output}");
    });
}

#[test]
fn the_answer_is_that_of_the_default_whatever_the_environment_asks_for() {
    in_every_shell(|fixture| {
        let output = fixture
            .install(&["--go", "1.22.6", "--verbose"])
            .env("GOM_TOOLCHAIN", "1.21.13")
            .env("GOTOOLCHAIN", "go1.23.4")
            .env("CARGO_BUILD_TARGET", "aarch64-apple-darwin")
            .run();
        assert_done(&output);
        let circumstances = "shim in /: GOM_TOOLCHAIN=unset GOTOOLCHAIN=local";
        assert!(output.stderr.lines().any(|line| line == circumstances), "{output}");
        assert!(output.stderr.contains(" target=\n"), "built for another machine\n{output}");
    });
}

#[test]
fn it_runs_from_anywhere_and_by_its_own_first_line() {
    let run = |fixture: &Fixture, program: &Path, cwd: &Path| {
        let output = fixture.sandbox.command(program, [""; 0]).cwd(cwd).env("CDPATH", fixture.path("")).run();
        assert_done(&output);
        assert!(fixture.store().join("bin/gom").is_file());
    };
    in_every_shell(|fixture| {
        run(fixture, Path::new("./install.sh"), &fixture.checkout());
        run(fixture, &fixture.checkout().join("install.sh"), Path::new("/"));
    });
}

#[test]
fn a_failed_build_passes_its_status_on_and_leaves_no_store() {
    in_every_shell(|fixture| {
        let output = fixture.install(&["--go", "1.22.6"]).env("STUB_BUILD", "fails").run();
        // K8: of cargo's words the end is shown, and where the rest is.
        assert_failed(&output, 101, &["error: could not compile", "hint: the whole log is "]);
        assert!(!fixture.store().exists());
        let output = fixture.install(&[]).env("STUB_BUILD", "leaves-nothing").run();
        assert_failed(&output, 1, &["error: there is no ", "hint: is build.target set"]);
        assert!(!fixture.store().exists());
        let output = fixture.install(&["--go", "1.22.6"]).run();
        assert_done(&output);
        assert!(!output.stderr.contains("cargo in "), "{output}");
        let log = fs::read_to_string(fixture.checkout().join("target/install.log")).unwrap();
        assert!(log.contains("cargo in "), "{log}");
    });
}

#[test]
fn a_failed_installation_of_go_passes_its_status_on() {
    in_every_shell(|fixture| {
        let output = fixture.install(&["--go", "9.9"]).run();
        assert_failed(&output, 3, &["error: no such release"]);
        assert!(!output.stderr.contains("gom use"), "{output}");
    });
}

#[test]
fn a_folder_in_the_place_of_a_program_is_not_filled() {
    in_every_shell(|fixture| {
        fixture.sandbox.write("home of a user/.gom/bin/gom/mine", "");
        let output = fixture.install(&[]).run();
        assert_failed(&output, 1, &["error: a folder is in the way: "]);
        let left = fixture.sandbox.tree(fixture.store());
        assert_eq!(left, ["bin/gom/mine"]);
    });
}

/// The same without make-believe, but for cargo and the internet.
#[test]
fn the_shipped_programs_install_a_go_that_answers() {
    let network = Network::new();
    let built = Sandbox::new();
    in_every_shell(|fixture| {
        let mut run = fixture.install(&["--go", "1.22.6"]).env("STUB_BUILT", built.store().join("bin"));
        for (key, value) in network.variables() {
            run = run.env(key, value);
        }
        let output = run.run();
        assert_done(&output);
        assert!(output.stdout.starts_with("go version go1.22.6 "), "{output}");
        assert_eq!(output.stdout.lines().count(), 1, "{output}");
        assert_eq!(fs::read_to_string(fixture.store().join("default")).unwrap().trim(), "1.22.6");
    });
}

/// The script says so itself, and this keeps it true: read in one go, run only when complete.
#[test]
fn a_script_that_arrives_in_part_does_nothing() {
    let whole = fs::read_to_string(repository().join("install.sh")).unwrap();
    let part = whole.strip_suffix("main \"$@\"\n").unwrap();
    let sandbox = Sandbox::bare();
    let before = sandbox.tree("");
    let output = sandbox.command(program("sh").unwrap(), ["-s"]).stdin(part).run();
    assert_eq!((output.code, output.stdout.as_str(), output.stderr.as_str()), (Some(0), "", ""));
    assert_eq!(sandbox.tree(""), before);
}

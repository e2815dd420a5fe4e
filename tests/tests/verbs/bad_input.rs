//! Typos and unknown commands: each gets its reason, a hint and its exit code, and changes nothing.

use gom_tests::{FOREIGN, FakeToolchain, World};
use insta::assert_snapshot;

#[test]
fn an_unknown_verb_names_the_nearest() {
    let world = World::publishing(&[]);
    assert_snapshot!(world.say(["instal", "1.98.1"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: `gom` has no command `instal`
    hint: did you mean `gom install 1.98.1`?
    ");
}

#[test]
fn an_unknown_flag_names_the_nearest() {
    let world = World::publishing(&[]);
    assert_snapshot!(world.say(["install", "--forse", "1.98.1"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: `gom install` has no option `--forse`
    hint: did you mean `gom install --force 1.98.1`?
    ");
}

#[test]
fn flags_that_contradict_each_other_are_refused() {
    let world = World::publishing(&[]);
    assert_snapshot!(world.say(["list", "--quiet", "--verbose"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: `--quiet` can't be used with `--verbose`
    hint: run `gom list --help`
    ");
    assert_eq!(world.gom(["local", "1.98.1", "--unset"]).run().code, Some(2));
}

#[test]
fn a_typo_in_a_patch_names_the_nearest() {
    let world = World::publishing(&[]);
    assert_snapshot!(world.say(["install", "1.22.66"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: no Go release matches `1.22.66`
    hint: the nearest is 1.22.12: run `gom install 1.22.12`, or `gom list-remote 1.22`
    ");
}

#[test]
fn a_typo_in_a_line_names_the_nearest() {
    let world = World::publishing(&["1.98.1"]);
    assert_snapshot!(world.say(["install", "1.98rc1"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: no Go release matches `1.98rc1`
    hint: the nearest is 1.98.1: run `gom install 1.98.1`, or `gom list-remote 1.98`
    ");
    assert_snapshot!(world.say(["install", "11.98.1"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: no Go release matches `11.98.1`
    hint: the newest is 1.98.1: run `gom install 1.98.1`, or `gom list-remote`
    ");
    assert_snapshot!(world.say(["install", "4.5.6"]), @"
    exit: 3
    --- stdout
    --- stderr
    error: no Go release matches `4.5.6`
    hint: the newest is 1.98.1: run `gom install 1.98.1`, or `gom list-remote`
    ");
}

#[test]
fn a_version_without_a_build_for_a_platform_says_which_have_one() {
    let world = World::publishing(&["1.98.1"]);
    world.publish(&FakeToolchain::new("1.98.1", FOREIGN));
    world.publish(&FakeToolchain::new("1.98.1", "plan9-386"));
    let output = world.gom(["install", "1.98.1", "--os", "aix", "--arch", "ppc64"]).run();
    assert_eq!(output.code, Some(3), "{output}");
    assert!(output.stderr.starts_with("error: Go 1.98.1 has no build for aix-ppc64; it has "), "{output}");
    for platform in [FOREIGN, "plan9-386", "[PLATFORM]"] {
        assert!(world.redact(&output.stderr).contains(platform), "{output}");
    }
    assert!(output.stderr.contains("hint: run `gom install 1.98.1 --os "), "{output}");
}

#[test]
fn the_hint_for_a_missing_build_works() {
    let world = World::publishing(&[]);
    world.publish(&FakeToolchain::new("1.98.1", FOREIGN));
    let output = world.gom(["install", "1.98.1"]).run();
    let hinted = output.stderr.split('`').nth(1).unwrap().to_owned();
    let arguments: Vec<&str> = hinted.split(' ').skip(1).collect();
    assert_eq!(world.done(arguments).code, Some(0), "{hinted}");
}

#[test]
fn a_platform_that_go_does_not_have_is_refused() {
    let world = World::publishing(&["1.98.1"]);
    assert_snapshot!(world.say(["install", "1.98.1", "--os", "beos"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: Go has no platform `beos-amd64`
    hint: use Go's names, such as `--os darwin --arch arm64`; run `gom list-remote latest --json` to see them
    ");
    assert_snapshot!(world.say(["install", "1.98.1.beos-amd64"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: `1.98.1.beos-amd64` is not a version gom understands: Go has no platform `beos-amd64`
    hint: write a version such as 1.22.6, a line such as 1.22, or `latest`; run `gom list-remote` to see them
    ");
    assert_snapshot!(world.say(["install", "1.98.1.plan9-386", "--os", "aix", "--arch", "ppc64"]), @"
    exit: 2
    --- stdout
    --- stderr
    error: `1.98.1.plan9-386` is not a version gom understands: it names plan9-386, and --os and --arch name aix-ppc64
    hint: write a version such as 1.22.6, a line such as 1.22, or `latest`; run `gom list-remote` to see them
    ");
}

#[test]
fn what_is_no_version_is_refused_with_its_reason() {
    let world = World::publishing(&[]);
    let said = |spec: &str| {
        let output = world.gom(["install", "--", spec]).run();
        assert_eq!((output.code, output.stdout.as_str()), (Some(2), ""), "{output}");
        output.stderr.lines().next().unwrap().to_owned()
    };
    let specs = [
        "",
        "abc",
        "1.22.6.7",
        "-1",
        "../../x",
        "tip",
        "ref:master",
        "path:/opt/go",
        "1.22 1.23",
        ">=",
        ">=1.21 || ",
    ];
    let all: Vec<String> = specs.iter().map(|spec| said(spec)).collect();
    assert_snapshot!(all.join("\n"), @r"
    error: `` is not a version gom understands: it is empty
    error: `abc` is not a version gom understands: a version looks like `1.22.6`, `1.22` or `1.24rc1`
    error: `1.22.6.7` is not a version gom understands: a version looks like `1.22.6`, `1.22` or `1.24rc1`
    error: `-1` is not a version gom understands: a version looks like `1.22.6`, `1.22` or `1.24rc1`
    error: `../../x` is not a version gom understands: it holds `/`, `\` or `..`, which no version has
    error: `tip` is not a version gom understands: gom installs releases, not a state of Go's repository
    error: `ref:master` is not a version gom understands: gom installs releases, not a state of Go's repository
    error: `path:/opt/go` is not a version gom understands: a folder is not a version
    error: `1.22 1.23` is not a version gom understands: it asks for 1.22 and 1.23 at once; put `||` between alternatives
    error: `>=` is not a version gom understands: `>=` needs a version after it
    error: `>=1.21 ||` is not a version gom understands: one side of `||` is empty
    ");
}

#[test]
fn a_hint_with_a_range_can_be_pasted_into_a_shell() {
    let world = World::with(&["1.98.0", "1.98.1"]);
    let range = ">=1.98, <1.99";
    for arguments in [&["uninstall", range][..], &["which", "^2"], &["exec", "^2, <2.1", "--", "go"]] {
        let output = world.gom(arguments).run();
        let hint = output.stderr.split("hint: run `").nth(1).unwrap().split('`').next().unwrap();
        let asked = arguments.iter().find(|word| word.contains(['<', '^'])).unwrap();
        assert!(hint.contains(&format!("'{asked}'")), "{output}");
    }
}

#[test]
fn what_is_not_installed_for_a_platform_is_said_of_that_platform() {
    let world = World::with(&["1.98.1"]);
    for arguments in [
        &["uninstall", "1.98.1", "--os", "windows", "--arch", "arm64"][..],
        &["uninstall", "1.98.1.windows-arm64"],
        &["which", "1.98.1.windows-arm64"],
    ] {
        let output = world.gom(arguments).run();
        assert_eq!(output.code, Some(3), "{output}");
        let message = output.stderr.lines().next().unwrap();
        assert!(message.contains("windows-arm64"), "1.98.1 is installed, but not for it: {output}");
    }
}

#[test]
fn control_characters_are_shown_harmless() {
    let world = World::publishing(&[]);
    let output = world.gom(["install", "1.22\u{1b}[31m"]).run();
    assert_eq!(output.code, Some(2));
    assert!(!output.stderr.contains('\u{1b}'), "{:?}", output.stderr);
}

#[test]
fn a_newer_store_is_refused() {
    let world = World::publishing(&[]);
    std::fs::write(world.store().join("layout-version"), "2\n").unwrap();
    assert_snapshot!(world.say(["list"]), @"
    exit: 1
    --- stdout
    --- stderr
    error: the store `[HOME]/.gom` has layout 2, and this gom knows layouts up to 1
    hint: run `gom self update`, or set GOM_HOME to another folder
    ");
}

#[test]
fn an_unknown_shell_has_no_completions() {
    let world = World::publishing(&[]);
    assert_eq!(world.gom(["completions", "tcsh"]).run().code, Some(2));
    for shell in ["bash", "zsh", "fish"] {
        assert!(world.done(["completions", shell]).stdout.contains("gom --"), "{shell}");
    }
}

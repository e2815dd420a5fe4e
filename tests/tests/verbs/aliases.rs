//! Hidden names of verbs, for people who come from other version managers: each does exactly what the verb
//! of gom does, and no help page shows it.

use gom_tests::World;

#[test]
fn reporting_verbs_have_the_names_people_type() {
    let world = World::with(&["1.98.1"]);
    for (alias, verb) in [("ls", "list"), ("versions", "list"), ("ls-remote", "list-remote")] {
        assert_eq!(world.say([alias]), world.say([verb]), "{alias}");
    }
    assert_eq!(world.say(["ls-remote", "1.98"]), world.say(["list-remote", "1.98"]));
}

#[test]
fn default_and_global_are_use() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    for (alias, version) in [("default", "1.98.1"), ("global", "1.99.2")] {
        let said = world.done([alias, version]).stderr;
        assert!(said.starts_with(&format!("the default is now {version}, ")), "{said}");
        assert_eq!(world.default(), format!("{version}\n"));
    }
}

#[test]
fn rm_and_remove_are_uninstall() {
    let world = World::with(&["1.98.1", "1.99.2"]);
    world.done(["rm", "1.98.1"]);
    assert_eq!(world.installed(), ["go1.99.2.[PLATFORM]"]);
    world.done(["remove", "1.99.2"]);
    assert!(world.installed().is_empty());
}

#[test]
fn help_shows_the_verbs_only() {
    assert_eq!(
        World::publishing(&[]).verbs(),
        [
            "install",
            "uninstall",
            "prune",
            "list",
            "list-remote",
            "takeover",
            "import",
            "link",
            "unlink",
            "use",
            "local",
            "shell",
            "current",
            "which",
            "find",
            "why",
            "sync",
            "bump",
            "ide",
            "docker",
            "outdated",
            "upgrade",
            "audit",
            "info",
            "compare",
            "exec",
            "each",
            "bisect",
            "tools",
            "x",
            "verify",
            "receipt",
            "lock",
            "doctor",
            "repair",
            "env",
            "check",
            "cache",
            "ci",
            "agents",
            "setup",
            "init",
            "config",
            "completions",
            "self",
            "help"
        ]
    );
}

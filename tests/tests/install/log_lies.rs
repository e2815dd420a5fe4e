//! Every lie that a checksum database can tell, and its silence: nothing is installed, and when it is honest
//! again, or another one is used, the same command works.

use crate::world::{Installing, VERSION};
use gom_tests::{FakeToolchain, Fault, Site, World};

/// The log lies in this way from the start; then it is honest. Whether the download began before the log
/// answered, which gom asks at the same time, is not fixed, so the output leaves it out.
fn refuses_the_lie(lie: impl Fn(&World)) -> String {
    let world = World::with_proxy();
    lie(&world);
    let said = world.refuses(world.install(), 5);
    world.log.be_honest();
    world.installs_now();
    without_downloading(&said)
}

fn without_downloading(said: &str) -> String {
    said.lines().filter(|line| !line.starts_with("downloading ")).map(|line| line.to_owned() + "\n").collect()
}

#[test]
fn a_head_without_a_signature_is_refused() {
    let said = refuses_the_lie(|world| world.log.unsigned());
    // The hash of the tree of records, which is another on each platform.
    let (before, hash) = said.split_once(r"\n301\n").unwrap();
    let said = format!(r"{before}\n301\n[HASH]{}", &hash[hash.find(r"\n").unwrap()..]);
    insta::assert_snapshot!(said, @r#"
    exit: 5
    --- stdout
    --- stderr
    error: the checksum database sum.test does not prove go1.99.0.[PLATFORM]: the tree head in the answer to `/lookup/golang.org/toolchain@v0.0.1-go1.99.0.[PLATFORM]` is not trusted: malformed signed note, it does not end in a signature line: "go.sum database tree\n301\n[HASH]\n\n"
    hint: nothing was installed; do not use this proxy or network for Go, and report it at https://go.dev/issue
    "#);
}

#[test]
fn a_head_with_a_wrong_signature_is_refused() {
    insta::assert_snapshot!(refuses_the_lie(|world| world.log.wrong_key()), @"
    exit: 5
    --- stdout
    --- stderr
    error: the checksum database sum.test does not prove go1.99.0.[PLATFORM]: the tree head in the answer to `/lookup/golang.org/toolchain@v0.0.1-go1.99.0.[PLATFORM]` is not trusted: signed note has an invalid signature of key sum.test+be784c17
    hint: nothing was installed; do not use this proxy or network for Go, and report it at https://go.dev/issue
    ");
}

#[test]
fn a_head_that_a_stranger_signed_is_refused() {
    insta::assert_snapshot!(refuses_the_lie(|world| world.log.stranger_key()), @"
    exit: 5
    --- stdout
    --- stderr
    error: the checksum database sum.test does not prove go1.99.0.[PLATFORM]: the tree head in the answer to `/lookup/golang.org/toolchain@v0.0.1-go1.99.0.[PLATFORM]` is not trusted: signed note is not signed by key sum.test+be784c17
    hint: nothing was installed; do not use this proxy or network for Go, and report it at https://go.dev/issue
    ");
}

#[test]
fn the_record_of_another_version_is_refused() {
    let said = refuses_the_lie(|world| {
        let other = FakeToolchain::here("1.98.0");
        world.log.publish(&other);
        world.log.serve_record_of(&format!("golang.org/toolchain@{}", other.module_version()));
    });
    insta::assert_snapshot!(said, @r#"
    exit: 5
    --- stdout
    --- stderr
    error: the checksum database sum.test does not prove go1.99.0.[PLATFORM]: record 301 is not about `golang.org/toolchain@v0.0.1-go1.99.0.[PLATFORM]`: "golang.org/toolchain v0.0.1-go1.98.0.[PLATFORM] [H1]"...
    hint: nothing was installed; do not use this proxy or network for Go, and report it at https://go.dev/issue
    "#);
}

#[test]
fn a_tile_that_does_not_belong_to_the_tree_is_refused() {
    for level in [0, 1] {
        let said = refuses_the_lie(|world| world.log.tamper_tile(level, 0));
        assert!(said.contains("served a tile that does not belong to its tree"), "{said}");
    }
}

#[test]
fn a_record_behind_the_end_of_the_tree_is_refused() {
    // The head is from before the toolchain was recorded.
    insta::assert_snapshot!(refuses_the_lie(|world| world.log.shrink(300)), @"
    exit: 5
    --- stdout
    --- stderr
    error: the checksum database sum.test does not prove go1.99.0.[PLATFORM]: record 300 of the answer is not in the checksum database: record 300 is not in a tree of 300 records
    hint: nothing was installed; do not use this proxy or network for Go, and report it at https://go.dev/issue
    ");
}

#[test]
fn a_log_that_forgets_what_it_has_shown_is_refused() {
    let world = World::with_proxy();
    world.installs(world.install());
    let next = FakeToolchain::here("1.99.1");
    world.publish(&next);
    world.log.shrink(300);
    // The old head is a prefix of the stored one, so they agree; but neither tree has the record.
    let said = without_downloading(&world.refuses(world.sandbox.gom(["install", "1.99.1"]), 5));
    insta::assert_snapshot!(said, @"
    exit: 5
    --- stdout
    --- stderr
    error: the checksum database sum.test does not prove go1.99.1.[PLATFORM]: record 301 of the answer is not in the checksum database: record 301 is not in a tree of 301 records
    hint: nothing was installed; do not use this proxy or network for Go, and report it at https://go.dev/issue
    ");
    world.log.be_honest();
    let output = world.sandbox.gom(["install", "1.99.1"]).run();
    assert_eq!(output.code, Some(0), "{output}");
    world.assert_installed(&next);
}

#[test]
fn a_log_that_tells_another_story_than_before_is_refused() {
    for growth in [0, 40] {
        let world = World::with_proxy();
        let next = FakeToolchain::here("1.99.1");
        world.publish(&next);
        world.installs(world.install());
        // The same log, but with another record that gom has not asked for.
        let fork = world.log.fork(7);
        fork.grow(growth);
        world.proxy.pass_through(&fork);
        let said = world.refuses(world.sandbox.gom(["install", "1.99.1"]), 5);
        assert!(said.contains("checksum database contradicts itself"), "{said}");
        assert!(said.contains("older head, from ") && said.contains("newer head, from "), "{said}");
        // K11: which file to remove, and when.
        assert!(said.contains("run `mv [HOME]/.gom/sumdb/sum.test/latest "), "{said}");
        world.proxy.pass_through(&world.log);
        let output = world.sandbox.gom(["install", "1.99.1"]).run();
        assert_eq!(output.code, Some(0), "{output}");
    }
}

#[test]
fn a_log_with_a_sum_of_its_own_is_not_the_log_others_have_seen() {
    let world = World::with_proxy();
    // What a go command on this machine has seen.
    let seen = world.sandbox.home().join("go/pkg/sumdb/sum.test/latest");
    std::fs::create_dir_all(seen.parent().unwrap()).unwrap();
    std::fs::write(&seen, world.log.head()).unwrap();
    let evil = world.toolchain.clone().program("bin/go", "echo pwned\n");
    world.proxy.publish(&evil);
    let fork = world.log.fork(world.log.len() - 1);
    world.proxy.pass_through(&fork);
    let said = world.refuses(world.install(), 5);
    assert!(said.contains("contradicts itself"), "{said}");
}

#[test]
fn a_log_without_a_record_proves_nothing() {
    let mut world = World::with_proxy();
    let other = gom_tests::TestLog::new("sum.test", 1);
    world.internet.at("/other", &other.site());
    world.sandbox.set("GOSUMDB", other.gosumdb(&world.internet.url("/other")));
    let said = world.refuses(world.install(), 5);
    assert!(
        said.contains("checksum database has no record of `golang.org/toolchain@v0.0.1-go1.99.0."),
        "{said}"
    );
    // It was reached, and asking again tells nothing new.
    let hint = said.lines().find(|line| line.starts_with("hint: ")).unwrap();
    assert!(!hint.contains("can be reached"), "{hint}");
    other.publish(&world.toolchain);
    world.installs_now();
}

/// Thousands of files are still being unpacked when the log has already said no.
#[test]
fn what_is_being_unpacked_when_the_log_says_no_is_gone_too() {
    let mut toolchain = FakeToolchain::here(VERSION);
    for number in 0..4000 {
        toolchain = toolchain.file(&format!("src/d{}/f{number}.go", number / 40), "package many\n");
    }
    let mut world = World::of_one(toolchain);
    world.ask_proxy();
    world.proxy.site().fault("/sumdb/sum.test/lookup/*", Fault::Status(404));
    for _ in 0..3 {
        world.refuses(world.install(), 5);
    }
    world.proxy.site().heal();
    world.installs_now();
}

#[test]
fn a_log_that_can_not_be_reached_is_no_proof_and_no_lie() {
    let world = World::with_proxy();
    world.proxy.site().fault("/sumdb/sum.test/lookup/*", Fault::Status(500));
    insta::assert_snapshot!(without_downloading(&world.refuses(world.install(), 4)), @"
    exit: 4
    --- stdout
    --- stderr
    error: the checksum database sum.test does not prove go1.99.0.[PLATFORM]: can't reach the checksum database for `/lookup/golang.org/toolchain@v0.0.1-go1.99.0.[PLATFORM]`: `http://127.0.0.1:[PORT]/proxy/sumdb/sum.test/lookup/golang.org/toolchain@v0.0.1-go1.99.0.[PLATFORM]` answered HTTP 500
    hint: run the command again when the checksum database can be reached; `gom config` shows GOPROXY and GOSUMDB
    ");
    world.proxy.site().heal();
    world.installs_now();
}

#[test]
fn a_log_that_stumbles_is_asked_again() {
    let world = World::with_proxy();
    world.proxy.site().fault_first(1, "/sumdb/sum.test/lookup/*", Fault::Status(503));
    world.proxy.site().fault_first(1, "/sumdb/sum.test/tile/*", Fault::CutAfter(3));
    world.installs(world.install());
}

#[test]
fn a_page_for_people_is_no_record() {
    let world = World::with_proxy();
    world.proxy.site().fault("/sumdb/sum.test/lookup/*", Fault::Html);
    let said = world.refuses(world.install(), 4);
    assert!(said.contains("returned a web page"), "{said}");
    world.proxy.site().heal();
    world.installs_now();
}

#[test]
fn a_proxy_that_does_not_serve_the_log_is_passed_by() {
    let world = World::with_proxy();
    let bare = gom_tests::ModProxy::new();
    bare.publish(&world.toolchain);
    world.internet.at("/bare", bare.site());
    world.internet.host("sum.test", &world.log.site());
    world.installs(world.install().env("GOPROXY", world.internet.url("/bare")));
    assert!(world.internet.requests_to("sum.test").iter().any(|one| one.path.starts_with("/lookup/")));
}

#[test]
fn the_public_log_has_a_second_address() {
    // The key of the public log is in gom, so a stranger at its second address is recognised as one.
    let mut world = World::published();
    let bare = gom_tests::ModProxy::new();
    bare.publish(&world.toolchain);
    world.internet.at("/bare", bare.site());
    world.sandbox.set("GOPROXY", world.internet.url("/bare"));
    world.sandbox.set("GOM_SOURCES", "proxy");
    world.sandbox.set("GOSUMDB", "");
    world.internet.host("sum.golang.org", &Site::new());
    world.internet.refuse("sum.golang.org");
    world.internet.host("sum.golang.google.cn", &world.log.site());
    let said = world.refuses(world.install(), 5);
    assert!(said.contains("is not trusted"), "{said}");
    assert!(
        world.internet.requests_to("sum.golang.google.cn").iter().any(|one| one.path.starts_with("/lookup/"))
    );
}

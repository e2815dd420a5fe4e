//! What proves an archive, and what a receipt keeps of it: sums of go.dev's archives, trees of module zips.
//! The lies of a checksum database are in [`super::log_lies`].

use crate::world::{Installing, VERSION};
use gom_tests::{FakeToolchain, Mirror, ModProxy, Route, World};

/// The toolchain with one byte of its compiler changed.
fn changed(toolchain: &FakeToolchain) -> FakeToolchain {
    toolchain.clone().program("bin/go", "echo pwned\n")
}

#[test]
fn an_archive_with_another_sum_is_refused_and_both_sums_are_told() {
    let mut world = World::with_mirror();
    let right = world.toolchain.archive();
    let wrong = changed(&world.toolchain).archive();
    world.mirror.publish(&changed(&world.toolchain));
    let output = world.install().run();
    assert!(output.stderr.contains(&gom_tests::sha256(&right)), "{output}");
    assert!(output.stderr.contains(&gom_tests::sha256(&wrong)), "{output}");
    insta::assert_snapshot!(world.refuses(world.install(), 5), @"
    exit: 5
    --- stdout
    --- stderr
    downloading go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/mirror/go1.99.0.[PLATFORM].tar.gz
    the evidence is in [HOME]/.gom/evidence/go1.99.0.[PLATFORM].[MOMENT]
    error: checksum mismatch for go1.99.0.[PLATFORM]: the tree has [H1], the checksum database sum.test has [H1]; the archive has sha256 [SHA256], go.dev's release list has [SHA256]
    hint: nothing was installed; that source changed the toolchain: run the command with another `--source`, and report it to the operator of that source
    ");

    let json = world.sandbox.gom(["install", "--json", VERSION]).run();
    assert_eq!(json.code, Some(5), "{json}");
    assert_eq!(json.json()["error"]["kind"], "integrity");
    assert_eq!(json.json()["error"]["value"], *world.toolchain.name());
    assert_eq!(json.json()["schema"], 1);

    // Nothing of the wrong archive is used for the right one.
    world.mirror.publish(&world.toolchain);
    world.internet.forget_requests();
    world.installs_now();
    assert!(world.archives_asked().iter().all(|one| !one.contains(" from ")));
    world.sandbox.set("GOM_SOURCES", "go.dev");
    world.installs(world.sandbox.gom(["install", "--force", VERSION]));
}

#[test]
fn one_turned_bit_is_enough() {
    let world = World::with_mirror();
    let last = world.toolchain.archive().len() - 1;
    world.mirror_site().fault(&world.on_mirror(), gom_tests::Fault::Flip(last));
    let said = world.refuses(world.install(), 5);
    assert!(said.contains("error: the archive can't be read: "), "{said}");
    world.mirror_site().heal();
    world.installs_now();
}

/// What the checksum database has proven once stays proven, as long as the files are the same.
#[test]
fn force_keeps_the_record_when_the_database_is_silent() {
    let world = World::with_mirror();
    world.installs(world.install());
    let record = world.receipt()["proof"].clone();
    assert_eq!(record["kind"], "log");
    let silent = world.without_log(["install", "--force", VERSION]).done();
    assert!(!silent.stderr.contains("published sha256 alone"), "{silent}");
    assert_eq!(world.receipt()["proof"], record);
    // A record that is not signed is none.
    let mut forged = world.receipt();
    let note = forged["proof"]["record"]["head_note"].as_str().unwrap().replace("tree\n", "tree\n1");
    forged["proof"]["record"]["head_note"] = note.into();
    std::fs::write(world.receipt_file(), forged.to_string()).unwrap();
    world.without_log(["install", "--force", VERSION]).done();
    assert_eq!(world.receipt()["proof"]["kind"], "sha256");
}

#[test]
fn force_does_not_replace_a_good_tree_by_a_bad_one() {
    let world = World::with_mirror();
    world.installs(world.install());
    world.mirror.publish(&changed(&world.toolchain));
    world.refuses(world.sandbox.gom(["install", "--force", VERSION]), 5);
    world.assert_installed(&world.toolchain);
}

#[test]
fn a_mirror_is_not_believed_about_its_own_files() {
    let world = World::with_mirror();
    let evil = changed(&world.toolchain);
    world.mirror.publish(&evil);
    let (name, sum) = (evil.archive_name(), gom_tests::sha256(evil.archive()));
    let index = serde_json::json!([{ "version": format!("go{VERSION}"), "stable": true, "files": [{
        "filename": name, "os": evil.os(), "arch": evil.download_arch(), "version": format!("go{VERSION}"),
        "sha256": sum, "size": evil.archive().len(), "kind": "archive",
    }]}]);
    for path in ["/?mode=json&include=all", "/?mode=json", "/dl/?mode=json&include=all"] {
        world.mirror_site().route(path, Route::ok("application/json", index.to_string()));
    }
    world.mirror_site().route(&format!("/{name}.sha256"), Route::ok("text/plain", &sum));
    let said = world.refuses(world.install(), 5);
    assert!(said.contains("go.dev's release list"), "{said}");
    let asked = world.internet.requests_to("127.0.0.1");
    assert!(asked.iter().all(|request| request.path == format!("/mirror/{name}")), "{asked:?}");
}

#[test]
fn go_devs_list_can_not_change_a_sum_that_is_in_the_binary() {
    let world = World::published();
    let known = FakeToolchain::new("1.22.6", "linux-amd64");
    world.godev.publish(&known);
    let lie = "0123456789abcdef".repeat(4);
    world.godev.claim_sum(&known.archive_name(), &lie);
    let output = world.install().run();
    assert!(output.stderr.contains(&lie), "{output}");
    // The true sum, as go.dev published it in 2024.
    let truth = "999805bed7d9039ec3da1a53bfbcafc13e367da52aa823cb60b68ba22d44c616";
    assert!(output.stderr.contains(truth), "{output}");
    let said = world.refuses(world.install(), 5).replace("linux-amd64", "[PLATFORM]");
    insta::assert_snapshot!(said, @"
    exit: 5
    --- stdout
    --- stderr
    error: two sums are published for `go1.22.6.[PLATFORM].tar.gz`: [SHA256] (by the index in gom) and [SHA256] (by go.dev's release list)
    hint: do not install this version; report it at https://go.dev/issue, and if the conflict was temporary, remove `index` in the cache_dir that `gom config` shows
    ");

    world.godev.claim_sum(&known.archive_name(), truth);
    world.installs_now();
}

#[test]
fn a_known_version_is_proven_by_the_sum_in_the_binary() {
    let mut world = World::with_mirror();
    world.mirror.publish(&FakeToolchain::new("1.22.6", "linux-amd64"));
    // Even a go.dev that serves the same lie changes nothing.
    world.godev.publish(&FakeToolchain::new("1.22.6", "linux-amd64"));
    let install = |world: &World| world.sandbox.gom(["install", "go1.22.6.linux-amd64"]);
    let said = world.refuses(install(&world), 5).replace("linux-amd64", "[PLATFORM]");
    insta::assert_snapshot!(said, @"
    exit: 5
    --- stdout
    --- stderr
    downloading go1.22.6.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/mirror/go1.22.6.[PLATFORM].tar.gz
    the evidence is in [HOME]/.gom/evidence/go1.22.6.[PLATFORM].[MOMENT]
    error: sha256 mismatch for go1.22.6.[PLATFORM]: got [SHA256], the index in gom has [SHA256]
    hint: nothing was installed; that source changed the toolchain: run the command with another `--source`, and report it to the operator of that source
    ");
    world.sandbox.set("GOM_SOURCES", "go.dev");
    world.refuses(install(&world), 5);
}

#[test]
fn a_module_zip_is_proven_by_the_checksum_database() {
    let world = World::with_proxy();
    let output = world.installs(world.install());
    insta::assert_snapshot!(world.show(&output), @"
    exit: 0
    --- stdout
    --- stderr
    downloading go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.99.0.[PLATFORM].zip
    installed go1.99.0.[PLATFORM] from proxy, proven by sum.test
    the default is now 1.99.0, for all folders; this one alone: `gom local 1.99.0`
    ");
}

#[test]
fn a_module_zip_with_another_tree_is_refused_and_both_hashes_are_told() {
    let world = World::with_proxy();
    let evil = changed(&world.toolchain);
    world.proxy.publish(&evil);
    let output = world.install().run();
    assert!(output.stderr.contains(&world.toolchain.h1()), "{output}");
    assert!(output.stderr.contains(&evil.h1()), "{output}");
    insta::assert_snapshot!(world.refuses(world.install(), 5), @"
    exit: 5
    --- stdout
    --- stderr
    downloading go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/proxy/golang.org/toolchain/@v/v0.0.1-go1.99.0.[PLATFORM].zip
    the evidence is in [HOME]/.gom/evidence/go1.99.0.[PLATFORM].[MOMENT]
    error: checksum mismatch for go1.99.0.[PLATFORM]: the tree has [H1], the checksum database sum.test has [H1]
    hint: nothing was installed; that source changed the toolchain: run the command with another `--source`, and report it to the operator of that source
    ");
    world.proxy.publish(&world.toolchain);
    world.installs_now();
}

#[test]
fn a_module_zip_of_an_old_release_has_no_modes_and_is_proven_the_same_way() {
    // Known to no index: only the proxy lists it.
    let mut world = World::of_one(FakeToolchain::here("1.20.99"));
    world.ask_proxy();
    world.installs(world.install());
}

#[test]
fn a_file_more_or_less_is_another_tree() {
    for evil in [
        FakeToolchain::here(VERSION).file("src/fmt/init.go", "package fmt\n"),
        FakeToolchain::here(VERSION).without("src/fmt/print.go"),
    ] {
        let world = World::with_proxy();
        world.proxy.publish(&evil);
        let said = world.refuses(world.install(), 5);
        assert!(said.contains("the checksum database sum.test has"), "{said}");
    }
}

/// Files that a module zip must not have are not covered by the hash: they must not get in that way.
#[test]
fn folders_that_the_hash_does_not_cover_do_not_come_out_of_a_module_zip() {
    use gom_tests::{RawZip, ZipEntry};
    let world = World::with_proxy();
    let root = format!("golang.org/toolchain@{}", world.toolchain.module_version());
    let mut zip = RawZip::new();
    for (path, content) in world.toolchain.files() {
        if ["api/", "doc/", "misc/", "test/"].iter().any(|dir| path.starts_with(dir)) {
            continue;
        }
        let name = path.strip_suffix("go.mod").map_or(path.clone(), |dir| format!("{dir}_go.mod"));
        zip = zip.entry(ZipEntry::file(format!("{root}/{name}"), content).mode(0o100_644));
    }
    let zip = zip.entry(ZipEntry::file(format!("{root}/misc/evil.go"), "package evil\n"));
    world.proxy.publish_zip(&world.toolchain, zip.finish());
    let output = world.install().run();
    let evil = world.sandbox.goroot(&world.toolchain.name()).join("misc/evil.go");
    assert!(!evil.exists(), "a file that nothing proves was installed\n{output}");
}

#[test]
fn without_a_checksum_database_no_module_zip_is_taken() {
    let mut world = World::with_proxy();
    world.sandbox.set("GOSUMDB", "off");
    insta::assert_snapshot!(world.refuses(world.install(), 4), @"
    exit: 4
    --- stdout
    --- stderr
    error: no source has go1.99.0.[PLATFORM]
      proxy: not asked: checksum database disabled by GOSUMDB=off (environment)
    hint: run `go env -u GOSUMDB` or unset it where the message says it stands, then `gom install 1.99.0` again
    ");
    assert_eq!(world.archives_asked(), Vec::<String>::new());
    world.sandbox.set("GOSUMDB", world.log.key());
    world.installs_now();
}

#[test]
fn an_installed_toolchain_can_not_switch_the_proof_off() {
    let mut world = World::published();
    world.publish(&FakeToolchain::here("1.98.0").file("go.env", "GOSUMDB=off\n"));
    assert_eq!(world.sandbox.gom(["install", "1.98.0"]).run().code, Some(0));
    world.sandbox.set("GOPROXY", world.internet.url("/proxy"));
    world.sandbox.set("GOM_SOURCES", "proxy");
    world.sandbox.set("GOSUMDB", "");
    // gom asks the public log, which this world does not serve.
    let said = world.refuses(world.install(), 4);
    assert!(said.contains("the checksum database sum.golang.org does not prove"), "{said}");
}

#[test]
fn a_database_without_a_known_key_is_wrong_usage() {
    let mut world = World::with_proxy();
    world.sandbox.set("GOSUMDB", "sum.test");
    insta::assert_snapshot!(world.refuses(world.install(), 2), @"
    exit: 2
    --- stdout
    --- stderr
    error: GOSUMDB is `sum.test` (environment): verifier key is not `NAME+HASH+KEY`: `sum.test`
    hint: run `go env -u GOSUMDB`, or unset or correct GOSUMDB where it stands
    ");
    world.sandbox.set("GOSUMDB", "sum.test+00000000+AAAA https://sum.test");
    world.refuses(world.install(), 2);
    world.sandbox.set("GOSUMDB", world.log.key());
    world.installs_now();
}

#[test]
fn a_receipt_says_where_an_archive_came_from_and_which_sum_it_has() {
    let world = World::with_mirror();
    world.installs(world.install());
    let (receipt, archive) = (world.receipt(), world.toolchain.archive());
    let sum = gom_tests::sha256(&archive);
    assert_eq!(receipt["schema"], 1);
    assert_eq!(receipt["toolchain"], *world.toolchain.name());
    assert_eq!(receipt["source"]["url"], world.internet.url(&format!("/mirror{}", world.on_mirror())));
    let published = serde_json::json!({ "sha256": sum, "by": "go-dev" });
    let expected = serde_json::json!({ "size": archive.len(), "sha256": sum, "published": published });
    assert_eq!(receipt["archive"], expected);
    assert_eq!(receipt["tree"]["h1"], *world.toolchain.h1());
    assert_eq!(receipt["proof"]["kind"], "log");
    let time = receipt["installed_at"].as_str().unwrap();
    assert!(time.len() == 20 && time.ends_with('Z') && time.as_bytes()[10] == b'T', "{time}");
}

#[test]
fn a_receipt_keeps_the_record_that_proved_a_module_zip() {
    let world = World::with_proxy();
    world.installs(world.install());
    let receipt = world.receipt();
    let (proof, record) = (&receipt["proof"], &receipt["proof"]["record"]);
    let h1 = world.toolchain.h1();
    assert_eq!((&proof["kind"], &proof["log"]), (&"log".into(), &"sum.test".into()));
    assert_eq!((&record["h1"], &receipt["tree"]["h1"]), (&h1.as_str().into(), &h1.as_str().into()));
    assert_eq!(record["head_note"], *world.log.head());
    assert_eq!(record["tree_size"], world.log.len());
    let line = format!("golang.org/toolchain {} {h1}\n", world.toolchain.module_version());
    assert!(record["text"].as_str().unwrap().starts_with(&line), "{record}");
    let url = world.internet.url(&format!("/proxy{}", ModProxy::zip_path(&world.toolchain)));
    assert_eq!(receipt["source"]["url"], *url);
    let files = world.toolchain.files().keys();
    let covered =
        files.filter(|path| !["api/", "doc/", "misc/", "test/"].iter().any(|dir| path.starts_with(dir)));
    assert_eq!(receipt["tree"]["files"], covered.count());
}

#[test]
fn a_wrong_archive_of_one_place_does_not_spoil_that_of_another() {
    let mut world = World::published();
    let evil = Mirror::new();
    evil.publish(&changed(&world.toolchain));
    world.internet.at("/evil", evil.site());
    let (first, second) = (world.internet.url("/evil"), world.internet.url("/mirror"));
    world.refuses(world.sandbox.gom(["install", VERSION, "--source", &first]), 5);
    world.sandbox.set("GOM_SOURCES", second);
    world.installs_now();
}

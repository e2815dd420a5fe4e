//! The second witness: a detached OpenPGP signature beside the archive, looked at where the user names a key
//! file. It can only add a no: what the log or a published sum refuses stays refused.

use super::world::{VERSION, World};
use gom_tests::{OpenPgpKey, Run, Sandbox};
use std::fs;

/// 2024-06-01 and a day, in seconds.
const MADE: u32 = 1_717_200_000;
const DAY: u32 = 86_400;

fn key() -> OpenPgpKey {
    OpenPgpKey::new("Releaser <releaser@example.test>", MADE)
}

/// A mirror with a signature beside the archive, and a user with a key file.
fn world(key: &OpenPgpKey, signature: Option<&str>) -> World {
    let mut world = World::with_mirror();
    let file = world.sandbox.home().join("keys.gpg");
    fs::write(&file, key.public()).unwrap();
    world.sandbox.set("GOM_OPENPGP_KEY", file);
    if let Some(signature) = signature {
        let name = format!("{}.asc", world.toolchain.archive_name());
        world.mirror.file(&name, signature.as_bytes());
    }
    world
}

fn signed(key: &OpenPgpKey, at: u32) -> World {
    let world = world(key, None);
    let signature = key.sign(&world.toolchain.archive(), at);
    self::world(key, Some(&signature))
}

fn signatures_asked(world: &World) -> usize {
    world.internet.requests().iter().filter(|request| request.path.ends_with(".gz.asc")).count()
}

#[test]
fn a_good_signature_is_written_down() {
    let world = signed(&key(), MADE + DAY);
    world.installs(world.install());
    assert_eq!(world.receipt()["archive"]["signer"], "Releaser <releaser@example.test>");
    assert_eq!(world.receipt()["proof"]["kind"], "log");
    // The file may name the keys as well.
    let mut world = signed(&key(), MADE + DAY);
    let file = world.sandbox.home().join("keys.gpg");
    let line = format!("openpgp_key = \"{}\"\n", file.display());
    fs::write(world.sandbox.store().join("config.toml"), line).unwrap();
    world.sandbox.set("GOM_OPENPGP_KEY", "");
    world.installs(world.install());
    assert_eq!(signatures_asked(&world), 1);
    // Without either nobody asks for a signature.
    fs::write(world.sandbox.store().join("config.toml"), "").unwrap();
    world.internet.forget_requests();
    world.installs(world.sandbox.gom(["install", "--force", VERSION]));
    assert_eq!(signatures_asked(&world), 0);
}

#[test]
fn a_missing_signature_is_said_and_is_no_failure() {
    let world = world(&key(), None);
    let output = world.installs(world.install());
    insta::assert_snapshot!(world.show(&output), @"
    exit: 0
    --- stdout
    --- stderr
    downloading go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/mirror/go1.99.0.[PLATFORM].tar.gz
    mirror 127.0.0.1 has no OpenPGP signature of go1.99.0.[PLATFORM]
    installed go1.99.0.[PLATFORM] from mirror 127.0.0.1, proven by sum.test
    ");
    assert_eq!(world.receipt()["archive"]["signer"], serde_json::Value::Null);
}

#[test]
fn a_signature_that_does_not_hold_refuses_what_the_log_has_proven() {
    let (ours, stranger) = (key(), OpenPgpKey::new("Stranger <s@example.test>", MADE));
    let archive = World::with_mirror().toolchain.archive();
    let good = ours.sign(&archive, MADE + DAY);
    let signatures = [
        // Of another archive, by another key, cut short, and a page for people.
        ours.sign(b"another archive", MADE + DAY),
        stranger.sign(&archive, MADE + DAY),
        good[..good.len() / 2].to_owned(),
        "<!DOCTYPE html>\n<title>All releases</title>\n".to_owned(),
        String::new(),
        // Before the key was there.
        ours.sign(&archive, MADE - DAY),
    ];
    let reasons = signatures.map(|signature| {
        let world = world(&ours, Some(&signature));
        let said = world.refuses(world.install(), 5);
        error(&said).replace(&ours.fingerprint(), "[OURS]").replace(&stranger.fingerprint(), "[STRANGER]")
    });
    insta::assert_snapshot!(reasons.join("\n"), @"
    the archive is not what the OpenPGP key [OURS] signed
    the OpenPGP signature is by [STRANGER], which is no signing key of `[HOME]/keys.gpg`
    the OpenPGP signature cannot be read
    there is no OpenPGP signature in what should be one
    there is no OpenPGP signature in what should be one
    the OpenPGP signature of 2024-05-31T00:00:00Z does not count, for the key [OURS]: it was made only on 2024-06-01T00:00:00Z
    ");
}

fn error(said: &str) -> String {
    let line = said.lines().find_map(|line| line.strip_prefix("error: "));
    line.unwrap_or_else(|| panic!("no error in\n{said}")).to_owned()
}

/// What counts is when it was signed: Go's own signing keys expire, and old archives are not signed again.
#[test]
fn an_expired_key_signs_nothing_more() {
    let expired = key().valid_for(10 * DAY);
    let world = signed(&expired, MADE + 9 * DAY);
    world.installs(world.install());
    let world = signed(&expired, MADE + 11 * DAY);
    let said = error(&world.refuses(world.install(), 5)).replace(&expired.fingerprint(), "[OURS]");
    insta::assert_snapshot!(said, @"the OpenPGP signature of 2024-06-12T00:00:00Z does not count, for the key [OURS]: it had expired on 2024-06-11T00:00:00Z");
}

#[test]
fn a_key_file_that_is_none_is_wrong_usage() {
    let world = world(&key(), None);
    let install =
        |file: &str| -> Run { world.install().env("GOM_OPENPGP_KEY", world.sandbox.work().join(file)) };
    for (file, content) in
        [("empty", ""), ("text", "not a key\n"), ("private", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n")]
    {
        world.sandbox.write(file, content);
        world.refuses(install(file), 2);
    }
    let said = world.refuses(install("absent"), 2);
    insta::assert_snapshot!(said, @"
    exit: 2
    --- stdout
    --- stderr
    downloading go1.99.0.[PLATFORM] ([SIZE]) from http://127.0.0.1:[PORT]/mirror/go1.99.0.[PLATFORM].tar.gz
    error: cannot read the OpenPGP key file `[WORK]/absent`
    hint: write the signer's public key into it with `gpg --export --armor FINGERPRINT > [WORK]/absent`
    ");
}

/// Whoever has the signer's key can not make another toolchain of it.
#[test]
fn a_good_signature_proves_nothing_alone() {
    let key = key();
    let mut world = world(&key, None);
    let evil = world.toolchain.clone().file("bin/go", "#!/bin/sh\necho pwned\n");
    world.mirror.publish(&evil);
    let signature = key.sign(&evil.archive(), MADE + DAY);
    world.mirror.file(&format!("{}.asc", evil.archive_name()), signature.as_bytes());
    let said = world.refuses(world.install(), 5);
    assert!(said.contains("and the checksum database sum.test records"), "{said}");
    assert_eq!(signatures_asked(&world), 1);
    world.sandbox.set("GOSUMDB", "off");
    world.refuses(world.install(), 5);
}

/// The keys and signatures of this kit are what others understand too.
#[test]
fn gpg_accepts_the_signatures_of_this_test() {
    let sandbox = Sandbox::bare();
    let gpg = |arguments: &[&str]| {
        sandbox.command("/bin/sh", ["-c", "exec gpg --batch \"$@\"", "gpg"].iter().chain(arguments))
    };
    if gpg(&["--version"]).run().code != Some(0) {
        eprintln!("skipped: no gpg on PATH");
        return;
    }
    sandbox.write("key", key().public());
    sandbox.write("file", "content\n");
    sandbox.write("file.asc", key().sign(b"content\n", MADE + DAY));
    let home = sandbox.home().join("gnupg");
    fs::create_dir(&home).unwrap();
    for arguments in [&["--import", "key"] as &[&str], &["--verify", "file.asc", "file"]] {
        let output = gpg(arguments).env("GNUPGHOME", &home).run();
        assert_eq!(output.code, Some(0), "{output}");
    }
}

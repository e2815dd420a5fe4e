//! Kits against the checksum database: whole servers that lie in one point and are consistent in all others.
//! Each is tried with a module zip, which only the log can prove, and with a tarball that has the published
//! sum: a log that lies stops that one too. Plain lies and silence are in [`super::log_lies`].

use crate::world::{Installing, VERSION};
use gom_tests::{FakeToolchain, Route, TestLog, World};
use std::fs;

/// Installs from the proxy, and from the mirror; both reach the log through the proxy.
fn worlds() -> [World; 2] {
    let mut mirror = World::with_mirror();
    mirror.sandbox.set("GOPROXY", mirror.internet.url("/proxy"));
    [World::with_proxy(), mirror]
}

/// The lie is refused at both places; afterwards the honest log proves what it should.
fn refuses(lie: impl Fn(&World), words: &str) {
    for world in worlds() {
        lie(&world);
        let said = world.refuses(world.install(), 5);
        assert!(said.contains(words), "{words:?} expected\n{said}");
        be_honest(&world);
        world.installs_now();
    }
}

fn be_honest(world: &World) {
    world.log.be_honest();
    world.proxy.pass_through(&world.log);
    world.proxy.publish(&world.toolchain);
}

fn lookup(toolchain: &FakeToolchain) -> String {
    format!("/lookup/golang.org/toolchain@{}", toolchain.module_version())
}

/// The honest answer for the toolchain, without the head at its end.
fn record(world: &World, log: &TestLog) -> String {
    let answer = String::from_utf8(log.answer(&lookup(&world.toolchain)).unwrap()).unwrap();
    answer.strip_suffix(&log.head()).unwrap().to_owned()
}

/// Serves something else at the paths for which `lie` has an answer.
fn serve(world: &World, lie: impl Fn(&str) -> Option<Vec<u8>> + Send + Sync + 'static) {
    let source = move |path: &str| lie(path).map(|body| Route::ok("text/plain; charset=UTF-8", body));
    world.proxy.site().mount("/sumdb/sum.test", source);
}

fn answer(world: &World, body: impl Into<Vec<u8>>) {
    let (path, body) = (lookup(&world.toolchain), body.into());
    serve(world, move |asked| (asked == path).then(|| body.clone()));
}

fn evil(world: &World) -> FakeToolchain {
    world.toolchain.clone().file("bin/go", "#!/bin/sh\necho pwned\n")
}

/// A line that gives the evil tree's hash, in the form of the log's own.
fn evil_line(world: &World) -> String {
    format!("golang.org/toolchain {} {}\n", world.toolchain.module_version(), evil(world).h1())
}

/// Go took an empty or unrelated answer for a yes until 1.26.3.
#[test]
fn cve_2026_42501_an_empty_or_unrelated_answer_is_no_proof() {
    refuses(|world| answer(world, ""), "can't parse the answer to `/lookup/");
    refuses(|world| answer(world, world.log.head()), "can't parse the answer to `/lookup/");
    let unrelated = "example.test/padding7@v1.0.0".to_owned();
    refuses(|world| world.log.serve_record_of(&unrelated), "record 7 is not about `golang.org/toolchain@");
    // Genuine and proven, and about another version or another platform.
    for other in ["1.98.0", "1.99.01"].map(FakeToolchain::here) {
        refuses(|world| serve_record_of(world, &other), "is not about `golang.org/toolchain@");
    }
    for platform in ["plan9-amd64", "linux-amd64p32"] {
        let other = FakeToolchain::new(VERSION, platform);
        refuses(|world| serve_record_of(world, &other), "is not about `golang.org/toolchain@");
    }
}

fn serve_record_of(world: &World, other: &FakeToolchain) {
    world.log.publish(other);
    world.log.serve_record_of(&format!("golang.org/toolchain@{}", other.module_version()));
}

/// Go used lines of an answer that the log had never recorded.
#[test]
fn cve_2026_56864_a_line_outside_of_the_proven_record_is_not_read() {
    let not_in_tree = "of the answer is not in the checksum database";
    let (before, behind) = (
        |world: &World| record(world, &world.log).replacen('\n', &format!("\n{}", evil_line(world)), 1),
        |world: &World| {
            format!("{}{}\n", record(world, &world.log).trim_end_matches('\n'), "\n").replacen(
                "\n\n",
                &format!("\n{}\n", evil_line(world)),
                1,
            )
        },
    );
    for text in [&before as &dyn Fn(&World) -> String, &behind] {
        refuses(
            |world| {
                world.proxy.publish(&evil(world));
                answer(world, text(world) + &world.log.head());
            },
            not_in_tree,
        );
    }
}

/// More text in a head is signed and means nothing: neither its lines nor a second record in it count.
#[test]
fn cve_2026_56864_a_line_in_the_signed_head_is_not_read() {
    for world in worlds() {
        let head = world.log.head();
        let (text, _) = head.split_once("\n\n").unwrap();
        let crowded = world.log.sign(&format!("{text}\n{0}\n{0}", evil_line(&world)));
        answer(&world, record(&world, &world.log) + &crowded);
        world.proxy.publish(&evil(&world));
        world.mirror.publish(&evil(&world));
        let said = world.refuses(world.install(), 5);
        assert!(said.contains("the checksum database sum.test has"), "{said}");
        world.proxy.publish(&world.toolchain);
        world.mirror.publish(&world.toolchain);
        world.installs_now();
    }
}

/// Go skipped the check of up to two tiles. The forged ones agree with each other and with the forged record:
/// up to the last level, where only the signed head is left to disagree.
#[test]
fn cve_2026_56865_forged_tiles_that_agree_with_each_other_are_refused() {
    let world = World::with_proxy();
    let forged = TestLog::new("sum.test", 1);
    forged.publish(&evil(&world));
    for log in [&world.log, &forged] {
        // Three levels of tiles.
        log.grow(66_000);
    }
    world.proxy.publish(&evil(&world));
    for levels in 0..=3 {
        // gom would reuse what it proved about the honest log before.
        let _ = fs::remove_dir_all(world.sandbox.home().join(".cache/gom/sumdb"));
        let (honest, forged) = (world.log.clone(), forged.clone());
        let body = record(&world, &forged) + &honest.head();
        let path = lookup(&world.toolchain);
        serve(&world, move |asked| {
            let level =
                asked.strip_prefix("/tile/8/").and_then(|rest| rest.split('/').next()?.parse::<u32>().ok());
            match level {
                Some(level) if level < levels => forged.answer(asked),
                Some(_) => honest.answer(asked),
                None => (asked == path).then(|| body.clone().into()),
            }
        });
        let said = world.refuses(world.install(), 5);
        let words = match levels {
            0 => "of the answer is not in the checksum database",
            _ => "checksum database served a tile that does not belong to its tree",
        };
        assert!(said.contains(words), "{levels} forged levels\n{said}");
    }
    be_honest(&world);
    world.installs_now();
}

#[test]
fn one_flipped_bit_in_a_tile_of_any_level_is_refused() {
    let [_, world] = worlds();
    world.log.grow(66_000);
    for level in 0..3 {
        for bit in [0, 255] {
            world.log.tamper_tile(level, bit);
            let said = world.refuses(world.install(), 5);
            let words = "checksum database served a tile that does not belong to its tree";
            assert!(said.contains(words), "level {level}, bit {bit}\n{said}");
        }
    }
    let levels: Vec<String> = world.internet.requests().into_iter().map(|request| request.path).collect();
    for level in 0..3 {
        assert!(levels.iter().any(|path| path.contains(&format!("/tile/8/{level}/"))), "{levels:?}");
    }
    be_honest(&world);
    world.installs_now();
}

#[test]
fn lines_that_no_signature_covers_make_a_head_unreadable() {
    type Forge = fn(&str, &str) -> String;
    let forgeries: [(&str, Forge); 4] = [
        ("behind the signature", |head, evil| format!("{head}{evil}")),
        ("before the signature", |head, evil| head.replace("\n\n", &format!("\n\n{evil}"))),
        ("as a section of its own", |head, evil| format!("{head}\n{evil}")),
        ("as a head of its own", |head, evil| format!("{head}\n{evil}\n\u{2014} sum.test AAAA\n")),
    ];
    for (what, forge) in forgeries {
        for world in worlds() {
            let forged = forge(&world.log.head(), &evil_line(&world));
            answer(&world, record(&world, &world.log) + &forged);
            let said = world.refuses(world.install(), 5);
            assert!(said.contains("is not trusted"), "{what}\n{said}");
        }
    }
}

/// Go's limit for a note is a hundred signatures; up to there unknown signers are ignored.
#[test]
fn a_head_with_101_signatures_is_refused() {
    let signed = |world: &World, others: usize| {
        let stranger = "\u{2014} other.test AAAAAGZvcmdlZCBzaWduYXR1cmU=\n";
        record(world, &world.log) + &world.log.head() + &stranger.repeat(others)
    };
    refuses(|world| answer(world, signed(world, 100)), "is not trusted");
    for world in worlds() {
        answer(&world, signed(&world, 99));
        world.installs_now();
    }
}

/// A log that answers with too much has answered: the published sum does not make up for it.
#[test]
fn an_answer_of_ten_megabytes_is_not_read() {
    let record = |world: &World| record(world, &world.log);
    let padding = "example.test/padding v1.0.0 h1:AAAA\n".repeat((10 << 20) / 36);
    refuses(
        |world| {
            answer(world, record(world).trim_end().to_owned() + "\n" + &padding + "\n" + &world.log.head());
        },
        "` is longer than ",
    );
    let tile = |path: &str| path.starts_with("/tile/").then(|| vec![0; 10 << 20]);
    refuses(|world| serve(world, tile), "` is longer than ");
}

#[test]
fn a_stale_head_does_not_take_back_what_is_remembered() {
    let world = World::with_proxy();
    let next = FakeToolchain::here("1.99.1");
    world.publish(&next);
    let with_both = world.log.len();
    world.log.grow(40);
    world.installs(world.install());
    let kept = world.sandbox.store().join("sumdb/sum.test/latest");
    assert_eq!(fs::read_to_string(&kept).unwrap(), world.log.head());
    let newest = world.log.head();
    world.log.shrink(with_both);
    let output = world.sandbox.gom(["install", "1.99.1"]).run();
    assert_eq!(output.code, Some(0), "{output}");
    assert_eq!(fs::read_to_string(&kept).unwrap(), newest);
}

/// What the go command of this machine has seen is a second memory. It is Go's, so it is never written.
#[test]
fn the_go_commands_own_memory_is_read_and_never_written() {
    for in_gopath in [false, true] {
        let [_, mut world] = worlds();
        let mut seen = world.sandbox.home().join("go/pkg/sumdb/sum.test/latest");
        if in_gopath {
            let gopath = world.sandbox.home().join("gopath");
            seen = gopath.join("pkg/sumdb/sum.test/latest");
            world.sandbox.set("GOPATH", format!("{}:/nowhere", gopath.display()));
        }
        fs::create_dir_all(seen.parent().unwrap()).unwrap();
        let fork = world.log.fork(7);
        world.log.grow(3);
        // A contradiction stops also what has the published sum; the two heads are kept.
        fs::write(&seen, fork.head()).unwrap();
        let said = world.refuses(world.install(), 5);
        assert!(said.contains("checksum database contradicts itself"), "{said}");
        let evidence = world.sandbox.tree(world.sandbox.store().join("evidence"));
        for name in ["newer-head", "older-head", "report.json"] {
            assert!(evidence.iter().any(|file| file.ends_with(name)), "{evidence:?}");
        }
        let report = evidence.iter().find(|file| file.ends_with("report.json")).unwrap();
        let report = fs::read(world.sandbox.store().join("evidence").join(report)).unwrap();
        let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
        assert!(!report["consistency_proof"].as_array().unwrap().is_empty(), "{report}");
        assert_eq!(fs::read_to_string(&seen).unwrap(), fork.head());
        // A newer head than the one that is served is the one to prove against; damage proves nothing.
        let served = world.log.len();
        world.log.grow(5);
        for (note, size) in [(world.log.head(), served + 5), ("damage\n".to_owned(), served)] {
            let _ = fs::remove_dir_all(world.sandbox.store().join("sumdb"));
            world.log.shrink(served);
            fs::write(&seen, &note).unwrap();
            world.installs(world.sandbox.gom(["install", "--force", VERSION]));
            assert_eq!(world.receipt()["proof"]["record"]["tree_size"], size);
            assert_eq!(fs::read_to_string(&seen).unwrap(), note);
        }
    }
}

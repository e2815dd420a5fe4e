//! Lists come compressed, archives never; what a compressed answer holds has a limit.

use crate::world::Installing;
use gom_tests::{Route, World};

#[test]
fn lists_are_asked_for_compressed_and_archives_are_not() {
    // K7.4
    let mut world = World::published();
    world.sandbox.set("GOPROXY", world.internet.url("/proxy"));
    world.installs(world.install());
    let requests = world.internet.requests();
    let lists: Vec<_> = requests.iter().filter(|one| one.path.contains("mode=json")).collect();
    assert!(!lists.is_empty());
    for request in requests {
        let is_list = request.path.contains("mode=json") || request.path.ends_with("/@v/list");
        let expected = is_list.then(|| "gzip".to_owned());
        if request.method == "GET" {
            assert_eq!(request.encoding, expected, "{request:?}");
        }
    }
    // Kept as it reads, whatever it came as.
    let kept = world.sandbox.home().join(".cache/gom/index/go.dev.json");
    assert!(std::fs::read_to_string(kept).unwrap().contains("go1.99.0"));
}

/// Answers the release list's path with these bytes, which say that they are compressed.
fn list_is(world: &World, body: &[u8]) {
    let route = Route::ok("application/json", body).header("Content-Encoding", "gzip");
    world.godev.pages().route("/dl/?mode=json&include=all", route);
}

#[test]
fn a_list_that_inflates_to_too_much_is_refused() {
    // K7.4
    let world = World::published();
    list_is(&world, &gom_tests::gzip(vec![b' '; 40 << 20]));
    let output = world.sandbox.gom(["list-remote", "latest"]).run();
    assert!(output.stderr.contains("is larger than 33554432 bytes"), "{output}");
}

#[test]
fn a_list_whose_compression_is_damaged_is_refused() {
    // K7.4
    let world = World::published();
    let whole = gom_tests::gzip("[]");
    for damaged in [&whole[..whole.len() - 5], b"[]"] {
        list_is(&world, damaged);
        let output = world.sandbox.gom(["list-remote", "latest"]).run();
        assert!(output.stderr.contains("its compressed answer can't be read"), "{output}");
    }
}

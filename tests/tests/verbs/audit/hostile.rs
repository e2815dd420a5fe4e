//! A database or a cache that lies: it never makes a Go look clean, and never costs more than a limit.

use super::world::{cache_file, said, world};
use gom_tests::{Fault, Route, VulnDb, World, gzip};
use serde_json::{Value, json};
use std::fs;

/// Audits once, so that the cache is filled, and makes the next audit ask again.
fn audited() -> (World, VulnDb) {
    let (world, db) = world();
    assert_eq!(world.gom(["audit"]).run().code, Some(10));
    let mut cached: Value = serde_json::from_str(&fs::read_to_string(cache_file(&world)).unwrap()).unwrap();
    cached["checked_at"] = "2026-01-01T00:00:00Z".into();
    fs::write(cache_file(&world), cached.to_string()).unwrap();
    (world, db)
}

/// Audits with what was known before, after a warning with this reason.
#[track_caller]
fn assert_kept(world: &World, db: &VulnDb, reason: &str) {
    let before = fs::read(cache_file(world)).unwrap();
    let text = said(world, db, world.gom(["audit"]));
    assert!(text.contains("warning: can't ask the vulnerability database"), "{text}");
    assert!(text.contains(reason), "{reason}: {text}");
    assert!(text.starts_with("exit: 10") && text.contains("GO-2026-9001"), "{text}");
    assert_eq!(fs::read(cache_file(world)).unwrap(), before, "the cache stays");
}

#[test]
fn an_answer_that_can_not_be_read_changes_nothing() {
    let gz = |json: Value| Route::ok("application/gzip", gzip(json.to_string()));
    let cases: [(&str, Route, &str); 9] = [
        ("/index/db.json.gz", Route::bytes("{}"), "missing field `modified`"),
        ("/index/db.json.gz", gz(json!({"modified": "now"})), "`now` is not a time"),
        ("/index/db.json.gz", gz(json!({"modified": "9000-01-01T00:00:00Z"})), "which is not yet"),
        ("/index/db.json.gz", Route::bytes(vec![b' '; 100_000]), "is larger than"),
        ("/index/modules.json.gz", gz(json!([])), "it has no entry about the standard library"),
        (
            "/index/modules.json.gz",
            gz(json!([{"path": "stdlib", "vulns": [{"id": "../../etc/passwd", "modified": ""}]}])),
            "`../../etc/passwd` is not the name of an entry",
        ),
        ("/ID/GO-2026-9004.json.gz", Route::bytes("<html>"), "can't be read"),
        ("/ID/GO-2026-9004.json.gz", gz(json!({"id": "GO-2026-9001"})), "it is the entry `GO-2026-9001`"),
        ("/ID/GO-2026-9004.json.gz", Route::status(404, "no\n"), "is not there"),
    ];
    for (path, route, reason) in cases {
        let (world, db) = audited();
        db.publish("GO-2026-9004", "stdlib", "+0 -1.98.5", "os");
        db.site().route(path, route);
        assert_kept(&world, &db, reason);
    }
}

#[test]
fn a_bomb_is_not_unpacked() {
    let (world, db) = audited();
    db.publish("GO-2026-9004", "stdlib", "+0 -1.98.5", "os");
    let bomb = gzip(vec![b' '; 80 << 20]);
    assert!(bomb.len() < 1 << 20);
    db.site().route("/index/modules.json.gz", Route::bytes(&bomb));
    assert_kept(&world, &db, "it holds more than");
}

#[test]
fn an_entry_whose_versions_can_not_be_read_is_no_clean_go() {
    let (world, db) = audited();
    db.publish("GO-2026-9004", "stdlib", "+0 -soon", "os");
    assert_kept(&world, &db, "GO-2026-9004 has the version `soon`, which is not one");
}

#[test]
fn a_database_that_went_back_in_time_changes_nothing() {
    let (world, db) = audited();
    let known = db.modified();
    db.remove("GO-2026-9001");
    db.turn_clock(-1000);
    assert_kept(&world, &db, &known[10..]);
}

#[test]
fn a_cut_answer_changes_nothing() {
    let (world, db) = audited();
    db.publish("GO-2026-9004", "stdlib", "+0 -1.98.5", "os");
    db.site().fault("/ID/GO-2026-9004.json.gz", Fault::CutAfter(10));
    assert_kept(&world, &db, "GO-2026-9004");
}

#[test]
fn a_text_of_an_entry_moves_no_cursor() {
    let (world, db) = world();
    db.publish_entry(json!({
        "id": "GO-2026-9004", "aliases": ["CVE\u{1b}[2J"], "summary": "red \u{1b}[31m\nand a line",
        "affected": [{"package": {"name": "stdlib"}, "ranges": [],
            "ecosystem_specific": {"imports": [{"path": "o\u{7}s"}]}}],
    }));
    let output = world.gom(["audit"]).run();
    assert!(output.stdout.contains("red [31m and a line"), "{output}");
    assert!(!output.stdout.contains(['\u{1b}', '\u{7}']), "{output}");
}

#[test]
fn a_cache_that_can_not_be_read_counts_as_none() {
    for broken in
        ["", "{", "null", r#"{"schema": 1, "checked_at": "", "etag": null, "modified": "x", "entries": []}"#]
    {
        let (world, _db) = audited();
        fs::write(cache_file(&world), broken).unwrap();
        let report = world.gom(["audit", "--json"]).run().json();
        assert_eq!(report["vulnerabilities"].as_array().unwrap().len(), 3, "{broken}");
        let again = world.gom(["audit", "--json", "--offline"]).run().json();
        assert_eq!(again["database"]["from"], "cache", "{broken}");
    }
}

/// Somebody else's link or FIFO in the cache is neither followed for writing nor waited for.
#[test]
fn a_link_or_a_fifo_in_the_cache_is_replaced() {
    let (world, db) = audited();
    let victim = world.home().join("victim");
    fs::write(&victim, "mine\n").unwrap();
    fs::remove_file(cache_file(&world)).unwrap();
    std::os::unix::fs::symlink(&victim, cache_file(&world)).unwrap();
    assert_eq!(world.gom(["audit"]).run().code, Some(10));
    assert_eq!(fs::read_to_string(&victim).unwrap(), "mine\n");
    assert!(fs::symlink_metadata(cache_file(&world)).unwrap().is_file());

    fs::remove_file(cache_file(&world)).unwrap();
    let made = std::process::Command::new("mkfifo").arg(cache_file(&world)).status().unwrap();
    assert!(made.success());
    assert_eq!(world.gom(["audit"]).run().code, Some(10));
    assert!(fs::symlink_metadata(cache_file(&world)).unwrap().is_file());
    drop(db);
}

/// A cache from the future would make each later database look old.
#[test]
fn a_cache_from_the_future_counts_as_none() {
    let (world, _db) = audited();
    let mut cached: Value = serde_json::from_str(&fs::read_to_string(cache_file(&world)).unwrap()).unwrap();
    cached["modified"] = "9000-01-01T00:00:00Z".into();
    cached["entries"] = json!([{"id": "GO-2026-9009", "affected": []}]);
    fs::write(cache_file(&world), cached.to_string()).unwrap();
    let report = world.gom(["audit", "--json"]).run().json();
    assert_eq!(report["vulnerabilities"].as_array().unwrap().len(), 3);
}

#[test]
fn a_cache_that_can_not_be_written_is_said_once() {
    let (world, _db) = world();
    let file = world.home().join("file");
    fs::write(&file, "").unwrap();
    let output = world.gom(["audit"]).env("GOM_CACHE_DIR", file.join("cache")).run();
    assert_eq!(output.code, Some(10), "{output}");
    assert_eq!(output.stderr.matches("can't cache the vulnerability database").count(), 1, "{output}");
}

//! The test kit tested: every misbehaviour really happens, and the real go command agrees with the made-up
//! proxy and checksum database.

#![expect(clippy::unwrap_used, reason = "a failing step fails the test")]

mod client;
mod real_go;

use client::{Answer, ask, connect, get, get_https, request};
use gom_tests::{FakeToolchain, Fault, GoDev, Internet, Mirror, ModProxy, Route, Sandbox, Site, TestLog};
use std::io::Read;
use std::time::{Duration, Instant};

const BODY: &[u8] = b"0123456789abcdefghij";

/// A plain server with `BODY` at /x/thing.
fn one_thing() -> (Internet, Site) {
    let internet = Internet::new();
    let site = Site::new();
    site.route("/thing", Route::bytes(BODY));
    internet.at("/x", &site);
    (internet, site)
}

#[test]
fn https_hosts_are_answered_under_their_own_names() {
    let internet = Internet::new();
    let site = Site::new();
    site.route("/thing?a=b", Route::bytes(BODY));
    internet.host("go.dev", &site);
    let answer = get_https(&internet, "go.dev", "/thing?a=b");
    assert_eq!((answer.status, answer.body.as_slice()), (200, BODY));
    let seen = &internet.requests_to("go.dev")[0];
    assert_eq!((seen.method.as_str(), seen.path.as_str(), seen.status), ("GET", "/thing?a=b", Some(200)));
}

#[test]
fn unknown_hosts_are_refused_and_noted() {
    let internet = Internet::new();
    assert_eq!(request(&internet, "CONNECT", "example.org:443", "").unwrap().status, 502);
    assert_eq!(request(&internet, "GET", "http://example.org/x", "").unwrap().status, 502);
    internet.refuse("closed.test");
    assert!(request(&internet, "CONNECT", "closed.test:443", "").is_none());
    let hosts: Vec<_> = internet.requests().into_iter().map(|one| (one.host, one.status)).collect();
    let expected = [("example.org", Some(502)), ("example.org", Some(502)), ("closed.test", None)];
    assert_eq!(hosts, expected.map(|(host, status)| (host.to_owned(), status)));
}

#[test]
fn a_black_hole_accepts_and_says_nothing_until_the_internet_ends() {
    let internet = Internet::new();
    internet.blackhole("silent.test");
    let mut stream = connect(&internet);
    ask(&mut stream, "CONNECT", "silent.test:443", "");
    internet.wait_for_held(1);
    stream.set_nonblocking(true).unwrap();
    assert_eq!(stream.read(&mut [0]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    stream.set_nonblocking(false).unwrap();
    drop(internet);
    assert_eq!(stream.read(&mut [0]).unwrap_or(0), 0);
}

#[test]
fn ranges_are_honoured_unless_they_do_not_fit() {
    let (internet, site) = one_thing();
    let tag = get(&internet, "/x/thing").header("ETag").unwrap().to_owned();
    for (headers, status, body, range) in [
        ("Range: bytes=5-\r\n", 206, &BODY[5..], Some("bytes 5-19/20")),
        ("Range: bytes=5-7\r\n", 206, &BODY[5..8], Some("bytes 5-7/20")),
        ("Range: bytes=-3\r\n", 206, &BODY[17..], Some("bytes 17-19/20")),
        ("Range: bytes=20-\r\n", 416, b"no such range\n", Some("bytes */20")),
        (&format!("Range: bytes=5-\r\nIf-Range: {tag}\r\n"), 206, &BODY[5..], Some("bytes 5-19/20")),
        ("Range: bytes=5-\r\nIf-Range: \"other\"\r\n", 200, BODY, None),
    ] {
        let answer = request(&internet, "GET", "/x/thing", headers).unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (status, body), "{headers}");
        assert_eq!(answer.header("Content-Range"), range, "{headers}");
        assert_eq!(answer.header("Content-Length"), Some(body.len().to_string().as_str()), "{headers}");
    }
    site.fault("/thing", Fault::NoRange);
    let answer = request(&internet, "GET", "/x/thing", "Range: bytes=5-\r\n").unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, BODY));
    assert_eq!(internet.requests().last().unwrap().range.as_deref(), Some("bytes=5-"));
}

#[test]
fn head_and_conditional_requests_are_honoured() {
    let (internet, _site) = one_thing();
    let head = request(&internet, "HEAD", "/x/thing", "").unwrap();
    assert_eq!((head.header("Content-Length"), head.body.len()), (Some("20"), 0));
    let same = format!("If-None-Match: {}\r\n", head.header("ETag").unwrap());
    let answer = request(&internet, "GET", "/x/thing", &same).unwrap();
    assert_eq!((answer.status, answer.body.len()), (304, 0));
    assert_eq!(request(&internet, "GET", "/x/thing", "If-None-Match: \"old\"\r\n").unwrap().status, 200);
    assert_eq!(get(&internet, "/x/other").status, 404);
    assert_eq!(get(&internet, "/y/thing").status, 404);
    assert_eq!(request(&internet, "POST", "/x/thing", "").unwrap().status, 405);
}

#[test]
fn counted_faults_take_turns_and_then_all_is_well() {
    let (internet, site) = one_thing();
    site.fault_first(2, "/thing", Fault::Status(503));
    site.fault_first(1, "/th*", Fault::CutAfter(7));
    site.fault_first(1, "/thing", Fault::Html);
    assert_eq!(get(&internet, "/x/thing").status, 503);
    assert_eq!(get(&internet, "/x/thing").status, 503);
    let cut = get(&internet, "/x/thing");
    assert_eq!(
        (cut.status, cut.header("Content-Length"), cut.body.as_slice()),
        (200, Some("20"), &BODY[..7])
    );
    let page = get(&internet, "/x/thing");
    assert_eq!((page.status, page.header("Content-Type")), (200, Some("text/html; charset=utf-8")));
    assert_eq!(get(&internet, "/x/thing").body, BODY);
}

#[test]
fn lasting_faults_stay_until_healed() {
    let (internet, site) = one_thing();
    site.fault("/thing", Fault::WrongLength(999));
    site.fault("/thing", Fault::Flip(0));
    for _ in 0..2 {
        let answer = get(&internet, "/x/thing");
        assert_eq!((answer.header("Content-Length"), answer.body[0]), (Some("999"), b'0' ^ 1));
        assert_eq!(answer.body[1..], BODY[1..]);
    }
    site.heal();
    assert_eq!(get(&internet, "/x/thing").body, BODY);
}

#[test]
fn delays_and_throttles_take_their_time() {
    let (internet, site) = one_thing();
    let pause = Duration::from_millis(30);
    site.fault("/thing", Fault::Throttle { bytes_per_chunk: 5, pause });
    site.fault("/thing", Fault::Delay(pause));
    let start = Instant::now();
    assert_eq!(get(&internet, "/x/thing").body, BODY);
    assert!(start.elapsed() >= pause * 5, "{:?}", start.elapsed());
}

#[test]
fn hangs_end_with_the_internet_and_holds_with_a_release() {
    let (internet, site) = one_thing();
    site.fault_first(1, "/thing", Fault::HangBeforeHeaders);
    site.fault_first(1, "/thing", Fault::HangAfter(4));
    site.fault_first(1, "/thing", Fault::HoldAfter(4));
    let mut streams = [1, 2, 3].map(|count| {
        let mut stream = connect(&internet);
        ask(&mut stream, "GET", "/x/thing", "");
        internet.wait_for_held(count);
        stream
    });
    let statuses: Vec<_> = internet.requests().into_iter().map(|one| one.status).collect();
    assert_eq!(statuses, [None, Some(200), Some(200)]);
    internet.release();
    let mut rest = |index: usize| {
        let mut bytes = Vec::new();
        // The end of the internet may be a reset: what came before it counts.
        let _ = streams[index].read_to_end(&mut bytes);
        Answer::parse(&bytes).map(|answer| answer.body)
    };
    assert_eq!(rest(2).as_deref(), Some(BODY));
    drop(internet);
    assert_eq!(rest(0), None);
    assert_eq!(rest(1).as_deref(), Some(&BODY[..4]));
}

#[test]
fn credentials_are_asked_for() {
    let (internet, site) = one_thing();
    site.require_basic("gopher", "secret");
    assert_eq!(get(&internet, "/x/thing").status, 401);
    let right = "Authorization: Basic Z29waGVyOnNlY3JldA==\r\n";
    assert_eq!(request(&internet, "GET", "/x/thing", right).unwrap().status, 200);
    assert!(internet.requests()[1].authorization.as_deref().unwrap().starts_with("Basic "));
}

#[test]
fn go_dev_redirects_downloads_and_shows_people_pages() {
    let internet = Internet::new();
    let godev = GoDev::new();
    godev.online(&internet);
    let toolchain = FakeToolchain::new("1.22.6", "linux-amd64");
    godev.publish(&toolchain);
    let json = get_https(&internet, "golang.google.cn", "/dl/?mode=json&include=all");
    let json: serde_json::Value = serde_json::from_slice(&json.body).unwrap();
    assert_eq!(json[0]["version"], "go1.22.6");
    assert_eq!(json[0]["files"][0]["sha256"], gom_tests::sha256(toolchain.archive()));
    let redirect = get_https(&internet, "go.dev", "/dl/go1.22.6.linux-amd64.tar.gz");
    let location = "https://dl.google.com/go/go1.22.6.linux-amd64.tar.gz";
    assert_eq!((redirect.status, redirect.header("Location")), (302, Some(location)));
    let archive = get_https(&internet, "dl.google.com", "/go/go1.22.6.linux-amd64.tar.gz");
    assert_eq!(archive.body, toolchain.archive());
    let page = get_https(&internet, "go.dev", "/dl/go1.22.6.linux-amd64.tar.gz.sha256");
    assert_eq!((page.status, page.header("Content-Type")), (200, Some("text/html; charset=utf-8")));
}

#[test]
fn folders_have_what_the_sites_serve() {
    let sandbox = Sandbox::bare();
    let toolchain = FakeToolchain::new("1.22.6", "linux-amd64");
    let (mirror, proxy, log) = (Mirror::new(), ModProxy::new(), TestLog::new("sum.test", 1));
    mirror.publish(&toolchain);
    mirror.write_to(&sandbox.work().join("mirror"));
    proxy.publish(&toolchain);
    proxy.write_to(&sandbox.work().join("proxy"));
    log.write_to(&sandbox.work().join("log"));
    assert_eq!(sandbox.tree("work/mirror"), ["go1.22.6.linux-amd64.tar.gz"]);
    let version = "golang.org/toolchain/@v/v0.0.1-go1.22.6.linux-amd64";
    let files = ["golang.org/toolchain/@v/list".to_owned()];
    let files = files.into_iter().chain(["info", "mod", "zip"].map(|ending| format!("{version}.{ending}")));
    assert_eq!(sandbox.tree("work/proxy"), files.collect::<Vec<_>>());
    let log = sandbox.tree("work/log");
    for file in ["latest", "supported", "tile/8/0/000", "tile/8/0/001.p/44", "tile/8/1/000.p/1"] {
        assert!(log.iter().any(|found| found == file), "{file}");
    }
}

#[test]
fn a_sandbox_has_a_cleared_environment_and_tells_everything() {
    let internet = Internet::new();
    let mut sandbox = Sandbox::bare();
    sandbox.attach(&internet);
    let script =
        "echo \"$HOME $PWD $HTTPS_PROXY ${CARGO_MANIFEST_DIR-unset} $1\"; cat; echo took 1.5s >&2; exit 3";
    let output = sandbox.command("sh", ["-c", script, "sh", "a b"]).env("X", "y").stdin("given\n").run();
    let expected = "exit: 3\n--- stdout\n[HOME] [WORK] http://127.0.0.1:[PORT] unset a b\ngiven\n\
                    --- stderr\ntook [TIME]\n";
    assert_eq!(output.snapshot(&sandbox), expected);
    sandbox.write("a/b", "x");
    std::fs::create_dir(sandbox.work().join("empty")).unwrap();
    std::os::unix::fs::symlink("a/b", sandbox.work().join("link")).unwrap();
    assert_eq!(sandbox.tree("work"), ["a/b", "empty/", "link -> a/b"]);
}

#[test]
fn signals_reach_the_program_and_its_children() {
    let sandbox = Sandbox::bare();
    let script = "trap 'echo caught; exit 9' INT; echo ready; echo set >&2; cat; exit 1";
    let running = sandbox.command("sh", ["-c", script]).spawn();
    running.wait_for_stdout("ready\n");
    running.wait_for_stderr("set");
    running.interrupt();
    let output = running.wait();
    assert_eq!((output.code, output.stdout.as_str()), (Some(9), "ready\ncaught\n"));
    let running = sandbox.command("cat", ["-"]).spawn();
    running.kill();
    assert_eq!(running.wait().signal, Some(9));
}

/// A shell starts `cargo test &` with SIGINT and SIGQUIT ignored.
#[test]
fn signals_reach_a_program_also_where_the_tests_ignore_them() {
    let script = "trap '' INT QUIT; exec \"$0\" --exact signals_reach_the_program_and_its_children";
    let tests = std::env::current_exe().unwrap();
    let ended = std::process::Command::new("/bin/sh").args(["-c", script]).arg(tests).output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
fn assert_clean_sees_toolchains_without_receipts_and_leftovers() {
    let sandbox = Sandbox::bare();
    let is_clean =
        || std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| sandbox.assert_clean())).is_ok();
    assert!(is_clean());
    std::fs::create_dir_all(sandbox.goroot("go1.22.6.linux-amd64")).unwrap();
    assert!(!is_clean());
    std::fs::create_dir_all(sandbox.store().join("receipts")).unwrap();
    std::fs::write(sandbox.store().join("receipts/go1.22.6.linux-amd64.json"), "{}").unwrap();
    assert!(is_clean());
    std::fs::create_dir_all(sandbox.store().join("staging/x")).unwrap();
    assert!(!is_clean());
}

#[test]
fn the_made_up_go_says_what_it_was_given() {
    let sandbox = Sandbox::bare();
    let toolchain = FakeToolchain::here("1.22.6");
    sandbox.write("go.tar.gz", toolchain.archive());
    let unpacked = sandbox.command("tar", ["-xzf", "go.tar.gz"]).run();
    assert_eq!(unpacked.code, Some(0), "{unpacked}");
    let go = sandbox.work().join("go/bin/go");
    let version = sandbox.command(&go, ["version"]).run().snapshot(&sandbox);
    assert_eq!(version, "exit: 0\n--- stdout\ngo version go1.22.6 [PLATFORM]\n--- stderr\n");
    let dump = sandbox.command(&go, ["env-dump", "a b", "c"]).env("GOROOT", "/x").run();
    let expected = "argv0=[WORK]/go/bin/go\nGOROOT=/x\nPATH=/usr/bin:/bin\nGOTOOLCHAIN=(unset)\nPWD=[WORK]\n\
                    arg=a b\narg=c\n";
    assert_eq!(sandbox.redact(&dump.stdout), expected);
    assert_eq!(sandbox.command(&go, ["exit", "42"]).run().code, Some(42));
}

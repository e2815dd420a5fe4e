//! The real go command against the made-up proxy and checksum database: both must agree.

use gom_tests::{FakeToolchain, Internet, ModProxy, Output, Sandbox, TestLog};
use std::path::Path;

/// Runs the real go command: `go mod download -json` of the toolchain, with this checksum database.
fn real_go(sandbox: &Sandbox, go: &Path, internet: &Internet, log: &TestLog) -> Output {
    sandbox
        .command(go, ["mod", "download", "-json", "golang.org/toolchain@v0.0.1-go1.22.6.linux-amd64"])
        .env("GOPATH", sandbox.home().join("gopath"))
        .env("GOFLAGS", "-modcacherw")
        .env("GOTOOLCHAIN", "local")
        .env("GOPROXY", internet.url("/proxy"))
        .env("GOSUMDB", log.gosumdb(&internet.url("/sum")))
        .run()
}

fn go_on_path() -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join("go")).find(|go| go.is_file())
}

#[test]
fn the_real_go_command_agrees_with_the_proxy_and_the_log() {
    let Some(go) = go_on_path() else {
        eprintln!("skipped: no go on PATH to compare the test kit with");
        return;
    };
    let toolchain = FakeToolchain::new("1.22.6", "linux-amd64");
    let (proxy, log) = (ModProxy::new(), TestLog::new("sum.test", 7));
    proxy.publish(&toolchain);
    log.publish(&toolchain);
    // The toolchain's tile is not the last one, so a full tile and its parent have to be proven.
    log.grow(700);
    let internet = Internet::new();
    internet.at("/proxy", proxy.site());
    internet.at("/sum", &log.site());
    let good = real_go(&Sandbox::bare(), &go, &internet, &log).json();
    assert_eq!((good["Error"].as_str(), good["Sum"].as_str()), (None, Some(toolchain.h1().as_str())));
    assert!(internet.requests().iter().any(|one| one.path.starts_with("/sum/tile/8/1/")));

    let refuses = |lie: &dyn Fn(), words: &str| {
        lie();
        let answer = real_go(&Sandbox::bare(), &go, &internet, &log).json();
        let error = answer["Error"].as_str().unwrap_or_default();
        assert!(error.contains(words), "{words:?} expected in {answer}");
        log.be_honest();
    };
    refuses(&|| log.unsigned(), "malformed note");
    refuses(&|| log.wrong_key(), "invalid signature");
    refuses(&|| log.stranger_key(), "no verifiable signatures");
    refuses(&|| log.tamper_tile(0, 3), "inconsistent");
    refuses(&|| log.serve_record_of("example.test/padding7@v1.0.0"), "missing from sumdb response");
    refuses(&|| log.shrink(200), "cannot validate record");
    let other = toolchain.clone().file("src/fmt/print.go", "package evil\n");
    refuses(&|| proxy.publish(&other), "checksum mismatch");
}

#[test]
fn the_real_go_command_notices_a_fork() {
    let Some(go) = go_on_path() else {
        eprintln!("skipped: no go on PATH to compare the test kit with");
        return;
    };
    let toolchain = FakeToolchain::new("1.22.6", "linux-amd64");
    let (proxy, log) = (ModProxy::new(), TestLog::new("sum.test", 7));
    proxy.publish(&toolchain);
    log.publish(&toolchain);
    let internet = Internet::new();
    internet.at("/proxy", proxy.site());
    internet.at("/sum", &log.site());
    let sandbox = Sandbox::bare();
    assert_eq!(real_go(&sandbox, &go, &internet, &log).json()["Sum"], toolchain.h1());
    // The story changes in the last tile only: the full tile and the old head still verify from the cache.
    let fork = log.fork(299);
    fork.grow(1);
    internet.at("/sum", &fork.site());
    for cached in ["golang.org", "sumdb/sum.test/lookup"] {
        std::fs::remove_dir_all(sandbox.home().join("gopath/pkg/mod/cache/download").join(cached)).unwrap();
    }
    let output = real_go(&sandbox, &go, &internet, &fork);
    assert!(output.stderr.contains("SECURITY ERROR") && output.stderr.contains("misbehavior"), "{output}");
}

//! `gom config`: every setting with what set it, and no password.

use gom_tests::World;
use insta::assert_snapshot;

/// The line of one setting.
fn line(world: &World, output: &str, name: &str) -> String {
    let text = world.redact(output);
    text.lines().find(|line| line.split_whitespace().next() == Some(name)).unwrap().to_owned()
}

#[test]
fn nothing_set() {
    let world = World::publishing(&[]);
    let unset = ["GOPROXY", "GOSUMDB", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE"];
    let run = unset.into_iter().fold(world.gom(["config"]), gom_tests::Run::env_remove);
    assert_snapshot!(world.shown(run), @"
    exit: 0
    --- stdout
    home          [HOME]/.gom  (the store this gom lies in)
    cache_dir     [HOME]/.cache/gom  (default)
    mirror        -  (default)
    sources       -  (default)
    offline       false  (default)
    lock_timeout  300  (default)
    timeout       30  (default)
    auto_install  tty  (default)
    proof         any  (default)
    sync          auto  (default)
    security_notice daily  (default)
    record_use    always  (default)
    store_path    -  (default)
    trusted_folders -  (default)
    GOPROXY       -  (not set; this gom was built without a default)
    GONOPROXY     -  (default)
    GOSUMDB       sum.golang.org  (default)
    HTTPS_PROXY   -  (default)
    HTTP_PROXY    -  (default)
    ALL_PROXY     -  (default)
    NO_PROXY      -  (default)
    SSL_CERT_FILE -  (default)
    SSL_CERT_DIR  -  (default)
    --- stderr
    ");
}

#[test]
fn each_value_says_what_set_it() {
    let world = World::publishing(&[]);
    std::fs::write(
        world.store().join("config.toml"),
        "# mine\nlock_timeout = 7\nmirror = [\"https://m.example/go\"]\n",
    )
    .unwrap();
    let go_env = world.home().join("go-env");
    std::fs::write(&go_env, "GONOPROXY=example.test\n").unwrap();
    let run = world
        .gom(["config", "--source", "mirror", "--source", "proxy"])
        .env("GOM_OFFLINE", "yes")
        .env("GOM_CACHE_DIR", "/c")
        .env("GOENV", &go_env)
        .env("GOPROXY", "https://p.example,off")
        .env("GOSUMDB", "off")
        // K7.2
        .env("HTTPS_PROXY", "")
        .env("https_proxy", "socks5h://me:s3cret@s.example:1080")
        .env("HTTP_PROXY", "")
        .env("ALL_PROXY", "foo://bar")
        .env("NO_PROXY", "")
        .env("no_proxy", ".corp.example")
        .env("SSL_CERT_FILE", "/ca.pem")
        .env("SSL_CERT_DIR", "/a:/b");
    assert_snapshot!(world.shown(run), @"
    exit: 0
    --- stdout
    home          [HOME]/.gom  (the store this gom lies in)
    cache_dir     /c  (environment variable GOM_CACHE_DIR)
    mirror        https://m.example/go/  ([HOME]/.gom/config.toml:3)
    sources       mirror,proxy  (--source)
    offline       true  (environment variable GOM_OFFLINE)
    lock_timeout  7  ([HOME]/.gom/config.toml:2)
    timeout       30  (default)
    auto_install  tty  (default)
    proof         any  (default)
    sync          auto  (default)
    security_notice daily  (default)
    record_use    always  (default)
    store_path    -  (default)
    trusted_folders -  (default)
    GOPROXY       https://p.example,off  (environment)
    GONOPROXY     example.test  ([HOME]/go-env:1)
    GOSUMDB       off  (environment)
    HTTPS_PROXY   socks5h://xxxxx@s.example:1080  (environment variable https_proxy)
    HTTP_PROXY    -  (default)
    ALL_PROXY     foo://bar  (environment variable ALL_PROXY)
    NO_PROXY      .corp.example  (environment variable no_proxy)
    SSL_CERT_FILE /ca.pem  (environment variable SSL_CERT_FILE)
    SSL_CERT_DIR  /a:/b  (environment variable SSL_CERT_DIR)
    --- stderr
    ");
}

#[test]
fn gom_home_is_named_as_its_origin() {
    let world = World::publishing(&[]);
    let output = world.gom(["config"]).env("GOM_HOME", world.home().join("elsewhere")).run();
    assert_eq!(
        line(&world, &output.stdout, "home"),
        "home          [HOME]/elsewhere  (environment variable GOM_HOME)"
    );
}

#[test]
fn a_relative_gom_home_is_said_and_not_used() {
    let world = World::publishing(&[]);
    let output = world.gom(["config"]).env("GOM_HOME", "store").run();
    assert_eq!(
        line(&world, &output.stdout, "home"),
        "home          [HOME]/.gom  (the store this gom lies in)"
    );
    assert_eq!(
        world.redact(&output.stderr),
        "warning: GOM_HOME is `store`, which is not an absolute path; using `[HOME]/.gom`\n"
    );
}

#[test]
fn passwords_are_never_shown() {
    let world = World::publishing(&[]);
    let run = || {
        world
            .gom(["config"])
            .env("GOM_MIRROR", "https://me:s3cret-m@m.example/go")
            .env("GOM_SOURCES", "https://me:s3cret-s@s.example/go")
            .env("GOPROXY", "https://me:s3cret-p@p.example|https://s3cret-t@t.example,direct")
            .env("GOSUMDB", "sum.golang.org https://me:s3cret-d@d.example")
    };
    for output in
        [run().run(), world.gom(["config", "--json"]).env("GOPROXY", "https://me:s3cret-p@p.example").run()]
    {
        assert_eq!(output.code, Some(0), "{output}");
        assert!(!output.to_string().contains("s3cret"), "{output}");
        assert!(output.stdout.contains("p.example"), "{output}");
    }
    for host in ["m.example", "s.example", "t.example", "d.example"] {
        assert!(run().run().stdout.contains(host), "{host}");
    }
}

#[test]
fn config_as_json() {
    let world = World::publishing(&[]);
    let report = world.gom(["config", "--json"]).env("GOM_LOCK_TIMEOUT", "9").run().json();
    assert_eq!(report["schema"], 1);
    let settings = report["settings"].as_array().unwrap();
    let names: Vec<&str> = settings.iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "home",
            "cache_dir",
            "mirror",
            "sources",
            "offline",
            "lock_timeout",
            "timeout",
            "auto_install",
            "proof",
            "sync",
            "security_notice",
            "record_use",
            "store_path",
            "trusted_folders",
            "GOPROXY",
            "GONOPROXY",
            "GOSUMDB",
            "HTTPS_PROXY",
            "HTTP_PROXY",
            "ALL_PROXY",
            "NO_PROXY",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR"
        ]
    );
    assert_eq!(
        (&settings[5]["value"], &settings[5]["origin"]),
        (&"9".into(), &"environment variable GOM_LOCK_TIMEOUT".into())
    );
}

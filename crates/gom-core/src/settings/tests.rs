//! Tests of settings from flags, variables and files.

use std::ffi::OsString;

use super::*;

fn resolve(flags: &SettingFlags, env: &[(&str, &str)], files: &[&Path]) -> Result<Settings, BadSetting> {
    let lookup = |name: &str| {
        env.iter()
            .find(|(key, value)| *key == name && !value.is_empty())
            .map(|(_, value)| OsString::from(value))
    };
    Settings::resolve_with_files(flags, &lookup, files, "/cache".into())
}

#[test]
fn a_flag_beats_the_environment_beats_the_files() {
    let dir = tempfile::tempdir().unwrap();
    let (store, system) = (dir.path().join("store.toml"), dir.path().join("system.toml"));
    fs_err::write(&store, "# mine\nsources = [\"mirror\"]\n").unwrap();
    fs_err::write(&system, "sources = [\"proxy\"]\nlock_timeout = 7\n").unwrap();
    let files: &[&Path] = &[&store, &system];

    let flags = SettingFlags { sources: vec!["go.dev".into()], ..SettingFlags::default() };
    let env = [("GOM_SOURCES", "proxy, mirror")];
    assert_eq!(resolve(&flags, &env, files).unwrap().sources.value, [SourceName::GoDev]);
    let settings = resolve(&SettingFlags::default(), &env, files).unwrap();
    assert_eq!(settings.sources.value, [SourceName::Proxy, SourceName::Mirror]);
    let settings = resolve(&SettingFlags::default(), &[("GOM_SOURCES", "")], files).unwrap();
    assert_eq!(settings.sources.origin, SettingOrigin::File(store.clone(), 2));
    assert_eq!(settings.lock_timeout.value, Duration::from_secs(7));
    assert_eq!(settings.lock_timeout.origin, SettingOrigin::File(system, 2));
    assert_eq!(settings.offline.origin, SettingOrigin::Default);
}

#[test]
fn an_unknown_name_in_a_file_is_an_error_with_its_line() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("config.toml");
    fs_err::write(&file, "offline = true\nmirrors = []\n").unwrap();
    let error = resolve(&SettingFlags::default(), &[], &[&file]).unwrap_err();
    assert_eq!(error.origin, format!("{}:2", file.display()));
    assert!(error.reason.contains("mirrors"), "{error}");
}

#[test]
fn values_that_cannot_be_used_name_their_origin() {
    for (name, value) in [
        ("GOM_MIRROR", "ftp://x.example/"),
        ("GOM_MIRROR", "mirror"),
        ("GOM_SOURCES", "godev"),
        ("GOM_OFFLINE", "maybe"),
        ("GOM_LOCK_TIMEOUT", "soon"),
        ("GOM_TIMEOUT", "soon"),
        ("GOM_TIMEOUT", "0"),
        ("GOM_CACHE_DIR", "relative"),
        ("GOM_AUTO_INSTALL", "sometimes"),
        ("GOM_SECURITY_NOTICE", "weekly"),
        ("GOM_RECORD_USE", "sometimes"),
    ] {
        let error = resolve(&SettingFlags::default(), &[(name, value)], &[]).unwrap_err();
        assert_eq!((error.value.as_str(), error.origin), (value, format!("environment variable {name}")));
    }
}

#[test]
fn a_mirror_keeps_its_whole_path() {
    let settings =
        resolve(&SettingFlags::default(), &[("GOM_MIRROR", "https://m.example/golang")], &[]).unwrap();
    assert_eq!(settings.mirror.value[0].join("go1.22.6.tar.gz").unwrap().path(), "/golang/go1.22.6.tar.gz");
}

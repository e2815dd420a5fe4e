use std::io::Read;
use std::path::Path;

use super::archive::{self, Entry, PROGRAM, TEXT};
use super::build::{Target, Variables};
use super::default_proxy::DefaultProxy;
use super::identity::Identity;
use super::installer::Release;
use super::{completions, licenses, paths, repository};
use crate::help::Help;

/// The time 2026-01-02.
const TIME: u64 = 1_767_312_000;

fn entries() -> Vec<Entry> {
    vec![
        Entry::new("gom", PROGRAM, b"a program".to_vec()),
        Entry::new("README.md", TEXT, b"# gom\n".to_vec()),
        Entry::new("completions/_gom", TEXT, Vec::new()),
    ]
}

#[test]
fn the_same_files_in_another_order_give_the_same_bytes() {
    let mut other = entries();
    other.reverse();
    assert_eq!(archive::pack("a", entries(), TIME).unwrap(), archive::pack("a", other, TIME).unwrap());
}

#[test]
fn an_archive_has_the_files_with_their_modes_and_one_time() {
    let bytes = archive::pack("gom-1", entries(), TIME).unwrap();
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(bytes.as_slice()));
    let mut listed = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let (mut content, header) = (String::new(), entry.header().clone());
        entry.read_to_string(&mut content).unwrap();
        assert_eq!((header.mtime().unwrap(), header.uid().unwrap(), header.gid().unwrap()), (TIME, 0, 0));
        listed.push((entry.path().unwrap().display().to_string(), header.mode().unwrap(), content));
    }
    let expected = [
        ("gom-1/README.md", TEXT, "# gom\n"),
        ("gom-1/completions/_gom", TEXT, ""),
        ("gom-1/gom", PROGRAM, "a program"),
    ];
    assert_eq!(listed, expected.map(|(name, mode, content)| (name.to_owned(), mode, content.to_owned())));
}

fn help(shells: &str) -> Help {
    let verb = r#"{"name": "completions", "group": null, "aliases": [], "summary": "", "text": "", "usage": "",
        "effects": null, "options": [], "notes": "", "verbs": [], "arguments": [{"name": "SHELL", "text": "",
        "required": true, "repeated": false, "values": [SHELLS]}]}"#;
    let verb = verb.replace("SHELLS", shells);
    serde_json::from_str(&format!(r#"{{"gom": "1.2.3", "global_options": [], "verbs": [{verb}]}}"#)).unwrap()
}

#[test]
fn every_shell_that_gom_completes_in_has_a_file() {
    assert_eq!(completions(&help(r#""zsh", "elvish""#)).unwrap(), [("zsh", "_gom"), ("elvish", "gom.elv")]);
    let error = completions(&help(r#""bash", "tcsh""#)).unwrap_err().to_string();
    assert!(error.starts_with("tcsh has no name"), "{error}");
    completions(&help("")).unwrap_err();
}

fn release() -> Release {
    let mut release = Release::new("0.1.0", "https://example.test/gom");
    release.add("gom-0.1.0-a.tar.gz", b"");
    release.add("gom-0.1.0-b.tar.gz", b"abc");
    release
}

#[test]
fn the_sums_are_those_that_sha256sum_prints() {
    let expected = "\
        e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  gom-0.1.0-a.tar.gz\n\
        ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  gom-0.1.0-b.tar.gz\n";
    assert_eq!(release().sums(), expected);
}

#[test]
fn the_repositorys_installer_takes_what_a_release_knows() {
    let script = std::fs::read_to_string(Path::new(&repository()).join("install.sh")).unwrap();
    let filled = release().fill_in(&script).unwrap();
    let start = "\nrelease_version='0.1.0'\nrelease_base='https://example.test/gom'\n";
    assert!(filled.contains(start));
    assert!(filled.contains(&format!("\nrelease_sums='{}'\n", release().sums().trim_end())));
    // Everything else is the same: only the three values were filled in.
    assert!(filled.lines().count() == script.lines().count() + 1);
    assert!(release().fill_in(&filled).is_err(), "it is filled in already");
}

#[test]
fn a_value_that_would_end_its_quotes_is_refused() {
    let script = std::fs::read_to_string(Path::new(&repository()).join("install.sh")).unwrap();
    let release = Release::new("0.1.0", "https://example.test/'; rm -rf ~");
    assert!(release.fill_in(&script).is_err());
}

/// K14.4
#[test]
fn a_path_of_the_building_machine_is_found_in_a_program() {
    let program =
        b"\x7fELF\0/home/ada/gom/crates/x.rs\0/home/adam/y\0 /home/ada/.cargo/z.rs:7:1\0/gom/crates/x.rs\0";
    assert_eq!(
        paths::paths_below(program, "/home/ada"),
        ["/home/ada/gom/crates/x.rs", "/home/ada/.cargo/z.rs:7:1"]
    );
    assert_eq!(paths::paths_below(program, "/home/ada/gom/"), ["/home/ada/gom/crates/x.rs"]);
    assert!(paths::paths_below(program, "/work").is_empty());
    assert!(paths::paths_below(program, "/").is_empty());
}

/// A build as root, as in an image, has the folder that `gom docker` names below its own home.
#[test]
fn the_build_cache_of_an_image_is_no_path_of_the_building_machine() {
    let program = b"\x7fELF/root/.cache/go-buildCGO_ENABLED=0\0/root/.cargo/registry/x.rs\0";
    assert_eq!(paths::paths_below(program, "/root"), ["/root/.cargo/registry/x.rs"]);
}

/// K14.4: rustc uses the last prefix that fits, so the deeper folder comes later.
#[test]
fn a_folder_within_another_is_renamed_by_its_own_name() {
    let flags = paths::remapped(&repository()).unwrap();
    let folders: Vec<&str> = flags
        .split('\x1f')
        .map(|flag| flag.strip_prefix("--remap-path-prefix=").unwrap().split_once('=').unwrap().0)
        .collect();
    assert_eq!(folders.len(), 4);
    for (index, outer) in folders.iter().enumerate() {
        let earlier = folders[..index].iter().find(|inner| inner.starts_with(&format!("{outer}/")));
        assert_eq!(earlier, None, "{outer} would win");
    }
}

#[test]
fn a_target_is_known_by_its_name_alone() {
    for target in Target::ALL {
        assert_eq!(target.name().parse::<Target>().unwrap(), target);
    }
    let error = "x86_64-unknown-linux-gnu".parse::<Target>().unwrap_err().to_string();
    assert!(
        error.contains("aarch64-apple-darwin, aarch64-unknown-linux-musl, x86_64-apple-darwin"),
        "{error}"
    );
}

/// What this machine's environment says must not get into a release.
#[test]
fn a_name_that_is_empty_in_release_toml_is_not_set_for_the_build() {
    let identity = Identity::parse("repository = ''\nmodule = ''\nbase = ''\npackage = ''\n").unwrap();
    let proxy = DefaultProxy::of_go_env("GOPROXY=https://proxy.example\n").unwrap();
    let mut command = std::process::Command::new("true");
    Variables::new(&identity, Some("https://example.test/gom"), &proxy).set(&mut command);
    let value = |name: &str| {
        let mut set = command.get_envs().filter(|(set, _)| *set == name);
        set.next().map(|(_, value)| value.map(|value| value.to_str().unwrap().to_owned()))
    };
    assert_eq!(value("GOM_BUILD_BASE"), Some(Some("https://example.test/gom".to_owned())));
    assert_eq!(value("GOM_BUILD_GOPROXY"), Some(Some("https://proxy.example".to_owned())));
    assert_eq!(value("GOM_BUILD_MODULE"), Some(None), "removed from the environment");
}

/// K14.4
#[test]
fn every_crate_that_is_linked_in_has_its_licence_in_the_archive() {
    let text = licenses::of_crates(&repository(), Target::LinuxIntel).unwrap();
    for name in ["ring 0.", "rustls 0.", "webpki-roots 1.", "clap 4.", "zlib-rs 0."] {
        assert!(text.lines().any(|line| line.starts_with(name) && line.contains(": ")), "{name}");
    }
    for words in ["BoringSSL", "CDLA-Permissive", "Permission is hereby granted", "TERMS AND CONDITIONS"] {
        assert!(text.contains(words), "{words}");
    }
    assert!(!text.contains("insta 1."), "tests are not linked in");
    assert!(!text.contains(env!("CARGO_MANIFEST_DIR")));
}

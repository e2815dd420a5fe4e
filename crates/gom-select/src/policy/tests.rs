//! Tests of the form of a verdict, of what ends it, and of a go command without downloads.

use proptest::prelude::*;

use super::*;
use crate::toolchain::ToolchainId;
use crate::version::GoVersion;

const DAY: Day = 20_786;

fn identity() -> PolicyIdentity {
    PolicyIdentity {
        device: 2049,
        inode: 12,
        size: 812,
        modified: (1_764_512_345, 5),
        changed: (1_764_512_346, 123_456_789),
        owner: 0,
        mode: 0o100_644,
    }
}

fn installed(name: &str) -> Selected {
    Selected::Installed { id: ToolchainId::parse(name).unwrap(), goroot: "/s/toolchains/x".into() }
}

fn linked(version: Option<&str>, goroot: &str) -> Selected {
    Selected::Linked {
        name: crate::link_name::LinkName::parse("tip").unwrap(),
        goroot: goroot.into(),
        version: version.map(|version| GoVersion::parse(version).unwrap()),
    }
}

fn refused() -> Ruling {
    Ruling::Refused { message: "it is too\told\n".to_owned(), hint: "run `gom use latest`".to_owned() }
}

fn verdict() -> Verdict {
    let of = |selected: &Selected| Subject::of(selected).unwrap();
    Verdict {
        policy: identity(),
        day: DAY,
        scope: PolicyScope { is_enforced: true, allows_downloads: false },
        rulings: vec![
            (of(&installed("go1.22.6.linux-amd64")), Ruling::Allowed),
            (of(&installed("go1.21.0.linux-amd64")), refused()),
            (of(&linked(Some("1.28"), "/src/go")), Ruling::Allowed),
            (of(&Selected::System { go: "/usr/bin/go".into() }), refused()),
        ],
    }
}

fn ask(bytes: &[u8], selected: &Selected) -> Option<Ruling> {
    told(bytes, &identity(), DAY, &Subject::of(selected)?).map(|told| told.ruling)
}

#[test]
fn a_verdict_is_a_text_that_people_can_read() {
    assert_eq!(
        String::from_utf8(verdict().to_bytes()).unwrap(),
        "gom policy verdict 1\n\
         file 2049 12 812 1764512345.000000005 1764512346.123456789 0 81a4\n\
         day 20786\n\
         mode enforce\n\
         downloads refused\n\
         allowed go1.22.6.linux-amd64\n\
         refused go1.21.0.linux-amd64\tit is too old \trun `gom use latest`\n\
         allowed linked tip 1.28 /src/go\n\
         refused system /usr/bin/go\tit is too old \trun `gom use latest`\n\
         end\n"
    );
}

#[test]
fn it_tells_of_what_it_names_and_of_nothing_else() {
    let bytes = verdict().to_bytes();
    let one_line = Some(Ruling::Refused {
        message: "it is too old ".to_owned(),
        hint: "run `gom use latest`".to_owned(),
    });
    assert_eq!(ask(&bytes, &installed("go1.22.6.linux-amd64")), Some(Ruling::Allowed));
    assert_eq!(ask(&bytes, &installed("go1.21.0.linux-amd64")), one_line);
    assert_eq!(ask(&bytes, &Selected::System { go: "/usr/bin/go".into() }), one_line);
    for other in [
        installed("go1.22.6.linux-arm64"),
        installed("go1.22.7.linux-amd64"),
        linked(Some("1.28"), "/src/go2"),
        linked(Some("1.27"), "/src/go"),
        linked(None, "/src/go"),
        Selected::System { go: "/usr/local/bin/go".into() },
        Selected::System { go: "/usr/bin/go\tx".into() },
    ] {
        assert_eq!(ask(&bytes, &other), None, "{other:?}");
    }
}

#[test]
fn each_change_of_the_policy_and_each_new_day_ends_it() {
    let (bytes, go) = (verdict().to_bytes(), Subject::of(&installed("go1.22.6.linux-amd64")).unwrap());
    let others = [
        PolicyIdentity { device: 1, ..identity() },
        PolicyIdentity { inode: 13, ..identity() },
        PolicyIdentity { size: 813, ..identity() },
        PolicyIdentity { modified: (1_764_512_346, 5), ..identity() },
        PolicyIdentity { modified: (1_764_512_345, 6), ..identity() },
        PolicyIdentity { changed: (1_764_512_346, 0), ..identity() },
        PolicyIdentity { owner: 1000, ..identity() },
        PolicyIdentity { mode: 0o100_666, ..identity() },
    ];
    for other in others {
        assert_eq!(told(&bytes, &other, DAY, &go), None, "{other:?}");
    }
    for day in [DAY - 1, DAY + 1, 0] {
        assert_eq!(told(&bytes, &identity(), day, &go), None, "{day}");
    }
    assert!(told(&bytes, &identity(), DAY, &go).is_some());
}

#[test]
fn a_part_of_a_verdict_tells_nothing() {
    let (bytes, go) = (verdict().to_bytes(), installed("go1.22.6.linux-amd64"));
    for end in 0..bytes.len() {
        assert_eq!(ask(&bytes[..end], &go), None, "{end}");
    }
    let text = String::from_utf8(bytes).unwrap();
    for (from, to) in [
        ("verdict 1", "verdict 2"),
        ("mode enforce", "mode off"),
        ("downloads refused", "downloads"),
        ("allowed go1", "Allowed go1"),
        ("day 20786", "day 020786"),
    ] {
        assert_eq!(ask(text.replacen(from, to, 1).as_bytes(), &go), None, "{to}");
    }
}

#[test]
fn reasons_are_left_out_before_a_verdict_takes_a_second_read() {
    let names: Vec<String> = (0..120).map(|patch| format!("go1.22.{patch}.linux-amd64")).collect();
    let of = |name: &String| Subject::of(&installed(name)).unwrap();
    let reason = || Ruling::Refused { message: "m".repeat(200), hint: "h".repeat(50) };
    let many = Verdict { rulings: names.iter().map(|name| (of(name), reason())).collect(), ..verdict() };
    let bytes = many.to_bytes();
    assert!(bytes.len() < VERDICT_ROOM, "{}", bytes.len());
    assert_eq!(ask(&bytes, &installed(&names[0])), Some(reason()));
    let empty = Ruling::Refused { message: String::new(), hint: String::new() };
    assert_eq!(ask(&bytes, &installed(&names[119])), Some(empty));
    // Names are never left out.
    let names: Vec<String> = (0..600).map(|patch| format!("go1.22.{patch}.linux-amd64")).collect();
    let all = Verdict { rulings: names.iter().map(|name| (of(name), Ruling::Allowed)).collect(), ..many };
    assert_eq!(ask(&all.to_bytes(), &installed(&names[599])), Some(Ruling::Allowed));
}

#[test]
fn a_file_is_known_by_all_that_a_look_tells() {
    let folder = std::env::temp_dir().join(format!("gom-policy-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("policy.toml");
    assert_eq!(PolicyIdentity::look(&file).unwrap(), None);
    assert_eq!(PolicyIdentity::look(&file.join("below")).unwrap(), None);
    fs::write(&file, "mode = \"report\"\n").unwrap();
    let first = PolicyIdentity::look(&file).unwrap().unwrap();
    assert_eq!(PolicyIdentity::look(&file).unwrap().unwrap(), first);
    fs::write(folder.join("other"), "mode = \"report\"\n").unwrap();
    fs::rename(folder.join("other"), &file).unwrap();
    assert_ne!(PolicyIdentity::look(&file).unwrap().unwrap(), first);
    std::os::unix::fs::symlink("policy.toml", folder.join("link")).unwrap();
    let link = PolicyIdentity::look(&folder.join("link")).unwrap().unwrap();
    assert_ne!(link.mode & 0o170_000, 0o100_000, "a link is not its target");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_go_that_downloads_nothing_still_switches_on_path() {
    for (value, without) in [
        ("auto", Some("path")),
        ("local+auto", Some("local+path")),
        ("go1.22.6+auto", Some("go1.22.6+path")),
        ("path", None),
        ("local", None),
        ("go1.22.6", None),
        ("go1.22.6+path", None),
        ("", None),
    ] {
        assert_eq!(without_downloads(value).as_deref(), without, "{value}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..256), at in 0usize..400) {
        let go = installed("go1.22.6.linux-amd64");
        let _ = ask(&bytes, &go);
        let mut whole = verdict().to_bytes();
        let at = at.min(whole.len());
        whole.splice(at..at, bytes);
        let _ = ask(&whole, &go);
    }
}

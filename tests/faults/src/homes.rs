//! Strange homes: a name that is not UTF-8, a home that can't be written, a home of another user, a disk without room.

use crate::invariants::{self, Findings, MayEnd, Promise};
use crate::mounts;
use crate::place::{Place, Said, Words};
use crate::scenario::State;
use crate::stage::{self, Stage};
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Verbs that change something, and some that only look.
const VERBS: [&[&str]; 10] = [
    &["install", "1.99.0"],
    &["install", "1.97.1"],
    &["uninstall", "1.98.1", "--yes"],
    &["use", "1.99.0"],
    &["local", "1.99.0"],
    &["setup", "--yes", "--shell", "bash"],
    &["repair"],
    &["list"],
    &["why"],
    &["doctor"],
];

/// A user who owns nothing here.
const STRANGER: u32 = 42_777;

/// A home, and how it is strange.
pub(crate) struct StrangeHome {
    pub(crate) name: &'static str,
    pub(crate) findings: Findings,
}

/// Tries all of them. What can't be made here is added to `skipped`.
pub(crate) fn all(stage: &Stage, skipped: &mut Vec<String>) -> io::Result<Vec<StrangeHome>> {
    let mut homes = vec![not_utf8(stage)?];
    match as_stranger(stage)? {
        Some(home) => homes.push(home),
        None => skipped.push("homes of other users: this user can't become another one".to_owned()),
    }
    if mounts::are_possible() {
        homes.push(read_only(stage)?);
        homes.push(full(stage)?);
    } else {
        skipped.push("read-only and full homes: no file system can be mounted here".to_owned());
    }
    Ok(homes)
}

fn folder(stage: &Stage, name: &OsStr) -> io::Result<PathBuf> {
    let root = stage.place.root().join(name);
    fs::create_dir_all(&root)?;
    Ok(root)
}

fn gom(place: &Place, verb: &[&str]) -> Words {
    let mut words = place.gom(verb);
    words.variables.push(("GOM_SOURCES".to_owned(), "proxy".to_owned()));
    words
}

/// Every verb ends with an exit code, and an error with a hint.
fn each(findings: &mut Findings, run: impl Fn(&[&str]) -> io::Result<Said>) -> io::Result<()> {
    for verb in VERBS {
        let said = run(verb)?;
        // The doctor's findings are its output.
        if verb != ["doctor"] || said.code != Some(1) {
            invariants::of_end(findings, &said, MayEnd::ByItself);
        }
    }
    Ok(())
}

fn not_utf8(stage: &Stage) -> io::Result<StrangeHome> {
    let root = folder(stage, OsStr::from_bytes(b"h\xff\xfeme"))?;
    stage.reset_at(&root, State::Two)?;
    let place = stage.place_at(&root);
    let mut findings = Findings::default();
    each(&mut findings, |verb| place.run(&gom(&place, verb)))?;
    invariants::of_state(&mut findings, &place, &stage.other_gom, None)?;
    invariants::of_repair(&mut findings, &place)?;
    Ok(StrangeHome { name: "a home that is not UTF-8", findings })
}

/// Nothing of the home may change.
fn unchanged(
    stage: &Stage,
    place: &Place,
    run: impl Fn(&[&str]) -> io::Result<Said>,
) -> io::Result<Findings> {
    let before = stage::now_at(place.root());
    let mut findings = Findings::default();
    each(&mut findings, run)?;
    invariants::of_state(&mut findings, place, &stage.other_gom, Some((&before, &before)))?;
    Ok(findings)
}

fn as_stranger(stage: &Stage) -> io::Result<Option<StrangeHome>> {
    let setpriv = Path::new("/usr/bin/setpriv");
    if !nix::unistd::geteuid().is_root() || !setpriv.exists() {
        return Ok(None);
    }
    let root = folder(stage, OsStr::new("strangers"))?;
    stage.reset_at(&root, State::Two)?;
    for open in root.ancestors().take_while(|folder| *folder != Path::new("/dev/shm")).take(4) {
        if open != Path::new("/tmp") && open != Path::new("/") {
            fs::set_permissions(open, fs::Permissions::from_mode(0o755))?;
        }
    }
    let place = stage.place_at(&root);
    let run = |verb: &[&str]| {
        let inner = gom(&place, verb);
        let mut words = Words::new(setpriv.to_path_buf(), &[]);
        words.arguments = vec![
            format!("--reuid={STRANGER}"),
            format!("--regid={STRANGER}"),
            "--clear-groups".to_owned(),
            inner.program.display().to_string(),
        ];
        words.arguments.extend(inner.arguments);
        words.variables = inner.variables;
        place.run(&words)
    };
    let findings = unchanged(stage, &place, run)?;
    Ok(Some(StrangeHome { name: "a home of another user", findings }))
}

fn read_only(stage: &Stage) -> io::Result<StrangeHome> {
    let root = folder(stage, OsStr::new("read-only"))?;
    let mounted = mounts::Mount::memory(&root, 512 << 20)?;
    stage.reset_at(&root, State::Two)?;
    mounted.make_read_only()?;
    let place = stage.place_at(&root);
    let findings = unchanged(stage, &place, |verb| place.run(&gom(&place, verb)))?;
    Ok(StrangeHome { name: "a read-only home", findings })
}

/// A disk that is full after a few files more: each verb fails or works, and all work once there is room.
fn full(stage: &Stage) -> io::Result<StrangeHome> {
    let root = folder(stage, OsStr::new("full"))?;
    let mounted = mounts::Mount::memory(&root, 512 << 20)?;
    stage.reset_at(&root, State::Two)?;
    let mut findings = Findings::default();
    let place = stage.place_at(&root);
    for spare in [0, 8 << 10, 32 << 10, 128 << 10, 512 << 10, 2 << 20] {
        mounted.leave_room(spare)?;
        each(&mut findings, |verb| place.run(&gom(&place, verb)))?;
        invariants::of_state(&mut findings, &place, &stage.other_gom, None)?;
        mounted.resize(512 << 20)?;
        for verb in [
            &["install", "1.98.1"][..],
            &["install", "1.99.0"],
            &["uninstall", ">=1.97,<1.98", "--all", "--yes"],
        ] {
            let said = place.run(&gom(&place, verb))?;
            findings.unless(matches!(said.code, Some(0 | 3)), Promise::Again, || {
                format!("{verb:?} once there is room: {said}")
            });
        }
        invariants::of_repair(&mut findings, &place)?;
    }
    Ok(StrangeHome { name: "a full home", findings })
}

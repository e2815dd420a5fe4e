//! The promises, checked after each fault. docs/reliability.md has the same list, in the same order.
//!
//! Owns: what counts as a broken promise. It looks at the files itself; gom is asked only about what gom says.

use crate::listing::{self, Entry, Listing};
use crate::place::{Place, Said, Words};
use crate::scenario::{Program, Scenario};
use crate::stage::{self, VERSIONS};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What gom promises. The names are those of docs/reliability.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Promise {
    /// A toolchain is whole, or no command finds it.
    Whole,
    /// What runs is a whole toolchain, or an error.
    Runs,
    /// A file has its old content or its new content.
    Untorn,
    /// Exit code 0 only if the result is there.
    Done,
    /// The same command succeeds once the fault is gone, and leaves the same as without a fault.
    Again,
    /// Nothing unfinished is left after that and `gom repair`.
    Clean,
    /// No crash.
    NoCrash,
    /// An end in time.
    Ends,
    /// An error has a hint.
    Hint,
    /// What was done survives a power failure.
    Durable,
    /// Several goms at once do what each would do alone.
    Together,
}

impl Promise {
    pub(crate) const ALL: [Promise; 11] = [
        Promise::Whole,
        Promise::Runs,
        Promise::Untorn,
        Promise::Done,
        Promise::Again,
        Promise::Clean,
        Promise::NoCrash,
        Promise::Ends,
        Promise::Hint,
        Promise::Durable,
        Promise::Together,
    ];

    /// Its name in docs/reliability.md.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Promise::Whole => "whole",
            Promise::Runs => "runs",
            Promise::Untorn => "untorn",
            Promise::Done => "done",
            Promise::Again => "again",
            Promise::Clean => "clean",
            Promise::NoCrash => "no-crash",
            Promise::Ends => "ends",
            Promise::Hint => "hint",
            Promise::Durable => "durable",
            Promise::Together => "together",
        }
    }
}

/// A promise that was not kept.
#[derive(Clone, Debug)]
pub(crate) struct Broken {
    pub(crate) promise: Promise,
    pub(crate) what: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.promise.name(), self.what)
    }
}

/// Which promises were looked at after a fault, and which of them were broken.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) checked: BTreeSet<Promise>,
    pub(crate) broken: Vec<Broken>,
}

impl Findings {
    pub(crate) fn add(&mut self, promise: Promise, what: impl Into<String>) {
        self.checked.insert(promise);
        self.broken.push(Broken { promise, what: what.into() });
    }

    pub(crate) fn unless(&mut self, holds: bool, promise: Promise, what: impl FnOnce() -> String) {
        self.checked.insert(promise);
        if !holds {
            self.add(promise, what());
        }
    }
}

/// How a run may end besides with an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MayEnd {
    /// Only with an exit code.
    ByItself,
    /// Also by this signal, or with the exit code for it.
    BySignal(i32),
}

/// Checks how a run ended.
pub(crate) fn of_end(findings: &mut Findings, said: &Said, may_end: MayEnd) {
    findings.unless(!said.timed_out, Promise::Ends, || format!("no end in time: {said}"));
    let by = match (may_end, said.signal) {
        (_, None) => true,
        (MayEnd::BySignal(allowed), Some(signal)) => allowed == signal,
        (MayEnd::ByItself, Some(_)) => said.timed_out,
    };
    findings.unless(by && !said.stderr.contains("panicked at"), Promise::NoCrash, || said.to_string());
    // 10 is an answer, not an error; a run that a signal interrupts has nothing to advise.
    let is_error = said.code.is_some_and(|code| code != 0 && code != 10 && code < 128);
    let is_interrupted = may_end != MayEnd::ByItself && said.stderr.contains("interrupted");
    let is_finding = has_finding(said);
    findings.unless(
        !is_error || is_interrupted || is_finding || said.stderr.contains("hint: "),
        Promise::Hint,
        || said.to_string(),
    );
}

/// Whether this is the doctor's report of a problem: it is on standard output, with its command or its hint.
pub(crate) fn has_finding(said: &Said) -> bool {
    said.stdout.lines().map(str::trim).any(|line| line == "run" || line.starts_with("hint: "))
}

/// Checks the files, and what gom and `go` say of them. The two sides are before and after a run without a fault; an
/// entry may be as in either of them.
pub(crate) fn of_state(
    findings: &mut Findings,
    place: &Place,
    other_gom: &Path,
    sides: Option<(&Listing, &Listing)>,
) -> io::Result<()> {
    let now = stage::now_at(place.root());
    let trees = trees(&now);
    for (name, tree) in &trees {
        if is_whole(tree)
            && let Some(wrong) = wrong_in(name, tree)
        {
            findings.add(Promise::Whole, format!("{name}: {wrong}"));
        }
    }
    findings.checked.insert(Promise::Whole);
    if let Some(sides) = sides {
        findings.checked.insert(Promise::Untorn);
        of_files(findings, &now, sides);
    }
    of_list(findings, place, other_gom, &trees)?;
    of_go(findings, place, &trees)
}

/// What a module of a toolchain does not have.
const LEFT_OUT: [&str; 4] = ["api", "doc", "misc", "test"];

type Trees<'a> = BTreeMap<String, BTreeMap<&'a str, &'a Entry>>;

const TOOLCHAINS: &str = "home/.gom/toolchains/";

/// The files of each folder in `toolchains/`, by the folder's name.
fn trees(now: &Listing) -> Trees<'_> {
    let mut trees = Trees::new();
    for (path, entry) in now {
        let Some(rest) = path.strip_prefix(TOOLCHAINS) else { continue };
        let (name, file) = rest.split_once('/').unwrap_or((rest, ""));
        if !name.starts_with('.') {
            let tree = trees.entry(name.to_owned()).or_default();
            if *entry != Entry::Folder {
                tree.insert(file, entry);
            }
        }
    }
    trees
}

/// Whether a tree is one that gom finds: docs/store.md.
fn is_whole(tree: &BTreeMap<&str, &Entry>) -> bool {
    tree.contains_key("bin/go") && tree.contains_key("VERSION")
}

/// What differs between a tree and what was published.
fn wrong_in(name: &str, tree: &BTreeMap<&str, &Entry>) -> Option<String> {
    let Some(version) = VERSIONS.iter().find(|version| stage::name_of(version) == name) else {
        return Some("an unknown toolchain".to_owned());
    };
    let published = stage::toolchain(version).files();
    let from_module = !tree.keys().any(|file| file.starts_with("api/"));
    let left_out = |file: &str| file.split_once('/').is_some_and(|(folder, _)| LEFT_OUT.contains(&folder));
    for (file, content) in published.iter().filter(|(file, _)| !(from_module && left_out(file))) {
        match tree.get(file.as_str()) {
            Some(Entry::File { content: found, .. }) if found == content => {}
            Some(_) => return Some(format!("`{file}` has other content")),
            None => return Some(format!("`{file}` is missing")),
        }
    }
    let more = tree.keys().find(|file| !published.contains_key(**file))?;
    Some(format!("`{more}` was not published"))
}

/// Whether a path may have any content while work is unfinished: gom's own notes, and what nobody reads as a result.
fn is_free(path: &str) -> bool {
    const FREE: [&str; 10] = [
        "home/.cache",
        "home/.gom/locks",
        "home/.gom/sumdb",
        "home/.gom/staging",
        "home/.gom/evidence",
        "home/.gom/notices",
        "home/.gom/used",
        "home/.gom/toolchains",
        "home/.gom/tools/.staging",
        // What the go command was asked.
        "home/fake-go",
    ];
    path.ends_with("toolchains/.probe")
        // The folder of another manager, half removed: no manager lists this name.
        || path.contains("/.gom-removed-")
        // By this the go command knows that a module is half there.
        || (path.contains("/cache/download/") && path.ends_with(".partial"))
        || FREE
            .iter()
            .any(|free| path.strip_prefix(free).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
        || listing::is_temporary(path)
}

/// Every file is as before or as after.
fn of_files(findings: &mut Findings, now: &Listing, (before, after): (&Listing, &Listing)) {
    let names: BTreeSet<&String> = before.keys().chain(now.keys()).chain(after.keys()).collect();
    for name in names.into_iter().filter(|name| !is_free(name)) {
        let found = now.get(name);
        if found != before.get(name) && found != after.get(name) {
            let (mut expected, mut torn) = (Listing::new(), Listing::new());
            expected.extend(after.get(name).map(|entry| (name.clone(), entry.clone())));
            torn.extend(found.map(|entry| (name.clone(), entry.clone())));
            let what = listing::difference(&expected, &torn).unwrap_or_else(|| format!("`{name}`"));
            findings.add(Promise::Untorn, format!("{what}; before: {}", before.contains_key(name)));
        }
    }
}

fn of_list(findings: &mut Findings, place: &Place, gom: &Path, trees: &Trees<'_>) -> io::Result<()> {
    let said = place.run(&Words::new(gom.to_path_buf(), &["list", "--json"]))?;
    of_end(findings, &said, MayEnd::ByItself);
    let Ok(listed) = serde_json::from_str::<serde_json::Value>(&said.stdout) else {
        findings.add(Promise::Whole, format!("gom list: {said}"));
        return Ok(());
    };
    for toolchain in listed["toolchains"].as_array().into_iter().flatten() {
        let name = toolchain["toolchain"].as_str().unwrap_or_default();
        if !VERSIONS.iter().any(|version| stage::name_of(version) == name) {
            // A GOROOT of the user's own, which gom promises nothing about.
            continue;
        }
        let is_broken = toolchain["proof"] == "broken";
        let tree = trees.get(name);
        findings.unless(is_broken || tree.is_some_and(is_whole), Promise::Whole, || {
            format!("gom list names {name}, which is not whole")
        });
    }
    Ok(())
}

/// `go version` comes from a whole toolchain, or says what to do.
fn of_go(findings: &mut Findings, place: &Place, trees: &Trees<'_>) -> io::Result<()> {
    let go = place.store().join("bin/go");
    if fs::symlink_metadata(&go).is_err() || !go.exists() {
        return Ok(());
    }
    let mut words = Words::new(go, &["version"]);
    words.variables = vec![("GOM_AUTO_INSTALL".to_owned(), "never".to_owned())];
    let said = place.run(&words)?;
    of_end(findings, &said, MayEnd::ByItself);
    if said.code == Some(0) {
        let version = said.stdout.strip_prefix("go version go").and_then(|rest| rest.split(' ').next());
        let tree = version.and_then(|version| trees.get(&stage::name_of(version)));
        findings.unless(tree.is_some_and(is_whole), Promise::Runs, || said.to_string());
    }
    Ok(())
}

/// Checks that a result is whole: what is there is what a run without a fault leaves.
pub(crate) fn of_result(
    findings: &mut Findings,
    promise: Promise,
    after: &Listing,
    place: &Place,
    more: impl Fn() -> String,
) {
    findings.checked.insert(promise);
    let (after, now) = (compared(after), compared(&stage::now_at(place.root())));
    if let Some(what) = listing::difference(&after, &now) {
        findings.add(promise, what + &more());
    }
}

/// What two runs that did the same have in common. Without go.dev's sums, gom leaves out what it can't prove.
fn compared(listing: &Listing) -> Listing {
    let is_left_out = |path: &str| path.split('/').nth(4).is_some_and(|folder| LEFT_OUT.contains(&folder));
    let is_compared = |path: &str| match path.strip_prefix(TOOLCHAINS) {
        Some(_) => !is_left_out(path),
        None => !is_free(path),
    };
    // An empty folder that is left does no harm.
    let kept = listing.iter().filter(|(path, entry)| **entry != Entry::Folder && is_compared(path));
    kept.map(|(path, entry)| (path.clone(), entry.clone())).collect()
}

/// Runs the same command again without a fault, then `gom repair`, and checks what is left. `after` is what a run without
/// a fault leaves, if that is certain.
pub(crate) fn of_recovery(
    findings: &mut Findings,
    (place, other_gom): (&Place, &Path),
    scenario: &Scenario,
    after: Option<&Listing>,
) -> io::Result<()> {
    for file in unfinished(place) {
        if (file.is_symlink() || file.is_file()) && listing::is_temporary(&file.to_string_lossy()) {
            stage::make_old(&file)?;
        }
    }
    // As after some minutes: an install that has just failed is not tried again at once (docs/auto-install.md).
    let _ = fs::remove_dir_all(place.store().join("notices"));
    let mut words = stage::words_at(place, scenario);
    if !words.program.exists() {
        // gom has removed itself.
        words.program = other_gom.to_path_buf();
    }
    if scenario.program == Program::Go && place.store().join("bin/gom").exists() {
        // `go` takes no lock and changes nothing of what is installed.
        place.run(&place.gom(&["repair"]))?;
    }
    let said = place.run(&words)?;
    of_end(findings, &said, MayEnd::ByItself);
    // Another gom may have removed what the command is about.
    let is_done =
        said.code.is_some_and(|code| scenario.again.contains(&code) || (after.is_none() && code == 3))
            || has_finding(&said);
    findings.unless(is_done, Promise::Again, || said.to_string());
    if let Some(after) = after {
        of_result(findings, Promise::Again, after, place, || format!("; the second run: {said}"));
    }
    of_repair(findings, place)
}

/// Runs `gom repair`, after which nothing unfinished is left.
pub(crate) fn of_repair(findings: &mut Findings, place: &Place) -> io::Result<()> {
    for file in unfinished(place) {
        if (file.is_symlink() || file.is_file()) && listing::is_temporary(&file.to_string_lossy()) {
            stage::make_old(&file)?;
        }
    }
    findings.checked.insert(Promise::Clean);
    if !unfinished(place).is_empty() && place.store().join("bin/gom").exists() {
        let said = place.run(&place.gom(&["repair"]))?;
        of_end(findings, &said, MayEnd::ByItself);
        let left = unfinished(place);
        findings.unless(left.is_empty(), Promise::Clean, || format!("{left:?} is left; gom repair: {said}"));
    }
    Ok(())
}

/// What work leaves that is not finished: anything in staging, and temporary files.
fn unfinished(place: &Place) -> Vec<PathBuf> {
    let is_unfinished = |path: &str| {
        let is_in = |staging: &str| path.strip_prefix(staging).is_some_and(|rest| !rest.contains('/'));
        let is_work = is_in("home/.gom/staging/") || is_in("home/.gom/tools/.staging/");
        is_work || (listing::is_temporary(path) && !path.starts_with("home/.cache/"))
    };
    let now = stage::now_at(place.root());
    now.keys().filter(|path| is_unfinished(path)).map(|path| place.root().join(path)).collect()
}

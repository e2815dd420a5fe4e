//! Power failures: while gom is held before a call, the disk is copied as it is at that moment. The copy is what a power
//! failure would leave: what the kernel has not written yet is not on it. It is mounted, which replays the journal of
//! ext4, and the promises are checked on it.
//!
//! Of two kinds: at once, and after the journal was written once more because of somebody else's file. Then names and
//! sizes of gom's files are on the disk whose content is not.

use crate::invariants::{self, Findings, Promise};
use crate::listing::Listing;
use crate::mounts::{self, Mount};
use crate::place::{LIMIT, Place};
use crate::random::Random;
use crate::scenario::{Program, Scenario};
use crate::stage::{self, Stage};
use crate::trace::{Lies, Plan};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// The scenarios whose results must survive.
pub(crate) const SCENARIOS: [&str; 9] = [
    "install-tar",
    "install-zip",
    "install-force",
    "uninstall",
    "use",
    "local",
    "local-tools",
    "setup",
    "doctor-fix",
];

/// Small, since it is copied at every cut.
const IMAGE: u64 = 64 << 20;

/// One power failure.
pub(crate) struct Cut {
    pub(crate) when: String,
    pub(crate) findings: Findings,
}

/// A disk on which a scenario runs.
struct Disk<'a> {
    stage: &'a Stage,
    scenario: &'a Scenario,
    folder: PathBuf,
    place: Place,
    before: Listing,
    after: Listing,
    changes: u64,
}

/// Runs a scenario on ext4, cuts the power at some of its changes and after its end, and checks what is left of each.
pub(crate) fn run(
    stage: &Stage,
    scenario: &Scenario,
    (random, cuts): (&mut Random, usize),
    lies: Lies,
) -> io::Result<Vec<Cut>> {
    let mut disk = Disk::new(stage, scenario)?;
    disk.learn()?;
    let mut at: Vec<u64> = (0..cuts).map(|_| 1 + random.below(disk.changes.max(1))).collect();
    at.sort_unstable();
    at.dedup();
    let mut images = Vec::new();
    let image = disk.folder.join("run.img");
    mounts::copy_image(&disk.folder.join("base.img"), &image)?;
    let mounted = Mount::of_image(&image, disk.place.root())?;
    let mut failed = None;
    let mut number = 0;
    let mut on_stop = |change| {
        number += 1;
        // Every other cut comes after a commit of the journal.
        let committed = number % 2 == 0;
        match disk.cut(&image, number, committed) {
            Ok(copy) => {
                let committed = if committed { ", committed" } else { "" };
                images.push((copy, format!("change {change}{committed}")));
            }
            Err(error) => failed = Some(error),
        }
    };
    let plan = Plan { fault: None, lies, stops: &at, on_stop: &mut on_stop, choice: 0, limit: LIMIT };
    let (_, said) = disk.place.run_with(&disk.words(), plan)?;
    if let Some(error) = failed {
        return Err(error);
    }
    let last = disk.cut(&image, number + 1, false)?;
    drop(mounted);
    let mut found = Vec::new();
    for (copy, when) in images {
        found.push(disk.check(&copy, when, false)?);
    }
    found.push(disk.check(&last, format!("the end, {said}"), said.code == Some(0))?);
    Ok(found)
}

impl<'a> Disk<'a> {
    /// Makes the disk, with the state of the scenario on it.
    fn new(stage: &'a Stage, scenario: &'a Scenario) -> io::Result<Disk<'a>> {
        let folder = stage.place.root().join("disk");
        let root = folder.join("mounted");
        fs::create_dir_all(&root)?;
        let base = folder.join("base.img");
        mounts::make_image(&base, IMAGE)?;
        let place = stage.place_at(&root);
        let mounted = Mount::of_image(&base, &root)?;
        stage.reset_at(&root, scenario.state)?;
        let before = stage::now_at(&root);
        nix::unistd::syncfs(File::open(&root)?)?;
        drop(mounted);
        Ok(Disk { stage, scenario, folder, place, before, after: Listing::new(), changes: 0 })
    }

    /// Runs the scenario once without a cut.
    fn learn(&mut self) -> io::Result<()> {
        let image = self.folder.join("learn.img");
        mounts::copy_image(&self.folder.join("base.img"), &image)?;
        let _mounted = Mount::of_image(&image, self.place.root())?;
        let plan = Plan {
            fault: None,
            lies: Lies::default(),
            stops: &[],
            on_stop: &mut |_| (),
            choice: 0,
            limit: LIMIT,
        };
        let (ended, said) = self.place.run_with(&self.words(), plan)?;
        if said.code != Some(0) {
            return Err(io::Error::other(format!("{} on a disk: {said}", self.scenario.name)));
        }
        (self.after, self.changes) = (stage::now_at(self.place.root()), ended.changes);
        Ok(())
    }

    fn words(&self) -> crate::place::Words {
        let mut words = stage::words_at(&self.place, self.scenario);
        if self.scenario.program == Program::Gom {
            words.program.clone_from(&self.stage.other_gom);
        }
        words
    }

    /// Copies the disk as it is now.
    fn cut(&self, image: &Path, number: usize, committed: bool) -> io::Result<PathBuf> {
        if committed {
            let other = File::create(self.place.root().join("tmp/of-somebody-else"))?;
            other.sync_all()?;
        }
        let copy = self.folder.join(format!("cut-{number}.img"));
        mounts::copy_image(image, &copy)?;
        Ok(copy)
    }

    /// Starts the machine again after a cut.
    fn check(&self, copy: &Path, when: String, is_done: bool) -> io::Result<Cut> {
        let mounted = Mount::of_image(copy, self.place.root())?;
        let mut findings = Findings::default();
        let (place, gom) = (&self.place, self.stage.other_gom.as_path());
        invariants::of_state(&mut findings, place, gom, Some((&self.before, &self.after)))?;
        if is_done {
            invariants::of_result(&mut findings, Promise::Durable, &self.after, place, String::new);
        }
        invariants::of_recovery(&mut findings, (place, gom), self.scenario, Some(&self.after))?;
        drop(mounted);
        fs::remove_file(copy)?;
        Ok(Cut { when, findings })
    }
}

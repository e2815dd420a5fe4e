//! The record of use: that a toolchain ran on a day, and the file of a project that chose it.
//!
//! One use is a link in `used/` of the store that leads nowhere: its name is the day and a number, its target names
//! the toolchain and the file. So a `go` records its use by one system call, which fails at once if that use was
//! recorded on the same day. gom collects the links in `used/record.json`.
//!
//! Owns: the form of a link. Never: collects, or decides what is unused. Invariant: the record is advice, so a link
//! that can't be made stops no `go`, and a day has at most 65,536 of them, whatever runs.

#![expect(clippy::disallowed_methods, reason = "makes one link, which costs one system call")]

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::env_vars;
use crate::layout::{Env, Layout};
use crate::link_name::LinkName;
use crate::linked;
use crate::select::{Selected, Selection};
use crate::toolchain::ToolchainId;

/// The value of `GOM_RECORD_USE`, and of the setting `record_use`, with which nothing is recorded.
pub const NEVER: &str = "never";

/// Separates the toolchain from the file. No toolchain's name has one.
const SEPARATOR: u8 = b'\t';

/// The number of seconds in a day.
const DAY: u64 = 24 * 3600;

/// A day as its number since 1970-01-01, in UTC.
pub type Day = u32;

/// A toolchain, as the record names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UsedToolchain {
    /// One of the store, or of a store that is read after it.
    Installed(ToolchainId),
    /// A linked one.
    Linked(LinkName),
}

/// That a toolchain was used, and by which project.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Use {
    /// The toolchain.
    pub toolchain: UsedToolchain,
    /// The file of the project that chose it, an absolute path; `None` if no project did.
    pub file: Option<PathBuf>,
}

impl Use {
    /// Returns the use that a selection stands for; `None` for a Go that gom does not manage.
    pub fn of(selection: &Selection) -> Option<Use> {
        let toolchain = match &selection.toolchain {
            Selected::Installed { id, .. } => UsedToolchain::Installed(id.clone()),
            Selected::Linked { name, .. } => UsedToolchain::Linked(name.clone()),
            Selected::System { .. } => return None,
        };
        Some(Use { toolchain, file: selection.project.clone() })
    }

    /// Records it in the store, unless `GOM_RECORD_USE` is `never`. Costs one system call.
    pub fn record(&self, layout: &Layout, env: Env<'_>) {
        if env(env_vars::GOM_RECORD_USE).is_some_and(|value| value == NEVER) {
            return;
        }
        let (target, day) = (self.target(), today());
        // Most often it exists. A store without the folder, or of another user, records nothing.
        let _ = std::os::unix::fs::symlink(&target, layout.used().join(name(day, target.as_bytes())));
    }

    /// The target of its link.
    fn target(&self) -> OsString {
        let mut target = self.toolchain.to_string().into_bytes();
        if let Some(file) = &self.file {
            target.push(SEPARATOR);
            target.extend_from_slice(file.as_os_str().as_bytes());
        }
        OsString::from_vec(target)
    }

    /// Reads the target of a link. `None` for any other text than gom writes.
    pub fn parse(target: &OsStr) -> Option<Use> {
        let mut parts = target.as_bytes().splitn(2, |byte| *byte == SEPARATOR);
        let toolchain = UsedToolchain::parse(str::from_utf8(parts.next()?).ok()?)?;
        let file = parts.next().map(|file| Path::new(OsStr::from_bytes(file)));
        if file.is_some_and(|file| !file.is_absolute() || file.file_name().is_none()) {
            return None;
        }
        Some(Use { toolchain, file: file.map(Path::to_path_buf) })
    }
}

impl UsedToolchain {
    /// Reads a name, such as `go1.22.6.linux-amd64`.
    pub fn parse(text: &str) -> Option<UsedToolchain> {
        let installed = ToolchainId::parse(text).ok().map(UsedToolchain::Installed);
        installed.or_else(|| linked::name(text).map(UsedToolchain::Linked))
    }
}

impl std::fmt::Display for UsedToolchain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            UsedToolchain::Installed(id) => id.fmt(f),
            UsedToolchain::Linked(name) => name.fmt(f),
        }
    }
}

/// The day of this moment. A clock before 1970 gives the first day.
pub fn today() -> Day {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Day::try_from(since.as_secs() / DAY).unwrap_or(Day::MAX)
}

/// Returns the day of a link in `used/`; `None` for any other name than gom gives one.
pub fn day_of(name: &str) -> Option<Day> {
    let (day, slot) = name.split_once('-')?;
    let day: Day = day.parse().ok()?;
    let slot = u16::from_str_radix(slot, 16).ok()?;
    (name == format!("{day}-{slot:04x}")).then_some(day)
}

/// The name of a link. Two uses may have the same number, and then the second one is not recorded on that day; on the
/// next day their numbers differ.
fn name(day: Day, target: &[u8]) -> String {
    /// FNV-1a's (draft-eastlake-fnv).
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let bytes = target.iter().chain(&day.to_le_bytes()).copied().collect::<Vec<u8>>();
    let hash = bytes.iter().fold(OFFSET, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME));
    let slot = (hash ^ (hash >> 32) ^ (hash >> 16) ^ (hash >> 48)) & 0xffff;
    format!("{day}-{slot:04x}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn used(toolchain: &str, file: Option<&str>) -> Use {
        Use { toolchain: UsedToolchain::parse(toolchain).unwrap(), file: file.map(PathBuf::from) }
    }

    #[test]
    fn a_use_reads_back_as_it_was_written() {
        for one in [
            used("go1.22.6.linux-amd64", None),
            used("go1.22.6.linux-amd64", Some("/src/app/.go-version")),
            used("tip", Some("/a\tb\nc/go.mod")),
        ] {
            assert_eq!(Use::parse(&one.target()), Some(one));
        }
        let bytes = OsStr::from_bytes(b"go1.22.6.linux-amd64\t/\xff/go.mod");
        assert_eq!(Use::parse(bytes).unwrap().target(), bytes);
    }

    #[test]
    fn what_gom_never_writes_is_not_read() {
        for target in ["", "\t", "go1.22.6", "go1.22.6.linux-amd64\t", "go1.22.6.linux-amd64\tgo.mod", "1.22"]
        {
            assert_eq!(Use::parse(OsStr::new(target)), None, "{target:?}");
        }
        for target in ["../x", "go1.22.6.linux-amd64\t/..", "go1.22.6.linux-amd64\t/", "a/b\t/x", "\0\t/x"] {
            assert_eq!(Use::parse(OsStr::new(target)), None, "{target:?}");
        }
    }

    #[test]
    fn a_name_is_a_day_and_four_digits() {
        assert_eq!(day_of("20786-00ff"), Some(20_786));
        for name in ["", "20786", "20786-", "20786-ff", "20786-00FF", "020786-00ff", "-1-00ff", "20786-00ff0"]
        {
            assert_eq!(day_of(name), None, "{name}");
        }
        for name in ["record.json", ".gom-tmp-1-0", "4294967296-0000", "+1-0000", "1-+000"] {
            assert_eq!(day_of(name), None, "{name}");
        }
    }

    #[test]
    fn a_use_is_recorded_once_a_day_and_never_where_that_is_off() {
        let root = std::env::temp_dir().join(format!("gom-used-{}", std::process::id()));
        let layout = Layout::new(&root);
        let one = used("go1.22.6.linux-amd64", Some("/p/go.mod"));
        // Without the folder nothing is made.
        one.record(&layout, &|_| None);
        assert!(!root.exists());
        std::fs::create_dir_all(layout.used()).unwrap();
        one.record(&layout, &|name| (name == "GOM_RECORD_USE").then(|| "never".into()));
        assert_eq!(std::fs::read_dir(layout.used()).unwrap().count(), 0);
        one.record(&layout, &|_| None);
        one.record(&layout, &|_| None);
        let names: Vec<_> = std::fs::read_dir(layout.used()).unwrap().map(|one| one.unwrap()).collect();
        assert_eq!(names.len(), 1);
        let day = day_of(names[0].file_name().to_str().unwrap()).unwrap();
        assert!(day.abs_diff(today()) <= 1, "{day}");
        let target = std::fs::read_link(names[0].path()).unwrap();
        assert_eq!(Use::parse(target.as_os_str()), Some(one));
        std::fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn two_that_share_a_number_on_one_day_do_not_on_the_next() {
        let targets: Vec<String> =
            (0..500).map(|number| format!("go1.22.6.linux-amd64\t/p{number}/go.mod")).collect();
        let number = |day, target: &str| name(day, target.as_bytes()).split_once('-').unwrap().1.to_owned();
        let mut shared = 0;
        for (at, one) in targets.iter().enumerate() {
            for other in &targets[at + 1..] {
                if number(20_000, one) == number(20_000, other) {
                    shared += 1;
                    assert_ne!(number(20_001, one), number(20_001, other), "{one} {other}");
                }
            }
        }
        assert!(shared < 10, "{shared} of 124,750 pairs");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(target in proptest::collection::vec(any::<u8>(), 0..64), name in "\\PC{0,12}") {
            let _ = day_of(&name);
            if let Some(read) = Use::parse(OsStr::from_bytes(&target)) {
                let written = read.target();
                prop_assert_eq!(written.as_bytes(), &target[..]);
            }
        }
    }
}

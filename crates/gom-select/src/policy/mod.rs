//! The machine's policy, as far as every `go` needs it: whether there is one, and what its verdict says of a toolchain.
//!
//! gom reads the policy, decides about each toolchain, and keeps what it decided in the store: the verdict. So a `go`
//! reads no TOML, and asks gom only if the verdict does not tell. Without a policy it costs one system call, with one
//! three.
//!
//! Owns: where the policy is, and the form of the verdict. Never: decides by a rule. Invariant: a verdict counts only
//! for the very file that it was made of, unchanged, and on the day that it was made; it must be whole; and what it does
//! not name is neither allowed nor refused, so that gom has to be asked.

#![expect(clippy::disallowed_methods, reason = "one look at the machine's policy")]

use std::fmt;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::regular_file::{self, AfterRead};
use crate::select::{Selected, Selection};
use crate::used::Day;

/// The policy of this machine.
///
/// macOS keeps what administrators install for programs in this folder. A profile's own folder, `Managed Preferences`,
/// is no place for it: the system writes it, holds property lists alone there, and removes the rest.
pub const POLICY_FILE: &str = if cfg!(target_os = "macos") {
    "/Library/Application Support/gom/policy.toml"
} else {
    "/etc/gom/policy.toml"
};

/// The first line of a verdict, with the number of its form.
const HEAD: &str = "gom policy verdict 1";

/// The last line of a verdict.
const END: &str = "end";

/// The size of a verdict in bytes that takes one read. gom leaves out reasons so that it is not reached; one that is larger,
/// because of some 400 names, tells nothing.
pub const VERDICT_ROOM: usize = 16 * 1024;

/// Which file a policy is: if any of it changes, the verdict does not count any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyIdentity {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
    owner: u32,
    mode: u32,
}

impl PolicyIdentity {
    /// Looks at a file, without following a link. `None` if there is none. Costs one system call. A file in the place of a
    /// folder above it is an error: somebody meant something by it.
    pub fn look(file: &Path) -> io::Result<Option<PolicyIdentity>> {
        match fs::symlink_metadata(file) {
            Ok(metadata) => Ok(Some(PolicyIdentity::of(&metadata))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The identity of a file with this metadata.
    pub fn of(metadata: &Metadata) -> PolicyIdentity {
        PolicyIdentity {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            owner: metadata.uid(),
            mode: metadata.mode(),
        }
    }
}

impl fmt::Display for PolicyIdentity {
    /// As `stat -c '%d %i %s %.9Y %.9Z %u %f'` prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PolicyIdentity { device, inode, size, modified, changed, owner, mode } = self;
        let [(modified, of_modified), (changed, of_changed)] = [modified, changed];
        write!(
            f,
            "{device} {inode} {size} {modified}.{of_modified:09} {changed}.{of_changed:09} {owner} {mode:x}"
        )
    }
}

/// A toolchain or program that a selection runs, as a verdict names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject(Vec<u8>);

impl Subject {
    /// Names what a selection runs: of a linked tree also its version and place, and of another Go its program, so that
    /// another one of the same name is another subject. `None` if a path does not fit into one line.
    pub fn of(selected: &Selected) -> Option<Subject> {
        let bytes = match selected {
            Selected::Installed { id, .. } => id.to_string().into_bytes(),
            Selected::Linked { name, goroot, version } => {
                let version = version.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
                let mut bytes = format!("linked {name} {version} ").into_bytes();
                bytes.extend_from_slice(goroot.as_os_str().as_bytes());
                bytes
            }
            Selected::System { go } => [b"system ", go.as_os_str().as_bytes()].concat(),
        };
        (!bytes.iter().any(|byte| b"\t\n".contains(byte))).then_some(Subject(bytes))
    }
}

/// What a policy says of one toolchain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// It may run.
    Allowed,
    /// It may not. The texts may be empty.
    Refused {
        /// Why.
        message: String,
        /// What to run.
        hint: String,
    },
}

/// What gom decided about the toolchains of a store, by one policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The policy.
    pub policy: PolicyIdentity,
    /// The day on which it was decided.
    pub day: Day,
    /// How the policy applies.
    pub scope: PolicyScope,
    /// The toolchains.
    pub rulings: Vec<(Subject, Ruling)>,
}

/// How a policy applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyScope {
    /// Whether it forbids, and does not only report.
    pub is_enforced: bool,
    /// Whether a go command may download a toolchain by itself, which no rule could look at.
    pub allows_downloads: bool,
}

impl Verdict {
    /// The content of its file. If it has no room for all reasons, the last ones are left out.
    pub fn to_bytes(&self) -> Vec<u8> {
        let PolicyScope { is_enforced, allows_downloads } = self.scope;
        let mode = if is_enforced { "enforce" } else { "report" };
        let downloads = if allows_downloads { "allowed" } else { "refused" };
        let mut bytes =
            format!("{HEAD}\nfile {}\nday {}\nmode {mode}\ndownloads {downloads}\n", self.policy, self.day)
                .into_bytes();
        let mut room = VERDICT_ROOM.saturating_sub(bytes.len() + END.len() + 2);
        // Every name must be in it; a reason is only a help.
        let names = self.rulings.iter().map(|(Subject(name), _)| name.len() + "refused \t\t\n".len());
        room = room.saturating_sub(names.sum::<usize>());
        for (Subject(name), ruling) in &self.rulings {
            let (word, reason) = match ruling {
                Ruling::Allowed => ("allowed ", String::new()),
                Ruling::Refused { message, hint } => {
                    ("refused ", format!("{}\t{}", line(message), line(hint)))
                }
            };
            bytes.extend_from_slice(word.as_bytes());
            bytes.extend_from_slice(name);
            if !reason.is_empty() && reason.len() <= room {
                room -= reason.len();
                bytes.push(b'\t');
                bytes.extend_from_slice(reason.as_bytes());
            }
            bytes.push(b'\n');
        }
        bytes.extend_from_slice(END.as_bytes());
        bytes.push(b'\n');
        bytes
    }
}

/// A text without the characters that end a field.
fn line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// What a verdict says of one toolchain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// How the policy applies.
    pub scope: PolicyScope,
    /// What it says.
    pub ruling: Ruling,
}

/// Reads what a verdict says of a toolchain. `None` if it is of another policy or day, or does not name the toolchain, or
/// is not what gom writes.
pub fn told(verdict: &[u8], policy: &PolicyIdentity, day: Day, subject: &Subject) -> Option<Told> {
    let mut lines = verdict.strip_suffix(b"\nend\n")?.split(|byte| *byte == b'\n');
    let mut next = || lines.next().and_then(|line| str::from_utf8(line).ok());
    let is_of_now = next()? == HEAD
        && next()?.strip_prefix("file ")? == policy.to_string()
        && next()?.strip_prefix("day ")? == day.to_string();
    if !is_of_now {
        return None;
    }
    let is_enforced = match next()? {
        "mode enforce" => true,
        "mode report" => false,
        _ => return None,
    };
    let allows_downloads = match next()? {
        "downloads allowed" => true,
        "downloads refused" => false,
        _ => return None,
    };
    let ruling = lines.find_map(|line| ruling(line, subject))?;
    Some(Told { scope: PolicyScope { is_enforced, allows_downloads }, ruling })
}

/// Reads the line of a toolchain. `None` if it is of another.
fn ruling(line: &[u8], subject: &Subject) -> Option<Ruling> {
    const WORD: usize = "allowed ".len();
    let (word, rest) = line.split_at_checked(WORD)?;
    let mut fields = rest.split(|byte| *byte == b'\t');
    if fields.next()? != subject.0 {
        return None;
    }
    let mut text =
        || fields.next().map(|text| String::from_utf8_lossy(text).into_owned()).unwrap_or_default();
    match word {
        b"allowed " => Some(Ruling::Allowed),
        b"refused " => Some(Ruling::Refused { message: text(), hint: text() }),
        _ => None,
    }
}

/// What is known here about a selection and the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyAnswer {
    /// The machine has no policy.
    NoPolicy,
    /// The verdict tells.
    Told(Told),
    /// Only gom can tell.
    AskGom,
}

/// Looks whether the machine has a policy, and what the verdict says of a toolchain. `verdict` names its file; `after`
/// says whether that is closed after it was read.
pub fn answer(
    policy: &Path,
    verdict: impl FnOnce() -> PathBuf,
    after: AfterRead,
    day: impl FnOnce() -> Day,
    selected: &Selected,
) -> PolicyAnswer {
    let identity = match PolicyIdentity::look(policy) {
        Ok(None) => return PolicyAnswer::NoPolicy,
        Ok(Some(identity)) => identity,
        // gom says why.
        Err(_) => return PolicyAnswer::AskGom,
    };
    let tell = || {
        let subject = Subject::of(selected)?;
        let bytes = regular_file::read_in(after, &verdict(), VERDICT_ROOM, VERDICT_ROOM - 1).ok()??;
        told(&bytes, &identity, day(), &subject)
    };
    tell().map_or(PolicyAnswer::AskGom, PolicyAnswer::Told)
}

/// The value of GOTOOLCHAIN with which a go command switches as far as this one lets it, but downloads nothing: it takes
/// another toolchain from PATH alone, where gom's shim answers. `None` if this value downloads nothing either, or names one
/// toolchain, which whoever asks has to look at.
pub fn without_downloads(gotoolchain: &str) -> Option<String> {
    if gotoolchain == "auto" {
        return Some("path".to_owned());
    }
    gotoolchain.strip_suffix("+auto").map(|name| format!("{name}+path"))
}

impl Selection {
    /// The value of GOTOOLCHAIN for a child that must not download a toolchain; `None` if it would not. `of_user` returns
    /// the value in the user's own settings.
    pub fn without_downloads(&self, of_user: impl FnOnce() -> Option<String>) -> Option<String> {
        let value = match &self.toolchain {
            // Named by hand, it stays.
            _ if self.gotoolchain.is_some() => return None,
            // Its own settings are not known here.
            Selected::System { .. } => Some(of_user().unwrap_or_else(|| "auto".to_owned())),
            Selected::Installed { .. } | Selected::Linked { .. } => self.switching.clone(),
        };
        without_downloads(&value?)
    }
}

#[cfg(test)]
mod tests;

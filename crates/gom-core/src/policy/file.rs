//! Finds and reads the policy. Only a regular file counts that root, or the owner of the system's own folder, has written
//! and nobody else can: anything else under that name is an error, because somebody meant it to be a policy.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use gom_select::policy::PolicyIdentity;
use gom_select::regular_file;

use super::error::BadPolicy;
use super::rules::{self, PolicyMode, Rules};
use crate::files;
use crate::shell_quote::shell_quote;

/// The size limit of the file in bytes. One with a rule for each line of Go has 2 kB.
const LIMIT: usize = 64 * 1024;

/// The groups whose members may do what root may: root's own and, on a Mac, that of its administrators.
const GROUPS: &[u32] = if cfg!(target_os = "macos") { &[0, 80] } else { &[0] };

/// The policy of this machine.
#[derive(Clone, Debug, Default)]
pub enum MachinePolicy {
    /// There is none.
    #[default]
    Absent,
    /// This one applies.
    Applies(Box<Policy>),
    /// There is one, and it can't be used.
    Unusable(Box<BadPolicy>),
}

/// A policy that can be used.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its file.
    pub file: PathBuf,
    /// Which file that was when it was read.
    pub identity: PolicyIdentity,
    /// Whether it forbids, or only reports.
    pub mode: PolicyMode,
    /// What it asks for.
    pub rules: Rules,
}

impl MachinePolicy {
    /// Reads the policy in a file.
    pub fn load(file: &Path) -> MachinePolicy {
        match read(file) {
            Ok(None) => MachinePolicy::Absent,
            Ok(Some(policy)) => MachinePolicy::Applies(Box::new(policy)),
            Err(bad) => MachinePolicy::Unusable(bad),
        }
    }

    /// The policy, if one can be used.
    pub fn policy(&self) -> Option<&Policy> {
        match self {
            MachinePolicy::Applies(policy) => Some(policy),
            MachinePolicy::Absent | MachinePolicy::Unusable(_) => None,
        }
    }

    /// The policy, if one can be used and forbids.
    pub fn enforced(&self) -> Option<&Policy> {
        self.policy().filter(|policy| policy.mode == PolicyMode::Enforce)
    }

    /// Whether a go command may download a toolchain by itself.
    pub fn allows_downloads(&self) -> bool {
        match self {
            MachinePolicy::Absent => true,
            MachinePolicy::Applies(policy) => policy.mode == PolicyMode::Report || policy.allows_downloads(),
            MachinePolicy::Unusable(bad) => bad.mode == PolicyMode::Report,
        }
    }
}

impl Policy {
    /// Whether a go command may download a toolchain by itself: only where no rule could refuse it.
    pub fn allows_downloads(&self) -> bool {
        self.rules.is_empty()
    }
}

/// Reads the file. `None` if there is none.
fn read(file: &Path) -> Result<Option<Policy>, Box<BadPolicy>> {
    let bad = |reason: String, hint: String| {
        let (file, mode) = (file.to_path_buf(), PolicyMode::Enforce);
        Box::new(BadPolicy { file, line: None, reason, hint, identity: None, mode })
    };
    let look = || files::metadata_itself(file);
    let quoted = shell_quote(file);
    let listed =
        || format!("run `sudo ls -l {quoted}`, and make it a regular file of root that all users may read");
    let metadata = match look() {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let folder = file.parent().unwrap_or(file);
            if error.kind() == io::ErrorKind::NotADirectory {
                let listed = format!("run `ls -ld {}`, and make it a folder of root", shell_quote(folder));
                return Err(bad(format!("`{}` is not a folder", folder.display()), listed));
            }
            let folder = shell_quote(folder);
            let hint = format!("run `sudo chmod a+rx {folder}`, so that every user can look for it");
            return Err(bad(reason(&error), hint));
        }
    };
    if !metadata.is_file() {
        let kind = if metadata.is_symlink() { "it is a link" } else { "it is not a regular file" };
        return Err(bad(kind.to_owned(), listed()));
    }
    check_owners(file, &metadata).map_err(|(reason, hint)| bad(reason, hint))?;
    let identity = PolicyIdentity::of(&metadata);
    let bytes = match regular_file::read(file, LIMIT) {
        Ok(Some(bytes)) if bytes.len() > LIMIT => {
            return Err(bad(format!("it is larger than {LIMIT} bytes"), listed()));
        }
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Err(bad("it is not a regular file".to_owned(), listed())),
        Err(error) => return Err(bad(reason(&error), format!("run `sudo chmod a+r {quoted}`"))),
    };
    if !look().is_ok_and(|now| PolicyIdentity::of(&now) == identity) {
        return Err(bad("it changed while it was read".to_owned(), "run the command again".to_owned()));
    }
    let parsed = match str::from_utf8(&bytes) {
        Ok(text) => rules::parse(text),
        Err(error) => Err(rules::Fault::of_bytes(&bytes[..error.valid_up_to()])),
    };
    match parsed {
        Ok((mode, rules)) => Ok(Some(Policy { file: file.to_path_buf(), identity, mode, rules })),
        Err(rules::Fault { line, reason, mode }) => {
            let hint = format!("run `sudo -e {quoted}` and correct that line");
            let (file, line, identity) = (file.to_path_buf(), Some(line), Some(identity));
            Err(Box::new(BadPolicy { file, line, reason, hint, identity, mode }))
        }
    }
}

/// Why it can't be read, without its name, which the message has already.
fn reason(error: &io::Error) -> String {
    error
        .raw_os_error()
        .map_or_else(|| error.to_string(), |number| io::Error::from_raw_os_error(number).to_string())
}

/// Fails with the reason and what to run, unless the file and each folder above it belong to root, or to the owner of the
/// system's own folder, and nobody else can write them.
fn check_owners(file: &Path, metadata: &Metadata) -> Result<(), (String, String)> {
    let folders: Vec<&Path> = file.ancestors().skip(1).filter(|folder| folder.parent().is_some()).collect();
    let system = folders.last().and_then(|folder| files::metadata_itself(folder).ok());
    // In a namespace of users, root's own folders may belong to somebody else.
    let is_trusted = |owner: u32| owner == 0 || system.as_ref().is_some_and(|system| system.uid() == owner);
    let check = |path: &Path, metadata: &Metadata, what: &str| {
        let quoted = shell_quote(path);
        if !is_trusted(metadata.uid()) {
            let reason = format!("{what} belongs to user {}, not to root", metadata.uid());
            return Err((reason, format!("run `sudo chown root {quoted}`")));
        }
        let by_group = metadata.mode() & 0o020 != 0 && !GROUPS.contains(&metadata.gid());
        if by_group || metadata.mode() & 0o002 != 0 {
            let who = if by_group { "its group" } else { "everybody" };
            return Err((
                format!("{what} can be written by {who}"),
                format!("run `sudo chmod go-w {quoted}`"),
            ));
        }
        Ok(())
    };
    check(file, metadata, "it")?;
    // A folder that a link leads to counts like the others.
    let real = file.parent().and_then(|folder| files::real_path(folder).ok());
    let real = real.iter().flat_map(|real| real.ancestors()).filter(|folder| folder.parent().is_some());
    for folder in folders.iter().copied().chain(real) {
        let metadata = files::metadata_itself(folder)
            .map_err(|error| (reason(&error), format!("run `ls -ld {}`", shell_quote(folder))))?;
        // A link's own mode says nothing; who can change it can change the folder that it is in.
        if !metadata.is_symlink() {
            check(folder, &metadata, &format!("the folder `{}`", folder.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn unusable(file: &Path) -> BadPolicy {
        match MachinePolicy::load(file) {
            MachinePolicy::Unusable(bad) => *bad,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_a_missing_file_is_no_policy() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("policy.toml");
        assert!(matches!(MachinePolicy::load(&file), MachinePolicy::Absent));
        fs_err::write(&file, "").unwrap();
        let below = unusable(&file.join("below"));
        assert_eq!(below.reason, format!("`{}` is not a folder", file.display()));
        assert_eq!(below.hint, format!("run `ls -ld {}`, and make it a folder of root", file.display()));
        fs_err::remove_file(&file).unwrap();
        fs_err::create_dir(&file).unwrap();
        assert_eq!(unusable(&file).reason, "it is not a regular file");
        fs_err::remove_dir(&file).unwrap();
        fs_err::os::unix::fs::symlink("/nowhere", &file).unwrap();
        assert_eq!(unusable(&file).reason, "it is a link");
    }

    /// The folder for temporary files can be written by everybody, so nothing in it is a policy.
    #[test]
    fn a_file_that_others_can_write_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("policy.toml");
        fs_err::write(&file, "mode = \"report\"\n").unwrap();
        fs_err::set_permissions(&file, PermissionsExt::from_mode(0o666)).unwrap();
        let bad = unusable(&file);
        let owner = fs_err::metadata(&file).unwrap().uid();
        if owner == 0 {
            assert_eq!(bad.reason, "it can be written by everybody");
            assert_eq!(bad.hint, format!("run `sudo chmod go-w {}`", file.display()));
        } else {
            assert_eq!(bad.reason, format!("it belongs to user {owner}, not to root"));
        }
        assert_eq!((bad.mode, bad.line), (PolicyMode::Enforce, None));
    }
}

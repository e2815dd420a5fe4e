//! The edits of `gom doctor --fix`. Each file gets a backup next to it before its first change. A line that has
//! changed since it was read is left alone. gom's own lines are not written here: gom-shell does that, and undoes it.

#![expect(clippy::disallowed_methods, reason = "edits the user's files, each after a backup")]

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use super::diagnosis::Group;
use super::finding::{Edit, Severity};
use super::lookup::has_extension;
use gom_core::files::{behind_links, copy_whole, owner, read_text, replace_file};
use gom_core::shell::Shell;
use gom_core::shell_quote::shell_quote;

/// Everything that `--fix` changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WantedEdits {
    /// The edits of lines, by file and in the order of the lines.
    pub files: BTreeMap<String, Vec<Edit>>,
    /// The shells to set up.
    pub shells: BTreeSet<Shell>,
}

/// The outcome of the edits of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditOutcome {
    /// The file, with links resolved.
    pub file: PathBuf,
    /// The backup; `None` if no edit was made.
    pub backup: Option<PathBuf>,
    /// The edits that were made.
    pub done: Vec<Edit>,
    /// The edits that were not made, because the line has changed since it was read.
    pub skipped: Vec<Edit>,
}

impl EditOutcome {
    /// The command that undoes all of them. `None` if no edit was made.
    pub fn undo(&self) -> Option<String> {
        let backup = self.backup.as_ref()?;
        Some(format!("mv {} {}", shell_quote(backup), shell_quote(&self.file)))
    }
}

/// Returns the edits that fix these findings. `--fix` leaves notes alone, unless the user asks for notes.
pub fn edits(groups: &[Group], with_notes: bool) -> WantedEdits {
    let findings = groups.iter().flat_map(|group| &group.findings);
    let chosen = findings.filter(|one| with_notes || one.severity > Severity::Note);
    wanted(chosen.flat_map(|one| one.finding.fix.edits.clone()))
}

/// Groups edits by file, in the order of their lines and without duplicates.
fn wanted(edits: impl IntoIterator<Item = Edit>) -> WantedEdits {
    let mut wanted = WantedEdits::default();
    for edit in edits {
        match edit {
            Edit::SetUp { shell } => {
                wanted.shells.insert(shell);
            }
            Edit::CommentOut { ref file, .. } | Edit::Replace { ref file, .. } => {
                wanted.files.entry(file.clone()).or_default().push(edit);
            }
        }
    }
    for edits in wanted.files.values_mut() {
        edits.sort();
        edits.dedup();
    }
    wanted
}

/// Fails for a file of somebody else, which a link in the user's home may lead to.
fn check_owner(file: &Path) -> io::Result<()> {
    let (owner, user) = (owner(file)?, rustix::process::geteuid().as_raw());
    if owner == user {
        return Ok(());
    }
    let reason = format!("`{}` belongs to user {owner}, and gom runs as user {user}", file.display());
    Err(io::Error::new(io::ErrorKind::PermissionDenied, reason))
}

/// Makes the edits of one file. The file is replaced atomically; nothing is written if no edit applies.
pub fn apply(file: &str, edits: Vec<Edit>) -> io::Result<EditOutcome> {
    // Edit the target of a link: start-up files are often links into a repository of dotfiles.
    let file = behind_links(Path::new(file))?;
    let old = match read_text(&file) {
        Ok(text) => text,
        // Removed since it was read, with its lines.
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    let mut lines: Vec<String> = old.split_inclusive('\n').map(str::to_owned).collect();
    let (done, skipped): (Vec<Edit>, Vec<Edit>) = edits.into_iter().partition(|edit| make(edit, &mut lines));
    let mut outcome = EditOutcome { file, backup: None, done, skipped };
    if outcome.done.is_empty() {
        return Ok(outcome);
    }
    check_owner(&outcome.file)?;
    outcome.backup = Some(back_up(&outcome.file)?);
    replace_file(&outcome.file, lines.concat().as_bytes())?;
    Ok(outcome)
}

/// Makes one edit of a line; false if the line has changed.
fn make(edit: &Edit, lines: &mut [String]) -> bool {
    match edit {
        Edit::CommentOut { file, line, text } => {
            let Some(old) = unchanged(lines, *line, text) else { return false };
            let mark = if has_extension(file, "json") { "// " } else { "# " };
            old.insert_str(0, mark);
        }
        Edit::Replace { line, text, old: from, new, .. } => {
            let Some(old) = unchanged(lines, *line, text).filter(|old| old.contains(from.as_str())) else {
                return false;
            };
            *old = old.replacen(from.as_str(), new, 1);
        }
        Edit::SetUp { .. } => return false,
    }
    true
}

/// A line that has not changed. The recorded text is redacted, so the comparison is with the redacted line.
fn unchanged<'a>(lines: &'a mut [String], number: usize, text: &str) -> Option<&'a mut String> {
    let line = lines.get_mut(number.checked_sub(1)?)?;
    (super::redact::line(line.trim_end_matches(['\n', '\r'])) == text).then_some(line)
}

/// Give up after this many backups.
const MOST_COPIES: u32 = 9999;

/// Copies the file next to itself, under the first free name. A copy that is there already, from a gom that was killed
/// before it changed the file, is not made twice.
fn back_up(file: &Path) -> io::Result<PathBuf> {
    let name = |number: u32| {
        let mut name = file.as_os_str().to_owned();
        name.push(format!(".gom-backup-{number}"));
        PathBuf::from(name)
    };
    let is_taken = |number: &u32| name(*number).symlink_metadata().is_ok();
    let Some(number) = (1..=MOST_COPIES).find(|number| !is_taken(number)) else {
        return Err(io::Error::other("no free name for a backup"));
    };
    let (last, free) = (name(number - 1), name(number));
    let is_plain = last.symlink_metadata().is_ok_and(|found| found.is_file());
    if is_plain && fs_err::read(&last)? == fs_err::read(file)? {
        return Ok(last);
    }
    copy_whole(file, &free)?;
    Ok(free)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comment(file: &Path, line: usize, text: &str) -> Edit {
        Edit::CommentOut { file: file.display().to_string(), line, text: text.to_owned() }
    }

    #[test]
    fn edits_have_a_backup() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(".zshrc");
        fs_err::write(&file, "a\nexport GOROOT=/x\nb").unwrap();
        let name = file.display().to_string();
        let set_up = || Edit::SetUp { shell: Shell::Zsh };
        let of_line = comment(&file, 2, "export GOROOT=/x");
        let edits =
            vec![set_up(), of_line.clone(), comment(&file, 1, "changed since"), set_up(), of_line.clone()];
        let wanted = wanted(edits);
        assert_eq!(wanted.shells, BTreeSet::from([Shell::Zsh]));

        let outcome = apply(&name, wanted.files[&name].clone()).unwrap();
        assert_eq!(fs_err::read_to_string(&file).unwrap(), "a\n# export GOROOT=/x\nb");
        assert_eq!((outcome.done.as_slice(), outcome.skipped.len()), ([of_line].as_slice(), 1));
        let undo = format!("mv {0}.gom-backup-1 {0}", file.display());
        assert_eq!(outcome.undo().unwrap(), undo);
        let backup = outcome.backup.unwrap();
        assert!(backup.ends_with(".zshrc.gom-backup-1"));
        assert_eq!(fs_err::read_to_string(backup).unwrap(), "a\nexport GOROOT=/x\nb");
    }

    #[test]
    fn a_second_backup_has_another_name_and_links_stay() {
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("real"), dir.path().join("link"));
        fs_err::write(&real, "x\n").unwrap();
        fs_err::os::unix::fs::symlink(&real, &link).unwrap();
        for (number, text) in [(1, "x"), (2, "# x")] {
            let outcome = apply(&link.display().to_string(), vec![comment(&link, 1, text)]).unwrap();
            assert!(outcome.backup.unwrap().ends_with(format!("real.gom-backup-{number}")));
        }
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(fs_err::read_to_string(&real).unwrap(), "# # x\n");
    }

    /// A gom was killed after the backup and before the edit.
    #[test]
    fn a_backup_that_is_there_is_not_made_twice() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("profile");
        fs_err::write(&file, "x\n").unwrap();
        back_up(&file).unwrap();
        let outcome = apply(&file.display().to_string(), vec![comment(&file, 1, "x")]).unwrap();
        assert!(outcome.backup.unwrap().ends_with("profile.gom-backup-1"));
        assert_eq!(fs_err::read_dir(dir.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_file_of_somebody_else_is_not_written_through_a_link() {
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("real"), dir.path().join("link"));
        fs_err::write(&real, "x\n").unwrap();
        if std::os::unix::fs::chown(&real, Some(4242), None).is_err() {
            // Only root can make one.
            return;
        }
        fs_err::os::unix::fs::symlink(&real, &link).unwrap();
        let error = apply(&link.display().to_string(), vec![comment(&link, 1, "x")]).unwrap_err();
        assert!(error.to_string().contains("belongs to user 4242"), "{error}");
        assert_eq!(fs_err::read_to_string(&real).unwrap(), "x\n");
        assert_eq!(fs_err::read_dir(dir.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_file_that_is_gone_stays_gone() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("gone");
        let outcome = apply(&file.display().to_string(), vec![comment(&file, 1, "x")]).unwrap();
        assert!(outcome.done.is_empty() && !file.exists());
        assert_eq!((outcome.skipped.len(), outcome.undo()), (1, None));
    }
}

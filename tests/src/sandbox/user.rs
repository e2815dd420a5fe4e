//! Running programs as another user, which only root can.

use super::run::Run;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::lchown;
use std::path::Path;

/// The program that changes the user.
const SETPRIV: &str = "/usr/bin/setpriv";

/// Gives a folder with everything in it to a user, and returns a run of a program as that user in `cwd`; `None` if that
/// is not possible here.
pub(super) fn run_as(
    user: u32,
    folder: &Path,
    words: impl IntoIterator<Item = impl Into<OsString>>,
    (env, cwd): (&BTreeMap<OsString, OsString>, &Path),
) -> Option<Run> {
    give_away(folder, user).ok()?;
    let mut all: Vec<OsString> =
        vec![format!("--reuid={user}").into(), format!("--regid={user}").into(), "--clear-groups".into()];
    let run = |words: &[OsString]| Run::new(SETPRIV.as_ref(), words, env, cwd);
    all.push("true".into());
    if !Path::new(SETPRIV).exists() || run(&all).run().code != Some(0) {
        return None;
    }
    all.pop();
    all.extend(words.into_iter().map(Into::into));
    Some(run(&all))
}

fn give_away(folder: &Path, user: u32) -> io::Result<()> {
    lchown(folder, Some(user), Some(user))?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            give_away(&entry.path(), user)?;
        } else {
            lchown(entry.path(), Some(user), Some(user))?;
        }
    }
    Ok(())
}

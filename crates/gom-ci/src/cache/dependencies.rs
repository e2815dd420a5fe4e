//! The files that name the modules of a job, and a hash of them: every go.sum below the working folder, and go.work with
//! go.work.sum; if no module has a go.sum, the go.mod files.

use std::collections::VecDeque;
use std::path::Path;

use crate::error::CiError;
use gom_core::digest::Sha256Digest;
use gom_core::files;
use gom_core::go::settings::matches_glob;

/// Folders in which the go command does not look for the project's modules.
const SKIPPED: [&str; 3] = ["node_modules", "testdata", "vendor"];

/// The names of the files below `root`, sorted, with slashes. With `globs`, all files that match one of them; `**`
/// matches any number of folders.
pub fn files(root: &Path, globs: &[String]) -> Result<Vec<String>, CiError> {
    let mut all = names(root, !globs.is_empty())?;
    if globs.is_empty() {
        let base = |name: &str| name.rsplit('/').next().map(str::to_owned).unwrap_or_default();
        let has_sums = all.iter().any(|name| base(name) == "go.sum");
        let wanted: &[&str] = if has_sums {
            &["go.sum", "go.work", "go.work.sum"]
        } else {
            &["go.mod", "go.work", "go.work.sum"]
        };
        all.retain(|name| wanted.contains(&base(name).as_str()));
    } else {
        let globs: Vec<&str> = globs.iter().flat_map(|globs| globs.lines()).map(str::trim).collect();
        all.retain(|name| globs.iter().any(|glob| !glob.is_empty() && matches_path(glob, name)));
    }
    all.sort();
    Ok(all)
}

/// A hash of the files' names and contents.
pub fn sum(root: &Path, names: &[String]) -> Result<Sha256Digest, CiError> {
    let line = |name: &String| -> Result<String, CiError> {
        let content = files::read(&root.join(name))?;
        Ok(format!("{}  {name}\n", Sha256Digest::of(&content)))
    };
    let lines = names.iter().map(line).collect::<Result<Vec<_>, _>>()?;
    Ok(Sha256Digest::of(lines.concat().as_bytes()))
}

/// All files whose names may matter; with `any` all files. Links are not followed.
fn names(root: &Path, any: bool) -> Result<Vec<String>, CiError> {
    let (mut found, mut folders) = (Vec::new(), VecDeque::from([String::new()]));
    while let Some(folder) = folders.pop_front() {
        for entry in fs_err::read_dir(root.join(&folder))? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let kind = entry.file_type()?;
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            if kind.is_dir() {
                let is_hidden = name.starts_with(['.', '_']);
                if !is_hidden && (any || !SKIPPED.contains(&name.as_str())) {
                    folders.push_back(path);
                }
            } else if kind.is_file() && (any || name.starts_with("go.")) {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// Matches a path element by element.
fn matches_path(glob: &str, path: &str) -> bool {
    fn elements(glob: &[&str], path: &[&str]) -> bool {
        match (glob.split_first(), path.split_first()) {
            (None, None) => true,
            (Some((&"**", rest)), _) => (0..=path.len()).any(|skipped| elements(rest, &path[skipped..])),
            (Some((first, glob)), Some((name, path))) => matches_glob(first, name) && elements(glob, path),
            _ => false,
        }
    }
    let glob: Vec<&str> = glob.trim_start_matches("./").split('/').collect();
    elements(&glob, &path.split('/').collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, file).unwrap();
        }
        dir
    }

    #[test]
    fn every_module_and_the_workspace_count() {
        let dir = tree(&[
            "go.mod",
            "go.sum",
            "go.work",
            "a/b/go.mod",
            "a/b/go.sum",
            "c/go.mod",
            "vendor/x/go.sum",
            ".git/go.sum",
            "_x/go.sum",
            "t/testdata/go.sum",
            "c/gone.txt",
        ]);
        assert_eq!(files(dir.path(), &[]).unwrap(), ["a/b/go.sum", "go.sum", "go.work"]);
        let dir = tree(&["go.mod", "a/go.mod"]);
        assert_eq!(files(dir.path(), &[]).unwrap(), ["a/go.mod", "go.mod"]);
    }

    #[test]
    fn globs_select_other_files() {
        let dir = tree(&["go.sum", "a/go.sum", "a/b/go.sum", "a/tools.lock", "vendor/modules.txt"]);
        let found = |globs: &[&str]| {
            let globs: Vec<String> = globs.iter().map(|glob| (*glob).to_owned()).collect();
            files(dir.path(), &globs).unwrap()
        };
        assert_eq!(found(&["go.sum"]), ["go.sum"]);
        assert_eq!(found(&["**/go.sum"]), ["a/b/go.sum", "a/go.sum", "go.sum"]);
        assert_eq!(found(&["./a/*.lock\nvendor/modules.txt\n"]), ["a/tools.lock", "vendor/modules.txt"]);
        assert_eq!(found(&["a/**"]), ["a/b/go.sum", "a/go.sum", "a/tools.lock"]);
        assert!(found(&["b/*"]).is_empty());
    }

    #[test]
    fn the_sum_changes_with_a_name_and_a_content() {
        let dir = tree(&["go.sum", "a/go.sum"]);
        let of = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            sum(dir.path(), &names).unwrap()
        };
        let before = of(&["go.sum"]);
        assert_ne!(before, of(&["a/go.sum"]));
        fs_err::write(dir.path().join("go.sum"), "changed").unwrap();
        assert_ne!(before, of(&["go.sum"]));
    }
}

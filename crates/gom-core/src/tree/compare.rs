//! Compares a tree on disk with the proven list of its files. It decides nothing about proof: the caller has
//! proven the list.

use serde::Serialize;

use super::h1::is_covered;
use super::manifest::Manifest;
use super::on_disk::TreeOnDisk;

/// The only file of a tree that people edit. `go env -w` does not change it.
pub const GO_ENV: &str = "go.env";

/// A difference in one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Difference {
    /// The file's name in the tree, with slashes.
    pub name: String,
    /// The kind of difference.
    pub kind: DifferenceKind,
    /// Whether the checksum database's hash covers a file of this name. If not, the list that it was compared
    /// with is not proven.
    pub covered: bool,
}

/// The kinds of difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceKind {
    /// Its content.
    Changed,
    /// Its content, and it is [`GO_ENV`], where Linux distributions and images set Go's defaults.
    Edited,
    /// It is only on disk.
    Added,
    /// It is only in the list.
    Missing,
    /// It is a link, a device, or a file with a name that no release has.
    NotAFile,
}

/// Compares a tree with the proven list. The result is sorted by name, with one difference per name.
pub fn differences(proven: &Manifest, found: &TreeOnDisk) -> Vec<Difference> {
    let is_odd = |name: &str| found.odd.binary_search_by(|odd| odd.as_str().cmp(name)).is_ok();
    let difference = |name: &str, kind| Difference { name: name.to_owned(), kind, covered: is_covered(name) };
    let mut all: Vec<Difference> =
        found.odd.iter().map(|name| difference(name, DifferenceKind::NotAFile)).collect();
    for file in proven.files() {
        match found.files.sum(&file.name) {
            Some(sum) if sum == file.sha256 => {}
            Some(_) if file.name == GO_ENV => all.push(difference(&file.name, DifferenceKind::Edited)),
            Some(_) => all.push(difference(&file.name, DifferenceKind::Changed)),
            None if is_odd(&file.name) => {}
            None => all.push(difference(&file.name, DifferenceKind::Missing)),
        }
    }
    let added = found.files.files().iter().filter(|file| proven.sum(&file.name).is_none());
    all.extend(added.map(|file| difference(&file.name, DifferenceKind::Added)));
    all.sort();
    all
}

#[cfg(test)]
mod tests {
    use super::super::FileSum;
    use super::*;
    use crate::digest::Sha256Digest;

    fn manifest(files: &[(&str, &str)]) -> Manifest {
        let file = |(name, content): &(&str, &str)| FileSum {
            name: (*name).to_owned(),
            sha256: Sha256Digest::of(content.as_bytes()),
        };
        Manifest::new(files.iter().map(file).collect())
    }

    fn compared(found: &[(&str, &str)], odd: &[&str]) -> Vec<(String, DifferenceKind, bool)> {
        let proven =
            [("VERSION", "go1.22.6"), ("go.env", "X=1"), ("src/a.go", "a"), ("test/b.go", "b"), ("z", "z")];
        let odd = odd.iter().map(|name| (*name).to_owned()).collect();
        let found = TreeOnDisk { files: manifest(found), odd, ..TreeOnDisk::default() };
        let all = differences(&manifest(&proven), &found);
        all.into_iter().map(|one| (one.name, one.kind, one.covered)).collect()
    }

    #[test]
    fn each_file_that_differs_is_named_once_in_order() {
        use DifferenceKind::{Added, Changed, Edited, Missing, NotAFile};
        let found = [("VERSION", "go1.22.6"), ("go.env", "X=2"), ("src/a.go", "A"), ("src/b.go", "b")];
        let expected = [
            ("go.env", Edited, true),
            ("src/a.go", Changed, true),
            ("src/b.go", Added, true),
            ("test/b.go", Missing, false),
            ("z", NotAFile, true),
        ];
        assert_eq!(
            compared(&found, &["z"]),
            expected.map(|(name, kind, covered)| (name.into(), kind, covered))
        );
    }

    #[test]
    fn the_same_files_differ_in_nothing() {
        let same =
            [("VERSION", "go1.22.6"), ("go.env", "X=1"), ("src/a.go", "a"), ("test/b.go", "b"), ("z", "z")];
        assert_eq!(compared(&same, &[]), []);
    }

    #[test]
    fn only_the_go_env_of_the_root_is_edited() {
        let found = [("VERSION", "go1.22.6"), ("src/a.go", "a"), ("test/b.go", "b"), ("z", "z")];
        let kinds: Vec<_> =
            compared(&found, &["src/go.env"]).into_iter().map(|(name, kind, _)| (name, kind)).collect();
        let expected = [("go.env", DifferenceKind::Missing), ("src/go.env", DifferenceKind::NotAFile)];
        assert_eq!(kinds, expected.map(|(name, kind)| (name.to_owned(), kind)));
    }
}

//! The hash of a tree as Go's checksum database records it for the module `golang.org/toolchain`.
//!
//! It is a function of the regular files alone: folders that the module leaves out do not count, `go.mod`
//! counts under the name `_go.mod`, and the lines `sha256  name` are sorted bytewise and hashed again
//! (x/mod/sumdb/dirhash; cmd/distpack for the module's content).

use sha2::{Digest, Sha256};

use crate::digest::Sha256Digest;

/// Folders of a release that are not part of the module.
pub(super) const LEFT_OUT: [&str; 5] = ["api/", "doc/", "misc/", "test/", ".github/"];

/// A file of the tree: its name in the tree, and its sum.
pub(super) type FileSum = (String, Sha256Digest);

/// The files the hash covers, under the names that it uses, in its order.
pub(super) fn covered(files: Vec<FileSum>) -> Vec<FileSum> {
    let mut covered: Vec<FileSum> = files
        .into_iter()
        .filter(|(name, _)| !LEFT_OUT.iter().any(|folder| name.starts_with(folder)))
        .map(|(name, sum)| (module_name(name), sum))
        .collect();
    covered.sort();
    covered
}

/// `h1:...` of files from [`covered`]. `prefix` is `golang.org/toolchain@VERSION/`.
pub(super) fn hash(prefix: &str, covered: &[FileSum]) -> String {
    let mut hasher = Sha256::new();
    for (name, sum) in covered {
        hasher.update(format!("{sum}  {prefix}{name}\n"));
    }
    let sum: [u8; 32] = hasher.finalize().into();
    Sha256Digest::from(sum).to_h1()
}

/// The module has every `go.mod` as `_go.mod`, because a zip with a second `go.mod` would be two modules.
fn module_name(name: String) -> String {
    match name.strip_suffix("go.mod") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => format!("{folder}_go.mod"),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_names_are_renamed() {
        for (tree, module) in [
            ("go.mod", "_go.mod"),
            ("src/cmd/go.mod", "src/cmd/_go.mod"),
            ("src/xgo.mod", "src/xgo.mod"),
            ("src/go.mod.txt", "src/go.mod.txt"),
        ] {
            assert_eq!(module_name(tree.to_owned()), module);
        }
    }

    #[test]
    fn folders_that_the_module_lacks_do_not_count() {
        let file = |name: &str| (name.to_owned(), Sha256Digest::of(b""));
        let names: Vec<String> = covered(vec![
            file("test/a.go"),
            file("src/go.mod"),
            file("testing"),
            file("VERSION"),
            file("doc/x"),
            file(".github/y"),
        ])
        .into_iter()
        .map(|(name, _)| name)
        .collect();
        assert_eq!(names, ["VERSION", "src/_go.mod", "testing"]);
    }

    #[test]
    fn an_empty_tree_has_the_hash_of_nothing() {
        assert_eq!(
            hash("golang.org/toolchain@v0.0.1-go1.22.6.linux-amd64/", &[]),
            Sha256Digest::of(b"").to_h1()
        );
    }
}

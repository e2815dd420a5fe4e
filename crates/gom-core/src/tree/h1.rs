//! The hash of a tree, as Go's checksum database records it for the module `golang.org/toolchain`.
//!
//! It depends on the regular files alone: folders outside the module do not count, `go.mod` counts under the
//! name `_go.mod`, and the lines `sha256  name` are sorted bytewise and hashed (x/mod/sumdb/dirhash;
//! cmd/distpack for the module's content).

use sha2::{Digest, Sha256};

use super::file_sum::FileSum;
use crate::digest::Sha256Digest;

/// Folders of a release that are not part of the module.
const LEFT_OUT: [&str; 5] = ["api/", "doc/", "misc/", "test/", ".github/"];

/// Whether the hash covers a file of this name in the tree. The checksum database proves nothing about other
/// files.
pub fn is_covered(name: &str) -> bool {
    !LEFT_OUT.iter().any(|folder| name.starts_with(folder))
}

/// Returns `h1:...` of the covered files. `prefix` is `golang.org/toolchain@VERSION/`.
pub(super) fn hash(prefix: &str, files: &[FileSum]) -> String {
    let covered = files.iter().filter(|file| is_covered(&file.name));
    let mut lines: Vec<(String, Sha256Digest)> =
        covered.map(|file| (module_name(&file.name), file.sha256)).collect();
    lines.sort();
    let mut hasher = Sha256::new();
    for (name, sum) in lines {
        for part in [sum.hex().as_str(), "  ", prefix, &name, "\n"] {
            hasher.update(part);
        }
    }
    Sha256Digest::from(hasher).to_h1()
}

/// Returns a file's name in the module. It has every `go.mod` as `_go.mod`, because a zip with a second
/// `go.mod` would be two modules.
fn module_name(name: &str) -> String {
    match name.strip_suffix("go.mod") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => format!("{folder}_go.mod"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREFIX: &str = "golang.org/toolchain@v0.0.1-go1.22.6.linux-amd64/";

    fn file(name: &str) -> FileSum {
        FileSum { name: name.to_owned(), sha256: Sha256Digest::of(b"") }
    }

    #[test]
    fn only_whole_names_are_renamed() {
        for (tree, module) in [
            ("go.mod", "_go.mod"),
            ("src/cmd/go.mod", "src/cmd/_go.mod"),
            ("src/xgo.mod", "src/xgo.mod"),
            ("src/go.mod.txt", "src/go.mod.txt"),
        ] {
            assert_eq!(module_name(tree), module);
        }
    }

    #[test]
    fn folders_that_the_module_lacks_do_not_count() {
        let module = [file("VERSION"), file("src/go.mod"), file("testing")];
        let release = [
            file("test/a.go"),
            file("src/go.mod"),
            file("testing"),
            file("VERSION"),
            file("doc/x"),
            file(".github/y"),
        ];
        assert_eq!(hash(PREFIX, &release), hash(PREFIX, &module));
        assert_ne!(hash(PREFIX, &release), hash(PREFIX, &module[1..]));
    }

    #[test]
    fn an_empty_tree_has_the_hash_of_nothing() {
        assert_eq!(hash(PREFIX, &[]), Sha256Digest::of(b"").to_h1());
    }
}

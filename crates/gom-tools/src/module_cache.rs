//! The folder of a module in Go's module cache, hashed as the checksum database records it.
//!
//! The sum in a program's build information is that of the zip that was fetched once. What was compiled is the folder
//! that was unpacked from it, and people edit files there, so gom hashes the folder itself.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use gom_core::cancel::Cancel;
use gom_core::digest::Sha256Digest;
use gom_core::files;
use sha2::{Digest, Sha256};

/// The folder of a module version (x/mod/module, `EscapePath`): `A` is `!a`, for file systems that ignore case.
pub(crate) fn folder(cache: &Path, module: &str, version: &str) -> PathBuf {
    cache.join(format!("{}@{}", escape(module), escape(version)))
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_uppercase() {
            escaped.push('!');
        }
        escaped.push(c.to_ascii_lowercase());
    }
    escaped
}

/// Returns `h1:...` of all regular files below a folder (x/mod/sumdb/dirhash, `HashDir`). A link, which no module has,
/// is an error.
pub(crate) fn hash(folder: &Path, module: &str, version: &str, cancel: &Cancel) -> io::Result<String> {
    let mut lines = Vec::new();
    for entry in files::below(folder) {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            continue;
        }
        if !kind.is_file() {
            let reason = format!("`{}` is not a regular file", entry.path().display());
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
        cancel.check().map_err(io::Error::other)?;
        let path = entry.path();
        let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
        lines.push((format!("{module}@{version}/{name}"), sum(&path)?));
    }
    lines.sort();
    let mut hasher = Sha256::new();
    for (name, sum) in lines {
        hasher.update(format!("{sum}  {name}\n"));
    }
    Ok(Sha256Digest::from(hasher).to_h1())
}

/// The sum of a file.
pub(crate) fn sum(path: &Path) -> io::Result<Sha256Digest> {
    let mut file = files::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(Sha256Digest::from(hasher)),
            count => hasher.update(&buffer[..count]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_the_hash_that_go_records() {
        let dir = tempfile::tempdir().unwrap();
        let cache = dir.path();
        let module = folder(cache, "example.com/Some/x", "v1.0.0-RC1");
        assert!(module.ends_with("example.com/!some/x@v1.0.0-!r!c1"), "{}", module.display());
        fs_err::create_dir_all(module.join("b")).unwrap();
        fs_err::write(module.join("go.mod"), "module m\n").unwrap();
        fs_err::write(module.join("b/x.go"), "package b\n").unwrap();
        // sha256sum of the files, in `sha256sum` of their lines, by coreutils.
        let hash = |folder: &Path| hash(folder, "example.com/m", "v1.0.0", &Cancel::default());
        assert_eq!(hash(&module).unwrap(), EXPECTED);
        fs_err::write(module.join("b/x.go"), "package c\n").unwrap();
        assert_ne!(hash(&module).unwrap(), EXPECTED);
        fs_err::os::unix::fs::symlink("x.go", module.join("b/y.go")).unwrap();
        assert!(hash(&module).is_err());
        assert!(hash(&cache.join("missing")).is_err());
    }

    const EXPECTED: &str = "h1:ay9l3Vb9/xXpkJa2ASlQEEIL6mNiJWkjPYiU0iqwte8=";
}

//! The man pages in a store. Nothing runs by them, so a failure here is a warning and undoes no update.

use std::io::{self, Read};
use std::path::Path;

use flate2::read::GzDecoder;
use gom_core::files;
use gom_core::store::names::is_man_page;

/// The size limit of a page, in bytes: many times what one has.
const LARGEST: u64 = 1 << 20;

/// Writes the pages of a release's archive, and removes those of verbs that it does not have. `folder` is the one in the
/// archive. An archive without pages changes nothing.
pub fn replace(archive: &[u8], folder: &str, pages: &Path) -> io::Result<()> {
    let mut new = Vec::new();
    for entry in tar::Archive::new(GzDecoder::new(archive)).entries()? {
        let mut entry = entry?;
        let path = entry.path_bytes().into_owned();
        let name = path.strip_prefix(format!("{folder}/man/").as_bytes());
        let Some(name) = name.and_then(|name| std::str::from_utf8(name).ok()) else { continue };
        if !is_man_page(name) || name.contains('/') || !entry.header().entry_type().is_file() {
            continue;
        }
        let mut content = Vec::new();
        (&mut entry).take(LARGEST).read_to_end(&mut content)?;
        files::replace_file(&pages.join(name), &content)?;
        new.push(name.to_owned());
    }
    if new.is_empty() {
        return Ok(());
    }
    for old in files::names_in(pages)? {
        let is_gone = |name: &str| is_man_page(name) && !new.iter().any(|new| new == name);
        if old.to_str().is_some_and(is_gone) {
            files::remove(&pages.join(&old))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(files: &[&str]) -> Vec<u8> {
        let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let mut tar = tar::Builder::new(gzip);
        for name in files {
            let mut header = tar::Header::new_ustar();
            header.set_size(3);
            header.set_mode(0o644);
            tar.append_data(&mut header, name, b"new".as_slice()).unwrap();
        }
        tar.into_inner().unwrap().finish().unwrap()
    }

    fn pages(folder: &Path) -> Vec<(String, String)> {
        let names = files::names_in(folder).unwrap_or_default();
        let mut found: Vec<(String, String)> = names
            .into_iter()
            .map(|name| {
                (name.to_str().unwrap().to_owned(), fs_err::read_to_string(folder.join(&name)).unwrap())
            })
            .collect();
        found.sort();
        found
    }

    #[test]
    fn the_pages_are_those_of_the_archive_and_the_users_own() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("share/man/man1");
        for old in ["gom.1", "gom-gone.1", "mine.1", "gom-notes.txt"] {
            files::replace_file(&folder.join(old), b"old").unwrap();
        }
        let files = [
            "f/gom",
            "f/man/gom.1",
            "f/man/gom-use.1",
            "f/man/gom-x/y.1",
            "f/man/ls.1",
            "g/man/gom-other.1",
            "f/gom-out.1",
        ];
        replace(&archive(&files), "f", &folder).unwrap();
        let expected = [("gom-notes.txt", "old"), ("gom-use.1", "new"), ("gom.1", "new"), ("mine.1", "old")];
        assert_eq!(pages(&folder), expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }

    #[test]
    fn an_archive_without_pages_makes_no_folder() {
        let dir = tempfile::tempdir().unwrap();
        replace(&archive(&["f/gom", "f/gom-shim"]), "f", &dir.path().join("share/man/man1")).unwrap();
        assert_eq!(files::names_in(dir.path()).unwrap(), [""; 0]);
    }
}

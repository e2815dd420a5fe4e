//! A Debian package, written as it is specified in deb(5): an `ar` archive with two tar archives. So no root, no
//! `dpkg-deb` and no Debian are needed, and the bytes do not depend on their versions.
//!
//! gom and its shim lie in `/usr/lib/PACKAGE`, because the shim is called by gom alone; `/usr/bin/gom` is a link.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use flate2::{Compression, GzBuilder};
use tar::{EntryType, Header};

use super::release::Release;
use super::source::{Archive, File};
use super::template::fill;
use crate::dist::archive::PROGRAM;

const CONTROL: &str = include_str!("../../../../packaging/debian/control");
const COPYRIGHT: &str = include_str!("../../../../packaging/debian/copyright");

/// The completions of an archive and the files that Debian's shells read.
const COMPLETIONS: [(&str, &str); 3] = [
    ("completions/gom.bash", "usr/share/bash-completion/completions/gom"),
    ("completions/gom.fish", "usr/share/fish/vendor_completions.d/gom.fish"),
    ("completions/_gom", "usr/share/zsh/vendor-completions/_gom"),
];

/// Makes the package. Returns its name and bytes.
pub(super) fn make(archive: &Archive, architecture: &str, release: &Release) -> Result<(String, Vec<u8>)> {
    let (package, version) = (release.package.as_str(), release.debian_version());
    let mut files = Vec::new();
    for program in ["gom", "gom-shim"] {
        files.push(archive.file(program)?.at(&format!("usr/lib/{package}/{program}")));
    }
    for (name, place) in COMPLETIONS {
        files.push(archive.file(name)?.at(place));
    }
    for (page, file) in archive.below("man") {
        files.push(File::text(&format!("usr/share/man/man1/{page}.gz"), gzip(&file.content)?));
    }
    let documents = format!("usr/share/doc/{package}");
    files.push(File::text(&format!("{documents}/copyright"), COPYRIGHT));
    for file in archive.licences() {
        files.push(File::text(&format!("{documents}/{}.gz", file.name), gzip(&file.content)?));
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));

    let kilobytes = files.iter().map(|file| file.content.len().div_ceil(1024)).sum::<usize>().to_string();
    let values = [
        ("PACKAGE", package),
        ("VERSION", &version),
        ("ARCHITECTURE", architecture),
        ("KILOBYTES", &kilobytes),
    ];
    let control = tar_of(&[File::text("control", fill(CONTROL, &values)?)], None, archive.time)?;
    let link = (String::from("usr/bin/gom"), format!("../lib/{package}/gom"));
    let data = tar_of(&files, Some(&link), archive.time)?;
    let mut all = b"!<arch>\n".to_vec();
    for (name, content) in [
        ("debian-binary", b"2.0\n".to_vec()),
        ("control.tar.gz", gzip(&control)?),
        ("data.tar.gz", gzip(&data)?),
    ] {
        member(&mut all, name, &content, archive.time)?;
    }
    Ok((format!("{package}_{version}_{architecture}.deb"), all))
}

/// Adds a member to an `ar` archive.
fn member(all: &mut Vec<u8>, name: &str, content: &[u8], time: u64) -> Result<()> {
    let size = content.len();
    let header = format!("{name:<16}{time:<12}{:<6}{:<6}{:<8}{size:<10}`\n", 0, 0, "100644");
    ensure!(header.len() == 60, "{name} does not fit into the header of an ar archive");
    all.extend(header.as_bytes());
    all.extend(content);
    if size % 2 == 1 {
        all.push(b'\n');
    }
    Ok(())
}

/// The files with all their folders, and a link (name, target); dpkg makes no folder that is not listed.
fn tar_of(files: &[File], link: Option<&(String, String)>, time: u64) -> Result<Vec<u8>> {
    let mut tar = tar::Builder::new(Vec::new());
    let header = |kind, mode, size: usize| {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_size(size as u64);
        header.set_mtime(time);
        header.set_uid(0);
        header.set_gid(0);
        header
    };
    let names = files.iter().map(|file| &file.name).chain(link.map(|(name, _)| name));
    let mut folders = BTreeSet::from([String::new()]);
    for name in names {
        folders.extend(name.match_indices('/').map(|(at, _)| name[..=at].to_owned()));
    }
    for folder in folders {
        let mut header = header(EntryType::Directory, PROGRAM, 0);
        tar.append_data(&mut header, format!("./{folder}"), [].as_slice())?;
    }
    for file in files {
        let mut header = header(EntryType::Regular, file.mode, file.content.len());
        tar.append_data(&mut header, format!("./{}", file.name), file.content.as_slice())?;
    }
    if let Some((name, target)) = link {
        tar.append_link(&mut header(EntryType::Symlink, 0o777, 0), format!("./{name}"), target)?;
    }
    Ok(tar.into_inner()?)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut gzip = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    std::io::Write::write_all(&mut gzip, content)?;
    Ok(gzip.finish()?)
}

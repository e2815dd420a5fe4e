//! The room that installed toolchains take, and how much of it is in files that several of them have.
//!
//! Equal files are found by the lists of files that were written when the toolchains were installed; nothing is hashed.
//! Which blocks are shared, the file system tells.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::MetadataExt;

use gom_select::toolchain::ToolchainId;

use crate::context::Context;
use crate::digest::Sha256Digest;
use crate::files;
use crate::tree::Manifest;

/// The room that a toolchain takes, in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToolchainSize {
    /// The length of its files.
    pub apparent: u64,
    /// The blocks of its files and folders. A file with several links counts once.
    pub on_disk: u64,
    /// The blocks of the files whose content another of these toolchains has too; `None` without its list of files.
    pub equal: Option<u64>,
    /// The part of `on_disk` in blocks that any other file has too; `None` if the file system does not tell.
    pub shared: Option<u64>,
    /// The blocks of the files whose content an older of these toolchains has too, and which share none of them; `None`
    /// without its list of files, or if the file system does not tell what is shared.
    pub repeated: Option<u64>,
}

/// The blocks of a toolchain's file.
struct Blocks {
    taken: u64,
    /// How much of them other files have too; `None` if the file system does not tell.
    shared: Option<u64>,
    /// The sum of its content, if it is known.
    sum: Option<Sha256Digest>,
}

/// Measures toolchains. What can't be read is not counted.
pub fn measure(ctx: &Context, ids: &[ToolchainId]) -> BTreeMap<ToolchainId, ToolchainSize> {
    let mut sizes = BTreeMap::new();
    let mut files_of: Vec<(&ToolchainId, Vec<Blocks>)> = Vec::new();
    let mut having: BTreeMap<Sha256Digest, usize> = BTreeMap::new();
    for id in ids {
        let (size, blocks) = look(ctx, id);
        let sums: BTreeSet<Sha256Digest> = blocks.iter().filter_map(|file| file.sum).collect();
        for sum in sums {
            *having.entry(sum).or_default() += 1;
        }
        files_of.push((id, blocks));
        sizes.insert(id.clone(), size);
    }
    files_of.sort_by_key(|(id, _)| *id);
    let mut older = BTreeSet::new();
    for (id, blocks) in files_of {
        if let Some(size) = sizes.get_mut(id)
            && blocks.iter().any(|file| file.sum.is_some())
        {
            let taken = |is_counted: &dyn Fn(&Sha256Digest) -> bool| {
                let counted = blocks.iter().filter(|file| file.sum.as_ref().is_some_and(is_counted));
                counted.map(|file| (file.taken, file.shared)).collect::<Vec<_>>()
            };
            let is_equal = |sum: &Sha256Digest| having.get(sum).is_some_and(|count| *count > 1);
            size.equal = Some(taken(&is_equal).into_iter().map(|(taken, _)| taken).sum());
            let repeated = taken(&|sum| older.contains(sum)).into_iter();
            size.repeated = repeated.map(|(taken, shared)| Some(if shared? == 0 { taken } else { 0 })).sum();
        }
        older.extend(blocks.iter().filter_map(|file| file.sum));
    }
    sizes
}

fn look(ctx: &Context, id: &ToolchainId) -> (ToolchainSize, Vec<Blocks>) {
    let goroot = ctx.goroot(id);
    let list = ctx.store.read_manifest(id);
    let sums: BTreeMap<&str, Sha256Digest> =
        list.iter().flat_map(Manifest::files).map(|file| (file.name.as_str(), file.sha256)).collect();
    let mut size = ToolchainSize { shared: Some(0), ..ToolchainSize::default() };
    let (mut blocks, mut linked) = (Vec::new(), BTreeSet::new());
    for entry in files::below(&goroot).flatten() {
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.nlink() > 1 && metadata.is_file() && !linked.insert((metadata.dev(), metadata.ino())) {
            continue;
        }
        let taken = metadata.blocks() * 512;
        size.on_disk += taken;
        if metadata.is_file() {
            size.apparent += metadata.len();
            let path = entry.path();
            let shared = files::shared_bytes(&path).map(|shared| shared.min(taken));
            size.shared = size.shared.and_then(|all| Some(all + shared?));
            let name = path.strip_prefix(&goroot).ok().and_then(|name| name.to_str());
            blocks.push(Blocks { taken, shared, sum: name.and_then(|name| sums.get(name)).copied() });
        }
    }
    (size, blocks)
}

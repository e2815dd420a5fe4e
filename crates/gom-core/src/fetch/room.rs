//! Refuses a toolchain that the disk surely has no room for, before its archive is fetched. Where the size of the tree
//! is only an estimate, the least that any toolchain took counts: a refusal must never be wrong, and an install that
//! does not fit after all still ends with the error of the full disk. docs/store.md has the rule.

use gom_select::installed;
use gom_select::select;
use gom_select::toolchain::ToolchainId;
use gom_select::version::GoVersion;

use crate::context::Context;
use crate::store::StoreError;
use crate::store::room::Room;
use crate::unpack::ZipPlan;

/// What is known about the size of a toolchain.
#[derive(Clone, Copy)]
pub(super) enum KnownSize<'a> {
    /// The size of its archive, which is unpacked while it arrives.
    Archive(u64),
    /// The size of its archive, which must be complete in the store before it can be unpacked.
    WholeArchive(u64),
    /// The sizes of all files that will be written, and that of the archive.
    Files(&'a ZipPlan, u64),
}

/// Fails if the store's disk has no room for the tree.
pub(super) fn check(ctx: &Context, id: &ToolchainId, size: KnownSize<'_>) -> Result<(), StoreError> {
    let place = ctx.store.layout().toolchains();
    let Some(room) = Room::in_folder(&place) else { return Ok(()) };
    let needed = needed(id, size, &room);
    if needed <= room.free {
        return Ok(());
    }
    // Where toolchains may share their blocks, the size of one does not tell what its removal frees.
    let removable = if room.is_plain { removable(ctx, needed - room.free) } else { None };
    Err(StoreError::NoRoom { id: id.clone(), needed, free: room.free, place, removable })
}

/// Whether the cache has room to keep an archive while the tree is written. A cache without room stops no install.
pub(super) fn may_keep(ctx: &Context, archive: u64, kept: u64) -> bool {
    let (cache, store) = (ctx.cache_path("downloads"), ctx.store.layout().toolchains());
    let (Some(cache), Some(store)) = (Room::in_folder(&cache), Room::in_folder(&store)) else { return true };
    let tree = if cache.is_shared_with(&store) { most_tree(archive) } else { 0 };
    cache.free >= archive.saturating_sub(kept).saturating_add(tree)
}

fn needed(id: &ToolchainId, size: KnownSize<'_>, room: &Room) -> u64 {
    let tree_of = |archive| if room.is_plain { least_tree(id, archive) } else { least_compressed(archive) };
    match size {
        KnownSize::Files(plan, _) if room.is_plain => plan.size_on_disk(room.block),
        KnownSize::Archive(archive) | KnownSize::Files(_, archive) => tree_of(archive),
        KnownSize::WholeArchive(archive) => archive.saturating_add(tree_of(archive)),
    }
}

/// The least that a tree takes for an archive of this size. Measured for Linux and macOS: 2.8 to 3.0 times the size of
/// the archive from Go 1.21 on, 2.2 to 3.0 times before, when a toolchain had compiled packages. Others were not measured.
fn least_tree(id: &ToolchainId, archive: u64) -> u64 {
    let is_known = matches!(id.platform.os(), "linux" | "darwin")
        && GoVersion::parse("1.21rc1").is_ok_and(|first| id.version >= first);
    if is_known { archive.saturating_mul(5) / 2 } else { archive.saturating_mul(2) }
}

/// The most that a tree takes: 3.5 times its archive, with its folders and in blocks of 4 KiB, and something more. What
/// is kept for another try must not take the room that the tree needs.
fn most_tree(archive: u64) -> u64 {
    archive.saturating_mul(4)
}

/// Like [`least_tree`], on a file system that may compress, a little better than the archive does.
fn least_compressed(archive: u64) -> u64 {
    archive / 4 * 3
}

/// The oldest installed toolchain that frees this many bytes and that neither the default nor a pin here uses, with its
/// size.
fn removable(ctx: &Context, missing: u64) -> Option<(String, u64)> {
    let layout = ctx.store.layout();
    let default = select::wanted_by_default(layout).unwrap_or_default();
    let pin = ctx.with_situation(select::wanted_by_files).unwrap_or_default();
    let entries = default.iter().chain(&pin).flat_map(|wanted| &wanted.entries);
    let used =
        entries.filter_map(|entry| installed::find(layout, &entry.request, &ctx.platform).ok().flatten());
    let used: Vec<ToolchainId> = used.map(|tree| tree.id).collect();
    let installed = installed::all(layout).unwrap_or_default();
    let own =
        installed.into_iter().rev().filter(|tree| tree.other_store.is_none() && !used.contains(&tree.id));
    own.map(|tree| tree.id).find_map(|id| {
        let bytes = ctx.store.read_receipt(&id)?.tree.bytes.filter(|bytes| *bytes >= missing)?;
        Some((id.as_argument(&ctx.platform), bytes))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn least(id: &str, archive: u64) -> u64 {
        least_tree(&ToolchainId::parse(id).unwrap(), archive)
    }

    /// The archives of go.dev, and the sizes of the files that the checksum database covers.
    #[test]
    fn no_real_toolchain_takes_less_than_the_least() {
        for (id, archive, tree) in [
            ("go1.9.7.linux-amd64", 118_297_141, 295_481_626),
            ("go1.13.15.linux-amd64", 120_173_208, 307_255_575),
            ("go1.19.13.linux-amd64", 149_141_790, 444_453_938),
            ("go1.20.14.linux-amd64", 100_448_992, 229_194_510),
            ("go1.21.0.linux-amd64", 66_479_500, 197_550_133),
            ("go1.22.6.linux-amd64", 68_973_343, 206_321_183),
            ("go1.24.6.linux-amd64", 78_583_176, 235_691_810),
        ] {
            let least = least(id, archive);
            assert!(least <= tree, "{id}: {least} is more than {tree}");
            // Much less would refuse nothing in time.
            assert!(least * 2 > tree, "{id}: {least} is less than half of {tree}");
        }
        assert_eq!(least("go1.22.6.linux-amd64", u64::MAX), u64::MAX / 2);
    }

    /// The module zips, and the trees as they are on a disk with blocks of 4 KiB.
    #[test]
    fn no_real_toolchain_takes_more_than_the_most() {
        for (id, archive, tree) in [
            ("go1.21.13.linux-amd64", 70_400_000, 222_613_504 + 1046 * 4096),
            ("go1.26.3.linux-amd64", 71_648_298, 245_706_752 + 1335 * 4096),
        ] {
            assert!(most_tree(archive) >= tree, "{id}");
        }
    }
}

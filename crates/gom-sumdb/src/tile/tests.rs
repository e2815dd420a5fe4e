//! Coordinates and paths. The client's tests cover forged tiles, with whole lookups.

use super::*;
use crate::tlog::record_hash;

#[test]
fn paths_are_the_same_as_in_a_log() {
    for (level, index, width, path) in [
        (0, 0, 256, "tile/8/0/000"),
        (0, 5, 256, "tile/8/0/005"),
        (0, 999, 1, "tile/8/0/999.p/1"),
        (1, 1000, 256, "tile/8/1/x001/000"),
        (0, 1_234_067, 5, "tile/8/0/x001/x234/067.p/5"),
        (4, 1_234_067, 256, "tile/8/4/x001/x234/067"),
        (0, 280_659, 124, "tile/8/0/x280/659.p/124"),
        (0, 123_456_789, 256, "tile/8/0/x123/x456/789"),
        (2, 1_000_000, 255, "tile/8/2/x001/x000/000.p/255"),
    ] {
        assert_eq!(Tile { level, index, width }.path(), path);
    }
}

#[test]
fn a_node_has_its_tile_in_the_width_of_the_tree() {
    let node = |level, index| Node { level, index };
    for (node, size, expected) in [
        (node(0, 0), 1, Some("tile/8/0/000.p/1")),
        (node(0, 0), 255, Some("tile/8/0/000.p/255")),
        (node(0, 0), 256, Some("tile/8/0/000")),
        (node(0, 256), 257, Some("tile/8/0/001.p/1")),
        (node(7, 1), 256, Some("tile/8/0/000")),
        (node(8, 0), 256, Some("tile/8/1/000.p/1")),
        (node(9, 1), 1024, Some("tile/8/1/000.p/4")),
        (node(16, 0), 1 << 16, Some("tile/8/2/000.p/1")),
        (node(0, 32_419_892), 66_398_721, Some("tile/8/0/x126/640")),
        (node(62, 0), i64::MAX.unsigned_abs(), Some("tile/8/7/000.p/127")),
        (node(0, 1), 1, None),
        (node(1, 0), 1, None),
        (node(8, 1), 511, None),
        (node(64, 0), u64::MAX, None),
        (node(3, u64::MAX), u64::MAX, None),
    ] {
        let path = Tile::containing(node, size).map(Tile::path);
        assert_eq!(path.as_deref(), expected, "{node:?} of {size}");
    }
}

#[test]
fn the_edge_of_a_tree_is_covered_by_its_subtrees_to_the_last_hash() {
    for size in (0..2000).chain([65_535, 65_536, 67_343, 71_848_828, i64::MAX.unsigned_abs()]) {
        for tile in edge_tiles(size).unwrap() {
            let covered: u64 = complete_subtrees(0, size)
                .into_iter()
                .filter(|&node| Tile::containing(node, size) == Some(tile))
                .map(|node| 1 << (node.level % HEIGHT))
                .sum();
            assert_eq!(covered, u64::from(tile.width), "{tile} of {size}");
            assert!(!tile.is_full(), "{tile} of {size}");
        }
    }
}

#[test]
fn plans_name_parents_before_children() {
    let plan = |size, nodes: &[Node]| {
        plan(size, nodes).map(|tiles| tiles.into_iter().map(Tile::path).collect::<Vec<_>>())
    };
    assert_eq!(plan(0, &[]).unwrap(), Vec::<String>::new());
    assert_eq!(plan(5, &[Node { level: 0, index: 3 }]).unwrap(), ["tile/8/0/000.p/5"]);
    assert_eq!(
        plan(67_343, &[Node { level: 0, index: 1000 }, Node { level: 0, index: 1001 }]).unwrap(),
        ["tile/8/2/000.p/1", "tile/8/1/001.p/7", "tile/8/0/263.p/15", "tile/8/1/000", "tile/8/0/003"],
    );
    let outside = TreeProofError::OutsideTree { index: 5, size: 5 };
    assert_eq!(plan(5, &[Node { level: 0, index: 5 }]), Err(outside.into()));
}

#[test]
fn a_tile_without_its_parent_is_refused() {
    let data: Vec<u8> = (0..=u8::MAX).flat_map(|number| record_hash(&[number]).0).collect();
    let root = subtree_hash(&data).unwrap();
    let (tile, parent) = (Tile { level: 0, index: 0, width: 256 }, Tile { level: 1, index: 0, width: 1 });
    let head = TreeHead { size: 256, hash: root };
    let edge = (parent, root.0.to_vec());

    let tiles = AuthenticTiles::check(head, vec![edge.clone(), (tile, data.clone())]).unwrap();
    assert_eq!(tiles.hash(Node { level: 0, index: 9 }), Some(record_hash(&[9])));
    assert_eq!(tiles.iter().count(), 2);

    let missing_edge = AuthenticTiles::check(head, vec![(tile, data.clone())]).unwrap_err();
    assert_eq!(missing_edge, TreeProofError::MissingHash { level: 8, index: 0 }.into());
    let foreign = Tile { index: 1, ..tile };
    let unproven = AuthenticTiles::check(head, vec![edge.clone(), (foreign, data.clone())]).unwrap_err();
    assert_eq!(unproven, TileError::Unproven { tile: foreign });
    // A tile with another width than in the tree is refused too, whatever its bytes are.
    let narrow = Tile { width: 4, ..tile };
    let cut = AuthenticTiles::check(head, vec![edge.clone(), (narrow, data[..128].to_vec())]).unwrap_err();
    assert_eq!(cut, TileError::Unproven { tile: narrow });
    for length in [data.len() - 32, data.len() + 32] {
        let resized = data.iter().copied().cycle().take(length).collect();
        let error = AuthenticTiles::check(head, vec![edge.clone(), (tile, resized)]).unwrap_err();
        assert_eq!(error, TileError::WrongLength { tile, found: length });
    }
}

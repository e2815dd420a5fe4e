//! Tiles and inclusion proofs of an honest log. The first line is the size of the tree; the others ask for
//! hashes or spoil what is served: `node LEVEL INDEX`, `record INDEX`, `flip N BYTE BITS`, `swap N M`, `drop N`,
//! where N and M count the tiles, or, for `proof N BYTE BITS`, the hashes of the proof.
//!
//! Owns: the check that what was served as it should be is taken and gives the log's own hashes, that no byte
//! is taken which is not the log's, and that a proof holds where RFC 6962's recursion says so.
#![no_main]

use std::collections::HashSet;
use std::sync::LazyLock;

use gom_fuzz::log::{Log, Place, SIZE};
use gom_fuzz::proof;
use gom_sumdb::tile::{AuthenticTiles, Tile, plan};
use gom_sumdb::tlog::{
    Hash, Node, TreeHead, check_record_proof, prove_record, record_proof_nodes, tree_hash,
};
use libfuzzer_sys::fuzz_target;

static LOG: LazyLock<Log> = LazyLock::new(Log::new);

/// More lines than an input needs.
const MOST: usize = 12;

struct Wish {
    word: String,
    numbers: [u64; 3],
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else { return };
    let mut lines = text.split('\n');
    let size =
        lines.next().and_then(|line| line.parse::<i64>().ok()).and_then(|size| u64::try_from(size).ok());
    let Some(size) = size else { return };
    let wishes: Vec<Wish> = lines.take(MOST).map(wish).collect();
    let nodes: Vec<Node> = wishes.iter().flat_map(|wish| nodes(wish, size)).collect();
    let Ok(tiles) = plan(size, &nodes) else {
        return assert!(nodes.iter().any(|node| !exists(*node, size)));
    };
    assert!(nodes.iter().all(|node| exists(*node, size)));
    every_tile_is_in_the_tree(&tiles, &nodes, size);
    if let Some(root) = LOG.root(size) {
        assert_eq!(tree_hash(size, |node| LOG.read(node)), Ok(Hash(root)));
        only_the_truth_is_taken(&tiles, &nodes, &wishes, TreeHead { size, hash: Hash(root) });
        for wish in wishes.iter().filter(|wish| wish.word == "record") {
            proof_holds_as_naively(size, root, wish.numbers[0], &wishes);
        }
    }
});

fn wish(line: &str) -> Wish {
    let mut words = line.split(' ');
    let word = words.next().unwrap_or_default().to_owned();
    Wish {
        word,
        numbers: std::array::from_fn(|_| words.next().and_then(|word| word.parse().ok()).unwrap_or(0)),
    }
}

fn nodes(wish: &Wish, size: u64) -> Vec<Node> {
    let [first, second, _] = wish.numbers;
    match wish.word.as_str() {
        "node" => vec![Node { level: u32::try_from(first).unwrap_or(u32::MAX), index: second }],
        "record" => record_proof_nodes(size, first),
        _ => Vec::new(),
    }
}

fn exists(node: Node, size: u64) -> bool {
    node.level < 64 && node.index < size >> node.level
}

fn every_tile_is_in_the_tree(tiles: &[Tile], nodes: &[Node], size: u64) {
    let places: Vec<Place> =
        tiles.iter().map(|tile| Place::parse(&tile.path()).expect("a path that Go can read")).collect();
    assert_eq!(tiles.iter().collect::<HashSet<_>>().len(), tiles.len(), "a tile is asked for twice");
    for (tile, place) in tiles.iter().zip(&places) {
        assert_eq!(tile.byte_length(), 32 * place.width);
        let hashes = size >> (8 * place.level);
        assert!(place.index * 256 + place.width as u64 <= hashes, "{tile} of {size}");
        assert!(place.width == 256 || place.index * 256 + place.width as u64 == hashes, "{tile} of {size}");
    }
    for node in nodes {
        let first = node.index << (node.level % 8);
        let holds = |place: &Place| {
            place.level == u64::from(node.level / 8)
                && place.index == first / 256
                && first % 256 + (1 << (node.level % 8)) <= place.width as u64
        };
        assert!(places.iter().any(holds), "{node:?} of {size}");
    }
}

fn only_the_truth_is_taken(tiles: &[Tile], nodes: &[Node], wishes: &[Wish], head: TreeHead) {
    let honest: Vec<(Tile, Vec<u8>)> =
        tiles.iter().map(|tile| (*tile, LOG.tile(&tile.path()).expect("a tile of the log"))).collect();
    let served = spoiled(honest.clone(), wishes);
    let is_honest = served == honest;
    match AuthenticTiles::check(head, served) {
        Ok(taken) => {
            for (tile, data) in taken.iter() {
                assert_eq!(LOG.tile(&tile.path()).as_deref(), Some(data), "{tile}");
            }
            for node in nodes {
                let hash = taken.hash(*node);
                assert!(hash == LOG.read(*node) || (hash.is_none() && !is_honest), "{node:?}");
            }
        }
        Err(error) => assert!(!is_honest, "{error}"),
    }
}

fn spoiled(mut served: Vec<(Tile, Vec<u8>)>, wishes: &[Wish]) -> Vec<(Tile, Vec<u8>)> {
    for Wish { word, numbers: [first, second, third] } in wishes {
        if served.is_empty() {
            break;
        }
        let (first_at, second_at) = (at(*first, served.len()), at(*second, served.len()));
        match word.as_str() {
            "flip" => flip(&mut served[first_at].1, *second, *third),
            "swap" => served.swap(first_at, second_at),
            "drop" => drop(served.remove(first_at)),
            _ => {}
        }
    }
    served
}

fn at(number: u64, length: usize) -> usize {
    usize::try_from(number % length as u64).expect("a place in memory")
}

fn flip(bytes: &mut [u8], place: u64, bits: u64) {
    if !bytes.is_empty() {
        let place = at(place, bytes.len());
        bytes[place] ^= bits.to_le_bytes()[0];
    }
}

fn proof_holds_as_naively(size: u64, root: proof::Hash, index: u64, wishes: &[Wish]) {
    let (Ok(honest), Some(leaf)) = (prove_record(size, index, |node| LOG.read(node)), LOG.hash(0, index))
    else {
        return assert!(index >= size);
    };
    let mut spoiled: Vec<proof::Hash> = honest.iter().map(|hash| hash.0).collect();
    for Wish { word, numbers: [first, second, third] } in wishes {
        if word == "proof" && !spoiled.is_empty() {
            let place = at(*first, spoiled.len());
            flip(&mut spoiled[place], *second, *third);
        }
    }
    // A record at another place in another tree: the naive recursion knows.
    let others = [(size, index), (size, index + 1), (size + 1, index), (size.next_power_of_two(), index)];
    for (size, index) in others {
        let hashes: Vec<Hash> = spoiled.iter().copied().map(Hash).collect();
        let naively = proof::root(&spoiled, size, index, leaf) == Some(root);
        assert_eq!(check_record_proof(&hashes, size, Hash(root), index, Hash(leaf)).is_ok(), naively);
    }
    if spoiled.iter().zip(&honest).all(|(spoiled, honest)| *spoiled == honest.0) {
        assert_eq!(check_record_proof(&honest, size, Hash(root), index, Hash(leaf)), Ok(()));
    }
    assert!(index < size && size <= SIZE);
}

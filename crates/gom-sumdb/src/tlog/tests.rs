//! The trees of 1 to 100 records with all their proofs, and the text forms.

use super::*;

/// RFC 6962's own recursive definition, to compare with.
fn reference_root(records: &[Vec<u8>]) -> Hash {
    match records {
        [] => Hash(Sha256::digest([]).into()),
        [record] => record_hash(record),
        _ => {
            let (left, right) = records.split_at(records.len().next_power_of_two() / 2);
            node_hash(reference_root(left), reference_root(right))
        }
    }
}

fn records(count: u8) -> Vec<Vec<u8>> {
    (0..count).map(|number| format!("record {number}\n").into_bytes()).collect()
}

/// A reader that computes every complete subtree of `records`.
fn reader(records: &[Vec<u8>]) -> impl Fn(Node) -> Option<Hash> + '_ {
    |node| {
        let start = usize::try_from(node.index << node.level).ok()?;
        records.get(start..start + (1 << node.level)).map(reference_root)
    }
}

#[test]
fn tree_hashes_follow_the_definition() {
    for count in 0..=100 {
        let records = records(count);
        assert_eq!(tree_hash(count.into(), reader(&records)).unwrap(), reference_root(&records), "{count}");
    }
    let empty = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    assert_eq!(tree_hash(0, |_| None).unwrap().to_string(), empty);
}

#[test]
fn every_record_of_every_tree_has_a_proof_and_every_change_breaks_it() {
    for count in 1..=100_u8 {
        let records = records(count);
        let (size, root) = (u64::from(count), reference_root(&records));
        for (index, record) in (0_u64..).zip(&records) {
            let proof = prove_record(size, index, reader(&records)).unwrap();
            let leaf = record_hash(record);
            assert_eq!(check_record_proof(&proof, size, root, index, leaf), Ok(()), "{index} of {count}");
            assert_corruptions_fail(&proof, size, root, index, leaf);
        }
    }
}

fn assert_corruptions_fail(proof: &[Hash], size: u64, root: Hash, index: u64, leaf: Hash) {
    let holds =
        |proof: &[Hash], size, root, index, leaf| check_record_proof(proof, size, root, index, leaf).is_ok();
    let context = format!("record {index} of {size}");
    for place in 0..proof.len() {
        let mut changed = proof.to_vec();
        changed[place].0[place % HASH_BYTES] ^= 1;
        assert!(!holds(&changed, size, root, index, leaf), "{context}: hash {place} changed");
        changed.remove(place);
        assert!(!holds(&changed, size, root, index, leaf), "{context}: hash {place} removed");
    }
    let longer = [proof, &[leaf]].concat();
    assert!(!holds(&longer, size, root, index, leaf), "{context}: a hash too many");
    assert!(!holds(proof, size, leaf_of_nothing(), index, leaf), "{context}: another root");
    assert!(!holds(proof, size, root, index, leaf_of_nothing()), "{context}: another record");
    assert!(!holds(proof, size, root, size, leaf), "{context}: after the end");
    if size > 1 {
        assert!(!holds(proof, size, root, index ^ 1, leaf), "{context}: the number of its neighbour");
    }
}

fn leaf_of_nothing() -> Hash {
    record_hash(b"no such record\n")
}

/// RFC 6962's own recursive definition of a consistency proof, 2.1.2.
fn reference_consistency(older: usize, records: &[Vec<u8>], is_whole: bool) -> Vec<Hash> {
    if older == records.len() {
        return if is_whole { Vec::new() } else { vec![reference_root(records)] };
    }
    let (left, right) = records.split_at(records.len().next_power_of_two() / 2);
    let (mut proof, other) = if older <= left.len() {
        (reference_consistency(older, left, is_whole), right)
    } else {
        (reference_consistency(older - left.len(), right, false), left)
    };
    proof.push(reference_root(other));
    proof
}

// K11: all pairs of small sizes.
#[test]
fn every_tree_extends_each_smaller_one_by_a_proof_and_every_change_breaks_it() {
    for count in 1..=70_u8 {
        let (all, size) = (records(count), u64::from(count));
        let root = reference_root(&all);
        for older in 1..=count {
            let (part, older) = (reference_root(&all[..usize::from(older)]), u64::from(older));
            let proof = prove_tree(size, older, reader(&all)).unwrap();
            let defined = reference_consistency(usize::try_from(older).unwrap(), &all, true);
            assert_eq!(proof, defined, "{older} of {size}");
            check_tree_proof(&proof, size, root, older, part).unwrap();
            let is_refused = |proof: &[Hash], root, part| {
                assert!(check_tree_proof(proof, size, root, older, part).is_err(), "{older} of {size}");
            };
            is_refused(&[proof.as_slice(), &[root]].concat(), root, part);
            is_refused(&proof, leaf_of_nothing(), part);
            is_refused(&proof, root, leaf_of_nothing());
            for at in 0..proof.len() {
                let mut changed = proof.clone();
                changed[at].0[at % 32] ^= 1;
                is_refused(&changed, root, part);
                is_refused(&proof[..at], root, part);
            }
        }
        for older in [0, size + 1] {
            let outside = TreeProofError::OutsideTree { index: older, size };
            assert_eq!(prove_tree(size, older, reader(&all)), Err(outside));
        }
    }
}

#[test]
fn a_proof_needs_its_record_and_its_hashes() {
    let outside = TreeProofError::OutsideTree { index: 7, size: 7 };
    assert_eq!(prove_record(7, 7, |_| None), Err(outside));
    assert_eq!(prove_record(7, 0, |_| None), Err(TreeProofError::MissingHash { level: 0, index: 1 }));
    assert_eq!(tree_hash(1, |_| None), Err(TreeProofError::MissingHash { level: 0, index: 0 }));
}

#[test]
fn proofs_read_only_the_nodes_they_announce() {
    let records = records(77);
    for index in 0..77 {
        let announced = record_proof_nodes(77, index);
        let read = |node| announced.contains(&node).then(|| reader(&records)(node)).flatten();
        assert!(prove_record(77, index, read).is_ok(), "{index}");
    }
    assert_eq!(record_proof_nodes(7, 7), []);
}

#[test]
fn an_inner_node_is_not_a_record() {
    let (left, right) = (record_hash(b"l\n"), record_hash(b"r\n"));
    assert_ne!(record_hash(&[left.0, right.0].concat()), node_hash(left, right));
}

#[test]
fn heads_are_read() {
    let hash = "TszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=";
    let head = TreeHead { size: 123_456_789_012, hash: record_hash(b"hello world") };
    assert_eq!(head.hash.to_string(), hash);
    for more in ["", "one more line\n", "no newline", "golang.org/toolchain v0.0.1 h1:x\n\n"] {
        let text = format!("go.sum database tree\n123456789012\n{hash}\n{more}");
        assert_eq!(TreeHead::parse(&text), Ok(head), "{more:?}");
    }
}

#[test]
fn malformed_heads_are_refused() {
    let hash = "TszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=";
    for text in [
        String::new(),
        "go.sum database tree\n1\n".to_owned(),
        format!("go.sum database tree\n1\n{hash}"),
        format!("go.sum database tree v2\n1\n{hash}\n"),
        format!("go.sum database tree \n1\n{hash}\n"),
        format!("go.sum database tree\n-1\n{hash}\n"),
        format!("go.sum database tree\n+1\n{hash}\n"),
        format!("go.sum database tree\n01\n{hash}\n"),
        format!("go.sum database tree\n\n{hash}\n"),
        format!("go.sum database tree\n9223372036854775808\n{hash}\n"),
        format!("go.sum database tree\n1\n{}\n", &hash[4..]),
        format!("go.sum database tree\n1\n{hash}{}\n", &hash[..4]),
        "go.sum database tree\n1\nnot base64\n".to_owned(),
        format!("go.sum database tree\n1\n{hash}\n{}", "x".repeat(MAX_HEAD_BYTES)),
    ] {
        let error = TreeHead::parse(&text).unwrap_err();
        assert!(matches!(error, ParseError::Head { .. }), "{error}");
        assert!(error.to_string().len() < 200, "a message does not repeat a whole body");
    }
}

#[test]
fn records_are_read_up_to_their_blank_line() {
    for (bytes, id, text, rest) in [
        (
            &b"123456789012\nhello, world\n\njunk on end\x01\xff"[..],
            123_456_789_012,
            "hello, world\n",
            &b"junk on end\x01\xff"[..],
        ),
        (b"0\na\nb\n\n", 0, "a\nb\n", b""),
        (b"7\ncaf\xc3\xa9\n\n\nx\n", 7, "caf\u{e9}\n", b"\nx\n"),
    ] {
        assert_eq!(ServedRecord::parse(bytes), Ok(ServedRecord { id, text, rest }));
    }
}

#[test]
fn malformed_records_are_refused() {
    for bytes in [
        &b""[..],
        b"7",
        b"7\n",
        b"7\n\n",
        b"7\n\nnote\n\nsignature\n",
        b"7\ntext",
        b"7\ntext\n",
        b"seven\ntext\n\n",
        b"-7\ntext\n\n",
        b"+7\ntext\n\n",
        b"07\ntext\n\n",
        b" 7\ntext\n\n",
        b"9223372036854775808\ntext\n\n",
        b"7\nte\x01xt\n\n",
        b"7\nte\xc2\x9bxt\n\n",
        b"7\ntext\r\n\r\n",
        b"7\nte\xffxt\n\n",
        b"<html>\n<body>\n\nnot a log</body>",
    ] {
        let error = ServedRecord::parse(bytes).unwrap_err();
        assert!(matches!(error, ParseError::Record { .. }), "{error}");
    }
}

#[test]
fn hashes_are_text_in_json() {
    let hash = record_hash(b"hello world");
    let json = serde_json::to_string(&hash).unwrap();
    assert_eq!(json, "\"TszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\"");
    assert_eq!(serde_json::from_str::<Hash>(&json).unwrap(), hash);
    assert!(serde_json::from_str::<Hash>("\"TszzRg==\"").is_err());
}

//! A receipt, on any bytes. In a head that it keeps, words become signatures (`gom_fuzz::note`), and a line
//! `root` becomes the root that its proof leads to: so receipts of a log of our own can be right, too.
//!
//! Owns: the check that what is read is written back the same, that a kept record is taken where a naive check
//! takes it, and that Go's own key vouches for nothing but Go's own records.
#![no_main]

use std::sync::LazyLock;

use gom_core::proof::Proof;
use gom_core::store::receipt::Receipt;
use gom_fuzz::log::MODULE;
use gom_fuzz::note::{Signer, open, sign, tree_head};
use gom_fuzz::proof;
use gom_sumdb::tlog::Hash;
use gom_sumdb::{GO_DATABASE_KEY, LogRecord, VerifierKey, verify_offline};
use libfuzzer_sys::fuzz_target;

static OURS: LazyLock<Signer> = LazyLock::new(Signer::ours);
static GO: LazyLock<VerifierKey> =
    LazyLock::new(|| VerifierKey::parse(GO_DATABASE_KEY).expect("the key in the binary"));

/// The record of sum.golang.org that the seeds are made of.
const RECORDED: &str = include_str!(
    "../../crates/gom-sumdb/testdata/sumdb/sum.golang.org/lookup/golang.org/toolchain@v0.0.1-go1.22.10.linux-amd64"
);

fuzz_target!(|data: &[u8]| {
    let Ok(receipt) = serde_json::from_slice::<Receipt>(data) else { return };
    let written = serde_json::to_string_pretty(&receipt).expect("a receipt is JSON");
    let again: Receipt = serde_json::from_str(&written).expect("our own receipt");
    assert_eq!(again, receipt);
    assert_eq!(serde_json::to_string_pretty(&again).expect("a receipt is JSON"), written);
    let Proof::Log { mut record, .. } = receipt.proof else { return };
    let version =
        receipt.toolchain.strip_prefix("go").map(|rest| format!("v0.0.1-go{rest}")).unwrap_or_default();
    go_vouches_for_its_own(&record, &version);
    record.head_note = sign(&OURS, &with_root(&record));
    let verified = verify_offline(&OURS.key(), MODULE, &version, &record);
    let naively = is_proven(&record, &version);
    assert_eq!(verified.is_ok(), naively.is_some(), "{verified:?}");
});

fn go_vouches_for_its_own(record: &LogRecord, version: &str) {
    if verify_offline(&GO, MODULE, version, record).is_ok() {
        assert!(RECORDED.starts_with(&format!("{}\n{}\n", record.id, record.text)), "{record:?}");
        assert!(record.text.contains(&format!("{MODULE} {version} {}\n", record.h1)), "{record:?}");
    }
}

fn root(record: &LogRecord) -> Option<proof::Hash> {
    let proof: Vec<proof::Hash> = record.proof.iter().map(|hash| hash.0).collect();
    proof::root(&proof, record.tree_size, record.id, proof::leaf(record.text.as_bytes()))
}

fn with_root(record: &LogRecord) -> String {
    let Some(root) = root(record) else { return record.head_note.clone() };
    record.head_note.replace("\nroot\n", &format!("\n{}\n", Hash(root)))
}

fn is_proven(record: &LogRecord, version: &str) -> Option<()> {
    let (size, signed) = tree_head(open(&OURS, record.head_note.as_bytes())?)?;
    let is_in = size == record.tree_size && root(record)? == signed;
    let sums: Vec<&str> = record
        .text
        .lines()
        .filter_map(|line| {
            line.strip_prefix(MODULE)?.strip_prefix(' ')?.strip_prefix(version)?.strip_prefix(' ')
        })
        .filter(|sum| sum.starts_with("h1:"))
        .collect();
    let is_sum = Hash::parse(record.h1.strip_prefix("h1:")?).is_ok();
    (is_in && is_sum && sums == [record.h1.as_str()]).then_some(())
}

//! Signed notes with Ed25519 test keys.
//!
//! Source: `golang.org/x/mod/sumdb/note`.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::signature::{Ed25519KeyPair, KeyPair};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The algorithm byte before an Ed25519 key.
const ED25519: u8 = 1;

/// Signs notes under one name.
#[derive(Clone)]
pub(super) struct Signer {
    name: String,
    seed: u64,
    pair: Arc<Ed25519KeyPair>,
}

impl Signer {
    pub(super) fn new(name: &str, seed: u64) -> Self {
        let secret = Sha256::digest(format!("{name} {seed}"));
        let pair = Ed25519KeyPair::from_seed_unchecked(&secret).expect("32 bytes are a seed");
        Self { name: name.to_owned(), seed, pair: Arc::new(pair) }
    }

    /// `NAME+HASH+KEY`
    pub(super) fn key(&self) -> String {
        format!("{}+{}+{}", self.name, hex(self.key_hash()), STANDARD.encode(self.key_bytes()))
    }

    /// The note: text, empty line, one signature line.
    pub(super) fn sign(&self, text: &str) -> String {
        self.note(text, &self.pair)
    }

    /// Makes a note that names this key but is signed by another.
    pub(super) fn forge(&self, text: &str) -> String {
        self.note(text, &self.stranger().pair)
    }

    /// Another key of the same name.
    pub(super) fn stranger(&self) -> Self {
        Self::new(&self.name, !self.seed)
    }

    fn note(&self, text: &str, pair: &Ed25519KeyPair) -> String {
        let mut signature = self.key_hash().to_vec();
        signature.extend_from_slice(pair.sign(text.as_bytes()).as_ref());
        format!("{text}\n\u{2014} {} {}\n", self.name, STANDARD.encode(signature))
    }

    fn key_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.pair.public_key().as_ref());
        bytes
    }

    fn key_hash(&self) -> [u8; 4] {
        let sum =
            Sha256::new().chain_update(format!("{}\n", self.name)).chain_update(self.key_bytes()).finalize();
        [sum[0], sum[1], sum[2], sum[3]]
    }
}

fn hex(bytes: [u8; 4]) -> String {
    format!("{:08x}", u32::from_be_bytes(bytes))
}

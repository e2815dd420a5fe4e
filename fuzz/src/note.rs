//! Signed notes the way Go reads them (x/mod/sumdb/note, `Open`), and keys to sign some with.
//!
//! An input can't hold a signature of itself, so it holds words in place of signature lines: `— ours` and
//! `— other` become lines of the two keys here, `— wrong` one of ours below another text.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use gom_sumdb::VerifierKey;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use sha2::{Digest as _, Sha256};

/// The name our key signs under.
pub const OURS: &str = "fuzz.example";

/// A key pair with a name.
#[derive(Debug)]
pub struct Signer {
    name: &'static str,
    pair: Ed25519KeyPair,
}

impl Signer {
    /// The key pair of a seed.
    pub fn new(name: &'static str, seed: u8) -> Signer {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("32 bytes are a seed");
        Signer { name, pair }
    }

    /// Our own.
    pub fn ours() -> Signer {
        Signer::new(OURS, 42)
    }

    /// Its public half, as a user writes it.
    pub fn key(&self) -> VerifierKey {
        let text = format!("{}+{:08x}+{}", self.name, self.hash(), BASE64_STANDARD.encode(self.encoded()));
        VerifierKey::parse(&text).expect("our own key is refused")
    }

    /// A signature line without its newline.
    pub fn line(&self, text: &str) -> String {
        let signature = [&self.hash().to_be_bytes(), self.pair.sign(text.as_bytes()).as_ref()].concat();
        format!("\u{2014} {} {}", self.name, BASE64_STANDARD.encode(signature))
    }

    fn encoded(&self) -> Vec<u8> {
        [&[1], self.pair.public_key().as_ref()].concat()
    }

    fn hash(&self) -> u32 {
        let digest = Sha256::digest([self.name.as_bytes(), b"\n", &self.encoded()].concat());
        u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
    }

    fn verifies(&self, text: &str, signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.pair.public_key()).verify(text.as_bytes(), signature).is_ok()
    }
}

/// Puts signatures for the words below the last blank line.
pub fn sign(ours: &Signer, note: &str) -> String {
    let Some(blank) = note.rfind("\n\n") else { return note.to_owned() };
    let (text, below) = (&note[..=blank], &note[blank + 2..]);
    let other = Signer::new("other.example", 7);
    let lines = below.split('\n').map(|line| match line {
        "\u{2014} ours" => ours.line(text),
        "\u{2014} other" => other.line(text),
        "\u{2014} wrong" => ours.line("another text\n"),
        line => line.to_owned(),
    });
    format!("{text}\n{}", lines.collect::<Vec<_>>().join("\n"))
}

/// The text of a note that our key has signed, step by step as Go does it.
pub fn open<'a>(ours: &Signer, note: &'a [u8]) -> Option<&'a str> {
    let note = str::from_utf8(note).ok().filter(|note| note.len() <= 1_000_000)?;
    // gom's own rule: Go takes those above ASCII.
    if note.chars().any(|c| c != '\n' && (c < ' ' || ('\u{7f}'..='\u{9f}').contains(&c))) {
        return None;
    }
    let blank = note.rfind("\n\n")?;
    let (text, below) = (&note[..=blank], note[blank + 2..].strip_suffix('\n')?);
    let (mut count, mut decided) = (0, false);
    for line in below.split('\n') {
        let (name, encoded) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
        let signature = BASE64_STANDARD.decode(encoded).ok()?;
        count += 1;
        if name.is_empty() || name.contains('+') || name.contains(char::is_whitespace) {
            return None;
        }
        if signature.len() < 5 || count > 100 {
            return None;
        }
        let (hash, signature) = signature.split_at(4);
        if name == ours.name && hash == ours.hash().to_be_bytes() && !decided {
            if !ours.verifies(text, signature) {
                return None;
            }
            decided = true;
        }
    }
    decided.then_some(text)
}

/// Size and root out of the text of a tree head.
pub fn tree_head(text: &str) -> Option<(u64, [u8; 32])> {
    let lines: Vec<&str> = text.splitn(4, '\n').collect();
    let ["go.sum database tree", size, root, _] = lines[..] else { return None };
    let number: u64 = size.parse().ok()?;
    let root = BASE64_STANDARD.decode(root).ok()?.try_into().ok()?;
    (i64::try_from(number).is_ok() && number.to_string() == size).then_some((number, root))
}

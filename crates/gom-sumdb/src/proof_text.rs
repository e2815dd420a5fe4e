//! A record with its proof as a text that other programs can read and check without this crate: the form
//! [tlog-proof](https://c2sp.org/tlog-proof) of C2SP. The record's own text is in the line `extra`.
//!
//! It owns that form. It never checks a signature or a proof: what is read here is a claim, for
//! [`verify_offline`](crate::verify_offline).

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::client::{LogRecord, sum_line};
use crate::error::LogError;
use crate::excerpt::excerpt;
use crate::tlog::{Hash, TreeHead, parse_count};

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";
/// The longest accepted text, in bytes: a real one has two thousand.
const MAX_BYTES: usize = 64 << 10;

/// A text is not a proof of a record.
#[derive(Debug, thiserror::Error)]
pub enum ProofTextError {
    /// A part is missing or has another form.
    #[error("the proof has {what}: {found}")]
    Malformed {
        /// What is wrong with it.
        what: &'static str,
        /// A quoted excerpt.
        found: String,
    },
    /// The record in it has no sum of the module version.
    #[error(transparent)]
    Record(#[from] LogError),
}

impl LogRecord {
    /// The record and its proof as a tlog-proof.
    pub fn to_proof_text(&self) -> String {
        let mut text =
            format!("{FIRST_LINE}\nextra {}\nindex {}\n", BASE64_STANDARD.encode(&self.text), self.id);
        for hash in &self.proof {
            text.push_str(&hash.to_string());
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&self.head_note);
        text
    }

    /// Reads a tlog-proof of a module version. Nothing in it is proven yet.
    pub fn from_proof_text(text: &str, module: &str, version: &str) -> Result<Self, ProofTextError> {
        let malformed =
            |what, found: &str| ProofTextError::Malformed { what, found: excerpt(found.as_bytes()) };
        if text.len() > MAX_BYTES {
            return Err(malformed("too many bytes", text));
        }
        let (proof, head_note) =
            text.split_once("\n\n").ok_or_else(|| malformed("no blank line before the tree head", text))?;
        let mut lines = proof.split('\n');
        let mut next = || lines.next().unwrap_or_default();
        let first = next();
        if first != FIRST_LINE {
            return Err(malformed("another first line", first));
        }
        let extra = next();
        let record = extra
            .strip_prefix("extra ")
            .and_then(|encoded| BASE64_STANDARD.decode(encoded).ok())
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| malformed("no record in the line `extra`", extra))?;
        let index = next();
        let id = index
            .strip_prefix("index ")
            .and_then(parse_count)
            .ok_or_else(|| malformed("no number in the line `index`", index))?;
        let hashes =
            lines.map(|line| Hash::parse(line).map_err(|_| malformed("a line that is no hash", line)));
        let proof = hashes.collect::<Result<_, _>>()?;
        let head = TreeHead::parse(head_note).map_err(|_| malformed("no tree head", head_note))?;
        let h1 = sum_line(id, &record, module, version)?;
        Ok(Self { id, h1, text: record, head_note: head_note.to_owned(), tree_size: head.size, proof })
    }
}

//! SHA-256 sums: the type, its text forms, and who published one.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha2::{Digest, Sha256};

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// A SHA-256 sum; its text form is 64 lowercase hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256Digest([u8; 32]);

/// A text is not 64 hex digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a sha256 sum (64 hex digits)")]
pub struct InvalidDigest {
    text: String,
}

impl Sha256Digest {
    /// The sum of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Sha256Digest(Sha256::digest(bytes).into())
    }

    /// The raw sum.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads base64 without padding: the form of the embedded index.
    pub fn from_base64(text: &str) -> Result<Self, InvalidDigest> {
        let invalid = || InvalidDigest { text: text.to_owned() };
        let bytes = STANDARD_NO_PAD.decode(text).map_err(|_| invalid())?;
        bytes.try_into().map(Sha256Digest).map_err(|_| invalid())
    }

    /// The 64 digits that [`Display`](fmt::Display) writes, without its cost, for callers that need tens of
    /// thousands of sums.
    pub(crate) fn hex(&self) -> Hex {
        let mut digits = [0; 64];
        for (byte, pair) in self.0.iter().zip(digits.chunks_exact_mut(2)) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        Hex(digits)
    }

    /// Returns Go's `h1:` form: standard base64 of the sum.
    pub fn to_h1(self) -> String {
        format!("h1:{}", STANDARD.encode(self.0))
    }
}

/// Hexadecimal digits.
pub(crate) struct Hex([u8; 64]);

impl Hex {
    pub(crate) fn as_str(&self) -> &str {
        // Digits are ASCII.
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl From<Sha256> for Sha256Digest {
    /// The sum of everything that the hasher was given.
    fn from(hasher: Sha256) -> Self {
        Sha256Digest(hasher.finalize().into())
    }
}

impl From<[u8; 32]> for Sha256Digest {
    fn from(bytes: [u8; 32]) -> Self {
        Sha256Digest(bytes)
    }
}

impl FromStr for Sha256Digest {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Self, InvalidDigest> {
        let invalid = || InvalidDigest { text: text.chars().take(80).flat_map(char::escape_debug).collect() };
        if text.len() != 64 || !text.is_ascii() {
            return Err(invalid());
        }
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            let pair = &text[2 * index..2 * index + 2];
            if !pair.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return Err(invalid());
            }
            *byte = u8::from_str_radix(pair, 16).map_err(|_| invalid())?;
        }
        Ok(Sha256Digest(bytes))
    }
}

impl fmt::Display for Sha256Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.hex().as_str())
    }
}

impl fmt::Debug for Sha256Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for Sha256Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Sha256Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Who published a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SumOrigin {
    /// The index in this binary.
    Embedded,
    /// go.dev's release list, fetched over TLS.
    GoDev,
}

impl fmt::Display for SumOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SumOrigin::Embedded => "the index in gom",
            SumOrigin::GoDev => "go.dev's release list",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_reads_back_from_its_text() {
        let digest = Sha256Digest::of(b"gom");
        assert_eq!(digest.to_string().parse(), Ok(digest));
    }

    #[test]
    fn a_web_page_is_not_a_sum() {
        assert!("<!DOCTYPE html>".parse::<Sha256Digest>().is_err());
        assert!("é".repeat(32).parse::<Sha256Digest>().is_err());
        assert!("+1".repeat(32).parse::<Sha256Digest>().is_err());
        let error = "\u{1b}[31m".parse::<Sha256Digest>().unwrap_err();
        assert_eq!(error.to_string(), "`\\u{1b}[31m` is not a sha256 sum (64 hex digits)");
    }
}

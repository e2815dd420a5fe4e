//! The content of a version file, and the error for an invalid one.

use std::fmt;

use crate::link_name::LinkName;
use crate::spec::PlatformSpec;
use crate::version::printable;

/// The byte order mark that some editors put before UTF-8 text.
pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";

/// Tells which texts that are no version are the name of a linked toolchain.
pub type Links<'a> = &'a dyn Fn(&str) -> Option<LinkName>;

/// The content of a version file: a fallback list, the most wanted version first. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The versions in the order of the file.
    pub specs: Vec<PinnedSpec>,
}

/// One version of a [`Pin`], and its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinnedSpec {
    /// The version that is asked for.
    pub spec: PlatformSpec,
    /// The line of the file, counted from 1.
    pub line: usize,
    /// The entry as it is written in the file.
    pub text: String,
}

impl PinnedSpec {
    pub(super) fn parse(text: &str, line: usize, links: Links<'_>) -> Result<Self, PinError> {
        let spec = match PlatformSpec::parse(text) {
            Ok(spec) => spec,
            Err(error) => {
                links(text).ok_or_else(|| PinError::at(line, text, &error.reason)).map(PlatformSpec::from)?
            }
        };
        Ok(Self { spec, line, text: text.to_owned() })
    }
}

/// Why a version file is invalid. The text has no line: the caller knows the file and writes `FILE:LINE: `
/// before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinError {
    /// The 1-based line of the problem; `None` if it is the whole file.
    pub line: Option<usize>,
    /// The refused entry; empty if there is none to show.
    pub value: String,
    /// What is wrong, as a clause for a message.
    pub reason: String,
}

impl PinError {
    pub(super) fn whole_file(reason: &str) -> Self {
        Self { line: None, value: String::new(), reason: reason.to_owned() }
    }

    pub(super) fn at(line: usize, value: &str, reason: &str) -> Self {
        Self { line: Some(line), value: value.to_owned(), reason: reason.to_owned() }
    }
}

impl fmt::Display for PinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.value.is_empty() {
            write!(f, "invalid version `{}`: ", printable(&self.value))?;
        }
        f.write_str(&self.reason)
    }
}

impl std::error::Error for PinError {}

/// The error for a file that is too large to be read.
pub(super) fn too_large(max_bytes: usize) -> PinError {
    PinError::whole_file(&format!("it is larger than {max_bytes} bytes"))
}

//! `.go-version` and the Go line of `.tool-versions`, as gom-select reads them. Of a fallback list the first version
//! counts.

use gom_select::link_name::LinkName;
use gom_select::spec::Spec;
use gom_select::version_files::{Pin, PinError, go_version, tool_versions};

use super::file::ProjectFile;
use crate::document::ParseFault;
use crate::mention::{Mention, Role, Spelling, prefix_len};
use crate::written::Written;

pub(super) fn read_go_version(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    let pin = go_version::parse_with(file.bytes, &link).map_err(|error| fault(&error))?;
    Ok(first(file, &pin).into_iter().collect())
}

pub(super) fn read_tool_versions(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    let pin = tool_versions::parse_with(file.bytes, &link).map_err(|error| fault(&error))?;
    Ok(pin.and_then(|pin| first(file, &pin)).into_iter().collect())
}

/// The name of a linked toolchain may stand in a version file.
fn link(text: &str) -> Option<LinkName> {
    LinkName::parse(text)
}

fn fault(error: &PinError) -> ParseFault {
    ParseFault { line: error.line, reason: error.to_string() }
}

fn first(file: &ProjectFile<'_>, pin: &Pin) -> Option<Mention> {
    let first = pin.specs.first()?;
    let text = first.text.as_str();
    let start: usize =
        file.bytes.split_inclusive(|byte| *byte == b'\n').take(first.line - 1).map(<[u8]>::len).sum();
    let at = start + file.bytes[start..].windows(text.len()).position(|window| window == text.as_bytes())?;
    let prefix = prefix_len(text);
    let mut written = &text[prefix..];
    if let Some(platform) = &first.spec.platform {
        written = written.strip_suffix(&platform.to_string())?.strip_suffix('.')?;
    }
    // `1` and names are no versions that gom replaces.
    let is_version = matches!(first.spec.spec, Spec::Exact(_) | Spec::Line(_) | Spec::Major(_));
    let is_editable = is_version && Written::parse(written).is_some();
    Some(Mention {
        range: at + prefix..at + prefix + written.len(),
        written: written.to_owned(),
        line: first.line,
        role: Role::Pin,
        what: "version file".to_owned(),
        spelling: if is_editable { Spelling::Plain } else { Spelling::Fixed },
        image: None,
    })
}

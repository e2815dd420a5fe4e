//! Variables that name a Go: `GO_VERSION=1.22.6`, `GOTOOLCHAIN=go1.22.6`.

use crate::document::{Scalar, Style};
use crate::mention::{Mention, Role, Spelling, line_of, prefix_len};
use crate::written::Written;

use super::scalar;

/// The keys, in lower case and without hyphens and underscores. `go-version-input` is one of golang/govulncheck-action.
const VERSION_KEYS: [&str; 8] = [
    "goversion",
    "golangversion",
    "gover",
    "golangver",
    "gosemver",
    "goversioninput",
    "versiongo",
    "versiongolang",
];

/// Whether a key names a version of Go, by the names that projects use.
pub(super) fn is_version_key(key: &str) -> bool {
    // Almost every key of a file is none.
    if !key.starts_with(['g', 'G', 'v', 'V', '_', '-']) {
        return false;
    }
    let key: String = key.chars().filter(|c| !matches!(c, '-' | '_')).collect();
    let key = key.to_ascii_lowercase();
    VERSION_KEYS.contains(&key.as_str())
}

/// The version in the value of a variable or an argument.
pub(super) fn of_value(bytes: &[u8], key: &str, value: &Scalar, role: Role) -> Option<Mention> {
    if key == "GOTOOLCHAIN" {
        return toolchain_name(bytes, value, role);
    }
    is_version_key(key).then(|| scalar::version(bytes, value, role, key)).flatten()
}

/// The version in a value of GOTOOLCHAIN: `go1.22.6`, `go1.22.6+auto`. Words such as `local` name none.
fn toolchain_name(bytes: &[u8], value: &Scalar, role: Role) -> Option<Mention> {
    let rest = value.text.strip_prefix("go")?;
    let len = rest.find(['+', '-']).unwrap_or(rest.len());
    let written = &rest[..len];
    Written::parse(written)?;
    let start = value.range.start + 2;
    Some(Mention {
        range: if value.is_verbatim { start..start + len } else { value.range.clone() },
        written: written.to_owned(),
        line: line_of(bytes, value.range.start),
        role,
        what: "GOTOOLCHAIN".to_owned(),
        spelling: if value.is_verbatim { Spelling::Plain } else { Spelling::Fixed },
        image: None,
    })
}

/// Every `KEY=VALUE` on a line of its own, in the bytes of a scalar: an entry of a list, or a block of several.
pub(super) fn of_assignments(bytes: &[u8], scalar: &Scalar, role: Role) -> Vec<Mention> {
    let Some(text) = bytes.get(scalar.range.clone()).and_then(|bytes| str::from_utf8(bytes).ok()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut start = scalar.range.start;
    for line in text.split_inclusive('\n') {
        found.extend(assignment(bytes, line, start, role));
        start += line.len();
    }
    found
}

fn assignment(bytes: &[u8], line: &str, start: usize, role: Role) -> Option<Mention> {
    let (key, value) = line.split_once('=')?;
    let key_at = key.trim_start();
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if key_at.is_empty() || !key_at.chars().all(is_name) {
        return None;
    }
    let value = value.trim_end();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let inset = usize::from(quote.is_some());
    let content = value[inset..].split(|c: char| Some(c) == quote || c.is_whitespace()).next()?;
    let value_start = start + key.len() + 1 + inset;
    if !(is_version_key(key_at) || key_at == "GOTOOLCHAIN") {
        // `BUILD_IMAGE=golang:1.22`
        let value = Scalar {
            text: content.to_owned(),
            range: value_start..value_start + content.len(),
            is_verbatim: true,
            style: Style::Quoted,
        };
        return scalar::image(bytes, &value, Role::Image, false);
    }
    let prefix = prefix_len(content);
    let rest = &content[prefix..];
    let len = if key_at == "GOTOOLCHAIN" { rest.find(['+', '-']).unwrap_or(rest.len()) } else { rest.len() };
    let written = &rest[..len];
    Written::parse(written)?;
    let range = value_start + prefix..value_start + prefix + len;
    Some(Mention {
        line: line_of(bytes, range.start),
        range,
        written: written.to_owned(),
        role,
        what: key_at.to_owned(),
        spelling: Spelling::Plain,
        image: None,
    })
}

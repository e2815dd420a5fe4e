//! The `go` and `toolchain` lines of go.mod and go.work, as gom-select finds them. A file that Go itself refuses is not valid.

use gom_select::go_mod;
use gom_select::version::GoVersion;

use super::file::ProjectFile;
use super::go_mod_syntax;
use crate::document::ParseFault;
use crate::mention::{Mention, Role, Spelling};

pub(super) fn read(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    let lines = go_mod::scan(file.bytes);
    let mut found = Vec::new();
    if let Some((value, line)) = lines.go {
        if GoVersion::parse(&value).is_err() {
            return Err(ParseFault::at(
                line,
                format!("the go line names no version: `{}`", value.escape_debug()),
            ));
        }
        found.extend(mention(file, line, "go", &value, &value, Role::GoLine));
    }
    if let Some((value, line)) = lines.toolchain
        && value != "default"
    {
        // A suffix such as `-custom` belongs to the name and not to the version.
        let Some(version) = GoVersion::from_toolchain_name(&value) else {
            let reason = format!("the toolchain line names no toolchain: `{}`", value.escape_debug());
            return Err(ParseFault::at(line, reason));
        };
        found.extend(mention(
            file,
            line,
            "toolchain",
            &value,
            version.to_string().as_str(),
            Role::ToolchainLine,
        ));
    }
    go_mod_syntax::check(file.bytes, file.name() == "go.work")?;
    Ok(found)
}

/// A line `KEY VALUE`, whose value holds the version.
fn mention(
    file: &ProjectFile<'_>,
    line: usize,
    key: &str,
    value: &str,
    written: &str,
    role: Role,
) -> Option<Mention> {
    let start: usize =
        file.bytes.split_inclusive(|byte| *byte == b'\n').take(line - 1).map(<[u8]>::len).sum();
    let rest = &file.bytes[start..];
    let text = &rest[..rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())];
    let find = |from: usize, needle: &str| {
        let found = text[from..].windows(needle.len()).position(|window| window == needle.as_bytes());
        found.map(|at| from + at)
    };
    let key_at = find(0, key)?;
    let value_at = find(key_at + key.len(), value)?;
    let at = start + find(value_at, written)?;
    Some(Mention {
        range: at..at + written.len(),
        written: written.to_owned(),
        line,
        role,
        what: format!("{key} line"),
        spelling: Spelling::Plain,
        image: None,
    })
}

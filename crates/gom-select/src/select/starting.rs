//! Starting points: what `GOM_TOOLCHAIN`, the version files and the default ask for, before Go's own rules.

use std::path::Path;

use super::error::{FaultyPlace, SelectError};
use super::selection::{Situation, VersionOrigin, WantedToolchain};
use super::trace::Trace;
use crate::env_vars;
use crate::layout::Layout;
use crate::linked;
use crate::regular_file::{self, AfterRead};
use crate::version_files::{PinError, go_version, tool_versions};

/// Returns what the first place asks for that names a version; `None` if no place does.
pub(super) fn wanted(
    situation: &Situation<'_>,
    dir: Option<&Path>,
    trace: &mut Trace,
) -> Result<Option<WantedToolchain>, SelectError> {
    if let Some(wanted) = by_environment(situation)? {
        trace.step(env_vars::GOM_TOOLCHAIN, || wanted.to_string());
        return Ok(Some(wanted));
    }
    trace.step(env_vars::GOM_TOOLCHAIN, || "not set".to_owned());
    let after = situation.user.after_read();
    if let Some(wanted) = by_files(situation.layout, dir, after, trace)? {
        return Ok(Some(wanted));
    }
    let wanted = by_default(situation.layout, after)?;
    trace.step(&situation.layout.default_file().display().to_string(), || match &wanted {
        Some(wanted) => format!("the default: {wanted}"),
        None => "no default is set".to_owned(),
    });
    Ok(wanted)
}

/// Returns what `GOM_TOOLCHAIN` asks for.
pub(super) fn by_environment(situation: &Situation<'_>) -> Result<Option<WantedToolchain>, SelectError> {
    let variable = env_vars::GOM_TOOLCHAIN;
    let Some(value) = (situation.env)(variable) else { return Ok(None) };
    let links = |text: &str| linked::known(situation.layout, text);
    let pin =
        go_version::parse_with(value.as_encoded_bytes(), &links).map_err(|error| SelectError::Invalid {
            place: FaultyPlace::Variable(variable),
            error: PinError { line: None, ..error },
        })?;
    Ok(Some(WantedToolchain::from_pin(pin, |_| VersionOrigin::Environment { variable })))
}

/// Returns what the nearest version file upward from `dir` asks for.
pub(super) fn by_files(
    layout: &Layout,
    dir: Option<&Path>,
    after: AfterRead,
    trace: &mut Trace,
) -> Result<Option<WantedToolchain>, SelectError> {
    for dir in dir.into_iter().flat_map(Path::ancestors) {
        if let Some(wanted) = by_folder(layout, dir, after, trace)? {
            return Ok(Some(wanted));
        }
    }
    Ok(None)
}

/// Returns what the version files of this one folder ask for: `.go-version`, then `.tool-versions`.
fn by_folder(
    layout: &Layout,
    dir: &Path,
    after: AfterRead,
    trace: &mut Trace,
) -> Result<Option<WantedToolchain>, SelectError> {
    let links = |text: &str| linked::known(layout, text);
    let path = dir.join(".go-version");
    if let Some(bytes) = read_limited(&path, go_version::MAX_BYTES, after)? {
        let pin = go_version::parse_with(&bytes, &links).map_err(|error| invalid_file(&path, error))?;
        let wanted = WantedToolchain::from_pin(pin, |line| VersionOrigin::File { path: path.clone(), line });
        trace.step(&path.display().to_string(), || wanted.to_string());
        return Ok(Some(wanted));
    }
    let path = dir.join(".tool-versions");
    let Some(bytes) = read_limited(&path, tool_versions::MAX_BYTES, after)? else { return Ok(None) };
    let pin = tool_versions::parse_with(&bytes, &links);
    let Some(pin) = pin.map_err(|error| invalid_file(&path, error))? else {
        trace.step(&path.display().to_string(), || "has no Go line; the search continues".to_owned());
        return Ok(None);
    };
    let wanted = WantedToolchain::from_pin(pin, |line| VersionOrigin::File { path: path.clone(), line });
    trace.step(&path.display().to_string(), || wanted.to_string());
    Ok(Some(wanted))
}

/// Returns what the store's default asks for.
pub(super) fn by_default(layout: &Layout, after: AfterRead) -> Result<Option<WantedToolchain>, SelectError> {
    let path = layout.default_file();
    let Some(bytes) = read_limited(&path, go_version::MAX_BYTES, after)? else { return Ok(None) };
    let invalid = |error| SelectError::Invalid { place: FaultyPlace::Default(path.clone()), error };
    let pin = go_version::parse_with(&bytes, &|text: &str| linked::known(layout, text)).map_err(invalid)?;
    Ok(Some(WantedToolchain::from_pin(pin, |line| VersionOrigin::Default { path: path.clone(), line })))
}

fn invalid_file(path: &Path, error: PinError) -> SelectError {
    SelectError::Invalid { place: FaultyPlace::File(path.to_path_buf()), error }
}

/// Reads a file: at most one byte more than `limit`, so that the parser sees that it is too large. `None` if
/// there is no such regular file.
fn read_limited(path: &Path, limit: usize, after: AfterRead) -> Result<Option<Vec<u8>>, SelectError> {
    let unreadable = |error| SelectError::Unreadable { path: path.to_path_buf(), error };
    regular_file::read_and(after, path, limit).map_err(unreadable)
}

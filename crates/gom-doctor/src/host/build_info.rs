//! Go's build information in a program (debug/buildinfo): the Go that built it, its package and its modules.

use object::read::ReadRef;

use crate::facts::BinaryFacts;

/// The size limit of build information.
const MAX_BUILD_INFO: u64 = 1 << 20;

/// Adds Go's build information at an offset: the version, and the path of the main package. Before Go 1.18 it is
/// stored behind pointers, which are not followed.
pub(super) fn add_build_info<'data>(data: impl ReadRef<'data>, at: u64, facts: &mut BinaryFacts) {
    const INLINE: u8 = 2;
    let Ok(head) = data.read_bytes_at(at, 32) else { return };
    if !head.starts_with(b"\xff Go buildinf:") || head[15] & INLINE == 0 {
        return;
    }
    let Some((version, next)) = text_at(data, at + 32) else { return };
    facts.go = version.strip_prefix("go").map(str::to_owned);
    let Some((modules, _)) = text_at(data, next) else { return };
    let path = modules.lines().find_map(|line| line.rsplit_once("path\t").map(|(_, path)| path.to_owned()));
    facts.package = path.filter(|path| path != "command-line-arguments");
    facts.module = modules.lines().find_map(|line| {
        let mut columns = line.strip_prefix("mod\t")?.split('\t');
        Some(format!("{}@{}", columns.next()?, columns.next()?))
    });
    facts.x_tools = modules.lines().find_map(|line| {
        let line = line.strip_prefix("dep\t").or_else(|| line.strip_prefix("mod\t"))?;
        Some(line.strip_prefix("golang.org/x/tools\t")?.split('\t').next()?.to_owned())
    });
}

/// Reads a length as a varint and that many bytes. Returns the text and the offset after it.
fn text_at<'data>(data: impl ReadRef<'data>, at: u64) -> Option<(String, u64)> {
    const LONGEST: u64 = 10;
    let head = data.read_bytes_at(at, LONGEST.min(data.len().ok()?.checked_sub(at)?)).ok()?;
    let width = head.iter().position(|byte| byte & 0x80 == 0)? + 1;
    let length = head[..width].iter().rev().fold(0, |value: u64, byte| (value << 7) | u64::from(byte & 0x7f));
    if length > MAX_BUILD_INFO {
        return None;
    }
    let start = at + width as u64;
    let text = data.read_bytes_at(start, length).ok()?;
    Some((String::from_utf8_lossy(text).into_owned(), start + length))
}

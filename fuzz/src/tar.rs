//! A tar file the way Go's archive/tar reads it, as far as a release's archive goes: files, folders, and long
//! names by GNU entries or PAX headers.
//!
//! Where two readers may differ in good faith (numbers in other forms), it has no opinion.

use crate::scratch::Files;

const BLOCK: usize = 512;

/// The files below `go/`, by their names there; `None` where this reader has no opinion.
pub fn read(tar: &[u8]) -> Option<Files> {
    let (mut files, mut rest, mut long_name) = (Files::new(), tar, None);
    while let Some((header, behind)) = rest.split_first_chunk::<BLOCK>() {
        if header.iter().all(|byte| *byte == 0) {
            break;
        }
        let (kind, size) = (header[156], usize::try_from(octal(&header[124..136])?).ok()?);
        // Go: what is no file has no content, whatever its size says.
        let size = if kind == b'5' { 0 } else { size };
        let content = behind.get(..size)?;
        rest = behind.get(size.next_multiple_of(BLOCK)..).unwrap_or_default();
        match kind {
            b'L' => long_name = Some(until_zero(content).to_vec()),
            b'x' => long_name = pax_path(content)?.or(long_name),
            b'g' => {}
            b'5' => drop(long_name.take()),
            _ => {
                let name = long_name.take().unwrap_or_else(|| short_name(header));
                let name = String::from_utf8(name).ok()?.strip_prefix("go/")?.to_owned();
                files.insert(name, content.to_vec());
            }
        }
    }
    Some(files)
}

/// Puts the right sum into each header, so that a change of one is not all that is seen.
pub fn with_sums(tar: &[u8]) -> Vec<u8> {
    let (mut tar, mut at) = (tar.to_vec(), 0);
    while let Some(header) = tar.get_mut(at..at + BLOCK) {
        if header.iter().any(|byte| *byte != 0) {
            header[148..156].fill(b' ');
            let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
            header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        }
        let size = octal(&header[124..136]).and_then(|size| usize::try_from(size).ok()).unwrap_or(0);
        at = at.saturating_add(BLOCK).saturating_add(size.checked_next_multiple_of(BLOCK).unwrap_or(size));
    }
    tar
}

fn octal(field: &[u8]) -> Option<u64> {
    let text = str::from_utf8(until_zero(field)).ok()?.trim();
    let is_plain = text.bytes().all(|digit| matches!(digit, b'0'..=b'7'));
    if text.is_empty() { Some(0) } else { is_plain.then(|| u64::from_str_radix(text, 8).ok())? }
}

fn short_name(header: &[u8; BLOCK]) -> Vec<u8> {
    let (name, prefix) = (until_zero(&header[..100]), until_zero(&header[345..500]));
    if &header[257..263] == b"ustar\0" && !prefix.is_empty() {
        return [prefix, b"/", name].concat();
    }
    name.to_vec()
}

fn until_zero(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// `LENGTH KEY=VALUE` and a newline, each counted by the length alone. The inner `None`: no path.
#[expect(clippy::option_option, reason = "no opinion and no path are two things")]
fn pax_path(mut content: &[u8]) -> Option<Option<Vec<u8>>> {
    let mut path = None;
    while !content.is_empty() {
        let space = content.iter().position(|byte| *byte == b' ')?;
        let length: usize = str::from_utf8(&content[..space]).ok()?.parse().ok()?;
        let record = content.get(space + 1..length)?.strip_suffix(b"\n")?;
        let equals = record.iter().position(|byte| *byte == b'=')?;
        if &record[..equals] == b"path" {
            path = Some(record[equals + 1..].to_vec());
        }
        content = &content[length..];
    }
    Some(path)
}

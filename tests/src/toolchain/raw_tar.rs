//! Makes tar archives entry by entry, with any content: good ones, and ones that no honest program writes.
//!
//! It never checks a name, a type or a size. Numbers are octal, as in ustar; the checksum is always right, so
//! that a reader gets to what the test is about.

use flate2::{Compression, write::GzEncoder};
use std::io::Write;

const BLOCK: usize = 512;

/// How a tar archive stores names of more than 100 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TarStyle {
    /// The prefix field of the header, as in Go's own archives.
    Ustar,
    /// An entry of type `L` before the file.
    Gnu,
    /// An extended header (type `x`) before the file.
    Pax,
}

/// One entry. Fields that a test does not set are as in an honest archive.
#[derive(Clone, Debug)]
pub struct TarEntry {
    /// Any bytes, at most 100.
    pub name: Vec<u8>,
    /// The prefix field of ustar, at most 155 bytes.
    pub prefix: Vec<u8>,
    /// The type flag: `b'0'` file, `b'5'` folder, `b'2'` symbolic link, `b'1'` hard link, or any other.
    pub kind: u8,
    /// The link's target, at most 100 bytes.
    pub link: Vec<u8>,
    /// Permission bits.
    pub mode: u32,
    /// The size in the header; `None` for the true one.
    pub size: Option<u64>,
    /// The content.
    pub data: Vec<u8>,
}

impl TarEntry {
    /// A regular file, 0644.
    pub fn file(name: impl AsRef<[u8]>, data: impl AsRef<[u8]>) -> Self {
        Self {
            name: name.as_ref().to_vec(),
            prefix: Vec::new(),
            kind: b'0',
            link: Vec::new(),
            mode: 0o644,
            size: None,
            data: data.as_ref().to_vec(),
        }
    }

    /// A folder, 0755.
    pub fn dir(name: impl AsRef<[u8]>) -> Self {
        Self { kind: b'5', mode: 0o755, ..Self::file(name, b"") }
    }

    /// A symbolic link.
    pub fn symlink(name: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Self {
        Self { kind: b'2', link: target.as_ref().to_vec(), ..Self::file(name, b"") }
    }

    /// A hard link.
    pub fn hard_link(name: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Self {
        Self { kind: b'1', ..Self::symlink(name, target) }
    }

    /// Sets another type flag.
    #[must_use]
    pub fn kind(self, kind: u8) -> Self {
        Self { kind, ..self }
    }

    /// Sets other permission bits.
    #[must_use]
    pub fn mode(self, mode: u32) -> Self {
        Self { mode, ..self }
    }

    /// Sets another size in the header, whatever the content.
    #[must_use]
    pub fn declared_size(self, size: u64) -> Self {
        Self { size: Some(size), ..self }
    }

    fn header(&self) -> [u8; BLOCK] {
        let mut header = [0; BLOCK];
        put(&mut header, 0, 100, &self.name);
        put(&mut header, 100, 8, format!("{:07o}\0", self.mode).as_bytes());
        put(&mut header, 108, 8, b"0000000\0");
        put(&mut header, 116, 8, b"0000000\0");
        put(
            &mut header,
            124,
            12,
            format!("{:011o}\0", self.size.unwrap_or(self.data.len() as u64)).as_bytes(),
        );
        put(&mut header, 136, 12, b"14652264730\0");
        put(&mut header, 156, 1, &[self.kind]);
        put(&mut header, 157, 100, &self.link);
        put(&mut header, 257, 8, b"ustar\x0000");
        put(&mut header, 345, 155, &self.prefix);
        // The checksum counts its own field as eight blanks.
        put(&mut header, 148, 8, b"        ");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        put(&mut header, 148, 8, format!("{sum:06o}\0 ").as_bytes());
        header
    }
}

/// An archive under construction.
#[derive(Clone, Debug, Default)]
pub struct RawTar {
    bytes: Vec<u8>,
}

impl RawTar {
    /// An empty archive.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends an entry as it is.
    #[must_use]
    pub fn entry(mut self, entry: TarEntry) -> Self {
        self.bytes.extend_from_slice(&entry.header());
        self.bytes.extend(entry.data);
        self.bytes.resize(self.bytes.len().next_multiple_of(BLOCK), 0);
        self
    }

    /// Appends the GNU entry that gives the next one this name.
    #[must_use]
    pub fn gnu_long_name(self, name: impl AsRef<[u8]>) -> Self {
        let mut data = name.as_ref().to_vec();
        data.push(0);
        self.entry(TarEntry::file("././@LongLink", data).kind(b'L'))
    }

    /// Appends a PAX extended header for the next entry: pairs such as `("path", "go/...")`.
    #[must_use]
    pub fn pax<'a>(self, records: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        self.entry(TarEntry::file("PaxHeaders.0/next", Self::pax_data(records)).kind(b'x'))
    }

    /// The content of a PAX header with these pairs.
    pub fn pax_data<'a>(records: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
        records.into_iter().flat_map(|(key, value)| pax_record(key, value)).collect()
    }

    /// Makes an archive of any bytes.
    pub fn of(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }

    /// The entries so far, without the end of an archive.
    pub fn bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Appends an entry under a name of any length, stored as `style` says.
    #[must_use]
    pub fn named(self, style: TarStyle, name: &str, entry: TarEntry) -> Self {
        if name.len() <= 100 {
            return self.entry(TarEntry { name: name.as_bytes().to_vec(), ..entry });
        }
        let short = TarEntry { name: name.as_bytes()[..100].to_vec(), ..entry };
        match style {
            TarStyle::Gnu => self.gnu_long_name(name).entry(short),
            TarStyle::Pax => self.pax([("path", name.as_bytes())]).entry(short),
            TarStyle::Ustar => {
                let at = name.len() - 101;
                let cut = at + name[at..].find('/').expect("an element of at most 100 bytes at the end");
                let (prefix, rest) = (name[..cut].into(), name[cut + 1..].into());
                self.entry(TarEntry { prefix, name: rest, ..short })
            }
        }
    }

    /// The archive with its two empty blocks at the end.
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes.resize(self.bytes.len() + 2 * BLOCK, 0);
        self.bytes
    }

    /// The archive, compressed.
    pub fn gz(self) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&self.finish()).expect("compressing in memory");
        encoder.finish().expect("compressing in memory")
    }
}

fn put(header: &mut [u8; BLOCK], offset: usize, width: usize, bytes: &[u8]) {
    assert!(bytes.len() <= width, "{} bytes in a field of {width}", bytes.len());
    header[offset..offset + bytes.len()].copy_from_slice(bytes);
}

/// `LENGTH KEY=VALUE\n`, where LENGTH counts its own digits.
fn pax_record(key: &str, value: &[u8]) -> Vec<u8> {
    let rest = key.len() + value.len() + 3;
    // More digits make a longer record, which may need one digit more.
    let mut length = rest + rest.to_string().len();
    length = rest + length.to_string().len();
    let mut record = format!("{length} {key}=").into_bytes();
    record.extend_from_slice(value);
    record.push(b'\n');
    record
}

//! Makes zip archives entry by entry, with any content: good ones, and ones that no honest program writes.
//!
//! It never checks a name or a size. Sizes follow the data in a descriptor, as Go's packer writes them; the
//! archives of tests are too small to need zip64.

use flate2::{Compression, Crc, write::DeflateEncoder};
use std::io::Write;

const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// Sizes and checksum follow the data.
const DESCRIPTOR: u16 = 8;
/// 2024-07-30 22:17:44 in MS-DOS form: time, date.
const STAMP: [u16; 2] = [(22 << 11) + (17 << 5) + 44 / 2, ((2024 - 1980) << 9) + (7 << 5) + 30];

/// One entry. Fields that a test does not set are as in an honest archive.
#[derive(Clone, Debug)]
pub struct ZipEntry {
    /// Any bytes.
    pub name: Vec<u8>,
    /// The content.
    pub data: Vec<u8>,
    /// The Unix `st_mode` (0o100644, 0o120777 for a symbolic link); 0 as in an archive without modes.
    pub mode: u32,
    /// Whether it is compressed, and not just stored.
    pub deflate: bool,
    /// The declared size; `None` for the true one.
    pub size: Option<u32>,
    /// The declared checksum; `None` for the true one.
    pub crc: Option<u32>,
    /// The declared method, such as 12 for bzip2; `None` for the true one.
    pub method: Option<u16>,
    /// Bits of the flags in addition to the descriptor's; 1 is "encrypted".
    pub flags: u16,
}

impl ZipEntry {
    /// A regular file, 0644, compressed.
    pub fn file(name: impl AsRef<[u8]>, data: impl AsRef<[u8]>) -> Self {
        Self {
            name: name.as_ref().to_vec(),
            data: data.as_ref().to_vec(),
            mode: 0o100_644,
            deflate: true,
            size: None,
            crc: None,
            method: None,
            flags: 0,
        }
    }

    /// A symbolic link.
    pub fn symlink(name: impl AsRef<[u8]>, target: impl AsRef<[u8]>) -> Self {
        Self { mode: 0o120_777, ..Self::file(name, target) }
    }

    /// Sets another `st_mode`.
    #[must_use]
    pub fn mode(self, mode: u32) -> Self {
        Self { mode, ..self }
    }

    /// Stores the content without compression.
    #[must_use]
    pub fn stored(self) -> Self {
        Self { deflate: false, ..self }
    }

    /// Sets another size in the headers, whatever the content.
    #[must_use]
    pub fn declared_size(self, size: u32) -> Self {
        Self { size: Some(size), ..self }
    }

    fn method(&self) -> u16 {
        self.method.unwrap_or(if self.deflate { DEFLATED } else { STORED })
    }

    fn packed(&self) -> Vec<u8> {
        if !self.deflate {
            return self.data.clone();
        }
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&self.data).expect("compressing in memory");
        encoder.finish().expect("compressing in memory")
    }

    fn name_length(&self) -> u16 {
        u16::try_from(self.name.len()).expect("a name of at most 65535 bytes")
    }

    /// Returns the checksum, the packed size and the declared size.
    fn sums(&self, packed: usize) -> [u32; 3] {
        let mut crc = Crc::new();
        crc.update(&self.data);
        [self.crc.unwrap_or(crc.sum()), narrow(packed), self.size.unwrap_or(narrow(self.data.len()))]
    }
}

/// An archive under construction.
#[derive(Clone, Debug, Default)]
pub struct RawZip {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
}

impl RawZip {
    /// An empty archive.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends an entry as it is.
    #[must_use]
    pub fn entry(mut self, entry: ZipEntry) -> Self {
        let offset = narrow(self.bytes.len());
        let packed = entry.packed();
        let sums = entry.sums(packed.len());
        u32s(&mut self.bytes, &[0x0403_4b50]);
        u16s(&mut self.bytes, &[20, DESCRIPTOR | entry.flags, entry.method(), STAMP[0], STAMP[1]]);
        u32s(&mut self.bytes, &[0, 0, 0]);
        u16s(&mut self.bytes, &[entry.name_length(), 0]);
        self.bytes.extend_from_slice(&entry.name);
        self.bytes.extend_from_slice(&packed);
        u32s(&mut self.bytes, &[0x0807_4b50]);
        u32s(&mut self.bytes, &sums);
        self.listed_at(offset, entry)
    }

    /// Lists an entry only in the directory, which declares that its bytes begin at `offset`.
    #[must_use]
    pub fn listed_at(mut self, offset: u32, entry: ZipEntry) -> Self {
        let sums = entry.sums(entry.packed().len());
        let made_by = if entry.mode == 0 { 20 } else { (3 << 8) + 20 };
        u32s(&mut self.directory, &[0x0201_4b50]);
        u16s(
            &mut self.directory,
            &[made_by, 20, DESCRIPTOR | entry.flags, entry.method(), STAMP[0], STAMP[1]],
        );
        u32s(&mut self.directory, &sums);
        u16s(&mut self.directory, &[entry.name_length(), 0, 0, 0, 0]);
        u32s(&mut self.directory, &[entry.mode << 16, offset]);
        self.directory.extend(entry.name);
        self.count += 1;
        self
    }

    /// The archive with its central directory.
    pub fn finish(mut self) -> Vec<u8> {
        let offset = narrow(self.bytes.len());
        self.bytes.extend_from_slice(&self.directory);
        u32s(&mut self.bytes, &[0x0605_4b50]);
        u16s(&mut self.bytes, &[0, 0, self.count, self.count]);
        u32s(&mut self.bytes, &[narrow(self.directory.len()), offset]);
        u16s(&mut self.bytes, &[0]);
        self.bytes
    }
}

fn u16s(to: &mut Vec<u8>, values: &[u16]) {
    to.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}

fn u32s(to: &mut Vec<u8>, values: &[u32]) {
    to.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}

fn narrow(size: usize) -> u32 {
    u32::try_from(size).expect("a test archive of less than 4 GiB")
}

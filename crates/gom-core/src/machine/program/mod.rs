//! Reads the header of a program: its format, and the architectures of its code.
//!
//! Owns: the names of formats and architectures, in Go's terms. Never: runs anything, or reads more than
//! [`HEAD`] bytes. Invariant: wrong or truncated bytes are not an error: they are just not a program.
//!
//! Formats: ELF (gABI), Mach-O (mach-o/loader.h, mach-o/fat.h) and PE.

use std::fmt;
use std::path::Path;

use gom_select::platform::Platform;
use object::read::elf::FileHeader;
use object::read::macho::{FatArch, MachHeader, MachOFatFile32, MachOFatFile64};
use object::read::pe::ImageNtHeaders;
use object::{Endianness, FileKind, LittleEndian, elf, macho, pe};

use crate::files;

/// How many bytes are read: no header that is read here needs more.
pub const HEAD: u64 = 4096;

/// More slices than any universal file has. A Java class file begins with the same four bytes; in place of
/// the number of slices it has a version of at least 45.
const MAX_SLICES: usize = 19;

/// The offset of ELF's `EI_OSABI`; every ELF header is longer.
const EI_OSABI: usize = 7;

/// The format of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramFormat {
    /// Linux, the BSDs, Solaris.
    Elf,
    /// macOS.
    MachO,
    /// Windows.
    Pe,
    /// It begins with `#!`.
    Script,
}

/// The header of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramHeader {
    /// Its format.
    pub format: ProgramFormat,
    /// Its architectures by Go's names. A universal file has several; those that Go has no name for are left
    /// out.
    pub archs: Vec<&'static str>,
    /// `EI_OSABI` of ELF, else 0.
    abi: u8,
}

impl ProgramHeader {
    /// Reads the beginning of a file; `Ok(None)` if it is not a program.
    pub fn of_file(path: &Path) -> std::io::Result<Option<ProgramHeader>> {
        Ok(ProgramHeader::of(&files::read_head(path, HEAD)?))
    }

    /// Parses the first bytes of a file.
    pub fn of(head: &[u8]) -> Option<ProgramHeader> {
        if head.starts_with(b"#!") {
            return Some(ProgramHeader { format: ProgramFormat::Script, archs: Vec::new(), abi: 0 });
        }
        let (format, archs) = match FileKind::parse(head).ok()? {
            FileKind::Elf32 => (ProgramFormat::Elf, elf_arch::<elf::FileHeader32<Endianness>>(head)?),
            FileKind::Elf64 => (ProgramFormat::Elf, elf_arch::<elf::FileHeader64<Endianness>>(head)?),
            FileKind::MachO32 => (ProgramFormat::MachO, thin_arch::<macho::MachHeader32<Endianness>>(head)?),
            FileKind::MachO64 => (ProgramFormat::MachO, thin_arch::<macho::MachHeader64<Endianness>>(head)?),
            FileKind::MachOFat32 => {
                let cpus = MachOFatFile32::parse(head).ok()?.arches().iter().map(FatArch::cputype);
                (ProgramFormat::MachO, universal_archs(cpus.collect())?)
            }
            FileKind::MachOFat64 => {
                let cpus = MachOFatFile64::parse(head).ok()?.arches().iter().map(FatArch::cputype);
                (ProgramFormat::MachO, universal_archs(cpus.collect())?)
            }
            FileKind::Pe32 => (ProgramFormat::Pe, pe_arch::<pe::ImageNtHeaders32>(head)?),
            FileKind::Pe64 => (ProgramFormat::Pe, pe_arch::<pe::ImageNtHeaders64>(head)?),
            _ => return None,
        };
        let abi = if format == ProgramFormat::Elf { head[EI_OSABI] } else { 0 };
        Some(ProgramHeader { format, archs, abi })
    }

    /// Returns the platform it was built for; `None` if it is for several, or for none that Go is published
    /// for. The system of an ELF file is that of `EI_OSABI`, as Go's linker sets it
    /// (cmd/link/internal/ld/elf.go).
    pub fn platform(&self) -> Option<Platform> {
        let os = match (self.format, self.abi) {
            (ProgramFormat::MachO, _) => "darwin",
            (ProgramFormat::Pe, _) => "windows",
            (ProgramFormat::Elf, elf::ELFOSABI_SYSV | elf::ELFOSABI_GNU) => "linux",
            (ProgramFormat::Elf, elf::ELFOSABI_NETBSD) => "netbsd",
            (ProgramFormat::Elf, elf::ELFOSABI_SOLARIS) => "solaris",
            (ProgramFormat::Elf, elf::ELFOSABI_FREEBSD) => "freebsd",
            (ProgramFormat::Elf, elf::ELFOSABI_OPENBSD) => "openbsd",
            _ => return None,
        };
        let [arch] = self.archs[..] else { return None };
        Platform::new(os, arch).ok().filter(Platform::is_known)
    }

    /// Whether it is a program for this platform; `None` for systems whose format is not read here. Only the
    /// system's format is compared, because not every release of Go set `EI_OSABI`.
    pub fn fits(&self, platform: &Platform) -> Option<bool> {
        let format = ProgramFormat::of_system(platform.os())?;
        Some(self.format == format && self.archs.contains(&platform.arch()))
    }
}

impl ProgramFormat {
    /// Returns the format of a system's programs, by GOOS; `None` for formats that are not read here (XCOFF,
    /// Plan 9, WebAssembly).
    pub fn of_system(os: &str) -> Option<ProgramFormat> {
        match os {
            "darwin" | "ios" => Some(ProgramFormat::MachO),
            "windows" => Some(ProgramFormat::Pe),
            "aix" | "plan9" | "js" | "wasip1" => None,
            _ => Some(ProgramFormat::Elf),
        }
    }
}

impl fmt::Display for ProgramFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ProgramFormat::Elf => "ELF",
            ProgramFormat::MachO => "Mach-O",
            ProgramFormat::Pe => "PE",
            ProgramFormat::Script => "script",
        })
    }
}

impl fmt::Display for ProgramHeader {
    /// For example `ELF amd64`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.format)?;
        self.archs.iter().try_for_each(|arch| write!(f, " {arch}"))
    }
}

fn elf_arch<Elf: FileHeader<Endian = Endianness>>(head: &[u8]) -> Option<Vec<&'static str>> {
    let header = Elf::parse(head).ok()?;
    let endian = header.endian().ok()?;
    let (is_64, is_little) = (header.is_type_64(), endian == Endianness::Little);
    let arch = match (header.e_machine(endian), is_64, is_little) {
        (elf::EM_X86_64, ..) => "amd64",
        (elf::EM_386, ..) => "386",
        (elf::EM_AARCH64, ..) => "arm64",
        (elf::EM_ARM, ..) => "arm",
        (elf::EM_RISCV, true, _) => "riscv64",
        (elf::EM_S390, ..) => "s390x",
        (elf::EM_PPC64, _, true) => "ppc64le",
        (elf::EM_PPC64, _, false) => "ppc64",
        (elf::EM_LOONGARCH, ..) => "loong64",
        (elf::EM_MIPS, true, true) => "mips64le",
        (elf::EM_MIPS, true, false) => "mips64",
        (elf::EM_MIPS, false, true) => "mipsle",
        (elf::EM_MIPS, false, false) => "mips",
        _ => return Some(Vec::new()),
    };
    Some(vec![arch])
}

fn thin_arch<Mach: MachHeader<Endian = Endianness>>(head: &[u8]) -> Option<Vec<&'static str>> {
    let header = Mach::parse(head, 0).ok()?;
    Some(cpu(header.cputype(header.endian().ok()?)).into_iter().collect())
}

fn universal_archs(cpus: Vec<u32>) -> Option<Vec<&'static str>> {
    let is_java = cpus.is_empty() || cpus.len() > MAX_SLICES;
    (!is_java).then(|| cpus.into_iter().filter_map(cpu).collect())
}

fn cpu(kind: u32) -> Option<&'static str> {
    match kind {
        macho::CPU_TYPE_X86_64 => Some("amd64"),
        macho::CPU_TYPE_ARM64 => Some("arm64"),
        macho::CPU_TYPE_X86 => Some("386"),
        macho::CPU_TYPE_ARM => Some("arm"),
        _ => None,
    }
}

fn pe_arch<Pe: ImageNtHeaders>(head: &[u8]) -> Option<Vec<&'static str>> {
    let mut at = pe::ImageDosHeader::parse(head).ok()?.nt_headers_offset().into();
    let (headers, _) = Pe::parse(head, &mut at).ok()?;
    let arch = match headers.file_header().machine.get(LittleEndian) {
        pe::IMAGE_FILE_MACHINE_AMD64 => "amd64",
        pe::IMAGE_FILE_MACHINE_ARM64 => "arm64",
        pe::IMAGE_FILE_MACHINE_I386 => "386",
        pe::IMAGE_FILE_MACHINE_ARMNT => "arm",
        _ => return Some(Vec::new()),
    };
    Some(vec![arch])
}

#[cfg(test)]
pub(crate) mod tests;

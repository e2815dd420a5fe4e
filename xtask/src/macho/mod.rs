//! `cargo xtask sign-macho`, which gives a program for macOS the identifier of its signature, and
//! `cargo xtask check-macho`, which checks whether a Mac would start it.
//!
//! Owns: what gom's two programs have to look like. Never: runs a program. Invariant: the expected libraries are an
//! exact list, so that a new one is noticed before a user's Mac notices it.

mod signature;
#[cfg(test)]
mod tests;
mod uuid;

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use object::macho::{
    CPU_TYPE_ARM64, CPU_TYPE_X86_64, LC_BUILD_VERSION, LC_CODE_SIGNATURE, LC_LOAD_DYLIB, LC_LOAD_WEAK_DYLIB,
    LC_REEXPORT_DYLIB, LC_UUID, MachHeader64, PLATFORM_MACOS,
};
use object::read::macho::{LoadCommandData, MachHeader};
use object::{Endianness, macho};

use signature::Signature;

/// The oldest macOS for each processor, major and minor version: Big Sur is the first on Apple Silicon, and no Go that
/// gom is good for runs before Catalina.
const OLDEST_MACOS: [(u32, (u32, u32)); 2] = [(CPU_TYPE_ARM64, (11, 0)), (CPU_TYPE_X86_64, (10, 15))];

const OF_GOM: &[&str] = &[
    "/System/Library/Frameworks/CoreFoundation.framework/Versions/A/CoreFoundation",
    "/System/Library/Frameworks/Security.framework/Versions/A/Security",
    "/usr/lib/libSystem.B.dylib",
    "/usr/lib/libiconv.2.dylib",
];
const OF_SHIM: &[&str] = &["/usr/lib/libSystem.B.dylib"];

/// What a program's header says.
#[derive(Debug, Clone, PartialEq)]
struct Program {
    cpu_type: u32,
    /// The platform's number, and the oldest version of macOS.
    built_for: Option<(u32, (u32, u32))>,
    /// The SDK that it was linked with. If that is older than macOS, macOS tells the program a compatibility
    /// version.
    sdk: Option<(u32, u32)>,
    has_uuid: bool,
    /// The libraries in alphabetical order.
    libraries: Vec<String>,
    signature: Option<Signature>,
    /// Where the signature begins in the file.
    signature_start: Option<usize>,
}

/// Checks each file, by its name: `gom` or `gom-shim`.
pub(crate) fn run(files: &[&str]) -> Result<()> {
    ensure!(!files.is_empty(), "usage: cargo xtask check-macho FILE...");
    files.iter().try_for_each(|file| check(Path::new(file)))
}

/// Signs each file, by its name: `gom` or `gom-shim`.
pub(crate) fn run_sign(files: &[&str]) -> Result<()> {
    ensure!(!files.is_empty(), "usage: cargo xtask sign-macho FILE...");
    files.iter().try_for_each(|file| sign(Path::new(file)))
}

/// Gives the program's ad hoc signature its file's name as the identifier, the same for every version of gom, and the
/// program a UUID that depends on nothing but its content.
pub(crate) fn sign(file: &Path) -> Result<()> {
    let (name, _) = name_and_libraries(file)?;
    let mut data = std::fs::read(file).with_context(|| format!("can't read {}", file.display()))?;
    let start = Program::read(&data)?.signature_start.context("it is not signed")?;
    uuid::set(&mut data, start)?;
    signature::hash_pages(&mut data, start)?;
    signature::rename(&mut data, start, name)?;
    // By a new file: macOS remembers what it found out about the old one.
    let new = file.with_extension("signed");
    std::fs::copy(file, &new)?;
    std::fs::write(&new, data).with_context(|| format!("can't write {}", new.display()))?;
    Ok(std::fs::rename(&new, file)?)
}

fn name_and_libraries(file: &Path) -> Result<(&'static str, &'static [&'static str])> {
    match file.file_name().and_then(|name| name.to_str()) {
        Some("gom") => Ok(("gom", OF_GOM)),
        Some("gom-shim") => Ok(("gom-shim", OF_SHIM)),
        _ => bail!("neither gom nor gom-shim: {}", file.display()),
    }
}

/// Fails with a list of everything that is wrong with the program.
pub(crate) fn check(file: &Path) -> Result<()> {
    let (name, expected) = name_and_libraries(file)?;
    let data = std::fs::read(file).with_context(|| format!("can't read {}", file.display()))?;
    let program = Program::read(&data).with_context(|| format!("can't understand {}", file.display()))?;
    let problems = program.problems(name, expected);
    ensure!(problems.is_empty(), "{}:\n  {}", file.display(), problems.join("\n  "));
    let sdk = program.sdk.map_or_else(|| "unknown".to_owned(), |(major, minor)| format!("{major}.{minor}"));
    crate::shell::say(&format!("{}: as a Mac needs it, sdk {sdk}", file.display()));
    Ok(())
}

impl Program {
    fn read(data: &[u8]) -> Result<Self> {
        let header = MachHeader64::<Endianness>::parse(data, 0)?;
        let endian = header.endian()?;
        let mut program = Self {
            cpu_type: header.cputype(endian),
            built_for: None,
            sdk: None,
            has_uuid: false,
            libraries: Vec::new(),
            signature: None,
            signature_start: None,
        };
        let mut commands = header.load_commands(endian, data, 0)?;
        while let Some(command) = commands.next()? {
            program.take_in(endian, command, data)?;
        }
        program.libraries.sort();
        Ok(program)
    }

    fn take_in(
        &mut self,
        endian: Endianness,
        command: LoadCommandData<'_, Endianness>,
        data: &[u8],
    ) -> Result<()> {
        match command.cmd() {
            LC_BUILD_VERSION => {
                let version: &macho::BuildVersionCommand<Endianness> = command.data()?;
                let unpacked = |packed: u32| (packed >> 16, (packed >> 8) & 0xff);
                self.built_for = Some((version.platform.get(endian), unpacked(version.minos.get(endian))));
                self.sdk = Some(unpacked(version.sdk.get(endian)));
            }
            LC_UUID => self.has_uuid = true,
            LC_LOAD_DYLIB | LC_LOAD_WEAK_DYLIB | LC_REEXPORT_DYLIB => {
                let library: &macho::DylibCommand<Endianness> = command.data()?;
                let name = command.string(endian, library.dylib.name)?;
                self.libraries.push(String::from_utf8_lossy(name).into_owned());
            }
            LC_CODE_SIGNATURE => {
                let place: &macho::LinkeditDataCommand<Endianness> = command.data()?;
                let start = usize::try_from(place.dataoff.get(endian))?;
                self.signature = Some(Signature::read(data, start)?);
                self.signature_start = Some(start);
            }
            _ => {}
        }
        Ok(())
    }

    fn problems(&self, name: &str, expected: &[&str]) -> Vec<String> {
        let mut problems = Vec::new();
        match OLDEST_MACOS.iter().find(|(cpu_type, _)| *cpu_type == self.cpu_type) {
            None => {
                problems.push(format!("built for CPU type {:#x}, not for arm64 or x86-64", self.cpu_type));
            }
            Some((_, oldest)) if self.built_for != Some((PLATFORM_MACOS, *oldest)) => {
                problems.push(format!("built for {:?}, not for macOS {oldest:?} and newer", self.built_for));
            }
            Some(_) => {}
        }
        if !self.has_uuid {
            problems.push("it has no UUID, and macOS 26 refuses such programs".to_owned());
        }
        if self.libraries != expected {
            problems.push(format!("it loads {:#?}, not {expected:#?}", self.libraries));
        }
        match &self.signature {
            None => problems.push("it is not signed".to_owned()),
            Some(signature) if signature.identifier != name => {
                problems.push(format!("it is signed as {}, not as {name}", signature.identifier));
            }
            Some(signature) => problems.extend(signature.problem()),
        }
        problems
    }
}

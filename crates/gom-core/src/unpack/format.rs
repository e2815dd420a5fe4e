//! The archive formats of toolchains.

/// The format of an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveFormat {
    /// go.dev's `.tar.gz`.
    TarGz,
    /// go.dev's `.zip` for Windows.
    Zip,
    /// The zip file of the module `golang.org/toolchain`.
    ModuleZip,
}

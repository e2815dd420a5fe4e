//! The forms that a toolchain comes in.

/// What an archive holds and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveFormat {
    /// go.dev's `.tar.gz`.
    TarGz,
    /// go.dev's `.zip` for Windows.
    Zip,
    /// The zip file of the module `golang.org/toolchain`.
    ModuleZip,
}

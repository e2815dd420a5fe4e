//! What an install has done.

use crate::store::receipt::Receipt;

/// The result of an install.
#[derive(Clone, Debug)]
pub enum InstallOutcome {
    /// The toolchain was installed already; nothing changed.
    Already,
    /// The toolchain was installed now.
    Now(Box<Receipt>),
}

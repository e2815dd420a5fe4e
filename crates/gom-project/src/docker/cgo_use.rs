//! What of a module uses cgo.

use serde::Serialize;

/// Why cgo is on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CgoUse {
    /// Files with `import "C"`, below the root.
    pub files: Vec<String>,
    /// Required modules that are known to need C.
    pub modules: Vec<String>,
}

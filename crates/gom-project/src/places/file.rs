//! A file as the readers of the kinds get it.

/// A file of a project.
#[derive(Clone, Copy, Debug)]
pub struct ProjectFile<'a> {
    /// Its path below the root, with `/`.
    pub path: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
}

impl ProjectFile<'_> {
    /// The name without folders.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }
}

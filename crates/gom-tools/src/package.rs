//! What a user names: the package of a program, with or without a version, and the name of the program.
//!
//! Owns: which texts are packages. Never: asks the network. Invariant: a package and a version are never taken for an
//! option, a file or a pattern by the go command.

use std::fmt;

use gom_select::tool_name::{InvalidToolName, ToolName};

use crate::error::ToolError;

/// Short names of programs that most people who write Go have.
const SHORT: [(&str, &str); 4] = [
    ("gopls", "golang.org/x/tools/gopls"),
    ("dlv", "github.com/go-delve/delve/cmd/dlv"),
    ("staticcheck", "honnef.co/go/tools/cmd/staticcheck"),
    ("golangci-lint", "github.com/golangci/golangci-lint/v2/cmd/golangci-lint"),
];

/// The version that is meant without one.
pub const LATEST: &str = "latest";

/// A package of a program, and its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageRequest {
    /// The import path.
    pub path: String,
    /// What was written after the `@`: a version, a branch, `latest`.
    pub version: Option<String>,
}

impl PackageRequest {
    /// Parses `PKG[@V]`.
    pub fn parse(text: &str) -> Result<PackageRequest, ToolError> {
        let refused =
            |reason: &str| ToolError::BadPackage { text: text.to_owned(), reason: reason.to_owned() };
        let (path, version) = match text.split_once('@') {
            Some((path, version)) => (path, Some(version)),
            None => (text, None),
        };
        if let Some(version) = version {
            check_version(version).map_err(refused)?;
        }
        let path = SHORT.iter().find(|(name, _)| *name == path).map_or(path, |(_, path)| path);
        check_path(path).map_err(refused)?;
        Ok(PackageRequest { path: path.to_owned(), version: version.map(str::to_owned) })
    }

    /// Whether a text is a word that may be the name of an installed tool, and not a package.
    pub fn is_plain_name(text: &str) -> bool {
        !text.contains('/') && !SHORT.iter().any(|(name, _)| text.split('@').next() == Some(name))
    }

    /// What the go command is asked for after the `@`.
    pub fn query(&self) -> &str {
        self.version.as_deref().unwrap_or(LATEST)
    }

    /// Whether the version is one release, which never means another one.
    pub fn is_exact(&self) -> bool {
        self.version.as_deref().is_some_and(is_release)
    }

    /// The name of the program, as the go command makes it (cmd/go/internal/load, `DefaultExecName`): the last element,
    /// or the one before a major version.
    pub fn name(&self) -> Result<ToolName, ToolError> {
        let mut elements = self.path.rsplit('/');
        let last = elements.next().unwrap_or_default();
        let name = if is_major(last) { elements.next().unwrap_or(last) } else { last };
        ToolName::parse(name).map_err(|invalid| ToolError::BadName {
            name: name.to_owned(),
            package: self.path.clone(),
            is_reserved: invalid == InvalidToolName::Reserved,
        })
    }
}

impl fmt::Display for PackageRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        self.version.iter().try_for_each(|version| write!(f, "@{version}"))
    }
}

/// Whether a text is `v1.2.3`, with whatever follows.
fn is_release(text: &str) -> bool {
    text.strip_prefix('v').is_some_and(|text| semver::Version::parse(text).is_ok())
}

/// `v2`, `v10`; not `v0` and `v1`, as in Go.
fn is_major(element: &str) -> bool {
    element.strip_prefix('v').is_some_and(|digits| {
        !digits.is_empty()
            && !digits.starts_with('0')
            && digits != "1"
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The rules of an import path, and a host as the first element: other paths are those of the standard library, which has
/// no program to install.
fn check_path(path: &str) -> Result<(), &'static str> {
    check_import_path(path)?;
    let host = path.split('/').next().unwrap_or_default();
    if !host.contains('.') {
        return Err("the path of a package begins with a host, such as golang.org");
    }
    Ok(())
}

/// The rules of golang.org/x/mod/module, `CheckImportPath`.
pub(crate) fn check_import_path(path: &str) -> Result<(), &'static str> {
    const MOST: usize = 512;
    if path.is_empty() {
        return Err("it is empty");
    }
    if path.len() > MOST {
        return Err("it is too long");
    }
    if path.starts_with('-') {
        return Err("it begins with `-`");
    }
    if path.starts_with('/') || path.starts_with("./") || path.starts_with("../") || path.contains("...") {
        return Err("it is a folder or a pattern, and not the path of a package");
    }
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+".contains(&byte);
    let is_element = |element: &str| {
        !element.is_empty()
            && !element.starts_with('.')
            && !element.ends_with('.')
            && element.bytes().all(is_part)
    };
    if !path.split('/').all(is_element) {
        return Err("no package has such a path");
    }
    Ok(())
}

fn check_version(version: &str) -> Result<(), &'static str> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    if version.is_empty() {
        return Err("nothing follows the `@`");
    }
    if version.starts_with('-') || version.contains("..") || !version.bytes().all(is_part) {
        return Err("what follows the `@` is neither a version nor a branch");
    }
    if version == "none" {
        return Err("`none` means no version");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_has_a_name_and_a_version() {
        for (text, path, query, name) in [
            ("gopls", "golang.org/x/tools/gopls", "latest", "gopls"),
            ("dlv@v1.22.1", "github.com/go-delve/delve/cmd/dlv", "v1.22.1", "dlv"),
            ("example.com/a/v2", "example.com/a/v2", "latest", "a"),
            ("example.com/a/v1", "example.com/a/v1", "latest", "v1"),
            ("example.com/a.b@main", "example.com/a.b", "main", "a.b"),
            ("example.com/x@release/1", "example.com/x", "release/1", "x"),
        ] {
            let request = PackageRequest::parse(text).unwrap();
            assert_eq!((request.path.as_str(), request.query()), (path, query));
            assert_eq!(request.name().unwrap().as_str(), name);
        }
    }

    #[test]
    fn a_text_that_the_go_command_could_take_for_something_else_is_refused() {
        for text in [
            "",
            "-x",
            "-x.com/y",
            "./x",
            "../x",
            "/x",
            "a//b",
            "a.com/../b",
            "a.com/./b",
            "a.com/x/...",
            "a.com/x ",
            "a.com/x\n",
            "a.com/x;y",
            "all",
            "cmd/go",
            "std",
            "fmt",
            "a.com/x@",
            "a.com/x@-v",
            "a.com/x@none",
            "a.com/x@a b",
            "a.com/x@../y",
            "a.com/x@v1@v2",
            "a.com/\u{e4}",
            "a.com/x?y",
            "https://a.com/x",
        ] {
            let error = PackageRequest::parse(text);
            assert!(matches!(error, Err(ToolError::BadPackage { .. })), "{text}: {error:?}");
        }
    }

    #[test]
    fn a_program_with_a_name_of_gom_or_go_is_refused() {
        for text in
            ["example.com/go", "example.com/gofmt", "example.com/gomplate/v3", "golang.org/dl/go1.22.6"]
        {
            let error = PackageRequest::parse(text).unwrap().name();
            assert!(matches!(error, Err(ToolError::BadName { is_reserved: true, .. })), "{text}");
        }
    }

    #[test]
    fn only_a_release_is_exact() {
        let exact = |text: &str| PackageRequest::parse(text).unwrap().is_exact();
        assert!(exact("a.com/x@v1.2.3") && exact("a.com/x@v0.0.0-20260901195035-4393e4265563"));
        assert!(
            !exact("a.com/x") && !exact("a.com/x@v1") && !exact("a.com/x@main") && !exact("a.com/x@latest")
        );
    }
}

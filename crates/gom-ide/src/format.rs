//! The formats of the files that gom edits, by what an edit and its undoing need of them.

use crate::editor::Editor;
use crate::jsonc::{self, Fault, Leaf, Piece};
use crate::workspace_xml;

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// JSON with comments.
    Json,
    /// `.idea/workspace.xml` of GoLand, of which only the GOROOT is read.
    WorkspaceXml,
}

impl Format {
    /// The format of an editor's files.
    pub(crate) fn of(editor: Editor) -> Format {
        if editor == Editor::GoLand { Format::WorkspaceXml } else { Format::Json }
    }

    /// Lists everything that the text says.
    pub(crate) fn leaves(self, text: &str) -> Result<Vec<Leaf>, Fault> {
        match self {
            Format::Json => jsonc::leaves(text),
            Format::WorkspaceXml => workspace_xml::leaves(text),
        }
    }

    /// The text of a value.
    pub(crate) fn raw(self, text: &str, keys: &[String]) -> Option<String> {
        match self {
            Format::Json => jsonc::raw(text, keys),
            Format::WorkspaceXml => workspace_xml::raw(text),
        }
    }

    /// The line of a value, from 1.
    pub(crate) fn line(self, text: &str, keys: &[String]) -> Option<usize> {
        match self {
            Format::Json => jsonc::line(text, keys),
            Format::WorkspaceXml => workspace_xml::line(text),
        }
    }

    /// Sets a value.
    pub(crate) fn set(self, text: &str, keys: &[String], value: &str) -> Option<Vec<Piece>> {
        match self {
            Format::Json => jsonc::set(text, keys, value),
            Format::WorkspaceXml => workspace_xml::set(text, value),
        }
    }

    /// Removes a value.
    pub(crate) fn remove(self, text: &str, keys: &[String]) -> Option<Vec<Piece>> {
        match self {
            Format::Json => jsonc::remove(text, keys),
            Format::WorkspaceXml => Some(workspace_xml::remove(text)),
        }
    }
}

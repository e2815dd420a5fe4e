//! The words for the editors on the command line.

use clap::ValueEnum;
use gom_ide::editor::Editor;

/// The words for the editors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum EditorName {
    /// VS Code and its forks
    #[value(name = "vscode")]
    VsCode,
    /// GoLand, and IDEA with the Go plugin
    #[value(name = "goland")]
    GoLand,
    /// Zed
    Zed,
    /// Neovim
    Neovim,
    /// Helix
    Helix,
    /// Emacs
    Emacs,
    /// Sublime Text
    Sublime,
}

impl EditorName {
    /// The editor of this word.
    pub(super) fn editor(self) -> Editor {
        match self {
            EditorName::VsCode => Editor::VsCode,
            EditorName::GoLand => Editor::GoLand,
            EditorName::Zed => Editor::Zed,
            EditorName::Neovim => Editor::Neovim,
            EditorName::Helix => Editor::Helix,
            EditorName::Emacs => Editor::Emacs,
            EditorName::Sublime => Editor::Sublime,
        }
    }
}

//! The editors that gom knows.

use serde::{Deserialize, Serialize};

/// An editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Editor {
    /// Visual Studio Code and what is built from its source.
    #[serde(rename = "vscode")]
    VsCode,
    /// GoLand, and `IntelliJ` IDEA with the Go plugin.
    #[serde(rename = "goland")]
    GoLand,
    /// Zed.
    Zed,
    /// Neovim with its own LSP client.
    Neovim,
    /// Helix.
    Helix,
    /// Emacs with eglot.
    Emacs,
    /// Sublime Text with the LSP package.
    Sublime,
}

impl Editor {
    /// All of them, the ones that gom writes for first.
    pub const ALL: [Editor; 7] = [
        Editor::VsCode,
        Editor::GoLand,
        Editor::Zed,
        Editor::Neovim,
        Editor::Helix,
        Editor::Emacs,
        Editor::Sublime,
    ];

    /// Its word on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Editor::VsCode => "vscode",
            Editor::GoLand => "goland",
            Editor::Zed => "zed",
            Editor::Neovim => "neovim",
            Editor::Helix => "helix",
            Editor::Emacs => "emacs",
            Editor::Sublime => "sublime",
        }
    }

    /// Its name as people write it.
    pub fn title(self) -> &'static str {
        match self {
            Editor::VsCode => "VS Code",
            Editor::GoLand => "GoLand",
            Editor::Zed => "Zed",
            Editor::Neovim => "Neovim",
            Editor::Helix => "Helix",
            Editor::Emacs => "Emacs",
            Editor::Sublime => "Sublime Text",
        }
    }

    /// Where it is explained, in gom's documents.
    pub fn docs(self) -> &'static str {
        match self {
            Editor::VsCode => "docs/editors.md#vs-code",
            Editor::GoLand => "docs/editors.md#goland",
            Editor::Zed => "docs/editors.md#zed",
            Editor::Neovim => "docs/editors.md#neovim",
            Editor::Helix => "docs/editors.md#helix",
            Editor::Emacs => "docs/editors.md#emacs",
            Editor::Sublime => "docs/editors.md#sublime-text",
        }
    }
}

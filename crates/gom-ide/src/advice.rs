//! The settings of editors whose files gom does not write, as text to put there.
//!
//! Each of them finds gopls and dlv on PATH, which is enough where it is started with the user's PATH. The texts are for an
//! editor that is started without it. They name gom's links, which stay the same when Go or a tool is upgraded; a tool that
//! is started by its link finds gom's go by itself.

use std::path::Path;

use gom_core::path_text::as_text;
use gom_select::layout::Layout;
use serde::Serialize;

use crate::editor::Editor;

/// A text for a file of an editor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// The file, as the editor's documents call it; of the user's, never of a project.
    pub file: &'static str,
    /// The text.
    pub text: String,
}

/// Returns the texts for an editor; none for VS Code and GoLand.
pub fn of(editor: Editor, layout: &Layout) -> Vec<Advice> {
    let bin = layout.bin();
    let (gopls, dlv) = (bin.join("gopls"), bin.join("dlv"));
    let one = |file, text: String| vec![Advice { file, text }];
    match editor {
        Editor::VsCode | Editor::GoLand => Vec::new(),
        Editor::Zed => one("~/.config/zed/settings.json", zed(&gopls, &dlv)),
        Editor::Neovim => one("~/.config/nvim/init.lua", neovim(&gopls)),
        Editor::Helix => one("~/.config/helix/languages.toml", helix(&gopls)),
        Editor::Emacs => one("~/.emacs.d/init.el", emacs(&bin)),
        Editor::Sublime => one("LSP.sublime-settings", sublime(&gopls)),
    }
}

/// A path as a string literal of JSON, TOML, Lua and Emacs Lisp alike: these escape quotes and backslashes as JSON does.
fn literal(path: &Path) -> String {
    serde_json::Value::from(as_text(path)).to_string()
}

fn zed(gopls: &Path, dlv: &Path) -> String {
    format!(
        "{{\n  \"lsp\": {{ \"gopls\": {{ \"binary\": {{ \"path\": {} }} }} }},\n  \"dap\": {{ \"Delve\": {{ \"binary\": {} }} }}\n}}",
        literal(gopls),
        literal(dlv)
    )
}

fn neovim(gopls: &Path) -> String {
    format!("vim.lsp.config(\"gopls\", {{ cmd = {{ {} }} }})\nvim.lsp.enable(\"gopls\")", literal(gopls))
}

fn helix(gopls: &Path) -> String {
    format!("[language-server.gopls]\ncommand = {}", literal(gopls))
}

fn emacs(bin: &Path) -> String {
    let bin = literal(bin);
    format!(
        "(add-to-list 'exec-path {bin})\n(setenv \"PATH\" (concat {bin} \":\" (getenv \"PATH\")))\n(add-hook 'go-mode-hook #'eglot-ensure)"
    )
}

fn sublime(gopls: &Path) -> String {
    format!(
        "{{\n  \"clients\": {{\n    \"gopls\": {{ \"enabled\": true, \"command\": [{}] }}\n  }}\n}}",
        literal(gopls)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_for_json_are_json_and_name_the_links() {
        let layout = Layout::new("/home/a \"b\"/.gom");
        for editor in [Editor::Zed, Editor::Sublime] {
            let advice = of(editor, &layout).remove(0);
            let value: serde_json::Value = serde_json::from_str(&advice.text).unwrap();
            assert!(value.to_string().contains(r#"/home/a \"b\"/.gom/bin/gopls"#), "{value}");
        }
        let helix = of(Editor::Helix, &Layout::new("/h/.gom")).remove(0);
        assert_eq!(helix.text, "[language-server.gopls]\ncommand = \"/h/.gom/bin/gopls\"");
        for editor in Editor::ALL {
            assert_eq!(of(editor, &layout).is_empty(), matches!(editor, Editor::VsCode | Editor::GoLand));
        }
    }
}

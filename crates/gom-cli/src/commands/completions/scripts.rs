//! The completion scripts, one per shell. A script asks gom for each answer, so it stays right after an update of
//! gom, and what is installed later is offered too.
//!
//! Every script calls `gom -- WORDS` with [`crate::app::COMPLETE`] set. The answer has one line with the kind of
//! values (`values`, `files` or `folders`), then one line per value: the value, a tab, and its description.

use clap::ValueEnum;

/// A shell that gom has a completion script for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompletionShell {
    /// GNU bash, 3.2 and newer
    Bash,
    /// Z shell
    Zsh,
    /// fish, 3.1 and newer
    Fish,
    /// PowerShell
    #[value(name = "powershell", alias = "pwsh")]
    PowerShell,
    /// Nushell
    #[value(name = "nushell", alias = "nu")]
    Nushell,
    /// elvish
    Elvish,
}

/// Returns the completion script for a shell. It calls the `gom` on PATH.
pub(crate) fn script(shell: CompletionShell) -> String {
    let text = match shell {
        CompletionShell::Bash => include_str!("scripts/gom.bash"),
        CompletionShell::Zsh => include_str!("scripts/gom.zsh"),
        CompletionShell::Fish => include_str!("scripts/gom.fish"),
        CompletionShell::PowerShell => include_str!("scripts/gom.ps1"),
        CompletionShell::Nushell => include_str!("scripts/gom.nu"),
        CompletionShell::Elvish => include_str!("scripts/gom.elv"),
    };
    text.to_owned()
}

//! The Homebrew formula: it installs the programs of the archives, whose sums it has.

use std::fmt::Write as _;

use anyhow::Result;

use super::release::Release;
use super::source::Archive;
use super::template::fill;

const FORMULA: &str = include_str!("../../../../packaging/homebrew/formula.rb");

/// Makes the formula. Returns its file name and text.
pub(super) fn make(archives: &[Archive], release: &Release) -> Result<(String, String)> {
    let mut platforms = String::new();
    for system in ["on_macos", "on_linux"] {
        let of_system: Vec<&Archive> =
            archives.iter().filter(|archive| archive.platform.homebrew[0] == system).collect();
        if of_system.is_empty() {
            continue;
        }
        // Writing to a string does not fail.
        let _ = writeln!(platforms, "  {system} do");
        for archive in of_system {
            let (name, sum, processor) = (&archive.name, &archive.sha256, archive.platform.homebrew[1]);
            let url = match &release.base {
                Some(base) => format!("\"{base}/{name}\""),
                // For tests: the archives lie two folders above the formula.
                None => format!("\"file://#{{File.expand_path(\"../../{name}\", __dir__)}}\""),
            };
            let _ =
                write!(platforms, "    {processor} do\n      url {url}\n      sha256 \"{sum}\"\n    end\n");
        }
        platforms.push_str("  end\n");
    }
    let class: String = release.package.split('-').map(capitalized).collect();
    let homepage = release.homepage.as_deref().or(release.base.as_deref()).unwrap_or("https://localhost");
    let values = [
        ("CLASS", class.as_str()),
        ("HOMEPAGE", homepage),
        ("VERSION", &release.version),
        ("PLATFORMS", platforms.trim_end()),
    ];
    Ok((format!("{}.rb", release.package), fill(FORMULA, &values)?))
}

/// Homebrew wants the class `GomGo` in `gom-go.rb`.
fn capitalized(word: &str) -> String {
    let (first, rest) = word.split_at(word.len().min(1));
    first.to_ascii_uppercase() + rest
}

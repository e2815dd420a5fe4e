//! The script that installs one gom by its sha256, and with it the Go that the project asks for.

use std::fmt::Write as _;

use crate::error::AgentsError;

/// Its place in a project.
pub const PATH: &str = ".agents/setup-go.sh";

/// A release of gom: what the script accepts, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinnedGom {
    /// `0.2.0`.
    pub version: String,
    /// The folder of its archives, without a slash at its end.
    pub base: String,
    /// The archives with their sha256.
    pub archives: Vec<(String, String)>,
    /// What has proven the sums.
    pub proven_by: String,
}

impl PinnedGom {
    /// Fails if a value would end a word of the script.
    fn check(&self) -> Result<(), AgentsError> {
        let is_plain = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"'\"\\`$<>|;&()".contains(&byte))
        };
        let archives = self.archives.iter().flat_map(|(name, sum)| [name, sum]);
        let odd = [&self.version, &self.base, &self.proven_by]
            .into_iter()
            .chain(archives)
            .find(|text| !is_plain(text));
        odd.map_or(Ok(()), |value| Err(AgentsError::OddValue { value: value.clone() }))
    }
}

/// Returns the text of the script.
pub fn text(gom: &PinnedGom) -> Result<String, AgentsError> {
    gom.check()?;
    let mut sums = String::new();
    for (archive, sum) in &gom.archives {
        let _ = writeln!(sums, "{sum}  {archive}");
    }
    let PinnedGom { version, base, proven_by, .. } = gom;
    Ok(format!(
        "\
#!/bin/sh
# Made by `gom agents`, which also brings it to another version of gom.
# Installs gom {version} by the sha256 of its archive, then the Go that this project asks for, which gom proves.
# The sums are those of {proven_by}. With --bashrc, shells of this user find go.
set -eu

version={version}
base={base}
sums='
{sums}'
{SCRIPT}"
    ))
}

/// The part that is the same for each release.
const SCRIPT: &str = r#"
fail() {
    echo "error: $1" >&2
    exit 1
}

case $(uname -s) in
Linux) system=unknown-linux-musl ;;
Darwin) system=apple-darwin ;;
*) fail "gom has no build for $(uname -s)" ;;
esac
case $(uname -m) in
x86_64 | amd64) machine=x86_64 ;;
aarch64 | arm64) machine=aarch64 ;;
*) fail "gom has no build for $(uname -m)" ;;
esac
name=gom-$version-$machine-$system
sum=$(echo "$sums" | sed -n "s/  $name\.tar\.gz\$//p")
[ -n "$sum" ] || fail "gom $version has no archive $name.tar.gz"

bin=${GOM_HOME:-$HOME/.gom}/bin
if [ "$("$bin/gom" --version 2>/dev/null || true)" != "gom $version" ]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    archive=$work/gom.tar.gz
    if command -v curl >/dev/null; then
        curl --fail --silent --show-error --location --output "$archive" "$base/$name.tar.gz"
    else
        wget -q -O "$archive" "$base/$name.tar.gz"
    fi
    if command -v sha256sum >/dev/null; then
        found=$(sha256sum <"$archive")
    else
        found=$(shasum -a 256 <"$archive")
    fi
    [ "${found%% *}" = "$sum" ] || fail "sha256 mismatch for $name.tar.gz: got ${found%% *}, expected $sum"
    tar -xzf "$archive" -C "$work"
    mkdir -p "$bin"
    mv -f "$work/$name/gom-shim" "$work/$name/gom" "$bin/"
    "$bin/gom" self init
fi

cd "$(dirname "$0")/.."
if [ -f gom.lock ]; then
    "$bin/gom" install --locked
else
    "$bin/gom" install
fi

# How later commands find go.
line="export PATH=\"$bin:\$PATH\""
[ -z "${GITHUB_PATH:-}" ] || echo "$bin" >>"$GITHUB_PATH"
[ -z "${CLAUDE_ENV_FILE:-}" ] || echo "$line" >>"$CLAUDE_ENV_FILE"
if [ "${1:-}" = --bashrc ] && ! grep -qxF "$line" "$HOME/.bashrc" 2>/dev/null; then
    echo "$line" >>"$HOME/.bashrc"
fi
"$bin/go" version >&2
"#;

#[cfg(test)]
mod tests {
    use super::*;

    fn gom() -> PinnedGom {
        PinnedGom {
            version: "0.2.0".to_owned(),
            base: "https://example.test/gom".to_owned(),
            archives: vec![("gom-0.2.0-x86_64-unknown-linux-musl.tar.gz".to_owned(), "ab".repeat(32))],
            proven_by: "sum.example.test".to_owned(),
        }
    }

    #[test]
    fn it_names_one_version_and_its_sums() {
        let text = text(&gom()).unwrap();
        assert!(text.contains("\nversion=0.2.0\nbase=https://example.test/gom\n"), "{text}");
        assert!(
            text.contains(&format!("\n{}  gom-0.2.0-x86_64-unknown-linux-musl.tar.gz\n'\n", "ab".repeat(32)))
        );
        assert!(!text.contains("latest"), "{text}");
    }

    #[test]
    fn a_value_that_would_end_a_word_is_refused() {
        for base in ["https://x/$(evil)", "https://x/a b", "https://x/';evil", ""] {
            assert!(text(&PinnedGom { base: base.to_owned(), ..gom() }).is_err(), "{base}");
        }
    }
}

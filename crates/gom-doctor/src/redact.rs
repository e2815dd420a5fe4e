//! Which variables and texts of a host are recorded: only those that checks read, and never a credential. Values of
//! names that sound like a secret are hidden, and so are users and passwords in URLs and values of `-X` linker flags.

use gom_core::redact::redacted_text;

/// Names of variables that are recorded.
const NAMES: &[&str] = &[
    "AR",
    "ASDF_DATA_DIR",
    "CC",
    "CI",
    "CPATH",
    "CXX",
    "DEVELOPER_DIR",
    "FC",
    "HOMEBREW_PREFIX",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "LIBRARY_PATH",
    "MISE_DATA_DIR",
    "MISE_GO_VERSION",
    "PATH",
    "PKG_CONFIG",
    "PKG_CONFIG_PATH",
    "SHELL",
    "TERM_PROGRAM",
    "WSL_DISTRO_NAME",
    "XDG_CONFIG_HOME",
    "ZDOTDIR",
    "container",
];

/// Prefixes of variables that are recorded.
const PREFIXES: &[&str] = &["ASDF_GOLANG_", "CGO_", "DYLD_", "GO", "GVM_", "gvm_"];

/// Words in the names of variables that contain a secret.
const SECRETS: &[&str] =
    &["TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL", "AUTH", "API_KEY", "_KEY", "COOKIE"];

/// The placeholder for a hidden value.
const HIDDEN: &str = "xxxxx";

/// A variable's value as it may be recorded; `None` if no check reads the variable.
pub fn variable(name: &str, value: &str) -> Option<String> {
    if !NAMES.contains(&name) && !PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
        return None;
    }
    // GOOGLE_APPLICATION_CREDENTIALS and the like are not Go's.
    if name.starts_with("GOOGLE_") {
        return None;
    }
    Some(if is_secret(name) { HIDDEN.to_owned() } else { text(value) })
}

/// The longest recorded line, in characters.
const LONGEST: usize = 400;

/// A line of a file as it may be recorded.
pub fn line(line: &str) -> String {
    let line: String = line.chars().take(LONGEST).collect();
    let Some((before, _)) = line.split_once('=') else { return text(&line) };
    let name = before.trim_end().rsplit([' ', '\t']).next().unwrap_or_default();
    if is_secret(name) { format!("{before}={HIDDEN}") } else { text(&line) }
}

/// Redacts any text: credentials in URLs and values of `-X` linker flags.
pub fn text(text: &str) -> String {
    let mut shown = redacted_text(text);
    if let Some(at) = shown.find("-X ").or_else(|| shown.find("-X=")) {
        shown.truncate(at);
        shown.push_str("-X ");
        shown.push_str(HIDDEN);
    }
    shown
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    SECRETS.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_recorded() {
        let rows = [
            ("PATH", "/bin", Some("/bin")),
            ("GOPROXY", "https://me:secret@a.example,direct", Some("https://xxxxx@a.example,direct")),
            ("GOAUTH", "basic secret", Some("xxxxx")),
            ("GOFLAGS", "-ldflags=-X main.token=secret", Some("-ldflags=-X xxxxx")),
            ("GOM_MIRROR", "https://me:secret@m.example", Some("https://xxxxx@m.example")),
            ("GOOGLE_API_KEY", "secret", None),
            ("AWS_SECRET_ACCESS_KEY", "secret", None),
            ("HOME", "/home/ada", None),
        ];
        for (name, value, recorded) in rows {
            assert_eq!(variable(name, value).as_deref(), recorded, "{name}");
        }
    }

    #[test]
    fn lines_lose_their_secrets() {
        for text in [
            "export GITHUB_TOKEN=secret",
            "export GO_API_KEY='secret' PATH=/x",
            "  password = secret",
            "GOPROXY=https://me:secret@a.example",
            "go env -w GOFLAGS=\"-ldflags=-X main.key=secret\"",
        ] {
            assert!(!line(text).contains("secret"), "{text}: {}", line(text));
        }
        assert_eq!(line("export PATH=$HOME/go/bin:$PATH"), "export PATH=$HOME/go/bin:$PATH");
    }
}

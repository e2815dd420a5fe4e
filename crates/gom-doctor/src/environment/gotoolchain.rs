//! What a value of GOTOOLCHAIN means for whoever has chosen a Go (cmd/go/internal/toolchain/select.go, `Select`).
//!
//! Never: looks anywhere else. Invariant: what the go command refuses is refused here, with its reason.

use gom_select::version::GoVersion;

/// A value of GOTOOLCHAIN, read as the go command reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoToolchain {
    /// `auto`, `path`, `local`, also with a suffix: the Go that starts may stay.
    Open,
    /// `go1.22.6`: that one and no other.
    Fixed(String),
    /// `go1.22.6+auto`: that one, also in place of a newer one, unless a project asks for more.
    Least(String),
    /// The go command stops; the reason.
    Refused(String),
}

impl GoToolchain {
    /// Reads a value. An empty one is as good as none.
    pub fn read(value: &str) -> GoToolchain {
        if matches!(value, "" | "auto" | "path") {
            return GoToolchain::Open;
        }
        let (name, suffix) = match value.split_once('+') {
            Some((name, suffix)) => (name, Some(suffix)),
            None => (value, None),
        };
        if let Some(other) = suffix.filter(|suffix| !matches!(*suffix, "auto" | "path")) {
            return GoToolchain::Refused(format!(
                "`+{other}` is not a suffix of GOTOOLCHAIN: +auto or +path"
            ));
        }
        if name == "local" {
            return GoToolchain::Open;
        }
        match (GoVersion::from_toolchain_name(name), suffix) {
            (None, _) => {
                GoToolchain::Refused(format!("`{name}` is not a toolchain's name, such as go1.22.6"))
            }
            (Some(version), _) if version.is_language_version() => GoToolchain::Refused(format!(
                "{name} is a language version: no release has that name, the first is {name}.0"
            )),
            (Some(_), None) => GoToolchain::Fixed(name.to_owned()),
            (Some(_), Some(_)) => GoToolchain::Least(name.to_owned()),
        }
    }

    /// Why every go command stops, as a sentence.
    pub fn refusal(&self) -> Option<String> {
        match self {
            GoToolchain::Refused(reason) => Some(format!("every go command stops: {reason}")),
            _ => None,
        }
    }

    /// What it does to the default and to pins, as a sentence; `None` where it leaves them alone.
    pub fn outranks(&self) -> Option<String> {
        match self {
            GoToolchain::Fixed(name) => Some(format!("whatever a project asks for, {name} runs")),
            GoToolchain::Least(name) => Some(format!(
                "GOTOOLCHAIN outranks the default and every pin: {name} runs, or what go.mod asks for beyond it"
            )),
            GoToolchain::Open | GoToolchain::Refused(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// K3.1, K3.3
    #[test]
    fn values_are_read_as_the_go_command_reads_them() {
        let refused = |value: &str| GoToolchain::read(value).refusal();
        for value in ["", "auto", "path", "local", "local+auto", "local+path"] {
            assert_eq!(GoToolchain::read(value), GoToolchain::Open, "{value}");
        }
        for value in ["go1.22.6", "go1.24rc1", "go1.20", "go1.22.6-corp"] {
            assert_eq!(GoToolchain::read(value), GoToolchain::Fixed(value.to_owned()));
            for suffix in ["auto", "path"] {
                let with = format!("{value}+{suffix}");
                assert_eq!(GoToolchain::read(&with), GoToolchain::Least(value.to_owned()));
            }
        }
        for (value, says) in [
            ("go1.23", "language version"),
            ("go1.23+auto", "go1.23.0"),
            ("1.23.4", "`1.23.4` is not a toolchain's name"),
            ("latest", "`latest`"),
            ("+auto", "``"),
            ("go1.22.6+local", "`+local`"),
        ] {
            assert!(
                refused(value).is_some_and(|reason| reason.contains(says)),
                "{value}: {:?}",
                refused(value)
            );
        }
    }
}

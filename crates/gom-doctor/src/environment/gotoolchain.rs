//! The effect of a GOTOOLCHAIN value on the selection of a Go (cmd/go/internal/toolchain/select.go, `Select`).
//!
//! Never: looks at anything else. Invariant: a value that the go command refuses is refused here too, with a reason.

use gom_select::version::GoVersion;

/// A GOTOOLCHAIN value, parsed as the go command parses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoToolchain {
    /// `auto`, `path`, `local`, also with a suffix: any Go may be selected.
    Open,
    /// `go1.22.6`: exactly this one.
    Fixed(String),
    /// `go1.22.6+auto`: this one, even if a newer one is selected, unless a project needs a newer one.
    Least(String),
    /// The go command fails; the reason.
    Refused(String),
}

impl GoToolchain {
    /// Parses a value. An empty one means unset.
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
                "`+{other}` is not a GOTOOLCHAIN suffix; use +auto or +path"
            ));
        }
        if name == "local" {
            return GoToolchain::Open;
        }
        match (GoVersion::from_toolchain_name(name), suffix) {
            (None, _) => GoToolchain::Refused(format!("`{name}` is not a toolchain name such as go1.22.6")),
            (Some(version), _) if version.is_language_version() => {
                GoToolchain::Refused(format!("{name} is a language version; the first release is {name}.0"))
            }
            (Some(_), None) => GoToolchain::Fixed(name.to_owned()),
            (Some(_), Some(_)) => GoToolchain::Least(name.to_owned()),
        }
    }

    /// Why every go command fails, as a sentence.
    pub fn refusal(&self) -> Option<String> {
        match self {
            GoToolchain::Refused(reason) => Some(format!("every go command fails: {reason}")),
            _ => None,
        }
    }

    /// Its effect on the default and on pins, as a sentence; `None` if it has none.
    pub fn outranks(&self) -> Option<String> {
        match self {
            GoToolchain::Fixed(name) => Some(format!("{name} always runs, whatever a project needs")),
            GoToolchain::Least(name) => Some(format!(
                "GOTOOLCHAIN overrides the default and every pin: {name} runs, or a newer one that go.mod needs"
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
            ("1.23.4", "`1.23.4` is not a toolchain name"),
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

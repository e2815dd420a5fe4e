//! What a selected go command does about its own version when it runs, by Go's rules.

use std::ffi::OsString;

use gom_select::env_vars::go;
use gom_select::go_settings::GoEnvironment;
use gom_select::select::floor::Floor;
use gom_select::select::{Refusal, Selected, Selection};
use gom_select::version::GoVersion;

/// What a selected go command does about its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoSwitch {
    /// It is a Go that gom does not manage, and its own settings apply.
    OfSystem,
    /// It stops at a value in this place.
    Stops(String),
    /// It looks for this version itself, because it is asked for and not installed.
    LooksFor {
        /// What asks for it, with its place.
        asked_by: String,
        /// The version.
        version: GoVersion,
    },
    /// It stays as it is: GOTOOLCHAIN is not set.
    Stays,
    /// GOTOOLCHAIN decides.
    ByGotoolchain {
        /// How.
        mode: SwitchMode,
        /// The setting with its place.
        place: String,
    },
}

/// What GOTOOLCHAIN allows a go command to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SwitchMode {
    /// Nothing.
    Local,
    /// Download a newer Go if a command needs one.
    Auto,
    /// Take a newer Go from PATH if a command needs one.
    Path,
    /// Run the named Go.
    Named,
}

impl GoSwitch {
    /// Returns what the selected go command will do.
    pub fn of(selection: &Selection, env: &dyn Fn(&str) -> Option<OsString>) -> GoSwitch {
        let goroot = match &selection.toolchain {
            Selected::Installed { goroot, .. } | Selected::Linked { goroot, .. } => goroot,
            Selected::System { .. } => return GoSwitch::OfSystem,
        };
        if let Some(Refusal { place, .. }) = &selection.refused {
            return GoSwitch::Stops(place.clone());
        }
        if let Some(Floor { wants, asked_by, .. }) = &selection.missing {
            return GoSwitch::LooksFor { asked_by: asked_by.clone(), version: wants.version().clone() };
        }
        let Some(set) = GoEnvironment::new(env, goroot).get(go::GOTOOLCHAIN) else { return GoSwitch::Stays };
        GoSwitch::ByGotoolchain { mode: SwitchMode::of(&set.value), place: set.described(go::GOTOOLCHAIN) }
    }
}

impl SwitchMode {
    fn of(value: &str) -> SwitchMode {
        match value {
            "local" => SwitchMode::Local,
            value if value == "auto" || value.ends_with("+auto") => SwitchMode::Auto,
            value if value == "path" || value.ends_with("+path") => SwitchMode::Path,
            _ => SwitchMode::Named,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_of_gotoolchain_says_what_go_may_do() {
        for (value, mode) in [
            ("local", SwitchMode::Local),
            ("auto", SwitchMode::Auto),
            ("go1.22.6+auto", SwitchMode::Auto),
            ("path", SwitchMode::Path),
            ("local+path", SwitchMode::Path),
            ("go1.22.6", SwitchMode::Named),
        ] {
            assert_eq!(SwitchMode::of(value), mode, "{value}");
        }
    }
}

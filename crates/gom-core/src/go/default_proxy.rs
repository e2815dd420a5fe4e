//! The value of GOPROXY if nothing sets it. Go's own default is a line in the `go.env` of every toolchain, and a
//! machine that gets its first Go has none yet; so a build of gom may take that line along.
//!
//! Owns: the two variables of the build. Never: names a proxy; a gom that was built without them has no default.
//! `cargo xtask dist` and install.sh set them, from a toolchain that gom has proven.

use gom_select::go_settings::{GoOrigin, GoSetting};

use super::settings::parse_proxies;

/// The value that was built in.
const VALUE: Option<&str> = option_env!("GOM_BUILD_GOPROXY");

/// The toolchain whose `go.env` has that value, such as `go1.26.8`.
const TOOLCHAIN: Option<&str> = option_env!("GOM_BUILD_GOPROXY_FROM");

/// Returns the default that was built into this gom.
pub fn built_in() -> Option<GoSetting> {
    of_build(VALUE, TOOLCHAIN)
}

/// Returns the default of a gom that was built with these values. A list that the go command would refuse is no
/// default, because no user could correct it.
pub(super) fn of_build(value: Option<&str>, toolchain: Option<&str>) -> Option<GoSetting> {
    let toolchain = toolchain.filter(|name| !name.is_empty()).map(str::to_owned);
    let setting = GoSetting { value: value?.to_owned(), origin: GoOrigin::BuiltIn(toolchain) };
    parse_proxies(&setting).is_ok().then_some(setting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_names_the_toolchain_that_its_default_comes_from() {
        let place = |value, toolchain| {
            of_build(value, toolchain).map(|setting| format!("{} ({})", setting.value, setting.origin))
        };
        let value = Some("https://a.example,direct");
        assert_eq!(
            place(value, Some("go1.26.8")).unwrap(),
            "https://a.example,direct (built into gom, from the go.env of go1.26.8)"
        );
        assert_eq!(place(value, None).unwrap(), "https://a.example,direct (built into gom)");
        assert_eq!(place(value, Some("")), place(value, None));
        assert_eq!(place(None, Some("go1.26.8")), None);
    }

    #[test]
    fn a_list_that_go_refuses_is_no_default() {
        for value in ["", " ", ",", "ftp://a.example"] {
            assert_eq!(of_build(Some(value), None), None, "{value:?}");
        }
    }
}

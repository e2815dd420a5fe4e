//! Where releases of gom come from: built into a released gom, and empty in one that was built from a checkout.

use gom_core::environment::Environment;
use gom_select::env_vars;
use url::Url;

use crate::error::SelfError;

/// The Go module that releases of gom are published as, and the folder with their archives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The module's path.
    pub module: String,
    /// The download base; `None` if there is none.
    pub base: Option<Url>,
}

impl Identity {
    /// Reads the two variables, and takes what this gom was built with where they are not set.
    pub fn find(environment: &Environment) -> Result<Identity, SelfError> {
        Identity::of(
            setting(environment, env_vars::GOM_SELF_MODULE, option_env!("GOM_BUILD_MODULE")),
            setting(environment, env_vars::GOM_DOWNLOAD_BASE, option_env!("GOM_BUILD_BASE")),
        )
    }

    fn of(module: Option<String>, base: Option<String>) -> Result<Identity, SelfError> {
        let Some(module) = module else { return Err(SelfError::NoModule) };
        let base = base.map(|text| parse_base(&text)).transpose()?;
        Ok(Identity { module, base })
    }
}

/// A variable's value, else what was built in; an empty text is none.
fn setting(environment: &Environment, name: &str, built_in: Option<&str>) -> Option<String> {
    let set = environment.var(name).map(|value| value.to_string_lossy().into_owned());
    set.or_else(|| built_in.filter(|text| !text.is_empty()).map(str::to_owned))
}

/// Reads the base, with a slash at its end.
fn parse_base(text: &str) -> Result<Url, SelfError> {
    let bad = |reason: String| SelfError::Base { value: text.to_owned(), reason };
    let url =
        Url::parse(&format!("{}/", text.trim_end_matches('/'))).map_err(|error| bad(error.to_string()))?;
    match url.scheme() {
        "https" | "http" | "file" => Ok(url),
        scheme => Err(bad(format!("`{scheme}` is not one of https, http and file"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gom_without_a_module_has_no_identity() {
        let base = Some("https://example.test/gom".to_owned());
        assert!(matches!(Identity::of(None, base), Err(SelfError::NoModule)));
    }

    #[test]
    fn a_base_is_a_folder() {
        let of = |base: &str| Identity::of(Some("example.test/gom".to_owned()), Some(base.to_owned()));
        for base in ["https://example.test/gom", "https://example.test/gom/"] {
            assert_eq!(of(base).unwrap().base.unwrap().as_str(), "https://example.test/gom/");
        }
        for base in ["ftp://example.test", "example.test/gom"] {
            assert!(matches!(of(base), Err(SelfError::Base { .. })), "{base}");
        }
    }
}

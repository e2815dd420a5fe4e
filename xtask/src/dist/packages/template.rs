//! The templates below `packaging/`: text with names such as `@VERSION@`.
//!
//! Invariant: a name that is not filled in, or a value that the template does not have, is an error.

use anyhow::{Result, ensure};

/// Fills in every name.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> Result<String> {
    let mut text = template.to_owned();
    for (name, value) in values {
        let token = format!("@{name}@");
        ensure!(template.contains(&token), "the template has no {token}");
        text = text.replace(&token, value);
    }
    // Only the template is looked at: a value may hold an address.
    for name in template.split('@').skip(1) {
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_');
        ensure!(!is_name || values.iter().any(|(known, _)| *known == name), "nothing fills in @{name}@");
    }
    Ok(text)
}

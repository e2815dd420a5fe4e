//! The release of the operating system: cgo's build results can't be used on another one.

use std::path::Path;

use gom_select::hardware;

use gom_core::files;

/// `ubuntu24.04`, `alpine3.20`, `darwin15`; only the system's name if the release is unknown.
pub fn name(os: &str) -> String {
    if os == "darwin" {
        return hardware::macos_version().as_deref().and_then(macos).unwrap_or_else(|| os.to_owned());
    }
    let read = |path: &str| files::read_text(Path::new(path)).ok();
    let text = read("/etc/os-release").or_else(|| read("/usr/lib/os-release"));
    text.and_then(|text| os_release(&text)).unwrap_or_else(|| os.to_owned())
}

/// `ID` and `VERSION_ID` (os-release(5)); rolling distributions have no version.
fn os_release(text: &str) -> Option<String> {
    let value = |key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='))?;
        Some(line.trim().trim_matches(['"', '\'']).to_owned())
    };
    Some(value("ID")? + &value("VERSION_ID").unwrap_or_default())
}

/// The number before the first point.
fn macos(version: &str) -> Option<String> {
    let major: String = version.chars().take_while(char::is_ascii_digit).collect();
    (!major.is_empty()).then(|| format!("darwin{major}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_have_a_name_and_a_version() {
        let ubuntu = "PRETTY_NAME=\"Ubuntu 24.04\"\nVERSION_ID=\"24.04\"\nID=ubuntu\nID_LIKE=debian\n";
        assert_eq!(os_release(ubuntu).as_deref(), Some("ubuntu24.04"));
        assert_eq!(os_release("ID='arch'\n").as_deref(), Some("arch"));
        assert_eq!(os_release("NAME=x\n"), None);
        assert_eq!(macos("15.6.1").as_deref(), Some("darwin15"));
        // K13.2: the kernel reports 16.1, but Darwin 25 is macOS 26.
        let version = hardware::macos_of(Some("25.1.0"), Some("16.1")).unwrap();
        assert_eq!(macos(&version).as_deref(), Some("darwin26"));
        assert_eq!(macos("?"), None);
        assert!(name("linux").is_ascii());
    }
}

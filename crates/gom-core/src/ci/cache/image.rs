//! The operating system's release, because what cgo builds is of no use on another one.

use std::path::Path;

/// `ubuntu24.04`, `alpine3.20`, `darwin15`; the system's name alone where nothing says more.
pub fn name(os: &str) -> String {
    if os == "darwin" {
        let text = fs_err::read_to_string("/System/Library/CoreServices/SystemVersion.plist");
        return text.ok().and_then(|text| macos(&text)).unwrap_or_else(|| os.to_owned());
    }
    let read = |path: &str| fs_err::read_to_string(Path::new(path)).ok();
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
fn macos(plist: &str) -> Option<String> {
    let (_, rest) = plist.split_once("<key>ProductVersion</key>")?;
    let version = rest.split_once("<string>")?.1;
    let major: String = version.chars().take_while(char::is_ascii_digit).collect();
    (!major.is_empty()).then(|| format!("darwin{major}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_told_by_name_and_version() {
        let ubuntu = "PRETTY_NAME=\"Ubuntu 24.04\"\nVERSION_ID=\"24.04\"\nID=ubuntu\nID_LIKE=debian\n";
        assert_eq!(os_release(ubuntu).as_deref(), Some("ubuntu24.04"));
        assert_eq!(os_release("ID='arch'\n").as_deref(), Some("arch"));
        assert_eq!(os_release("NAME=x\n"), None);
        let plist = "<key>ProductVersion</key>\n\t<string>15.6.1</string>";
        assert_eq!(macos(plist).as_deref(), Some("darwin15"));
        assert_eq!(macos("<key>Other</key>"), None);
        assert!(name("linux").is_ascii());
    }
}

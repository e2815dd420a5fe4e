//! The toolchains that come with a runner: `go/1.22.6/x64` in its tool cache, with `x64.complete` next to it. This
//! only lists them; they are not proven.

use std::path::{Path, PathBuf};

use gom_select::platform::Platform;
use gom_select::spec::Spec;
use gom_select::toolchain::ToolchainId;

use gom_core::files;

/// The toolchains of a platform, with their GOROOTs. A cache that can't be read has none.
pub fn toolchains(tool_cache: &Path, platform: &Platform) -> Vec<(ToolchainId, PathBuf)> {
    let folder = tool_cache.join("go");
    let names = files::names_in(&folder).unwrap_or_default();
    let found = names.iter().filter_map(|name| {
        let Ok(Spec::Exact(version)) = Spec::parse(name.to_str()?) else { return None };
        let arch = arch_name(platform);
        let is_complete = files::is_file(&folder.join(name).join(format!("{arch}.complete")));
        let goroot = folder.join(name).join(arch);
        let id = ToolchainId { version, platform: platform.clone() };
        (is_complete && files::is_folder(&goroot)).then_some((id, goroot))
    });
    // The tool cache of a machine only contains programs for that machine's system.
    if platform.os() == Platform::host().os() { found.collect() } else { Vec::new() }
}

/// The runner's name of an architecture (actions/tool-cache uses Node's names).
fn arch_name(platform: &Platform) -> &str {
    match platform.arch() {
        "amd64" => "x64",
        "386" => "x86",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complete_toolchains_of_the_platform_are_found() {
        let cache = tempfile::tempdir().unwrap();
        for (version, arch, complete) in [
            ("1.22.6", "x64", true),
            ("1.20.0", "x64", true),
            ("1.24.0-rc.1", "x64", true),
            ("1.23.4", "x64", false),
            ("1.23.4", "arm64", true),
            ("1.23", "x64", true),
            ("junk", "x64", true),
        ] {
            let folder = cache.path().join("go").join(version);
            fs_err::create_dir_all(folder.join(arch)).unwrap();
            if complete {
                fs_err::write(folder.join(format!("{arch}.complete")), "").unwrap();
            }
        }
        let names = |arch: &str| {
            let platform = Platform::new(Platform::host().os(), arch).unwrap();
            let mut found: Vec<String> =
                toolchains(cache.path(), &platform).iter().map(|(id, _)| id.version.to_string()).collect();
            found.sort();
            found
        };
        assert_eq!(names("amd64"), ["1.20", "1.22.6", "1.24rc1"]);
        assert_eq!(names("arm64"), ["1.23.4"]);
        assert!(names("386").is_empty());
        let other = Platform::new("plan9", "amd64").unwrap();
        assert!(toolchains(cache.path(), &other).is_empty());
        assert!(toolchains(Path::new("/nowhere"), &Platform::host()).is_empty());
    }
}

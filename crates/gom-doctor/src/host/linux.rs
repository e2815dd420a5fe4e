//! Facts about Linux from its system files. Pure, so that tests can use the files of other machines.

use crate::facts::SystemFacts;

/// The facts in the files of `/etc`, `/proc` and `/lib`; `read` returns a file's text, `names` the names in a folder.
pub(super) fn system(
    read: &dyn Fn(&str) -> Option<String>,
    names: &dyn Fn(&str) -> Vec<String>,
    arch: &str,
) -> SystemFacts {
    let kernel = read("/proc/sys/kernel/osrelease").map(|text| text.trim().to_owned());
    let is_wsl = kernel.as_deref().is_some_and(|kernel| kernel.to_ascii_lowercase().contains("microsoft"));
    let is_musl = names("/lib").iter().any(|name| name.starts_with("ld-musl-"));
    let is_glibc = ["/lib", "/lib64", "/usr/lib64"].iter().any(|folder| {
        names(folder).iter().any(|name| name.starts_with("ld-linux") || name.starts_with("ld64.so"))
    });
    // Some systems with glibc can run musl programs too.
    let libc = match (is_glibc, is_musl) {
        (true, _) => Some("glibc".to_owned()),
        (false, true) => Some("musl".to_owned()),
        (false, false) => None,
    };
    let container = if read("/.dockerenv").is_some() {
        Some("docker".to_owned())
    } else {
        read("/run/.containerenv").map(|_| "podman".to_owned())
    };
    SystemFacts {
        os: "linux".to_owned(),
        arch: arch.to_owned(),
        gom_arch: arch.to_owned(),
        version: read("/etc/os-release").and_then(|text| distribution(&text)),
        kernel,
        libc,
        container,
        is_wsl,
        ..SystemFacts::default()
    }
}

/// The type of the file system that a path is on, by `/proc/self/mountinfo` (man 5 proc): `virtiofs`, `fuse.sshfs`.
/// If several are mounted in one place, the last one counts.
#[cfg(any(test, target_os = "linux"))]
pub(super) fn kind_of_mount(mountinfo: &str, path: &std::path::Path) -> Option<String> {
    let mounts = mountinfo.lines().filter_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        let place = before.split(' ').nth(4)?.replace("\\040", " ");
        path.starts_with(&place).then(|| (place.len(), after.split(' ').next().unwrap_or_default()))
    });
    mounts.max_by_key(|(length, _)| *length).map(|(_, kind)| kind.to_owned())
}

/// `debian 12`.
fn distribution(os_release: &str) -> Option<String> {
    let value = |key: &str| {
        let line = os_release.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='))?;
        Some(line.trim_matches(['"', '\'']).to_owned())
    };
    let version = value("VERSION_ID").map_or_else(String::new, |version| format!(" {version}"));
    Some(format!("{}{version}", value("ID")?))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn on(files: &[(&str, &str)], lib: &[&str]) -> SystemFacts {
        let read =
            |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned());
        let names = |path: &str| match path {
            "/lib" => lib.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        };
        system(&read, &names, "amd64")
    }

    // K13.8
    #[test]
    fn the_innermost_mount_gives_the_kind() {
        let mounts = "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n\
                      40 21 0:38 / /Users rw,relatime - virtiofs mount0 rw\n\
                      41 21 0:39 / /mnt/a\\040b rw,nosuid - fuse.sshfs me@host:/ rw\n";
        let kind = |path: &str| kind_of_mount(mounts, Path::new(path)).unwrap();
        assert_eq!(kind("/Users/ada/.gom"), "virtiofs");
        assert_eq!(kind("/mnt/a b/x"), "fuse.sshfs");
        assert_eq!(kind("/Users2"), "ext4");
    }

    #[test]
    fn distributions_libraries_and_containers_are_recognized() {
        let alpine = on(
            &[("/etc/os-release", "NAME=\"Alpine\"\nID=alpine\nVERSION_ID=3.20.1\n"), ("/.dockerenv", "")],
            &["ld-musl-x86_64.so.1"],
        );
        assert_eq!(alpine.version.as_deref(), Some("alpine 3.20.1"));
        assert_eq!((alpine.libc.as_deref(), alpine.container.as_deref()), (Some("musl"), Some("docker")));
        let wsl = on(
            &[
                ("/etc/os-release", "ID=ubuntu\nVERSION_ID=\"24.04\"\n"),
                ("/proc/sys/kernel/osrelease", "5.15.153.1-microsoft-standard-WSL2\n"),
            ],
            &["ld-linux-x86-64.so.2", "ld-musl-x86_64.so.1"],
        );
        assert!(wsl.is_wsl);
        assert_eq!((wsl.libc.as_deref(), wsl.version.as_deref()), (Some("glibc"), Some("ubuntu 24.04")));
    }
}

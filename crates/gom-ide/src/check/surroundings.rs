//! The environments in which editors start programs. Each lacks what a terminal has.

use std::ffi::OsString;

use gom_core::environment::Environment;

/// An environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// Its word.
    pub name: &'static str,
    /// When programs start with it.
    pub what: &'static str,
    /// PATH; `None` if it is not set.
    pub path: Option<OsString>,
    /// The other variables.
    pub variables: Vec<(OsString, OsString)>,
}

/// Where a program is looked for without PATH: the default of execvp(3).
pub(super) const WITHOUT_PATH: &str = "/bin:/usr/bin";

/// Lists them, that of this terminal first.
pub fn all(environment: &Environment, is_macos: bool) -> Vec<Surroundings> {
    let home = environment.home.as_ref().map(|home| ("HOME".into(), home.clone().into_os_string()));
    let with_home = || home.clone().into_iter().collect::<Vec<(OsString, OsString)>>();
    let poor =
        |name, what, path: &str| Surroundings { name, what, path: Some(path.into()), variables: with_home() };
    let terminal = Surroundings {
        name: "terminal",
        what: "started from this terminal",
        path: environment.var("PATH"),
        variables: environment
            .variables
            .iter()
            .filter(|(name, _)| *name != "PATH")
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    };
    let mut all = vec![terminal];
    all.push(if is_macos {
        // launchd's PATH; VS Code falls back to it where the login shell does not answer in time.
        poor(
            "desktop",
            "started from the Dock, without the login shell's PATH",
            "/usr/bin:/bin:/usr/sbin:/sbin",
        )
    } else {
        poor(
            "desktop",
            "started from the desktop, without the login shell's PATH",
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        )
    });
    all.push(poor(
        "remote",
        "a server of VS Code that SSH started without a login shell",
        "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
    ));
    if !is_macos {
        let mut snap = poor(
            "snap",
            "an editor that is a snap",
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games:/usr/local/games:/snap/bin",
        );
        snap.variables.push(("SNAP".into(), "/snap/code/current".into()));
        snap.variables.push(("SNAP_NAME".into(), "code".into()));
        all.push(snap);
    }
    all.push(Surroundings {
        name: "empty",
        what: "started with no variable at all (env -i)",
        path: None,
        variables: Vec::new(),
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_own_path_and_only_the_first_has_the_users_variables() {
        let environment = Environment {
            variables: [("PATH", "/home/a/.gom/bin"), ("GOBIN", "/b")]
                .map(|(k, v)| (k.into(), v.into()))
                .into(),
            home: Some("/home/a".into()),
            ..Environment::default()
        };
        let names = |is_macos| all(&environment, is_macos).iter().map(|one| one.name).collect::<Vec<_>>();
        assert_eq!(names(false), ["terminal", "desktop", "remote", "snap", "empty"]);
        assert_eq!(names(true), ["terminal", "desktop", "remote", "empty"]);
        let mac = all(&environment, true);
        assert_eq!(mac[0].variables, [("GOBIN".into(), "/b".into())]);
        assert_eq!(mac[1].path.as_ref().unwrap(), "/usr/bin:/bin:/usr/sbin:/sbin");
        assert_eq!(mac[1].variables, [("HOME".into(), "/home/a".into())]);
        assert_eq!((mac[3].path.as_ref(), mac[3].variables.len()), (None, 0));
    }
}

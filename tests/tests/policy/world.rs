//! A machine with a policy, around the world of a test.

use gom_tests::{Output, Run, World, skip};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Makes the folder `$2` the `/etc` of this namespace, and becomes the rest of its words.
const MACHINE: &str = r#""$1" --bind "$2" /etc || exit 99; shift 2; exec "$@""#;

/// Patches of a line with a minimum, and one of another line.
pub(crate) const OLD: &str = "1.98.1";
pub(crate) const NEW: &str = "1.98.3";
pub(crate) const OTHER: &str = "1.99.2";

/// The oldest patch of Go 1.98 is 1.98.2.
pub(crate) const MINIMUM: &str = "[minimum]\n\"1.98\" = \"1.98.2\"\n";

/// What a test does on a machine with a policy.
pub(crate) trait Machine {
    fn world(&self) -> &World;

    /// Three releases are published; these are installed, and nobody asked a policy. `None` where nothing can be mounted.
    fn machine(installed: &[&str]) -> Option<World> {
        if options().is_none() {
            skip("no file system can be mounted here");
            return None;
        }
        let world = World::publishing(&[OLD, NEW, OTHER]);
        for version in installed {
            world.done(["install", version]);
        }
        fs::create_dir_all(world.etc().join("gom")).unwrap();
        for folder in [world.etc(), world.etc().join("gom")] {
            fs::set_permissions(folder, PermissionsExt::from_mode(0o755)).unwrap();
        }
        world.internet.forget_requests();
        Some(world)
    }

    /// The same, with a policy.
    fn machine_with(policy: &str, installed: &[&str]) -> Option<World> {
        let world = World::machine(installed)?;
        world.policy(policy);
        Some(world)
    }

    /// The folder that is `/etc` there.
    fn etc(&self) -> PathBuf {
        self.world().home().parent().unwrap().join("etc")
    }

    /// The file of the policy.
    fn policy_file(&self) -> PathBuf {
        self.etc().join("gom/policy.toml")
    }

    /// Writes the policy.
    fn policy(&self, text: &str) {
        fs::write(self.policy_file(), text).unwrap();
        fs::set_permissions(self.policy_file(), PermissionsExt::from_mode(0o644)).unwrap();
    }

    /// Prepares a run of a program on that machine.
    fn there<A: AsRef<OsStr>>(
        &self,
        program: impl AsRef<OsStr>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Run {
        let mut words: Vec<OsString> = options().unwrap().iter().map(OsString::from).collect();
        words.extend(["/bin/sh", "-c", MACHINE, "sh", MOUNT].map(OsString::from));
        words.extend([self.etc().into_os_string(), program.as_ref().to_owned()]);
        words.extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self.world().command(UNSHARE, words)
    }

    /// Prepares a run of gom there.
    fn gom_there<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Run {
        self.there(self.world().store().join("bin/gom"), arguments)
    }

    /// Prepares a run of a link in the store's `bin` there.
    fn linked_there<A: AsRef<OsStr>>(&self, name: &str, arguments: impl IntoIterator<Item = A>) -> Run {
        self.there(self.world().store().join("bin").join(name), arguments)
    }

    /// Prepares a run of `go` there.
    fn go_there<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Run {
        self.linked_there("go", arguments)
    }

    /// The file of the verdict.
    fn verdict(&self) -> PathBuf {
        self.world().store().join("policy-verdict")
    }

    /// Moves gom away: what works now, the shim does alone.
    fn without_gom<T>(&self, run: impl FnOnce() -> T) -> T {
        let (gom, away) = (self.world().store().join("bin/gom"), self.world().store().join("bin/gom.away"));
        fs::rename(&gom, &away).unwrap();
        let result = run();
        fs::rename(&away, &gom).unwrap();
        result
    }

    /// Checks that a run was refused by the policy, and returns its message and its hint.
    #[track_caller]
    fn refused(&self, run: Run) -> (String, String) {
        let output = run.run();
        assert_eq!(output.code, Some(7), "{output}");
        // `gom ci setup` ends the shell that evaluates its output.
        assert!(["", "(exit 7)\n"].contains(&output.stdout.as_str()), "{output}");
        let last =
            |start: &str| output.stderr.lines().filter_map(|line| line.strip_prefix(start)).next_back();
        let (message, hint) = (last("error: "), last("hint: "));
        let (Some(message), Some(hint)) = (message, hint) else { panic!("{output}") };
        (self.world().redact(message), self.world().redact(hint))
    }

    /// Checks that a run was refused by the policy in this line.
    #[track_caller]
    fn refused_at(&self, line: usize, rule: &str, run: Run) {
        let (message, hint) = self.refused(run);
        let place = format!("(/etc/gom/policy.toml:{line}: {rule})");
        assert!(
            message.contains("is refused by this machine's policy: ") && message.ends_with(&place),
            "{message}"
        );
        assert!(hint.starts_with("run `"), "{hint}");
    }

    /// Runs the one command of a hint there, which must succeed.
    #[track_caller]
    fn follow(&self, hint: &str) -> Output {
        let mut parts = hint.split('`');
        let (_, command) = (parts.next(), parts.next().unwrap());
        assert_eq!(parts.next(), Some(""), "not one command: {hint}");
        let path = format!("{}:/usr/bin:/bin", self.world().path());
        self.there("/bin/sh", ["-c", command]).env("PATH", path).done()
    }
}

impl Machine for World {
    fn world(&self) -> &World {
        self
    }
}

const UNSHARE: &str = "/usr/bin/unshare";
const MOUNT: &str = "/usr/bin/mount";

/// The options of `unshare` with which a folder can be mounted here; `None` if there are none.
fn options() -> Option<&'static [&'static str]> {
    static OPTIONS: OnceLock<Option<&[&str]>> = OnceLock::new();
    *OPTIONS.get_or_init(|| {
        const WAYS: [&[&str]; 2] = [&["--mount"], &["--user", "--map-root-user", "--mount"]];
        WAYS.into_iter().find(|options| {
            let mut command = Command::new(UNSHARE);
            command.args(*options).args(["/bin/sh", "-c", MACHINE, "sh", MOUNT, "/tmp", "true"]);
            let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
            status.is_ok_and(|status| status.success())
        })
    })
}

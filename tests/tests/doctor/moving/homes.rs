//! Homes as other managers leave them: their toolchains, their choice of a version, their lines in start-up files, and
//! what these have set in the terminal that is open.
//!
//! The managers themselves do not run: their files and variables are as their installers and their code make them
//! (2026-09). Each `go` is published, so only its place tells whose it is.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use gom_tests::{FakeToolchain, Run, TestLog, World};

use crate::world::Doctored;

/// The version that each guide ends with.
pub(crate) const CURRENT: &str = "1.26.6";
/// The other version that each guide names.
pub(crate) const OLDER: &str = "1.25.9";

/// The newest patch of each line from the older version's on that gom knows, for the commands that need what is newest.
fn newest_patches() -> Vec<String> {
    let index = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/gom-core/src/index/embedded.txt");
    let index = fs::read_to_string(index).unwrap();
    let releases =
        index.lines().filter_map(|line| line.split_ascii_whitespace().next()?.strip_prefix("go1."));
    let mut newest = BTreeMap::new();
    for release in releases {
        let Some((minor, patch)) = release.split_once('.') else { continue };
        let (Ok(minor), Ok(patch)) = (minor.parse::<u32>(), patch.parse::<u32>()) else { continue };
        let newest = newest.entry(minor).or_insert(patch);
        *newest = patch.max(*newest);
    }
    newest.range(25..).map(|(minor, patch)| format!("1.{minor}.{patch}")).collect()
}

/// A home with one manager.
pub(crate) struct Home {
    /// The home and its network.
    pub(crate) world: World,
    /// The variables of the open terminal that its start-up files set.
    variables: Vec<(&'static str, String)>,
    /// The folders that they put in front of PATH.
    path: Vec<String>,
}

impl Home {
    /// A home with bash, as Debian makes it, and gom's programs as its installer leaves them.
    fn new() -> Home {
        let current = FakeToolchain::here(CURRENT);
        let mut world = World::of(current.clone(), TestLog::new("sum.test", 1));
        world.publish(&current);
        world.publish(&FakeToolchain::here(OLDER));
        for version in newest_patches() {
            world.publish(&FakeToolchain::here(&version));
        }
        world.use_proxy();
        world.set("GOM_SOURCES", "proxy");
        world.set("SHELL", "/bin/bash");
        world.set("TERM", "dumb");
        // Nothing here outlives the test.
        world.set("GOM_SYNC", "never");
        world.write_home(".bashrc", "# ~/.bashrc\nalias ll='ls -l'\n");
        world.write_home(".profile", "# ~/.profile\n. \"$HOME/.bashrc\"\n");
        world.write("go.mod", "module example.test/app\n\ngo 1.25.9\n");
        Home { world, variables: Vec::new(), path: Vec::new() }
    }

    fn path_of(&self, place: &str) -> String {
        self.world.home().join(place).display().to_string()
    }

    /// Lays out both versions, with `VERSION` in a folder for each.
    fn with_versions(self, folder: &str) -> Home {
        for version in [CURRENT, OLDER] {
            let goroot = self.world.home().join(folder.replace("VERSION", version));
            FakeToolchain::here(version).lay_out(&goroot);
        }
        self
    }

    fn with_file(self, place: &str, text: &str) -> Home {
        self.world.write_home(place, text);
        self
    }

    /// Adds lines to the end of a start-up file.
    fn with_lines(self, place: &str, lines: &str) -> Home {
        let file = self.world.home().join(place);
        let before = fs::read_to_string(&file).unwrap_or_default();
        self.with_file(place, &format!("{before}{lines}"))
    }

    fn with_link(self, place: &str, target: &str) -> Home {
        let link = self.world.home().join(place);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        symlink(target, link).unwrap();
        self
    }

    /// A program of the manager, which does what the script says.
    fn with_program(self, place: &str, script: &str) -> Home {
        self.world.program(place, script);
        self
    }

    /// A variable that the open terminal has from its start-up files; `value` is below the home.
    fn with_variable(mut self, name: &'static str, value: &str) -> Home {
        let value = self.path_of(value);
        self.variables.push((name, value));
        self
    }

    fn with_path(mut self, folders: &[&str]) -> Home {
        self.path = folders.iter().map(|folder| self.path_of(folder)).collect();
        self
    }

    /// Runs a command in the terminal that was open before gom changed anything, or in a new one.
    pub(crate) fn run(&self, command: &str, in_new_terminal: bool) -> gom_tests::Output {
        if in_new_terminal {
            // What bash does before it shows the prompt.
            let script = format!("eval \"${{PROMPT_COMMAND-}}\"\n{command}");
            return self.bash(&["-lic", &script]).env("PATH", "/usr/bin:/bin").run();
        }
        let store = self.world.store().join("bin").display().to_string();
        let path = [self.path.join(":"), store, "/usr/bin:/bin".to_owned()];
        let path = path.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(":");
        let run = self.bash(&["-c", command]).env("PATH", path);
        self.variables.iter().fold(run, |run, (name, value)| run.env(name, value)).run()
    }

    fn bash(&self, arguments: &[&str]) -> Run {
        self.world.command("bash", arguments)
    }

    /// Deletes a line of a start-up file, which must be there.
    pub(crate) fn delete(&self, line: &str) {
        let files = [".bashrc", ".profile"].map(|name| self.world.home().join(name));
        let mut count = 0;
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            let rest: Vec<&str> = text.lines().filter(|one| one.trim() != line).collect();
            count += text.lines().count() - rest.len();
            fs::write(&file, rest.join("\n") + "\n").unwrap();
        }
        assert!(count > 0, "no start-up file has the line that the guide deletes: {line}");
    }

    /// Whether something is in the home.
    pub(crate) fn has(&self, place: &str) -> bool {
        let path: &Path = &self.world.home().join(place);
        path.symlink_metadata().is_ok()
    }
}

/// goenv 2 and 3. `goenv init` puts the shims first on PATH, and sets GOROOT and GOPATH for the version.
pub(crate) fn goenv() -> Home {
    let lines = "export GOENV_ROOT=\"$HOME/.goenv\"\nexport PATH=\"$GOENV_ROOT/bin:$PATH\"\neval \"$(goenv init -)\"\n";
    let init = "[ \"$1\" = init ] && echo 'export PATH=\"$GOENV_ROOT/shims:$PATH\" GOROOT=\"$GOENV_ROOT/versions/1.26.6\" GOPATH=\"$HOME/go/1.26.6\"'";
    Home::new()
        .with_versions(".goenv/versions/VERSION")
        .with_file(".goenv/version", "1.26.6\n")
        .with_program(".goenv/shims/go", "exec \"$GOENV_ROOT/versions/1.26.6/bin/go\" \"$@\"")
        .with_program(".goenv/bin/goenv", init)
        .with_lines(".bashrc", lines)
        .with_path(&[".goenv/shims", ".goenv/bin"])
        .with_variable("GOENV_ROOT", ".goenv")
        .with_variable("GOROOT", ".goenv/versions/1.26.6")
        .with_variable("GOPATH", "go/1.26.6")
}

/// gvm with binary releases. Its script sets everything for the default version.
pub(crate) fn gvm() -> Home {
    let default = "export GVM_ROOT; GVM_ROOT=\"$HOME/.gvm\"\nexport gvm_go_name; gvm_go_name=\"go1.26.6\"\n\
        export GOROOT; GOROOT=\"$GVM_ROOT/gos/go1.26.6\"\n\
        export GOPATH; GOPATH=\"$GVM_ROOT/pkgsets/go1.26.6/global\"\n\
        export PATH; PATH=\"$GVM_ROOT/gos/go1.26.6/bin:$PATH\"\n";
    let line = "\n[[ -s \"$HOME/.gvm/scripts/gvm\" ]] && source \"$HOME/.gvm/scripts/gvm\"\n";
    let home = Home::new()
        .with_versions(".gvm/gos/goVERSION")
        .with_file(".gvm/environments/default", default)
        .with_file(".gvm/scripts/gvm", ". \"$HOME/.gvm/environments/default\"\n")
        .with_file(".gvm/pkgsets/go1.26.6/global/src/example.test/old/main.go", "package main\n")
        .with_lines(".bashrc", line)
        .with_path(&[".gvm/gos/go1.26.6/bin"])
        .with_variable("GVM_ROOT", ".gvm")
        .with_variable("GOROOT", ".gvm/gos/go1.26.6")
        .with_variable("GOPATH", ".gvm/pkgsets/go1.26.6/global");
    // The current version was compiled here.
    home.with_file(".gvm/gos/go1.26.6/pkg/tool/compiled", "by gvm install without -B")
}

/// asdf with asdf-golang and its script.
pub(crate) fn asdf() -> Home {
    let script = "export GOROOT=\"$HOME/.asdf/installs/golang/1.26.6/go\"\n";
    let lines = "export PATH=\"${ASDF_DATA_DIR:-$HOME/.asdf}/shims:$PATH\"\n\
        . ${ASDF_DATA_DIR:-$HOME/.asdf}/plugins/golang/set-env.bash\n";
    Home::new()
        .with_versions(".asdf/installs/golang/VERSION/go")
        .with_file(".asdf/installs/golang/1.25.9/packages/bin/gopls", "a program")
        .with_file(".tool-versions", "nodejs 22.11.0\ngolang 1.26.6\n")
        .with_program(".asdf/shims/go", "exec \"$HOME/.asdf/installs/golang/1.26.6/go/bin/go\" \"$@\"")
        .with_file(".asdf/plugins/golang/set-env.bash", script)
        .with_lines(".bashrc", lines)
        .with_path(&[".asdf/shims"])
        .with_variable("GOROOT", ".asdf/installs/golang/1.26.6/go")
}

/// A manager whose hook puts a folder first on PATH before each prompt, while its file has a Go.
fn hook(program: &str, folder: &str, file: &str) -> String {
    let hook = format!("PROMPT_COMMAND='eval \"$(~/{program} hook-env)\"'");
    let sets = format!("export PATH=\"$HOME/{folder}/bin:$PATH\" GOROOT=\"$HOME/{folder}\"");
    format!(
        "case $1 in\nactivate) cat <<'END'\n{hook}\nEND\n;;\n\
         hook-env) ! grep -q '^go' ~/{file} || cat <<'END'\n{sets}\nEND\n;;\nesac"
    )
}

/// mise, which puts the folder of its Go first on PATH before each prompt.
pub(crate) fn mise() -> Home {
    let go = ".local/share/mise/installs/go/1.26.6";
    let home = Home::new()
        .with_versions(".local/share/mise/installs/go/VERSION")
        .with_link(".local/share/mise/installs/go/1.26", "./1.26.6")
        .with_file(".local/share/mise/installs/go/1.25.9/bin/gopls", "a program")
        .with_file(".config/mise/config.toml", "[tools]\ngo = \"1.26.6\"\nnode = \"22\"\n")
        .with_program(".local/bin/mise", &hook(".local/bin/mise", go, ".config/mise/config.toml"))
        .with_lines(".bashrc", "eval \"$(~/.local/bin/mise activate bash)\"\n")
        .with_path(&[&format!("{go}/bin")])
        .with_variable("GOROOT", go);
    home.world.write("mise.toml", "[tools]\ngo = \"1.25.9\"\n");
    home
}

/// The line of voidint's g in a start-up file.
pub(crate) const G_LINE: &str = "[ -s \"${HOME}/.g/env\" ] && \\. \"${HOME}/.g/env\"  # g shell setup";
/// That of stefanmaric's.
pub(crate) const G_LINE_OF_STEFANMARIC: &str = "export GOPATH=\"$HOME/go\"; export GOROOT=\"$HOME/.go\"; \
    export PATH=\"$GOPATH/bin:$PATH\"; # g-install: do NOT edit, see https://github.com/stefanmaric/g";

/// voidint's g.
pub(crate) fn g() -> Home {
    let env = "#!/bin/sh\n# g shell setup\nexport GOROOT=\"${HOME}/.g/go\"\n\
        export PATH=\"${HOME}/.g/bin:${GOROOT}/bin:${GOPATH}/bin:$PATH\"\n";
    let home = Home::new().with_versions(".g/versions/VERSION");
    let current = home.path_of(".g/versions/1.26.6");
    home.with_link(".g/go", &current)
        .with_file(".g/env", env)
        .with_program(".g/bin/g", "exit 0")
        .with_lines(".bashrc", &format!("\n{G_LINE}\n\n"))
        .with_path(&[".g/bin", ".g/go/bin"])
        .with_variable("GOROOT", ".g/go")
}

/// stefanmaric's g, which links each file of a version.
pub(crate) fn g_of_stefanmaric() -> Home {
    let mut home = Home::new().with_versions(".go/.versions/VERSION");
    for name in ["bin/go", "VERSION", "src", "pkg"] {
        let target = home.path_of(&format!(".go/.versions/1.26.6/{name}"));
        home = home.with_link(&format!(".go/{name}"), &target);
    }
    let go = home.path_of(".go/bin/go");
    home.with_link("go/bin/go", &go)
        .with_lines(".bashrc", &format!("\n{G_LINE_OF_STEFANMARIC}\n"))
        .with_path(&["go/bin"])
        .with_variable("GOROOT", ".go")
        .with_variable("GOPATH", "go")
}

/// goup-rs. Its script appends to PATH, so on a machine without another go.
pub(crate) fn goup() -> Home {
    let env = "#!/bin/sh\nGOUP_HOME=${GOUP_HOME:-$HOME/.goup}\nexport GOROOT=$GOUP_HOME/current\n\
        export PATH=\"$GOUP_HOME/bin:$PATH:$GOROOT/bin\"\n";
    Home::new()
        .with_versions(".goup/goVERSION")
        .with_file(".goup/go1.26.6/.unpacked-success", "")
        .with_file(".goup/go1.25.9/.unpacked-success", "")
        .with_link(".goup/current", "go1.26.6")
        .with_file(".goup/env", env)
        .with_lines(".bashrc", ". \"$HOME/.goup/env\"\n")
        .with_path(&[".goup/bin", ".goup/current/bin"])
        .with_variable("GOROOT", ".goup/current")
}

/// owenthereal's goup, which leaves the archive in each tree.
pub(crate) fn goup_of_owenthereal() -> Home {
    let archive = FakeToolchain::here(CURRENT).archive_name();
    let home = Home::new().with_versions(".go/goVERSION");
    let current = home.path_of(".go/go1.26.6");
    home.with_file(".go/go1.26.6/.unpacked-success", "")
        .with_file(&format!(".go/go1.26.6/{archive}"), "the archive")
        .with_link(".go/current", &current)
        .with_file(".go/env", "export PATH=\"$HOME/.go/bin:$HOME/.go/current/bin:$PATH\"\n")
        .with_lines(".profile", "source \"$HOME/.go/env\"\n")
        .with_path(&[".go/bin", ".go/current/bin"])
}

/// gobrew, with the line of its instructions.
pub(crate) fn gobrew() -> Home {
    let home = Home::new().with_versions(".gobrew/versions/VERSION/go");
    let go = home.path_of(".gobrew/versions/1.26.6/go");
    home.with_link(".gobrew/current/go", &go)
        .with_link(".gobrew/current/bin", &format!("{go}/bin"))
        .with_program(".gobrew/bin/gobrew", "exit 0")
        .with_lines(".bashrc", "export PATH=\"$HOME/.gobrew/current/bin:$HOME/.gobrew/bin:$PATH\"\n")
        .with_path(&[".gobrew/current/bin", ".gobrew/bin"])
}

/// proto, as `proto setup` leaves it.
pub(crate) fn proto() -> Home {
    let lines = "\n# proto\nexport PROTO_HOME=\"$HOME/.proto\";\n\
        export PATH=\"$PROTO_HOME/shims:$PROTO_HOME/bin:$PATH\";\n";
    Home::new()
        .with_versions(".proto/tools/go/VERSION")
        .with_file(".proto/tools/go/manifest.json", "{}")
        .with_file(".proto/.prototools", "go = \"1.26.6\"\nnode = \"22.11.0\"\n")
        .with_program(".proto/shims/go", "exec \"$HOME/.proto/tools/go/1.26.6/bin/go\" \"$@\"")
        .with_lines(".bashrc", lines)
        .with_path(&[".proto/shims", ".proto/bin"])
        .with_variable("PROTO_HOME", ".proto")
}

/// vfox, which puts the folder of its Go first on PATH before each prompt.
pub(crate) fn vfox() -> Home {
    let go = ".version-fox/cache/golang/v-1.26.6/golang-1.26.6";
    Home::new()
        .with_versions(".version-fox/cache/golang/v-VERSION/golang-VERSION")
        .with_file(&format!("{go}/packages/bin/gopls"), "a program")
        .with_file(&format!("{go}/packages/pkg/mod/example.test/m@v1.0.0/m.go"), "package m\n")
        .with_file(".version-fox/.vfox.toml", "[tools]\ngolang = \"1.26.6\"\n")
        .with_program(".local/bin/vfox", &hook(".local/bin/vfox", go, ".version-fox/.vfox.toml"))
        .with_lines(".bashrc", "eval \"$(~/.local/bin/vfox activate bash)\"\n")
        .with_path(&[&format!("{go}/bin"), &format!("{go}/packages/bin")])
        .with_variable("GOROOT", go)
        .with_variable("GOPATH", &format!("{go}/packages"))
}

/// golang.org/dl, and a toolchain that the go command downloaded.
pub(crate) fn go_toolchains() -> Home {
    let older = FakeToolchain::here(OLDER);
    let home = Home::new();
    let sdk = home.world.home().join("sdk");
    FakeToolchain::here(CURRENT).lay_out(&sdk.join("go1.26.6"));
    older.lay_out(&sdk.join("go1.25.9"));
    let cache = home.world.home().join("go/pkg/mod/golang.org");
    older.lay_out(&cache.join(format!("toolchain@{}", older.module_version())));
    home.with_file("sdk/go1.26.6/.unpacked-success", "")
        .with_file("sdk/go1.25.9/.unpacked-success", "")
        .with_program("go/bin/go1.25.9", "exec \"$HOME/sdk/go1.25.9/bin/go\" \"$@\"")
        .with_lines(
            ".bashrc",
            "export GOROOT=$HOME/sdk/go1.26.6\nexport PATH=$GOROOT/bin:$HOME/go/bin:$PATH\n",
        )
        .with_path(&["sdk/go1.26.6/bin", "go/bin"])
        .with_variable("GOROOT", "sdk/go1.26.6")
}

/// Homebrew with its own Go, but not in one of the folders where gom searches for it: they are the machine's.
pub(crate) fn homebrew() -> Home {
    let home = Home::new();
    let cellar = home.world.home().join("brew/Cellar/go/1.26.6/libexec");
    FakeToolchain::here(CURRENT).file("bin/go.sum", "compiled by Homebrew").lay_out(&cellar);
    home.with_link("brew/bin/go", "../Cellar/go/1.26.6/libexec/bin/go")
        .with_program("brew/bin/brew", "echo 'export PATH=\"$HOME/brew/bin:$PATH\"'")
        .with_lines(".bashrc", "eval \"$(~/brew/bin/brew shellenv)\"\n")
        .with_path(&["brew/bin"])
}

//! A world with two toolchains whose go command "builds" the programs of one module.
//!
//! The script reads what to answer in `fake-go` of the home folder, and writes there what it was asked and given.

use gom_tests::{FakeToolchain, World, hash1};
use std::fs;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;

/// The go command. `get`, `list`, `install` and `version -m` are those that gom calls.
const GO: &str = r##"
state=$HOME/fake-go
case "$1" in
get)
    echo "get $3 with VERSION" >>"$state/asked"
    needs=
    [ -e "$state/needs" ] && needs=$(cat "$state/needs")
    case "$needs" in
    "" | VERSION) ;;
    *)
        echo "go: downloading example.test/tools v1.2.3" >&2
        echo "go: $3: example.test/tools@v1.2.3 requires go >= $needs (running go VERSION; GOTOOLCHAIN=$GOTOOLCHAIN)" >&2
        exit 1
        ;;
    esac
    case "$3" in
    example.test/tools/*) cat go.mod >"$state/go.mod" ;;
    *) echo "go: module $3: not found" >&2; exit 1 ;;
    esac
    ;;
list)
    if [ "$2" = -m ]; then
        echo "list $*" >>"$state/asked"
        cat "$state/listed"
    else
        printf '{"ImportPath":"%s","Name":"%s","Module":{"Path":"example.test/tools","Version":"%s","GoVersion":"1.98.0"}}\n' \
            "$5" "$(cat "$state/clause")" "$(cat "$state/version")"
    fi
    ;;
install)
    echo "install $3 with VERSION" >>"$state/asked"
    env >"$state/env"
    if [ -e "$state/fails" ]; then
        echo "# example.test/tools" >&2
        echo "main.go:1:1: broken" >&2
        exit 1
    fi
    if [ -e "$state/waits" ]; then
        echo "waiting" >&2
        echo started >"$state/started"
        exec cat "$state/waits"
    fi
    package=${3%@*}
    name=${package##*/}
    cat >"$GOBIN/$name" <<END
#!/bin/sh
echo "$name, built by VERSION: \$*"
echo "GOROOT=\${GOROOT-(unset)} PATH=\$PATH"
exit 3
END
    /bin/chmod 755 "$GOBIN/$name"
    echo "$package" >"$state/package"
    ;;
version)
    if [ "$2" = -m ]; then
        printf '%s: goVERSION\n\tpath\t%s\n' "$3" "$(cat "$state/package")"
        cat "$state/modules"
        printf '\tbuild\t-compiler=gc\n'
    else
        echo "go version goVERSION x/y"
    fi
    ;;
tool)
    echo "tool $*" >>"$state/asked"
    echo "/cache/$3"
    ;;
*)
    echo "go VERSION: $*"
    ;;
esac
"##;

/// See the module's documentation.
pub(super) struct Tools(World);

impl Tools {
    /// Go 1.98.1 and 1.99.2 are installed, and 1.98.1 is the default. The module is `example.test/tools` v1.2.3, which
    /// needs `example.test/dep`; both are in the module cache and in the checksum database.
    pub(super) fn new() -> Tools {
        let world = Tools::with_published(&["1.98.1", "1.99.2"]);
        world.done(["install", "1.98.1", "1.99.2"]);
        world.done(["use", "1.98.1"]);
        world
    }

    /// The same with nothing installed.
    pub(super) fn with_published(versions: &[&str]) -> Tools {
        let world = World::publishing(&[]);
        for version in versions {
            let script = GO.replace("VERSION", version);
            world.publish(&FakeToolchain::here(version).program("bin/go", &script));
        }
        let tools = Tools(world);
        fs::create_dir_all(tools.state("")).unwrap();
        tools.set("clause", "main\n");
        tools.be_version("v1.2.3");
        tools
    }

    /// Makes this the version of the module, in the module cache and in the checksum database.
    pub(super) fn be_version(&self, version: &str) {
        self.set("version", version);
        let own = self.publish_module("example.test/tools", version);
        let dep = self.publish_module("example.test/dep", "v0.1.0");
        let modules =
            format!("\tmod\texample.test/tools\t{version}\t{own}\n\tdep\texample.test/dep\tv0.1.0\t{dep}\n");
        self.set("modules", &modules);
    }

    /// Adds golang.org/x/tools to what programs contain, so that they read Go code.
    pub(super) fn read_go_code(&self) {
        let sum = self.publish_module("golang.org/x/tools", "v0.9.0");
        let modules = fs::read_to_string(self.state("modules")).unwrap();
        self.set("modules", &format!("{modules}\tdep\tgolang.org/x/tools\tv0.9.0\t{sum}\n"));
    }

    fn publish_module(&self, module: &str, version: &str) -> String {
        let content = format!("module {module}\n");
        let folder = self.module(module, version);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("go.mod"), &content).unwrap();
        let sum = hash1([(format!("{module}@{version}/go.mod"), content.as_bytes())]);
        if self.log.answer(&format!("/lookup/{module}@{version}")).is_none() {
            self.log.add(module, version, &sum);
        }
        sum
    }

    /// The folder of a module in the module cache.
    pub(super) fn module(&self, module: &str, version: &str) -> PathBuf {
        self.home().join(format!("go/pkg/mod/{module}@{version}"))
    }

    /// A file of the script.
    pub(super) fn state(&self, name: &str) -> PathBuf {
        self.home().join("fake-go").join(name)
    }

    pub(super) fn set(&self, name: &str, content: &str) {
        fs::write(self.state(name), content).unwrap();
    }

    /// What the go command was asked, and forgets it.
    pub(super) fn asked(&self) -> Vec<String> {
        let asked = fs::read_to_string(self.state("asked")).unwrap_or_default();
        let _ = fs::remove_file(self.state("asked"));
        asked.lines().map(str::to_owned).collect()
    }

    /// The files of the tools in the store.
    pub(super) fn files(&self) -> Vec<String> {
        let files = self.tree(self.store().join("tools")).into_iter().filter(|file| file != ".staging/");
        files.map(|file| self.redact(&file)).collect()
    }

    /// The commands in the store's `bin` that are tools.
    pub(super) fn commands(&self) -> Vec<String> {
        let names = fs::read_dir(self.store().join("bin")).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| !name.starts_with("go")).collect();
        names.sort();
        names
    }
}

impl Deref for Tools {
    type Target = World;

    fn deref(&self) -> &World {
        &self.0
    }
}

impl DerefMut for Tools {
    fn deref_mut(&mut self) -> &mut World {
        &mut self.0
    }
}

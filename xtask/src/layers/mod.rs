//! `cargo xtask layers`: checks that the modules of every crate import each other in one direction only.
//!
//! Owns: the rules. [`source`] reads the source. Three things are an error:
//!
//! - **a climb**: a module imports something from a module that contains it. A parent may use its children,
//!   so importing from it would make a ring;
//! - **a ring**: siblings (with everything below them) that reach each other;
//! - **against the order**: if the `lib.rs` of a crate lists its modules between `Order:` and the end of the
//!   list, a module may import only modules further down. A module that is not listed, or listed twice, is an
//!   error too.
//!
//! Reading the process environment outside the callers is an error too ([`environment`]), and so is a crate
//! that does not deny the disk ([`disk`]).
//!
//! Each folder of `tests` and `examples` counts as a crate. Tests inside a crate (`#[cfg(test)]`) may import
//! anything, because they belong to the module that they test.

mod disk;
mod environment;
mod source;
mod violation;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};

use source::{Crate, Import, ModulePath, name};
use violation::{Rule, Violation};

/// Allowed rings: crate, folder, members. Each has a comment with the reason.
const ALLOWED_RINGS: &[(&str, &str, &[&str])] = &[
    // `gom help` and `gom completions` print the command line that contains them, and so do hints.
    ("gom-cli", "the crate's root", &["cli", "commands", "usage"]),
];

/// Checks every crate of the workspace and prints a line for each violation, with its fix. Any violation
/// makes the exit code 1; an error means that the workspace can't be read.
pub(crate) fn run(options: &[&str]) -> Result<ExitCode> {
    let shows_graph = match options {
        [] => false,
        ["--graph"] => true,
        _ => bail!("usage: cargo xtask layers [--graph]"),
    };
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut violations = Vec::new();
    let mut modules = 0;
    for member in members(root)? {
        for krate in source::read(root, &member)? {
            modules += krate.modules.len();
            if shows_graph {
                print_graph(&krate);
            }
            violations.extend(check(&krate));
        }
    }
    for violation in &violations {
        crate::shell::say(&violation.to_string());
    }
    if violations.is_empty() {
        crate::shell::say(&format!("layers: {modules} modules, every import points down"));
        return Ok(ExitCode::SUCCESS);
    }
    crate::shell::say(&format!("layers: {} violations", violations.len()));
    Ok(ExitCode::FAILURE)
}

/// Returns the members of the workspace, as its manifest lists them.
fn members(root: &Path) -> Result<Vec<PathBuf>> {
    let manifest = std::fs::read_to_string(root.join("Cargo.toml"))?;
    let members = manifest.lines().find_map(|line| line.strip_prefix("members = ["));
    let Some(members) = members.and_then(|line| line.strip_suffix(']')) else {
        bail!("Cargo.toml has no line `members = [...]`");
    };
    Ok(members.split(',').map(|member| PathBuf::from(member.trim().trim_matches('"'))).collect())
}

fn check(krate: &Crate) -> Vec<Violation> {
    let mut violations = climbs(krate);
    violations.extend(rings(krate));
    if let Some(order) = &krate.order {
        violations.extend(against_order(krate, order));
    }
    violations.extend(environment::readers(krate));
    violations.extend(disk::undenied(krate));
    violations
}

fn climbs(krate: &Crate) -> Vec<Violation> {
    let mut found: BTreeMap<(ModulePath, ModulePath), Vec<&Import>> = BTreeMap::new();
    for import in krate.imports.iter().filter(|import| is_below(&import.from, &import.to)) {
        found.entry((import.from.clone(), import.to.clone())).or_default().push(import);
    }
    let violation = |((from, to), imports): ((ModulePath, ModulePath), Vec<&Import>)| Violation {
        rule: Rule::Climb,
        crate_name: krate.name.clone(),
        what: format!("{} imports from {}, which contains it", name(&from), name(&to)),
        places: places(&imports),
    };
    found.into_iter().map(violation).collect()
}

/// Whether `module` is below `other`.
fn is_below(module: &[String], other: &[String]) -> bool {
    module.len() > other.len() && module.starts_with(other)
}

/// Imports between two children of one folder, keyed by the folder, then by both children.
type Siblings<'a> = BTreeMap<ModulePath, BTreeMap<(String, String), Vec<&'a Import>>>;

fn siblings(krate: &Crate) -> Siblings<'_> {
    let mut found = Siblings::new();
    for import in &krate.imports {
        let common = import.from.iter().zip(&import.to).take_while(|(from, to)| from == to).count();
        if let (Some(from), Some(to)) = (import.from.get(common), import.to.get(common)) {
            let folder = import.from[..common].to_vec();
            found.entry(folder).or_default().entry((from.clone(), to.clone())).or_default().push(import);
        }
    }
    found
}

fn rings(krate: &Crate) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (folder, edges) in siblings(krate) {
        for ring in strongly_connected(edges.keys()) {
            if is_allowed(krate, &folder, &ring) {
                continue;
            }
            let inside = |edge: &(String, String)| ring.contains(&edge.0) && ring.contains(&edge.1);
            let imports = edges.iter().filter(|(edge, _)| inside(edge)).flat_map(|(_, imports)| imports);
            let members: Vec<&str> = ring.iter().map(String::as_str).collect();
            violations.push(Violation {
                rule: Rule::Ring,
                crate_name: krate.name.clone(),
                what: format!("in {}: {} import each other", name(&folder), members.join(", ")),
                places: places(&imports.copied().collect::<Vec<_>>()),
            });
        }
    }
    violations
}

fn is_allowed(krate: &Crate, folder: &[String], ring: &BTreeSet<String>) -> bool {
    ALLOWED_RINGS.iter().any(|(crate_name, at, members)| {
        *crate_name == krate.name && *at == name(folder) && ring.iter().all(|m| members.contains(&m.as_str()))
    })
}

/// Returns the groups of two or more that reach each other. The graphs are small, so it searches from each
/// node.
fn strongly_connected<'a>(edges: impl Iterator<Item = &'a (String, String)>) -> Vec<BTreeSet<String>> {
    let mut next: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, to) in edges {
        next.entry(from).or_default().insert(to);
    }
    let reach = |start: &str| {
        let (mut seen, mut todo) = (BTreeSet::new(), vec![start]);
        while let Some(node) = todo.pop() {
            for to in next.get(node).into_iter().flatten() {
                if seen.insert(*to) {
                    todo.push(to);
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&str, BTreeSet<&str>> = next.keys().map(|node| (*node, reach(node))).collect();
    let mut groups: Vec<BTreeSet<String>> = Vec::new();
    for (node, from_node) in reached.iter().filter(|(node, from_node)| from_node.contains(*node)) {
        if groups.iter().any(|group| group.contains(*node)) {
            continue;
        }
        let both = |other: &&&str| reached.get(**other).is_some_and(|back| back.contains(node));
        groups.push(from_node.iter().filter(both).map(|member| (*member).to_owned()).collect());
    }
    groups
}

fn against_order(krate: &Crate, order: &[String]) -> Vec<Violation> {
    let mut violations = Vec::new();
    let tops: BTreeSet<&str> =
        krate.modules.iter().filter(|module| module.len() == 1).map(|module| module[0].as_str()).collect();
    let listed = |module: &str| order.iter().filter(|name| *name == module).count();
    let list = |what: String| Violation {
        rule: Rule::List,
        crate_name: krate.name.clone(),
        what,
        places: vec![krate.root.clone()],
    };
    for module in tops.iter().filter(|module| listed(module) != 1) {
        violations.push(list(format!("`{module}` is listed {} times", listed(module))));
    }
    for entry in order.iter().filter(|entry| !tops.contains(entry.as_str())) {
        violations.push(list(format!("`{entry}` is listed and is no module")));
    }
    let rank = |module: &str| order.iter().position(|name| name == module);
    for ((from, to), imports) in siblings(krate).remove(&Vec::new()).unwrap_or_default() {
        if let (Some(above), Some(below)) = (rank(&from), rank(&to))
            && above > below
        {
            violations.push(Violation {
                rule: Rule::Order,
                crate_name: krate.name.clone(),
                what: format!("{from} imports {to}, which stands above it"),
                places: places(&imports),
            });
        }
    }
    violations
}

fn places(imports: &[&Import]) -> Vec<String> {
    let places: BTreeSet<String> = imports.iter().map(|import| import.place.clone()).collect();
    places.into_iter().collect()
}

fn print_graph(krate: &Crate) {
    for (folder, edges) in siblings(krate) {
        for ((from, to), imports) in edges {
            crate::shell::say(&format!(
                "{} {}: {from} -> {to} ({})",
                krate.name,
                name(&folder),
                imports.len()
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn krate(files: &[(&str, &str)]) -> Crate {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join("src").join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let krate = source::read(folder.path(), Path::new("")).unwrap().remove(0);
        // The rule has a test of its own.
        Crate { denies_disk: true, ..krate }
    }

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        check(&krate(files))
            .iter()
            .map(|violation| format!("{:?}: {}", violation.rule, violation.what))
            .collect()
    }

    #[test]
    fn imports_that_point_down_pass() {
        let files = [
            ("lib.rs", "//! Order:\n//!\n//! - [`a`], [`b`]: x\n//! - `c`: y\nmod a; mod b; mod c;"),
            ("a.rs", "use crate::b::{self, inner::X}; use crate::c;"),
            ("b/mod.rs", "mod inner; use inner::X; use crate::c::Y;"),
            ("b/inner.rs", "pub struct X;"),
            ("c.rs", "pub struct Y; #[cfg(test)] mod tests { use crate::a; use super::Y; }"),
        ];
        assert_eq!(found(&files), [""; 0]);
    }

    #[test]
    fn a_ring_is_found_in_use_lines_and_in_paths() {
        let files = [
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", "use crate::b::X;"),
            ("b.rs", "pub struct X; fn f() { crate::c::g() }"),
            ("c/mod.rs", "mod d;"),
            ("c/d.rs", "fn f(_: super::super::a::T) {}"),
        ];
        assert_eq!(found(&files), ["Ring: in the crate's root: a, b, c import each other"]);
    }

    #[test]
    fn a_child_that_imports_from_its_parent_climbs() {
        let files = [
            ("lib.rs", "mod a; pub struct T;"),
            ("a/mod.rs", "mod b; mod c; struct X;"),
            ("a/b.rs", "use super::X; use super::c::Y;"),
            ("a/c.rs", "pub struct Y; use crate::T;"),
        ];
        assert_eq!(
            found(&files),
            [
                "Climb: a::b imports from a, which contains it",
                "Climb: a::c imports from the crate's root, which contains it"
            ]
        );
    }

    #[test]
    fn the_order_of_lib_rs_is_kept_and_complete() {
        let files = [
            ("lib.rs", "//! Order:\n//!\n//! - [`b`]: x\n//! - [`a`]: y\n//! - `z`: z\nmod a; mod b; mod c;"),
            ("a.rs", "use crate::b::X;"),
            ("b.rs", "pub struct X;"),
            ("c.rs", ""),
        ];
        assert_eq!(
            found(&files),
            [
                "List: `c` is listed 0 times",
                "List: `z` is listed and is no module",
                "Order: a imports b, which stands above it"
            ]
        );
    }

    #[test]
    fn a_line_names_the_places_and_the_cure() {
        let a = "use super::X; fn f() -> super::Y { super::g() }\nfn h(_: super::Z) {}\nuse super::W;\nuse super::V;";
        let krate = krate(&[("lib.rs", "mod a;"), ("a.rs", a)]);
        let lines: Vec<String> = check(&krate).iter().map(ToString::to_string).collect();
        let expected = "climb: src: a imports from the crate's root, which contains it (src/a.rs:1, src/a.rs:2, \
                        src/a.rs:3 and 1 more): move what both use to a file of its own beside the importing one";
        assert_eq!(lines, [expected]);
    }

    #[test]
    fn each_folder_of_tests_is_a_crate() {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("kit/src/lib.rs", ""),
            ("kit/tests/verbs/main.rs", "mod a; mod b; struct X;"),
            ("kit/tests/verbs/a.rs", "use crate::b::Y; use crate::X;"),
            ("kit/tests/verbs/b.rs", "use crate::a::f;"),
            ("kit/tests/data/text.rs", "not read: no root is there"),
        ] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let crates = source::read(folder.path(), Path::new("kit")).unwrap();
        let names: Vec<&str> = crates.iter().map(|krate| krate.name.as_str()).collect();
        assert_eq!(names, ["kit", "kit/tests/verbs"]);
        let found: Vec<Rule> = check(&crates[1]).iter().map(|violation| violation.rule).collect();
        assert_eq!(found, [Rule::Climb, Rule::Ring]);
    }

    #[test]
    fn only_callers_read_the_environment() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("crates/gom-core/src");
        std::fs::create_dir_all(&source).unwrap();
        let lib =
            "mod a; #[cfg(test)] mod tests { fn f() { std::env::var(\"X\"); } } fn g() { env::args_os(); }";
        std::fs::write(source.join("lib.rs"), lib).unwrap();
        std::fs::write(source.join("a.rs"), "use std::env::vars_os; fn f() { env::var(\"X\"); }").unwrap();
        let mut krate = source::read(folder.path(), Path::new("crates/gom-core")).unwrap().remove(0);
        let found: Vec<String> =
            check(&krate).iter().flat_map(|violation| violation.places.clone()).collect();
        assert_eq!(
            found,
            ["crates/gom-core/src/a.rs:1", "crates/gom-core/src/a.rs:1", "crates/gom-core/src/lib.rs"]
        );
        krate.denies_disk = true;
        for (crate_name, count) in [("gom-select", 2), ("gom-tests", 0), ("xtask", 0)] {
            crate_name.clone_into(&mut krate.name);
            assert_eq!(check(&krate).len(), count, "{crate_name}");
        }
    }
}

//! Reads the modules of a crate, and what each imports, from its source with syn.
//!
//! A module is a file. An inline `mod` belongs to its file, and `#[cfg(test)]` items are left out. A path is
//! followed as far as it names modules: `crate::a::b::Item` is an import of `a::b`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use syn::spanned::Spanned;
use syn::visit::Visit;

/// The names from the crate's root to a module; empty for the root.
pub(super) type ModulePath = Vec<String>;

/// The line by which the root of a crate denies the disk.
pub(super) const DENY: &str = "#![cfg_attr(not(test), deny(clippy::disallowed_methods))]";

/// What the check needs to know about a crate.
pub(super) struct Crate {
    pub(super) name: String,
    /// The path of `lib.rs` or `main.rs` from the workspace's root.
    pub(super) root: String,
    pub(super) modules: BTreeSet<ModulePath>,
    pub(super) imports: Vec<Import>,
    /// The modules that read the process environment, each with `file:line`.
    pub(super) environment: Vec<(ModulePath, String)>,
    /// Whether the root has [`DENY`].
    pub(super) denies_disk: bool,
    /// The modules in the order of the list in the root's documentation, if it has one.
    pub(super) order: Option<Vec<String>>,
}

/// One mention of another module of the same crate.
pub(super) struct Import {
    pub(super) from: ModulePath,
    pub(super) to: ModulePath,
    /// `file:line`.
    pub(super) place: String,
}

struct SourceFile {
    module: ModulePath,
    shown: String,
    text: String,
    syntax: syn::File,
}

/// Reads every crate of a member of the workspace: its library or program, and each folder of `tests` and
/// `examples`, which is a program of its own.
pub(super) fn read(workspace: &Path, member: &Path) -> Result<Vec<Crate>> {
    let mut folders = vec![member.join("src")];
    for kind in ["tests", "examples"] {
        let Ok(entries) = std::fs::read_dir(workspace.join(member).join(kind)) else { continue };
        let mut inside: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
        inside.retain(|folder| folder.join("main.rs").is_file());
        inside.sort();
        folders.extend(
            inside.iter().filter_map(|folder| folder.file_name()).map(|name| member.join(kind).join(name)),
        );
    }
    folders.iter().map(|folder| read_crate(workspace, folder)).collect()
}

/// Reads the crate with its root in this folder.
fn read_crate(workspace: &Path, folder: &Path) -> Result<Crate> {
    let source = workspace.join(folder);
    let root = if source.join("lib.rs").is_file() { "lib.rs" } else { "main.rs" };
    let mut files = Vec::new();
    for path in rust_files(&source)? {
        let inside = path.strip_prefix(&source)?.to_path_buf();
        // A crate with both has two roots. Its program only uses the library.
        let is_other_root = inside == Path::new("main.rs") && root == "lib.rs";
        let Some(module) = module_of(&inside).filter(|_| !is_other_root) else { continue };
        let text = std::fs::read_to_string(&path)?;
        let syntax = syn::parse_file(&text).with_context(|| format!("can't parse `{}`", path.display()))?;
        let shown = folder.join(&inside).display().to_string();
        files.push(SourceFile { module, shown, text, syntax });
    }
    let tests = modules_of_tests(&files);
    files.retain(|file| !tests.iter().any(|test| file.module.starts_with(test)));
    let modules: BTreeSet<ModulePath> = files.iter().map(|file| file.module.clone()).collect();
    let (mut imports, mut environment) = (Vec::new(), Vec::new());
    for file in &files {
        let mut reader = Reader {
            file,
            modules: &modules,
            inline: Vec::new(),
            imports: &mut imports,
            environment: &mut environment,
        };
        reader.visit_file(&file.syntax);
    }
    imports.retain(|import| import.from != import.to && !is_child(&import.to, &import.from));
    let root_text = files.iter().find(|file| file.module.is_empty()).map_or("", |file| &file.text);
    Ok(Crate {
        name: name_of(folder),
        root: folder.join(root).display().to_string(),
        order: order(root_text),
        denies_disk: root_text.lines().any(|line| line == DENY),
        modules,
        imports,
        environment,
    })
}

/// A module's name in messages: `a::b`.
pub(super) fn name(module: &[String]) -> String {
    if module.is_empty() { "the crate's root".to_owned() } else { module.join("::") }
}

/// A crate's name: `gom-core` for `crates/gom-core/src`; for a folder of tests the whole path, such as
/// `tests/tests/verbs`.
fn name_of(folder: &Path) -> String {
    let named = if folder.ends_with("src") { folder.parent().and_then(Path::file_name) } else { None };
    named.map_or_else(|| folder.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// Whether `to` is below `from`, which may then use it.
fn is_child(to: &[String], from: &[String]) -> bool {
    to.len() > from.len() && to.starts_with(from)
}

fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("can't read `{}`", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Returns the module of a file: `a` for `a/mod.rs` and `a.rs`; `None` for a name that is not UTF-8.
fn module_of(inside: &Path) -> Option<ModulePath> {
    let mut names: Vec<String> = inside
        .with_extension("")
        .iter()
        .map(|part| part.to_str().map(str::to_owned))
        .collect::<Option<_>>()?;
    if matches!(names.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        names.pop();
    }
    Some(names)
}

/// Returns the modules that are declared under `#[cfg(test)]`.
fn modules_of_tests(files: &[SourceFile]) -> Vec<ModulePath> {
    let of_file = |file: &SourceFile| {
        let module = file.module.clone();
        let declared = file.syntax.items.iter().filter_map(|item| match item {
            syn::Item::Mod(item) if is_for_tests(&item.attrs) => Some(item.ident.to_string()),
            _ => None,
        });
        let below = |name: String| module.iter().cloned().chain([name]).collect::<ModulePath>();
        declared.map(below).collect::<Vec<_>>()
    };
    files.iter().flat_map(of_file).collect()
}

fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    let is_test = |attribute: &syn::Attribute| match &attribute.meta {
        syn::Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        _ => false,
    };
    attributes.iter().any(is_test)
}

/// Returns the names in backquotes of the list after the line `Order:` in a root's documentation. Only the
/// text before each line's colon counts.
fn order(text: &str) -> Option<Vec<String>> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("//!")).map(str::trim);
    let mut list =
        lines.skip_while(|line| !line.ends_with("Order:")).skip(1).skip_while(|line| line.is_empty());
    let mut names = Vec::new();
    for line in list.by_ref().take_while(|line| !line.is_empty()) {
        let Some(entry) = line.strip_prefix("- ") else { continue };
        let head = entry.split(": ").next().unwrap_or_default();
        names.extend(head.split('`').skip(1).step_by(2).map(str::to_owned));
    }
    (!names.is_empty()).then_some(names)
}

/// Whether a path names one of std's functions that read an environment variable.
fn is_read(names: &[String]) -> bool {
    let functions = ["var", "var_os", "vars", "vars_os"];
    matches!(names, [.., module, function] if module == "env" && functions.contains(&function.as_str()))
}

struct Reader<'a> {
    file: &'a SourceFile,
    modules: &'a BTreeSet<ModulePath>,
    /// The names of the inline modules around the visited item.
    inline: Vec<String>,
    imports: &'a mut Vec<Import>,
    environment: &'a mut Vec<(ModulePath, String)>,
}

impl Reader<'_> {
    /// Records the module that a path leads to, unless it leaves the crate.
    fn path(&mut self, names: &[String], line: usize) {
        if is_read(names) {
            self.environment.push((self.file.module.clone(), format!("{}:{line}", self.file.shown)));
        }
        let Some(whole) = self.absolute(names) else { return };
        let longest =
            (0..=whole.len()).rev().map(|length| &whole[..length]).find(|part| self.modules.contains(*part));
        if let Some(module) = longest {
            self.imports.push(Import {
                from: self.file.module.clone(),
                to: module.to_vec(),
                place: format!("{}:{line}", self.file.shown),
            });
        }
    }

    /// Returns the path from the crate's root. A path without `crate`, `self` or `super` belongs to this
    /// crate only if it starts with a module below this file.
    fn absolute(&self, names: &[String]) -> Option<ModulePath> {
        let mut here: ModulePath = self.file.module.iter().chain(&self.inline).cloned().collect();
        let mut rest = names;
        match names.first()?.as_str() {
            "crate" => {
                here.clear();
                rest = &names[1..];
            }
            "self" => rest = &names[1..],
            "super" => {
                while let Some((first, others)) = rest.split_first()
                    && first == "super"
                {
                    here.pop();
                    rest = others;
                }
            }
            first => {
                here.push(first.to_owned());
                if !self.modules.contains(&here) {
                    return None;
                }
                rest = &names[1..];
            }
        }
        // An inline module is part of its file.
        let inside = self.file.module.len();
        if here.len() > inside && here.starts_with(&self.file.module) && !self.modules.contains(&here) {
            return None;
        }
        Some(here.into_iter().chain(rest.iter().cloned()).collect())
    }

    fn tree(&mut self, tree: &syn::UseTree, before: &mut Vec<String>) {
        match tree {
            syn::UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.tree(&path.tree, before);
                before.pop();
            }
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.tree(tree, before);
                }
            }
            syn::UseTree::Name(name) => self.leaf(&name.ident, before),
            syn::UseTree::Rename(rename) => self.leaf(&rename.ident, before),
            syn::UseTree::Glob(glob) => self.path(&before.clone(), glob.span().start().line),
        }
    }

    fn leaf(&mut self, ident: &syn::Ident, before: &[String]) {
        let mut names = before.to_vec();
        if ident != "self" || names.is_empty() {
            names.push(ident.to_string());
        }
        self.path(&names, ident.span().start().line);
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if is_for_tests(&item.attrs) || item.content.is_none() {
            return;
        }
        self.inline.push(item.ident.to_string());
        syn::visit::visit_item_mod(self, item);
        self.inline.pop();
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_for_tests(&item.attrs) {
            syn::visit::visit_item_fn(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if !is_for_tests(&item.attrs) {
            syn::visit::visit_item_impl(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !is_for_tests(&item.attrs) {
            self.tree(&item.tree, &mut Vec::new());
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.path(&names, path.span().start().line);
        }
        syn::visit::visit_path(self, path);
    }
}

use super::*;

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let file = dir.path().join(name);
        fs_err::create_dir_all(file.parent().unwrap()).unwrap();
        fs_err::write(file, content).unwrap();
    }
    dir
}

fn open(dir: &Path) -> Result<GoTree, GoTreeError> {
    GoTree::open(dir, None, None)
}

/// The parts of a `bin/go` that are read.
fn elf(abi: u8, class: u8, order: u8, machine: [u8; 2]) -> Vec<u8> {
    let mut bytes = vec![0; 64];
    bytes[..8].copy_from_slice(&[0x7f, b'E', b'L', b'F', class, order, 1, abi]);
    bytes[18..20].copy_from_slice(&machine);
    bytes
}

fn pe(machine: u16) -> Vec<u8> {
    crate::machine::program::tests::pe(machine, true)
}

#[test]
fn version_and_platform_are_those_the_tree_names() {
    for (version, tool, name) in [
        ("go1.26.8\ntime 2026-08-28T16:20:06Z\n", "linux_amd64", "go1.26.8.linux-amd64"),
        ("go1.19.13", "darwin_arm64", "go1.19.13.darwin-arm64"),
        ("go1.22.6 X:boringcrypto\n", "linux_arm", "go1.22.6.linux-arm"),
        ("go1.24rc1\r\n", "windows_386", "go1.24rc1.windows-386"),
        ("go1.20\n", "aix_ppc64", "go1.20.aix-ppc64"),
    ] {
        let tool = format!("pkg/tool/{tool}/compile");
        let dir = folder(&[("VERSION", version.as_bytes()), (&tool, b"")]);
        assert_eq!(open(dir.path()).unwrap().id.to_string(), name);
    }
}

#[test]
fn a_version_that_is_no_release_is_asked_for() {
    for version in ["devel go1.27-0123456 Mon Nov 23", "go1.22", "", "weekly.2012-01-01", "go1.2.3/../x"] {
        let dir = folder(&[("VERSION", version.as_bytes()), ("pkg/tool/linux_amd64/vet", b"")]);
        let error = open(dir.path()).err().unwrap();
        assert!(matches!(&error, GoTreeError::NoVersion { found, .. } if *found == *version), "{error}");
        assert!(error.hint().contains("--version"), "{}", error.hint());
        let named = GoVersion::parse("1.22.6").unwrap();
        let tree = GoTree::open(dir.path(), Some(&named), None).unwrap();
        assert_eq!((tree.id.to_string().as_str(), tree.other_version), ("go1.22.6.linux-amd64", None));
    }
}

#[test]
fn another_version_than_the_named_one_is_told() {
    let dir = folder(&[("VERSION", b"go1.22.6"), ("pkg/tool/linux_amd64/vet", b"")]);
    let named = GoVersion::parse("1.22.5").unwrap();
    let tree = GoTree::open(dir.path(), Some(&named), None).unwrap();
    assert_eq!(tree.other_version, GoVersion::parse("1.22.6").ok());
}

#[test]
fn without_one_tool_folder_the_go_program_tells_the_platform() {
    let mach_o = |cpu: u8| [b"\xcf\xfa\xed\xfe".as_slice(), &[cpu, 0, 0, 1], &[0; 24]].concat();
    for (program, bytes, platform) in [
        ("bin/go", elf(0, 2, 1, [62, 0]), "linux-amd64"),
        ("bin/go", elf(0, 2, 1, [183, 0]), "linux-arm64"),
        ("bin/go", elf(0, 1, 2, [0, 8]), "linux-mips"),
        ("bin/go", elf(0, 2, 1, [8, 0]), "linux-mips64le"),
        ("bin/go", elf(0, 2, 2, [0, 22]), "linux-s390x"),
        ("bin/go", elf(9, 2, 1, [62, 0]), "freebsd-amd64"),
        ("bin/go", elf(12, 1, 1, [3, 0]), "openbsd-386"),
        ("bin/go", mach_o(7), "darwin-amd64"),
        ("bin/go", mach_o(12), "darwin-arm64"),
        ("bin/go.exe", pe(0x8664), "windows-amd64"),
        ("bin/go.exe", pe(0xaa64), "windows-arm64"),
    ] {
        let dir = folder(&[("VERSION", b"go1.22.6"), (program, &bytes)]);
        assert_eq!(open(dir.path()).unwrap().id.platform.to_string(), platform);
        fs_err::create_dir_all(dir.path().join("pkg/tool/js_wasm")).unwrap();
        assert_eq!(open(dir.path()).unwrap().id.platform.to_string(), platform);
    }
}

#[test]
fn a_platform_that_nothing_tells_is_asked_for() {
    let two = [("pkg/tool/linux_amd64/vet", b"".as_slice()), ("pkg/tool/linux_arm64/vet", b"")];
    for go in [b"".as_slice(), b"#!/bin/sh\n", b"\x7fELF", b"MZ", &pe(1), &elf(77, 2, 1, [62, 0])] {
        let dir = folder(&[("VERSION", b"go1.22.6"), ("bin/go", go), two[0], two[1]]);
        let error = open(dir.path()).err().unwrap();
        assert!(matches!(error, GoTreeError::NoPlatform { .. }), "{error}");
        let named = Platform::parse("linux-arm64").unwrap();
        let tree = GoTree::open(dir.path(), None, Some(&named));
        assert_eq!(tree.unwrap().id.platform, named);
    }
}

#[test]
fn homebrews_prefix_leads_to_its_libexec() {
    let dir = folder(&[("libexec/VERSION", b"go1.22.6"), ("libexec/pkg/tool/darwin_arm64/vet", b"")]);
    let tree = open(dir.path()).unwrap();
    assert_eq!(tree.root, fs_err::canonicalize(dir.path().join("libexec")).unwrap());
    assert_eq!(open(&dir.path().join("libexec")).unwrap().id, tree.id);
}

#[test]
fn a_folder_without_go_is_refused_with_its_name() {
    let dir = folder(&[("README", b"")]);
    for path in [dir.path().to_path_buf(), dir.path().join("missing")] {
        let error = open(&path).err().unwrap();
        assert!(matches!(error, GoTreeError::NotATree { .. }), "{error}");
        assert!(error.path().starts_with(fs_err::canonicalize(dir.path()).unwrap()) || error.path() == path);
    }
}

fn tree_at(root: &str) -> GoTree {
    let id = ToolchainId::parse("go1.22.6.linux-amd64").unwrap();
    GoTree { root: PathBuf::from(root), id, other_version: None }
}

fn names(tree: &GoTree, files: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let file = |(name, content): &(&str, &str)| FileSum {
        name: (*name).to_owned(),
        sha256: Sha256Digest::of(content.as_bytes()),
    };
    let found =
        TreeOnDisk { files: Manifest::new(files.iter().map(file).collect()), ..TreeOnDisk::default() };
    let mut notes = Vec::new();
    let found = tree.as_published(found, &mut notes);
    (found.files.files().iter().map(|file| file.name.clone()).collect(), notes)
}

#[test]
fn in_the_module_cache_both_names_of_one_go_mod_are_one_file() {
    let files = [
        ("src/_go.mod", "module std"),
        ("src/go.mod", "module std"),
        ("src/cmd/_go.mod", "module cmd"),
        ("x/_go.mod", "one"),
        ("x/go.mod", "other"),
        ("x/not_go.mod", ""),
    ];
    let cache = tree_at("/home/ada/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.22.6.linux-amd64");
    let (found, notes) = names(&cache, &files);
    assert_eq!(found, ["src/cmd/go.mod", "src/go.mod", "x/_go.mod", "x/go.mod", "x/not_go.mod"]);
    assert_eq!(notes, [""; 0]);
    // In any other folder nobody published a file of such a name.
    let (found, _) = names(&tree_at("/usr/local/go"), &files);
    assert_eq!(found.len(), files.len());
}

#[test]
fn what_golang_org_dl_leaves_is_not_compared() {
    let files = [
        (".unpacked-success", ""),
        ("VERSION", "go1.22.6"),
        ("go1.22.6.linux-amd64.tar.gz", "the archive"),
        ("go1.22.6.linux-amd64.tar.gz.sh", ""),
        ("go1.22.7.linux-amd64.tar.gz", ""),
        ("src/go1.22.6.linux-amd64.tar.gz", ""),
    ];
    let (found, notes) = names(&tree_at("/home/ada/sdk/go1.22.6"), &files);
    assert_eq!(found, ["VERSION", files[3].0, files[4].0, files[5].0]);
    assert_eq!(
        notes,
        ["left by golang.org/dl and not compared: .unpacked-success, go1.22.6.linux-amd64.tar.gz"]
    );
    // Without the marker, or if the marker is not empty, nothing is left out.
    assert_eq!(names(&tree_at("/home/ada/sdk/go1.22.6"), &files[1..]).0.len(), 5);
    assert_eq!(names(&tree_at("/x"), &[(".unpacked-success", "x"), files[2]]).0.len(), 2);
}

#[test]
fn only_the_go_mod_of_a_module_zip_gets_its_name_in_the_release_back() {
    let dir = folder(&[
        ("toolchain@v0.0.1-go1.26.8.linux-amd64/VERSION", b"go1.26.8\n"),
        ("toolchain@v0.0.1-go1.26.8.linux-amd64/pkg/tool/linux_amd64/vet", b""),
        ("toolchain@v0.0.1-go1.26.8.linux-amd64/src/_go.mod", b"module std"),
        ("toolchain@v0.0.1-go1.26.8.linux-amd64/src/go.mod", b"module edited"),
        ("toolchain@v0.0.1-go1.26.8.linux-amd64/src/cmd/_go.mod", b"module cmd"),
        ("toolchain@v0.0.1-go1.26.8.linux-amd64/src/a_go.mod", b""),
        ("toolchain@v0.0.1-go1.26.8.linux-amd64/src/ago.mod", b""),
    ]);
    let tree = open(&dir.path().join("toolchain@v0.0.1-go1.26.8.linux-amd64")).unwrap();
    let mut files: Vec<(String, String)> = tree
        .files_to_copy(&Cancel::default())
        .unwrap()
        .into_iter()
        .map(|file| (file.from, file.name))
        .filter(|(from, _)| from.starts_with("src/"))
        .collect();
    files.sort();
    let expected = [
        ("src/_go.mod", "src/go.mod"),
        ("src/a_go.mod", "src/a_go.mod"),
        ("src/ago.mod", "src/ago.mod"),
        ("src/cmd/_go.mod", "src/cmd/go.mod"),
    ];
    assert_eq!(files, expected.map(|(from, name)| (from.to_owned(), name.to_owned())));
}

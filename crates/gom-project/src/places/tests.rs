//! Every kind: what is found, and that an edit changes the version's bytes alone.

use proptest::prelude::*;

use super::*;
use crate::mention::{Role, Spelling};

/// A file of each kind, and what is found there: `LINE ROLE VERSION WHAT`.
const FILES: &[(&str, &str, &[&str])] = &[
    (".go-version", "# ours\ngo1.22.6 1.21.3 # x\n", &["2 pin 1.22.6 version file"]),
    ("a/.tool-versions", "nodejs 20\ngolang 1.22.6.linux-amd64\n", &["2 pin 1.22.6 version file"]),
    ("go.work", "go 1.22.6\n\nuse ./a\n", &["1 go-line 1.22.6 go line"]),
    (
        "a/go.mod",
        "module go.example/go\n\ngo 1.22 // go 1.21\n\ntoolchain go1.22.6-custom\n",
        &["3 go-line 1.22 go line", "5 toolchain-line 1.22.6 toolchain line"],
    ),
    (
        "mise.toml",
        "[env]\nGOTOOLCHAIN = \"go1.22.5\"\n[tools]\ngo = [\"1.22.6\", \"1.21\"]\n",
        &["2 pin 1.22.5 GOTOOLCHAIN", "4 pin 1.22.6 go"],
    ),
    (".prototools", "node = \"20\"\ngo = \"~1.22\"\n", &["2 pin ~1.22 go"]),
    (".vfox.toml", "[tools]\ngolang = { version = '1.22.6' }\n", &["2 pin 1.22.6 golang"]),
    ("x/Dockerfile.dev", "FROM golang:1.22.6-alpine\n", &["1 image 1.22.6 image golang"]),
    (
        "docker-compose.dev.yml",
        "services:\n  a:\n    image: golang:1.22-alpine # x\n    build:\n      args: {GO_VERSION: '1.22.6'}\n  b:\n    build:\n      args:\n        - GO_VERSION=1.22.5\n",
        &["3 image 1.22 image golang", "5 ci 1.22.6 GO_VERSION", "9 ci 1.22.5 GO_VERSION"],
    ),
    (
        ".devcontainer/devcontainer.json",
        "{\n// x\n\"image\": \"mcr.microsoft.com/devcontainers/go:1-1.22-bookworm\",\n\"features\": {\"ghcr.io/devcontainers/features/go:1\": {\"version\": \"1.22.6\"}},\n}\n",
        &["3 image 1.22 image devcontainers/go", "4 ci 1.22.6 feature go"],
    ),
    (
        ".github/workflows/ci.yml",
        concat!(
            "on: push\nenv:\n  GO_VERSION: \"1.22.6\"\njobs:\n  a:\n    container: golang:1.22\n",
            "    strategy:\n      matrix:\n        go: ['1.21', 1.20]\n        include:\n          - go: 1.23\n",
            "    steps:\n      - uses: actions/setup-go@v5\n        with:\n          go-version: 1.22.5\n",
            "      - uses: actions/setup-go@v5\n        with: {go-version: '${{ matrix.go }}'}\n",
            "      - uses: docker://golang:1.19\n      - uses: x/y@v1\n        with:\n          build-args: |\n",
            "            GO_VERSION=1.22.4\n            X=1\n",
            "      - uses: OWNER/gom@v1\n        with:\n          go-version: |\n            1.22.3\n            1.21\n",
        ),
        &[
            "3 ci 1.22.6 GO_VERSION",
            "6 image 1.22 image golang",
            "9 matrix 1.21 matrix",
            "9 matrix 1.20 matrix",
            "11 matrix 1.23 matrix",
            "15 ci 1.22.5 actions/setup-go",
            "18 image 1.19 image golang",
            "22 ci 1.22.4 GO_VERSION",
            "27 ci 1.22.3 OWNER/gom",
            "28 matrix 1.21 OWNER/gom",
        ],
    ),
    (
        ".gitlab-ci.yml",
        "variables:\n  GO_VERSION: 1.22\nimage: golang:${GO_VERSION}\na:\n  image:\n    name: golang:1.22.6\n  parallel:\n    matrix:\n      - GO_VERSION: ['1.21', '1.22']\nb:\n  image: golang\n",
        &[
            "2 ci 1.22 GO_VERSION",
            "6 image 1.22.6 image golang",
            "9 matrix 1.21 GO_VERSION",
            "9 matrix 1.22 GO_VERSION",
            "11 image latest image golang",
        ],
    ),
    (
        ".circleci/config.yml",
        "parameters:\n  go-version:\n    default: 1.22.6\njobs:\n  a:\n    docker:\n      - image: cimg/go:1.22.5-node\n    steps:\n      - go/install:\n          version: 1.22.4\n",
        &["3 ci 1.22.6 go-version", "7 image 1.22.5 image cimg/go", "10 ci 1.22.4 orb go"],
    ),
    (
        "azure-pipelines.yml",
        "variables:\n- name: goVersion\n  value: 1.22.6\nsteps:\n- task: GoTool@0\n  inputs:\n    version: '1.22.5'\n",
        &["3 ci 1.22.6 goVersion", "7 ci 1.22.5 GoTool"],
    ),
    (
        ".buildkite/pipeline.yml",
        "steps:\n  - plugins:\n      - docker#v5:\n          image: \"golang:1.22\"\n",
        &["4 image 1.22 image golang"],
    ),
    (".cirrus.yml", "container:\n  image: golang:1.22\n", &["2 image 1.22 image golang"]),
    (".travis.yml", "language: go\ngo:\n  - 1.22.x\n  - 1.20\n", &["3 matrix 1.22.x go", "4 matrix 1.20 go"]),
    (".drone.yml", "steps:\n- image: golang:1.22\n", &["2 image 1.22 image golang"]),
    (
        "Jenkinsfile",
        "// image 'golang:1.20'\nagent { docker { image 'golang:1.22' } }\nenvironment { GO_VERSION = '1.22.6' }\n",
        &["2 image 1.22 image golang", "3 ci 1.22.6 GO_VERSION"],
    ),
    (".golangci.yml", "run:\n  go: '1.22'\n", &["2 go-line 1.22 run.go"]),
    (
        ".goreleaser.yaml",
        "env:\n  - GOTOOLCHAIN=go1.22.6\nbuilds:\n  - gobinary: go1.22.5\n",
        &["2 ci 1.22.6 GOTOOLCHAIN", "4 tool 1.22.5 gobinary"],
    ),
    (
        ".github/workflows/names.yml",
        concat!(
            "env:\n  LATEST_GO: ~1.26.0\n  OTHER: 1.20.1\njobs:\n  a:\n    strategy:\n      matrix:\n",
            "        version: [1.25.x]\n        os: [x]\n    steps:\n      - uses: actions/setup-go@v5\n",
            "        with: {go-version: '${{ env.LATEST_GO }}'}\n      - uses: actions/setup-go@v5\n",
            "        with: {go-version: '${{ matrix.version }}'}\n      - uses: x/y@v1\n        with:\n",
            "          build-args: |\n            BUILD_IMAGE=golang:1.26.6-alpine\n",
        ),
        &["2 ci ~1.26.0 LATEST_GO", "8 ci 1.25.x matrix", "18 image 1.26.6 image golang"],
    ),
    (
        "sub/MODULE.bazel",
        "dev = use_extension(\"@rules_go//go:extensions.bzl\", \"go_sdk\", dev_dependency = True)\ndev.download(version = \"1.24.12\")\nother.download(version = \"1.24.1\")\n",
        &["2 tool 1.24.12 dev.download"],
    ),
    (
        "MODULE.bazel",
        "go_sdk = use_extension('x', 'go_sdk')\ngo_sdk.download(version = \"1.22.6\")\n# go_sdk.download(version = \"1.20.0\")\n",
        &["2 tool 1.22.6 go_sdk.download"],
    ),
    ("devbox.json", "{\"packages\": [\"git@latest\", \"go@1.22.6\"]}\n", &["1 tool 1.22.6 package go"]),
    (
        "flake.nix",
        "{ x = pkgs.go_1_22; # go_1_21\n  y = buildGo122Module;\n  go_1_26 = prev.go_1_26.overrideAttrs {}; }\n",
        &[
            "1 tool 1.22 go_1_22",
            "2 tool 1.22 buildGo122Module",
            "3 tool 1.26 go_1_26",
            "3 tool 1.26 go_1_26",
        ],
    ),
    (
        ".vscode/settings.json",
        "{\n\"go.toolsEnvVars\": {\"GOTOOLCHAIN\": \"go1.22.6\"},\n\"go.goroot\": \"/opt/go1.22.5\", // x\n}\n",
        &["2 editor 1.22.6 GOTOOLCHAIN", "3 editor 1.22.5 go.goroot"],
    ),
    (
        "renovate.json",
        "{\"constraints\": {\"go\": \"1.22\"}, \"packageRules\": [{\"matchPackageNames\": [\"golang\"], \"allowedVersions\": \"<1.23\"}]}\n",
        &["1 constraint 1.22 constraints.go", "1 constraint <1.23 allowedVersions"],
    ),
    (
        ".github/dependabot.yml",
        "updates:\n  - package-ecosystem: docker\n    ignore:\n      - dependency-name: golang\n        versions: ['>=1.23']\n",
        &["5 constraint >=1.23 ignore golang"],
    ),
];

fn mentions(path: &str, text: &str) -> Vec<Mention> {
    let kind = kind_of(path).unwrap_or_else(|| panic!("{path}"));
    (kind.read)(&ProjectFile { path, bytes: text.as_bytes() })
        .unwrap_or_else(|fault| panic!("{path}: {fault:?}"))
}

#[test]
fn every_kind_is_read() {
    for (path, text, expected) in FILES {
        let shown: Vec<String> = mentions(path, text)
            .into_iter()
            .map(|one| format!("{} {} {} {}", one.line, one.role.name(), one.written, one.what))
            .collect();
        assert_eq!(shown, *expected, "{path}");
    }
    for kind in KINDS {
        let has_file = FILES.iter().any(|(path, ..)| kind_of(path).is_some_and(|one| one.name == kind.name));
        assert!(has_file, "{}", kind.name);
    }
}

#[test]
fn a_value_that_is_a_variable_is_no_version() {
    for (path, text) in [
        (".github/workflows/a.yml", "env:\n  GO_VERSION: ${{ vars.GO }}\n"),
        (".gitlab-ci.yml", "image: golang:$V\nvariables: {GO_VERSION: $V}\n"),
        ("Dockerfile", "FROM golang:${V}\n"),
        ("go.mod", "module a\n\ntoolchain default\n"),
        ("mise.toml", "[tools]\ngo = 'path:/opt/go'\n"),
        (".golangci.yml", "run: {}\n"),
        ("docker-compose.yml", "services: {a: {image: 'golang:${V:-1.22}'}}\n"),
    ] {
        assert_eq!(mentions(path, text), [], "{path}");
    }
}

#[test]
fn a_file_that_is_not_of_its_kind_is_an_error() {
    for (path, text, line) in [
        (".go-version", "1.22\n../x\n", Some(2)),
        ("go.mod", "module a\ngo x\n", Some(2)),
        ("go.mod", "module a\n\ntoolchain 1.22\n", Some(3)),
        ("mise.toml", "[tools\n", Some(1)),
        (".github/workflows/a.yml", "a: 1\nb: [\n", Some(2)),
        ("devbox.json", "{\n]", Some(2)),
    ] {
        let kind = kind_of(path).unwrap();
        let fault = (kind.read)(&ProjectFile { path, bytes: text.as_bytes() }).unwrap_err();
        assert_eq!(fault.line, line, "{path}: {fault}");
    }
}

proptest! {
    /// Whatever the line ends, and whatever is replaced by which version: the bytes of the version change, no others, and
    /// the new version is what is read there.
    #[test]
    fn an_edit_changes_the_bytes_of_the_version_alone(
        file in 0..FILES.len(), has_crlf: bool, pick: prop::sample::Index, minor in 10..40_u32, patch in prop::option::of(0..20_u32),
    ) {
        let (path, text, _) = FILES[file];
        let text = if has_crlf { text.replace('\n', "\r\n") } else { text.to_owned() };
        let before = mentions(path, &text);
        let one = pick.get(&before);
        let is_line = matches!(one.spelling, Spelling::Underscores | Spelling::Digits);
        let version = match patch.filter(|_| !is_line) {
            Some(patch) => format!("1.{minor}.{patch}"),
            None => format!("1.{minor}"),
        };
        if let Some(new) = one.spelling.of(&version) {
            let after = format!("{}{new}{}", &text[..one.range.start], &text[one.range.end..]);
            let read = mentions(path, &after);
            prop_assert_eq!(read.len(), before.len());
            for (old, new) in before.iter().zip(&read) {
                prop_assert_eq!(old.line, new.line);
                prop_assert_eq!((old.role, &old.image), (new.role, &new.image));
                let expected = if old.range == one.range { &version } else { &old.written };
                prop_assert_eq!(&new.written, expected);
            }
        }
    }

    #[test]
    fn any_text_is_read_or_refused(
        kind in 0..KINDS.len(),
        text in "((FROM|ARG|RUN|go|golang|image|toolchain|uses|with|matrix|tools)|[ =:\n\r\\\\'\"`$\\{\\}\\[\\]<>#@/-]|1\\.2[0-9](\\.[0-9])?|é){0,40}",
    ) {
        let kind = &KINDS[kind];
        let path = kind.patterns[0].trim_start_matches('/').replace('*', "x");
        for mention in (kind.read)(&ProjectFile { path: &path, bytes: text.as_bytes() }).unwrap_or_default() {
            prop_assert!(text.get(mention.range.clone()).is_some());
            if mention.spelling == Spelling::Plain {
                prop_assert_eq!(&text[mention.range.clone()], &mention.written);
            }
            prop_assert!(mention.role != Role::Pin || !mention.written.is_empty());
        }
    }
}

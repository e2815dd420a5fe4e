//! Container images that hold a Go, and the version in their tags.
//!
//! Sources: the tags of docker-library's `golang` (`1.22.6-alpine3.20`, `1.22-windowsservercore-ltsc2022`), CircleCI's
//! `cimg/go` (`1.22.6-node`) and the images for development containers (`1-1.22-bookworm`).

use std::ops::Range;

use gom_select::version::GoVersion;

use crate::mention::{ImageAround, prefix_len};

/// A reference to an image with a Go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoImage {
    /// The name without registry and tag, for people: `golang`, `cimg/go`.
    pub name: String,
    /// The version in the tag, as bytes of the reference. `None` if the tag names none, such as `latest`.
    pub version: Option<Range<usize>>,
    /// The tag; empty if there is none.
    pub tag: String,
    /// The tag, as bytes of the reference.
    pub tag_range: Range<usize>,
    /// The digest, with its algorithm.
    pub digest: Option<String>,
    /// Whether the image sets GOTOOLCHAIN=local, as docker-library's do: then its Go can't switch to a newer one.
    pub is_local: bool,
    /// Whether it is Docker's official image, and not a copy of it elsewhere.
    pub is_official: bool,
}

impl GoImage {
    /// The parts of the reference around the version, if it has one.
    pub fn around(&self, reference: &str) -> Option<ImageAround> {
        let version = self.version.as_ref()?;
        Some(ImageAround {
            before: reference.get(..version.start)?.to_owned(),
            after: reference.get(version.end..self.tag_range.end)?.to_owned(),
            has_digest: self.digest.is_some(),
            is_official: self.is_official,
            builds_modules: true,
        })
    }
}

/// Images whose last part alone does not say that they are Go's, as the end of their path.
const OTHERS: [&str; 9] = [
    "prometheus/golang-builder",
    "gythialy/golang-cross",
    "goreleaser/goreleaser-cross",
    "cimg/go",
    "devcontainers/go",
    "vscode/devcontainers/go",
    "chainguard/go",
    "oss/go/microsoft/golang",
    "ubi9/go-toolset",
];

/// The names of Docker's official image.
const OFFICIAL: [&str; 4] = ["golang", "library/golang", "docker.io/golang", "docker.io/library/golang"];

/// Reads a reference: `docker.io/library/golang:1.22.6-alpine@sha256:...`. `None` if it is not an image of Go.
pub fn parse(reference: &str) -> Option<GoImage> {
    if reference.contains(char::is_whitespace) || reference.contains(['$', '{', '(', '<']) {
        return None;
    }
    let (name_and_tag, digest) = match reference.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest.to_owned())),
        None => (reference, None),
    };
    // A colon before a slash is that of a port.
    let last_slash = name_and_tag.rfind('/').map_or(0, |at| at + 1);
    let (name_end, tag_at) = match name_and_tag[last_slash..].find(':') {
        Some(at) => (last_slash + at, last_slash + at + 1),
        None => (name_and_tag.len(), name_and_tag.len()),
    };
    let (path, tag) = (&name_and_tag[..name_end], &name_and_tag[tag_at..]);
    let last = &path[last_slash..];
    let known = OTHERS.iter().find(|other| {
        path.strip_suffix(**other).is_some_and(|before| before.is_empty() || before.ends_with('/'))
    });
    let name = match known {
        Some(known) => (*known).to_owned(),
        None if last == "golang" => last.to_owned(),
        None => return None,
    };
    let any = || (last == "golang" && tag.split('-').next() == Some("1")).then_some(0..1);
    let version = version_in(tag).or_else(any).map(|range| tag_at + range.start..tag_at + range.end);
    Some(GoImage {
        is_local: last == "golang",
        is_official: OFFICIAL.contains(&path),
        name,
        version,
        tag: tag.to_owned(),
        tag_range: tag_at..tag_at + tag.len(),
        digest,
    })
}

/// Finds the version in a tag: at its start, or after a number of the image itself (`1-1.22-bookworm`, `dev-1.22`).
fn version_in(tag: &str) -> Option<Range<usize>> {
    let mut start = 0;
    for part in tag.split('-') {
        let end = start + part.len();
        let prefix = prefix_len(part);
        if part[prefix..].contains('.') && GoVersion::parse(&part[prefix..]).is_ok() {
            return Some(start + prefix..end);
        }
        if part != "dev" && (part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit())) {
            return None;
        }
        start = end + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(reference: &str) -> Option<&str> {
        parse(reference)?.version.map(|range| &reference[range])
    }

    #[test]
    fn the_version_of_a_tag_is_found() {
        for (reference, expected) in [
            ("golang:1.22.6", "1.22.6"),
            ("golang:1.22-alpine3.20", "1.22"),
            ("docker.io/library/golang:1.22.6-bookworm@sha256:00ff", "1.22.6"),
            ("localhost:5000/mirror/golang:1.24rc1", "1.24rc1"),
            ("golang:1.22-windowsservercore-ltsc2022", "1.22"),
            ("golang:1", "1"),
            ("golang:1-trixie", "1"),
            ("ghcr.io/gythialy/golang-cross:v1.26.4-0@sha256:63", "1.26.4"),
            ("cimg/go:1.22.6-node", "1.22.6"),
            ("mcr.microsoft.com/devcontainers/go:1-1.22-bookworm", "1.22"),
            ("mcr.microsoft.com/vscode/devcontainers/go:0-1.19", "1.19"),
            ("mcr.microsoft.com/devcontainers/go:dev-1.26-bookworm", "1.26"),
            ("quay.io/prometheus/golang-builder:1.26-base", "1.26"),
            ("mcr.microsoft.com/oss/go/microsoft/golang:1.22.6-1-azurelinux3.0", "1.22.6"),
        ] {
            assert_eq!(version(reference), Some(expected), "{reference}");
        }
    }

    #[test]
    fn an_image_without_a_version_is_one_of_go_all_the_same() {
        for reference in ["golang", "golang:latest", "golang:alpine", "golang:alpine3.20", "golang@sha256:00"]
        {
            assert_eq!(parse(reference).map(|image| image.version), Some(None), "{reference}");
        }
    }

    #[test]
    fn other_images_are_not() {
        for reference in [
            "alpine:1.22",
            "golangci/golangci-lint:1.22",
            "golang:${GO_VERSION}",
            "x/go:1.22",
            "my golang:1.22",
            "golang-builder:1.22",
            "mycimg/go:1.22",
        ] {
            assert_eq!(parse(reference), None, "{reference}");
        }
    }

    #[test]
    fn only_the_official_image_stays_with_its_own_go() {
        assert!(parse("golang:1.22").unwrap().is_local);
        assert!(parse("quay.io/x/golang:1.22").unwrap().is_local);
        assert!(!parse("cimg/go:1.22").unwrap().is_local);
        assert_eq!(parse("golang:1@sha256:ab").unwrap().digest.as_deref(), Some("sha256:ab"));
        assert!(parse("docker.io/library/golang:1.22").unwrap().is_official);
        assert!(!parse("quay.io/x/golang:1.22").unwrap().is_official);
    }
}

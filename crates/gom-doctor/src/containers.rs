//! The official Docker `golang` image for a Go version. Never: asks a registry whether it exists.
//!
//! Source of the tags: docker-library/official-images, `library/golang`. Each release and prerelease (`1.24rc1`) has
//! a tag with its full version. The tag `1.N` moves to the newest patch of its line. Up to Go 1.20, `1.N` is also the
//! name of the first release, so no fixed tag names that one.

use gom_select::version::GoVersion;

/// An image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// `golang:1.26.6`.
    pub tag: String,
    /// The tag moves to newer patches.
    pub moves: bool,
}

/// The image with this Go.
pub fn image_of(version: &GoVersion) -> Image {
    let version = version.canonical();
    Image { tag: format!("golang:{version}"), moves: version == version.language() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_release_of_an_old_line_has_only_a_moving_tag() {
        for (version, tag, moves) in [
            ("1.26.6", "golang:1.26.6", false),
            ("1.21.0", "golang:1.21.0", false),
            ("1.24rc1", "golang:1.24rc1", false),
            ("1.20", "golang:1.20", true),
            ("1.20.0", "golang:1.20", true),
        ] {
            let image = image_of(&GoVersion::parse(version).unwrap());
            assert_eq!(image, Image { tag: tag.to_owned(), moves });
        }
    }
}

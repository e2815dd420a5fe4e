//! The image of Docker's official `golang` images that has a given Go. Never: asks a registry whether it is there.
//!
//! Source of the tags: docker-library/official-images, `library/golang`: each release has a tag with its full
//! version, a prerelease too (`1.24rc1`). The tag `1.N` follows the newest patch of its line; up to Go 1.20 it was
//! first the name of the first release, and no tag names that one for good.

use gom_select::version::GoVersion;

/// An image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// `golang:1.26.6`.
    pub tag: String,
    /// The tag leads to newer patches as they come.
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
    fn the_first_release_of_an_old_line_has_no_tag_that_stays() {
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

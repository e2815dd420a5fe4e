//! Jenkinsfiles: images of Go, and the literal version of a Go tool.

use super::file::ProjectFile;
use super::quoted::{Comments, Literal, literals};
use super::scalar;
use crate::document::{ParseFault, Scalar, Style, utf8};
use crate::mention::{Mention, Role};

pub(super) fn read(file: &ProjectFile<'_>) -> Result<Vec<Mention>, ParseFault> {
    let found = literals(utf8(file.bytes)?, Comments::Slashes).into_iter().filter_map(|literal| {
        let Literal { range, text, call, word } = literal;
        let value =
            Scalar { text: text.to_owned(), range, is_verbatim: !text.contains('\\'), style: Style::Quoted };
        let must_be_image = word == "image" || call.ends_with("image");
        scalar::image(file.bytes, &value, Role::Image, must_be_image).or_else(|| {
            (word == "GO_VERSION" || word == "GOVERSION")
                .then(|| scalar::version(file.bytes, &value, Role::Ci, &word))?
        })
    });
    Ok(found.collect())
}

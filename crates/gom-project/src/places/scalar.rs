//! Mentions in the scalars of a document.

use crate::document::{Scalar, Style};
use crate::image;
use crate::mention::{Mention, Role, Spelling, line_of, prefix_len};
use crate::written::Written;

/// The version that a scalar is. `None` if it is none, such as a variable.
pub(super) fn version(bytes: &[u8], scalar: &Scalar, role: Role, what: &str) -> Option<Mention> {
    let prefix = prefix_len(&scalar.text);
    let written = &scalar.text[prefix..];
    Written::parse(written)?;
    let spelling = match (scalar.is_verbatim, scalar.style) {
        (false, _) => Spelling::Fixed,
        (true, Style::Plain) if prefix == 0 => Spelling::Unquoted,
        (true, _) => Spelling::Plain,
    };
    Some(Mention {
        range: scalar.range.start + prefix.min(scalar.range.len())..scalar.range.end,
        written: written.to_owned(),
        line: line_of(bytes, scalar.range.start),
        role,
        what: what.to_owned(),
        spelling,
        image: None,
    })
}

/// The image with a Go that a scalar is. A bare `golang` counts only where a value must be an image.
pub(super) fn image(bytes: &[u8], scalar: &Scalar, role: Role, must_be_one: bool) -> Option<Mention> {
    let image = image::parse(&scalar.text)?;
    if image.tag.is_empty() && image.digest.is_none() && !must_be_one {
        return None;
    }
    let offset = scalar.range.start;
    let at = |range: &std::ops::Range<usize>| offset + range.start..offset + range.end;
    let range = image.version.as_ref().map_or(scalar.range.clone(), at);
    let written = image.version.clone().map_or(image.tag.clone(), |range| scalar.text[range].to_owned());
    let is_editable = scalar.is_verbatim && image.version.is_some();
    Some(Mention {
        line: line_of(bytes, scalar.range.start),
        range: if scalar.is_verbatim { range } else { scalar.range.clone() },
        written: if written.is_empty() { "latest".to_owned() } else { written },
        role,
        what: what_of(&image),
        spelling: if is_editable { Spelling::Plain } else { Spelling::Fixed },
        image: image.around(&scalar.text),
    })
}

/// The words for an image in a table. The classic of an image that can't switch depends on them.
pub(super) fn what_of(image: &image::GoImage) -> String {
    format!("image {}", image.name)
}

//! Texts of the program as Markdown.

/// Escapes what Markdown or HTML would read as markup, for a text outside of code.
pub(super) fn prose(text: &str) -> String {
    let mut escaped = String::new();
    for (index, part) in text.split('`').enumerate() {
        if index > 0 {
            escaped.push('`');
        }
        let is_code = index % 2 == 1;
        escaped.push_str(&if is_code {
            part.to_owned()
        } else {
            part.replace('<', "\\<").replace('*', "\\*")
        });
    }
    escaped
}

/// The same for a cell of a table, which also ends at a `|`.
pub(super) fn cell(text: &str) -> String {
    prose(text).replace('|', "\\|")
}

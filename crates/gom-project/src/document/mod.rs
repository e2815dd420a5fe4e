//! YAML, JSON and TOML as one tree in which every value has its bytes.
//!
//! Owns: the tree, and the readers that make it. Never: writes. Invariant: if a scalar is verbatim, the bytes of its range
//! are its text, so that an edit of these bytes is an edit of the value.

mod json;
mod node;
mod toml;
mod yaml;

pub use node::{Node, ParseFault, Scalar, Style};

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// YAML 1.2; several documents are read one after the other.
    Yaml,
    /// JSON with comments and trailing commas.
    Json,
    /// TOML.
    Toml,
}

impl Format {
    /// The format that the end of a file's name tells; YAML if it tells none.
    pub fn of_name(name: &str) -> Format {
        match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("json" | "json5" | "jsonc") => Format::Json,
            Some("toml") => Format::Toml,
            _ => Format::Yaml,
        }
    }
}

/// Reads a file: its documents, of which only YAML may have several.
pub fn parse(format: Format, bytes: &[u8]) -> Result<Vec<Node>, ParseFault> {
    let text = utf8(bytes)?;
    match format {
        Format::Yaml => yaml::parse(text),
        Format::Json => json::parse(text),
        Format::Toml => toml::parse(text),
    }
}

/// Returns bytes as text.
pub fn utf8(bytes: &[u8]) -> Result<&str, ParseFault> {
    str::from_utf8(bytes).map_err(|error| {
        let line = crate::mention::line_of(bytes, error.valid_up_to());
        ParseFault::at(line, "it is not text (invalid UTF-8)")
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every scalar value with its path, its bytes and its style.
    fn scalars(format: Format, text: &str) -> Vec<(String, String, Style)> {
        let mut found = Vec::new();
        for node in &parse(format, text.as_bytes()).unwrap() {
            node.visit(&mut |path, node| {
                if let Node::Scalar(scalar) = node {
                    if scalar.is_verbatim {
                        assert_eq!(&text[scalar.range.clone()], scalar.text, "{text:?}");
                    }
                    let shown = if scalar.is_verbatim { scalar.text.clone() } else { "*".to_owned() };
                    found.push((path.join("."), shown, scalar.style));
                }
            });
        }
        found
    }

    fn one(path: &str, text: &str, style: Style) -> (String, String, Style) {
        (path.to_owned(), text.to_owned(), style)
    }

    #[test]
    fn yaml_values_have_their_bytes() {
        let text = "# é\r\na: 1.20 # why\r\nb: 'x'\r\nc:\r\n  - \"y\\tz\"\r\n  - {d: go1.22, \"e\": [1, 2]}\r\nf: &x w\r\ng: *x\r\n";
        assert_eq!(
            scalars(Format::Yaml, text),
            [
                one("a", "1.20", Style::Plain),
                one("b", "x", Style::Quoted),
                one("c.[]", "*", Style::Quoted),
                one("c.[].d", "go1.22", Style::Plain),
                one("c.[].e.[]", "1", Style::Plain),
                one("c.[].e.[]", "2", Style::Plain),
                one("f", "w", Style::Plain),
            ]
        );
        let several = "a: 1\n---\nb: |\n  X=1.22\n  Y=2\n...\n";
        assert_eq!(
            scalars(Format::Yaml, several),
            [one("a", "1", Style::Plain), one("b", "*", Style::Block)]
        );
        // go-yaml, by which these services read, takes a bracket that stands as far left as its key.
        assert_eq!(scalars(Format::Yaml, "a:\n  b: [\n    x\n  ]\n"), [one("a.b.[]", "x", Style::Plain)]);
        assert_eq!(scalars(Format::Yaml, ""), []);
        assert_eq!(scalars(Format::Yaml, "\u{feff}a: 1.22\n"), [one("a", "1.22", Style::Plain)]);
        assert_eq!(scalars(Format::Yaml, "a: !reference [x, y]\nb: !!str 1.22\n").len(), 3);
    }

    #[test]
    fn json_values_have_their_bytes() {
        let text = "// é\n{\"a\": \"1.22\", /* x */ \"b\": [1.20, true,], \"c\": \"\\u0031\",}\n";
        assert_eq!(
            scalars(Format::Json, text),
            [
                one("a", "1.22", Style::Quoted),
                one("b.[]", "1.20", Style::Plain),
                one("b.[]", "true", Style::Plain),
                one("c", "*", Style::Quoted),
            ]
        );
        assert_eq!(scalars(Format::Json, " \n"), []);
    }

    #[test]
    fn toml_values_have_their_bytes() {
        let text = "# é\n[tools]\ngo = \"1.22\"\n'x' = ['''1.21''', \"\\u0031\"]\ny = { version = '1.20' }\nz = 1.20\n";
        assert_eq!(
            scalars(Format::Toml, text),
            [
                one("tools.go", "1.22", Style::Quoted),
                one("tools.x.[]", "1.21", Style::Quoted),
                one("tools.x.[]", "*", Style::Quoted),
                one("tools.y.version", "1.20", Style::Quoted),
                one("tools.z", "1.20", Style::Plain),
            ]
        );
    }

    #[test]
    fn what_is_not_of_the_format_is_an_error_with_its_line() {
        for (format, text, line) in [
            (Format::Yaml, "a: 1\nb: [\n", 2),
            (Format::Yaml, "a: 1\nb: }\n", 2),
            (Format::Json, "{\n\"a\": \n}", 3),
            (Format::Toml, "a = 1\nb = \n", 2),
        ] {
            let fault = parse(format, text.as_bytes()).unwrap_err();
            assert_eq!(fault.line, Some(line), "{format:?} {fault}");
            assert!(!fault.reason.contains('\n'), "{fault}");
        }
        assert_eq!(parse(Format::Yaml, b"a: 1\nb: \xff\n").unwrap_err().line, Some(2));
        let deep = "[".repeat(100_000);
        for format in [Format::Yaml, Format::Json] {
            assert!(parse(format, deep.as_bytes()).is_err());
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_an_error_or_ranges_that_hold(
            text in "([a-c\\-?]: |- |  |\n|\"|'|[|&*!]|\\[|\\]|\\{|\\}|,|#| |1\\.2[0-2]|é|\r\n|=|\\\\){0,30}",
        ) {
            for format in [Format::Yaml, Format::Json, Format::Toml] {
                for node in parse(format, text.as_bytes()).unwrap_or_default() {
                    node.visit(&mut |_, node| {
                        if let Node::Scalar(scalar) = node && scalar.is_verbatim {
                            assert_eq!(text.get(scalar.range.clone()), Some(scalar.text.as_str()));
                        }
                    });
                }
            }
        }
    }
}

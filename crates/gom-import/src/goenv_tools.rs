//! The packages that goenv 3 installs with each Go: `default-tools.yaml` in its root.
//!
//! Nothing in it counts if the file does not enable it, or is not valid.

use gom_project::document::{self, Format, Node};
use gom_project::mention::line_of;

/// The words that mean yes to goenv's reader of YAML.
const YES: [&str; 4] = ["true", "yes", "on", "y"];

/// Reads the packages with their versions, such as `golang.org/x/tools/gopls@latest`, each with the 1-based number of its
/// line.
pub(crate) fn packages(text: &str) -> Vec<(usize, String)> {
    let documents = document::parse(Format::Yaml, text.as_bytes()).unwrap_or_default();
    let Some(root) = documents.first() else { return Vec::new() };
    let is_enabled =
        root.text_of("enabled").is_some_and(|word| YES.contains(&word.to_ascii_lowercase().as_str()));
    let Some(Node::List(tools)) = root.get("tools").filter(|_| is_enabled) else { return Vec::new() };
    let named = tools.iter().filter_map(|tool| {
        let package = tool.get("package")?.as_scalar().filter(|package| !package.text.is_empty())?;
        // What goenv installs without a version.
        let version = tool.text_of("version").map(|version| version.trim_start_matches('@'));
        let version = version.filter(|version| !version.is_empty()).unwrap_or("latest");
        let line = line_of(text.as_bytes(), package.range.start);
        Some((line, format!("{}@{version}", package.text)))
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(usize, String)> {
        packages(text)
    }

    #[test]
    fn it_is_read_as_goenv_writes_it() {
        let text = "enabled: true\ntools:\n    - name: gopls\n      package: golang.org/x/tools/gopls\n      \
                    version: '@v0.14.0'\n      binary: gopls\n    - name: delve\n      package: \
                    github.com/go-delve/delve/cmd/dlv\n";
        let expected = [
            (4, "golang.org/x/tools/gopls@v0.14.0".to_owned()),
            (8, "github.com/go-delve/delve/cmd/dlv@latest".to_owned()),
        ];
        assert_eq!(read(text), expected);
        assert_eq!(read(&text.replace("    - ", "- ").replace("      ", "  ")), expected);
        assert_eq!(read(&text.replace("true", "false")), []);
        assert_eq!(read(text.trim_start_matches("enabled: true\n")), []);
    }

    #[test]
    fn it_is_read_as_people_write_it() {
        let text = "# mine\n\ntools:\n- package: \"example.com/a\" # one\n  version: \"@latest\"\n- name: b\nother:\n  \
                    - package: example.com/c\nenabled: yes\n";
        assert_eq!(read(text), [(4, "example.com/a@latest".to_owned())]);
    }

    #[test]
    fn every_style_of_yaml_is_read() {
        let text = "enabled: true\ntools: [{package: 'example.com/a'}, {name: b,\n  package: example.com/b,\n  \
                    version: v1.2.3}]\n";
        let expected = [(2, "example.com/a@latest".to_owned()), (3, "example.com/b@v1.2.3".to_owned())];
        assert_eq!(read(text), expected);
        // A text over several lines is not a list.
        assert_eq!(read("enabled: true\nnote: |\n  tools:\n  - package: example.com/a\n"), []);
    }

    #[test]
    fn no_content_is_an_error() {
        for text in ["", "tools", "tools:", "- ", "- :", "enabled: true\ntools: [", "\u{0}: -\n  :"] {
            assert_eq!(read(text), [], "{text}");
        }
    }
}

//! The packages that goenv 3 installs with each Go: `default-tools.yaml` in its root.
//!
//! It is YAML, and read as goenv and its documentation write it: one line for each field. What is written in another style
//! is left out, and so is everything if the file does not enable it.

/// The words that mean yes to goenv's reader of YAML.
const YES: [&str; 4] = ["true", "yes", "on", "y"];

/// Reads the packages with their versions, such as `golang.org/x/tools/gopls@latest`, each with the 1-based number of its
/// line.
pub(crate) fn packages(text: &str) -> Vec<(usize, String)> {
    let (mut is_enabled, mut is_in_tools) = (false, false);
    let mut tools: Vec<Tool> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let said = without_comment(line).trim_end();
        let field = said.trim_start();
        if field.is_empty() {
            continue;
        }
        let (item, field) = match field.strip_prefix("- ") {
            Some(field) => (true, field.trim_start()),
            None => (false, field),
        };
        let Some((name, value)) = field.split_once(':') else { continue };
        let value = value.trim().trim_matches(['\'', '"']);
        // The list may be indented or not.
        if !item && said.starts_with(field) {
            is_in_tools = name == "tools";
            if name == "enabled" {
                is_enabled = YES.contains(&value.to_ascii_lowercase().as_str());
            }
        }
        if !is_in_tools {
            continue;
        }
        if item {
            tools.push(Tool::default());
        }
        match (name, tools.last_mut()) {
            ("package", Some(tool)) => (tool.line, tool.package) = (index + 1, value),
            ("version", Some(tool)) => tool.version = value.trim_start_matches('@'),
            _ => {}
        }
    }
    if !is_enabled {
        return Vec::new();
    }
    let named = tools.into_iter().filter(|tool| !tool.package.is_empty());
    named.map(|tool| (tool.line, tool.query())).collect()
}

#[derive(Default)]
struct Tool<'a> {
    line: usize,
    package: &'a str,
    version: &'a str,
}

impl Tool<'_> {
    fn query(&self) -> String {
        // What goenv installs without a version.
        let version = if self.version.is_empty() { "latest" } else { self.version };
        format!("{}@{version}", self.package)
    }
}

/// A comment begins the line or follows a space.
fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with('#') {
        return "";
    }
    line.split(" #").next().unwrap_or_default()
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
    fn no_content_is_an_error() {
        for text in
            ["", "tools", "tools:", "- ", "- :", "enabled: true\ntools: [{package: x}]", "\u{0}: -\n  :"]
        {
            let _ = read(text);
        }
    }
}

//! gom's JSON Schemas, `docs/schemas/VERB.json`, and the check of a value against one of them.
//!
//! Owns: the part of JSON Schema 2020-12 that those files use. Invariant: a keyword that is not known here fails the check, so
//! nothing that a schema says is ignored.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::{Map, Value};

/// Other names of verbs.
const ALIASES: [(&str, &str); 7] = [
    ("rm", "uninstall"),
    ("remove", "uninstall"),
    ("default", "use"),
    ("global", "use"),
    ("ls", "list"),
    ("versions", "list"),
    ("ls-remote", "list-remote"),
];

/// The schema of a failure.
const ERROR: &str = "error";

/// All schemas, by the names of their files without `.json`.
pub struct Schemas {
    files: BTreeMap<String, Value>,
}

/// A node of a schema, and the file that its references start from.
#[derive(Clone, Copy)]
struct Node<'a> {
    file: &'a str,
    schema: &'a Value,
}

impl Schemas {
    /// Those in `docs/schemas`.
    pub fn documented() -> &'static Schemas {
        static ALL: OnceLock<Schemas> = OnceLock::new();
        ALL.get_or_init(|| {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/schemas");
            let entries = fs::read_dir(&folder).expect("the folder of the schemas");
            let files = entries.map(|entry| {
                let path = entry.expect("an entry of a folder").path();
                let text = fs::read_to_string(&path).expect("a schema");
                let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
                let schema = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
                (name, schema)
            });
            Schemas { files: files.collect() }
        })
    }

    /// The schemas by their names.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.files.iter().map(|(name, schema)| (name.as_str(), schema))
    }

    /// Checks a value against a schema; the error names the place in the value.
    pub fn check(&self, name: &str, value: &Value) -> Result<(), String> {
        let schema = self.files.get(name).ok_or_else(|| format!("docs/schemas has no {name}.json"))?;
        self.node(Node { file: name, schema }, value, "")
    }

    /// Returns the schema of what these arguments of gom print; `None` if they name no verb that has one.
    pub fn of_arguments(&self, arguments: &[OsString]) -> Option<&str> {
        let words: Vec<&str> = arguments
            .iter()
            .take_while(|argument| *argument != "--")
            .filter_map(|argument| argument.to_str())
            .filter(|word| !word.starts_with('-'))
            .map(|word| ALIASES.iter().find(|(alias, _)| *alias == word).map_or(word, |(_, verb)| verb))
            .collect();
        let begins =
            |word: &str| self.files.keys().any(|name| name.split('-').next() == word.split('-').next());
        let start = words.iter().position(|word| begins(word) && *word != ERROR)?;
        let words = &words[start..];
        let names = (1..=words.len().min(3)).rev().map(|count| words[..count].join("-"));
        names.into_iter().find_map(|name| self.files.get_key_value(&name)).map(|(name, _)| name.as_str())
    }

    /// Panics if gom was asked for JSON and printed an object that is not as its schema says.
    #[track_caller]
    pub(crate) fn check_run(&self, program: &OsStr, arguments: &[OsString], stdout: &str) {
        let is_gom = Path::new(program).file_name() == Some(OsStr::new("gom"));
        let is_json = arguments.iter().take_while(|argument| *argument != "--").any(|it| it == "--json");
        // What `gom audit --sarif` prints has a form of its own.
        if !is_gom || !is_json || arguments.iter().any(|argument| argument == "--sarif") {
            return;
        }
        let Ok(value @ Value::Object(_)) = serde_json::from_str::<Value>(stdout) else { return };
        let name = match self.of_arguments(arguments) {
            Some(name) => name,
            None if value.get("error").is_some() => ERROR,
            None => return,
        };
        if let Err(error) = self.check(name, &value) {
            panic!(
                "gom {arguments:?} printed what docs/schemas/{name}.json does not allow: {error}\n{value:#}"
            );
        }
    }

    fn node(&self, node: Node<'_>, value: &Value, place: &str) -> Result<(), String> {
        let Value::Object(keywords) = node.schema else { return Err(format!("{}: not a schema", node.file)) };
        for (keyword, argument) in keywords {
            self.keyword(node, keywords, (keyword, argument), value, place)?;
        }
        Ok(())
    }

    fn keyword(
        &self,
        node: Node<'_>,
        keywords: &Map<String, Value>,
        (keyword, argument): (&str, &Value),
        value: &Value,
        place: &str,
    ) -> Result<(), String> {
        let is_so = match keyword {
            "$schema" | "$defs" | "title" | "description" => true,
            "$ref" => return self.node(self.resolve(node.file, argument)?, value, place),
            "anyOf" => return self.any_of(node, argument, value, place),
            "type" => match argument {
                Value::Array(names) => names.iter().any(|name| has_type(name, value)),
                name => has_type(name, value),
            },
            "const" => argument == value,
            "enum" => argument.as_array().is_some_and(|values| values.contains(value)),
            "minimum" => {
                value.as_f64().is_none_or(|number| argument.as_f64().is_some_and(|least| number >= least))
            }
            "minLength" => {
                length(value).is_none_or(|length| argument.as_u64().is_some_and(|least| length >= least))
            }
            "maxLength" => {
                length(value).is_none_or(|length| argument.as_u64().is_some_and(|most| length <= most))
            }
            "required" => {
                let names = argument.as_array().into_iter().flatten().filter_map(Value::as_str);
                let missing = names.into_iter().find(|name| value.is_object() && value.get(name).is_none());
                return missing.map_or(Ok(()), |name| Err(format!("{place}: `{name}` is missing")));
            }
            "items" => {
                let items = value.as_array().into_iter().flatten().enumerate();
                for (number, item) in items {
                    self.node(Node { schema: argument, ..node }, item, &format!("{place}/{number}"))?;
                }
                true
            }
            "properties" => {
                let fields = value.as_object().into_iter().flatten();
                for (name, field) in fields {
                    if let Some(schema) = argument.get(name) {
                        self.node(Node { schema, ..node }, field, &format!("{place}/{name}"))?;
                    }
                }
                true
            }
            "additionalProperties" => {
                let known = keywords.get("properties").and_then(Value::as_object);
                let fields = value.as_object().into_iter().flatten();
                for (name, field) in
                    fields.filter(|(name, _)| known.is_none_or(|known| !known.contains_key(*name)))
                {
                    if *argument == Value::Bool(false) {
                        return Err(format!("{place}: `{name}` is not in the schema"));
                    }
                    self.node(Node { schema: argument, ..node }, field, &format!("{place}/{name}"))?;
                }
                true
            }
            _ => return Err(format!("{}: the keyword `{keyword}` is not known to the test kit", node.file)),
        };
        if is_so { Ok(()) } else { Err(format!("{place}: {value} is against `{keyword}`: {argument}")) }
    }

    fn any_of(&self, node: Node<'_>, argument: &Value, value: &Value, place: &str) -> Result<(), String> {
        let mut errors = Vec::new();
        for schema in argument.as_array().into_iter().flatten() {
            match self.node(Node { schema, ..node }, value, place) {
                Ok(()) => return Ok(()),
                Err(error) => errors.push(error),
            }
        }
        Err(format!("no alternative fits: {}", errors.join("; ")))
    }

    /// Follows `error.json`, `receipt.json#/$defs/Receipt` or `#/$defs/Receipt`.
    fn resolve<'a>(&'a self, file: &'a str, reference: &Value) -> Result<Node<'a>, String> {
        let text = reference.as_str().unwrap_or_default();
        let (path, pointer) = text.split_once('#').unwrap_or((text, ""));
        let file = if path.is_empty() { file } else { path.strip_suffix(".json").unwrap_or(path) };
        let found = self.files.get_key_value(file).and_then(|(name, root)| {
            Some(Node { file: name, schema: if pointer.is_empty() { root } else { root.pointer(pointer)? } })
        });
        found.ok_or_else(|| format!("{file}.json: `{text}` leads nowhere"))
    }
}

fn length(value: &Value) -> Option<u64> {
    value.as_str().and_then(|text| u64::try_from(text.chars().count()).ok())
}

fn has_type(name: &Value, value: &Value) -> bool {
    match name.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schemas() -> Schemas {
        let thing = json!({
            "anyOf": [{ "$ref": "#/$defs/Thing" }, { "$ref": "error.json" }],
            "$defs": { "Thing": {
                "type": "object",
                "properties": {
                    "count": { "type": "integer", "minimum": 0 },
                    "kind": { "enum": ["one", "two", null] },
                    "names": { "type": "array", "items": { "type": ["string", "null"], "maxLength": 3 } },
                    "by_name": { "type": "object", "additionalProperties": { "type": "boolean" } }
                },
                "required": ["count"],
                "additionalProperties": false
            } }
        });
        let error = json!({ "type": "object", "properties": { "error": { "const": 1 } }, "required": ["error"],
            "additionalProperties": false });
        let odd = json!({ "type": "object", "uniqueItems": true });
        let files = [("thing", thing), ("error", error), ("odd", odd), ("ci-cache-key", json!({}))];
        Schemas { files: files.map(|(name, schema)| (name.to_owned(), schema)).into() }
    }

    #[test]
    fn what_a_schema_says_is_accepted_and_nothing_else() {
        let schemas = schemas();
        for value in [
            json!({ "count": 0 }),
            json!({ "count": 3, "kind": null, "names": ["a", null], "by_name": { "x": true } }),
            json!({ "error": 1 }),
        ] {
            assert_eq!(schemas.check("thing", &value), Ok(()), "{value}");
        }
        for (value, says) in [
            (json!({}), "`count` is missing"),
            (json!({ "count": 0, "new": 1 }), "`new` is not in the schema"),
            (json!({ "count": -1 }), "`minimum`"),
            (json!({ "count": 1.5 }), "`type`"),
            (json!({ "count": "1" }), "`type`"),
            (json!({ "count": 1, "kind": "three" }), "`enum`"),
            (json!({ "count": 1, "names": ["long"] }), "/names/0"),
            (json!({ "count": 1, "by_name": { "x": 1 } }), "/by_name/x"),
            (json!({ "error": 2 }), "`const`"),
            (json!([]), "`type`"),
        ] {
            let error = schemas.check("thing", &value).unwrap_err();
            assert!(error.contains(says), "{value}: {error}");
        }
    }

    #[test]
    fn a_keyword_that_is_not_known_is_never_ignored() {
        assert!(schemas().check("odd", &json!({})).unwrap_err().contains("uniqueItems"));
        assert!(schemas().check("none", &json!({})).unwrap_err().contains("none.json"));
    }

    #[test]
    fn the_schema_of_a_command_is_that_of_its_verb() {
        let schemas = Schemas::documented();
        for (line, expected) in [
            ("list --json", Some("list")),
            ("--json ls --sizes", Some("list")),
            ("ci cache key modules --json", Some("ci-cache-key")),
            ("doctor --json", Some("doctor")),
            ("doctor cgo sqlite3 --json", Some("doctor-cgo")),
            ("list-remote 1.22 --json", Some("list-remote")),
            ("--source proxy install 1.22 --json", Some("install")),
            ("help ci setup --json", Some("help")),
            ("exec 1.22 --json -- list", None),
            ("nonsense --json", None),
        ] {
            let arguments: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            assert_eq!(schemas.of_arguments(&arguments), expected, "{line}");
        }
    }

    #[test]
    #[should_panic(expected = "`surprise` is not in the schema")]
    fn a_run_that_prints_a_field_without_a_schema_fails() {
        let arguments = ["which", "--json"].map(OsString::from);
        let stdout = r#"{"schema": 1, "program": "go", "path": "/go", "goroot": null, "surprise": 1}"#;
        Schemas::documented().check_run(OsStr::new("/store/bin/gom"), &arguments, stdout);
    }

    #[test]
    fn other_programs_and_other_output_are_not_checked() {
        let arguments = ["which", "--json"].map(OsString::from);
        Schemas::documented().check_run(OsStr::new("/bin/go"), &arguments, r#"{"surprise": 1}"#);
        Schemas::documented().check_run(OsStr::new("gom"), &arguments[..1], r#"{"surprise": 1}"#);
        Schemas::documented().check_run(OsStr::new("gom"), &arguments, "not JSON");
    }
}

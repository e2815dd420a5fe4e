//! The schemas of `docs/schemas`: each verb that prints an object has one, and each is closed and whole.
//!
//! That what gom prints is as they say is checked by the test kit, in every run of every test.

use std::collections::BTreeSet;
use std::fs;

use gom_tests::{Sandbox, Schemas};
use serde_json::Value;

use crate::pages::root;

/// Verbs that print an object only if they fail, which is as `error.json` says.
const WITHOUT_OBJECT: [&str; 4] = ["exec", "x", "init", "completions"];

/// Those of no verb that the help lists.
const OF_NO_VERB: [&str; 2] = ["error", "self-init"];

/// The verbs without verbs of their own, and `doctor`, which has both.
fn verbs(object: &Value, found: &mut BTreeSet<String>) {
    for verb in object["verbs"].as_array().unwrap() {
        if !verb["effects"].is_null() {
            found.insert(verb["name"].as_str().unwrap().replace(' ', "-"));
        }
        verbs(verb, found);
    }
}

#[test]
fn every_verb_that_prints_an_object_has_a_schema_and_every_schema_a_verb() {
    let mut named = BTreeSet::new();
    verbs(&Sandbox::new().gom(["help", "--json"]).done().json(), &mut named);
    for verb in WITHOUT_OBJECT {
        assert!(named.remove(verb), "{verb} is no verb");
    }
    let mut schemas: BTreeSet<String> =
        Schemas::documented().all().map(|(name, _)| name.to_owned()).collect();
    for name in OF_NO_VERB {
        assert!(schemas.remove(name), "{name} has no schema");
    }
    assert_eq!(schemas, named);
}

/// Calls `look` with each schema in a value, and what it is called.
fn each<'a>(schema: &'a Value, place: &str, look: &mut impl FnMut(&'a Value, &str)) {
    look(schema, place);
    for keyword in ["$defs", "properties"] {
        for (name, one) in schema[keyword].as_object().into_iter().flatten() {
            each(one, &format!("{place}/{name}"), look);
        }
    }
    for one in schema["anyOf"].as_array().into_iter().flatten() {
        each(one, place, look);
    }
    for keyword in ["items", "additionalProperties"] {
        if schema[keyword].is_object() {
            each(&schema[keyword], &format!("{place}/{keyword}"), look);
        }
    }
}

#[test]
fn a_field_that_no_schema_has_is_allowed_nowhere() {
    for (name, schema) in Schemas::documented().all() {
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
        assert!(schema["title"].as_str().is_some_and(|title| title.contains("--json")), "{name}");
        let mut count = 0;
        each(schema, name, &mut |one, place| {
            if one["type"] == "object" {
                count += 1;
                assert!(!one["additionalProperties"].is_null(), "{place} allows any field");
                let fields = one["properties"].as_object();
                for required in one["required"].as_array().into_iter().flatten() {
                    let required = required.as_str().unwrap();
                    assert!(
                        fields.is_some_and(|fields| fields.contains_key(required)),
                        "{place}: {required}"
                    );
                }
            }
        });
        assert!(count > 0, "{name}");
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_definition_is_used() {
    let all = Schemas::documented();
    let mut used = BTreeSet::new();
    for (name, schema) in all.all() {
        each(schema, name, &mut |one, place| {
            let Some(text) = one["$ref"].as_str() else { return };
            let (file, pointer) = text.split_once('#').unwrap_or((text, ""));
            let file = if file.is_empty() { name } else { file.strip_suffix(".json").unwrap() };
            let target = all.all().find(|(other, _)| *other == file).map(|(_, schema)| schema);
            assert!(target.is_some_and(|schema| schema.pointer(pointer).is_some()), "{place}: {text}");
            used.insert(format!("{file}#{pointer}"));
        });
    }
    for (name, schema) in all.all() {
        for definition in schema["$defs"].as_object().into_iter().flatten().map(|(name, _)| name) {
            let it = format!("{name}#/$defs/{definition}");
            assert!(used.contains(&it), "{it} is used nowhere");
        }
    }
}

/// The kinds and the codes of a failure are those of the table.
#[test]
fn the_schema_of_a_failure_has_the_kinds_of_the_table() {
    let table = fs::read_to_string(root().join("docs/exit-codes.md")).unwrap();
    let rows =
        table.lines().filter_map(|line| line.split('|').nth(2)?.trim().strip_prefix('`')?.strip_suffix('`'));
    let documented: BTreeSet<&str> = rows.collect();
    let (_, error) = Schemas::documented().all().find(|(name, _)| *name == "error").unwrap();
    let kinds = error.pointer("/$defs/Error/properties/kind/enum").unwrap().as_array().unwrap();
    assert_eq!(kinds.iter().filter_map(Value::as_str).collect::<BTreeSet<_>>(), documented);
}

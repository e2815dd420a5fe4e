use proptest::prelude::*;

use super::*;

fn keys(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn after_set(text: &str, path: &[&str], value: &str) -> String {
    apply(text, &set(text, &keys(path), value).unwrap()).unwrap()
}

fn after_remove(text: &str, path: &[&str]) -> String {
    apply(text, &remove(text, &keys(path)).unwrap()).unwrap()
}

#[test]
fn a_property_is_added_behind_the_last_one_in_the_style_of_the_file() {
    for (before, after) in [
        ("{}", "{\n    \"k\": 1\n}"),
        ("{ }\n", "{\n    \"k\": 1\n }\n"),
        ("{\n}\n", "{\n    \"k\": 1\n}\n"),
        ("{\r\n}\r\n", "{\r\n    \"k\": 1\r\n}\r\n"),
        ("{\n  // why\n}", "{\n  // why\n    \"k\": 1\n}"),
        ("{\"a\": 1}", "{\"a\": 1, \"k\": 1}"),
        ("{\"a\": 1,}", "{\"a\": 1, \"k\": 1,}"),
        ("{\n  \"a\": 1\n}\n", "{\n  \"a\": 1,\n  \"k\": 1\n}\n"),
        ("{\r\n\t\"a\": 1,\r\n}", "{\r\n\t\"a\": 1,\r\n\t\"k\": 1,\r\n}"),
        ("{\n  \"a\": 1 // x, y\n}", "{\n  \"a\": 1, // x, y\n  \"k\": 1\n}"),
        ("{\n  \"a\": 1, /* x */ // y\n\n}", "{\n  \"a\": 1, /* x */ // y\n  \"k\": 1,\n\n}"),
        ("{\n\n  \"a\": 1\n\n}", "{\n\n  \"a\": 1,\n  \"k\": 1\n\n}"),
        ("", "{\n    \"k\": 1\n}\n"),
        ("// mine", "// mine\n{\n    \"k\": 1\n}\n"),
        ("\u{feff}{}", "\u{feff}{\n    \"k\": 1\n}"),
    ] {
        assert_eq!(after_set(before, &["k"], "1"), after, "{before:?}");
    }
}

#[test]
fn a_value_is_replaced_and_missing_objects_are_made() {
    assert_eq!(after_set("{ \"k\" : 1 , // c\n}", &["k"], "2"), "{ \"k\" : 2 , // c\n}");
    // VS Code takes the last of two.
    assert_eq!(after_set("{\"k\": 1, \"k\": 2}", &["k"], "3"), "{\"k\": 1, \"k\": 3}");
    assert_eq!(
        after_set("{\n  \"a\": 1\n}", &["t", "go"], "\"x\""),
        "{\n  \"a\": 1,\n  \"t\": {\n    \"go\": \"x\"\n  }\n}"
    );
    assert_eq!(
        after_set("{\n  \"t\": {\n    \"dlv\": \"y\"\n  }\n}", &["t", "go"], "\"x\""),
        "{\n  \"t\": {\n    \"dlv\": \"y\",\n    \"go\": \"x\"\n  }\n}"
    );
    assert_eq!(after_set("{\"t\": {}}", &["t", "go"], "1"), "{\"t\": {\n    \"go\": 1\n}}");
    assert_eq!(set("{\"t\": 1}", &keys(&["t", "go"]), "1"), None);
    assert_eq!(set("[]", &keys(&["t"]), "1"), None);
}

/// An element, as templates have it.
const ELEMENT: &str = "{\n    \"name\": \"n\",\n    \"args\": [\"x\"]\n}";

#[test]
fn an_element_is_added_at_the_end_of_its_list_in_the_style_of_the_file() {
    let added = |text: &str| after_set(text, &["l", &element_key("n")], ELEMENT);
    for (before, after) in [
        (
            "{\n  \"l\": []\n}\n",
            "{\n  \"l\": [\n    {\n      \"name\": \"n\",\n      \"args\": [\"x\"]\n    }\n  ]\n}\n",
        ),
        (
            "{\r\n\t\"l\": [\r\n\t\t{\r\n\t\t\t\"name\": \"a\"\r\n\t\t}, // a\r\n\t],\r\n}",
            "{\r\n\t\"l\": [\r\n\t\t{\r\n\t\t\t\"name\": \"a\"\r\n\t\t}, // a\r\n\t\t{\r\n\t\t\t\"name\": \"n\",\r\n\t\t\t\"args\": [\"x\"]\r\n\t\t},\r\n\t],\r\n}",
        ),
        (
            "{\"l\": [{\"name\": \"a\"}]}",
            "{\"l\": [{\"name\": \"a\"}, { \"name\": \"n\", \"args\": [\"x\"] }]}",
        ),
        (
            "{\n    \"l\": [\n        // mine\n    ]\n}",
            "{\n    \"l\": [\n        // mine\n        {\n            \"name\": \"n\",\n            \"args\": [\"x\"]\n        }\n    ]\n}",
        ),
    ] {
        assert_eq!(added(before), after, "{before:?}");
        assert_eq!(after_remove(&added(before), &["l", &element_key("n")]).matches("\"n\"").count(), 0);
    }
    // Neither an object nor a missing list takes one, and a list takes nothing else.
    let path = keys(&["l", &element_key("n")]);
    for text in ["{\"l\": {}}", "{\"l\": 1}", "{}", "", "[]"] {
        assert_eq!(set(text, &path, ELEMENT), None, "{text}");
    }
    assert_eq!(set("{\"l\": []}", &keys(&["l", "go"]), "1"), None);
}

#[test]
fn an_element_is_known_by_its_name_wherever_it_stands() {
    let text = "[1, {\"name\": \"a\", \"x\": 1}, 2, {\"label\": \"b\"}, {\"x\": 3}]";
    let found = leaves(text).unwrap();
    let shown: Vec<String> =
        found.iter().map(|(keys, value)| format!("{} {value}", keys.join("."))).collect();
    assert_eq!(
        shown,
        ["[0] 1", "[\"a\"].name string a", "[\"a\"].x 1", "[1] 2", "[\"b\"].label string b", "[2].x 3"]
    );
    assert_eq!(raw(text, &[element_key("b")]).as_deref(), Some("{\"label\": \"b\"}"));
    assert_eq!(raw(text, &[element_key("c")]), None);
    let removed = after_remove(text, &[&element_key("a")]);
    assert_eq!(removed, "[1, 2, {\"label\": \"b\"}, {\"x\": 3}]");
    assert_eq!(elements("{\"l\": [1, {}]}", &keys(&["l"])), Some(keys(&["1", "{}"])));
    assert_eq!(elements("{\"l\": {}}", &keys(&["l"])), None);
}

#[test]
fn a_property_goes_with_its_line_and_comments_stay() {
    for (before, after) in [
        ("{\"k\": 1}", "{}"),
        ("{\"k\": 1, \"a\": 2}", "{\"a\": 2}"),
        ("{\"a\": 1, \"k\": 2}", "{\"a\": 1}"),
        ("{\"a\": 1, \"k\": 2, \"b\": 3}", "{\"a\": 1, \"b\": 3}"),
        ("{\n  \"k\": 1\n}\n", "{\n}\n"),
        ("{\n  \"k\": 1,\n  \"a\": 2\n}\n", "{\n  \"a\": 2\n}\n"),
        ("{\n  \"a\": 2,\n  \"k\": 1\n}\n", "{\n  \"a\": 2\n}\n"),
        ("{\n  \"a\": 2, // two\n  \"k\": 1\n}\n", "{\n  \"a\": 2 // two\n}\n"),
        ("{\r\n  \"a\": 2,\r\n  \"k\": {\r\n    \"x\": 1\r\n  },\r\n}", "{\r\n  \"a\": 2,\r\n}"),
        ("{\n  // why\n  \"k\": 1, // mine\n  \"a\": 2\n}", "{\n  // why\n  // mine\n  \"a\": 2\n}"),
        ("{\n  \"k\": 1 /* a */, \"a\": 2\n}", "{\n  /* a */ \"a\": 2\n}"),
        ("\u{feff}{\n\"k\": 1\n}", "\u{feff}{\n}"),
        ("{\"a\": {\"k\": 1}}", "{\"a\": {\"k\": 1}}"),
    ] {
        assert_eq!(after_remove(before, &["k"]), after, "{before:?}");
    }
    assert_eq!(after_remove("{\"t\": {\"go\": 1, \"dlv\": 2}}", &["t", "go"]), "{\"t\": {\"dlv\": 2}}");
    assert_eq!(remove("", &keys(&["k"])), Some(vec![]));
}

#[test]
fn what_vs_code_calls_an_error_is_one() {
    for (text, line) in [("{\n\"a\": 1\n\"b\": 2}", 2), ("{\n  'a': 1}", 2), ("{a: 1}", 1), ("{\"a\": ", 1)] {
        assert_eq!(leaves(text).unwrap_err().line, line, "{text}");
    }
    assert_eq!(leaves("// nothing\n"), Ok(vec![]));
}

#[test]
fn comments_inside_a_value_are_seen() {
    let text = "{\"t\": {\"go\": \"// no\"}, \"u\": {/* yes */}} // outside";
    assert!(!has_comment(text, &keys(&["t"])));
    assert!(has_comment(text, &keys(&["u"])));
    assert_eq!(keys_of(text, &keys(&["t"])), Some(keys(&["go"])));
}

/// Trivia that may stand between any two tokens.
fn trivia() -> impl Strategy<Value = String> {
    let one = prop_oneof![
        Just(String::new()),
        Just(" ".to_owned()),
        Just("\n  ".to_owned()),
        Just("\r\n\t".to_owned()),
        Just("/* , } */".to_owned()),
        Just("// \"k\": 1, é\n".to_owned()),
        Just("/* a\nb */ ".to_owned()),
    ];
    proptest::collection::vec(one, 0..3).prop_map(|parts| parts.concat())
}

/// An object with some of the keys `a` to `d` and `k`, in any form.
fn object() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        Just("1"),
        Just("\"x, }\""),
        Just("{}"),
        Just("[1, {\"k\": 2}]"),
        Just("{\"k\": 1, \"go\": \"/x\"}"),
        Just("{\n    \"go\": \"/x\", // c\n  }")
    ];
    let property = (trivia(), trivia(), value, trivia());
    let properties = proptest::collection::btree_map("[a-dk]", property, 0..4);
    (trivia(), properties, any::<bool>(), trivia()).prop_map(|(open, properties, comma, close)| {
        let count = properties.len();
        let mut text = format!("{{{open}");
        for (index, (name, (before, between, value, after))) in properties.into_iter().enumerate() {
            let end = if index + 1 < count || comma { "," } else { "" };
            text = format!("{text}{before}\"{name}\"{between}:{value}{after}{end}");
        }
        format!("{text}{close}}}")
    })
}

/// A list of some named and unnamed elements, in any form.
fn list() -> impl Strategy<Value = String> {
    let element = prop_oneof![
        Just("1"),
        Just("\"x, ]\""),
        Just("{\"name\": \"a\"}"),
        Just("{\n  \"label\": \"b\", // ]\n}"),
        Just("[]")
    ];
    let elements = proptest::collection::vec((trivia(), element, trivia()), 0..4);
    (trivia(), elements, any::<bool>(), trivia()).prop_map(|(open, elements, comma, close)| {
        let count = elements.len();
        let mut text = format!("{{{open}\"l\": [");
        for (index, (before, value, after)) in elements.into_iter().enumerate() {
            let end = if index + 1 < count || comma { "," } else { "" };
            text = format!("{text}{before}{value}{after}{end}");
        }
        format!("{text}{close}]}}")
    })
}

fn without(leaves: Vec<Leaf>, key: &str) -> Vec<Leaf> {
    leaves.into_iter().filter(|(keys, _)| !keys.is_empty() && keys[0] != key).collect()
}

proptest! {
    #[test]
    fn an_edit_changes_one_value_and_can_be_taken_back(text in object(), marked in any::<bool>()) {
        let text = if marked { format!("\u{feff}{text}") } else { text };
        let before = leaves(&text).unwrap();
        let set_text = after_set(&text, &["k"], "\"new\"");
        prop_assert_eq!(string(&set_text, &keys(&["k"])), Some("new".to_owned()), "{}", set_text);
        prop_assert_eq!(without(leaves(&set_text).unwrap(), "k"), without(before.clone(), "k"), "{}", set_text);
        let removed = after_remove(&text, &["k"]);
        prop_assert_eq!(raw(&removed, &keys(&["k"])), None, "{}", removed);
        prop_assert_eq!(without(leaves(&removed).unwrap(), "k"), without(before, "k"), "{}", removed);
        // Only the property goes, a comma, and white space around it: no comment beside it.
        for piece in remove(&text, &keys(&["k"])).unwrap() {
            let cut = piece.removed.trim().trim_start_matches(',').trim_end_matches(',').trim();
            let value = raw(&text, &keys(&["k"])).unwrap();
            prop_assert!(cut.is_empty() || (cut.starts_with("\"k\"") && cut.ends_with(&value)), "{}", cut);
        }
        for pieces in [set(&text, &keys(&["k"]), "1").unwrap(), remove(&text, &keys(&["k"])).unwrap()] {
            let after = apply(&text, &pieces).unwrap();
            let back: Vec<Piece> = pieces.iter().rev().map(|piece| Piece {
                at: piece.at, removed: piece.inserted.clone(), inserted: piece.removed.clone(),
            }).collect();
            prop_assert_eq!(apply(&after, &back).unwrap(), text.clone());
        }
    }

    #[test]
    fn an_element_is_added_and_removed_and_the_others_stay(text in list()) {
        let path = keys(&["l", &element_key("n")]);
        let before = leaves(&text).unwrap();
        let pieces = set(&text, &path, ELEMENT).unwrap();
        let added = apply(&text, &pieces).unwrap();
        let others = |text: &str| -> Vec<Leaf> {
            let found = leaves(text).unwrap().into_iter();
            found.filter(|(keys, value)| !keys.starts_with(&path) && value != "[]").collect()
        };
        prop_assert_eq!(raw(&added, &path).map(|text| leaves(&text)), Some(leaves(ELEMENT)), "{}", added);
        prop_assert_eq!(others(&added), others(&text), "{}", added);
        let removed = apply(&added, &remove(&added, &path).unwrap()).unwrap();
        prop_assert_eq!(leaves(&removed).unwrap(), before, "{}", removed);
        let back: Vec<Piece> = pieces.iter().rev().map(|piece| Piece {
            at: piece.at, removed: piece.inserted.clone(), inserted: piece.removed.clone(),
        }).collect();
        prop_assert_eq!(apply(&added, &back).unwrap(), text);
    }
}

//! Tests of the form of the generated pages.

use super::commands::page;
use super::markdown::{cell, prose};
use crate::help::Help;

#[test]
fn markup_is_escaped_outside_of_code() {
    assert_eq!(prose("a <b> `c <d>` *e*"), "a \\<b> `c <d>` \\*e\\*");
    assert_eq!(cell("`a|b` | c"), "`a\\|b` \\| c");
}

#[test]
fn a_verb_is_below_its_group_with_everything_that_it_takes() {
    let help: Help = serde_json::from_str(
        r#"{"gom": "1", "global_options": [], "verbs": [{"name": "use", "group": "Choose", "aliases": ["default"],
        "summary": "Set it", "text": "Set it\n\nMore of it.", "usage": "gom use [OPTIONS] <SPEC>",
        "effects": ["network", "reads"], "arguments": [{"name": "SPEC", "text": "A version", "required": true,
        "repeated": false, "values": []}], "options": [{"name": "--fix", "short": "-f", "text": "Fix it", "value": "WHAT",
        "values": ["a", "b"], "default": "a", "repeated": true, "effects": ["writes"]}],
        "notes": "Examples:\n  gom use 1.22     one", "verbs": []}]}"#,
    )
    .unwrap();
    let page = page(&help);
    let (_, choose) = page.split_once("\n## Choose\n").unwrap();
    assert_eq!(
        choose,
        "
### gom use

Set it.

More of it.

```text
Usage: gom use [OPTIONS] <SPEC>
```

Also called `default`. It reads files and uses the network.

| argument or option | meaning |
|---|---|
| `SPEC` | A version |
| `-f`, `--fix WHAT` | Fix it: `a`, `b`; default `a`; may be repeated; writes files |

```sh
gom use 1.22     # one
```
"
    );
}

//! The laws that versions, their order and their texts must keep, on generated versions.

use std::hash::DefaultHasher;

use proptest::prelude::*;

use super::*;

/// Generates versions from few parts, so that equal and nearly equal ones are common.
fn any_version() -> impl Strategy<Value = GoVersion> {
    "[12](\\.(0|9|20|21|22|100000000000000000000)(\\.(0|1|10)|(alpha|beta|rc)(0|1|10)?)?)?"
        .prop_map(|text| version(&text))
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

proptest! {
    #[test]
    fn any_text_is_refused_or_kept(text in "\\PC{0,12}|[0-9.]{0,6}[a-z]{0,3}[0-9.+-]{0,3}") {
        if let Ok(version) = GoVersion::parse(&text) {
            prop_assert_eq!(version.to_string(), text);
        }
    }

    #[test]
    fn any_name_gives_nothing_or_a_part_of_itself(name in "\\PC{0,12}|go[0-9.]{0,6}[a-z -/\\\\]{0,6}") {
        if let Some(version) = GoVersion::from_toolchain_name(&name) {
            let start = format!("go{version}");
            prop_assert!(name.starts_with(&start));
        }
    }

    #[test]
    fn the_order_is_total(a in any_version(), b in any_version(), c in any_version()) {
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        prop_assert_eq!(a.cmp(&b) == Equal, a == b);
        let mut sorted = [a, b, c];
        sorted.sort();
        prop_assert!(sorted[0] <= sorted[2]);
        prop_assert!(sorted[0] != sorted[2] || sorted[0] == sorted[1]);
    }

    #[test]
    fn equal_versions_are_one_in_every_form(a in any_version(), b in any_version()) {
        prop_assert_eq!(a == b, a.canonical().to_string() == b.canonical().to_string());
        prop_assert_eq!(&a.canonical(), &a);
        if a == b {
            prop_assert_eq!(hash(&a), hash(&b));
            prop_assert_eq!(a.to_semver_text(), b.to_semver_text());
        }
    }

    #[test]
    fn the_order_keeps_lines_together(a in any_version(), b in any_version()) {
        prop_assert!(a.line().contains(&a));
        prop_assert_eq!(a.line().contains(&b), a.line() == b.line());
        prop_assert_eq!(ReleaseLine::parse(&a.line().to_string()), Ok(a.line()));
        if a <= b {
            prop_assert!(a.line() <= b.line());
        }
    }
}

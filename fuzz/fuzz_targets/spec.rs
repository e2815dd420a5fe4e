//! What a person writes for a version: one request on the first line, candidates on the others.
//!
//! Owns: the check that whatever parses prints a safe text that parses to the same, that a refusal can be
//! shown on a terminal, and that the newest candidate is one that was asked for and is beaten by none.
#![no_main]

use std::fmt::Display;

use gom_select::spec::{PlatformSpec, Spec};
use gom_select::version::GoVersion;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else { return };
    let mut lines = text.split('\n');
    let written = lines.next().unwrap_or_default();
    request_round_trips(written);
    if let Some(spec) = spec_round_trips(written) {
        let candidates: Vec<GoVersion> = lines.take(8).flat_map(GoVersion::parse).collect();
        newest_is_wanted_and_unbeaten(&spec, &candidates);
    }
});

fn spec_round_trips(written: &str) -> Option<Spec> {
    let spec = match Spec::parse(written) {
        Ok(spec) => spec,
        Err(error) => {
            assert_eq!(error.text, written);
            is_fit_for_a_terminal(&error);
            return None;
        }
    };
    let printed = spec.to_string();
    is_safe_in_a_path(&printed);
    assert!(printed.len() <= written.len(), "{written:?} grew to {printed:?}");
    assert_eq!(Spec::parse(&printed).as_ref(), Ok(&spec), "{written:?}");
    assert_eq!(
        PlatformSpec::parse(&printed),
        Ok(PlatformSpec { spec: spec.clone(), platform: None }),
        "{written:?}"
    );
    Some(spec)
}

fn request_round_trips(written: &str) {
    let request = match PlatformSpec::parse(written) {
        Ok(request) => request,
        Err(error) => {
            assert_eq!(error.text, written);
            return is_fit_for_a_terminal(&error);
        }
    };
    let printed = request.to_string();
    is_safe_in_a_path(&printed);
    assert_eq!(PlatformSpec::parse(&printed).as_ref(), Ok(&request), "{written:?}");
    if let Some(platform) = &request.platform {
        assert!(platform.is_known(), "{written:?}");
        assert_ne!(request.spec, Spec::System, "{written:?}");
    }
}

fn newest_is_wanted_and_unbeaten(spec: &Spec, candidates: &[GoVersion]) {
    let Some(newest) = spec.newest(candidates, |version| version) else {
        let is_exact = matches!(spec, Spec::Exact(_));
        let is_missed = |version: &GoVersion| spec.matches(version) && (is_exact || version.is_stable());
        // The line before the newest may well be missing.
        assert!(*spec == Spec::OldStable || !candidates.iter().any(is_missed), "{spec} of {candidates:?}");
        return;
    };
    assert!(spec.matches(newest), "{newest} is no {spec}");
    let is_exact = matches!(spec, Spec::Exact(_));
    assert!(is_exact || newest.is_stable(), "{newest} for {spec}");
    let mut stable = candidates.iter().filter(|version| version.is_stable() && spec.matches(version));
    match spec {
        Spec::Exact(exact) => assert_eq!(exact, newest),
        Spec::OldStable => assert!(stable.any(|version| version.line() > newest.line())),
        _ => assert!(stable.all(|version| version <= newest), "{spec} of {candidates:?}"),
    }
}

fn is_safe_in_a_path(printed: &str) {
    assert!(!printed.contains(['/', '\\', '\0']) && !printed.contains(".."), "{printed:?}");
    assert!(!printed.contains(|c: char| c.is_control() || c.is_whitespace()), "{printed:?}");
}

fn is_fit_for_a_terminal(error: &impl Display) {
    let message = error.to_string();
    assert!(!message.contains(char::is_control), "{message:?}");
}

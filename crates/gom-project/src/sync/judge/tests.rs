use super::*;
use crate::mention::ImageAround;

fn version(text: &str) -> GoVersion {
    GoVersion::parse(text).unwrap()
}

fn target(text: &str, strength: Strength) -> Target {
    let version = version(text);
    let release = newest_patch(&version);
    Target {
        release: if strength == Strength::Exact { version.clone() } else { release },
        version,
        strength,
        origin: "x:1".to_owned(),
    }
}

/// The ninth patch of each line is the newest.
fn newest_patch(of: &GoVersion) -> GoVersion {
    version(&format!("{}.9", of.line()))
}

fn mention(role: Role, written: &str) -> Mention {
    Mention {
        range: 0..written.len(),
        written: written.to_owned(),
        line: 1,
        role,
        what: String::new(),
        spelling: Spelling::Plain,
        image: None,
    }
}

fn image(after: &str, has_digest: bool) -> ImageAround {
    let before = "golang:".to_owned();
    ImageAround { before, after: after.to_owned(), has_digest, is_official: true, builds_modules: true }
}

fn judged(mention: &Mention, target: &Target, rule: Rule, may_lower: bool, floor: Option<&str>) -> Judgement {
    let floor =
        floor.map(|floor| Floor { version: version(floor), place: "go.mod:3".to_owned(), is_moved: false });
    let (tags, may_be_newer) = (Tags::default(), false);
    let newest_patch = &newest_patch;
    let around =
        Surroundings { target, rule, may_lower, may_be_newer, floor, own: None, tags: &tags, newest_patch };
    judge(mention, &around)
}

/// The state in a letter, and the bytes of the edit.
fn brief(judgement: &Judgement) -> String {
    let state = match judgement.agreement {
        Agreement::InStep => "ok",
        Agreement::OutOfStep => "out",
        Agreement::Reported => "shown",
    };
    format!("{state} {}", judgement.new.as_deref().unwrap_or("-"))
}

#[test]
fn a_rule_decides_what_agrees_with_a_pin() {
    let exact = target("1.22.6", Strength::Exact);
    for (role, written, rule, expected) in [
        (Role::Ci, "1.22.6", Rule::Exact, "ok -"),
        (Role::Ci, "1.22", Rule::Exact, "ok -"),
        (Role::Ci, "^1.21", Rule::Exact, "ok -"),
        (Role::Ci, "1.22.5", Rule::Exact, "out 1.22.6"),
        (Role::Ci, "1.23", Rule::Exact, "out 1.22"),
        (Role::Ci, "1.21.x", Rule::Exact, "out 1.22.x"),
        (Role::Ci, "~1.21.0", Rule::Exact, "out -"),
        (Role::Ci, "stable", Rule::Exact, "shown -"),
        (Role::Ci, "1.22.1", Rule::Line, "ok -"),
        (Role::Ci, "1.21.1", Rule::Line, "out 1.22.6"),
        (Role::Image, "1.21.3", Rule::AtLeast, "out 1.22.6"),
        (Role::Image, "1.23", Rule::AtLeast, "ok -"),
        (Role::Image, "alpine", Rule::AtLeast, "shown -"),
        (Role::GoLine, "1.21", Rule::AtMost, "ok -"),
        (Role::GoLine, "1.23.0", Rule::AtMost, "out -"),
        (Role::ToolchainLine, "1.22.5", Rule::Exact, "out 1.22.6"),
        (Role::ToolchainLine, "1.23.1", Rule::Exact, "out -"),
        (Role::Matrix, "1.20.1", Rule::Report, "shown -"),
        (Role::Matrix, "1.20.1", Rule::Exact, "out -"),
        (Role::Constraint, "<1.22", Rule::Report, "shown -"),
    ] {
        let judgement = judged(&mention(role, written), &exact, rule, false, None);
        assert_eq!(brief(&judgement), expected, "{role:?} {written} {rule:?}");
        let must_explain = judgement.agreement != Agreement::InStep;
        assert_eq!(must_explain, !judgement.reason.is_empty() && must_explain, "{judgement:?}");
        // What is out of step has an edit or something to do.
        let is_out = judgement.agreement == Agreement::OutOfStep;
        assert!(!is_out || judgement.new.is_some() || judgement.hint.is_some(), "{judgement:?}");
    }
}

#[test]
fn a_minimum_is_met_by_what_is_newer() {
    let minimum = target("1.22", Strength::Minimum);
    for (role, written, rule, expected) in [
        (Role::Ci, "1.22", Rule::Exact, "ok -"),
        (Role::Ci, "1.25.1", Rule::Exact, "ok -"),
        (Role::Ci, "1.21", Rule::Exact, "out 1.22"),
        (Role::Ci, "~1.25", Rule::Exact, "ok -"),
        (Role::Ci, "~1.21.0", Rule::Exact, "out -"),
        (Role::Ci, ">=1.21 <1.22", Rule::Exact, "out -"),
        (Role::Image, "1.21.3", Rule::AtLeast, "out 1.22.9"),
        (Role::Image, "1.21.3", Rule::Report, "shown -"),
        (Role::GoLine, "1.24", Rule::AtMost, "ok -"),
        (Role::ToolchainLine, "1.21.1", Rule::Exact, "out 1.22.9"),
    ] {
        let judgement = judged(&mention(role, written), &minimum, rule, false, None);
        assert_eq!(brief(&judgement), expected, "{role:?} {written}");
    }
}

#[test]
fn a_pin_on_a_line_is_met_by_its_patches() {
    let line = target("1.22", Strength::Line);
    for (written, expected) in
        [("1.22.1", "ok -"), ("1.22", "ok -"), ("1.23.0", "out 1.22.9"), ("1.21", "out 1.22")]
    {
        let judgement = judged(&mention(Role::Ci, written), &line, Rule::Exact, false, None);
        assert_eq!(brief(&judgement), expected, "{written}");
    }
}

#[test]
fn a_version_by_hand_may_lower() {
    let exact = target("1.22.6", Strength::Exact);
    for (role, written, rule, expected) in [
        (Role::Image, "1.23.1", Rule::AtLeast, "out 1.22.6"),
        (Role::Image, "1.22", Rule::AtLeast, "ok -"),
        (Role::GoLine, "1.23", Rule::AtMost, "out 1.22"),
        (Role::GoLine, "1.21", Rule::AtMost, "ok -"),
        (Role::ToolchainLine, "1.23.1", Rule::Exact, "out 1.22.6"),
    ] {
        let judgement = judged(&mention(role, written), &exact, rule, true, None);
        assert_eq!(brief(&judgement), expected, "{role:?} {written}");
    }
}

#[test]
fn the_classics_are_seen() {
    let minimum = target("1.22", Strength::Minimum);
    for (role, written, floor, expected, reason) in [
        (
            Role::Image,
            "1.22.3",
            "1.23.4",
            "out 1.23.9",
            "its Go stays at 1.22.3 (GOTOOLCHAIN=local in the image), and go.mod:3 needs 1.23.4",
        ),
        (Role::Image, "1.23", "1.23.4", "ok -", "newer"),
        (Role::ToolchainLine, "1.22.3", "1.22.4", "out 1.22.9", "older than the go line, so Go ignores it"),
        (Role::GoLine, "1.22", "1.22.4", "out 1.22.4", "older than a module of the workspace"),
    ] {
        let rule = if role == Role::Image { Rule::AtLeast } else { Rule::Exact };
        let judgement = judged(&mention(role, written), &minimum, rule, false, Some(floor));
        assert_eq!(brief(&judgement), expected, "{role:?} {written}");
        assert!(judgement.reason.starts_with(reason), "{}", judgement.reason);
    }
    let exact = target("1.20.3", Strength::Exact);
    for (written, target, expected) in [("1.20", &exact, "out \"1.20\""), ("1.20", &minimum, "out 1.22")] {
        let unquoted = Mention { spelling: Spelling::Unquoted, ..mention(Role::Ci, written) };
        let judgement = judged(&unquoted, target, Rule::Exact, false, None);
        assert_eq!(brief(&judgement), expected);
        assert_eq!(judgement.reason, "without quotes 1.20 is the number 1.2");
    }
    let leg = Mention { spelling: Spelling::Unquoted, ..mention(Role::Matrix, "1.20") };
    assert_eq!(brief(&judged(&leg, &minimum, Rule::Report, false, None)), "out \"1.20\"");
}

#[test]
fn a_digest_is_never_left_beside_another_tag() {
    let exact = target("1.22.6", Strength::Exact);
    let pinned = Mention { image: Some(image("-alpine", true)), ..mention(Role::Image, "1.21.3") };
    let judgement = judged(&pinned, &exact, Rule::AtLeast, false, None);
    assert_eq!(brief(&judgement), "out -");
    assert!(judgement.hint.unwrap().contains("`docker buildx imagetools inspect golang:1.22.6-alpine`"));
}

#[test]
fn a_tag_that_does_not_exist_is_not_written() {
    let target = target("1.22.12", Strength::Exact);
    let of = |after: &str| {
        let mention = Mention { image: Some(image(after, false)), ..mention(Role::Image, "1.21.3") };
        judged(&mention, &target, Rule::AtLeast, false, None)
    };
    let there = of("-alpine3.20");
    assert_eq!((there.new.as_deref(), there.hint), (Some("1.22.12"), None));
    let gone = of("-alpine3.18");
    let hint = "there is no image golang:1.22.12-alpine3.18; there are alpine, alpine3.20, alpine3.21: choose one by hand";
    assert_eq!((gone.new, gone.hint.as_deref()), (None, Some(hint)));
}

#[test]
fn of_a_newer_version_than_the_list_of_tags_nothing_is_known() {
    let target = target("1.999.1", Strength::Exact);
    let mention = Mention { image: Some(image("-alpine", false)), ..mention(Role::Image, "1.21.3") };
    let judgement = judged(&mention, &target, Rule::AtLeast, false, None);
    assert_eq!(judgement.new.as_deref(), Some("1.999.1"));
    assert_eq!(judgement.hint, None);
    assert_eq!(judgement.asked, Some(("1.999.1".to_owned(), "alpine".to_owned())));
}

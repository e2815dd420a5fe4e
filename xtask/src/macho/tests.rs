use super::signature::{self, Signature};
use super::{OF_GOM, OF_SHIM, Program, uuid};
use object::macho::{CPU_TYPE_ARM, CPU_TYPE_ARM64, CPU_TYPE_X86_64, PLATFORM_IOS, PLATFORM_MACOS};
use sha2::{Digest, Sha256};

const PAGE: usize = 4096;
const AD_HOC_BY_LINKER: u32 = 0x2_0002;
const BIG_SUR: (u32, u32) = (11, 0);
/// As the linker names what cargo lets it write, with the zero at its end.
const IDENTIFIER: &[u8; 20] = b"gom-0123456789abcde\0";

/// Makes two pages of a program, the second a short one, and the signature of both.
fn signed(flags: u32) -> (Vec<u8>, usize) {
    let mut program: Vec<u8> = (0..=255).cycle().take(PAGE + 100).collect();
    let start = program.len();
    let hashes: Vec<u8> = program.chunks(PAGE).flat_map(|page| Sha256::digest(page).to_vec()).collect();
    let mut numbers = vec![0xfade_0cc0, 0, 1, 0, 20];
    let (header, identifier) = (44, 20);
    let hashes_at = header + identifier;
    numbers.extend([0xfade_0c02, 0, 0x2_0400, flags, hashes_at, header, 0, 2, u32::try_from(start).unwrap()]);
    numbers.extend([u32::from_be_bytes([32, 2, 0, 12]), 0]);
    program.extend(numbers.into_iter().flat_map(u32::to_be_bytes));
    program.extend(IDENTIFIER);
    program.extend(hashes);
    (program, start)
}

/// The same, named as `gom`.
fn named(flags: u32) -> (Vec<u8>, usize) {
    let (mut program, start) = signed(flags);
    signature::rename(&mut program, start, "gom").unwrap();
    (program, start)
}

fn good() -> Program {
    let (program, start) = named(AD_HOC_BY_LINKER);
    Program {
        cpu_type: CPU_TYPE_ARM64,
        built_for: Some((PLATFORM_MACOS, BIG_SUR)),
        sdk: Some(BIG_SUR),
        has_uuid: true,
        libraries: OF_GOM.iter().map(ToString::to_string).collect(),
        signature: Some(Signature::read(&program, start).unwrap()),
        signature_start: Some(start),
    }
}

fn with(signature: &(Vec<u8>, usize)) -> Program {
    let (program, start) = signature;
    Program { signature: Some(Signature::read(program, *start).unwrap()), ..good() }
}

#[test]
fn a_program_as_it_should_be_has_no_problem() {
    assert_eq!(good().problems("gom", OF_GOM), [""; 0]);
    let catalina = Some((PLATFORM_MACOS, (10, 15)));
    let intel = Program { cpu_type: CPU_TYPE_X86_64, built_for: catalina, ..good() };
    assert_eq!(intel.problems("gom", OF_GOM), [""; 0]);
}

#[test]
fn each_thing_that_is_wrong_is_a_problem_of_its_own() {
    let extra = good().libraries.into_iter().chain(["/usr/local/lib/libpq.5.dylib".to_owned()]).collect();
    for (program, word) in [
        (Program { cpu_type: CPU_TYPE_ARM, ..good() }, "CPU type"),
        (Program { cpu_type: CPU_TYPE_X86_64, ..good() }, "(10, 15)"),
        (Program { built_for: Some((PLATFORM_MACOS, (13, 0))), ..good() }, "(13, 0)"),
        (Program { built_for: Some((PLATFORM_IOS, BIG_SUR)), ..good() }, "not for macOS"),
        (Program { built_for: None, ..good() }, "None"),
        (Program { has_uuid: false, ..good() }, "no UUID"),
        (Program { libraries: extra, ..good() }, "libpq"),
        (Program { libraries: OF_SHIM.iter().map(ToString::to_string).collect(), ..good() }, "Security"),
        (Program { signature: None, ..good() }, "not signed"),
        (with(&signed(AD_HOC_BY_LINKER)), "signed as gom-0123456789abcde"),
        (with(&named(0x1_0000)), "not ad hoc"),
    ] {
        let problems = program.problems("gom", OF_GOM);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].contains(word), "{word}: {problems:?}");
    }
}

#[test]
fn another_identifier_changes_no_other_byte() {
    let (before, start) = signed(AD_HOC_BY_LINKER);
    let (after, _) = named(AD_HOC_BY_LINKER);
    let place = before.windows(IDENTIFIER.len()).position(|window| window == IDENTIFIER).unwrap();
    let mut expected = before.clone();
    expected[place..place + IDENTIFIER.len()].copy_from_slice(b"gom\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    assert_eq!(after, expected);
    let signature = Signature::read(&after, start).unwrap();
    assert_eq!((signature.identifier.as_str(), signature.problem()), ("gom", None));
}

#[test]
fn an_identifier_without_room_is_refused() {
    let (mut program, start) = signed(AD_HOC_BY_LINKER);
    let before = program.clone();
    assert!(signature::rename(&mut program, start, "longer than what the linker wrote").is_err());
    assert_eq!(program, before);
}

#[test]
fn a_byte_that_was_changed_later_is_found() {
    let (mut program, start) = signed(AD_HOC_BY_LINKER);
    program[PAGE + 7] ^= 1;
    let problem = Signature::read(&program, start).unwrap().problem();
    assert_eq!(problem.as_deref(), Some("changed after it was signed, in pages [1]"));
}

#[test]
fn a_signature_that_is_not_ad_hoc_is_a_problem() {
    let (program, start) = signed(0x1_0000);
    let problem = Signature::read(&program, start).unwrap().problem();
    assert_eq!(problem.as_deref(), Some("its signature is not ad hoc: flags 0x10000"));
}

#[test]
fn a_signature_that_is_cut_off_is_an_error_wherever_it_is_cut() {
    let (program, start) = signed(AD_HOC_BY_LINKER);
    for end in start..program.len() {
        assert!(Signature::read(&program[..end], start).is_err(), "{end}");
    }
}

#[test]
fn pages_are_hashed_anew() {
    let (mut program, start) = signed(AD_HOC_BY_LINKER);
    program[7] ^= 1;
    program[PAGE + 7] ^= 1;
    signature::hash_pages(&mut program, start).unwrap();
    assert_eq!(Signature::read(&program, start).unwrap().problem(), None);
}

/// A header with two load commands, the second of which has a UUID, and a byte of code.
fn with_uuid(uuid: u8, code: u8) -> Vec<u8> {
    let numbers = [0xfeed_facf_u32, 0, 0, 2, 2, 32, 0, 0, 0x32, 8, 0x1b, 24];
    let mut program: Vec<u8> = numbers.into_iter().flat_map(u32::to_le_bytes).collect();
    program.extend([uuid; 16]);
    program.push(code);
    program
}

#[test]
fn the_uuid_depends_on_the_content_alone() {
    let set = |mut program: Vec<u8>| {
        let end = program.len();
        uuid::set(&mut program, end).unwrap();
        program
    };
    let one = set(with_uuid(1, 7));
    assert_eq!(one, set(with_uuid(2, 7)));
    assert_ne!(one[48..64], set(with_uuid(1, 8))[48..64]);
    assert_eq!((one[48 + 6] >> 4, one[48 + 8] >> 6), (8, 2));
    assert_eq!((&one[..48], one[64]), (&with_uuid(1, 7)[..48], 7));
    let mut without = with_uuid(1, 7);
    without[40] = 0x32;
    uuid::set(&mut without, 65).unwrap_err();
    uuid::set(&mut with_uuid(1, 7)[..50].to_vec(), 50).unwrap_err();
}

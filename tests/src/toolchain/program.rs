//! Programs with the header of a given platform that run a shell script.
//!
//! On Linux on amd64, where nearly every test runs, the program is a few instructions written here; on other
//! machines the C compiler makes it. For a platform that is not this machine's it is a header without code.
//! Invariant: it needs only `/bin/sh`.

use super::platform::host_platform;
use std::collections::HashMap;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// Makes the program that runs `script`, as `/bin/sh -c script PATH ARGUMENTS...`.
pub(super) fn of_script(script: &str, os: &str, arch: &str) -> Vec<u8> {
    let platform = format!("{os}-{arch}");
    if platform == "linux-amd64" {
        linux_amd64(script)
    } else if platform == host_platform() {
        compiled(script)
    } else {
        [header(os, arch), script.as_bytes().to_vec()].concat()
    }
}

/// `execve("/bin/sh", {"/bin/sh", "-c", script, AT_EXECFN, the arguments}, envp)`, and `exit(126)` if that fails:
///
/// ```text
///     pop rax                         argc; argv is on the stack now
///     lea rdx, [rsp + 8 * rax + 8]    envp
///     mov rcx, rdx
/// 1:  add rcx, 8                      behind envp's end
///     cmp qword ptr [rcx - 8], 0
///     jne 1b
/// 2:  cmp qword ptr [rcx], 31         AT_EXECFN: the path that was executed, which is a script's $0
///     lea rcx, [rcx + 16]
///     jne 2b
///     mov rcx, [rcx - 8]
///     mov [rsp], rcx
///     lea rcx, [rip + script]         in front of argv
///     push rcx
///     lea rcx, [rip + "-c"]
///     push rcx
///     lea rdi, [rip + "/bin/sh"]
///     push rdi
///     mov rsi, rsp
///     mov eax, 59                     execve
///     syscall
///     mov edi, 126
///     mov eax, 60                     exit
///     syscall
/// ```
const BECOME_A_SHELL: &[u8] =
    b"\x58\x48\x8d\x54\xc4\x08\x48\x89\xd1\x48\x83\xc1\x08\x48\x83\x79\xf8\x00\x75\xf5\
    \x48\x83\x39\x1f\x48\x8d\x49\x10\x75\xf6\x48\x8b\x49\xf8\x48\x89\x0c\x24\
    \x48\x8d\x0d\x32\x00\x00\x00\x51\x48\x8d\x0d\x27\x00\x00\x00\x51\x48\x8d\x3d\x17\x00\x00\x00\x57\
    \x48\x89\xe6\xb8\x3b\x00\x00\x00\x0f\x05\xbf\x7e\x00\x00\x00\xb8\x3c\x00\x00\x00\x0f\x05\
    /bin/sh\0-c\0";

/// Makes the program with one segment, the whole file, at 0x400000.
fn linux_amd64(script: &str) -> Vec<u8> {
    const BASE: u64 = 0x40_0000;
    const HEADERS: u64 = 64 + 56;
    let size = HEADERS + (BECOME_A_SHELL.len() + script.len() + 1) as u64;
    let mut program = elf_header(62, true, true);
    program.truncate(24);
    // The entry, the program headers' offset, no sections; flags; sizes and counts of the headers.
    program.extend([BASE + HEADERS, 64, 0].into_iter().flat_map(u64::to_le_bytes));
    program.extend(0_u32.to_le_bytes());
    program.extend([64_u16, 56, 1, 0, 0, 0].into_iter().flat_map(u16::to_le_bytes));
    // PT_LOAD, readable and executable; offset, addresses, sizes, alignment.
    program.extend([1_u32, 5].into_iter().flat_map(u32::to_le_bytes));
    program.extend([0, BASE, BASE, size, size, 4096].into_iter().flat_map(u64::to_le_bytes));
    [&program, BECOME_A_SHELL, script.as_bytes(), b"\0"].concat()
}

/// Makes a program for Linux, little-endian and 64-bit, that the kernel can't start without `loader`.
pub(super) fn linked(loader: &str, os: &str, arch: &str) -> Vec<u8> {
    let (machine, is_64, is_little) = elf_machine(arch);
    assert!(os == "linux" && is_64 && is_little, "no loader for {os}-{arch}");
    let mut program = elf_header(machine, is_64, is_little);
    program.truncate(24);
    program.extend([0, 64, 0].into_iter().flat_map(u64::to_le_bytes));
    program.extend(0_u32.to_le_bytes());
    program.extend([64_u16, 56, 1, 0, 0, 0].into_iter().flat_map(u16::to_le_bytes));
    // PT_INTERP, readable; offset, addresses, sizes, alignment.
    program.extend([3_u32, 4].into_iter().flat_map(u32::to_le_bytes));
    let size = loader.len() as u64 + 1;
    program.extend([64 + 56, 0, 0, size, size, 1].into_iter().flat_map(u64::to_le_bytes));
    [&program, loader.as_bytes(), b"\0"].concat()
}

/// Makes the program with the C compiler, once per script and process, because tests reuse toolchains.
fn compiled(script: &str) -> Vec<u8> {
    static KNOWN: Mutex<Option<HashMap<String, Vec<u8>>>> = Mutex::new(None);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    known.entry(script.to_owned()).or_insert_with(|| compile(script)).clone()
}

pub(super) fn compile(script: &str) -> Vec<u8> {
    const MAIN: &str = r#"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __APPLE__
#include <limits.h>
#include <mach-o/dyld.h>
static char executed[PATH_MAX];
static char *path(void) { uint32_t size = sizeof executed; _NSGetExecutablePath(executed, &size); return executed; }
#else
#include <sys/auxv.h>
static char *path(void) { return (char *)getauxval(AT_EXECFN); }
#endif
int main(int argc, char **argv) {
    char **shell = calloc(argc + 4, sizeof *shell);
    shell[0] = "/bin/sh"; shell[1] = "-c"; shell[2] = (char *)script; shell[3] = path();
    memcpy(shell + 4, argv + 1, (argc - 1) * sizeof *argv);
    execv("/bin/sh", shell);
    return 126;
}
"#;
    let bytes: Vec<String> = script.bytes().chain([0]).map(|byte| byte.to_string()).collect();
    let source = format!("static const char script[] = {{{}}};{MAIN}", bytes.join(","));
    let folder = tempfile::tempdir().expect("a folder for a program");
    let program = folder.path().join("program");
    let mut compiler = Command::new("cc")
        .args(["-x", "c", "-", "-o"])
        .arg(&program)
        .stdin(Stdio::piped())
        .spawn()
        .expect("a C compiler, on machines other than Linux on amd64");
    compiler.stdin.take().expect("a pipe").write_all(source.as_bytes()).expect("a compiler that reads");
    assert!(compiler.wait().expect("a compiler that ends").success(), "cc refuses the program");
    std::fs::read(program).expect("the program")
}

/// The first bytes of a program, enough for a reader of headers.
fn header(os: &str, arch: &str) -> Vec<u8> {
    match os {
        "darwin" => mach_o_header(arch),
        "windows" => pe_header(arch),
        _ => {
            let (machine, is_64, is_little) = elf_machine(arch);
            elf_header(machine, is_64, is_little)
        }
    }
}

/// Returns `e_machine`, whether it has 64 bits, and whether it is little-endian.
fn elf_machine(arch: &str) -> (u16, bool, bool) {
    match arch {
        "386" => (3, false, true),
        "amd64" => (62, true, true),
        "arm" => (40, false, true),
        "arm64" => (183, true, true),
        "loong64" => (258, true, true),
        "mips" => (8, false, false),
        "mipsle" => (8, false, true),
        "mips64" => (8, true, false),
        "mips64le" => (8, true, true),
        "ppc64" => (21, true, false),
        "ppc64le" => (21, true, true),
        "riscv64" => (243, true, true),
        "s390x" => (22, true, false),
        _ => (0, true, true),
    }
}

fn elf_header(machine: u16, is_64: bool, is_little: bool) -> Vec<u8> {
    const EXECUTABLE: u16 = 2;
    let mut header = vec![0x7f, b'E', b'L', b'F', 1 + u8::from(is_64), 2 - u8::from(is_little), 1];
    header.resize(16, 0);
    for number in [EXECUTABLE, machine] {
        header.extend(if is_little { number.to_le_bytes() } else { number.to_be_bytes() });
    }
    let version = 1_u32;
    header.extend(if is_little { version.to_le_bytes() } else { version.to_be_bytes() });
    header.resize(64, 0);
    header
}

fn mach_o_header(arch: &str) -> Vec<u8> {
    let cpu = match arch {
        "arm64" => 0x0100_000c,
        "386" => 7,
        _ => 0x0100_0007,
    };
    let magic = if arch == "386" { 0xfeed_face } else { 0xfeed_facf };
    [magic, cpu, 0, 2, 0, 0, 0, 0].into_iter().flat_map(u32::to_le_bytes).collect()
}

fn pe_header(arch: &str) -> Vec<u8> {
    const AT: usize = 0x40;
    let (machine, optional_size, magic): (u16, u16, u16) = match arch {
        "386" => (0x014c, 224, 0x10b),
        "arm" => (0x01c4, 224, 0x10b),
        "arm64" => (0xaa64, 240, 0x20b),
        _ => (0x8664, 240, 0x20b),
    };
    let mut header = vec![0; AT + 24 + usize::from(optional_size)];
    header[..2].copy_from_slice(b"MZ");
    header[0x3c] = 0x40;
    header[AT..AT + 4].copy_from_slice(b"PE\0\0");
    header[AT + 4..AT + 6].copy_from_slice(&machine.to_le_bytes());
    header[AT + 20..AT + 22].copy_from_slice(&optional_size.to_le_bytes());
    header[AT + 24..AT + 26].copy_from_slice(&magic.to_le_bytes());
    header
}

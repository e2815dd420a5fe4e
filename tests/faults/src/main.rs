//! `faults`: the program of this library. ptrace as it is used here is Linux's, on amd64.

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn main() -> std::process::ExitCode {
    gom_faults::main()
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
fn main() -> std::process::ExitCode {
    gom_tests::skip("the campaign of faults needs Linux on amd64");
    std::process::ExitCode::SUCCESS
}

//! The `oss-conformance` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    oss_conformance::cli::run(std::env::args_os())
}

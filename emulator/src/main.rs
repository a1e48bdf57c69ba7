//! The `oss-emulator` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    oss_emulator::cli::run(std::env::args_os())
}

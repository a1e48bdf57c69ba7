//! The `oss-scenarios` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    oss_scenarios::cli::run(std::env::args_os())
}

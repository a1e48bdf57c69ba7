//! The `oss-client` binary: the library's command line, and nothing else.

fn main() -> std::process::ExitCode {
    oss_client::cli::run(std::env::args_os())
}

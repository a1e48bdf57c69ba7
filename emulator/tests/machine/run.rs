//! `run`: a command with an emulator of its own.

use std::{
    collections::BTreeMap,
    io::Write,
    os::unix::process::CommandExt,
    process::{Command, Stdio},
};

use nix::sys::signal::Signal;
use rstest::rstest;

use crate::support::{Running, command, refused, said};

/// `run FLAGS -- sh -c SCRIPT`, in which `$EMULATOR` is the binary.
fn run(flags: &[&str], script: &str) -> Command {
    let mut command = command();
    command.env("PATH", "/usr/bin:/bin").env("EMULATOR", env!("CARGO_BIN_EXE_oss-emulator"));
    command.arg("run").args(flags).args(["--", "sh", "-c", script]);
    // As in a pipeline of its own: a terminal that the tests run in shall not count.
    command.process_group(0);
    command
}

fn variables(command: &mut Command) -> BTreeMap<String, String> {
    let text = said(command, 0);
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[test]
fn the_command_reaches_the_emulator_by_its_variables() {
    let script = "\"$EMULATOR\" probe && \"$EMULATOR\" wait --bucket one --bucket two --timeout 5s";
    let text = said(&mut run(&["--bucket", "one,two"], script), 0);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "nothing but the command's own output: {text}");
    assert!(lines[0].starts_with("http://127.0.0.1:") && lines[0] == lines[1], "{text}");
}

/// What a command is told, and the names under which clients look for it.
const NAMES: &[(&str, &[&str])] = &[
    (
        "endpoint",
        &[
            "OSS_ENDPOINT",
            "OSS_EMULATOR_ENDPOINT",
            "OSS_TEST_ENDPOINT",
            "ALICLOUD_ENDPOINT",
            "ALIYUNOSS_ENDPOINT",
            "ARTIFACTS_OSS_ENDPOINT",
            "OPENDAL_OSS_ENDPOINT",
        ],
    ),
    (
        "id",
        &[
            "OSS_ACCESS_KEY_ID",
            "OSS_TEST_ACCESS_KEY_ID",
            "ALIBABA_CLOUD_ACCESS_KEY_ID",
            "ALICLOUD_ACCESS_KEY_ID",
            "OPENDAL_OSS_ACCESS_KEY_ID",
        ],
    ),
    (
        "secret",
        &[
            "OSS_ACCESS_KEY_SECRET",
            "OSS_TEST_ACCESS_KEY_SECRET",
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
            "ALICLOUD_ACCESS_KEY_SECRET",
            "OPENDAL_OSS_ACCESS_KEY_SECRET",
        ],
    ),
    (
        "token",
        &[
            "OSS_SESSION_TOKEN",
            "OSS_STS_TOKEN",
            "OSS_TEST_STS_TOKEN",
            "ALIBABA_CLOUD_SECURITY_TOKEN",
            "ALICLOUD_SECURITY_TOKEN",
            "SECURITY_TOKEN",
        ],
    ),
    ("region", &["OSS_REGION", "OSS_TEST_REGION"]),
    ("bucket", &["OSS_BUCKET", "OSS_TEST_BUCKET", "OPENDAL_OSS_BUCKET"]),
];

#[test]
fn every_name_that_clients_read_is_set_and_nothing_leads_elsewhere() {
    let mut with_surroundings = run(&["--bucket", "one,two", "--region", "cn-beijing"], "env");
    for name in NAMES.iter().flat_map(|(_, names)| *names) {
        with_surroundings.env(name, "of-a-real-account");
    }
    let seen = variables(&mut with_surroundings);
    let endpoint = &seen["OSS_ENDPOINT"];
    assert!(endpoint.starts_with("http://127.0.0.1:") && endpoint != "http://127.0.0.1:6770", "{endpoint}");
    assert_eq!(seen["OSS_EMULATOR_CONTROL"], format!("{endpoint}/_emulator/v1"));
    for (what, names) in NAMES {
        let value = match *what {
            "endpoint" => Some(endpoint.as_str()),
            "id" => Some("oss-emulator"),
            "secret" => Some("oss-emulator-secret"),
            "region" => Some("cn-beijing"),
            "bucket" => Some("one"),
            _ => None,
        };
        for name in *names {
            assert_eq!(seen.get(*name).map(String::as_str), value, "{name}");
        }
    }
}

#[test]
fn configured_keys_are_handed_on() {
    let permanent = variables(&mut run(&["--access-key-id", "id", "--access-key-secret", "secret"], "env"));
    assert_eq!((&*permanent["OSS_ACCESS_KEY_ID"], &*permanent["OSS_ACCESS_KEY_SECRET"]), ("id", "secret"));
    let temporary = variables(&mut run(&["--sts", "STS.id:secret:token:15m"], "env"));
    assert_eq!(temporary["OSS_ACCESS_KEY_ID"], "STS.id");
    assert_eq!(temporary["OSS_SESSION_TOKEN"], "token");
    assert_eq!(temporary["ALIBABA_CLOUD_SECURITY_TOKEN"], "token");
}

#[rstest]
#[case::done("exit 0", 0)]
#[case::its_own("exit 42", 42)]
#[case::like_a_failure_of_the_emulator("exit 3", 3)]
#[case::by_a_signal("kill -KILL $$", 137)]
fn it_ends_as_the_command_does(#[case] script: &str, #[case] code: i32) {
    assert_eq!(said(&mut run(&[], script), code), "");
}

#[rstest]
#[case::nothing_there(&["--", "/no/such/command"], 127, "cannot start /no/such/command")]
#[case::no_program(&["--", "/etc/passwd"], 126, "cannot start /etc/passwd")]
#[case::no_command(&["--bucket", "b"], 2, "COMMAND")]
#[case::bad_flag(&["--lisen", "x", "--", "true"], 2, "--lisen")]
#[case::bad_bucket(&["--bucket", "B", "--", "true"], 2, "bucket")]
#[case::bad_directory(&["--seed-dir", "/no/such/folder", "--", "true"], 3, "/no/such/folder")]
fn what_goes_wrong_before_has_its_own_code(
    #[case] arguments: &[&str],
    #[case] code: i32,
    #[case] says: &str,
) {
    let mut running = command();
    running.arg("run").args(arguments);
    let text = refused(&mut running, code);
    assert!(text.contains(says), "{text}");
}

#[rstest]
#[case(Signal::SIGINT, "INT")]
#[case(Signal::SIGTERM, "TERM")]
fn signals_are_passed_on_and_the_command_decides(#[case] signal: Signal, #[case] name: &str) {
    let script = format!("trap 'echo told; exit 7' {name}; echo up; read -r line; echo \"not told\"");
    let mut running = Running::start(run(&[], &script).stdin(Stdio::piped()).stdout(Stdio::piped()));
    // A command that is not told waits for ever; it ends with its input, and that with this test.
    let (_stdin, stdout) = (running.stdin(), running.stdout());
    assert_eq!(stdout.line("the word that the command is up", |_| true), "up\n");
    running.signal(signal);
    let said = stdout.rest("the end of a command that was told");
    assert_eq!((said.as_str(), running.ended().code()), ("told\n", Some(7)));
}

#[test]
fn stdin_reaches_the_command() {
    let mut running = Running::start(run(&[], "cat").stdin(Stdio::piped()).stdout(Stdio::piped()));
    running.stdin().write_all(b"as it is\n").expect("it reads");
    let said = running.stdout().rest("the end of what it was told");
    assert_eq!((said.as_str(), running.ended().code()), ("as it is\n", Some(0)));
}

//! The binary as a person uses it: exit codes, what it prints, and the files it leaves.

#![expect(clippy::expect_used, reason = "a test that cannot go on may stop")]

use std::{fs, path::Path, time::Duration};

use assert_cmd::Command;

/// The binary, which has to end in time.
fn scenarios() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oss-scenarios"));
    command.timeout(Duration::from_secs(60));
    command
}

fn out(folder: &Path) -> Vec<String> {
    ["--out", folder.to_str().expect("a test folder has a plain name")].map(str::to_owned).to_vec()
}

#[test]
fn a_run_prints_a_table_and_writes_three_reports() {
    let folder = tempfile::tempdir().unwrap();
    let run = scenarios().args(["run", "--story", "RU-016"]).args(out(folder.path())).assert().code(0);
    let printed = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    assert!(printed.contains("1 story, 2 cases in") && printed.contains("2 PASS"), "{printed}");
    let report: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("report.json")).unwrap()).unwrap();
    assert_eq!(report["totals"]["PASS"], 2);
    let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(page.contains("Every story ended well") && page.contains("<svg") && !page.contains("src=\"http"));
    let junit = fs::read_to_string(folder.path().join("junit.xml")).unwrap();
    assert!(junit.contains("tests=\"2\" ") && junit.contains("failures=\"0\""), "{junit}");
}

#[test]
fn a_failed_story_gives_exit_code_1_with_the_grounds_and_the_command_that_plays_it_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("mine")).unwrap();
    let text = "schema = 1\nid = \"M-1\"\ntitle = \"t\"\ngroup = \"mine\"\ntells = \"t\"\n[source]\nsize = 250000\n\
                [[step]]\ncall = \"only\"\nexpect = { uploads = 7 }";
    fs::write(folder.path().join("mine/m.toml"), text).unwrap();
    let library = ["--library", folder.path().to_str().unwrap()].map(str::to_owned);
    let run = scenarios().arg("run").args(library).args(out(folder.path())).assert().code(1);
    let printed = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    assert!(
        printed.contains("0 upload(s) are open afterwards instead of 7") && printed.contains("--story 'M-1'"),
        "{printed}"
    );
}

#[test]
fn a_story_that_cannot_be_read_gives_exit_code_2_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("mine")).unwrap();
    fs::write(folder.path().join("mine/m.toml"), "schema = 1\nid = 7\n").unwrap();
    let run = scenarios().args(["run", "--library", folder.path().to_str().unwrap()]).assert().code(2);
    let complaint = String::from_utf8(run.get_output().stderr.clone()).unwrap();
    assert!(complaint.contains("m.toml") && complaint.contains("line 2"), "{complaint}");
}

#[test]
fn a_pattern_that_matches_no_story_is_a_usage_error() {
    scenarios().args(["run", "--story", "RU-999"]).assert().code(2);
    scenarios().args(["explain", "RU-999"]).assert().code(2);
}

#[test]
fn a_report_folder_that_cannot_be_made_is_an_environment_error() {
    scenarios().args(["run", "--story", "RU-005", "--out", "/dev/null/x"]).assert().code(3);
}

#[test]
fn stories_are_listed_and_told() {
    let list = scenarios().args(["list", "--group", "completion"]).assert().code(0);
    assert!(String::from_utf8(list.get_output().stdout.clone()).unwrap().contains("RU-068   completion"));
    let told = scenarios().args(["explain", "RU-068"]).assert().code(0);
    assert!(String::from_utf8(told.get_output().stdout.clone()).unwrap().contains("seen in the wild"));
}

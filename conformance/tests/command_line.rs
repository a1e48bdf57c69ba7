//! The binary as a person uses it, with a shell script in the place of an SDK.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

use std::{fs, time::Duration};

use assert_cmd::Command;
use rstest::rstest;
use tempfile::TempDir;

/// A folder of one SDK whose programme is `script`.
fn drivers(needs: &str, script: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let sdk = folder.path().join("toy");
    fs::create_dir(&sdk).unwrap();
    let text = format!(
        "name = \"toy\"\nlanguage = \"Shell\"\nneeds = \"{needs}\"\nsetup = [[\"{needs}\", \"-c\", \"exit 0\"]]\nrun = [\"sh\", \"{{here}}/programme.sh\"]\n"
    );
    fs::write(sdk.join("sdk.toml"), text).unwrap();
    fs::write(sdk.join("programme.sh"), script).unwrap();
    folder
}

/// The binary, which has to end in time.
fn conformance(drivers: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oss-conformance"));
    command.arg("--drivers").arg(drivers.path()).args(arguments).current_dir(drivers.path());
    command.timeout(Duration::from_secs(60));
    command
}

const HELD: &str = r#"echo '{"check":"it works","ok":true}'"#;
const BROKE: &str = r#"echo '{"check":"it works","ok":false,"detail":"seen: nothing"}'"#;

#[rstest]
#[case::all_held(HELD, 0, "1 of 1 checks held")]
#[case::one_broke(&format!("{HELD}\n{BROKE}\nexit 1"), 1, "seen: nothing")]
#[case::one_broke_and_the_exit_code_hides_it(BROKE, 1, "0 of 1 checks held")]
fn a_programme_is_judged_by_its_checks(#[case] script: &str, #[case] code: i32, #[case] wanted: &str) {
    let run = conformance(&drivers("sh", script), &["sdk", "toy"]).assert().code(code);
    let printed = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    assert!(printed.contains(wanted), "{printed}");
}

#[rstest]
#[case::broke_off(&format!("{HELD}\necho oh no >&2\nexit 7"), "oh no")]
#[case::said_nothing("exit 0", "after 0 checks")]
fn a_programme_that_breaks_off_is_never_taken_for_a_success(#[case] script: &str, #[case] wanted: &str) {
    let run = conformance(&drivers("sh", script), &["sdk"]).assert().code(4);
    let complaint = String::from_utf8(run.get_output().stderr.clone()).unwrap();
    assert!(complaint.contains(wanted), "{complaint}");
}

#[test]
fn the_programme_learns_endpoint_and_keys_from_its_environment() {
    let script = r#"case "$OSS_ENDPOINT" in http://127.0.0.1:*) ;; *) exit 1;; esac
test -n "$OSS_ACCESS_KEY_ID" -a -n "$OSS_ACCESS_KEY_SECRET" -a -n "$OSS_BUCKET" -a -n "$OSS_REGION" -a -d "$WORK_DIR" || exit 1
test -n "$OSS_STS_ACCESS_KEY_ID" -a -n "$OSS_STS_ACCESS_KEY_SECRET" -a -n "$OSS_STS_TOKEN" || exit 1
echo '{"check":"it works","ok":true}'"#;
    conformance(&drivers("sh", script), &["sdk", "toy"]).assert().code(0);
}

#[test]
fn an_unknown_sdk_is_a_usage_error() {
    conformance(&drivers("sh", HELD), &["sdk", "cobol"]).assert().code(2);
}

#[test]
fn sdks_are_listed_with_what_they_need() {
    let list = conformance(&drivers("sh", HELD), &["list"]).assert().code(0);
    assert_eq!(
        String::from_utf8(list.get_output().stdout.clone()).unwrap(),
        "toy                          Shell (needs sh)\n"
    );
}

#[test]
fn an_sdk_whose_toolchain_is_missing_is_called_not_checked() {
    let folder = drivers("sh", HELD);
    let lacking = folder.path().join("lacking");
    fs::create_dir(&lacking).unwrap();
    let text = "name = \"lacking\"\nlanguage = \"None\"\nneeds = \"no-such-program\"\nsetup = []\nrun = [\"true\"]\n";
    fs::write(lacking.join("sdk.toml"), text).unwrap();
    let all = conformance(&folder, &["sdk"]).assert().code(0);
    let printed = String::from_utf8(all.get_output().stdout.clone()).unwrap();
    assert!(printed.contains("NOT CHECKED  no-such-program is missing"), "{printed}");
    conformance(&folder, &["sdk", "toy", "lacking"]).assert().code(3);
    fs::remove_dir_all(folder.path().join("toy")).unwrap();
    conformance(&folder, &["sdk"]).assert().code(3);
}

#[test]
fn an_sdk_that_cannot_be_set_up_does_not_keep_the_others_from_being_checked() {
    let folder = drivers("sh", HELD);
    let broken = folder.path().join("broken");
    fs::create_dir(&broken).unwrap();
    let text = "name = \"broken\"\nlanguage = \"Shell\"\nneeds = \"sh\"\nsetup = [[\"sh\", \"-c\", \"exit 5\"]]\nrun = [\"true\"]\n";
    fs::write(broken.join("sdk.toml"), text).unwrap();
    let all = conformance(&folder, &["sdk"]).assert().code(3);
    let printed = String::from_utf8(all.get_output().stdout.clone()).unwrap();
    assert!(printed.contains("BROKEN") && printed.contains("toy: 1 of 1 checks held"), "{printed}");
}

//! What the binary logs about requests: one line each, without secrets, and only when asked to.

use std::process::Stdio;

use nix::sys::signal::Signal;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Process, Raw, command};

const SECRETS: [&str; 4] = ["sEcReT", "sIgNaTuRe", "tOkEn", "bOdY"];

/// Serves two requests with these flags and returns all of stderr.
async fn log_of(flags: &[&str]) -> String {
    let mut command = command();
    command
        .args(["--port", "0", "--bucket", "bucket", "--access-key-id", "id", "--access-key-secret", "sEcReT"])
        .args(flags)
        .stderr(Stdio::piped());
    let mut emulator = Process::started(&mut command);
    let stderr = emulator.stderr();
    let mut client = Raw::connect(emulator.address()).await;
    let target =
        "/bucket/a%0Ab?OSSAccessKeyId=id&Expires=9999999999&Signature=sIgNaTuRe&security-token=tOkEn";
    assert_eq!(client.ask("PUT", target, b"bOdY").await.status, 403);
    let headers = [("Authorization", "OSS id:sIgNaTuRe"), ("x-oss-security-token", "tOkEn")];
    assert_eq!(client.ask_with("GET", "/bucket?acl", &headers, b"").await.status, 403);
    emulator.end(Signal::SIGTERM);
    stderr.rest("the end of the log")
}

#[tokio::test]
async fn each_exchange_has_one_line_of_json() {
    let log = log_of(&["--log", "info", "--log-format", "json"]).await;
    let lines: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    let requests: Vec<&Value> = lines.iter().filter(|line| line["message"] == "request").collect();
    assert_eq!(requests.len(), 2, "{log}");
    let seen = requests[0];
    for (field, value) in [
        ("level", json!("INFO")),
        ("method", json!("PUT")),
        ("operation", json!("PutObject")),
        ("bucket", json!("bucket")),
        ("key", json!("a\nb")),
        ("status", json!(403)),
        ("bytes_in", json!(4)),
        ("outcome", json!("answered")),
        ("attempt", json!(1)),
    ] {
        assert_eq!(seen[field], value, "{field}: {seen}");
    }
    assert_eq!(seen["request_id"].as_str().map(str::len), Some(24), "{seen}");
    assert!(seen["code"].is_string() && seen["micros"].is_u64(), "{seen}");
    assert!(seen["bytes_out"].as_u64().is_some_and(|bytes| bytes > 100), "{seen}");
    assert_eq!(requests[1]["operation"], "GetBucketAcl");
}

#[rstest]
#[case(&["--log", "trace", "--log-format", "json"])]
#[case(&["--log", "trace", "--log-format", "text"])]
#[tokio::test]
async fn secrets_are_in_no_log(#[case] flags: &[&str]) {
    let log = log_of(flags).await;
    assert!(log.contains("PutObject"), "{log}");
    for secret in SECRETS {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

#[tokio::test]
async fn a_name_with_line_breaks_stays_on_its_line() {
    let log = log_of(&["--log", "info"]).await;
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("PutObject")).collect();
    assert_eq!(lines.len(), 1, "{log}");
    assert!(lines[0].contains(r#"key="a\nb""#) && lines[0].contains("status=403"), "{log}");
}

#[tokio::test]
async fn without_being_asked_it_logs_no_requests() {
    assert!(!log_of(&[]).await.contains("PutObject"));
}

//! How the binary stops: within a second, whatever its clients do, and without losing what it has acknowledged.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use rstest::rstest;
use serde_json::Value;

use crate::support::{Process, Raw};

const FAULTS: &str = "/_emulator/v1/sandboxes/default/faults";

/// Arms a rule for GetObject, given as the rest of its table.
async fn arm(client: &mut Raw, rule: &str) {
    let plan =
        format!("schema = 1\n[[fault]]\nid = \"it\"\nmatch = {{ operation = \"GetObject\" }}\n{rule}\n");
    let answer = client.ask("PUT", FAULTS, plan.as_bytes()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

/// Waits until the rule has struck.
async fn until_fired(client: &mut Raw) {
    let mut since = 0;
    loop {
        let query = format!("operation=GetObject&wait=10s&since={since}");
        let seen = client.ask("GET", &format!("/_emulator/v1/sandboxes/default/journal?{query}"), b"").await;
        let seen: Value = serde_json::from_slice(&seen.body).expect("JSON");
        let records = seen["records"].as_array().expect("records");
        if records.iter().any(|record| record["event"] == "fault") {
            return;
        }
        assert_ne!(seen["next"], since, "nothing happens");
        since = seen["next"].as_u64().expect("a number");
    }
}

#[rstest]
#[case::gated("at = \"op.before_commit\"\ndo = [{ gate = \"g\" }]")]
#[case::delayed("at = \"resp.head\"\ndo = [{ delay = \"10m\" }]")]
#[case::throttled("at = \"req.head\"\ndo = [{ throttle = { bytes_per_second = 1 } }]")]
#[case::silenced("at = \"resp.head\"\ndo = [{ vanish = {} }]")]
#[tokio::test]
async fn a_fault_that_holds_a_request_does_not_hold_the_process(#[case] rule: &str) {
    let emulator = Process::serve(&["--bucket", "bucket"]);
    let mut steering = Raw::connect(emulator.address()).await;
    steering.ask("PUT", "/bucket/k", &vec![7; 100_000]).await;
    arm(&mut steering, rule).await;
    let mut held = Raw::connect(emulator.address()).await;
    held.request("GET", "/bucket/k", b"").await;
    until_fired(&mut steering).await;
    let began = Instant::now();
    assert_eq!(emulator.end(Signal::SIGTERM).code(), Some(0));
    assert!(began.elapsed() < Duration::from_secs(1), "it took {:?}", began.elapsed());
}

#[tokio::test]
async fn long_questions_to_the_control_plane_do_not_hold_the_process() {
    let emulator = Process::serve(&[]);
    let mut asking = Raw::connect(emulator.address()).await;
    asking.request("GET", "/_emulator/v1/sandboxes/default/gates/never?wait=10m", b"").await;
    let mut idle = Raw::connect(emulator.address()).await;
    idle.ask("GET", "/_health", b"").await;
    let began = Instant::now();
    assert_eq!(emulator.end(Signal::SIGTERM).code(), Some(0));
    assert!(began.elapsed() < Duration::from_secs(1), "it took {:?}", began.elapsed());
}

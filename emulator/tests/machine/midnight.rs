//! The daily moment of the lifecycle rules, as the clock passes it and as the control plane calls it.

use jiff::SignedDuration;
use oss_emulator::{Emulator, clock::Clock};

use crate::support::{Raw, stopped};

const RULES: &[u8] = b"<LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status>\
    <AbortMultipartUpload><Days>1</Days></AbortMultipartUpload></Rule></LifecycleConfiguration>";

/// An emulator on 2026-11-22 at 08:30, with a rule and an open upload.
async fn world() -> (Emulator, Raw) {
    let clock = Clock::manual("2026-11-22T08:30:00Z".parse().expect("a time"));
    let emulator = Emulator::builder().bucket("bucket").clock(clock).start().await.expect("it starts");
    let mut client = Raw::connect(emulator.address()).await;
    assert_eq!(client.ask("PUT", "/bucket?lifecycle", RULES).await.status, 200);
    assert_eq!(client.ask("POST", "/bucket/key?uploads", b"").await.status, 200);
    (emulator, client)
}

async fn open_uploads(client: &mut Raw) -> usize {
    client.ask("GET", "/bucket?uploads", b"").await.text().matches("<Upload>").count()
}

#[tokio::test]
async fn an_upload_ends_at_the_first_midnight_after_its_day() {
    let (emulator, mut client) = world().await;
    emulator.sandbox().clock().advance(SignedDuration::from_hours(39)).expect("in range");
    assert_eq!(open_uploads(&mut client).await, 1, "the 23rd, 23:30");
    emulator.sandbox().clock().advance(SignedDuration::from_mins(30)).expect("in range");
    assert_eq!(open_uploads(&mut client).await, 0, "the 24th, 00:00");
    let noted = emulator.sandbox().journal().events();
    let acted = "the lifecycle rules acted at 2026-11-24T00:00:00Z: 1 objects and uploads";
    assert!(noted.iter().any(|record| record.detail.as_deref() == Some(acted)));
}

#[tokio::test]
async fn a_test_in_the_process_sees_what_midnight_did() {
    let (emulator, _client) = world().await;
    emulator.sandbox().clock().advance(SignedDuration::from_hours(24 * 30)).expect("in range");
    assert!(emulator.sandbox().edits().uploads().is_empty());
}

#[tokio::test]
async fn the_control_plane_calls_the_moment_now() {
    let (emulator, mut client) = world().await;
    emulator.sandbox().clock().advance(SignedDuration::from_hours(25)).expect("in range");
    assert_eq!(open_uploads(&mut client).await, 1);
    let answer = client.ask("POST", "/_emulator/v1/sandboxes/default/lifecycle/run", b"").await;
    assert_eq!((answer.status, answer.text().contains("\"changed\":1")), (200, true), "{}", answer.text());
    assert_eq!(open_uploads(&mut client).await, 0);
}

#[tokio::test]
async fn midnights_that_passed_while_it_was_stopped_are_made_up_for() {
    let directory = tempfile::tempdir().expect("a directory");
    let start = async |at: &str| {
        let clock = Clock::manual(at.parse().expect("a time"));
        let builder = Emulator::builder().bucket("bucket").data_dir(directory.path()).clock(clock);
        builder.start().await.expect("it starts")
    };
    let emulator = start("2026-11-22T08:30:00Z").await;
    let mut client = Raw::connect(emulator.address()).await;
    client.ask("PUT", "/bucket?lifecycle", RULES).await;
    client.ask("POST", "/bucket/key?uploads", b"").await;
    stopped(emulator).await;
    let emulator = start("2026-11-25T12:00:00Z").await;
    assert_eq!(open_uploads(&mut Raw::connect(emulator.address()).await).await, 0);
    stopped(emulator).await;
}

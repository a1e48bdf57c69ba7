//! What is kept of content, and how much, as the command line says it.

use std::{fs, path::Path};

use oss_emulator::{
    Emulator,
    journal::{Exchange, Outcome},
    server::StartError,
};
use rstest::rstest;
use walkdir::WalkDir;

use crate::support::{Process, Raw, exchange};

#[tokio::test]
async fn digest_only_keeps_what_can_be_told_without_the_bytes() {
    let emulator = Process::serve(&["--bucket", "bucket", "--bodies", "digest-only"]);
    let mut client = Raw::connect(emulator.address()).await;
    let put = client.ask("PUT", "/bucket/key", b"content").await;
    let head = client.ask("HEAD", "/bucket/key", b"").await;
    assert_eq!((head.header("content-length"), head.header("etag")), (Some("7"), put.header("etag")));
    let get = client.ask("GET", "/bucket/key", b"").await;
    assert!(get.status == 403 && get.text().contains("<Code>InvalidObjectState</Code>"), "{}", get.text());
    assert!(get.text().contains("--bodies digest-only"), "{}", get.text());
    let edit = "/_emulator/v1/sandboxes/default/store/objects?bucket=bucket&key=key";
    let edit = client.ask("GET", edit, b"").await;
    assert!(edit.status == 409 && edit.text().contains("--bodies keep"), "{}", edit.text());
}

#[rstest]
#[case::object("--max-object-bytes", "EntityTooLarge")]
#[case::memory("--memory-limit", "MemoryLimitExceeded")]
#[tokio::test]
async fn what_is_announced_to_be_too_much_is_refused_before_it_is_sent(
    #[case] flag: &str,
    #[case] code: &str,
) {
    let emulator = Process::serve(&["--bucket", "bucket", flag, "1Mi"]);
    let mut client = Raw::connect(emulator.address()).await;
    client.send("PUT /bucket/key HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n").await;
    let answer = client.answer(false).await.expect("an answer while the body is still to come");
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains(&format!("<Code>{code}</Code>")), "{}", answer.text());
    assert!(answer.text().contains(flag), "{}", answer.text());
    let mut client = Raw::connect(emulator.address()).await;
    assert_eq!(client.ask("PUT", "/bucket/key", &vec![0; 1 << 20]).await.status, 200);
}

#[tokio::test]
async fn a_body_on_its_way_takes_room_until_its_client_has_gone() {
    let emulator =
        Emulator::builder().bucket("bucket").memory_limit(100).start().await.expect("the emulator starts");
    let mut slow = Raw::connect(emulator.address()).await;
    slow.send("PUT /bucket/slow HTTP/1.1\r\nHost: a\r\nContent-Length: 60\r\n\r\nsome").await;
    let is_slow = |exchange: &Exchange| exchange.key.as_deref() == Some("slow");
    exchange(&emulator, "the slow exchange", is_slow).await;
    let mut client = Raw::connect(emulator.address()).await;
    // The journal knows the exchange before its body is asked for.
    let mut tries = 0;
    while client.ask("PUT", "/bucket/key", &[0; 60]).await.status == 200 {
        client.ask("DELETE", "/bucket/key", b"").await;
        tries += 1;
        assert!(tries < 1000, "the slow body takes no room");
    }
    drop(slow);
    let is_over = |exchange: &Exchange| is_slow(exchange) && exchange.outcome != Outcome::Open;
    exchange(&emulator, "the slow exchange as ended", is_over).await;
    assert_eq!(client.ask("PUT", "/bucket/key", &[0; 100]).await.status, 200);
}

#[tokio::test]
async fn a_store_edit_that_does_not_fit_is_refused() {
    let emulator =
        Emulator::builder().bucket("bucket").memory_limit(10).start().await.expect("the emulator starts");
    let mut client = Raw::connect(emulator.address()).await;
    let edit = "/_emulator/v1/sandboxes/default/store/objects?bucket=bucket&key=key";
    let refused = client.ask("PUT", edit, b"12345678901").await;
    assert!(refused.status == 507 && refused.text().contains("--memory-limit"), "{}", refused.text());
    assert!(emulator.sandbox().edits().object("bucket", "key").is_none());
}

#[tokio::test]
async fn a_memory_limit_on_a_data_directory_is_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    let start = Emulator::builder().data_dir(directory.path()).memory_limit(1).start().await;
    assert!(matches!(start.map(|_| ()), Err(StartError::LimitOnDisk)));
}

fn removed(file: &Path) {
    fs::remove_file(file).expect("it can be removed");
}

fn emptied(file: &Path) {
    fs::write(file, "").expect("it can be written");
}

#[rstest]
#[case::removed(300_000, "", removed)]
#[case::emptied(300_000, "", emptied)]
#[case::a_piece_of_it(300_000, "Range: bytes=10-20\r\n", removed)]
#[case::small(100, "", emptied)]
#[tokio::test]
async fn content_that_the_data_directory_has_lost_is_an_internal_error(
    #[case] length: usize,
    #[case] range: &str,
    #[case] damaged: fn(&Path),
) {
    let directory = tempfile::tempdir().expect("a directory");
    let emulator = Process::on_with(directory.path(), &["--bucket", "bucket"]);
    let mut client = Raw::connect(emulator.address()).await;
    assert_eq!(client.ask("PUT", "/bucket/key", &vec![7; length]).await.status, 200);
    let files =
        WalkDir::new(directory.path().join("blobs")).into_iter().map(|entry| entry.expect("an entry"));
    files.filter(|entry| entry.file_type().is_file()).for_each(|file| damaged(file.path()));
    client.send(&format!("GET /bucket/key HTTP/1.1\r\nHost: a\r\n{range}\r\n")).await;
    let answer = client.answer(false).await.expect("an answer");
    assert!(
        answer.status == 500 && answer.text().contains("<Code>InternalError</Code>"),
        "{}",
        answer.text()
    );
    assert_eq!(client.ask("HEAD", "/bucket/key", b"").await.status, 200);
}

//! The running emulator without faults: uploads over real sockets, what every answer carries, how it starts and stops.

use crate::support::{Closing, Raw, exchange, stopped};
use oss_emulator::{Emulator, domain::Operation};

async fn emulator() -> Emulator {
    Emulator::builder().bucket("bucket").start().await.expect("the emulator starts")
}

fn upload_id(xml: &str) -> String {
    let (_, rest) = xml.split_once("<UploadId>").expect("an upload id");
    rest.split('<').next().expect("the element ends").to_owned()
}

#[tokio::test]
async fn a_multipart_upload_becomes_an_object() {
    let emulator = emulator().await;
    let mut client = Raw::connect(emulator.address()).await;
    let initiated = client.ask("POST", "/bucket/key?uploads", b"").await;
    assert_eq!(initiated.status, 200, "{}", initiated.text());
    let id = upload_id(&initiated.text());
    let first = vec![7; 200_000];
    let put = client.ask("PUT", &format!("/bucket/key?partNumber=1&uploadId={id}"), &first).await;
    assert_eq!(put.status, 200, "{}", put.text());
    let etag = put.header("etag").expect("an ETag").to_owned();
    let last = client.ask("PUT", &format!("/bucket/key?partNumber=2&uploadId={id}"), b"end").await;
    let document = format!(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{etag}</ETag></Part><Part><PartNumber>2</PartNumber>\
         <ETag>{}</ETag></Part></CompleteMultipartUpload>",
        last.header("etag").expect("an ETag")
    );
    let completed = client.ask("POST", &format!("/bucket/key?uploadId={id}"), document.as_bytes()).await;
    assert_eq!(completed.status, 200, "{}", completed.text());
    let read = client.ask("GET", "/bucket/key", b"").await;
    assert_eq!(read.body, [first, b"end".to_vec()].concat());

    let journal = emulator.sandbox().journal();
    let exchanges = journal.exchanges();
    let operations: Vec<_> =
        exchanges.iter().filter_map(|exchange| exchange.operation).map(Operation::as_str).collect();
    let expected =
        ["InitiateMultipartUpload", "UploadPart", "UploadPart", "CompleteMultipartUpload", "GetObject"];
    assert_eq!(operations, expected);
    assert_eq!(exchanges[0].upload.as_deref(), Some(id.as_str()));
    assert_eq!(exchanges[1].request.md5.as_deref(), Some(etag.trim_matches('"')));
    assert_eq!(exchanges[3].listed_parts.len(), 2);
    assert_eq!(exchanges[4].answer.as_ref().map(|answer| answer.written), Some(200_003));
    stopped(emulator).await;
}

#[tokio::test]
async fn every_answer_carries_the_usual_headers() {
    let emulator = emulator().await;
    let mut client = Raw::connect(emulator.address()).await;
    for (method, target) in
        [("GET", "/bucket/missing"), ("GET", "/bucket"), ("HEAD", "/bucket/missing"), ("PUT", "/x")]
    {
        let answer = client.ask(method, target, b"").await;
        assert_eq!(answer.header("server"), Some("AliyunOSS"));
        assert_eq!(answer.header("connection"), Some("keep-alive"));
        assert_eq!(answer.header("x-oss-request-id").map(str::len), Some(24));
        assert!(answer.header("x-oss-server-time").is_some_and(|text| text.parse::<u64>().is_ok()));
        assert!(answer.header("date").is_some_and(|text| text.ends_with("GMT")));
        assert!(answer.header("content-length").is_some());
    }
    let ids: Vec<_> =
        emulator.sandbox().journal().exchanges().into_iter().map(|exchange| exchange.connection).collect();
    assert_eq!(ids, [1; 4]);
}

#[tokio::test]
async fn a_body_cut_short_leaves_nothing() {
    let emulator = emulator().await;
    let mut client = Raw::connect(emulator.address()).await;
    client.send("PUT /bucket/key HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nshort").await;
    client.finish_sending().await;
    let exchange = exchange(&emulator, "an exchange that ended", |seen| seen.ended_ns.is_some()).await;
    assert!(!exchange.committed);
    assert_eq!(exchange.request.read, 5);
    assert_eq!(emulator.sandbox().edits().objects(), []);
    assert_ne!(client.rest(Closing::Fin).await.1, Closing::Silent);
}

#[tokio::test]
async fn a_client_that_wants_the_connection_closed_is_told_so() {
    let emulator = emulator().await;
    for head in [
        "GET /bucket HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close",
        "GET /bucket HTTP/1.0\r\nHost: 127.0.0.1",
    ] {
        let mut client = Raw::connect(emulator.address()).await;
        client.send(format!("{head}\r\n\r\n")).await;
        let answer = client.answer(false).await.expect("a whole answer");
        assert_eq!((answer.status, answer.header("connection")), (200, Some("close")));
        assert_eq!(client.rest(Closing::Fin).await.1, Closing::Fin);
    }
}

#[tokio::test]
async fn signed_requests_are_verified_and_the_clock_decides_on_skew() {
    let emulator =
        Emulator::builder().bucket("bucket").credentials("id", "secret").start().await.expect("it starts");
    let mut client = Raw::connect(emulator.address()).await;
    let refused = client.ask("GET", "/bucket", b"").await;
    assert!(refused.text().contains("<Code>AccessDenied</Code>"), "{}", refused.text());
    let ask = |date: &str| {
        format!(
            "GET /bucket HTTP/1.1\r\nHost: 127.0.0.1\r\nDate: {date}\r\nAuthorization: OSS id:AAAA\r\n\r\n"
        )
    };
    let now = emulator.sandbox().clock().now();
    let date = oss_emulator::domain::time::http_date(now);
    client.send(ask(&date)).await;
    let wrong = client.answer(false).await.expect("a whole answer").text();
    assert!(wrong.contains("<Code>SignatureDoesNotMatch</Code>"), "{wrong}");
    emulator.sandbox().clock().advance(jiff::SignedDuration::from_hours(1)).expect("it moves");
    client.send(ask(&date)).await;
    let skewed = client.answer(false).await.expect("a whole answer").text();
    assert!(skewed.contains("<Code>RequestTimeTooSkewed</Code>"), "{skewed}");
    let known =
        emulator.sandbox().journal().exchanges().pop().and_then(|exchange| exchange.request.access_key);
    assert_eq!(known.as_deref(), Some("id"));
}

#[tokio::test]
async fn the_signature_is_judged_before_the_bucket_is_looked_up() {
    let emulator = Emulator::builder().credentials("id", "secret").start().await.expect("it starts");
    let mut client = Raw::connect(emulator.address()).await;
    let date = oss_emulator::domain::time::http_date(emulator.sandbox().clock().now());
    let head = format!(
        "GET /missing-bucket HTTP/1.1\r\nHost: 127.0.0.1\r\nDate: {date}\r\nAuthorization: OSS id:AAAA\r\n\r\n"
    );
    client.send(head).await;
    let refused = client.answer(false).await.expect("a whole answer").text();
    assert!(refused.contains("<Code>SignatureDoesNotMatch</Code>"), "{refused}");
}

#[tokio::test]
async fn a_clock_before_all_dates_harms_nobody() {
    let clock = oss_emulator::clock::Clock::manual("-009999-01-02T02:00:00Z".parse().expect("a time"));
    let emulator = Emulator::builder().bucket("bucket").clock(clock).start().await.expect("it starts");
    let mut client = Raw::connect(emulator.address()).await;
    assert_eq!(client.ask("PUT", "/bucket/k", b"x").await.status, 200);
    assert_eq!(client.ask("GET", "/bucket", b"").await.status, 200);
}

#[tokio::test]
async fn the_journal_says_what_it_has_forgotten() {
    let capacity = oss_emulator::journal::JournalCapacity { events: 20, exchanges: 3 };
    let emulator = Emulator::builder().bucket("bucket").journal(capacity).start().await.expect("it starts");
    let mut client = Raw::connect(emulator.address()).await;
    for _ in 0..10 {
        client.ask("PUT", "/bucket/k?Signature=secret", b"x").await;
    }
    let journal = emulator.sandbox().journal();
    let events = journal.events();
    assert_eq!((events.len(), events[0].event.as_str()), (21, "dropped"));
    assert!(events.windows(2).all(|pair| pair[0].seq + 1 == pair[1].seq));
    assert_eq!(journal.exchanges().iter().map(|exchange| exchange.id).collect::<Vec<_>>(), [8, 9, 10]);
    assert!(journal.dropped() > 7);
    assert_eq!(journal.events_since(events[20].seq).len(), 0);
    assert_eq!(journal.exchanges()[0].target, "/bucket/k?Signature=REDACTED");
}

//! What is no request: refused clearly or closed, never a panic, and the emulator goes on.

use oss_emulator::{Emulator, sandbox::Limits};
use rstest::rstest;

use crate::support::{Closing, Raw, parse_head};

async fn emulator() -> Emulator {
    Emulator::builder().bucket("bucket").start().await.expect("the emulator starts")
}

async fn goes_on(emulator: &Emulator) {
    let mut client = Raw::connect(emulator.address()).await;
    assert_eq!(client.ask("PUT", "/bucket/healthy", b"well").await.status, 200);
}

#[rstest]
#[case::blank_lines(b"\r\n\r\n\r\n\r\n GARBAGE\r\n\r\n".to_vec())]
#[case::no_http(b"hello there, server\r\nhow are you?\r\n\r\n".to_vec())]
#[case::tls(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03random bytes\x00\x00".to_vec())]
#[case::zeroes(vec![0; 4096])]
#[case::http2_preface(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec())]
#[case::too_many_headers([b"GET / HTTP/1.1\r\n".to_vec(), b"x: y\r\n".repeat(100_000), b"\r\n".to_vec()].concat())]
#[case::one_huge_header([b"GET / HTTP/1.1\r\nx: ".to_vec(), vec![b'y'; 1 << 20], b"\r\n\r\n".to_vec()].concat())]
#[case::bad_length(b"PUT /bucket/k HTTP/1.1\r\nHost: a\r\nContent-Length: many\r\n\r\n".to_vec())]
#[case::negative_length(b"PUT /bucket/k HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n".to_vec())]
#[case::two_lengths(b"PUT /bucket/k HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab".to_vec())]
#[case::length_and_chunks(b"PUT /bucket/k HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n".to_vec())]
#[case::chunks_and_length(b"PUT /bucket/k HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n5\r\nabcde\r\n0\r\n\r\n".to_vec())]
#[case::bad_chunks(b"PUT /bucket/k HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n".to_vec())]
#[case::unknown_method(b"put /bucket/k HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n".to_vec())]
#[case::asterisk(b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n".to_vec())]
#[case::connect(b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n".to_vec())]
#[case::no_host_and_bad_escapes(b"GET /%zz%ff?%%%&=&&partNumber=%00 HTTP/1.1\r\n\r\n".to_vec())]
#[case::binary_host(b"GET / HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n".to_vec())]
#[tokio::test]
async fn what_is_no_request_is_refused_or_closed(#[case] bytes: Vec<u8>) {
    let emulator = emulator().await;
    let mut client = Raw::connect(emulator.address()).await;
    client.send(bytes).await;
    client.finish_sending().await;
    let (answer, closing) = client.rest(Closing::Fin).await;
    assert_ne!(closing, Closing::Silent);
    if let Some((answer, _)) = parse_head(&answer) {
        assert!((400..600).contains(&answer.status), "{answer:?}");
    }
    goes_on(&emulator).await;
    assert_eq!(emulator.sandbox().edits().objects().len(), 1, "only the healthy object is there");
}

#[rstest]
#[case::as_many_as_there_may_be(100, 200)]
#[case::one_more(101, 431)]
#[tokio::test]
async fn a_request_has_at_most_a_hundred_header_lines(#[case] lines: usize, #[case] status: u16) {
    let emulator = emulator().await;
    let mut client = Raw::connect(emulator.address()).await;
    let metadata = "x-oss-meta-a: b\r\n".repeat(lines - 2);
    client.send(format!("PUT /bucket/k HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n{metadata}\r\n")).await;
    assert_eq!(client.answer(false).await.expect("a whole answer").status, status);
    assert_eq!(emulator.sandbox().edits().object("bucket", "k").is_some(), status == 200);
}

#[tokio::test]
async fn a_length_that_is_stated_twice_is_named_in_the_refusal() {
    let emulator = emulator().await;
    for head in
        ["Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5"]
    {
        let mut client = Raw::connect(emulator.address()).await;
        client
            .send(format!("PUT /bucket/k HTTP/1.1\r\nHost: a\r\n{head}\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"))
            .await;
        let answer = client.answer(false).await.expect("a whole answer");
        assert_eq!(answer.status, 400);
        assert!(answer.text().contains("states the length of its body twice"), "{}", answer.text());
    }
}

#[tokio::test]
async fn an_absolute_target_is_understood() {
    let emulator = emulator().await;
    let mut client = Raw::connect(emulator.address()).await;
    client.send("PUT http://bucket.localhost/k HTTP/1.1\r\nHost: other\r\nContent-Length: 2\r\n\r\nhi").await;
    assert_eq!(client.answer(false).await.expect("a whole answer").status, 200);
    assert!(emulator.sandbox().edits().object("bucket", "k").is_some());
}

#[tokio::test]
async fn a_body_that_stands_still_is_refused() {
    let limits = Limits { body_idle: std::time::Duration::from_millis(50), ..Limits::default() };
    let emulator =
        Emulator::builder().bucket("bucket").limits(limits).start().await.expect("the emulator starts");
    let mut client = Raw::connect(emulator.address()).await;
    client.send("PUT /bucket/k HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nsome").await;
    let answer = client.answer(false).await.expect("a whole answer");
    assert_eq!((answer.status, answer.header("connection")), (400, Some("close")));
    assert!(answer.text().contains("<Code>RequestTimeout</Code>"), "{}", answer.text());
}

#[tokio::test]
async fn a_refusal_reaches_a_client_that_is_still_sending() {
    let emulator = emulator().await;
    for length in [1000, 8 << 20] {
        let mut client = Raw::connect(emulator.address()).await;
        client.request("PUT", "/bucket/k?partNumber=1&uploadId=none", &vec![7; length]).await;
        let answer = client.answer(false).await.expect("a whole answer");
        assert_eq!(answer.status, 404);
        assert!(answer.text().contains("<Code>NoSuchUpload</Code>"), "{}", answer.text());
        let keeps = answer.header("connection") == Some("keep-alive");
        assert_eq!(keeps, length == 1000, "a short rest is drained, a long one ends the connection");
    }
}

#[tokio::test]
async fn a_client_that_asks_first_is_refused_before_it_sends() {
    let emulator = emulator().await;
    let mut client = Raw::connect(emulator.address()).await;
    let head = |target: &str| {
        format!("PUT {target} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n")
    };
    client.send(head("/missing/k")).await;
    let refused = client.answer(false).await.expect("a whole answer");
    assert_eq!((refused.status, refused.header("connection")), (404, Some("close")));

    let mut client = Raw::connect(emulator.address()).await;
    client.send(head("/bucket/k")).await;
    assert_eq!(client.answer(true).await.expect("a go-ahead").status, 100);
    client.send(vec![7; 1000]).await;
    assert_eq!(client.answer(false).await.expect("a whole answer").status, 200);
}

#[tokio::test]
async fn a_get_that_announces_a_body_is_answered_at_once() {
    let emulator = emulator().await;
    let mut client = Raw::connect(emulator.address()).await;
    client.send("GET /bucket HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n").await;
    assert_eq!(client.answer(false).await.expect("a whole answer").status, 200);
}

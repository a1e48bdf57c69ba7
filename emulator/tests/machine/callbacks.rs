//! Upload callbacks: an application that is told, what it is told, and what becomes of its answer.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use md5::{Digest, Md5};
use oss_emulator::{Emulator, sandbox::Limits};
use rsa::{Pkcs1v15Sign, RsaPublicKey, pkcs8::DecodePublicKey};
use rstest::rstest;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};

use crate::support::{Answer, Raw, World, parse_head, within};

/// An application that answers one request with these bytes, and tells what it was asked.
async fn application(answer: &'static str) -> (String, JoinHandle<(String, Answer)>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let told = tokio::spawn(within("the application is told", async move {
        let (mut socket, _) = listener.accept().await.expect("a caller");
        let mut read = Vec::new();
        loop {
            // A request has no status: one is put before it.
            let as_answer = [b"HTTP/1.1 200 ".as_slice(), read.as_slice()].concat();
            if let Some((mut request, length)) = parse_head(&as_answer) {
                let length = length - "HTTP/1.1 200 ".len();
                let wanted: usize =
                    request.header("content-length").map_or(0, |text| text.parse().expect("a number"));
                if read.len() >= length + wanted {
                    request.body = read[length..].to_vec();
                    socket.write_all(answer.as_bytes()).await.expect("the caller reads");
                    let line = String::from_utf8_lossy(&read).lines().next().unwrap_or_default().to_owned();
                    if answer.is_empty() {
                        // Says nothing until the caller gives up.
                        let _ = socket.read(&mut [0; 1]).await;
                    }
                    return (line, request);
                }
            }
            assert_ne!(socket.read_buf(&mut read).await.expect("bytes"), 0);
        }
    }));
    (address, told)
}

const GOOD: &str = "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"Status\":\"OK\"}";

fn callback(url: &str, body: &str, kind: &str) -> String {
    STANDARD.encode(json!({ "callbackUrl": url, "callbackBody": body, "callbackBodyType": kind }).to_string())
}

async fn put(client: &mut Raw, headers: &[(&str, &str)]) -> Answer {
    client
        .ask_with("PUT", "/bucket/a%20b", &[headers, &[("Content-Type", "text/plain")]].concat(), b"test\n")
        .await
}

async fn public_key(client: &mut Raw, request: &Answer) -> RsaPublicKey {
    let url = STANDARD.decode(request.header("x-oss-pub-key-url").expect("a URL")).expect("base64");
    let url = String::from_utf8(url).expect("text");
    let (_, path) = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).expect("a path");
    let pem = client.ask("GET", &format!("/{path}"), b"").await;
    RsaPublicKey::from_public_key_pem(&pem.text()).expect("a key")
}

#[tokio::test]
async fn the_application_is_told_and_its_answer_is_passed_on() {
    let world = World::new().await;
    let mut client = Raw::connect(world.emulator.address()).await;
    let (address, told) = application(GOOD).await;
    let body = "b=${bucket}&o=${object}&e=${etag}&s=${size}&m=${mimeType}&h=${imageInfo.height}&v=${x:own}&op=${operation}";
    let header = callback(&format!("http://{address}/a%20b?c=d"), body, "application/x-www-form-urlencoded");
    let own = STANDARD.encode("{\"x:own\":\"1 & 2\"}");
    let answer = put(&mut client, &[("x-oss-callback", &header), ("x-oss-callback-var", &own)]).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "{\"Status\":\"OK\"}"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("etag"), Some("\"D8E8FCA2DC0F896FD7CB4CB0031BA249\""));
    let (line, request) = told.await.expect("it was told");
    assert_eq!(line, "POST /a%20b?c=d HTTP/1.1");
    assert_eq!(
        request.text(),
        "b=bucket&o=a%20b&e=D8E8FCA2DC0F896FD7CB4CB0031BA249&s=5&m=text%2Fplain&h=&v=1%20%26%202&op=PutObject"
    );
    let signature = STANDARD.decode(request.header("authorization").expect("a signature")).expect("base64");
    let signed = format!("/a b?c=d\n{}", request.text());
    let prefix = [
        0x30, 0x20, 0x30, 0x0c, 0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05, 0x05, 0x00, 0x04,
        0x10,
    ];
    let scheme = Pkcs1v15Sign { hash_len: Some(16), prefix: prefix.into() };
    let key = public_key(&mut client, &request).await;
    key.verify(scheme, &Md5::digest(signed), &signature).expect("the signature is good");
}

#[tokio::test]
async fn a_completed_upload_tells_in_json() {
    let world = World::new().await;
    let mut client = Raw::connect(world.emulator.address()).await;
    let (address, told) = application(GOOD).await;
    let header = callback(
        &format!("http://{address}/"),
        "{\"o\":${object},\"s\":${size},\"x\":${x:none}}",
        "application/json",
    );
    let target = format!("/bucket/key?uploadId={}", world.id);
    let answer =
        client.ask_with("POST", &target, &[("x-oss-callback", &header)], world.list.as_bytes()).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "{\"Status\":\"OK\"}"));
    let (_, request) = told.await.expect("it was told");
    assert_eq!(request.text(), "{\"o\":\"key\",\"s\":28,\"x\":\"\"}");
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert!(world.is_complete());
}

#[tokio::test]
async fn the_query_can_ask_for_a_callback_too_but_not_both() {
    let world = World::new().await;
    let mut client = Raw::connect(world.emulator.address()).await;
    let (address, told) = application(GOOD).await;
    let sent = callback(&address, "a", "");
    let target = format!("/bucket/key?callback={}", sent.replace('+', "%2B").replace('=', "%3D"));
    assert_eq!(client.ask("PUT", &target, b"x").await.text(), "{\"Status\":\"OK\"}");
    told.await.expect("it was told");
    let both = client.ask_with("PUT", &target, &[("x-oss-callback", &sent)], b"x").await;
    assert_eq!(both.status, 400, "{}", both.text());
    assert!(both.text().contains("Either the callback query string parameter or the x-oss-callback header"));
}

/// A host without an address, which no name server is asked for: a label has at most 63 letters.
fn nobody() -> String {
    "a".repeat(64)
}

#[rstest]
#[case::twice(
    "/bucket/key?callback-var=e30%3D",
    "e30=",
    "Either the callback-var query string parameter or the x-oss-callback-var header should be specified, not both."
)]
#[case::long("/bucket/key", &"a".repeat(5121), "The length of callback var exceed max value.")]
#[tokio::test]
async fn variables_are_refused_by_their_own_name(
    #[case] target: &str,
    #[case] variables: &str,
    #[case] message: &str,
) {
    let world = World::new().await;
    let mut client = Raw::connect(world.emulator.address()).await;
    let sent = callback("127.0.0.1", "a", "");
    let headers = [("x-oss-callback", sent.as_str()), ("x-oss-callback-var", variables)];
    let answer = client.ask_with("PUT", target, &headers, b"x").await;
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains(&format!("<Message>{message}</Message>")), "{}", answer.text());
    assert!(answer.text().contains("<ArgumentName>x-oss-callback-var</ArgumentName>"), "{}", answer.text());
}

#[tokio::test]
async fn the_next_url_is_tried_when_one_fails() {
    let world = World::new().await;
    let mut client = Raw::connect(world.emulator.address()).await;
    let (busy, _) = application("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n").await;
    let (good, _) = application(GOOD).await;
    let header = callback(&format!("http://{busy};http://{good}"), "a", "");
    assert_eq!(put(&mut client, &[("x-oss-callback", &header)]).await.status, 200);
}

#[rstest]
#[case::refused("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", "Error status : 404.")]
#[case::no_json("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "Response body is not valid json format.")]
#[case::no_length(
    "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}",
    "Error status : 400.User server missing content-length."
)]
#[case::silent("", "reply timeout, cost:200ms, timeout:200ms (err -4, errno115)")]
#[tokio::test]
async fn a_failed_callback_is_told_and_the_object_stays(#[case] says: &'static str, #[case] message: &str) {
    let limits = Limits { callback: Duration::from_millis(200), ..Limits::default() };
    let emulator = Emulator::builder().bucket("bucket").limits(limits).start().await.expect("it starts");
    let mut client = Raw::connect(emulator.address()).await;
    let (address, _told) = application(says).await;
    let header = callback(&format!("http://{address}/"), "a", "");
    let answer = put(&mut client, &[("x-oss-callback", &header)]).await;
    assert_eq!(answer.status, 203);
    assert!(answer.text().contains("<Code>CallbackFailed</Code>"), "{}", answer.text());
    assert!(answer.text().contains(message), "{}", answer.text());
    assert_eq!(answer.header("x-oss-ec"), Some("0007-00000203"));
    assert_eq!(client.ask("GET", "/bucket/a%20b", b"").await.body, b"test\n");
}

#[tokio::test]
async fn an_application_that_is_not_there_is_said_to_be_so() {
    let world = World::new().await;
    let mut client = Raw::connect(world.emulator.address()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let answer = put(&mut client, &[("x-oss-callback", &callback(&address.to_string(), "a", ""))]).await;
    assert_eq!(answer.status, 203);
    assert!(answer.text().contains("can not connect to your callbackUrl"), "{}", answer.text());
}

#[rstest]
#[case("?", "The callback configuration is not base64 encoded.")]
#[case("W10=", "The callback configuration is not json format.")]
#[case(&callback("", "a", ""), "The callback url configuration is invalid.")]
#[case(&callback("127.0.0.1:65536", "a", ""), "The callback url configuration is invalid.")]
#[case(&callback("!!bad", "a", ""), "The callback url configuration is invalid.")]
#[case(&callback("http://a..b/", "a", ""), "The callback url configuration is invalid.")]
#[case(&callback("http://[::g]/", "a", ""), "The callback url configuration is invalid.")]
#[case(&callback("127.0.0.1;!!bad", "a", ""), "The callback url configuration is invalid.")]
#[case(&callback(&format!("{0};http://{0}:90", nobody()), "a", ""), "Can not get ip by this host.")]
#[case(&callback("ftp://a", "a", ""), "The callback url configuration is invalid.")]
#[case(&callback("127.0.0.1", "", ""), "The callback body is empty.")]
#[case(&callback("127.0.0.1", "a", "text/plain"), "The callback body type configuration is invalid.")]
#[case(&callback("a;b;c;d;e;f", "a", ""), "The number of callback url exceed max value.")]
#[case(&callback("127.0.0.1", &"a".repeat(5000), ""), "The length of callback exceed max value.")]
#[tokio::test]
async fn a_callback_that_makes_no_sense_is_refused_before_the_object_is_written(
    #[case] header: &str,
    #[case] message: &str,
) {
    let emulator = Emulator::builder().bucket("bucket").start().await.expect("it starts");
    let mut client = Raw::connect(emulator.address()).await;
    let answer = put(&mut client, &[("x-oss-callback", header)]).await;
    assert_eq!(answer.status, 400);
    assert!(
        answer.text().contains("<Code>InvalidArgument</Code>") && answer.text().contains(message),
        "{}",
        answer.text()
    );
    assert!(emulator.sandbox().edits().objects().is_empty());
}

#[rstest]
#[case::no_url("!!bad", "The callback url configuration is invalid.")]
#[case::no_host(&nobody(), "Can not get ip by this host.")]
#[tokio::test]
async fn an_upload_whose_callback_makes_no_sense_is_not_completed(#[case] url: &str, #[case] message: &str) {
    let world = World::new().await;
    let mut client = Raw::connect(world.emulator.address()).await;
    let header = callback(url, "a", "");
    let target = format!("/bucket/key?uploadId={}", world.id);
    let answer =
        client.ask_with("POST", &target, &[("x-oss-callback", &header)], world.list.as_bytes()).await;
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains(message), "{}", answer.text());
    assert!(answer.text().contains("<ArgumentName>x-oss-callback</ArgumentName>"), "{}", answer.text());
    assert!(!world.is_complete());
}

#[tokio::test]
async fn one_host_that_is_known_is_enough() {
    let world = World::new().await;
    let mut client = Raw::connect(world.emulator.address()).await;
    let (good, _) = application(GOOD).await;
    let header = callback(&format!("{good};{}", nobody()), "a", "");
    assert_eq!(put(&mut client, &[("x-oss-callback", &header)]).await.status, 200);
}

#[tokio::test]
async fn variables_have_names_that_begin_with_x() {
    let emulator = Emulator::builder().bucket("bucket").start().await.expect("it starts");
    let mut client = Raw::connect(emulator.address()).await;
    let header = callback("127.0.0.1", "a", "");
    for wrong in ["{\"own\":\"1\"}", "{\"x:Own\":\"1\"}", "[]"] {
        let answer =
            put(&mut client, &[("x-oss-callback", &header), ("x-oss-callback-var", &STANDARD.encode(wrong))])
                .await;
        assert_eq!(answer.status, 400, "{wrong}");
        assert!(answer.text().contains("The callback var is not expecten json."));
    }
}

//! Is it ready? The control plane's answers, and the verbs that ask for them.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::Path,
    process::Stdio,
    time::Instant,
};

use nix::sys::signal::Signal;
use oss_emulator::Emulator;
use rstest::rstest;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener as Listener,
};

use crate::support::{Process, Raw, Running, command, refused, said, within};

#[rstest]
#[case("/_emulator/v1/health", 200, "{\"status\":\"ok\"}\n")]
#[case("/_health", 200, "{\"status\":\"ok\"}\n")]
#[case("/_emulator/v1/ready", 200, "{\"status\":\"ok\"}\n")]
#[case("/_ready?bucket=bucket", 200, "{\"status\":\"ok\"}\n")]
#[case(
    "/_ready?bucket=bucket&bucket=other",
    503,
    "{\"status\":\"missing-buckets\",\"missing\":[\"other\"]}\n"
)]
#[case("/_ready?bucket=No_Bucket", 503, "{\"status\":\"missing-buckets\",\"missing\":[\"No_Bucket\"]}\n")]
#[tokio::test]
async fn probes_are_answered_whoever_asks(#[case] target: &str, #[case] status: u16, #[case] says: &str) {
    let emulator = Emulator::builder().bucket("bucket").start().await.expect("it starts");
    for host in ["127.0.0.1", "emulator.example:6770"] {
        let mut client = Raw::connect(emulator.address()).await;
        client.send(format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nOrigin: null\r\n\r\n")).await;
        let answer = client.answer(false).await.expect("an answer");
        assert_eq!((answer.status, answer.text().as_str()), (status, says), "{host}");
        client.send(format!("HEAD {target} HTTP/1.1\r\nHost: {host}\r\n\r\n")).await;
        assert_eq!(client.answer(true).await.expect("an answer").status, status);
    }
    assert!(emulator.sandbox().journal().exchanges().is_empty(), "probes are no requests to OSS");
}

#[tokio::test]
async fn in_a_bucket_the_short_names_are_keys() {
    let emulator = Emulator::builder().bucket("bucket").start().await.expect("it starts");
    let mut client = Raw::connect(emulator.address()).await;
    client.send("GET /_ready HTTP/1.1\r\nHost: bucket.localhost\r\n\r\n").await;
    assert!(client.answer(false).await.expect("an answer").text().contains("NoSuchKey"));
}

#[test]
fn a_running_emulator_is_ready() {
    let emulator = Process::serve(&["--bucket", "one"]);
    let endpoint = emulator.ready["endpoint"].as_str().expect("a URL");
    let port = emulator.address().port().to_string();
    for (arguments, variable) in [
        (vec!["probe", "--endpoint", endpoint], ("X", "")),
        (vec!["probe"], ("OSS_EMULATOR_ENDPOINT", endpoint)),
        (vec!["probe"], ("OSS_ENDPOINT", endpoint.strip_prefix("http://").expect("a URL"))),
        (vec!["probe"], ("OSS_EMULATOR_PORT", port.as_str())),
        (vec!["probe", "--listen", "0.0.0.0:1", "--port", &port], ("X", "")),
        (vec!["probe", "--endpoint", endpoint], ("OSS_ENDPOINT", "https://oss-cn-hangzhou.aliyuncs.com")),
        (vec!["wait", "--bucket", "one", "--endpoint", endpoint], ("X", "")),
    ] {
        let said = said(command().args(&arguments).env(variable.0, variable.1), 0);
        assert_eq!(said, format!("{endpoint} is ready\n"), "{arguments:?}");
    }
}

#[test]
fn wait_says_what_it_waits_for_and_gives_up_in_time() {
    let emulator = Process::serve(&[]);
    let endpoint = emulator.ready["endpoint"].as_str().expect("a URL");
    let began = Instant::now();
    let arguments = ["wait", "--bucket", "later", "--timeout", "300ms", "--endpoint", endpoint];
    let text = stderr(&arguments, 1);
    assert!(began.elapsed().as_millis() < 2000, "{:?}", began.elapsed());
    let reason = "these buckets do not exist yet: later";
    assert_eq!(
        text,
        format!(
            "oss-emulator: waiting for {endpoint}: {reason}\noss-emulator: {endpoint} is not ready after 300ms: {reason}\n"
        )
    );
}

#[test]
fn wait_ends_when_the_bucket_comes() {
    let emulator = Process::serve(&[]);
    let endpoint = emulator.ready["endpoint"].as_str().expect("a URL");
    let mut wait = command();
    wait.args(["wait", "--bucket", "later", "--endpoint", endpoint]);
    let mut waiting = Running::start(wait.stdout(Stdio::null()).stderr(Stdio::piped()));
    let line = waiting.stderr().line("what it waits for", |_| true);
    assert!(line.contains("later"), "{line}");
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        assert_eq!(Raw::connect(emulator.address()).await.ask("PUT", "/later", b"").await.status, 200);
    });
    assert_eq!(waiting.ended().code(), Some(0));
}

#[test]
fn nothing_there_is_not_ready() {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let text = stderr(&["probe", "--port", &free.port().to_string()], 1);
    assert!(
        text.starts_with(&format!("oss-emulator: http://{free} is not ready: nothing can be reached")),
        "{text}"
    );
    assert_eq!(text.lines().count(), 1, "{text}");
}

#[rstest]
#[case::another_server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "no oss-emulator: 200 OK")]
#[case::other_json("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "no oss-emulator: 200 OK")]
#[case::a_lie("HTTP/1.1 500 No\r\nContent-Length: 15\r\n\r\n{\"status\":\"ok\"}", "contradicts its body")]
#[case::endless("HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n", "no answer within 2 seconds")]
#[case::no_http("SSH-2.0-server\r\n\r\n", "the connection broke")]
#[case::cut_short("HTTP/1.1 200", "the connection broke")]
#[tokio::test]
async fn strangers_are_not_ready(#[case] says: &'static str, #[case] reason: &str) {
    let listener = Listener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let stranger = tokio::spawn(within("the stranger is asked and left", async move {
        let (mut socket, _) = listener.accept().await.expect("a caller");
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            assert_ne!(socket.read_buf(&mut request).await.expect("bytes"), 0);
        }
        socket.write_all(says.as_bytes()).await.expect("the caller reads");
        if !says.contains("9000000000") {
            socket.shutdown().await.expect("the caller is there");
        }
        // Stays until the caller goes.
        while socket.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {}
    }));
    let asked = tokio::task::spawn_blocking(move || stderr(&["probe", "--endpoint", &endpoint], 1));
    let text = asked.await.expect("it ends");
    assert!(text.contains(reason), "{text}");
    stranger.await.expect("it was asked");
}

#[rstest]
#[case(&["probe", "--endpoint", "https://127.0.0.1:1"], "an emulator speaks http")]
#[case(&["wait", "--endpoint", "http://127.0.0.1:1/bucket"], "nothing may follow host and port")]
#[case(&["wait", "--bucket", "B"], "--bucket B")]
#[case(&["wait", "--timeout", "soon"], "--timeout")]
#[case(&["wait", "--timeout=-1s"], "negative")]
fn what_makes_no_sense_ends_with_2(#[case] arguments: &[&str], #[case] says: &str) {
    let text = stderr(arguments, 2);
    assert!(text.contains(says), "{text}");
}

/// What a verb that fails says.
fn stderr(arguments: &[&str], code: i32) -> String {
    refused(command().args(arguments), code)
}

/// An emulator that has more to seed than it will ever get done: it is stopped before.
struct Seeding {
    running: Running,
    address: SocketAddr,
}

impl Seeding {
    fn start(verb: &str, folder: &Path, rest: &[&str]) -> Self {
        fs::create_dir_all(folder.join("seed/bucket")).expect("a directory");
        let endless = fs::File::create(folder.join("seed/bucket/endless")).expect("a file");
        endless.set_len(1 << 42).expect("a hole has any length");
        let mut command = command();
        command
            .args([verb, "--port", "0", "--log", "info", "--log-format", "json", "--data-dir"])
            .arg(folder.join("data"))
            .arg("--seed-dir")
            .arg(folder.join("seed"))
            .args(rest)
            .stderr(Stdio::piped())
            .stdout(Stdio::null());
        let mut running = Running::start(&mut command);
        let listening =
            running.stderr().line("the line that says it listens", |line| line.contains("\"listening\""));
        let fields: serde_json::Value = serde_json::from_str(&listening).expect("JSON");
        let endpoint = fields["endpoint"].as_str().and_then(|url| url.strip_prefix("http://"));
        let address = endpoint.expect("an endpoint").parse().expect("an address");
        Self { running, address }
    }

    /// Asks it to stop, which takes less than a second.
    fn stops_with(&mut self, code: i32) {
        let began = Instant::now();
        self.running.signal(Signal::SIGTERM);
        assert_eq!(self.running.ended().code(), Some(code));
        assert!(began.elapsed().as_millis() < 1000, "it took {:?}", began.elapsed());
    }
}

#[tokio::test]
async fn while_it_is_seeded_it_lives_but_is_not_ready() {
    let folder = tempfile::tempdir().expect("a directory");
    let mut seeding = Seeding::start("serve", folder.path(), &[]);
    let mut client = Raw::connect(seeding.address).await;
    assert_eq!(client.ask("GET", "/_health", b"").await.status, 200);
    let ready = client.ask("GET", "/_ready", b"").await;
    assert_eq!((ready.status, ready.text().as_str()), (503, "{\"status\":\"seeding\"}\n"));
    let request = client.ask("PUT", "/bucket/k", b"x").await;
    assert_eq!(request.status, 503);
    assert!(request.text().contains("<Code>ServiceUnavailable</Code>"), "{}", request.text());
    assert!(request.text().contains("oss-emulator wait"), "{}", request.text());
    let control = client.ask("PUT", "/_emulator/v1/sandboxes/default/faults", b"schema = 1").await;
    assert_eq!(control.status, 503, "{}", control.text());
    let endpoint = format!("http://{}", seeding.address);
    let text = stderr(&["probe", "--endpoint", &endpoint], 1);
    assert!(text.contains("it is being seeded"), "{text}");

    seeding.stops_with(0);
}

#[test]
fn a_command_whose_emulator_is_stopped_before_it_is_ready_has_not_run() {
    let folder = tempfile::tempdir().expect("a directory");
    Seeding::start("run", folder.path(), &["--", "true"]).stops_with(143);
}

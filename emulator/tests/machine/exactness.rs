//! Faults to the byte and to the attempt, on bodies that matter: megabytes, other connections busy, clients that leave.

use oss_emulator::{
    Emulator,
    clock::Clock,
    domain::Operation,
    fault::{Plan, Point, Why},
    journal::{Outcome, Record},
};
use rstest::rstest;

use crate::support::{Closing, Raw, World, noted, parse_head, reached, stopped};

#[rstest]
#[case("40000", 40_000)]
#[case("0", 0)]
#[case("50%", 500_000)]
#[case("end-1", 999_999)]
#[case("end", 1_000_000)]
#[tokio::test]
async fn a_request_is_cut_at_its_byte(#[case] offset: &str, #[case] taken: u64) {
    let world = World::new().await;
    world.arm(&format!(
        "match = {{ operation = \"PutObject\" }}\nat = \"req.body@{offset}\"\ndo = [{{ reset = {{}} }}]"
    ));
    let mut client = Raw::connect(world.emulator.address()).await;
    client.request("PUT", "/bucket/big", &vec![7; 1_000_000]).await;
    assert_eq!(client.rest(Closing::Reset).await, (Vec::new(), Closing::Reset));
    let exchange = world.ended(Operation::PutObject).await;
    assert_eq!(exchange.fired[0].offset, Some(taken));
    assert_eq!((exchange.request.read, exchange.outcome, exchange.answer), (taken, Outcome::Cut, None));
    assert!(world.emulator.sandbox().edits().object("bucket", "big").is_none());
}

#[rstest]
#[case("0", 0)]
#[case("1", 1)]
#[case("1234567", 1_234_567)]
#[case("50%", 4_000_000)]
#[case("end-1", 7_999_999)]
#[tokio::test]
async fn an_answer_is_cut_at_its_byte(
    #[case] offset: &str,
    #[case] sent: usize,
    #[values(("reset", Closing::Reset), ("close", Closing::Fin), ("vanish", Closing::Silent))] cut: (
        &str,
        Closing,
    ),
) {
    let world = World::new().await;
    let content: Vec<u8> = (0..8_000_000_u32).map(|index| index.to_le_bytes()[1]).collect();
    world.emulator.sandbox().edits().put_object("bucket", "big", content.clone()).await.expect("it is put");
    world.arm(&format!(
        "match = {{ operation = \"GetObject\" }}\nat = \"resp.body@{offset}\"\ndo = [{{ {} = {{}} }}]",
        cut.0
    ));
    let mut client = Raw::connect(world.emulator.address()).await;
    client.request("GET", "/bucket/big", b"").await;
    let (bytes, closing) = client.rest(cut.1).await;
    let (answer, head) = parse_head(&bytes).expect("a head");
    assert_eq!(answer.header("content-length"), Some("8000000"));
    assert_eq!((bytes.len() - head, closing), (sent, cut.1));
    assert!(bytes[head..] == content[..sent], "the prefix is intact");
    let exchange = world.ended(Operation::GetObject).await;
    assert_eq!(exchange.answer.map(|answer| answer.written), Some(sent as u64));
}

#[tokio::test]
async fn a_fault_behind_the_end_of_the_body_is_noted_as_missed() {
    let world = World::new().await;
    world.arm("match = { operation = \"PutObject\" }\nat = \"req.body@100\"\ndo = [{ reset = {} }]");
    let mut client = Raw::connect(world.emulator.address()).await;
    assert_eq!(client.ask("PUT", "/bucket/small", b"short").await.status, 200);
    let exchange = world.ended(Operation::PutObject).await;
    assert_eq!(exchange.missed.len(), 1);
    assert_eq!(world.fired(), 0);
    assert_eq!(
        client.ask("PUT", "/bucket/small", &[7; 200]).await.status,
        200,
        "the claim does not carry over"
    );
}

#[tokio::test]
async fn the_first_attempt_of_each_part_fails_and_the_second_does_not() {
    let world = World::new().await;
    world.arm(
        "match = { operation = \"UploadPart\", part = [3, 5] }\nat = \"req.body.end\"\ntimes = \"forever\"\n\
         do = [{ respond = { status = 500 } }]",
    );
    let mut client = Raw::connect(world.emulator.address()).await;
    for (part, statuses) in [(2, [200, 200]), (3, [500, 200]), (4, [200, 200]), (5, [500, 200])] {
        for status in statuses {
            let target = format!("/bucket/key?partNumber={part}&uploadId={}", world.id);
            assert_eq!(client.ask("PUT", &target, b"part").await.status, status, "part {part}");
        }
    }
    let numbers: Vec<u32> =
        world.emulator.sandbox().edits().uploads()[0].parts.iter().map(|part| part.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
    let mut exchanges = world.emulator.sandbox().journal().exchanges();
    exchanges.retain(|exchange| exchange.part == Some(3));
    let told: Vec<_> =
        exchanges.iter().map(|exchange| (exchange.attempt, exchange.considered[0].why.clone())).collect();
    assert_eq!(told, [(1, Why::Claimed), (2, Why::Nth(2))]);
}

#[tokio::test]
async fn corruption_on_the_way_in_is_stored_and_the_digest_in_the_journal_is_of_what_was_sent() {
    let world = World::new().await;
    world.arm(
        "match = { operation = \"PutObject\" }\nat = \"req.body@500000\"\ndo = [{ corrupt = { xor = 255 } }]",
    );
    let mut client = Raw::connect(world.emulator.address()).await;
    let mut content = vec![7; 1_000_000];
    let answer = client.ask("PUT", "/bucket/big", &content).await;
    let exchange = world.ended(Operation::PutObject).await;
    assert_ne!(exchange.request.md5.as_deref(), answer.header("etag").map(|etag| etag.trim_matches('"')));
    content[500_000] ^= 255;
    let stored = world.emulator.sandbox().edits().read_object("bucket", "big").await.expect("it is read");
    assert!(stored == Some(content), "exactly one byte differs");
}

/// A server does not know that its client has left: what was asked for completely happens.
#[tokio::test]
async fn a_held_commit_happens_after_its_client_has_left() {
    let world = World::new().await;
    world.arm_pair("{ gate = \"go\" }", "op.before_commit");
    let mut client = Raw::connect(world.emulator.address()).await;
    world.complete(&mut client).await;
    reached(&world.emulator, "go").await;
    drop(client);
    let its_end = |record: &Record| record.event == "closed" && record.connection == Some(2);
    noted(&world.emulator, "the end of its connection", its_end).await;
    assert!(!world.is_complete());
    world.emulator.sandbox().gates().release("go");
    let exchange = world.exchange().await;
    assert!(world.is_complete() && exchange.committed);
    assert_eq!(exchange.outcome, Outcome::ClientGone);
}

#[tokio::test]
async fn a_client_that_leaves_a_stalled_body_leaves_nothing() {
    let world = World::new().await;
    world.arm("match = { operation = \"PutObject\" }\nat = \"req.body@10\"\ndo = [{ gate = \"go\" }]");
    let mut client = Raw::connect(world.emulator.address()).await;
    client.send("PUT /bucket/k HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n0123456789").await;
    reached(&world.emulator, "go").await;
    drop(client);
    world.emulator.sandbox().gates().release("go");
    let exchange = world.ended(Operation::PutObject).await;
    assert!(!exchange.committed);
    assert!(world.emulator.sandbox().edits().object("bucket", "k").is_none());
}

#[tokio::test]
async fn hundreds_of_stalled_exchanges_delay_nobody_else() {
    let world = World::new().await;
    world.arm(
        "match = { operation = \"GetObject\" }\nat = \"req.head\"\nnth = \"1..\"\ntimes = \"forever\"\n\
         do = [{ stall = \"forever\" }]",
    );
    let mut stalled = Vec::new();
    for _ in 0..400 {
        let mut client = Raw::connect(world.emulator.address()).await;
        client.request("GET", "/bucket/key", b"").await;
        stalled.push(client);
    }
    let the_last =
        |record: &Record| record.action.as_deref() == Some("stall") && record.exchange == Some(402);
    noted(&world.emulator, "the last stall", the_last).await;
    let mut slowest = std::time::Duration::ZERO;
    let mut client = Raw::connect(world.emulator.address()).await;
    for _ in 0..50 {
        let began = std::time::Instant::now();
        assert_eq!(client.ask("PUT", "/bucket/healthy", b"well").await.status, 200);
        slowest = slowest.max(began.elapsed());
    }
    assert!(slowest.as_millis() < 500, "the slowest of 50 took {slowest:?}");
}

#[tokio::test]
async fn points_are_passed_in_order_and_only_once() {
    let world = World::new().await;
    let mut client = Raw::connect(world.emulator.address()).await;
    world.complete(&mut client).await;
    client.answer(false).await.expect("a whole answer");
    let exchange = world.exchange().await;
    let passed: Vec<Point> = exchange.points.iter().map(|reached| reached.point).collect();
    assert_eq!(
        passed,
        [
            Point::ReqHead,
            Point::OpAuthorized,
            Point::ReqBodyEnd,
            Point::OpBeforeCommit,
            Point::OpCommitted,
            Point::RespHead,
            Point::RespEnd
        ]
    );
    assert!(exchange.points.is_sorted_by_key(|reached| reached.at_ns));
    assert_eq!(exchange.outcome, Outcome::Answered);
}

/// A reset throws away what still waits in the send queue, so it must not come before a slow reader has taken its share.
#[tokio::test]
async fn a_reset_comes_after_a_slow_reader_has_taken_every_byte_before_it() {
    let world = World::new().await;
    world
        .emulator
        .sandbox()
        .edits()
        .put_object("bucket", "big", vec![7; 1_000_000])
        .await
        .expect("it is put");
    world.arm("match = { operation = \"GetObject\" }\nat = \"resp.body@300000\"\ndo = [{ reset = {} }]");
    let mut client = Raw::connect_with_small_window(world.emulator.address()).await;
    client.request("GET", "/bucket/big", b"").await;
    world.ended(Operation::GetObject).await;
    let (bytes, closing) = client.rest(Closing::Reset).await;
    let (_, head) = parse_head(&bytes).expect("a head");
    assert_eq!((bytes.len() - head, closing), (300_000, Closing::Reset));
}

#[tokio::test]
async fn a_rule_tells_signed_requests_from_others() {
    let world = World::new().await;
    world.arm(
        "match = { signed = true }\nat = \"req.head\"\nnth = \"1..\"\ntimes = \"forever\"\ndo = [{ respond = { status = 503 } }]",
    );
    let mut client = Raw::connect(world.emulator.address()).await;
    assert_eq!(client.ask("GET", "/bucket", b"").await.status, 200);
    assert_eq!(client.ask("GET", "/bucket?Signature=s", b"").await.status, 503);
    assert_eq!(client.ask("GET", "/bucket?x-oss-signature=s", b"").await.status, 503);
    client.send("GET /bucket HTTP/1.1\r\nHost: a\r\nAuthorization: OSS id:s\r\n\r\n").await;
    assert_eq!(client.answer(false).await.expect("a whole answer").status, 503);
}

#[tokio::test]
async fn uploads_keep_their_places_when_the_emulator_starts_again() {
    let directory = tempfile::tempdir().expect("a directory");
    let start = async |at: &str| {
        let clock = Clock::manual(at.parse().expect("a time"));
        let builder = Emulator::builder().bucket("bucket").data_dir(directory.path()).clock(clock);
        builder.start().await.expect("it starts")
    };
    let mut ids = Vec::new();
    for day in ["2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"] {
        let emulator = start(day).await;
        let mut client = Raw::connect(emulator.address()).await;
        client.ask("POST", "/bucket/key?uploads", b"").await;
        let uploads = emulator.sandbox().edits().uploads();
        ids.extend(uploads.into_iter().map(|upload| upload.id).find(|id| !ids.contains(id)));
        stopped(emulator).await;
    }
    let emulator = start("2026-11-24T00:00:00Z").await;
    let rule = "schema = 1\n[[fault]]\nmatch = { upload = 2 }\nat = \"req.head\"\ndo = [{ respond = { status = 503 } }]";
    emulator.sandbox().faults().replace(Plan::from_toml(rule, "plan").expect("a plan"));
    let mut client = Raw::connect(emulator.address()).await;
    for (id, status) in ids.iter().zip([200, 503]) {
        let target = format!("/bucket/key?partNumber=1&uploadId={id}");
        assert_eq!(client.ask("PUT", &target, b"part").await.status, status);
    }
    stopped(emulator).await;
}

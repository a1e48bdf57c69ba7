//! Every legal pair of point and action, as a raw client sees it: bytes, status, and how the connection ends. Beside
//! each, a healthy request succeeds.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use oss_emulator::fault::legal_pairs;
use rstest::rstest;

use crate::support::{Closing, World, parse_head, reached};

const ORDER: [&str; 11] = [
    "conn.accept",
    "conn.reuse",
    "req.head",
    "op.authorized",
    "req.body@n",
    "req.body.end",
    "op.before_commit",
    "op.committed",
    "resp.head",
    "resp.body@n",
    "resp.end",
];

fn is_after_commit(point: &str) -> bool {
    ORDER.iter().position(|name| *name == point) >= ORDER.iter().position(|name| *name == "op.committed")
}

/// How many bytes of the answer's body a cut at this point lets through; `None` when not even the head comes.
fn lets_through(point: &str, announced: usize) -> Option<usize> {
    match point {
        "resp.body@n" => Some(20),
        "resp.end" => Some(announced),
        _ => None,
    }
}

#[rstest]
#[tokio::test]
async fn a_cut_lets_exactly_the_bytes_before_it_through(
    #[values(("reset", Closing::Reset), ("close", Closing::Fin), ("vanish", Closing::Silent))] cut: (
        &str,
        Closing,
    ),
    #[values(
        "conn.accept",
        "conn.reuse",
        "req.head",
        "op.authorized",
        "req.body@n",
        "req.body.end",
        "op.before_commit",
        "op.committed",
        "resp.head",
        "resp.body@n",
        "resp.end"
    )]
    point: &str,
) {
    let world = World::new().await;
    let (action, closing) = cut;
    world.arm_pair(&format!("{{ {action} = {{}} }}"), point);
    let mut client = world.client(point).await;
    world.complete(&mut client).await;
    if closing == Closing::Silent && point != "conn.accept" {
        // Silence proves something only after the fault has struck.
        world.exchange().await;
    }
    let (bytes, end) = client.rest(closing).await;
    assert_eq!(end, closing);
    match parse_head(&bytes) {
        None => {
            assert_eq!(lets_through(point, 0), None);
            assert_eq!(bytes, b"");
        }
        Some((answer, head)) => {
            let announced = answer.header("content-length").expect("a length").parse().expect("a number");
            assert_eq!(Some(bytes.len() - head), lets_through(point, announced));
            assert_eq!(answer.status, 200);
        }
    }
    assert_eq!(world.is_complete(), is_after_commit(point));
    assert_eq!(world.fired(), 1);
    let noted = world.emulator.sandbox().journal().events();
    assert_eq!(noted.iter().filter(|record| record.action.as_deref() == Some(action)).count(), 1);
    assert_eq!(world.healthy().await.status, 200);
}

#[rstest]
#[tokio::test]
async fn a_held_exchange_goes_on_when_released(
    #[values("{ gate = \"go\" }", "{ stall = { until = \"go\" } }")] action: &str,
    #[values(
        "conn.accept",
        "conn.reuse",
        "req.head",
        "op.authorized",
        "req.body@n",
        "req.body.end",
        "op.before_commit",
        "op.committed",
        "resp.head",
        "resp.body@n",
        "resp.end"
    )]
    point: &str,
) {
    let world = World::new().await;
    world.arm_pair(action, point);
    let mut client = world.client(point).await;
    world.complete(&mut client).await;
    reached(&world.emulator, "go").await;
    assert_eq!(world.is_complete(), is_after_commit(point));
    if point != "conn.accept" {
        assert_eq!(world.healthy().await.status, 200);
    }
    assert_eq!(world.emulator.sandbox().gates().release("go"), 1, "it is still held");
    let answer = client.answer(false).await.expect("a whole answer");
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(world.is_complete());
}

#[rstest]
#[tokio::test]
async fn an_exchange_that_is_slowed_still_succeeds(
    #[values("{ delay = \"30ms\" }", "{ stall = { for = \"30ms\" } }")] action: &str,
    #[values(
        "conn.accept",
        "conn.reuse",
        "req.head",
        "op.authorized",
        "req.body@n",
        "req.body.end",
        "op.before_commit",
        "op.committed",
        "resp.head",
        "resp.body@n",
        "resp.end"
    )]
    point: &str,
) {
    let world = World::new().await;
    let took = slowed(&world, action, point).await;
    assert!(took.as_millis() >= 30, "{took:?}");
    assert_eq!(world.healthy().await.status, 200);
}

#[rstest]
#[tokio::test]
async fn a_throttled_exchange_takes_its_time_and_still_succeeds(
    #[values(
        "conn.accept",
        "conn.reuse",
        "req.head",
        "op.authorized",
        "req.body@n",
        "req.body.end",
        "op.before_commit",
        "op.committed",
        "resp.head",
        "resp.body@n"
    )]
    point: &str,
) {
    let world = World::new().await;
    let took = slowed(&world, "{ throttle = { bytes_per_second = 4000, burst = 20 } }", point).await;
    // Behind the last of these points more than two hundred bytes of the answer are left.
    assert!(took.as_millis() >= 50, "{took:?}");
    assert_eq!(world.healthy().await.status, 200);
}

/// How long the exchange lasts that such an action slows, and that it succeeds.
async fn slowed(world: &World, action: &str, point: &str) -> Duration {
    world.arm_pair(action, point);
    let began = Instant::now();
    let mut client = world.client(point).await;
    world.complete(&mut client).await;
    let answer = client.answer(false).await.expect("a whole answer");
    assert_eq!(answer.status, 200, "{}", answer.text());
    world.exchange().await;
    assert_eq!(world.fired(), 1);
    began.elapsed()
}

#[rstest]
#[tokio::test]
async fn an_injected_answer_takes_the_place_of_the_servers(
    #[values(
        "req.head",
        "op.authorized",
        "req.body@n",
        "req.body.end",
        "op.before_commit",
        "op.committed",
        "resp.head"
    )]
    point: &str,
    #[values("oss", "bare", "html")] style: &str,
) {
    let world = World::new().await;
    world.arm_pair(
        &format!("{{ respond = {{ status = 503, code = \"Busy\", style = \"{style}\" }} }}"),
        point,
    );
    let mut client = world.client(point).await;
    world.complete(&mut client).await;
    let answer = client.answer(false).await.expect("a whole answer");
    assert_eq!(answer.status, 503);
    assert_eq!(answer.text().contains("<Code>Busy</Code>"), style == "oss");
    assert_eq!(answer.text().contains("<h1>503 Service Unavailable</h1>"), style == "html");
    assert_eq!(answer.text().is_empty(), style == "bare");
    assert_eq!(answer.header("server").is_some(), style == "oss");
    assert_eq!(world.is_complete(), is_after_commit(point));
    // The rest of the body was taken, so the connection can go on.
    assert_eq!(client.ask("HEAD", "/bucket/other", b"").await.status, 404);
    assert_eq!(world.healthy().await.status, 200);
}

#[rstest]
#[tokio::test]
async fn corruption_changes_exactly_its_byte(
    #[values("req.head", "req.body@n", "resp.head", "resp.body@n")] point: &str,
) {
    let world = World::new().await;
    let offset = if point.ends_with("@n") { "" } else { "offset = 20, " };
    world.arm_pair(&format!("{{ corrupt = {{ {offset}replace = \"~\" }} }}"), point);
    let mut client = world.client(point).await;
    world.complete(&mut client).await;
    let answer = client.answer(false).await.expect("a whole answer");
    if point.starts_with("req") {
        assert_eq!((answer.status, world.is_complete()), (400, false), "{}", answer.text());
    } else {
        let clean = answer.text().replace('~', "e");
        assert_eq!(&answer.body[20..21], b"~");
        assert!(clean.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"), "{clean}");
        assert_eq!(answer.text().matches('~').count(), 1);
    }
    assert_eq!(world.healthy().await.status, 200);
}

#[rstest]
#[tokio::test]
async fn a_truncated_answer_announces_all_and_ends_early(
    #[values("resp.head", "resp.body@n")] point: &str,
    #[values((false, Closing::Fin), (true, Closing::Reset))] end: (bool, Closing),
) {
    let world = World::new().await;
    world.arm_pair(&format!("{{ truncate = {{ at = 20, reset = {} }} }}", end.0), point);
    let mut client = world.client(point).await;
    world.complete(&mut client).await;
    let (bytes, closing) = client.rest(end.1).await;
    let (answer, head) = parse_head(&bytes).expect("a head");
    assert!(answer.header("content-length").expect("a length").parse::<usize>().expect("a number") > 100);
    assert_eq!((bytes.len() - head, closing), (20, end.1));
    assert_eq!(world.healthy().await.status, 200);
}

#[rstest]
#[tokio::test]
async fn a_spoiled_digest_is_wrong_in_the_answer_alone(
    #[values(("wrong_etag", "etag"), ("wrong_crc64", "x-oss-hash-crc64ecma"))] digest: (&str, &str),
    #[values("op.committed", "resp.head")] point: &str,
    #[values("", "value = \"mine\"")] value: &str,
) {
    let world = World::new().await;
    world.arm_pair(&format!("{{ {} = {{ {value} }} }}", digest.0), point);
    let mut client = world.client(point).await;
    world.complete(&mut client).await;
    let answer = client.answer(false).await.expect("a whole answer");
    let right = client.ask("HEAD", "/bucket/key", b"").await;
    assert_eq!(answer.status, 200);
    assert_ne!(answer.header(digest.1).expect("a digest"), right.header(digest.1).expect("a digest"));
    assert_eq!(answer.header(digest.1) == Some("mine"), !value.is_empty());
}

#[tokio::test]
async fn a_forgotten_operation_is_acknowledged_and_not_kept() {
    let world = World::new().await;
    world.arm_pair("{ forget = {} }", "op.before_commit");
    let mut client = world.client("").await;
    world.complete(&mut client).await;
    assert_eq!(client.answer(false).await.expect("a whole answer").status, 200);
    assert!(!world.is_complete());
    assert_eq!(world.emulator.sandbox().edits().uploads().len(), 1);
    let exchange = world.exchange().await;
    assert!(!exchange.committed);
}

#[rstest]
#[tokio::test]
async fn a_change_of_the_world_is_seen_by_what_follows(
    #[values(
        ("{ delete_upload = {} }", "NoSuchUpload"), ("{ delete_part = { part = 1 } }", "InvalidPart"),
        ("{ replace_part = { part = 1, bytes = \"other\" } }", "InvalidPart")
    )]
    change: (&str, &str),
    #[values(
        "req.head",
        "op.authorized",
        "req.body@n",
        "req.body.end",
        "op.before_commit",
        "op.committed",
        "resp.head",
        "resp.body@n",
        "resp.end"
    )]
    point: &str,
) {
    let world = World::new().await;
    world.arm_pair(change.0, point);
    let mut client = world.client(point).await;
    world.complete(&mut client).await;
    let answer = client.answer(false).await.expect("a whole answer");
    if is_after_commit(point) {
        assert_eq!(answer.status, 200);
    } else {
        assert!(answer.text().contains(&format!("<Code>{}</Code>", change.1)), "{}", answer.text());
    }
    assert_eq!(world.is_complete(), is_after_commit(point));
    assert_eq!(world.fired(), 1);
}

#[rstest]
#[tokio::test]
async fn the_clock_jumps_at_any_point(
    #[values(
        "conn.accept",
        "conn.reuse",
        "req.head",
        "op.authorized",
        "req.body@n",
        "req.body.end",
        "op.before_commit",
        "op.committed",
        "resp.head",
        "resp.body@n",
        "resp.end"
    )]
    point: &str,
) {
    let world = World::new().await;
    let before = world.emulator.sandbox().clock().now();
    world.arm_pair("{ advance_clock = \"15m\" }", point);
    let mut client = world.client(point).await;
    world.complete(&mut client).await;
    assert_eq!(client.answer(false).await.expect("a whole answer").status, 200);
    world.exchange().await;
    let moved = world.emulator.sandbox().clock().now().duration_since(before);
    assert!(moved.as_secs() >= 15 * 60);
}

#[test]
fn the_tables_above_leave_no_legal_pair_out() {
    let everywhere: BTreeSet<&str> = ORDER.into();
    let in_requests: BTreeSet<&str> =
        everywhere.iter().filter(|point| !point.starts_with("conn.")).copied().collect();
    let tested = |action: &str| match action {
        "reset" | "close" | "vanish" | "delay" | "stall" | "gate" | "advance_clock" => everywhere.clone(),
        "throttle" => everywhere.iter().filter(|point| **point != "resp.end").copied().collect(),
        "respond" => in_requests
            .iter()
            .filter(|point| !matches!(**point, "resp.body@n" | "resp.end"))
            .copied()
            .collect(),
        "corrupt" => ["req.head", "req.body@n", "resp.head", "resp.body@n"].into(),
        "truncate" => ["resp.head", "resp.body@n"].into(),
        "wrong_etag" | "wrong_crc64" => ["op.committed", "resp.head"].into(),
        "forget" => ["op.before_commit"].into(),
        "delete_upload" | "delete_part" | "replace_part" => in_requests.clone(),
        other => panic!("{other} is not tested"),
    };
    for (action, points) in legal_pairs() {
        assert_eq!(points.into_iter().collect::<BTreeSet<_>>(), tested(action), "{action}");
    }
}

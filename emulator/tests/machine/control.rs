//! The control plane, resource by resource, as a program outside the process uses it.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use oss_emulator::{Emulator, auth::Key, clock::ClockMode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Answer, Closing, Raw, World};

const SANDBOX: &str = "/_emulator/v1/sandboxes/default";

async fn call(emulator: &Emulator, method: &str, path: &str, kind: &str, body: &str) -> Answer {
    let mut client = Raw::connect(emulator.address()).await;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
        emulator.address(),
        body.len()
    );
    client.send(head).await;
    client.answer(false).await.expect("a whole answer")
}

async fn get(emulator: &Emulator, path: &str) -> Value {
    let answer = call(emulator, "GET", path, "", "").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    serde_json::from_slice(&answer.body).expect("JSON")
}

async fn emulator() -> Emulator {
    Emulator::builder().bucket("bucket").start().await.expect("the emulator starts")
}

const RULE: &str = "schema = 1\n[[fault]]\nid = \"it\"\nmatch = { operation = \"PutObject\" }\nat = \"req.head\"\ndo = [{ respond = { status = 500 } }]\n";

#[rstest]
#[case("health", "/status", json!("ok"))]
#[case("ready", "/status", json!("ok"))]
#[case("version", "/name", json!("oss-emulator"))]
#[case("version", "/version", json!(env!("CARGO_PKG_VERSION")))]
#[case("capabilities", "/operations/0", json!("ListBuckets"))]
#[case("capabilities", "/points/0", json!("conn.accept"))]
#[case("capabilities", "/actions/forget", json!(["op.before_commit"]))]
#[tokio::test]
async fn probes_are_answered(#[case] path: &str, #[case] field: &str, #[case] expected: Value) {
    let emulator = emulator().await;
    let answer = get(&emulator, &format!("/_emulator/v1/{path}")).await;
    assert_eq!(answer.pointer(field), Some(&expected), "{answer}");
}

#[tokio::test]
async fn rules_are_replaced_added_read_and_removed() {
    let emulator = emulator().await;
    let faults = format!("{SANDBOX}/faults");
    assert_eq!(call(&emulator, "PUT", &faults, "application/toml", RULE).await.status, 200);
    assert_eq!(call(&emulator, "PUT", "/bucket/k", "", "x").await.status, 500, "armed when the call returns");
    assert_eq!(get(&emulator, &format!("{faults}/it")).await["fired"], 1);
    let plan =
        json!({ "schema": 1, "fault": [{ "id": "more", "at": "resp.head", "do": [{ "reset": {} }] }] });
    let added = call(&emulator, "POST", &faults, "application/json", &plan.to_string()).await;
    assert_eq!(added.status, 200, "{}", added.text());
    assert_eq!(call(&emulator, "POST", &faults, "application/json", &plan.to_string()).await.status, 409);
    assert_eq!(get(&emulator, &faults).await["never_fired"], json!(["more"]));
    assert_eq!(call(&emulator, "DELETE", &format!("{faults}/more"), "", "").await.status, 200);
    assert_eq!(call(&emulator, "DELETE", &format!("{faults}/more"), "", "").await.status, 404);
    call(&emulator, "POST", &faults, "application/json", &plan.to_string()).await;
    assert_eq!(call(&emulator, "PUT", &faults, "application/toml", RULE).await.status, 200);
    let replaced = get(&emulator, &faults).await;
    assert_eq!((&replaced["rules"][0]["fired"], &replaced["rules"][1]), (&json!(0), &Value::Null));
    assert_eq!(call(&emulator, "DELETE", &faults, "", "").await.status, 200);
    assert_eq!(get(&emulator, &faults).await["rules"], json!([]));
}

#[tokio::test]
async fn a_bad_plan_is_explained_and_changes_nothing() {
    let emulator = emulator().await;
    let faults = format!("{SANDBOX}/faults");
    call(&emulator, "PUT", &faults, "application/toml", RULE).await;
    let refused = call(&emulator, "PUT", &faults, "application/toml", "schema = 1\nfalt = []\n").await;
    assert_eq!((refused.status, refused.header("content-type")), (400, Some("application/problem+json")));
    let problem: Value = serde_json::from_slice(&refused.body).expect("JSON");
    let detail = problem["detail"].as_str().expect("a text");
    assert!(detail.contains("plan:2") && detail.contains("did you mean `fault`"), "{detail}");
    assert_eq!(get(&emulator, &faults).await["rules"][0]["id"], "it");
    assert_eq!(call(&emulator, "PUT", &faults, "application/yaml", "a: 1").await.status, 415);
}

#[tokio::test]
async fn gates_are_waited_for_and_released() {
    let world = World::new().await;
    world.arm_pair("{ gate = \"go\" }", "op.committed");
    let mut client = world.client("").await;
    world.complete(&mut client).await;
    let reached = get(&world.emulator, &format!("{SANDBOX}/gates/go?wait=5s")).await;
    assert_eq!(
        (&reached["reached"], &reached["released"], &reached["holding"]),
        (&json!(1), &json!(false), &json!([3]))
    );
    let released = call(&world.emulator, "POST", &format!("{SANDBOX}/gates/go/release"), "", "").await;
    assert!(released.text().contains("\"let_through\":1"), "{}", released.text());
    let noted = world.emulator.sandbox().journal().events();
    assert!(noted.iter().any(|record| record.detail.as_deref() == Some("released the gate go")));
    assert_eq!(client.answer(false).await.expect("a whole answer").status, 200);
    assert_eq!(get(&world.emulator, &format!("{SANDBOX}/gates")).await["gates"][0]["name"], "go");
    let asked = Instant::now();
    assert_eq!(get(&world.emulator, &format!("{SANDBOX}/gates/other?wait=100ms")).await["reached"], 0);
    assert!(asked.elapsed() >= Duration::from_millis(100));
}

#[tokio::test]
async fn the_journal_is_queried_and_waited_for() {
    let emulator = emulator().await;
    call(&emulator, "PUT", "/bucket/k", "", "x").await;
    call(&emulator, "GET", "/bucket/k", "", "").await;
    let puts = get(&emulator, &format!("{SANDBOX}/journal?operation=PutObject")).await;
    assert!(puts["records"].as_array().is_some_and(
        |records| records.len() > 1 && records.iter().all(|one| one["operation"] == "PutObject")
    ));
    let exchanges = get(&emulator, &format!("{SANDBOX}/journal?view=exchanges")).await;
    assert_eq!(exchanges["exchanges"].as_array().map(Vec::len), Some(2));
    let lines = call(&emulator, "GET", &format!("{SANDBOX}/journal?format=jsonl"), "", "").await.text();
    assert!(lines.lines().count() > 10);
    assert!(
        lines
            .lines()
            .all(|line| serde_json::from_str::<Value>(line).is_ok_and(|record| record["schema"] == 1))
    );

    let since = puts["next"].as_u64().expect("a number");
    let newer = get(&emulator, &format!("{SANDBOX}/journal?since={since}")).await;
    assert_eq!(newer["records"][0]["seq"], since + 1);
    let newer = get(&emulator, &format!("{SANDBOX}/journal?since={since}&operation=PutObject")).await;
    assert_eq!(newer["records"], json!([]));
    let path = format!("{SANDBOX}/journal?since={since}&operation=DeleteObject&wait=20s");
    let (waited, deleted) =
        tokio::join!(get(&emulator, &path), call(&emulator, "DELETE", "/bucket/k", "", ""));
    assert_eq!(deleted.status, 204);
    assert_eq!(waited["records"][0]["operation"], "DeleteObject");
}

#[tokio::test]
async fn the_clock_is_moved_and_answers_follow() {
    let emulator = emulator().await;
    let clock = format!("{SANDBOX}/clock");
    let set =
        call(&emulator, "POST", &clock, "application/json", "{\"set\": \"2030-01-02T03:04:05Z\"}").await;
    assert_eq!(set.status, 200, "{}", set.text());
    call(&emulator, "POST", &clock, "application/json", "{\"freeze\": {}}").await;
    call(&emulator, "POST", &clock, "application/json", "{\"advance\": \"1h\"}").await;
    let reading = get(&emulator, &clock).await;
    assert_eq!(reading["mode"], "manual");
    let put = call(&emulator, "PUT", "/bucket/k", "", "x").await;
    assert!(put.header("date").is_some_and(|date| date.starts_with("Wed, 02 Jan 2030 04:04:0")), "{put:?}");
    let read = call(&emulator, "GET", "/bucket/k", "", "").await;
    assert_eq!(read.header("date"), put.header("date"));
    assert_eq!(call(&emulator, "POST", &clock, "application/json", "{\"warp\": 9}").await.status, 400);
}

#[tokio::test]
async fn the_store_is_looked_at_and_edited() {
    let world = World::new().await;
    let (emulator, id) = (&world.emulator, &world.id);
    let store = format!("{SANDBOX}/store");
    let uploads = get(emulator, &format!("{store}/uploads")).await;
    assert_eq!(uploads["uploads"][0]["parts"][0]["number"], 1);
    let part = |number: u32| format!("{store}/parts?bucket=bucket&key=key&upload={id}&part={number}");
    assert_eq!(call(emulator, "PUT", &part(2), "", "two").await.status, 204);
    assert_eq!(call(emulator, "DELETE", &part(1), "", "").await.status, 204);
    assert_eq!(call(emulator, "DELETE", &part(1), "", "").await.status, 404);
    assert_eq!(call(emulator, "PUT", &part(0), "", "none").await.status, 400);
    let uploads = get(emulator, &format!("{store}/uploads?key=key")).await;
    assert_eq!(uploads["uploads"][0]["parts"].as_array().map(Vec::len), Some(1));
    assert_eq!(get(emulator, &format!("{store}/uploads?key=other")).await["uploads"], json!([]));
    let noted = emulator.sandbox().journal().events();
    let edit = format!("put part 2 of the upload {id} of bucket/key");
    assert!(noted.iter().any(|record| record.detail.as_deref() == Some(edit.as_str())));
    let upload = format!("{store}/uploads?bucket=bucket&key=key&upload={id}");
    assert_eq!(call(emulator, "DELETE", &upload, "", "").await.status, 204);
    assert_eq!(call(emulator, "DELETE", &upload, "", "").await.status, 404);

    let object = format!("{store}/objects?bucket=bucket&key=a%2Fb%20c");
    assert_eq!(call(emulator, "PUT", &object, "", "content").await.status, 204);
    assert_eq!(call(emulator, "GET", "/bucket/a/b%20c", "", "").await.text(), "content");
    assert_eq!(call(emulator, "GET", &object, "", "").await.text(), "content");
    assert_eq!(get(emulator, &format!("{store}/objects")).await["objects"][0]["size"], 7);
    assert_eq!(call(emulator, "DELETE", &object, "", "").await.status, 204);
    assert_eq!(call(emulator, "GET", &object, "", "").await.status, 404);
    assert_eq!(call(emulator, "PUT", &format!("{store}/buckets?bucket=other"), "", "").await.status, 204);
    assert_eq!(get(emulator, &format!("{store}/buckets")).await["buckets"], json!(["bucket", "other"]));
    assert_eq!(call(emulator, "DELETE", &format!("{store}/buckets?bucket=bucket"), "", "").await.status, 204);
}

#[tokio::test]
async fn a_reset_goes_back_to_the_beginning() {
    let world = World::new().await;
    world.arm_pair("{ gate = \"go\" }", "req.head");
    let reset =
        call(&world.emulator, "POST", &format!("{SANDBOX}/reset?what=faults,data,journal"), "", "").await;
    assert_eq!(reset.status, 200, "{}", reset.text());
    assert_eq!(get(&world.emulator, &format!("{SANDBOX}/faults")).await["rules"], json!([]));
    assert_eq!(world.emulator.sandbox().edits().buckets(), Vec::<String>::new());
    assert_eq!(world.emulator.sandbox().journal().exchanges(), []);
    assert_eq!(
        call(&world.emulator, "POST", &format!("{SANDBOX}/reset?what=moon"), "", "").await.status,
        400
    );

    let sandbox = world.emulator.sandbox();
    sandbox.gates().release("go");
    sandbox.keys().add("id", Key::permanent("secret"));
    let before = sandbox.clock().now();
    sandbox.clock().freeze();
    sandbox.clock().advance(SignedDuration::from_hours(48)).expect("in range");
    assert_eq!(call(&world.emulator, "POST", &format!("{SANDBOX}/reset"), "", "").await.status, 200);
    assert!(!sandbox.gates().is_released("go"));
    assert_eq!(sandbox.keys().list(), []);
    assert_eq!(sandbox.clock().read().mode, ClockMode::Real);
    assert!(sandbox.clock().now().duration_since(before) < SignedDuration::from_hours(24));
}

#[rstest]
#[case("GET", "/_emulator/v2/health", 404)]
#[case("POST", "/_emulator/v1/health", 405)]
#[case("GET", "/_emulator/v1/sandboxes/other/faults", 404)]
#[case("GET", "/_emulator/v1/sandboxes/default/falts", 404)]
#[case("PATCH", "/_emulator/v1/sandboxes/default/faults", 405)]
#[case("GET", "/_emulator/v1/sandboxes/default/journal?sinze=1", 400)]
#[case("GET", "/_emulator/v1/sandboxes/default/journal?since=x", 400)]
#[case("GET", "/_emulator/v1/sandboxes/default/journal?wait=never", 400)]
#[case("GET", "/_emulator/v1/sandboxes/default/journal?operation=Put", 400)]
#[tokio::test]
async fn a_call_that_makes_no_sense_is_told_what_to_do(
    #[case] method: &str,
    #[case] path: &str,
    #[case] status: u16,
) {
    let emulator = emulator().await;
    let answer = call(&emulator, method, path, "", "").await;
    let problem: Value = serde_json::from_slice(&answer.body).expect("JSON");
    assert_eq!((answer.status, &problem["status"]), (status, &json!(status)));
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{problem}");
}

#[tokio::test]
async fn web_pages_and_foreign_names_are_kept_out_and_faults_do_not_touch_the_control_plane() {
    let emulator = emulator().await;
    let plan = "schema = 1\n[[fault]]\nat = \"req.head\"\nnth = \"1..\"\ntimes = \"forever\"\ndo = [{ reset = {} }]\n";
    assert_eq!(
        call(&emulator, "PUT", &format!("{SANDBOX}/faults"), "application/toml", plan).await.status,
        200
    );
    assert_eq!(call(&emulator, "GET", "/_emulator/v1/health", "", "").await.status, 200);
    for headers in ["Host: evil.example", "Host: 127.0.0.1\r\nOrigin: https://evil.example"] {
        let mut client = Raw::connect(emulator.address()).await;
        client.send(format!("GET /_emulator/v1/capabilities HTTP/1.1\r\n{headers}\r\n\r\n")).await;
        assert_eq!(client.answer(false).await.expect("a whole answer").status, 403);
    }
    // With a bucket's host the same path is a key.
    let mut client = Raw::connect(emulator.address()).await;
    client
        .send("GET /_emulator/v1/health HTTP/1.1\r\nHost: bucket.oss-cn-hangzhou.aliyuncs.com\r\n\r\n")
        .await;
    assert_eq!(client.rest(Closing::Fin).await.1, Closing::Reset);
}

//! The fault engine as a value: who is struck, on which attempt, and that chance depends on nothing but the plan.

use std::collections::BTreeSet;

use http::HeaderMap;
use jiff::Timestamp;
use oss_emulator::fault::{Decision, Engine, Facts, Plan, UploadFacts, Why, World};
use proptest::prelude::*;
use rstest::rstest;

fn engine(rules: &str) -> Engine {
    seeded(7, rules)
}

fn seeded(seed: u32, rules: &str) -> Engine {
    let mut engine = Engine::default();
    engine.replace(Plan::from_toml(&format!("schema = 1\nseed = {seed}\n{rules}"), "plan").expect("a plan"));
    engine
}

fn rule(fields: &str) -> Engine {
    engine(&format!("[[fault]]\nid = \"it\"\nat = \"req.head\"\ndo = [{{ reset = {{}} }}]\n{fields}"))
}

/// An UploadPart of a sandbox in which little else is known.
fn part(headers: &HeaderMap, number: u32) -> Facts<'_> {
    Facts {
        sandbox: "default",
        connection: 3,
        reused: true,
        operation: Some("UploadPart"),
        bucket: Some("bucket"),
        key: Some("logs/a.bin"),
        upload: Some(UploadFacts { id: "ID", ordinal: Some(2), of_key: Some(1) }),
        part: Some(number),
        method: "PUT",
        host: Some("127.0.0.1:6770"),
        query: &[],
        headers,
        size: Some(1000),
        attempt: 1,
        signed: true,
        user_agent: Some("sdk/1.0"),
    }
}

fn decide(engine: &mut Engine, facts: &Facts<'_>) -> Decision {
    let released = |gate: &str| gate == "open";
    let now: Timestamp = "2026-11-22T10:00:00Z".parse().expect("a time");
    engine.decide(facts, &World { now, released: &released })
}

fn strikes(engine: &mut Engine, facts: &Facts<'_>) -> bool {
    !decide(engine, facts).claims.is_empty()
}

#[rstest]
#[case("match = { operation = \"UploadPart\" }", true)]
#[case("match = { operation = \"*Part*\" }", true)]
#[case("match = { operation = [\"PutObject\", \"UploadPart\"] }", true)]
#[case("match = { operation = \"PutObject\" }", false)]
#[case("match = { bucket = \"bucket\", key = \"logs/*\" }", true)]
#[case("match = { key = \"*.txt\" }", false)]
#[case("match = { upload = 2 }", true)]
#[case("match = { upload = 1 }", false)]
#[case("match = { upload = \"ID\" }", true)]
#[case("match = { part = 3 }", true)]
#[case("match = { part = [1, 2] }", false)]
#[case("match = { part = \"2..4\" }", true)]
#[case("match = { size = \"..1000\" }", false)]
#[case("match = { size = \"1000..\" }", true)]
#[case("match = { method = \"PUT\", host = \"127.0.0.1:*\" }", true)]
#[case("match = { header = { x-one = \"a*\" } }", true)]
#[case("match = { header = { x-two = \"*\" } }", false)]
#[case("match = { query = { partNumber = \"3\" } }", false)]
#[case("match = { connection = \"3..\", reused = true, signed = true }", true)]
#[case("match = { reused = false }", false)]
#[case("match = { attempt = 2 }", false)]
#[case("match = { user_agent = \"sdk/*\" }", true)]
#[case("match = { any = [{ part = 1 }, { part = 3 }] }", true)]
#[case("match = { any = [{ part = 1 }, { part = 2 }] }", false)]
#[case("match = { not = { part = 3 } }", false)]
#[case("match = { operation = \"UploadPart\", not = { part = 1 } }", true)]
#[case("after = { gate = \"open\" }", true)]
#[case("after = { gate = \"shut\" }", false)]
#[case("until = { gate = \"open\" }", false)]
#[case("after = { time = \"2026-11-22T10:00:00Z\" }", true)]
#[case("after = { time = \"2026-11-22T10:00:01Z\" }", false)]
#[case("after = { committed = \"InitiateMultipartUpload\" }", false)]
#[case("times = 0", false)]
#[case("probability = 0.0", false)]
fn a_rule_strikes_what_it_describes(#[case] fields: &str, #[case] expected: bool) {
    let mut headers = HeaderMap::new();
    headers.insert("x-one", "abc".parse().expect("a value"));
    assert_eq!(strikes(&mut rule(fields), &part(&headers, 3)), expected);
}

#[rstest]
#[case("nth = 1", &[1])]
#[case("nth = 2", &[2])]
#[case("nth = [1, 3]\ntimes = 2", &[1, 3])]
#[case("nth = \"2..\"\ntimes = \"forever\"", &[2, 3, 4, 5, 6])]
#[case("nth = \"every 3\"\ntimes = \"forever\"", &[3, 6])]
#[case("nth = \"1..\"\ntimes = 2", &[1, 2])]
fn attempts_are_counted(#[case] fields: &str, #[case] expected: &[u32]) {
    let headers = HeaderMap::new();
    let mut engine = rule(fields);
    let struck: Vec<u32> = (1..=6).filter(|_| strikes(&mut engine, &part(&headers, 3))).collect();
    assert_eq!(struck, expected);
}

#[test]
fn each_part_has_a_counter_of_its_own() {
    let headers = HeaderMap::new();
    let mut engine = rule("times = \"forever\"");
    let first: Vec<bool> = [1, 2, 1, 3, 2].map(|number| strikes(&mut engine, &part(&headers, number))).into();
    assert_eq!(first, [true, true, false, true, false]);
    let mut together = rule("count = [\"operation\"]");
    let any: Vec<bool> = [1, 2, 1, 3].map(|number| strikes(&mut together, &part(&headers, number))).into();
    assert_eq!(any, [true, false, false, false]);
}

#[test]
fn the_journal_is_told_why_a_rule_did_not_strike() {
    let headers = HeaderMap::new();
    let mut engine = engine(
        "[[fault]]\nid = \"other-operation\"\nmatch = { operation = \"PutObject\" }\nat = \"req.head\"\ndo = [{ reset = {} }]\n\
         [[fault]]\nid = \"other-part\"\nmatch = { part = 9 }\nat = \"req.head\"\ndo = [{ reset = {} }]\n\
         [[fault]]\nid = \"later\"\nnth = 2\nat = \"req.head\"\ndo = [{ reset = {} }]\n\
         [[fault]]\nid = \"now\"\nat = \"req.head\"\ndo = [{ reset = {} }]\n",
    );
    let told = |decision: Decision| -> Vec<(String, Why)> {
        decision.considered.into_iter().map(|one| (one.rule.to_string(), one.why)).collect()
    };
    let first = told(decide(&mut engine, &part(&headers, 3)));
    assert_eq!(
        first,
        [
            ("other-part".to_owned(), Why::Field("part".into())),
            ("later".to_owned(), Why::Nth(1)),
            ("now".to_owned(), Why::Claimed)
        ]
    );
    let second = told(decide(&mut engine, &part(&headers, 3)));
    assert_eq!(second[1].1, Why::Claimed);
    assert_eq!(second[2].1, Why::Nth(2));
}

#[test]
fn a_removed_rule_strikes_no_more_and_an_added_one_does() {
    let headers = HeaderMap::new();
    let mut engine = rule("times = \"forever\"\nnth = \"1..\"");
    assert!(strikes(&mut engine, &part(&headers, 1)));
    assert_eq!(engine.remove("it").map(|status| (status.matched, status.claimed)), Some((1, 1)));
    assert!(!strikes(&mut engine, &part(&headers, 1)));
    let plan = || {
        Plan::from_toml(
            "schema = 1\n[[fault]]\nid = \"new\"\nat = \"req.head\"\ndo = [{ close = {} }]",
            "plan",
        )
    };
    engine.add(plan().expect("a plan")).expect("the id is free");
    assert!(strikes(&mut engine, &part(&headers, 1)));
    assert!(engine.add(plan().expect("a plan")).is_err());
}

#[test]
fn a_rule_waits_for_a_commit_or_for_another_rule() {
    let headers = HeaderMap::new();
    let mut rule = rule("after = { committed = \"InitiateMultipartUpload\" }");
    rule.note_committed("PutObject");
    assert!(!strikes(&mut rule, &part(&headers, 1)));
    rule.note_committed("InitiateMultipartUpload");
    assert!(strikes(&mut rule, &part(&headers, 1)));

    let mut engine = engine(
        "[[fault]]\nid = \"first\"\nmatch = { part = 1 }\nat = \"req.head\"\ndo = [{ close = {} }]\n\
         [[fault]]\nid = \"second\"\nmatch = { part = 2 }\nafter = { fired = \"first\" }\nat = \"req.head\"\ndo = [{ close = {} }]\n",
    );
    assert!(!strikes(&mut engine, &part(&headers, 2)));
    let first = decide(&mut engine, &part(&headers, 1)).claims;
    assert!(!strikes(&mut engine, &part(&headers, 2)), "claimed, and not struck yet");
    engine.note_fired(&first[0]);
    assert!(strikes(&mut engine, &part(&headers, 2)));
}

/// Servers give uploads random ids, so chance goes by which upload of its key it is.
#[test]
fn the_id_of_an_upload_changes_nothing_about_chance() {
    let headers = HeaderMap::new();
    let struck = |id: &str| {
        let mut engine = rule("times = \"forever\"\nprobability = 0.5");
        let of_upload = |number| Facts {
            upload: Some(UploadFacts { id, ordinal: Some(2), of_key: Some(1) }),
            ..part(&headers, number)
        };
        (1..50).map(|number| strikes(&mut engine, &of_upload(number))).collect::<Vec<_>>()
    };
    assert_eq!(struck("ONE"), struck("ANOTHER"));
}

/// Which (part, attempt) pairs a plan strikes, when the parts' attempts arrive in this order.
fn struck(mut engine: Engine, order: &[u32]) -> BTreeSet<(u32, usize)> {
    let headers = HeaderMap::new();
    let mut attempts = std::collections::HashMap::<u32, usize>::new();
    let mut struck = BTreeSet::new();
    for number in order {
        let attempt = attempts.entry(*number).or_default();
        *attempt += 1;
        if strikes(&mut engine, &part(&headers, *number)) {
            struck.insert((*number, *attempt));
        }
    }
    struck
}

proptest! {
    /// Parallel workers interleave as they like: the same attempts are struck.
    #[test]
    fn the_same_seed_strikes_the_same_attempts_in_any_order(
        order in prop::collection::vec(1_u32..8, 0..60).prop_flat_map(|order| (Just(order.clone()), Just(order).prop_shuffle())),
        seed in any::<u32>(),
        chance in 0.0_f64..1.0,
    ) {
        let plan = format!(
            "[[fault]]\nid = \"it\"\nat = \"req.head\"\nnth = \"1..\"\ntimes = \"forever\"\nprobability = {chance:?}\n\
             do = [{{ reset = {{}} }}]\n[[fault]]\nid = \"other\"\nmatch = {{ part = 3 }}\nat = \"req.head\"\nnth = [2, 4]\ntimes = 9\n\
             do = [{{ reset = {{}} }}]\n"
        );
        prop_assert_eq!(struck(seeded(seed, &plan), &order.0), struck(seeded(seed, &plan), &order.1));
    }
}

#[test]
fn another_seed_strikes_other_attempts() {
    let order: Vec<u32> = (1..50).collect();
    let rule = "[[fault]]\nid = \"it\"\nat = \"req.head\"\ntimes = \"forever\"\nprobability = 0.5\ndo = [{ reset = {} }]\n";
    let of = |seed: u32| struck(seeded(seed, rule), &order);
    assert_eq!(of(7), of(7));
    assert_ne!(of(7), of(8));
}

#[test]
fn chance_strikes_as_often_as_it_says() {
    let headers = HeaderMap::new();
    let mut engine = rule("nth = \"1..\"\ntimes = \"forever\"\nprobability = 0.3");
    let struck = (0..10_000).filter(|number| strikes(&mut engine, &part(&headers, number % 50))).count();
    assert!((2_800..3_200).contains(&struck), "{struck} of 10000");
}

//! Plans as text: what is refused, with line and suggestion, and that both forms say the same.

use insta::assert_snapshot;
use oss_emulator::fault::Plan;

const WHOLE: &str = r#"
schema = 1
seed = 7

[[fault]]
id = "lose-the-answer"
match = { operation = "CompleteMultipartUpload", any = [{ key = "a*" }, { header = { x-run = ["1", "2"] } }] }
at = "op.committed"
do = [{ delay = "20ms" }, { reset = {} }]

[[fault]]
match = { operation = "UploadPart", part = [3, "5..", "every 4"], not = { upload = ["ID", 2] } }
at = "req.body@50%"
do = [{ stall = { until = "go" } }, { throttle = { direction = "request", bytes_per_second = 1000 } }, { close = {} }]
nth = "2.."
times = "forever"
probability = 0.5
count = ["operation"]
after = { committed = "InitiateMultipartUpload" }
until = { time = "2030-01-01T00:00:00Z" }
must_fire = false
"#;

#[test]
fn a_plan_means_the_same_in_toml_and_in_json() {
    let plan = Plan::from_toml(WHOLE, "plan.toml").expect("a plan");
    assert_eq!(plan.rules()[1].id, "fault-2");
    let json = serde_json::to_string(&plan).expect("it serialises");
    assert_eq!(Plan::from_json(&json, "plan.json").expect("a plan"), plan);
}

fn refusal(text: &str) -> String {
    Plan::from_toml(text, "plan.toml").expect_err("the plan is refused").to_string()
}

fn refusal_of_rule(rule: &str) -> String {
    refusal(&format!("schema = 1\n\n[[fault]]\n{rule}\n"))
}

#[test]
fn a_misspelt_key_is_found() {
    assert_snapshot!(refusal("schema = 1\nsede = 7\n"), @r#"
    plan.toml:2: unknown field `sede`; did you mean `seed`?
      sede = 7
    "#);
    assert_snapshot!(refusal_of_rule("at = \"req.head\"\nmacht = {}\ndo = [{ reset = {} }]"), @r#"
    plan.toml:5: unknown field `macht`; did you mean `match`?
      macht = {}
    "#);
    assert_snapshot!(refusal_of_rule("at = \"req.head\"\nmatch = { opertion = \"PutObject\" }\ndo = [{ reset = {} }]"), @r#"
    plan.toml:5: unknown field `opertion`; did you mean `operation`?
      match = { opertion = "PutObject" }
    "#);
    assert_snapshot!(refusal_of_rule("at = \"req.head\"\ndo = [\n  { delay = \"1s\" },\n  { respond = { status = 500, cod = \"x\" } },\n]"), @r#"
    plan.toml:7: unknown field `cod`; did you mean `code`?
      { respond = { status = 500, cod = "x" } },
    "#);
}

#[test]
fn a_misspelt_name_is_found() {
    assert_snapshot!(refusal_of_rule("at = \"op.commited\"\ndo = [{ reset = {} }]"), @r#"
    plan.toml:4: unknown point `op.commited`; did you mean `op.committed`?
      at = "op.commited"
    "#);
    assert_snapshot!(refusal_of_rule("at = \"req.head\"\ndo = [{ rest = {} }]"), @r#"
    plan.toml:5: unknown variant `rest`; did you mean `reset`?
      do = [{ rest = {} }]
    "#);
    assert_snapshot!(refusal_of_rule("at = \"req.head\"\nmatch = { operation = \"UploadParts\" }\ndo = [{ reset = {} }]"), @r#"
    plan.toml:5: fault[0].match.operation: unknown operation `UploadParts`; did you mean `UploadPart`?
      match = { operation = "UploadParts" }
    "#);
}

#[test]
fn an_action_at_the_wrong_point_is_told_where_it_belongs() {
    assert_snapshot!(refusal_of_rule("at = \"req.head\"\ndo = [{ forget = {} }]"), @r#"
    plan.toml:5: fault[0].do[0]: `forget` makes no sense at `req.head`; did you mean `at = "op.before_commit"`? It may stand at op.before_commit
      do = [{ forget = {} }]
    "#);
    assert_snapshot!(refusal_of_rule("at = \"req.body@100\"\ndo = [{ delay = \"1s\" }, { wrong_etag = {} }]"), @r#"
    plan.toml:5: fault[0].do[1]: `wrong_etag` makes no sense at `req.body@n`; did you mean `at = "op.committed"`? It may stand at op.committed, resp.head
      do = [{ delay = "1s" }, { wrong_etag = {} }]
    "#);
    assert_snapshot!(refusal_of_rule("at = \"conn.accept\"\nmatch = { part = 3 }\ndo = [{ reset = {} }]"), @r#"
    plan.toml:5: fault[0].match: `part` is not known at `conn.accept`: match `sandbox` or `connection`, or use `at = "req.head"`
      match = { part = 3 }
    "#);
}

#[test]
fn values_that_make_no_sense_are_explained() {
    assert_snapshot!(refusal_of_rule("at = \"req.body\"\ndo = [{ reset = {} }]"), @r#"
    plan.toml:4: `req.body` needs an offset: `req.body@40000`, `req.body@50%` or `req.body@end-1`
      at = "req.body"
    "#);
    assert_snapshot!(refusal_of_rule("at = \"req.head\"\ndo = [{ delay = \"200\" }]"), @r#"
    plan.toml:5: `200` is no span of time: write it with a unit, as in `200ms`, `1.5s` or `15m`
      do = [{ delay = "200" }]
    "#);
    assert_snapshot!(refusal_of_rule("at = \"req.head\"\ndo = [{ delay = \"-1s\" }]"), @r#"
    plan.toml:5: fault[0].do[0]: `delay`: spans are not negative, `uniform` goes from short to long, `sigma` is 0 to 10
      do = [{ delay = "-1s" }]
    "#);
    assert_snapshot!(refusal_of_rule("at = \"req.head\"\ndo = [{ respond = { status = 99 } }]"), @r#"
    plan.toml:5: fault[0].do[0]: `respond`: status 99 is not between 200 and 599
      do = [{ respond = { status = 99 } }]
    "#);
    assert_snapshot!(refusal_of_rule("at = \"req.head\"\ndo = [{ reset = {} }, { close = {} }]"), @r#"
    plan.toml:5: fault[0].do[1]: `close` never runs: `reset` before it ends the exchange
      do = [{ reset = {} }, { close = {} }]
    "#);
    assert_snapshot!(refusal_of_rule("at = \"req.head\"\ndo = []"), @r#"
    plan.toml:5: fault[0].do: no action: write at least one, as in `do = [{ reset = {} }]`
      do = []
    "#);
    assert_snapshot!(refusal_of_rule("at = \"req.head\"\nprobability = 2\ndo = [{ reset = {} }]"), @r#"
    plan.toml:5: fault[0].probability: 2 is no chance from 0 to 1
      probability = 2
    "#);
    assert_snapshot!(refusal_of_rule("at = \"req.head\"\nnth = \"first\"\ndo = [{ reset = {} }]"), @r#"
    plan.toml:5: `first` is no number, no range such as `2..`, `2..5` or `2..=5`, and not `every 3`
      nth = "first"
    "#);
    assert_snapshot!(refusal_of_rule("at = \"resp.head\"\ndo = [{ truncate = {} }]"), @r#"
    plan.toml:5: fault[0].do[0]: `truncate`: say where: `truncate = { at = 100 }`, or use `at = "resp.body@100"`
      do = [{ truncate = {} }]
    "#);
    assert_snapshot!(refusal_of_rule("at = \"req.head\"\ndo = [{ corrupt = { direction = \"response\" } }]"), @r#"
    plan.toml:5: fault[0].do[0]: `corrupt`: `req.head` lies on the other side: leave `direction` out, or move the point
      do = [{ corrupt = { direction = "response" } }]
    "#);
}

#[test]
fn a_plan_needs_its_schema_and_unique_ids() {
    assert_snapshot!(refusal("seed = 7\n"), @r#"
    plan.toml:1: no `schema`: begin the plan with `schema = 1`
      seed = 7
    "#);
    assert_snapshot!(refusal("schema = 2\n"), @r#"
    plan.toml:1: schema: this emulator reads plans of schema 1, not 2
      schema = 2
    "#);
    let twice = "[[fault]]\nid = \"a\"\nat = \"req.head\"\ndo = [{ reset = {} }]\n";
    assert_snapshot!(refusal(&format!("schema = 1\n{twice}{twice}")), @r#"
    plan.toml:7: fault[1].id: another rule is called `a` too: ids are unique
      id = "a"
    "#);
    assert_snapshot!(refusal("schema = 1\n[[fault]\n"), @r#"
    plan.toml:2: unclosed array table, expected `]`
      [[fault]
    "#);
}

#[test]
fn json_plans_are_refused_with_their_line_too() {
    let refusal =
        Plan::from_json("{\n \"schema\": 1,\n \"faults\": []\n}", "plan.json").expect_err("it is refused");
    assert_snapshot!(refusal.to_string(), @r#"
    plan.json:3: unknown field `faults`; did you mean `fault`?
      "faults": []
    "#);
}

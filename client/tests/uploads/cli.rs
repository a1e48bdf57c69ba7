//! The command line as real processes, which are really interrupted and killed.

use std::{
    future::Future,
    path::PathBuf,
    process::{Output, Stdio},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use rstest::rstest;
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::{
    bench::{Bench, parts},
    within::within,
};

fn program(bench: &Bench) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oss-client"));
    command
        .env_clear()
        .env("OSS_ACCESS_KEY_ID", "id")
        .env("OSS_ACCESS_KEY_SECRET", "secret")
        .env("OSS_ENDPOINT", bench.emulator.endpoint())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

fn cp(bench: &Bench) -> Command {
    let mut command = program(bench);
    let (source, records): (PathBuf, PathBuf) = (bench.source(), bench.records());
    command.arg("cp").arg(source).arg("oss://bucket/dir/key").arg("--checkpoint-dir").arg(records);
    command.args(["--part-size", "100Ki", "--parallel", "1"]);
    command
}

#[track_caller]
fn ended(child: Child) -> impl Future<Output = Output> {
    within("the command ends", async { child.wait_with_output().await.unwrap() })
}

#[track_caller]
fn run(command: &mut Command) -> impl Future<Output = Output> + use<> {
    ended(command.spawn().unwrap())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn signal(child: &Child, signal: Signal) {
    kill(Pid::from_raw(i32::try_from(child.id().unwrap()).unwrap()), signal).unwrap();
}

/// Starts an upload and holds it in part 4.
async fn held_in_part_4(bench: &Bench) -> Child {
    // The reset keeps the part from being stored out of the buffers of a client that is gone.
    bench.plan(
        "[[fault]]\nmatch = { operation = \"UploadPart\", part = 4 }\nat = \"req.body@1000\"\n\
         do = [{ gate = { name = \"held\" } }, { reset = {} }]\n",
    );
    let child = cp(bench).spawn().unwrap();
    bench.held().await;
    child
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finished_upload_is_told_in_one_line() {
    let bench = Bench::new().await;
    let output = run(&mut cp(&bench)).await;
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let line = text(&output.stdout);
    for fact in ["650.0 KiB", "7 parts sent, 0 reused", "ETag ", "CRC-64 "] {
        assert!(line.contains(fact), "{fact:?} is missing in {line:?}");
    }
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn loopback_traffic_never_goes_to_a_proxy() {
    let bench = Bench::new().await;
    let output =
        run(cp(&bench).env("http_proxy", "http://127.0.0.1:9").env("ALL_PROXY", "http://127.0.0.1:9")).await;
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_half_way_is_gone_on_with() {
    let bench = Bench::new().await;
    let child = held_in_part_4(&bench).await;
    signal(&child, Signal::SIGKILL);
    ended(child).await;
    bench.emulator.sandbox().gates().release("held");
    bench.healthy();
    let seen = bench.exchanges().len();
    let output = run(&mut cp(&bench)).await;
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(parts(&bench.asked(seen)), [4, 5, 6, 7]);
    assert!(text(&output.stdout).contains("4 parts sent, 3 reused"));
    bench.assert_whole().await;
}

#[rstest]
#[case::ctrl_c(Signal::SIGINT)]
#[case::termination(Signal::SIGTERM)]
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_process_prints_the_command_that_goes_on_and_it_does(#[case] with: Signal) {
    let bench = Bench::new().await;
    let child = held_in_part_4(&bench).await;
    signal(&child, with);
    let output = ended(child).await;
    bench.emulator.sandbox().gates().release("held");
    assert_eq!(output.status.code(), Some(130));
    let said = text(&output.stderr);
    let command = said.lines().find_map(|line| line.strip_prefix("to go on: ")).expect(&said);
    bench.healthy();
    let seen = bench.exchanges().len();
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command).env("OSS_ACCESS_KEY_ID", "id").env("OSS_ACCESS_KEY_SECRET", "secret");
    shell.env("OSS_ENDPOINT", bench.emulator.endpoint()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = run(shell.kill_on_drop(true)).await;
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(parts(&bench.asked(seen)), [4, 5, 6, 7]);
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_process_may_be_told_to_delete() {
    let bench = Bench::new().await;
    bench.rule("operation = \"UploadPart\", part = 4", "req.body@1000", "gate = { name = \"held\" }");
    let child = cp(&bench).args(["--on-cancel", "abort"]).spawn().unwrap();
    bench.held().await;
    signal(&child, Signal::SIGINT);
    let output = ended(child).await;
    bench.emulator.sandbox().gates().release("held");
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(bench.emulator.sandbox().edits().uploads().len(), 0);
    assert_eq!(bench.left(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_as_json_is_one_object_a_line_and_ends_with_the_outcome() {
    let bench = Bench::new().await;
    let output = run(cp(&bench).args(["--progress", "json"])).await;
    let events: Vec<Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events[0]["event"], "progress");
    assert_eq!(events.last().unwrap()["event"], "done");
    assert_eq!(events.last().unwrap()["parts_sent"], 7);
    let sent: Vec<_> = events.iter().filter_map(|event| event["sent"].as_u64()).collect();
    assert!(sent.is_sorted(), "{sent:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_interrupt_ends_the_process_at_once() {
    let bench = Bench::new().await;
    bench.rule("operation = \"CompleteMultipartUpload\"", "op.committed", "gate = { name = \"held\" }");
    let mut child = cp(&bench).args(["--idle-timeout", "10m"]).spawn().unwrap();
    bench.held().await;
    signal(&child, Signal::SIGINT);
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    let heard = within("the interrupt is heard", said.next_line()).await.unwrap().unwrap();
    assert!(heard.starts_with("interrupted"), "{heard}");
    signal(&child, Signal::SIGINT);
    assert_eq!(ended(child).await.status.code(), Some(130));
    bench.emulator.sandbox().gates().release("held");
    bench.healthy();
    let seen = bench.exchanges().len();
    assert_eq!(run(&mut cp(&bench)).await.status.code(), Some(0));
    assert_eq!(
        bench.asked(seen),
        ["HeadObject", "ListParts"],
        "the commit is found, and nothing is sent again"
    );
    bench.assert_whole().await;
}

/// Arguments after the program, and the exit code.
#[rstest]
#[case::help(&["--help"], 0)]
#[case::no_verb(&[], 2)]
#[case::unknown_flag(&["cp", "--nope"], 2)]
#[case::no_location(&["cp", "SOURCE", "bucket/key"], 2)]
#[case::bad_size(&["cp", "SOURCE", "oss://bucket/k", "--part-size", "1Xi"], 2)]
#[case::small_parts(&["cp", "SOURCE", "oss://bucket/k", "--part-size", "1k"], 2)]
#[case::no_such_file(&["cp", "nowhere", "oss://bucket/k"], 1)]
#[case::no_such_record_directory(&["cp", "SOURCE", "oss://bucket/k", "--checkpoint-dir", "nowhere"], 6)]
#[case::wrong_secret(&["-k", "wrong", "cp", "SOURCE", "oss://bucket/k"], 4)]
#[case::no_such_bucket(&["cp", "SOURCE", "oss://absent/k"], 1)]
#[case::nobody_listens(&["-e", "http://127.0.0.1:1", "--retry-times", "0", "cp", "SOURCE", "oss://bucket/k"], 1)]
#[case::listing(&["ls", "oss://bucket"], 0)]
#[case::listing_uploads(&["ls", "-m", "oss://bucket/prefix"], 0)]
#[case::unknown_upload(&["listpart", "oss://bucket/k", "UNKNOWN"], 1)]
#[case::aborting_the_unknown(&["abort", "oss://bucket/k", "UNKNOWN"], 0)]
#[case::plan(&["plan", "SOURCE", "--part-size", "200Ki"], 0)]
#[tokio::test(flavor = "multi_thread")]
async fn exit_codes_mean_the_same_everywhere(#[case] args: &[&str], #[case] code: i32) {
    let bench = Bench::new().await;
    let source = bench.source();
    let args = args.iter().map(|arg| if *arg == "SOURCE" { source.to_str().unwrap() } else { *arg });
    let output = run(program(&bench).args(args)).await;
    assert_eq!(output.status.code(), Some(code), "{}\n{}", text(&output.stdout), text(&output.stderr));
    assert!(code == 0 || !output.stderr.is_empty(), "an error says something");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_object_crc_exits_with_the_code_of_integrity() {
    let bench = Bench::new().await;
    bench.rule("operation = \"CompleteMultipartUpload\"", "resp.head", "wrong_crc64 = {}");
    let output = run(&mut cp(&bench)).await;
    assert_eq!(output.status.code(), Some(5), "{}", text(&output.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn open_uploads_are_listed_and_aborted() {
    let bench = Bench::new().await;
    bench.rule("operation = \"UploadPart\", part = 3", "req.head", "respond = { status = 403 }");
    run(&mut cp(&bench)).await;
    let id = bench.emulator.sandbox().edits().uploads()[0].id.clone();
    let listed = text(&run(program(&bench).args(["ls", "-m", "oss://bucket"])).await.stdout);
    assert!(listed.contains(&id) && listed.contains("oss://bucket/dir/key"), "{listed}");
    let parts = text(&run(program(&bench).args(["listpart", "oss://bucket/dir/key", &id])).await.stdout);
    assert_eq!(parts.lines().count(), 2);
    let mut abort = program(&bench);
    abort.args(["abort", "oss://bucket/dir/key", "--checkpoint-dir"]).arg(bench.records());
    let output = run(abort.arg("--file").arg(bench.source())).await;
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(bench.emulator.sandbox().edits().uploads().len(), 0);
    assert_eq!(bench.left(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_a_kind_is_counted_as_one() {
    let bench = Bench::new().await;
    run(&mut cp(&bench)).await;
    let listed = run(program(&bench).args(["ls", "oss://bucket"])).await;
    assert_eq!(text(&listed.stderr), "1 object\n");
    bench.rule("operation = \"UploadPart\", part = 2", "req.head", "respond = { status = 403 }");
    run(&mut cp(&bench)).await;
    let listed = run(program(&bench).args(["ls", "-m", "oss://bucket"])).await;
    assert_eq!(text(&listed.stderr), "1 open upload\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_flags_of_a_careful_upload_reach_the_server() {
    let bench = Bench::new().await;
    bench.rule("operation = \"UploadPart\", part = 2", "req.head", "respond = { status = 403 }");
    let output = run(cp(&bench).args(["--fail", "drain", "--upload-token"])).await;
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    assert_eq!(parts(&bench.asked(0)), [1, 2, 3, 4, 5, 6, 7], "the other parts are sent as well");
    bench.healthy();
    let output = run(cp(&bench).args(["--upload-token", "--sequential"])).await;
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let begun = bench.exchanges().into_iter().filter(|exchange| exchange.target.contains("uploads"));
    assert_eq!(
        begun.map(|exchange| exchange.target.contains("sequential")).collect::<Vec<_>>(),
        [false, true]
    );
    let facts = bench.client.head_object("bucket", "dir/key").await.unwrap().unwrap();
    assert!(facts.meta.iter().any(|(name, _)| name == "upload-token"), "{facts:?}");
    bench.assert_whole().await;
}

//! The binary: its one line, its exit codes, its variables, and how it stops.

use std::{fs, path::Path, time::Instant};

use nix::sys::signal::Signal;
use rstest::rstest;

use crate::support::{Process, Raw, command, refused, said};

fn plain(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// What is said of flags that end with this code.
fn refused_with(arguments: &[&str], code: i32) -> String {
    refused(command().args(arguments), code)
}

#[tokio::test]
async fn a_started_emulator_says_where_it_is_and_serves() {
    let emulator = Process::serve(&["--bucket", "one", "--bucket", "two", "--region", "cn-beijing"]);
    assert_eq!(emulator.ready["region"], "cn-beijing");
    let control = emulator.ready["control"].as_str().expect("a URL");
    assert_eq!(control, format!("http://{}/_emulator/v1", emulator.address()));
    let mut client = Raw::connect(emulator.address()).await;
    let buckets = client.ask("GET", "/", b"").await.text();
    assert!(buckets.contains("<Name>one</Name>") && buckets.contains("<Name>two</Name>"), "{buckets}");
    assert!(buckets.contains("<Region>cn-beijing</Region>"), "{buckets}");
}

#[tokio::test]
async fn a_seed_repeats_the_ids_of_uploads() {
    let mut told = Vec::new();
    for seed in ["7", "7", "8"] {
        let emulator = Process::serve(&["--bucket", "bucket", "--seed", seed]);
        let mut client = Raw::connect(emulator.address()).await;
        told.push(client.ask("POST", "/bucket/key?uploads", b"").await.text());
    }
    assert_eq!(told[0], told[1]);
    assert_ne!(told[0], told[2]);
}

#[rstest]
#[tokio::test]
async fn a_signal_stops_it_within_a_second(#[values(Signal::SIGINT, Signal::SIGTERM)] signal: Signal) {
    let emulator = Process::serve(&["--bucket", "bucket"]);
    let mut idle = Raw::connect(emulator.address()).await;
    idle.ask("PUT", "/bucket/k", b"x").await;
    let mut busy = Raw::connect(emulator.address()).await;
    busy.send("PUT /bucket/k HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nsome").await;
    let began = Instant::now();
    assert_eq!(emulator.end(signal).code(), Some(0));
    assert!(began.elapsed().as_millis() < 1000, "it took {:?}", began.elapsed());
}

#[test]
fn what_the_surroundings_forbid_ends_with_3() {
    let emulator = Process::serve(&[]);
    let taken = emulator.address().to_string();
    let text = refused_with(&["--listen", &taken], 3);
    assert!(text.contains(&format!("cannot listen on {taken}")) && text.contains("127.0.0.1:0"), "{text}");

    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("file");
    fs::write(&file, "not a directory").expect("it is written");
    let (file, data) = (plain(&file), directory.path().join("data"));
    let first = Process::on(&data);
    for (flag, value, says) in [
        ("--data-dir", file, "cannot create"),
        ("--data-dir", plain(&data), "in use by another emulator"),
        ("--faults", "no-such-plan.toml", "cannot read no-such-plan.toml"),
        ("--callback-ca", "no-such-file.pem", "cannot read no-such-file.pem"),
        ("--callback-ca", file, "no certificate in it"),
    ] {
        let text = refused_with(&["--port", "0", flag, value], 3);
        assert!(text.contains(says), "{text}");
    }
    assert_eq!(first.end(Signal::SIGTERM).code(), Some(0));
}

#[test]
fn the_port_is_written_down_when_it_is_ready() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("port");
    fs::write(&file, "of an earlier run").expect("it is written");
    let name = plain(&file);
    let emulator = Process::serve(&["--port", "0", "--port-file", name]);
    let text = fs::read_to_string(&file).expect("it is there");
    assert_eq!(text, format!("{}\n", emulator.address().port()));
    assert_eq!(fs::read_dir(directory.path()).expect("a directory").count(), 1);

    let taken = emulator.address().port().to_string();
    refused_with(&["--port", &taken, "--port-file", name], 3);
    assert!(!file.exists(), "nobody may take the earlier port for this one's");
    let text = refused_with(&["--port", "0", "--port-file", "/no/such/directory/port"], 3);
    assert!(text.contains("cannot write the port to /no/such/directory/port"), "{text}");
}

#[rstest]
#[case(&["--port", "80a"], "write a number from 0 to 65535")]
#[case(&["--port", "0", "--log-format", "xml"], "possible values: text, json")]
#[case(&["--listen", "nowhere"], "invalid socket address")]
#[case(&["--lisen", "127.0.0.1:0"], "unexpected argument '--lisen'")]
#[case(&["--listen", "0.0.0.0:0"], "--allow-remote")]
#[case(&["--listen", "127.0.0.1:0", "--bucket", "Not A Bucket"], "`Not A Bucket` cannot be a bucket")]
#[case(&["--listen", "127.0.0.1:0", "--access-key-id", "alone"], "--access-key-secret")]
#[case(&["--listen", "127.0.0.1:0", "--fsync"], "says nothing without --data-dir")]
#[case(&["--listen", "127.0.0.1:0", "--bodies", "some"], "none of keep, digest-only")]
#[case(&["--listen", "127.0.0.1:0", "--max-object-bytes", "5XB"], "write bytes")]
#[case(&["--listen", "127.0.0.1:0", "--memory-limit", "1Gi", "--data-dir", "never-made"], "cannot be used with '--data-dir")]
#[case(&["--listen", "127.0.0.1:0", "--log", "a=b=c"], "--log: ")]
#[case(&["--listen", "127.0.0.1:0", "--log", "infoo"], "`infoo` is no level; write a level")]
#[case(&["--listen", "127.0.0.1:0", "--log", "oss_emulator=debug,hyper=warn,!!"], "`!!` is no level")]
#[case(&["--listen", "127.0.0.1:0", "--region", "oss-cn-hangzhou"], "without `oss-`")]
#[case(&["--listen", "127.0.0.1:0", "--region", ""], "without `oss-`")]
#[case(&["--listen", "127.0.0.1:0", "--region", "cn hangzhou"], "without `oss-`")]
#[case(&["--listen", "127.0.0.1:0", "--base-domain", "http://oss.test"], "without scheme, port and path")]
#[case(&["--listen", "127.0.0.1:0", "--base-domain", ""], "without scheme, port and path")]
#[case(&["--listen", "127.0.0.1:0", "--default-bucket", "X_"], "'--default-bucket <BUCKET>'")]
#[case(&["--listen", "127.0.0.1:0", "--auth", "perhaps"], "none of off, known-keys, enforce")]
#[case(&["--listen", "127.0.0.1:0", "--sts", "STS.id:only-a-secret"], "write ID:SECRET:TOKEN")]
#[case(&["--listen", "127.0.0.1:0", "--cname", "localhost"], "write HOST=BUCKET")]
#[case(&["--listen", "127.0.0.1:0", "--external-url", "localhost:80"], "no URL of a service")]
#[case(&["dance"], "unrecognized subcommand 'dance'")]
fn what_cannot_be_understood_ends_with_2(#[case] arguments: &[&str], #[case] says: &str) {
    let text = refused_with(arguments, 2);
    assert!(text.contains(says), "{text}");
}

#[tokio::test]
async fn every_flag_has_a_variable() {
    let text = said(command().args(["serve", "--help"]), 0);
    let words = text.split_whitespace().map(|word| word.trim_end_matches(|c: char| !c.is_alphanumeric()));
    let flags = words.filter(|word| word.starts_with("--") && *word != "--help");
    for flag in flags {
        let name = flag.trim_start_matches('-').replace('-', "_").to_uppercase();
        assert!(text.contains(&format!("OSS_EMULATOR_{name}")), "{flag} has no variable");
    }
    for (name, value, flag) in [
        ("LISTEN", "nowhere", "--listen"),
        ("FSYNC", "1", "--fsync"),
        ("ALLOW_REMOTE", "perhaps", "--allow-remote"),
        ("SEED", "x", "--seed"),
        ("BODIES", "x", "--bodies"),
    ] {
        let mut serving = command();
        serving.args(["--port", "0"]).env(format!("OSS_EMULATOR_{name}"), value);
        let text = refused(&mut serving, 2);
        assert!(text.contains(flag), "{name}: {text}");
    }
}

#[test]
fn a_plan_is_checked_before_it_is_used() {
    let directory = tempfile::tempdir().expect("a directory");
    let plan = directory.path().join("plan.toml");
    fs::write(&plan, "schema = 1\n[[fault]]\nid = \"it\"\nat = \"req.body@50%\"\ndo = [{ delay = \"1s\" }, { reset = {} }]\n")
        .expect("it is written");
    let text = said(command().arg("check").arg(&plan), 0);
    assert!(text.contains("it: at req.body@50%, delay then reset; attempt 1, at most 1 times"), "{text}");
    let canonical = said(command().args(["check", "--json"]).arg(&plan), 0);
    assert!(serde_json::from_str::<serde_json::Value>(&canonical).is_ok());

    fs::write(&plan, "schema = 1\n[[fault]]\nat = \"req.hed\"\ndo = [{ reset = {} }]\n")
        .expect("it is written");
    for verb in [vec!["check"], vec!["serve", "--listen", "127.0.0.1:0", "--faults"]] {
        let text = refused_with(&[verb, vec![plain(&plan)]].concat(), 2);
        assert!(text.contains("plan.toml:3: unknown point `req.hed`; did you mean `req.head`?"), "{text}");
    }
}

#[tokio::test]
async fn a_plan_given_at_the_start_strikes() {
    let directory = tempfile::tempdir().expect("a directory");
    let plan = directory.path().join("plan.toml");
    fs::write(&plan, "schema = 1\n[[fault]]\nat = \"req.head\"\ndo = [{ respond = { status = 503 } }]\n")
        .expect("it is written");
    let emulator = Process::serve(&["--faults", plan.to_str().expect("a plain path")]);
    let mut client = Raw::connect(emulator.address()).await;
    assert_eq!(client.ask("GET", "/", b"").await.status, 503);
}

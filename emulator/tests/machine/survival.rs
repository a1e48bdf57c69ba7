//! The data directory survives SIGKILL: what was acknowledged is there and intact, what was not is there wholly or not
//! at all, and nothing else is left behind.

mod ledger;
mod worker;

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use nix::sys::signal::Signal;
use oss_emulator::{fault::Roll, store::Bodies};
use rstest::rstest;
use tokio::sync::watch;

use self::worker::Worker;
use crate::support::{Process, Raw};

/// Acknowledged operations after which it is killed at the latest.
const OPERATIONS: u64 = 200;
const WORKERS: u64 = 4;

#[rstest]
#[case::killed(Signal::SIGKILL, Bodies::Keep, 24)]
#[case::killed_without_bodies(Signal::SIGKILL, Bodies::DigestOnly, 8)]
#[case::stopped(Signal::SIGTERM, Bodies::Keep, 6)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_acknowledged_part_or_object_is_lost_when_the_process_ends(
    #[case] signal: Signal,
    #[case] bodies: Bodies,
    #[case] times: u64,
) {
    let directory = tempfile::tempdir().expect("a directory");
    let mut workers: Vec<Worker> = (0..WORKERS).map(Worker::new).collect();
    let mut dice = Roll::from_seed(20_261_122);
    for _ in 0..times {
        let process = start(directory.path(), bodies);
        workers = work_until_end(process, workers, 1 + dice.number() % OPERATIONS, signal).await;
        verify(directory.path(), bodies, &mut workers).await;
    }
    let acknowledged: u64 = workers.iter().map(|worker| worker.acknowledged).sum();
    assert!(acknowledged > times * OPERATIONS / 8, "only {acknowledged} operations were acknowledged");
    let process = start(directory.path(), bodies);
    let mut client = Raw::connect(process.address()).await;
    let reset = client.ask("POST", "/_emulator/v1/sandboxes/default/reset?what=data", b"").await;
    assert_eq!(reset.status, 200, "{}", reset.text());
    assert_eq!(files_under(&directory.path().join("blobs")), 0, "content that nothing refers to");
}

fn start(directory: &Path, bodies: Bodies) -> Process {
    Process::on_with(directory, &["--bodies", bodies.as_str()])
}

/// All workers work at once until so many operations are acknowledged; then the process ends in the middle of others.
async fn work_until_end(
    process: Process,
    workers: Vec<Worker>,
    acknowledged: u64,
    signal: Signal,
) -> Vec<Worker> {
    let address = process.address();
    let count = Arc::new(AtomicU64::new(0));
    let (tell, mut told) = watch::channel(0);
    let tell = Arc::new(tell);
    let mut working = Vec::new();
    for mut worker in workers {
        let mut client = Raw::connect(address).await;
        let (count, tell) = (Arc::clone(&count), Arc::clone(&tell));
        working.push(tokio::spawn(async move {
            while worker.operate(&mut client).await {
                tell.send_replace(count.fetch_add(1, Ordering::AcqRel) + 1);
            }
            worker
        }));
    }
    // The workers alone tell: when all have stopped too early, nobody is left to wait for.
    drop(tell);
    told.wait_for(|count| *count >= acknowledged).await.expect("the workers work");
    process.end(signal);
    let mut stopped = Vec::new();
    for worker in working {
        stopped.push(worker.await.expect("a worker stops when the process dies"));
    }
    stopped
}

/// Starts on what is left and compares it with what the workers know.
async fn verify(directory: &Path, bodies: Bodies, workers: &mut [Worker]) {
    let process = start(directory, bodies);
    let mut client = Raw::connect(process.address()).await;
    let uploads = client.ask("GET", "/_emulator/v1/sandboxes/default/store/uploads", b"").await;
    let mut uploads: Vec<oss_emulator::sandbox::UploadInfo> = field(&uploads.body, "uploads");
    let objects = client.ask("GET", "/_emulator/v1/sandboxes/default/store/objects", b"").await;
    let mut objects: Vec<oss_emulator::sandbox::ObjectInfo> = field(&objects.body, "objects");
    let referenced: usize = uploads.iter().map(|upload| upload.parts.len()).sum::<usize>()
        + objects.iter().map(|object| usize::try_from(object.parts.max(1)).expect("small")).sum::<usize>();
    for worker in workers {
        worker.settle(&mut uploads, &mut objects);
        worker.check_content(&mut client, bodies).await;
    }
    assert_eq!((uploads, objects), (Vec::new(), Vec::new()), "nobody made these");
    // Small ones share files, none of which is there for nothing.
    let most = if bodies == Bodies::Keep { referenced } else { 0 };
    assert!(files_under(&directory.join("blobs")) <= most, "content that nothing refers to");
}

fn field<T: serde::de::DeserializeOwned>(document: &[u8], name: &str) -> T {
    let mut document: serde_json::Value = serde_json::from_slice(document).expect("JSON");
    serde_json::from_value(document[name].take()).expect("the list")
}

fn files_under(folder: &Path) -> usize {
    let entries =
        fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("an entry").path());
    entries.map(|path| if path.is_dir() { files_under(&path) } else { 1 }).sum()
}

#[tokio::test]
async fn no_key_leads_out_of_the_data_directory() {
    let outer = tempfile::tempdir().expect("a directory");
    let directory = outer.path().join("a/b/data");
    let process = Process::on(&directory);
    let mut client = Raw::connect(process.address()).await;
    let keys = [
        "../../x",
        "%2e%2e/%2e%2e/x",
        "..%2F..%2Fx",
        "a//b",
        "%00",
        "a%0Ab",
        "%E5%AD%97/./..",
        "nul:",
        "C:%5Cx",
    ];
    for key in keys {
        let put = client.ask("PUT", &format!("/bucket/{key}"), key.as_bytes()).await;
        assert_eq!(put.status, 200, "{key}: {}", put.text());
        assert_eq!(client.ask("GET", &format!("/bucket/{key}"), b"").await.text(), key);
    }
    let long = "%E5%AD%97".repeat(341);
    assert_eq!(client.ask("PUT", &format!("/bucket/{long}"), b"1023 bytes").await.status, 200);
    assert_eq!(client.ask("PUT", &format!("/bucket/{long}a"), b"1024 bytes").await.status, 400);
    process.end(Signal::SIGTERM);
    assert_eq!(fs::read_dir(outer.path()).expect("a directory").count(), 1);
    assert_eq!(fs::read_dir(outer.path().join("a")).expect("a directory").count(), 1);
    assert_eq!(fs::read_dir(outer.path().join("a/b")).expect("a directory").count(), 1);
    assert_eq!(files_under(&directory.join("blobs")), 1, "all are small enough to share a file");
}

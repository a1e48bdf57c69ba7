//! What the store on disk promises beyond the contract: reopening, refusals of directories, names that stay
//! inside.

use crate::desk::{Desk, ask};
use oss_emulator::{
    domain::Change,
    store::{Changes, IndexedChanges, Store, StoreError},
};
use rstest::rstest;
use std::{fs, path::Path};

fn desk(folder: &Path) -> Desk {
    Desk::without_bucket(Store::open(folder, false).unwrap())
}

/// Leaves a directory behind that holds a bucket.
fn fill(folder: &Path) {
    assert_eq!(desk(folder).send(ask("PUT", "/bucket").body("")).status(), 200);
}

fn opening(folder: &Path) -> StoreError {
    Store::open(folder, false).map(|_| ()).unwrap_err()
}

#[test]
fn everything_is_there_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let (open, sequential, list);
    {
        let mut desk = desk(folder.path());
        desk.send(ask("PUT", "/bucket").header("x-oss-acl", "public-read").body(""));
        desk.send(ask("PUT", "/gone-bucket").body(""));
        desk.send(ask("DELETE", "/gone-bucket"));
        desk.send(ask("PUT", "/bucket/plain").header("x-oss-meta-a", "b").body("plain"));
        desk.send(ask("PUT", "/bucket/deleted").body("x"));
        desk.send(ask("DELETE", "/bucket/deleted"));
        let done = desk.initiate("made");
        let etag = desk.part("made", &done, 1, "of parts");
        desk.part("made", &done, 2, "dropped");
        desk.complete("made", &done, &[(1, &etag)]);
        let aborted = desk.initiate("aborted");
        desk.part("aborted", &aborted, 1, "x");
        desk.send(ask("DELETE", &format!("/bucket/aborted?uploadId={aborted}")));
        open = desk.initiate_with("a%00b/%C3%BC", "uploads&encoding-type=url");
        desk.part("a%00b/%C3%BC", &open, 10_000, "last");
        desk.part("a%00b/%C3%BC", &open, 1, "first");
        sequential = desk.initiate_with("seq", "uploads&sequential");
        list = desk.send(ask("GET", "/bucket?uploads&encoding-type=url")).text();
    }
    let mut desk = desk(folder.path());
    assert_eq!(desk.send(ask("GET", "/")).elements("Name"), ["bucket"]);
    assert_eq!(desk.send(ask("GET", "/bucket?acl")).element("Grant"), "public-read");
    assert_eq!(desk.send(ask("GET", "/bucket")).elements("Key"), ["made", "plain"]);
    let plain = desk.send(ask("GET", "/bucket/plain"));
    assert_eq!((plain.text(), plain.header("x-oss-meta-a")), ("plain".into(), "b"));
    let made = desk.send(ask("GET", "/bucket/made"));
    assert_eq!((made.text(), made.header("x-oss-object-type")), ("of parts".into(), "Multipart"));
    assert_eq!(desk.send(ask("GET", "/bucket?uploads&encoding-type=url")).text(), list);
    let parts = desk.send(ask("GET", &format!("/bucket/a%00b/%C3%BC?uploadId={open}&encoding-type=url")));
    assert_eq!(
        (parts.elements("PartNumber"), parts.elements("Size")),
        (vec!["1".into(), "10000".into()], vec!["5".into(), "4".into()])
    );
    let gap = desk.send(ask("PUT", &format!("/bucket/seq?partNumber=2&uploadId={sequential}")).body("x"));
    assert_eq!(gap.refusal(), (400, "PartNotSequential".into()));
    desk.send(ask("PUT", "/bucket/later").body("new content gets a new name"));
    assert_eq!(desk.send(ask("GET", "/bucket/plain")).text(), "plain");
}

#[test]
fn bodies_without_an_owner_are_swept_when_the_store_opens() {
    let folder = tempfile::tempdir().unwrap();
    {
        let mut desk = desk(folder.path());
        desk.send(ask("PUT", "/bucket").body(""));
        desk.send(ask("PUT", "/bucket/key").body("kept"));
    }
    let orphan = folder.path().join("blobs/ff/00000000000000ff");
    let foreign = folder.path().join("blobs/00/notes.txt");
    fs::create_dir_all(orphan.parent().unwrap()).unwrap();
    fs::create_dir_all(foreign.parent().unwrap()).unwrap();
    fs::write(&orphan, "left by a crash").unwrap();
    fs::write(&foreign, "not ours").unwrap();
    let mut desk = desk(folder.path());
    assert!(!orphan.exists() && foreign.exists());
    assert_eq!(desk.send(ask("GET", "/bucket/key")).text(), "kept");
}

#[test]
fn a_directory_serves_one_emulator_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let first = Store::open(folder.path(), false).unwrap();
    let error = opening(folder.path());
    assert!(matches!(error, StoreError::InUse(_)));
    assert!(error.to_string().contains("in use by another emulator"), "{error}");
    drop(first);
    assert!(Store::open(folder.path(), false).is_ok());
}

#[rstest]
fn a_directory_of_another_version_is_refused(#[values(1, 3)] version: u32) {
    let folder = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path(), false).unwrap());
    fs::write(folder.path().join("format"), format!("{version}\n")).unwrap();
    let error = opening(folder.path());
    assert!(matches!(error, StoreError::OtherFormat { found, known: 2, .. } if found == version), "{error}");
}

#[rstest]
#[case::format("format", "one")]
#[case::version("index/version", "nonsense")]
fn a_damaged_directory_is_refused_with_advice(#[case] file: &str, #[case] content: &str) {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    fs::write(folder.path().join(file), content).unwrap();
    let error = opening(folder.path());
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains("restore the data directory from a copy"), "{error}");
}

#[rstest]
#[case::first_byte(0, 1)]
#[case::first_kilobyte(0, 1024)]
#[case::all_of_it(0, usize::MAX)]
#[case::in_the_middle(1000, 1)]
fn a_damaged_log_is_refused_and_no_content_is_swept(#[case] from: usize, #[case] len: usize) {
    let folder = tempfile::tempdir().unwrap();
    {
        let mut desk = desk(folder.path());
        desk.send(ask("PUT", "/bucket").body(""));
        for key in ["a", "b", "c", "d"] {
            desk.send(ask("PUT", &format!("/bucket/{key}")).body("precious"));
        }
    }
    let pack = folder.path().join("blobs/packs/0000000000000001");
    let packed = fs::read(&pack).unwrap();
    let log = folder.path().join("index/0.jnl");
    let mut bytes = fs::read(&log).unwrap();
    bytes.iter_mut().skip(from).take(len).for_each(|byte| *byte = !*byte);
    fs::write(&log, bytes).unwrap();
    let error = opening(folder.path());
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert_eq!(fs::read(&pack).unwrap(), packed);
}

#[rstest]
fn a_log_that_ends_in_the_middle_of_a_commit_loses_that_commit_alone(
    #[values(2900, 2950, 2990, 2991, 2992, 3000, 3010, 3020, 3040)] cut: usize,
    #[values(false, true)] preallocated: bool,
) {
    let folder = tempfile::tempdir().unwrap();
    {
        let mut desk = desk(folder.path());
        for number in 10..40 {
            desk.send(ask("PUT", &format!("/bucket-{number}")).body(""));
        }
    }
    let log = folder.path().join("index/0.jnl");
    let mut bytes = fs::read(&log).unwrap();
    // What is not written yet is zero in a fresh log, and missing in one that was opened again.
    if preallocated {
        bytes[cut..].fill(0);
    } else {
        bytes.truncate(cut);
    }
    fs::write(&log, bytes).unwrap();
    let mut desk = desk(folder.path());
    let names = desk.send(ask("GET", "/")).elements("Name");
    assert!((15..30).contains(&names.len()), "{names:?}");
    assert_eq!(names, (10..10 + names.len()).map(|number| format!("bucket-{number}")).collect::<Vec<_>>());
    assert_eq!(desk.send(ask("PUT", "/another").body("")).status(), 200);
}

#[test]
fn a_lost_index_is_not_taken_for_a_new_directory() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    fs::remove_dir_all(folder.path().join("index")).unwrap();
    let error = opening(folder.path());
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert!(!folder.path().join("index").exists(), "an empty index in its place would hide the loss");
}

#[rstest]
#[case::while_the_index_was_made(&["index.new"])]
#[case::before_it_was_marked(&["index"])]
#[case::while_it_was_marked(&["index", "format"])]
fn a_directory_whose_first_change_was_cut_short_takes_changes(#[case] left: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fill(folder.path());
    fs::remove_file(path("format")).unwrap();
    match left {
        ["index.new"] => {
            fs::rename(path("index"), path("index.new")).unwrap();
            fs::remove_file(path("index.new/version")).unwrap();
        }
        [_, format] => fs::write(path(format), "").unwrap(),
        _ => {}
    }
    fill(folder.path());
    assert_eq!(fs::read_to_string(path("format")).unwrap(), "2\n");
    assert_eq!(desk(folder.path()).send(ask("GET", "/")).elements("Name"), ["bucket"]);
    assert!(!path("index.new").exists());
}

#[test]
fn a_new_directory_gets_its_index_with_the_first_change() {
    let folder = tempfile::tempdir().unwrap();
    let index = folder.path().join("index");
    let mut desk = desk(folder.path());
    assert_eq!(desk.send(ask("GET", "/")).status(), 200);
    assert_eq!(desk.send(ask("DELETE", "/bucket")).status(), 404);
    assert!(!index.exists());
    desk.send(ask("PUT", "/bucket").body(""));
    assert!(index.exists());
}

#[test]
fn a_first_change_that_the_disk_refuses_is_refused_and_the_next_one_may_succeed() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let blocked = folder.path().join("index.new");
    fs::write(&blocked, "a file where a folder should be").unwrap();
    let refused = desk.send(ask("PUT", "/bucket").body(""));
    assert_eq!(refused.refusal(), (500, "InternalError".into()));
    assert!(refused.text().contains("index.new"), "{}", refused.text());
    assert_eq!(desk.send(ask("GET", "/")).elements("Name"), Vec::<String>::new());
    fs::remove_file(&blocked).unwrap();
    assert_eq!(desk.send(ask("PUT", "/bucket").body("")).status(), 200);
}

#[test]
fn a_directory_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("file");
    fs::write(&blocked, "").unwrap();
    let error = opening(&blocked.join("data"));
    assert!(error.to_string().starts_with("cannot create "), "{error}");
}

#[test]
fn no_name_leads_out_of_the_directory() {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("data");
    let mut desk = desk(&folder);
    desk.send(ask("PUT", "/bucket").body(""));
    for key in ["../../escaped", "..%2F..%2Fescaped", "a/../../../escaped", "%2e%2e/escaped", "a%00b"] {
        assert_eq!(desk.send(ask("PUT", &format!("/bucket/{key}")).body("x")).status(), 200, "{key}");
        let id = desk.initiate_with(key, "uploads&encoding-type=url");
        desk.part(key, &id, 1, "x");
    }
    let beside: Vec<_> =
        fs::read_dir(outer.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(beside, ["data"]);
    let mut inside: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    inside.sort();
    assert_eq!(inside, ["blobs", "format", "index", "lock"]);
}

/// The changes that lead to what the index holds.
fn recorded(folder: &Path) -> Vec<Change> {
    let mut found = Vec::new();
    let mut index = IndexedChanges::open(folder, false).unwrap();
    index.replay(&mut |change| found.push(change)).unwrap();
    found
}

#[test]
fn nothing_of_a_deleted_upload_stays_in_the_index() {
    let folder = tempfile::tempdir().unwrap();
    {
        let mut desk = desk(folder.path());
        desk.send(ask("PUT", "/bucket").body(""));
        let aborted = desk.initiate("key");
        let deleted = desk.initiate("key");
        let open = desk.initiate("key");
        for id in [&aborted, &deleted, &open] {
            desk.part("key", id, 1, "x");
            desk.part("key", id, 10_000, "y");
        }
        desk.send(ask("DELETE", &format!("/bucket/key?uploadId={aborted}")));
        let all = ask("POST", &format!("/bucket/key?uploadId={deleted}")).header("x-oss-complete-all", "yes");
        assert_eq!(desk.send(all).element("Code"), "EntityTooSmall");
        desk.send(ask("DELETE", &format!("/bucket/key?uploadId={deleted}")));
    }
    let kinds: Vec<&str> = recorded(folder.path())
        .iter()
        .map(|change| match change {
            Change::PutBucket(_) => "bucket",
            Change::PutUpload { .. } => "upload",
            Change::PutPart { .. } => "part",
            _ => "other",
        })
        .collect();
    assert_eq!(kinds, ["bucket", "upload", "part", "part"]);
}

#[test]
fn the_place_of_content_that_has_gone_is_never_taken_for_new_content() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = desk(folder.path());
    first.send(ask("PUT", "/bucket").body(""));
    for key in ["stays", "goes"] {
        first.send(ask("PUT", &format!("/bucket/{key}")).body(key));
    }
    first.send(ask("DELETE", "/bucket/goes"));
    drop(first);
    let mut second = desk(folder.path());
    second.send(ask("PUT", "/bucket/new").body("news"));
    drop(second);
    let mut third = desk(folder.path());
    assert_eq!(third.send(ask("GET", "/bucket/new")).text(), "news");
    assert_eq!(third.send(ask("GET", "/bucket/stays")).text(), "stays");
    for key in ["stays", "new"] {
        third.send(ask("DELETE", &format!("/bucket/{key}")));
    }
    assert_eq!(fs::read_dir(folder.path().join("blobs/packs")).unwrap().count(), 0);
}

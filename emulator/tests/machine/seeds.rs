//! `--seed-dir`: what becomes of folders and files, and what cannot.

use std::{
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt, fs::symlink, net::UnixListener},
    path::Path,
};

use oss_emulator::{Emulator, sandbox::ObjectInfo};
use rstest::rstest;

use crate::support::{Process, Raw, command, refused, stopped};

fn file(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
    fs::write(path, content).expect("it is written");
}

fn names(objects: &[ObjectInfo]) -> Vec<String> {
    objects.iter().map(|object| format!("{}/{}", object.bucket, object.key)).collect()
}

async fn objects(folder: &Path) -> Vec<ObjectInfo> {
    let emulator = Emulator::builder().seed_dir(folder).start().await.expect("it starts");
    emulator.sandbox().edits().objects()
}

#[rstest]
#[case::an_object("--max-object-bytes", "two is longer than the 1024 bytes of --max-object-bytes")]
#[case::memory("--memory-limit", "two: ")]
fn a_seed_that_does_not_fit_is_refused_by_the_name_of_its_file(#[case] flag: &str, #[case] says: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    file(folder.path(), "bucket/one", [1; 1000]);
    file(folder.path(), "bucket/two", [2; 1025]);
    let mut serving = command();
    serving.args(["--port", "0", flag, "1Ki", "--seed-dir"]).arg(folder.path());
    let text = refused(&mut serving, 3);
    assert!(text.contains(says) && text.contains(flag), "{text}");
}

#[tokio::test]
async fn a_file_that_became_too_long_does_not_matter_where_its_object_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = tempfile::tempdir().expect("a directory");
    file(folder.path(), "bucket/key", "small");
    let start = || Emulator::builder().data_dir(data.path()).seed_dir(folder.path()).max_object_bytes(10);
    stopped(start().start().await.expect("it starts")).await;
    file(folder.path(), "bucket/key", [1; 11]);
    let emulator = start().start().await.expect("what is there stays as it is");
    assert_eq!(names(&emulator.sandbox().edits().objects()), ["bucket/key"]);
}

#[tokio::test]
async fn folders_become_buckets_and_files_objects() {
    let folder = tempfile::tempdir().expect("a folder");
    file(folder.path(), "one/a.txt", "hello");
    file(folder.path(), "one/deep/er/页 1.HTML", "");
    file(folder.path(), "one/.well-known/x", "hidden things are keys as well");
    file(folder.path(), "two/no-extension", vec![7; 1_000_000]);
    file(folder.path(), "empty/.gitkeep", "");
    file(folder.path(), "one/.DS_Store", "of a file browser");
    file(folder.path(), ".git/HEAD", "no bucket");
    let emulator = Emulator::builder().seed_dir(folder.path()).start().await.expect("it starts");
    let objects = emulator.sandbox().edits().objects();
    assert_eq!(
        names(&objects),
        ["one/.well-known/x", "one/a.txt", "one/deep/er/页 1.HTML", "two/no-extension"]
    );
    assert_eq!(emulator.sandbox().edits().buckets(), ["empty", "one", "two"]);
    let mut client = Raw::connect(emulator.address()).await;
    for (target, kind, etag, length) in [
        ("/one/a.txt", "text/plain", "\"5D41402ABC4B2A76B9719D911017C592\"", "5"),
        ("/one/deep/er/%E9%A1%B5%201.HTML", "text/html", "\"D41D8CD98F00B204E9800998ECF8427E\"", "0"),
        ("/two/no-extension", "application/octet-stream", "\"2C37352AB05CB982E7B5FAB08C981FCD\"", "1000000"),
    ] {
        let answer = client.ask("HEAD", target, b"").await;
        assert_eq!(answer.status, 200, "{target}");
        assert_eq!(answer.header("content-type"), Some(kind), "{target}");
        assert_eq!(answer.header("etag"), Some(etag), "{target}");
        assert_eq!(answer.header("content-length"), Some(length), "{target}");
        assert_eq!(answer.header("x-oss-object-type"), Some("Normal"), "{target}");
        // As for an object that a client puts.
        let copy = client.ask("PUT", "/empty/copy", &client_read(&emulator, target).await).await;
        assert_eq!(copy.header("x-oss-hash-crc64ecma"), answer.header("x-oss-hash-crc64ecma"), "{target}");
    }
}

async fn client_read(emulator: &Emulator, target: &str) -> Vec<u8> {
    Raw::connect(emulator.address()).await.ask("GET", target, b"").await.body
}

#[tokio::test]
async fn links_lead_to_what_they_name() {
    let (folder, outside) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    file(outside.path(), "bucket/a/file", "linked");
    symlink(outside.path().join("bucket"), folder.path().join("linked")).expect("a link");
    assert_eq!(names(&objects(folder.path()).await), ["linked/a/file"]);
}

#[tokio::test]
async fn several_folders_add_up() {
    let (one, two) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    file(one.path(), "bucket/a", "1");
    file(two.path(), "bucket/a", "later folders do not overwrite");
    file(two.path(), "bucket/b", "2");
    let flags = [one.path(), two.path()].map(|path| path.to_str().expect("a plain path").to_owned());
    let emulator = Process::serve(&["--seed-dir", &flags.join(",")]);
    let mut client = Raw::connect(emulator.address()).await;
    assert_eq!(client.ask("GET", "/bucket/a", b"").await.text(), "1");
    assert_eq!(client.ask("GET", "/bucket/b", b"").await.text(), "2");
}

#[tokio::test]
async fn what_a_data_directory_has_stays_as_it_is() {
    let (folder, data) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    file(folder.path(), "bucket/changed", "as seeded");
    file(folder.path(), "bucket/deleted", "as seeded");
    for (round, seen) in [("first", "as seeded"), ("second", "by a client")] {
        let builder = Emulator::builder().data_dir(data.path()).seed_dir(folder.path());
        let emulator = builder.start().await.expect("it starts");
        let mut client = Raw::connect(emulator.address()).await;
        assert_eq!(client.ask("GET", "/bucket/changed", b"").await.text(), seen, "{round}");
        assert_eq!(client.ask("GET", "/bucket/deleted", b"").await.text(), "as seeded", "{round}");
        assert_eq!(client.ask("PUT", "/bucket/changed", b"by a client").await.status, 200);
        assert_eq!(client.ask("DELETE", "/bucket/deleted", b"").await.status, 204);
        stopped(emulator).await;
    }
}

/// Makes the folder wrong in one way, and says what the refusal names.
type Wrong = fn(&Path);

#[rstest]
#[case::beside(|folder: &Path| file(folder, "README", ""), "README lies beside the buckets")]
#[case::bad_bucket(|folder: &Path| file(folder, "No_Bucket/a", ""), "No_Bucket cannot be a bucket")]
#[case::long_key(|folder: &Path| file(folder, &format!("bucket{}/f", format!("/{}", "a".repeat(200)).repeat(6)), [0; 2]), "longer than 1023 bytes")]
#[case::bad_key(|folder: &Path| file(folder, "bucket/\\a", ""), "\\a cannot be an object: object name starts with")]
#[case::dangling(|folder: &Path| { file(folder, "bucket/a", ""); symlink("nowhere", folder.join("bucket/b")).expect("a link"); }, "bucket/b: No such file")]
#[case::circle(|folder: &Path| { file(folder, "bucket/a", ""); symlink(".", folder.join("bucket/b")).expect("a link"); }, "loop found")]
#[case::socket(|folder: &Path| { file(folder, "bucket/a", ""); UnixListener::bind(folder.join("bucket/s")).expect("a socket"); }, "bucket/s is neither a file nor a folder")]
#[case::not_text(|folder: &Path| { file(folder, "bucket/a", ""); fs::write(folder.join("bucket").join(OsStr::from_bytes(b"\xff")), "").expect("a file"); }, "is not UTF-8")]
fn what_can_be_no_object_is_refused_by_name(#[case] spoil: Wrong, #[case] says: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    spoil(folder.path());
    refused_seed(folder.path(), says);
}

#[test]
fn a_seed_folder_must_be_one() {
    let folder = tempfile::tempdir().expect("a folder");
    file(folder.path(), "file", "");
    refused_seed(&folder.path().join("file"), "is not a folder");
    refused_seed(&folder.path().join("absent"), "No such file");
}

fn refused_seed(folder: &Path, says: &str) {
    let text = refused(command().args(["--port", "0", "--seed-dir"]).arg(folder), 3);
    assert!(text.contains(says), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
}

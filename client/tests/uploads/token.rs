//! Upload tokens over real sockets: how an upload knows its own commit.

use std::fs;

use oss_client::{Hooks, ObjectHeaders, UploadRequest};
use rstest::rstest;

use crate::bench::{Bench, parts};

fn request(bench: &Bench) -> UploadRequest {
    bench.request().upload_token(true)
}

async fn token_of_the_object(bench: &Bench) -> Option<String> {
    let facts = bench.client.head_object("bucket", "dir/key").await.unwrap().unwrap();
    facts.meta.into_iter().find(|(name, _)| name == "upload-token").map(|(_, value)| value)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_upload_marks_its_object_with_another_token() {
    let bench = Bench::new().await;
    bench.client.upload(request(&bench), Hooks::new()).await.unwrap();
    let first = token_of_the_object(&bench).await.unwrap();
    bench.client.upload(request(&bench), Hooks::new()).await.unwrap();
    let second = token_of_the_object(&bench).await.unwrap();
    assert!(first != second && first.len() == 32, "{first} and {second}");
    bench.client.upload(bench.request(), Hooks::new()).await.unwrap();
    assert_eq!(token_of_the_object(&bench).await, None, "none was asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_the_commit_is_settled_by_the_token() {
    let bench = Bench::new().await;
    bench.rule("operation = \"CompleteMultipartUpload\"", "op.committed", "reset = {}");
    let uploaded = bench.client.upload(request(&bench), Hooks::new()).await.unwrap();
    assert!(uploaded.resolved_by_head);
    assert_eq!(parts(&bench.asked(0)).len(), 7);
    bench.assert_whole().await;
}

/// The upload vanishes together with the answer to its Complete, and another writer has put the same bytes there.
#[rstest]
#[case::without_a_token(false, None)]
#[case::with_one(true, Some("UploadLost"))]
#[tokio::test(flavor = "multi_thread")]
async fn only_a_token_tells_the_object_of_another_writer(
    #[case] token: bool,
    #[case] error: Option<&'static str>,
) {
    let bench = Bench::new().await;
    let bytes = fs::read(bench.source()).unwrap();
    bench.emulator.sandbox().edits().put_object("bucket", "dir/key", bytes).await.unwrap();
    bench.plan(
        "[[fault]]\nmatch = { operation = \"CompleteMultipartUpload\" }\nat = \"req.head\"\n\
         do = [{ delete_upload = {} }, { reset = {} }]\n",
    );
    let result = bench.client.upload(bench.request().upload_token(token), Hooks::new()).await;
    assert_eq!(result.err().map(|error| error.kind.name()), error);
}

/// Whether the first and the second call ask for a token, and whether the object has one in the end.
#[rstest]
#[case::kept(true, false, true)]
#[case::not_added(false, true, false)]
#[tokio::test(flavor = "multi_thread")]
async fn a_resumed_upload_keeps_the_token_that_it_began_with(
    #[case] first: bool,
    #[case] second: bool,
    #[case] has: bool,
) {
    let bench = Bench::new().await;
    bench.rule("operation = \"UploadPart\", part = 3", "req.head", "respond = { status = 403 }");
    bench.client.upload(bench.request().upload_token(first), Hooks::new()).await.unwrap_err();
    let recorded = fs::read_to_string(bench.record()).unwrap();
    // The answer is lost as well, so that the recorded token has to settle it.
    bench.rule("operation = \"CompleteMultipartUpload\"", "op.committed", "reset = {}");
    let uploaded = bench.client.upload(bench.request().upload_token(second), Hooks::new()).await.unwrap();
    assert!(uploaded.resolved_by_head);
    assert_eq!(uploaded.warnings.iter().any(|text| text.contains("without a token")), !has);
    let token = token_of_the_object(&bench).await;
    assert_eq!(token.is_some_and(|token| recorded.contains(&token)), has);
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_under_the_name_of_the_token_is_refused_before_any_request() {
    let bench = Bench::new().await;
    let headers =
        ObjectHeaders { meta: vec![("upload-token".to_owned(), "1".to_owned())], ..Default::default() };
    let error = bench.client.upload(request(&bench).headers(headers), Hooks::new()).await.unwrap_err();
    assert_eq!((error.kind.name(), error.exit_code()), ("InvalidArgument", 2));
    assert_eq!(bench.asked(0), Vec::<String>::new());
}

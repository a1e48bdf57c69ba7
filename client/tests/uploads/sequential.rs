//! Sequential uploads over real sockets: parts in order, nothing overwritten, whatever gets lost.

use std::{fs, future::Future};

use oss_client::{Hooks, UploadError, UploadRequest, Uploaded};
use rstest::rstest;

use crate::bench::{Bench, PART, noise, parts};

fn request(bench: &Bench) -> UploadRequest {
    // More than one at a time is asked for, and must have no effect.
    bench.request().sequential(true).parallelism(5)
}

#[track_caller]
fn upload(bench: &Bench) -> impl Future<Output = Result<Uploaded, UploadError>> {
    bench.client.upload(request(bench), Hooks::new())
}

/// A first call that ends after `held` parts.
async fn interrupted(sequential: bool, held: u32) -> Bench {
    let bench = Bench::new().await;
    let matching = format!("operation = \"UploadPart\", part = {}", held + 1);
    bench.rule(&matching, "req.head", "respond = { status = 403, code = \"AccessDenied\" }");
    let request = bench.request().sequential(sequential);
    bench.client.upload(request, Hooks::new()).await.unwrap_err();
    bench.healthy();
    bench
}

fn id(bench: &Bench) -> String {
    bench.emulator.sandbox().edits().uploads()[0].id.clone()
}

/// Whether the begun uploads were begun as sequential ones, in order.
fn begun_in_order(bench: &Bench) -> Vec<bool> {
    let exchanges = bench.exchanges();
    let begun = exchanges.iter().filter(|exchange| exchange.method == "POST");
    let begun = begun.filter(|exchange| exchange.target.contains("uploads"));
    begun.map(|exchange| exchange.target.contains("sequential")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_go_one_after_the_other_whatever_the_parallelism() {
    let bench = Bench::new().await;
    let uploaded = upload(&bench).await.unwrap();
    assert_eq!(uploaded.parts_sent, 7);
    assert_eq!(begun_in_order(&bench), [true]);
    let exchanges = bench.exchanges();
    let sent: Vec<_> = exchanges.iter().filter(|exchange| exchange.part.is_some()).collect();
    assert_eq!(sent.iter().filter_map(|exchange| exchange.part).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7]);
    for pair in sent.windows(2) {
        assert!(pair[0].ended_ns.unwrap() <= pair[1].started_ns, "two parts were in flight at once");
    }
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_was_stored_unheard_is_known_by_the_tag_in_the_refusal() {
    let bench = Bench::new().await;
    bench.rule("operation = \"UploadPart\", part = 3", "op.committed", "reset = {}");
    let uploaded = upload(&bench).await.unwrap();
    assert_eq!(parts(&bench.asked(0)), [1, 2, 3, 3, 4, 5, 6, 7]);
    assert!(!bench.asked(0).contains(&"ListParts".to_owned()), "the refusal is proof enough");
    let codes = bench.exchanges().into_iter().filter_map(|exchange| exchange.answer?.code);
    assert_eq!(codes.collect::<Vec<_>>(), ["PartAlreadyExist"]);
    assert_eq!(uploaded.parts_sent, 7);
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_holds_other_bytes_costs_a_new_upload() {
    let bench = Bench::new().await;
    bench.rule("operation = \"UploadPart\", part = 3", "req.head", "replace_part = { seed = 5 }");
    let uploaded = upload(&bench).await.unwrap();
    let asked = bench.asked(0);
    assert_eq!(asked[3..7], ["UploadPart 3", "ListParts", "AbortMultipartUpload", "InitiateMultipartUpload"]);
    assert_eq!(begun_in_order(&bench), [true, true]);
    assert!(uploaded.warnings.iter().any(|warning| warning.contains("part 3")), "{:?}", uploaded.warnings);
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_the_server_lost_on_the_way_is_sent_again_before_the_next() {
    let bench = Bench::new().await;
    bench.rule("operation = \"UploadPart\", part = 4", "req.head", "delete_part = { part = 3 }");
    upload(&bench).await.unwrap();
    assert_eq!(parts(&bench.asked(0)), [1, 2, 3, 4, 3, 4, 5, 6, 7]);
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_never_ends_is_an_error_and_keeps_the_record() {
    let bench = Bench::new().await;
    bench.plan(
        "[[fault]]\nmatch = { operation = \"UploadPart\", part = 4 }\nnth = \"1..\"\ntimes = \"forever\"\n\
         at = \"req.head\"\ndo = [{ respond = { status = 400, code = \"PartNotSequential\" } }]\n",
    );
    let error = upload(&bench).await.unwrap_err();
    assert_eq!(error.kind.service().unwrap().code, "PartNotSequential");
    assert_eq!((error.parts_done, error.is_resumable()), (3, true));
    bench.healthy();
    let seen = bench.exchanges().len();
    upload(&bench).await.unwrap();
    assert_eq!(parts(&bench.asked(seen)), [4, 5, 6, 7]);
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_call_goes_on_behind_the_proven_beginning() {
    let bench = interrupted(true, 4).await;
    let seen = bench.exchanges().len();
    let uploaded = upload(&bench).await.unwrap();
    assert_eq!(parts(&bench.asked(seen)), [5, 6, 7]);
    assert_eq!((uploaded.parts_reused, begun_in_order(&bench).len()), (4, 1));
    bench.assert_whole().await;
}

/// What became of the four parts that the server held.
#[rstest]
#[case::the_last_was_lost(4, false, &[4, 5, 6, 7])]
#[case::one_in_the_middle_was_lost(2, false, &[1, 2, 3, 4, 5, 6, 7])]
#[case::one_was_replaced(2, true, &[1, 2, 3, 4, 5, 6, 7])]
#[case::the_last_was_replaced(4, true, &[1, 2, 3, 4, 5, 6, 7])]
#[case::one_came_from_elsewhere(5, true, &[1, 2, 3, 4, 5, 6, 7])]
#[tokio::test(flavor = "multi_thread")]
async fn anything_but_the_beginning_of_the_source_costs_a_new_upload(
    #[case] number: u32,
    #[case] replaced: bool,
    #[case] sent: &[u32],
) {
    let bench = interrupted(true, 4).await;
    let (sandbox, id) = (bench.emulator.sandbox(), id(&bench));
    if replaced {
        sandbox.edits().put_part("bucket", "dir/key", &id, number, noise(PART, 9)).await.unwrap();
    } else {
        sandbox.edits().delete_part("bucket", "dir/key", &id, number).unwrap();
    }
    let seen = bench.exchanges().len();
    upload(&bench).await.unwrap();
    assert_eq!(parts(&bench.asked(seen)), sent);
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_source_costs_a_new_upload() {
    let bench = interrupted(true, 4).await;
    let mut bytes = fs::read(bench.source()).unwrap();
    bytes[usize::try_from(PART).unwrap() + 7] ^= 1;
    fs::write(bench.source(), bytes).unwrap();
    let seen = bench.exchanges().len();
    upload(&bench).await.unwrap();
    assert_eq!(bench.asked(seen)[..3], ["ListParts", "AbortMultipartUpload", "InitiateMultipartUpload"]);
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_begun_in_any_order_is_replaced_when_a_sequential_one_is_wanted() {
    let bench = interrupted(false, 3).await;
    let uploaded = upload(&bench).await.unwrap();
    assert_eq!(begun_in_order(&bench), [false, true]);
    assert!(uploaded.warnings[0].contains("not begun as a sequential one"), "{:?}", uploaded.warnings);
    bench.assert_whole().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sequential_upload_stays_one_when_that_is_not_asked_for_any_more() {
    let bench = interrupted(true, 3).await;
    let seen = bench.exchanges().len();
    let uploaded = bench.client.upload(bench.request().parallelism(4), Hooks::new()).await.unwrap();
    assert_eq!(parts(&bench.asked(seen)), [4, 5, 6, 7]);
    assert!(uploaded.warnings[0].contains("stays sequential"), "{:?}", uploaded.warnings);
    bench.assert_whole().await;
}

/// A damaged record yields the upload's id and nothing else; that the upload is sequential, its server tells.
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_record_of_a_sequential_upload_costs_no_more_than_its_parts() {
    let bench = interrupted(true, 3).await;
    let text = fs::read_to_string(bench.record()).unwrap();
    fs::write(bench.record(), text.replace("\"sequential\":true", "\"sequential\":tru")).unwrap();
    bench.client.upload(bench.request().parallelism(4), Hooks::new()).await.unwrap();
    assert_eq!(begun_in_order(&bench), [true], "the id was salvaged, and the parts compared");
    let aside: Vec<_> = bench.left();
    assert_eq!(aside.len(), 1, "only the damaged record remains: {aside:?}");
}

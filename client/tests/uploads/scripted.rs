//! Uploads over a scripted transport: credentials, clock, pauses, callbacks, odd lists; no socket, and time that jumps.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use oss_client::{
    CallbackOutcome, CancelToken, Credentials, CredentialsError, CredentialsProvider, Hooks, ObjectHeaders,
    OnCancel, RecordLocation, transport::Turn,
};
use rstest::rstest;
use tokio::{sync::Notify, time::Instant};

use crate::{
    fake::{Fake, PART, error, initiated, name, stored},
    within::within,
};

fn text<'a>(seen: &'a oss_client::transport::scripted::Seen, header: &str) -> &'a str {
    seen.headers.get(header).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_callback_goes_with_complete_only_and_its_answer_is_handed_out_verbatim() {
    let fake = Fake::new(|seen, _| (name(seen) == "complete").then(|| Turn::answer(200, &[], "{\"ok\":1}")));
    let request = fake.request().callback("{\"callbackUrl\":\"u\"}").callback_var("{\"x:a\":\"1\"}");
    let uploaded = fake.client().upload(request, Hooks::new()).await.unwrap();
    assert_eq!(uploaded.callback, Some(CallbackOutcome::Answered(b"{\"ok\":1}".to_vec())));
    for seen in fake.transport.seen() {
        let wanted = if name(&seen) == "complete" { "eyJjYWxsYmFja1VybCI6InUifQ==" } else { "" };
        assert_eq!(text(&seen, "x-oss-callback"), wanted, "{}", name(&seen));
    }
}

#[tokio::test]
async fn a_failed_callback_is_a_commit_and_told_apart() {
    let fake = Fake::new(|seen, _| (name(seen) == "complete").then(|| error(203, "CallbackFailed")));
    let request = fake.request().callback("{}").record(RecordLocation::Dir(fake.dir.path().to_owned()));
    let uploaded = fake.client().upload(request, Hooks::new()).await.unwrap();
    let Some(CallbackOutcome::Failed(failure)) = uploaded.callback else { panic!("{uploaded:?}") };
    assert_eq!(failure.code, "CallbackFailed");
    assert_eq!(std::fs::read_dir(fake.dir.path()).unwrap().count(), 1, "the record is gone");
}

#[tokio::test]
async fn headers_go_with_the_requests_that_they_concern() {
    let fake = Fake::new(|_, _| None);
    let headers = ObjectHeaders {
        content_type: Some("text/plain".to_owned()),
        meta: vec![("author".to_owned(), "alice".to_owned())],
        acl: Some("private".to_owned()),
        traffic_limit: Some(819_200),
        request_payer: Some("requester".to_owned()),
        ..ObjectHeaders::default()
    };
    fake.client().upload(fake.request().headers(headers), Hooks::new()).await.unwrap();
    let names = [
        "content-type",
        "x-oss-meta-author",
        "x-oss-object-acl",
        "x-oss-traffic-limit",
        "x-oss-request-payer",
    ];
    let carried = |wanted: &str| {
        let seen = fake.transport.seen().into_iter().find(|seen| name(seen) == wanted).unwrap();
        names.map(|header| !text(&seen, header).is_empty())
    };
    assert_eq!(carried("initiate"), [true, true, false, false, true]);
    assert_eq!(carried("part 1"), [false, false, false, true, true]);
    assert_eq!(carried("complete"), [false, false, true, false, true]);
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_refused_before_any_request() {
    let fake = Fake::new(|_, _| None);
    let headers =
        ObjectHeaders { meta: vec![("a b".to_owned(), "1".to_owned())], ..ObjectHeaders::default() };
    let request = fake.request().headers(headers);
    let error = fake.client().upload(request, Hooks::new()).await.unwrap_err();
    assert_eq!(error.kind.name(), "InvalidArgument");
    assert_eq!(fake.asked(), Vec::<String>::new());
}

/// Hands out `token-0`, then `token-1` when that was refused, and so on.
struct Tokens(std::sync::atomic::AtomicUsize);

#[async_trait]
impl CredentialsProvider for Tokens {
    async fn credentials(&self, refused: Option<&Credentials>) -> Result<Credentials, CredentialsError> {
        let add = usize::from(refused.is_some());
        let number = self.0.fetch_add(add, std::sync::atomic::Ordering::Relaxed) + add;
        tokio::task::yield_now().await;
        Ok(Credentials::new("STS.id", "secret").security_token(format!("token-{number}")))
    }
}

#[rstest]
#[case::one_after_the_other(1)]
#[case::all_at_once(3)]
#[tokio::test]
async fn an_expired_token_is_refreshed_once_and_its_parts_sent_again(#[case] parallelism: usize) {
    let fake = Fake::new(|seen, _| {
        let expired = text(seen, "x-oss-security-token") == "token-0" && name(seen) != "initiate";
        expired.then(|| error(403, "SecurityTokenExpired"))
    });
    let tokens = Arc::new(Tokens(std::sync::atomic::AtomicUsize::new(0)));
    let client = fake.client_with(|builder| builder.credentials_provider(tokens.clone()));
    let uploaded = client.upload(fake.request().parallelism(parallelism), Hooks::new()).await.unwrap();
    assert_eq!(uploaded.parts_sent, 3);
    assert_eq!(tokens.0.load(std::sync::atomic::Ordering::Relaxed), 1, "one refresh for all parts");
}

#[tokio::test]
async fn fixed_credentials_that_expired_are_not_sent_again() {
    let fake = Fake::new(|seen, _| (name(seen) == "part 1").then(|| error(403, "SecurityTokenExpired")));
    let client = fake.client_with(|builder| builder.credentials(Credentials::new("id", "secret")));
    let error = client.upload(fake.request(), Hooks::new()).await.unwrap_err();
    assert_eq!(error.kind.service().unwrap().code, "SecurityTokenExpired");
    assert_eq!(fake.asked(), ["initiate", "part 1", "abort"]);
}

#[rstest]
#[case::from_the_header("Tue, 05 Jan 2038 00:00:00 GMT", 2)]
#[case::absurd_and_ignored("Thu, 01 Jan 1970 00:00:10 GMT", 1)]
#[tokio::test]
async fn a_wrong_clock_is_corrected_by_the_servers(#[case] date: &'static str, #[case] initiates: usize) {
    let fake = Fake::new(move |seen, before| {
        let skewed = name(seen) == "initiate" && before == 0;
        let body = "<Error><Code>RequestTimeTooSkewed</Code><Message>m</Message></Error>";
        skewed.then(|| Turn::answer(403, &[("Date", date)], body))
    });
    let result = fake.client().upload(fake.request(), Hooks::new()).await;
    let seen = fake.transport.seen();
    assert_eq!(seen.iter().filter(|seen| name(seen) == "initiate").count(), initiates);
    assert_eq!(result.is_ok(), initiates == 2);
    if initiates == 2 {
        assert!(text(&seen[1], "date").starts_with("Tue, 05 Jan 2038 00:00:0"), "{}", text(&seen[1], "date"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_asks_to_wait_is_given_the_time() {
    let fake = Fake::new(|seen, before| {
        let busy = name(seen) == "part 2" && before == 0;
        busy.then(|| Turn::answer(503, &[("Retry-After", "7")], ""))
    });
    let began = Instant::now();
    fake.client().upload(fake.request(), Hooks::new()).await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(7), "{:?}", began.elapsed());
    assert_eq!(fake.asked(), ["initiate", "part 1", "part 2", "part 2", "part 3", "complete"]);
}

#[tokio::test]
async fn a_retried_part_carries_the_same_bytes_and_a_fresh_signature() {
    let fake = Fake::new(|seen, before| {
        (name(seen) == "part 2" && before == 0).then(|| error(500, "InternalError"))
    });
    let client = fake.client_with(|builder| builder.credentials(Credentials::new("id", "secret")));
    client.upload(fake.request(), Hooks::new()).await.unwrap();
    let seen = fake.transport.seen();
    let tries: Vec<_> = seen.iter().filter(|seen| name(seen) == "part 2").collect();
    assert_eq!(
        (tries.len(), &tries[0].body, text(tries[0], "content-md5")),
        (2, &tries[1].body, text(tries[1], "content-md5"))
    );
    assert!(text(tries[1], "authorization").starts_with("OSS id:"));
}

/// A first call whose part 2 is refused, leaving a record; then a second call with this list of parts.
async fn resumed_with(
    list: impl Fn(&str) -> Turn + Send + 'static,
) -> (Fake, Result<oss_client::Uploaded, oss_client::UploadError>) {
    let fake = Fake::new(move |seen, before| match name(seen).as_str() {
        "part 2" if before == 0 => Some(error(403, "AccessDenied")),
        "list" => Some(list(&seen.url)),
        _ => None,
    });
    let request = fake.request().record(RecordLocation::Dir(fake.dir.path().to_owned()));
    let client = fake.client();
    client.upload(request.clone(), Hooks::new()).await.unwrap_err();
    let result = client.upload(request, Hooks::new()).await;
    (fake, result)
}

fn page(parts: &str, next: &str, truncated: bool) -> Turn {
    Turn::answer(
        200,
        &[],
        format!(
            "<ListPartsResult><NextPartNumberMarker>{next}</NextPartNumberMarker>\
             <IsTruncated>{truncated}</IsTruncated>{parts}</ListPartsResult>"
        ),
    )
}

#[tokio::test]
async fn a_list_that_does_not_advance_is_an_error_and_costs_nothing() {
    let (fake, result) = resumed_with(|_| page("", "1", true)).await;
    let error = result.unwrap_err();
    assert!(error.kind.to_string().contains("does not advance"), "{error}");
    assert!(error.is_resumable());
    assert_eq!(fake.asked()[3..], ["list", "list"]);
}

#[tokio::test]
async fn an_upload_that_vanishes_between_two_pages_is_begun_anew() {
    let (fake, result) = resumed_with(|url| {
        if url.contains("part-number-marker") { error(404, "NoSuchUpload") } else { page("", "1", true) }
    })
    .await;
    assert_eq!(result.unwrap().parts_reused, 0);
    assert_eq!(
        fake.asked()[3..],
        ["list", "list", "abort", "initiate", "part 1", "part 2", "part 3", "complete"]
    );
}

#[rstest]
#[case::gone(404, "NoSuchUpload")]
#[case::malformed(400, "InvalidArgument")]
#[tokio::test]
async fn a_nonsense_upload_id_in_the_record_costs_a_new_upload_and_no_error(
    #[case] status: u16,
    #[case] code: &'static str,
) {
    let (_, result) = resumed_with(move |_| error(status, code)).await;
    assert_eq!(result.unwrap().parts_reused, 0);
}

#[tokio::test]
async fn a_list_with_a_marker_of_null_is_read_as_an_empty_one() {
    let (_, result) = resumed_with(|_| page("", "null", false)).await;
    assert_eq!(result.unwrap().parts_sent, 3);
}

#[tokio::test]
async fn cancelled_before_the_start_means_no_request() {
    let fake = Fake::new(|_, _| None);
    let cancel = CancelToken::new();
    cancel.cancel();
    let hooks = Hooks::new().cancel(cancel);
    let error = fake.client().upload(fake.request(), hooks).await.unwrap_err();
    assert_eq!(error.kind.name(), "Cancelled");
    assert_eq!(fake.asked(), Vec::<String>::new());
}

#[rstest]
#[case::delete(OnCancel::Delete, &["initiate", "abort"])]
#[case::keep(OnCancel::Keep, &["initiate"])]
#[tokio::test]
async fn an_id_that_comes_after_the_cancel_is_aborted_or_recorded(
    #[case] mode: OnCancel,
    #[case] asked: &[&str],
) {
    let cancel = CancelToken::new();
    let token = cancel.clone();
    let fake = Fake::new(move |seen, _| {
        (name(seen) == "initiate").then(|| {
            token.cancel_with(mode);
            initiated()
        })
    });
    let request = fake.request().record(RecordLocation::Dir(fake.dir.path().to_owned()));
    let hooks = Hooks::new().cancel(cancel);
    let error = fake.client().upload(request, hooks).await.unwrap_err();
    assert_eq!((error.kind.name(), error.is_resumable()), ("Cancelled", mode == OnCancel::Keep));
    assert_eq!(fake.asked(), asked);
}

#[tokio::test(start_paused = true)]
async fn a_part_that_hangs_is_dropped_soon_after_a_cancel() {
    let hangs = Arc::new(Notify::new());
    let told = hangs.clone();
    let fake = Fake::new(move |seen, _| {
        (name(seen) == "part 2").then(|| {
            told.notify_one();
            Turn::Hang
        })
    });
    let cancel = CancelToken::new();
    let hooks = Hooks::new().cancel(cancel.clone());
    let (client, request) = (fake.client(), fake.request());
    let upload = tokio::spawn(async move { client.upload(request, hooks).await });
    within("part 2 is sent", hangs.notified()).await;
    let began = Instant::now();
    cancel.cancel();
    cancel.cancel();
    let error = upload.await.unwrap().unwrap_err();
    assert_eq!(error.kind.name(), "Cancelled");
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    assert_eq!(fake.asked(), ["initiate", "part 1", "part 2", "abort", "list"]);
}

#[tokio::test]
async fn a_panic_of_the_callback_cancels_and_loses_no_part() {
    // The last part never ends, so that the panic cannot come too late.
    let fake = Fake::new(|seen, _| (name(seen) == "part 3").then_some(Turn::Hang));
    let hooks = Hooks::new().progress(|progress| assert!(progress.sent < PART, "the callback fails"));
    let error = fake.client().upload(fake.request(), hooks).await.unwrap_err();
    assert_eq!(error.kind.name(), "CallbackPanic", "{error}");
    assert!(error.upload_deleted);
}

#[tokio::test]
async fn an_abort_that_fails_keeps_the_record_and_the_next_call_finishes_it() {
    let cancel = CancelToken::new();
    let token = cancel.clone();
    let fake = Fake::new(move |seen, before| match name(seen).as_str() {
        "part 2" if before == 0 => {
            token.cancel();
            Some(stored(&seen.body))
        }
        "abort" if before < 3 => Some(error(500, "InternalError")),
        _ => None,
    });
    let request = fake.request().record(RecordLocation::Dir(fake.dir.path().to_owned()));
    let client = fake.client();
    let failed = client.upload(request.clone(), Hooks::new().cancel(cancel)).await.unwrap_err();
    let oss_client::ErrorKind::Cancelled { kept: true, abort_error: Some(_) } = &failed.kind else {
        panic!("{failed:?}")
    };
    assert!(failed.record.is_some());
    client.upload(request, Hooks::new()).await.unwrap();
    let asked = fake.asked();
    let aborts: Vec<_> = asked.iter().skip_while(|name| *name != "abort").map(String::as_str).collect();
    assert_eq!(aborts[..5], ["abort", "abort", "abort", "abort", "initiate"]);
}

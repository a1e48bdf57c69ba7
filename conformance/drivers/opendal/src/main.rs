//! What an application does with opendal's service for OSS, unmodified, against the endpoint in `OSS_ENDPOINT`.
//!
//! Prints one JSON line a check: `{"check": ..., "ok": ..., "detail": ...}`.

use std::{env, error::Error, process::ExitCode, time::Duration};

use opendal::{ErrorKind, Operator, raw::PresignedRequest, services::Oss};
use serde_json::json;

type Checked = Result<(), Box<dyn Error + Send + Sync>>;

const KIB: usize = 1024;
const MINUTE: Duration = Duration::from_secs(60);

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

fn hold(claim: bool, seen: impl std::fmt::Debug) -> Checked {
    if claim { Ok(()) } else { Err(format!("does not hold; seen: {seen:?}").into()) }
}

fn open() -> opendal::Result<Operator> {
    let builder = Oss::default()
        .endpoint(&variable("OSS_ENDPOINT")).addressing_style("path").bucket(&variable("OSS_BUCKET"))
        .presign_endpoint(&variable("OSS_ENDPOINT")).presign_addressing_style("path")
        .access_key_id(&variable("OSS_ACCESS_KEY_ID")).access_key_secret(&variable("OSS_ACCESS_KEY_SECRET"));
    Operator::new(builder)
}

fn open_with(bucket: &str, id: &str, secret: &str, token: &str) -> opendal::Result<Operator> {
    let builder = Oss::default()
        .endpoint(&variable("OSS_ENDPOINT"))
        .addressing_style("path")
        .presign_endpoint(&variable("OSS_ENDPOINT"))
        .presign_addressing_style("path")
        .bucket(bucket)
        .access_key_id(id)
        .access_key_secret(secret)
        .security_token(token);
    Operator::new(builder)
}

fn refused<T: std::fmt::Debug>(kind: ErrorKind, code: &str, outcome: opendal::Result<T>) -> Checked {
    match outcome {
        Ok(value) => Err(format!("no {code}: {value:?}").into()),
        Err(error) => hold(error.kind() == kind && error.to_string().contains(code), error),
    }
}

async fn fetch(request: &PresignedRequest, body: &str) -> Result<(u16, String), Box<dyn Error + Send + Sync>> {
    // The headers to send along say `content-length: 0`: opendal does not know the body when it signs.
    let mut headers = request.header().clone();
    headers.remove("content-length");
    let answer = reqwest::Client::new()
        .request(request.method().clone(), request.uri().to_string())
        .headers(headers)
        .body(body.to_owned())
        .send()
        .await?;
    Ok((answer.status().as_u16(), answer.text().await?))
}

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

async fn an_object_is_written_read_ranged_and_statted(op: Operator) -> Checked {
    let (key, body) = ("odd keys/a+b c%20d你.txt", "hello 你好 ".repeat(1000).into_bytes());
    op.write_with(key, body.clone())
        .content_type("text/plain")
        .user_metadata([("author".to_owned(), "someone".to_owned())])
        .await?;
    hold(op.read(key).await?.to_vec() == body, "other bytes")?;
    hold(op.read_with(key).range(3..10).await?.to_vec() == body[3..10], "another range")?;
    let meta = op.stat(key).await?;
    hold(meta.content_length() == body.len() as u64 && meta.content_type() == Some("text/plain"), &meta)?;
    hold(meta.user_metadata().is_some_and(|found| found.get("author").is_some_and(|name| name == "someone")), &meta)?;
    hold(op.exists(key).await? && !op.exists("missing").await?, "existence")?;
    refused(ErrorKind::ConditionNotMatch, "FileAlreadyExists", op.write_with(key, "x").if_not_exists(true).await)
}

async fn an_object_is_copied(op: Operator) -> Checked {
    op.write("copy/source 你", "the source").await?;
    op.copy("copy/source 你", "copy/same").await?;
    hold(op.read("copy/same").await?.to_vec() == b"the source", "other bytes")?;
    refused(ErrorKind::NotFound, "", op.copy("copy/missing", "copy/x").await)
}

async fn an_object_is_appended_to(op: Operator) -> Checked {
    op.write_with("log", "one,").append(true).await?;
    op.write_with("log", "two").append(true).await?;
    let found = op.read("log").await?.to_vec();
    hold(found == b"one,two", String::from_utf8_lossy(&found))
}

async fn listing_pages_and_delimits(op: Operator) -> Checked {
    let mut wanted: Vec<String> = (0..7).map(|number| format!("list/{number} & 你/")).collect();
    for folder in &wanted {
        op.write(&format!("{folder}x"), "x").await?;
    }
    op.write("list/file", "x").await?;
    wanted.push("list/file".to_owned());
    let names = |entries: Vec<opendal::Entry>| -> Vec<String> {
        entries.iter().map(|entry| entry.path().to_owned()).filter(|path| path != "list/").collect()
    };
    let found = names(op.list_with("list/").limit(3).await?);
    hold(found == wanted, &found)?;
    let found = names(op.list_with("list/").recursive(true).limit(3).await?);
    hold(found.len() == 8, &found)
}

async fn a_multipart_upload_is_completed(op: Operator) -> Checked {
    let body = bytes(1000 * KIB + 17);
    op.write_with("parts 你", body.clone()).chunk(256 * KIB).concurrent(4).await?;
    hold(op.read("parts 你").await?.to_vec() == body, "other bytes")?;
    let meta = op.stat("parts 你").await?;
    hold(meta.etag().is_some_and(|tag| tag.trim_matches('"').ends_with("-4")), &meta)
}

async fn an_aborted_upload_leaves_nothing(op: Operator) -> Checked {
    let mut writer = op.writer_with("given-up").chunk(256 * KIB).await?;
    writer.write(bytes(600 * KIB)).await?;
    writer.abort().await?;
    hold(!op.exists("given-up").await?, "the object")
}

async fn presigned_urls_of_v1_put_and_get(op: Operator) -> Checked {
    let key = "signed/a+b 你";
    let stored = fetch(&op.presign_write_with(key, MINUTE).content_type("text/plain").await?, "by url").await?;
    hold(stored.0 == 200, &stored)?;
    let request = op.presign_read(key, MINUTE).await?;
    let found = fetch(&request, "").await?;
    hold(found == (200, "by url".to_owned()), &found)?;
    let other = reqwest::get(request.uri().to_string().replace("signed", "sighed")).await?;
    let seen = (other.status().as_u16(), other.text().await?);
    hold(seen.0 == 403 && seen.1.contains("SignatureDoesNotMatch"), seen)
}

async fn a_temporary_key_works_with_its_token_only(_: Operator) -> Checked {
    let [bucket, id, secret, token] =
        ["OSS_BUCKET", "OSS_STS_ACCESS_KEY_ID", "OSS_STS_ACCESS_KEY_SECRET", "OSS_STS_TOKEN"].map(variable);
    hold(!token.is_empty(), "OSS_STS_TOKEN is not given")?;
    let holder = open_with(&bucket, &id, &secret, &token)?;
    holder.write("by-token", "token").await?;
    hold(holder.read("by-token").await?.to_vec() == b"token", "other bytes")?;
    let found = fetch(&holder.presign_read("by-token", MINUTE).await?, "").await?;
    hold(found == (200, "token".to_owned()), &found)?;
    let wrong = open_with(&bucket, &id, &secret, &format!("{token}x"))?;
    refused(ErrorKind::PermissionDenied, "", wrong.read("by-token").await)
}

async fn errors_have_their_own_kinds(op: Operator) -> Checked {
    let [bucket, id, secret] = ["OSS_BUCKET", "OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET"].map(variable);
    refused(ErrorKind::NotFound, "NoSuchKey", op.read("missing").await)?;
    refused(ErrorKind::NotFound, "NoSuchBucket", open_with("missing-bucket", &id, &secret, "")?.read("x").await)?;
    let stranger = open_with(&bucket, &id, "not the secret", "")?;
    refused(ErrorKind::PermissionDenied, "SignatureDoesNotMatch", stranger.read("x").await)?;
    let unknown = open_with(&bucket, "nobody", "not the secret", "")?;
    refused(ErrorKind::PermissionDenied, "InvalidAccessKeyId", unknown.read("x").await)
}

async fn everything_is_deleted(op: Operator) -> Checked {
    op.delete("list/file").await?;
    op.delete("missing").await?;
    let mut deleter = op.deleter().await?;
    for entry in op.list_with("").recursive(true).await? {
        deleter.delete(entry.path()).await?;
    }
    deleter.close().await?;
    let left = op.list_with("").recursive(true).await?;
    hold(left.iter().all(|entry| entry.path() == "/"), left)
}

macro_rules! run {
    ($op:expr, $($check:ident),+ $(,)?) => {{
        let mut good = true;
        $(
            let outcome = $check($op.clone()).await;
            good &= outcome.is_ok();
            let detail = outcome.as_ref().err().map(ToString::to_string).unwrap_or_default();
            println!("{}", json!({ "check": stringify!($check).replace('_', " "), "ok": outcome.is_ok(), "detail": detail }));
        )+
        good
    }};
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error + Send + Sync>> {
    let op = open()?;
    let good = run!(
        op,
        an_object_is_written_read_ranged_and_statted,
        an_object_is_copied,
        an_object_is_appended_to,
        listing_pages_and_delimits,
        a_multipart_upload_is_completed,
        an_aborted_upload_leaves_nothing,
        presigned_urls_of_v1_put_and_get,
        a_temporary_key_works_with_its_token_only,
        errors_have_their_own_kinds,
        everything_is_deleted,
    );
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

//! `/sandboxes/{s}/store`: looks at buckets, objects, uploads and parts, and changes them behind the clients' backs.
//! Names stand in the query (`?bucket=b&key=a/b`), so that no key needs escaping twice.

use http::Method;
use serde_json::json;

use super::{
    body::Unread, dispatch::not_allowed, parameters::Parameters, problem::Problem, reply, reply::Reply,
};
use crate::sandbox::Sandbox;

/// `store/buckets`
pub(super) fn buckets(sandbox: &Sandbox, method: &Method, query: Option<&str>) -> Reply {
    let parameters = Parameters::read(query, &["bucket"])?;
    match *method {
        Method::GET => reply::json(&json!({ "buckets": sandbox.edits().buckets() })),
        Method::PUT => {
            sandbox.edits().create_bucket(parameters.required("bucket")?)?;
            Ok(reply::done())
        }
        Method::DELETE => {
            sandbox.edits().delete_bucket(parameters.required("bucket")?)?;
            Ok(reply::done())
        }
        _ => not_allowed(method, "GET, PUT, DELETE"),
    }
}

/// `store/objects`: the list or, with `bucket` and `key`, the content of one.
pub(super) async fn objects(sandbox: &Sandbox, method: &Method, query: Option<&str>, body: Unread) -> Reply {
    let parameters = Parameters::read(query, &["bucket", "key"])?;
    let name = || Ok::<_, Problem>((parameters.required("bucket")?, parameters.required("key")?));
    match *method {
        Method::GET if parameters.text("key").is_some() => {
            let (bucket, key) = name()?;
            match sandbox.edits().read_object(bucket, key).await? {
                Some(content) => Ok(reply::bytes(content)),
                None => Err(Problem::missing(format!(
                    "there is no object {bucket}/{key}; list them without `key`"
                ))),
            }
        }
        Method::GET => {
            let mut objects = sandbox.edits().objects();
            objects.retain(|object| parameters.text("bucket").is_none_or(|bucket| bucket == object.bucket));
            reply::json(&json!({ "objects": objects }))
        }
        Method::PUT => {
            let (bucket, key) = name()?;
            sandbox.edits().put_object(bucket, key, body.content().await?).await?;
            Ok(reply::done())
        }
        Method::DELETE => {
            let (bucket, key) = name()?;
            sandbox.edits().delete_object(bucket, key)?;
            Ok(reply::done())
        }
        _ => not_allowed(method, "GET, PUT, DELETE"),
    }
}

/// `store/uploads`
pub(super) fn uploads(sandbox: &Sandbox, method: &Method, query: Option<&str>) -> Reply {
    let parameters = Parameters::read(query, &["bucket", "key", "upload"])?;
    match *method {
        Method::GET => {
            let mut uploads = sandbox.edits().uploads();
            let fits = |name: &str, value: &str| parameters.text(name).is_none_or(|wanted| wanted == value);
            uploads.retain(|one| {
                fits("bucket", &one.bucket) && fits("key", &one.key) && fits("upload", &one.id)
            });
            reply::json(&json!({ "uploads": uploads }))
        }
        Method::DELETE => {
            let (bucket, key) = (parameters.required("bucket")?, parameters.required("key")?);
            sandbox.edits().delete_upload(bucket, key, parameters.required("upload")?)?;
            Ok(reply::done())
        }
        _ => not_allowed(method, "GET, DELETE"),
    }
}

/// `store/parts`
pub(super) async fn parts(sandbox: &Sandbox, method: &Method, query: Option<&str>, body: Unread) -> Reply {
    let parameters = Parameters::read(query, &["bucket", "key", "upload", "part"])?;
    let (bucket, key) = (parameters.required("bucket")?, parameters.required("key")?);
    let upload = parameters.required("upload")?;
    let number = parameters.number("part")?.ok_or_else(|| Problem::bad("the parameter `part` is missing"))?;
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    match *method {
        Method::PUT => sandbox.edits().put_part(bucket, key, upload, number, body.content().await?).await?,
        Method::DELETE => sandbox.edits().delete_part(bucket, key, upload, number)?,
        _ => return not_allowed(method, "PUT, DELETE"),
    }
    Ok(reply::done())
}

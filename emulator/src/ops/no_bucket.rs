//! Says which option of the SDK to set when a request seems to carry no bucket at all: some SDKs leave it out of the
//! URL for hosts that they do not know, and the first part of the key is then taken for a bucket.

use crate::{
    error::{Code, OssError},
    http::{RequestHead, Style},
};

/// What the user of an SDK can do about it. Read in the sources of the SDKs: `RequestMessage.java`,
/// `OSSNetworkingRequestDelegate.m`, `getReqUrl.js`.
const ADVICE: &[(&str, &str)] = &[
    (
        "aliyun-sdk-android",
        "add the host to the client configuration's custom CNAME exclude list and set setPathStyleAccessEnable(true)",
    ),
    (
        "aliyun-sdk-ios",
        "add the host to the client configuration's cnameExcludeList and set isPathStyleAccessEnable",
    ),
    ("aliyun-sdk-nodejs", "set `sldEnable: true` and leave `cname` unset"),
    ("aliyun-sdk-js", "set `sldEnable: true` and leave `cname` unset"),
];

/// Adds the advice to a refusal that a missing bucket explains.
pub(super) fn explain(error: OssError, head: &RequestHead) -> OssError {
    let suspicious = match error.code {
        Code::NoSuchBucket | Code::InvalidBucketName => true,
        // What only objects have, asked of a bucket.
        Code::MethodNotAllowed => head.address.key.is_none(),
        // The content of an object where the settings of a new bucket belong.
        Code::MalformedXML => head.address.key.is_none() && head.query.raw().is_empty(),
        _ => false,
    };
    if !suspicious || head.address.style != Style::Path {
        return error;
    }
    let Some((_, advice)) = ADVICE.iter().find(|(sdk, _)| is_from(head, sdk)) else { return error };
    let hint = format!(
        "If the path {} of this request to {} is only a key, the SDK has left the bucket out of the URL: {advice}, or start \
         the emulator with --cname HOST=BUCKET or --default-bucket BUCKET.",
        head.path, head.host
    );
    error.hint(hint)
}

/// Browsers do not let scripts set `User-Agent`; ali-oss then says who it is in a header of its own.
fn is_from(head: &RequestHead, sdk: &str) -> bool {
    let says = |name| head.plain_header(name).is_some_and(|agent| agent.starts_with(sdk));
    says("user-agent") || says("x-oss-user-agent")
}

//! A server of a few lines behind the scripted transport: enough to take an upload, and a hook to misbehave.

use std::{
    collections::HashMap,
    fs,
    sync::{Arc, Mutex},
    time::Duration,
};

use crc_fast::{CrcAlgorithm, checksum};
use md5::{Digest, Md5};
use oss_client::{
    Client, ClientBuilder, Retry, UploadRequest,
    machine::Md5Digest,
    transport::{ScriptedTransport, Turn, scripted::Seen},
};
use tempfile::TempDir;

use crate::in_time::InTime;

pub(crate) const PART: u64 = 102_400;

/// What a request is, in short.
pub(crate) fn name(seen: &Seen) -> String {
    let query = seen.url.split_once('?').map_or("", |(_, query)| query);
    let part = query.split('&').find_map(|pair| pair.strip_prefix("partNumber="));
    match (seen.method.as_str(), part) {
        ("PUT", Some(part)) => format!("part {part}"),
        ("PUT", None) => "put".to_owned(),
        ("POST", _) if query.contains("uploads") => "initiate".to_owned(),
        ("POST", _) => "complete".to_owned(),
        ("HEAD", _) => "head".to_owned(),
        ("DELETE", _) => "abort".to_owned(),
        _ => "list".to_owned(),
    }
}

/// Digests of a body as the server states them.
pub(crate) fn stored(body: &[u8]) -> Turn {
    let md5 = Md5Digest(Md5::digest(body).into());
    let crc64 = checksum(CrcAlgorithm::Crc64Xz, body).to_string();
    Turn::answer(200, &[("ETag", &format!("\"{md5}\"")), ("x-oss-hash-crc64ecma", &crc64)], "")
}

pub(crate) fn error(status: u16, code: &str) -> Turn {
    let body =
        format!("<Error><Code>{code}</Code><Message>scripted</Message><RequestId>R</RequestId></Error>");
    Turn::answer(status, &[], body)
}

pub(crate) fn initiated() -> Turn {
    Turn::answer(
        200,
        &[],
        "<InitiateMultipartUploadResult><UploadId>U1</UploadId></InitiateMultipartUploadResult>",
    )
}

pub(crate) fn completed() -> Turn {
    let body = "<CompleteMultipartUploadResult><ETag>\"X-1\"</ETag></CompleteMultipartUploadResult>";
    Turn::answer(200, &[], body)
}

pub(crate) struct Fake {
    pub(crate) transport: Arc<ScriptedTransport>,
    pub(crate) dir: TempDir,
}

impl Fake {
    /// A server that does as it should unless `hook` says otherwise; the hook gets the request and how many of the same
    /// name came before.
    pub(crate) fn new(mut hook: impl FnMut(&Seen, usize) -> Option<Turn> + Send + 'static) -> Self {
        let counts: Mutex<HashMap<String, usize>> = Mutex::default();
        let transport = ScriptedTransport::new(move |seen| {
            let name = name(seen);
            let before = {
                let mut counts = counts.lock().unwrap();
                let count = counts.entry(name.clone()).or_default();
                *count += 1;
                *count - 1
            };
            hook(seen, before).unwrap_or_else(|| match name.as_str() {
                "initiate" => initiated(),
                "complete" => completed(),
                "abort" => Turn::answer(204, &[], ""),
                "head" => Turn::answer(404, &[], ""),
                "list" => error(404, "NoSuchUpload"),
                _ => stored(&seen.body),
            })
        });
        let dir = TempDir::new().unwrap();
        fs::write(dir.path().join("source"), vec![42; usize::try_from(3 * PART).unwrap()]).unwrap();
        Self { transport: Arc::new(transport), dir }
    }

    pub(crate) fn client(&self) -> InTime {
        self.client_with(|builder| builder)
    }

    /// A client that is built as usual but for what `more` says.
    pub(crate) fn client_with(&self, more: impl FnOnce(ClientBuilder) -> ClientBuilder) -> InTime {
        let retry = Retry { base: Duration::from_millis(1), ..Retry::default() };
        let builder = Client::builder("http://127.0.0.1:1").retry(retry).transport(self.transport.clone());
        InTime(more(builder).build().unwrap())
    }

    pub(crate) fn request(&self) -> UploadRequest {
        UploadRequest::new("bucket", "key", self.dir.path().join("source")).part_size(PART).parallelism(1)
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.transport.seen().iter().map(name).collect()
    }
}

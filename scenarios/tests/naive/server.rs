//! The naive uploader's view of OSS: unsigned requests, and answers read by looking for tags.

use std::{collections::BTreeMap, fmt::Write as _};

use crc_fast::{CrcAlgorithm, checksum};
use md5::{Digest, Md5};

/// The header that carries a token.
const TOKEN: &str = "x-oss-meta-naive-token";

/// Attempts of a part.
const ATTEMPTS: usize = 3;

/// A request that came to nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trouble {
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<String>,
    pub(crate) message: String,
}

impl Trouble {
    pub(crate) fn local(error: impl std::fmt::Display) -> Self {
        Self { message: error.to_string(), ..Self::default() }
    }
}

/// One object's URL.
pub(crate) struct Server {
    http: reqwest::Client,
    url: String,
}

impl Server {
    pub(crate) fn new(url: String) -> Self {
        // The provider may have been installed by an earlier client of this process.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().retry(reqwest::retry::never()).build().unwrap();
        Self { http, url }
    }

    pub(crate) async fn initiate(&self, sequential: bool, token: Option<&str>) -> Result<String, Trouble> {
        let mode = if sequential { "&sequential" } else { "" };
        let mut request = self.http.post(format!("{}?uploads{mode}", self.url));
        if let Some(token) = token {
            request = request.header(TOKEN, token);
        }
        let body = text(request).await?;
        tags(&body, "UploadId").next().map(str::to_owned).ok_or_else(|| Trouble::local("no id"))
    }

    pub(crate) async fn upload_part(&self, upload: &str, number: u32, part: &[u8]) -> Result<(), Trouble> {
        use base64::Engine as _;
        let digest = base64::engine::general_purpose::STANDARD.encode(Md5::digest(part));
        let url = format!("{}?partNumber={number}&uploadId={upload}", self.url);
        let mut last = Trouble::default();
        for _ in 0..ATTEMPTS {
            let request = self.http.put(&url).header("Content-MD5", &digest).body(part.to_vec());
            match text(request).await {
                Ok(_) => return Ok(()),
                Err(trouble) if trouble.status.is_some_and(|status| (401..500).contains(&status)) => {
                    return Err(trouble);
                }
                Err(trouble) => last = trouble,
            }
        }
        Err(last)
    }

    /// Stored parts; `None` if the upload is gone.
    pub(crate) async fn list(&self, upload: &str) -> Result<Option<BTreeMap<u32, String>>, Trouble> {
        let mut parts = BTreeMap::new();
        let mut marker = "0".to_owned();
        loop {
            let url = format!("{}?uploadId={upload}&part-number-marker={marker}", self.url);
            let body = match text(self.http.get(url)).await {
                Err(trouble) if trouble.status == Some(404) => return Ok(None),
                other => other?,
            };
            let numbers = tags(&body, "PartNumber").filter_map(|number| number.parse().ok());
            let etags = tags(&body, "ETag").map(|etag| etag.trim_matches('"').to_owned());
            parts.extend(numbers.zip(etags));
            if tags(&body, "IsTruncated").next() != Some("true") {
                return Ok(Some(parts));
            }
            tags(&body, "NextPartNumberMarker").next().unwrap_or_default().clone_into(&mut marker);
        }
    }

    pub(crate) async fn complete(
        &self,
        upload: &str,
        parts: &BTreeMap<u32, String>,
    ) -> Result<String, Trouble> {
        let mut body = "<CompleteMultipartUpload>".to_owned();
        for (number, etag) in parts {
            write!(body, "<Part><PartNumber>{number}</PartNumber><ETag>\"{etag}\"</ETag></Part>").unwrap();
        }
        body.push_str("</CompleteMultipartUpload>");
        text(self.http.post(format!("{}?uploadId={upload}", self.url)).body(body)).await
    }

    pub(crate) async fn abort(&self, upload: &str) -> Result<(), Trouble> {
        let answer = self.http.delete(format!("{}?uploadId={upload}", self.url)).send().await;
        answer.map(drop).map_err(Trouble::local)
    }

    /// Whether the object is there and is these bytes, by CRC, and carries this token, if any.
    pub(crate) async fn object_is(&self, bytes: &[u8], token: Option<&str>) -> bool {
        let Ok(answer) = self.http.head(&self.url).send().await else { return false };
        let crc = checksum(CrcAlgorithm::Crc64Xz, bytes).to_string();
        let named = answer
            .headers()
            .get("x-oss-hash-crc64ecma")
            .is_some_and(|sent| sent.as_bytes() == crc.as_bytes());
        let marked = token.is_none_or(|token| {
            answer.headers().get(TOKEN).is_some_and(|found| found.as_bytes() == token.as_bytes())
        });
        answer.status() == 200 && named && marked
    }
}

async fn text(request: reqwest::RequestBuilder) -> Result<String, Trouble> {
    let answer = request.send().await.map_err(Trouble::local)?;
    let status = answer.status().as_u16();
    let body = answer.text().await.map_err(Trouble::local)?;
    if status == 200 {
        return Ok(body);
    }
    let code = tags(&body, "Code").next().map(str::to_owned);
    Err(Trouble { status: Some(status), code, message: body })
}

/// The ETag of the part that is there already, from a refusal.
pub(crate) fn part_etag(refusal: &str) -> Option<String> {
    tags(refusal, "PartEtag").next().map(|etag| etag.replace("&quot;", "").trim_matches('"').to_owned())
}

fn tags<'a>(body: &'a str, tag: &str) -> impl Iterator<Item = &'a str> {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    let mut rest = body;
    std::iter::from_fn(move || {
        let start = rest.find(&open)? + open.len();
        let end = start + rest[start..].find(&close)?;
        let found = &rest[start..end];
        rest = &rest[end..];
        Some(found)
    })
}

/// Upper-case hex MD5.
pub(crate) fn md5_hex(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02X}").unwrap();
        text
    })
}

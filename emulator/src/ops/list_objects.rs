//! ListObjects in both versions: `GET /` of a bucket, and the same with `list-type=2`.

use super::{
    BodyPlan, Context, Decision, Received,
    arguments::{Encoding, bucket_name, page_size},
    bucket_facts::OWNER_ID,
    call::{Call, Scene, held},
};
use crate::{
    domain::{
        BucketName, BucketState, Object, ObjectKey,
        limits::{DEFAULT_KEYS, MAX_PAGE},
        listing::{Entry, Listing, Page, first_name, list},
        time::Iso8601Memo,
    },
    error::OssError,
    http::{Answer, RequestHead},
    xml::XmlWriter,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::StatusCode;
use std::ops::Bound;

type Found<'a> = Listing<(&'a ObjectKey, &'a Object)>;

#[derive(Debug)]
enum Version {
    One { marker: String },
    Two { start_after: String, token: Option<Token>, fetch_owner: bool },
}

/// A continuation token as sent, and the name behind it.
#[derive(Debug)]
struct Token {
    sent: String,
    after: String,
}

#[derive(Debug)]
pub(super) struct ListObjects {
    bucket: BucketName,
    encoding: Encoding,
    prefix: String,
    delimiter: String,
    max_keys: u32,
    version: Version,
}

/// OSS's own tokens end like this.
const TOKEN_END: &str = "--";

fn token_after(name: &str) -> String {
    // Only unreserved characters: three SDKs percent-decode the token although it is never encoded.
    format!("{}{TOKEN_END}", URL_SAFE_NO_PAD.encode(name))
}

fn read_token(sent: &str) -> Result<Token, OssError> {
    let name = sent
        .strip_suffix(TOKEN_END)
        .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok());
    match name {
        Some(after) => Ok(Token { sent: sent.to_owned(), after }),
        None => Err(OssError::invalid_argument("continuation-token", sent)
            .message("The continuation token provided is incorrect.")
            .ec("0015-00000404")),
    }
}

impl ListObjects {
    pub(super) fn read_v1(head: &RequestHead) -> Result<Self, OssError> {
        let marker = head.query.value("marker").unwrap_or_default().to_owned();
        Self::read(head, Version::One { marker })
    }

    pub(super) fn read_v2(head: &RequestHead) -> Result<Self, OssError> {
        let version = Version::Two {
            start_after: head.query.value("start-after").unwrap_or_default().to_owned(),
            token: head.query.value("continuation-token").map(read_token).transpose()?,
            fetch_owner: head.query.value("fetch-owner") == Some("true"),
        };
        Self::read(head, version)
    }

    fn read(head: &RequestHead, version: Version) -> Result<Self, OssError> {
        let text = |name| head.query.value(name).unwrap_or_default().to_owned();
        Ok(Self {
            bucket: bucket_name(head)?,
            encoding: Encoding::read(head)?,
            prefix: text("prefix"),
            delimiter: text("delimiter"),
            max_keys: page_size(head, "max-keys", 0, MAX_PAGE, DEFAULT_KEYS)?,
            version,
        })
    }

    fn marker(&self) -> Option<&str> {
        let marker = match &self.version {
            Version::One { marker } => marker,
            Version::Two { token: Some(token), .. } => &token.after,
            Version::Two { start_after, token: None, .. } => start_after,
        };
        (!marker.is_empty()).then_some(marker.as_str())
    }

    fn page<'a>(&self, held: &'a BucketState) -> Found<'a> {
        let page = Page { prefix: &self.prefix, delimiter: &self.delimiter, limit: self.max_keys as usize };
        let from = (first_name(&self.prefix, self.marker()), Bound::Unbounded);
        let objects = held.objects.range::<str, _>(from).map(|(key, object)| (key.as_str(), (key, object)));
        list(objects, page, self.marker())
    }

    fn document(&self, listing: &Found<'_>) -> Result<String, OssError> {
        let mut xml = XmlWriter::new("ListBucketResult");
        xml.text("Name", self.bucket.as_str());
        xml.text("Prefix", self.encoding.name(&self.prefix)?);
        match &self.version {
            Version::One { marker } => {
                xml.text("Marker", self.encoding.name(marker)?);
            }
            Version::Two { start_after, .. } if !start_after.is_empty() => {
                xml.text("StartAfter", self.encoding.name(start_after)?);
            }
            Version::Two { .. } => {}
        }
        xml.value("MaxKeys", self.max_keys).text("Delimiter", self.encoding.name(&self.delimiter)?);
        if self.encoding == Encoding::Url {
            xml.text("EncodingType", "url");
        }
        xml.value("IsTruncated", listing.truncated);
        self.next_page(&mut xml, listing)?;
        self.lines(&mut xml, listing)?;
        if let Version::Two { .. } = self.version {
            xml.value("KeyCount", listing.entries.len());
        }
        Ok(xml.finish())
    }

    fn next_page(&self, xml: &mut XmlWriter, listing: &Found<'_>) -> Result<(), OssError> {
        let last = match listing.entries.last() {
            Some(Entry::Item((key, _))) => Some(key.as_str()),
            Some(Entry::CommonPrefix(prefix)) => Some(prefix.as_str()),
            None => None,
        };
        let next = last.filter(|_| listing.truncated);
        match (&self.version, next) {
            (Version::One { .. }, Some(next)) => {
                xml.text("NextMarker", self.encoding.name(next)?);
            }
            (Version::One { .. }, None) => {}
            (Version::Two { token, .. }, next) => {
                if let Some(token) = token {
                    xml.text("ContinuationToken", &token.sent);
                }
                if let Some(next) = next {
                    xml.text("NextContinuationToken", token_after(next));
                }
            }
        }
        Ok(())
    }

    fn lines(&self, xml: &mut XmlWriter, listing: &Found<'_>) -> Result<(), OssError> {
        let with_owner = !matches!(self.version, Version::Two { fetch_owner: false, .. });
        let mut times = Iso8601Memo::default();
        for entry in &listing.entries {
            let Entry::Item((key, object)) = entry else { continue };
            xml.open("Contents")
                .text("Key", self.encoding.name(key.as_str())?)
                .text("LastModified", times.text(object.last_modified))
                .value("ETag", format_args!("\"{}\"", object.etag))
                .text("Type", object.kind.as_str())
                .value("Size", object.size)
                .text("StorageClass", object.attributes.storage_class.as_str());
            if with_owner {
                xml.open("Owner").text("ID", OWNER_ID).text("DisplayName", OWNER_ID).close();
            }
            xml.close();
        }
        for entry in &listing.entries {
            if let Entry::CommonPrefix(prefix) = entry {
                xml.open("CommonPrefixes").text("Prefix", self.encoding.name(prefix)?).close();
            }
        }
        Ok(())
    }
}

impl Call for ListObjects {
    fn writes(&self) -> bool {
        false
    }

    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        held(scene, &self.bucket)?;
        Ok(BodyPlan::None)
    }

    fn decide(
        &self,
        scene: Scene<'_>,
        _received: &Received,
        _context: &Context,
    ) -> Result<Decision, OssError> {
        let listing = self.page(held(scene, &self.bucket)?);
        Ok(Decision::read(Answer::document(StatusCode::OK, self.document(&listing)?)))
    }
}

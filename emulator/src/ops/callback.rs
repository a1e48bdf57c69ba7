//! What a request asks to be told to whom once the object is there: `x-oss-callback` and `x-oss-callback-var`, as headers
//! or in the query. Read by PutObject and CompleteMultipartUpload, carried out by the server.

use super::callback_body::{Facts, render};
use crate::{
    domain::{
        BucketName, Object, ObjectKey,
        limits::{MAX_CALLBACK_BYTES, MAX_CALLBACK_URLS},
    },
    error::OssError,
    http::{RequestHead, port_or},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::Uri;
use serde_json::{Map, Value};
use std::{net::Ipv6Addr, sync::Arc};

/// Where to tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackUrl {
    /// Name or address of the host, without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether it is called over TLS.
    pub tls: bool,
    /// The path as sent.
    pub path: String,
    /// The query without `?`, if there is one.
    pub query: Option<String>,
    /// What `Host` says.
    pub authority: String,
}

/// A callback as the request asks for it.
#[derive(Clone, Debug)]
pub struct CallbackPlan {
    told: Arc<Told>,
}

#[derive(Debug)]
struct Told {
    /// The parameter and what it was.
    sent: (&'static str, String),
    urls: Vec<CallbackUrl>,
    template: String,
    is_json: bool,
    sends_sni: bool,
    variables: Vec<(String, String)>,
}

/// A parameter that may come as a header or in the query.
struct Parameter {
    header: &'static str,
    query: &'static str,
    twice: &'static str,
    too_long: &'static str,
}

const CALLBACK: Parameter = Parameter {
    header: "x-oss-callback",
    query: "callback",
    twice: "Either the callback query string parameter or the x-oss-callback header should be specified, not both.",
    too_long: "The length of callback exceed max value.",
};

const VARIABLES: Parameter = Parameter {
    header: "x-oss-callback-var",
    query: "callback-var",
    twice: "Either the callback-var query string parameter or the x-oss-callback-var header should be specified, not both.",
    too_long: "The length of callback var exceed max value.",
};

/// A callback about an object that is there.
#[derive(Clone, Debug)]
pub struct Callback {
    told: Arc<Told>,
    facts: Facts,
}

impl Callback {
    /// To be tried in this order, until one answers well.
    pub fn urls(&self) -> &[CallbackUrl] {
        &self.told.urls
    }

    /// Whether the name of the host is sent when TLS begins. OSS documentation: Callback, `callbackSNI`; that it is, unless
    /// told otherwise, is our choice.
    pub fn sends_sni(&self) -> bool {
        self.told.sends_sni
    }

    /// The type of the body.
    pub fn content_type(&self) -> &'static str {
        if self.told.is_json { "application/json" } else { "application/x-www-form-urlencoded" }
    }

    /// The body, with its variables replaced.
    pub fn body(&self, request_id: &str, client: &str) -> String {
        let facts = self.facts.with("reqId", request_id).with("clientIp", client);
        render(&self.told.template, self.told.is_json, &facts, &self.told.variables)
    }
}

impl CallbackPlan {
    /// Reads and checks it; the object is written only when all is well. OSS documentation: Callback, and "HTTP status
    /// code 400".
    pub(super) fn read(head: &RequestHead) -> Result<Option<Self>, OssError> {
        let Some((name, sent)) = CALLBACK.given(head)? else { return Ok(None) };
        let refused = |reason: &'static str| OssError::invalid_argument(name, sent).message(reason);
        let settings = decoded(sent, &refused)?;
        let text = |field: &str| settings.get(field).and_then(Value::as_str).unwrap_or_default();
        let host = text("callbackHost");
        if host.contains(|c: char| c.is_control() || c.is_whitespace() || c == '/') {
            return Err(refused("The callback host configuration is invalid."));
        }
        let urls: Vec<&str> = text("callbackUrl").split(';').map(str::trim).collect();
        if urls.len() > MAX_CALLBACK_URLS {
            return Err(refused("The number of callback url exceed max value."));
        }
        let urls = urls.into_iter().map(|url| read_url(url, host, &refused)).collect::<Result<_, _>>()?;
        let template = text("callbackBody");
        if template.is_empty() {
            return Err(refused("The callback body is empty."));
        }
        let is_json = match text("callbackBodyType") {
            "" | "application/x-www-form-urlencoded" => false,
            "application/json" => true,
            _ => return Err(refused("The callback body type configuration is invalid.")),
        };
        let sends_sni = match settings.get("callbackSNI") {
            None => true,
            Some(Value::Bool(sends)) => *sends,
            Some(_) => return Err(refused("The callback sni is invalid.")),
        };
        let variables = variables(head)?;
        let sent = (name, sent.to_owned());
        let told = Told { sent, urls, template: template.to_owned(), is_json, sends_sni, variables };
        Ok(Some(Self { told: Arc::new(told) }))
    }

    /// To be tried in this order.
    pub fn urls(&self) -> &[CallbackUrl] {
        &self.told.urls
    }

    /// The refusal of a callback whose hosts have no address. OSS documentation: "HTTP status code 400".
    pub fn unresolved(&self) -> OssError {
        let (name, sent) = &self.told.sent;
        OssError::invalid_argument(*name, sent).message("Can not get ip by this host.")
    }

    /// The callback about this object.
    pub(super) fn about(
        &self,
        head: &RequestHead,
        (bucket, key): (&BucketName, &ObjectKey),
        object: &Object,
    ) -> Callback {
        let operation = if head.query.has("uploadId") { "CompleteMultipartUpload" } else { "PutObject" };
        let md5 = object.content_md5.map(|md5| md5.base64()).unwrap_or_default();
        let mime = object.attributes.header("content-type").unwrap_or("application/octet-stream");
        let facts = Facts::default()
            .with("bucket", bucket.as_str())
            .with("object", key.as_str())
            .with("etag", object.etag.as_str())
            .with_number("size", object.size)
            .with("mimeType", mime)
            .with("crc64", &object.crc64.to_string())
            .with("contentMd5", &md5)
            .with("operation", operation);
        Callback { told: Arc::clone(&self.told), facts }
    }
}

impl Parameter {
    /// What was sent, with the name that it was sent under.
    fn given<'h>(&self, head: &'h RequestHead) -> Result<Option<(&'static str, &'h str)>, OssError> {
        let in_header = head.header(self.header)?.filter(|sent| !sent.is_empty());
        let given = match (in_header, head.query.value(self.query)) {
            (Some(_), Some(_)) => {
                return Err(OssError::invalid_argument(self.header, "").message(self.twice));
            }
            (Some(sent), None) => (self.header, sent),
            (None, Some(sent)) => (self.query, sent),
            (None, None) => return Ok(None),
        };
        if given.1.len() > MAX_CALLBACK_BYTES {
            return Err(OssError::invalid_argument(given.0, "").message(self.too_long));
        }
        Ok(Some(given))
    }
}

fn decoded(sent: &str, refused: &impl Fn(&'static str) -> OssError) -> Result<Map<String, Value>, OssError> {
    // A plus in a query has become a space by now.
    let bytes = STANDARD
        .decode(sent.replace(' ', "+"))
        .map_err(|_| refused("The callback configuration is not base64 encoded."))?;
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(refused("The callback configuration is not json format.")),
    }
}

fn read_url(
    url: &str,
    host: &str,
    refused: &impl Fn(&'static str) -> OssError,
) -> Result<CallbackUrl, OssError> {
    let invalid = || refused("The callback url configuration is invalid.");
    // A URL may come without its scheme (OSS documentation: Callback).
    let whole = if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
    let uri: Uri = whole.parse().map_err(|_| invalid())?;
    let tls = match uri.scheme_str() {
        Some("http") => false,
        Some("https") => true,
        _ => return Err(invalid()),
    };
    let authority = uri.authority().filter(|authority| is_host(authority.host())).ok_or_else(invalid)?;
    let bare = authority.host().trim_start_matches('[').trim_end_matches(']');
    Ok(CallbackUrl {
        host: bare.to_owned(),
        port: port_or(authority, if tls { 443 } else { 80 }).ok_or_else(invalid)?,
        tls,
        path: uri.path().to_owned(),
        query: uri.query().map(str::to_owned),
        authority: if host.is_empty() { authority.to_string() } else { host.to_owned() },
    })
}

/// A name or an address. Names of containers may have underscores.
fn is_host(text: &str) -> bool {
    if let Some(address) = text.strip_prefix('[') {
        return address.strip_suffix(']').is_some_and(|address| address.parse::<Ipv6Addr>().is_ok());
    }
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    text.strip_suffix('.').unwrap_or(text).split('.').all(is_label)
}

/// Custom variables: texts by names that begin with `x:` and have no upper-case letters.
fn variables(head: &RequestHead) -> Result<Vec<(String, String)>, OssError> {
    let Some((name, sent)) = VARIABLES.given(head)? else {
        return Ok(Vec::new());
    };
    let refused = |_: &'static str| {
        OssError::invalid_argument(name, sent).message("The callback var is not expecten json.")
    };
    let fields = decoded(sent, &refused)?;
    fields
        .into_iter()
        .map(|(name, value)| match value {
            Value::String(text) if is_variable(&name) => Ok((name, text)),
            _ => Err(refused("")),
        })
        .collect()
}

fn is_variable(name: &str) -> bool {
    name.starts_with("x:") && !name.contains(char::is_uppercase)
}

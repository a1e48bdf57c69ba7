//! The headers of an upload's requests, checked before anything is sent. Made by the uploader.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::{CallbackRequest, ObjectHeaders};
use crate::machine::ErrorKind;

/// Headers by the request that carries them.
#[derive(Debug, Clone, Default)]
pub(crate) struct HeaderSets {
    /// Of Initiate.
    pub(crate) initiate: HeaderMap,
    /// Of each part.
    pub(crate) part: HeaderMap,
    /// Of Complete.
    pub(crate) complete: HeaderMap,
    /// Of an object sent in one request: all of them.
    pub(crate) put: HeaderMap,
    /// Whether the answer to the commit comes from the caller's application.
    pub(crate) callback: bool,
}

fn add(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), ErrorKind> {
    let invalid =
        |what: &str| ErrorKind::InvalidArgument(format!("header {name:?}: its {what} is not valid"));
    let name = HeaderName::try_from(name).map_err(|_| invalid("name"))?;
    let value = HeaderValue::try_from(value).map_err(|_| invalid("value"))?;
    headers.append(name, value);
    Ok(())
}

impl HeaderSets {
    /// Sorts the caller's headers. Object headers go with Initiate; ACL and callback take effect at the commit (Android
    /// SDK, `BaseMultipartUploadTask`); payer and traffic limit concern the single request.
    pub(crate) fn new(object: &ObjectHeaders, callback: Option<&CallbackRequest>) -> Result<Self, ErrorKind> {
        let mut sets = Self::default();
        let initiate = &mut sets.initiate;
        for (name, value) in [
            ("content-type", &object.content_type),
            ("x-oss-storage-class", &object.storage_class),
            ("x-oss-tagging", &object.tagging),
        ] {
            if let Some(value) = value {
                add(initiate, name, value)?;
            }
        }
        for (name, value) in &object.meta {
            add(initiate, &format!("x-oss-meta-{name}"), value)?;
        }
        for (name, value) in &object.other {
            add(initiate, name, value)?;
        }
        if let Some(acl) = &object.acl {
            add(&mut sets.complete, "x-oss-object-acl", acl)?;
        }
        if let Some(limit) = object.traffic_limit {
            add(&mut sets.part, "x-oss-traffic-limit", &limit.to_string())?;
        }
        if let Some(payer) = &object.request_payer {
            for set in [&mut sets.initiate, &mut sets.part, &mut sets.complete] {
                add(set, "x-oss-request-payer", payer)?;
            }
        }
        if let Some(request) = callback.filter(|request| !request.callback.is_empty()) {
            sets.callback = true;
            add(&mut sets.complete, "x-oss-callback", &STANDARD.encode(&request.callback))?;
            if let Some(variables) = &request.variables {
                add(&mut sets.complete, "x-oss-callback-var", &STANDARD.encode(variables))?;
            }
        }
        for set in [&sets.initiate, &sets.part, &sets.complete] {
            for (name, value) in set {
                sets.put.insert(name.clone(), value.clone());
            }
        }
        Ok(sets)
    }
}

//! ListObjects (version 2), all pages.

use bytes::Bytes;
use http::Method;

use super::{Api, Call, CallError};
use crate::{
    machine::{BucketName, Operation},
    wire::{listing, listing::ListedObject},
};

impl Api {
    /// Lists the objects whose key begins with `prefix`.
    pub async fn list_objects(
        &self,
        bucket: &BucketName,
        prefix: &str,
    ) -> Result<Vec<ListedObject>, CallError> {
        let mut objects = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let mut call = Call::new(Operation::ListObjects, Method::GET, bucket.as_str())
                .parameter("list-type", "2")
                .parameter("encoding-type", "url")
                .parameter("max-keys", "1000");
            if !prefix.is_empty() {
                call = call.parameter("prefix", prefix);
            }
            if let Some(token) = &token {
                call = call.parameter("continuation-token", token.as_str());
            }
            let answer = self.request(&call, &Bytes::new()).await?;
            let page = listing::objects_page(&answer.body)?;
            objects.extend(page.objects);
            match page.next {
                None => return Ok(objects),
                Some(next) if token.as_ref() == Some(&next) => {
                    return Err(CallError::Malformed("the list of objects does not advance".to_owned()));
                }
                Some(next) => token = Some(next),
            }
        }
    }
}

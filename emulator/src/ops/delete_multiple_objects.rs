//! DeleteMultipleObjects: `POST /?delete`.

use super::{
    BodyPlan, Context, Decision, Received,
    arguments::{Encoding, bucket_name},
    body_checks::{check_document, document_plan},
    call::{Call, Scene},
};
use crate::{
    domain::{
        BucketName, ObjectKey, edit,
        limits::{MAX_DELETE_BYTES, MAX_DELETE_KEYS},
    },
    error::{Code, OssError},
    http::{Answer, BodyLength, RequestHead},
    xml::{Element, MalformedXml, XmlWriter, read_tree},
};
use http::StatusCode;
use std::collections::BTreeSet;

#[derive(Debug)]
pub(super) struct DeleteMultipleObjects {
    bucket: BucketName,
    encoding: Encoding,
}

/// What the document asks for.
struct Asked {
    quiet: bool,
    keys: Vec<ObjectKey>,
}

impl DeleteMultipleObjects {
    pub(super) fn read(head: &RequestHead) -> Result<Self, OssError> {
        let encoding = Encoding::read(head)?;
        if head.header("content-md5")?.is_none_or(str::is_empty) {
            return Err(OssError::new(Code::MissingArgument).with("ArgumentName", "Content-MD5"));
        }
        Ok(Self { bucket: bucket_name(head)?, encoding })
    }

    fn document(&self, keys: &[ObjectKey]) -> Result<String, OssError> {
        let mut xml = XmlWriter::new("DeleteResult");
        if self.encoding == Encoding::Url {
            xml.text("EncodingType", "url");
        }
        for key in keys {
            xml.open("Deleted").text("Key", self.encoding.name(key.as_str())?).close();
        }
        Ok(xml.finish())
    }
}

fn asked(body: &[u8]) -> Result<Asked, OssError> {
    let root = read_tree(body, "Delete")?;
    root.only(&["Quiet", "Object"])?;
    let quiet = match root.child_text("Quiet")? {
        None | Some("" | "false") => false,
        Some("true") => true,
        Some(other) => return Err(MalformedXml(format!("`{other}` is neither true nor false")).into()),
    };
    let objects: Vec<&Element> = root.children.iter().filter(|child| child.name == "Object").collect();
    if objects.is_empty() || objects.len() > MAX_DELETE_KEYS {
        let count = objects.len();
        return Err(MalformedXml(format!("{count} objects; 1 to {MAX_DELETE_KEYS} are allowed")).into());
    }
    let mut keys = Vec::with_capacity(objects.len());
    for object in objects {
        object.only(&["Key", "VersionId"])?;
        if object.child_text("VersionId")?.is_some_and(|version| !version.is_empty()) {
            return Err(OssError::unsupported("VersionId"));
        }
        let key = object.child("Key")?.ok_or_else(|| MalformedXml("an object needs a Key".into()))?;
        keys.push(ObjectKey::parse(&key.text)?);
    }
    Ok(Asked { quiet, keys })
}

impl Call for DeleteMultipleObjects {
    fn writes(&self) -> bool {
        true
    }

    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError> {
        document_plan(scene.head)?;
        let plan = BodyPlan::Document { max: MAX_DELETE_BYTES };
        match scene.head.length {
            BodyLength::Unstated => Err(OssError::new(Code::MissingContentLength)),
            BodyLength::Known(length) if length > MAX_DELETE_BYTES => Err(plan.overflow()),
            BodyLength::Known(_) | BodyLength::Chunked => Ok(plan),
        }
    }

    fn decide(
        &self,
        scene: Scene<'_>,
        received: &Received,
        _context: &Context,
    ) -> Result<Decision, OssError> {
        let body = received.document();
        check_document(scene.head, body)?;
        let Asked { quiet, keys } = asked(body)?;
        let answer = if quiet {
            Answer::new(StatusCode::OK)
        } else {
            Answer::document(StatusCode::OK, self.document(&keys)?)
        };
        let distinct: BTreeSet<&ObjectKey> = keys.iter().collect();
        let changes =
            distinct.into_iter().flat_map(|key| edit::delete_object(scene.state, &self.bucket, key));
        Ok(Decision::write(changes.collect(), answer))
    }
}

//! The reference: what a bucket holds, in the plainest form. Decides nothing by digests or slices: it keeps bytes.

use std::collections::BTreeMap;

use oss_emulator::domain::Md5;

/// Fewest bytes of a part that is not the last one.
const MIN_PART: usize = 102_400;

#[derive(Clone, Debug, Default)]
pub(super) struct Object {
    pub(super) bytes: Vec<u8>,
    pub(super) kind: &'static str,
    /// `None` where the tag is the server's own affair.
    pub(super) etag: Option<String>,
    pub(super) tag: Option<String>,
    pub(super) access: &'static str,
    pub(super) target: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Upload {
    pub(super) key: String,
    pub(super) id: String,
    pub(super) is_open: bool,
    pub(super) parts: BTreeMap<u8, Vec<u8>>,
}

/// A bucket. All uploads ever begun stay, the ended ones too.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    pub(super) objects: BTreeMap<String, Object>,
    pub(super) uploads: Vec<Upload>,
}

/// Status and code of a refusal.
pub(super) type Refusal = (u16, &'static str);

pub(super) const NO_SUCH_KEY: Refusal = (404, "NoSuchKey");
pub(super) const NO_SUCH_UPLOAD: Refusal = (404, "NoSuchUpload");
pub(super) const EXISTS: Refusal = (409, "FileAlreadyExists");

pub(super) fn etag(bytes: &[u8]) -> String {
    Md5::of(bytes).upper_hex()
}

impl Object {
    pub(super) fn normal(bytes: Vec<u8>) -> Self {
        Self { etag: Some(etag(&bytes)), bytes, kind: "Normal", access: "default", ..Self::default() }
    }
}

impl Bucket {
    /// What a read of a key finds.
    pub(super) fn read(&self, key: &str) -> Result<&Object, Refusal> {
        let object = self.objects.get(key).ok_or(NO_SUCH_KEY)?;
        let Some(target) = &object.target else { return Ok(object) };
        match self.objects.get(target) {
            None => Err((404, "SymlinkTargetNotExist")),
            Some(found) if found.target.is_some() => Err((400, "InvalidTargetType")),
            Some(found) => Ok(found),
        }
    }

    pub(super) fn may_write(&self, key: &str, forbid: bool) -> Result<(), Refusal> {
        if forbid && self.objects.contains_key(key) { Err(EXISTS) } else { Ok(()) }
    }

    pub(super) fn copy(&mut self, from: &str, to: &str, forbid: bool) -> Result<Object, Refusal> {
        let source = self.objects.get(from).ok_or(NO_SUCH_KEY)?;
        if source.kind == "Appendable" && from != to {
            return Err((400, "OperationNotSupported"));
        }
        self.may_write(to, forbid)?;
        let kind = if source.kind == "Multipart" { "Normal" } else { source.kind };
        let copy = Object { kind, access: "default", ..source.clone() };
        self.objects.insert(to.to_owned(), copy.clone());
        Ok(copy)
    }

    /// The length that the object has afterwards.
    pub(super) fn append(&mut self, key: &str, position: usize, piece: &[u8]) -> Result<usize, Refusal> {
        let present = self.objects.get(key);
        if present.is_some_and(|object| object.kind != "Appendable") {
            return Err((409, "ObjectNotAppendable"));
        }
        if position != present.map_or(0, |object| object.bytes.len()) {
            return Err((409, "PositionNotEqualToLength"));
        }
        let new = || Object { kind: "Appendable", access: "default", ..Object::default() };
        let object = self.objects.entry(key.to_owned()).or_insert_with(new);
        object.bytes.extend_from_slice(piece);
        Ok(object.bytes.len())
    }

    pub(super) fn upload(&mut self, at: u8) -> Option<&mut Upload> {
        let count = self.uploads.len().max(1);
        self.uploads.get_mut(usize::from(at) % count)
    }

    pub(super) fn source_of_part(&self, key: &str) -> Result<&Object, Refusal> {
        let source = self.objects.get(key).ok_or(NO_SUCH_KEY)?;
        if source.target.is_some() { Err((400, "OperationNotSupported")) } else { Ok(source) }
    }

    /// Makes an object of these parts of an upload.
    pub(super) fn complete(&mut self, at: u8, numbers: &[u8]) -> Result<&Object, Refusal> {
        let upload = self.upload(at).filter(|upload| upload.is_open).ok_or(NO_SUCH_UPLOAD)?;
        let mut parts = Vec::new();
        for number in numbers {
            parts.push(upload.parts.get(number).ok_or((400, "InvalidPart"))?.clone());
        }
        if parts.iter().rev().skip(1).any(|part| part.len() < MIN_PART) {
            return Err((400, "EntityTooSmall"));
        }
        upload.is_open = false;
        let key = upload.key.clone();
        let tags: String = parts.iter().map(|part| etag(part)).collect();
        let object = Object {
            etag: Some(format!("{}-{}", etag(tags.as_bytes()), parts.len())),
            bytes: parts.concat(),
            kind: "Multipart",
            access: "default",
            ..Object::default()
        };
        self.objects.insert(key.clone(), object);
        Ok(&self.objects[&key])
    }
}

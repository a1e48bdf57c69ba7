//! A client that does the steps, and compares each answer with the reference.

use std::path::Path;

use oss_emulator::{Emulator, EmulatorBuilder, domain::Crc64};

use super::{
    reference::{Bucket, NO_SUCH_KEY, NO_SUCH_UPLOAD, Object, Refusal, Upload, etag},
    step::{Listed, Step},
};
use crate::support::{Answer, Raw, stopped};

pub(super) struct Session<'d> {
    directory: Option<&'d Path>,
    emulator: Emulator,
    client: Raw,
    bucket: Bucket,
    written: u8,
}

fn name(key: u8) -> String {
    // One key is the prefix of another, and one needs encoding.
    ["a", "a/b", "c d", "e"][usize::from(key) % 4].to_owned()
}

fn path(key: &str) -> String {
    format!("/bucket/{}", key.replace(' ', "%20"))
}

async fn start(directory: Option<&Path>) -> (Emulator, Raw) {
    let builder = Emulator::builder().bucket("bucket");
    let builder = directory.iter().fold(builder, EmulatorBuilder::data_dir);
    let emulator = builder.start().await.expect("the emulator starts");
    let client = Raw::connect(emulator.address()).await;
    (emulator, client)
}

fn refused(answer: &Answer, (status, code): Refusal) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert!(answer.text().contains(&format!("<Code>{code}</Code>")), "{code}: {}", answer.text());
}

fn element(answer: &Answer, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let text = answer.text();
    text.split(&open).skip(1).filter_map(|rest| Some(rest.split_once(&close)?.0.to_owned())).collect()
}

fn bounds(range: Option<(u8, u8)>, length: usize) -> Option<(usize, usize)> {
    let (first, last) = range?;
    let (first, last) = (usize::from(first), usize::from(last));
    (first <= last && last < length).then_some((first, last))
}

impl<'d> Session<'d> {
    pub(super) async fn begin(directory: Option<&'d Path>) -> Self {
        let (emulator, client) = start(directory).await;
        Self { directory, emulator, client, bucket: Bucket::default(), written: 0 }
    }

    pub(super) async fn end(self) {
        stopped(self.emulator).await;
    }

    /// Content that differs from write to write; one in eight is long enough for a part in the middle.
    fn content(&mut self, size: u8) -> Vec<u8> {
        self.written = self.written.wrapping_add(1);
        let length = usize::from(size) + if size.is_multiple_of(8) { 102_400 } else { 0 };
        (0..=u8::MAX).cycle().skip(usize::from(self.written)).take(length).collect()
    }

    async fn ask(&mut self, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.client.ask_with(method, target, headers, body).await
    }

    pub(super) async fn perform(mut self, step: Step) -> Self {
        match step {
            Step::Put { key, size, forbid } => self.put(&name(key), size, forbid).await,
            Step::Get { key, range } => self.get(&name(key), range).await,
            Step::Head { key } => self.head(&name(key)).await,
            Step::Delete { key } => {
                let answer = self.ask("DELETE", &path(&name(key)), &[], b"").await;
                assert_eq!(answer.status, 204);
                self.bucket.objects.remove(&name(key));
            }
            Step::DeleteMany { one, other } => self.delete_many(&name(one), &name(other)).await,
            Step::Copy { from, to, forbid } => self.copy(&name(from), &name(to), forbid).await,
            Step::Append { key, size, wrong } => self.append(&name(key), size, wrong).await,
            Step::Initiate { key } => self.initiate(&name(key)).await,
            Step::Part { upload, number, size } => self.part(upload, number, size).await,
            Step::PartCopy { upload, number, key, range } => {
                self.part_copy(upload, number, &name(key), range).await;
            }
            Step::Complete { upload, listed } => self.complete(upload, listed).await,
            Step::Abort { upload } => self.abort(upload).await,
            Step::ListParts { upload } => self.list_parts(upload).await,
            Step::ListObjects => self.list_objects().await,
            Step::ListUploads => self.list_uploads().await,
            Step::Tag { key, value } => self.tag(&name(key), value).await,
            Step::Tags { key } => self.tags(&name(key)).await,
            Step::Link { key, target } => self.link(&name(key), &name(target)).await,
            Step::SetAccess { key, public } => self.set_access(&name(key), public).await,
            Step::Access { key } => self.access(&name(key)).await,
            Step::Restart => return self.restart().await,
        }
        self
    }

    async fn restart(self) -> Self {
        stopped(self.emulator).await;
        let (emulator, client) = start(self.directory).await;
        Self { emulator, client, ..self }
    }

    async fn put(&mut self, key: &str, size: u8, forbid: bool) {
        let body = self.content(size);
        let flag = forbid.to_string();
        let answer = self.ask("PUT", &path(key), &[("x-oss-forbid-overwrite", &flag)], &body).await;
        if let Err(refusal) = self.bucket.may_write(key, forbid) {
            return refused(&answer, refusal);
        }
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("etag"), Some(format!("\"{}\"", etag(&body)).as_str()));
        self.bucket.objects.insert(key.to_owned(), Object::normal(body));
    }

    async fn get(&mut self, key: &str, range: Option<(u8, u8)>) {
        let header = range.map(|(first, last)| format!("bytes={first}-{last}"));
        let headers: Vec<(&str, &str)> = header.iter().map(|header| ("range", header.as_str())).collect();
        let answer = self.ask("GET", &path(key), &headers, b"").await;
        let object = match self.bucket.read(key) {
            Err(refusal) => return refused(&answer, refusal),
            Ok(object) => object,
        };
        let (status, content) = match bounds(range, object.bytes.len()) {
            Some((first, last)) => (206, &object.bytes[first..=last]),
            None => (200, object.bytes.as_slice()),
        };
        assert_eq!(answer.status, status);
        assert!(answer.body == content, "another content of {key}");
        self.told(&answer, key);
    }

    async fn head(&mut self, key: &str) {
        let answer = self.ask("HEAD", &path(key), &[], b"").await;
        match self.bucket.read(key) {
            Err((status, _)) => assert_eq!(answer.status, status),
            Ok(object) => {
                assert_eq!(answer.header("content-length"), Some(object.bytes.len().to_string().as_str()));
                self.told(&answer, key);
            }
        }
    }

    /// The headers of an object that was found.
    fn told(&self, answer: &Answer, key: &str) {
        let (named, object) = (&self.bucket.objects[key], self.bucket.read(key).expect("it was found"));
        assert_eq!(answer.header("x-oss-object-type"), Some(named.kind));
        assert_eq!(answer.header("x-oss-tagging-count"), named.tag.as_ref().map(|_| "1"));
        let crc64 = Crc64::of(&object.bytes).to_string();
        assert_eq!(answer.header("x-oss-hash-crc64ecma"), Some(crc64.as_str()));
        if let Some(etag) = &object.etag {
            assert_eq!(answer.header("etag"), Some(format!("\"{etag}\"").as_str()));
        }
    }

    async fn delete_many(&mut self, one: &str, other: &str) {
        let body =
            format!("<Delete><Object><Key>{one}</Key></Object><Object><Key>{other}</Key></Object></Delete>");
        let md5 = oss_emulator::domain::Md5::of(body.as_bytes()).base64();
        let answer = self.ask("POST", "/bucket?delete", &[("content-md5", &md5)], body.as_bytes()).await;
        assert_eq!(element(&answer, "Key"), [one, other]);
        self.bucket.objects.retain(|key, _| key != one && key != other);
    }

    async fn copy(&mut self, from: &str, to: &str, forbid: bool) {
        let (source, flag) = (path(from), forbid.to_string());
        let headers = [("x-oss-copy-source", source.as_str()), ("x-oss-forbid-overwrite", &flag)];
        let answer = self.ask("PUT", &path(to), &headers, b"").await;
        match self.bucket.copy(from, to, forbid) {
            Err(refusal) => refused(&answer, refusal),
            Ok(copy) => {
                assert_eq!(answer.status, 200, "{}", answer.text());
                if let Some(etag) = copy.etag {
                    assert_eq!(element(&answer, "ETag"), [format!("\"{etag}\"")]);
                }
            }
        }
    }

    async fn append(&mut self, key: &str, size: u8, wrong: bool) {
        let body = self.content(size);
        let length = self.bucket.objects.get(key).map_or(0, |object| object.bytes.len());
        let position = length + usize::from(wrong);
        let answer = self.ask("POST", &format!("{}?append&position={position}", path(key)), &[], &body).await;
        match self.bucket.append(key, position, &body) {
            Err(refusal) => refused(&answer, refusal),
            Ok(next) => {
                assert_eq!(answer.header("x-oss-next-append-position"), Some(next.to_string().as_str()));
            }
        }
    }

    async fn initiate(&mut self, key: &str) {
        let answer = self.ask("POST", &format!("{}?uploads", path(key)), &[], b"").await;
        let id = element(&answer, "UploadId").remove(0);
        self.bucket.uploads.push(Upload { key: key.to_owned(), id, is_open: true, parts: [].into() });
    }

    /// Where an upload is addressed; one that nobody began when there is none.
    fn address(&mut self, at: u8) -> (String, bool) {
        match self.bucket.upload(at) {
            Some(upload) => (format!("{}?uploadId={}", path(&upload.key), upload.id), upload.is_open),
            None => ("/bucket/e?uploadId=NONE".to_owned(), false),
        }
    }

    async fn part(&mut self, at: u8, number: u8, size: u8) {
        let body = self.content(size);
        let (target, is_open) = self.address(at);
        let answer = self.ask("PUT", &format!("{target}&partNumber={number}"), &[], &body).await;
        match self.bucket.upload(at).filter(|_| is_open) {
            None => refused(&answer, NO_SUCH_UPLOAD),
            Some(upload) => {
                assert_eq!(answer.header("etag"), Some(format!("\"{}\"", etag(&body)).as_str()));
                upload.parts.insert(number, body);
            }
        }
    }

    async fn part_copy(&mut self, at: u8, number: u8, key: &str, range: Option<(u8, u8)>) {
        let (target, is_open) = self.address(at);
        let (source, span) = (path(key), range.map(|(first, last)| format!("bytes={first}-{last}")));
        let mut headers = vec![("x-oss-copy-source", source.as_str())];
        headers.extend(span.iter().map(|span| ("x-oss-copy-source-range", span.as_str())));
        let answer = self.ask("PUT", &format!("{target}&partNumber={number}"), &headers, b"").await;
        if !is_open {
            return refused(&answer, NO_SUCH_UPLOAD);
        }
        let source = match self.bucket.source_of_part(key) {
            Err(refusal) => return refused(&answer, refusal),
            Ok(source) => source.bytes.clone(),
        };
        let bytes = match bounds(range, source.len()) {
            Some((first, last)) => source[first..=last].to_vec(),
            None => source,
        };
        assert_eq!(element(&answer, "ETag"), [format!("\"{}\"", etag(&bytes))], "{}", answer.text());
        if let Some(upload) = self.bucket.upload(at) {
            upload.parts.insert(number, bytes);
        }
    }

    async fn complete(&mut self, at: u8, listed: Listed) {
        let (target, _) = self.address(at);
        let parts = self.bucket.upload(at).map(|upload| upload.parts.clone()).unwrap_or_default();
        let mut wanted: Vec<(u8, String)> =
            parts.iter().map(|(number, part)| (*number, etag(part))).collect();
        match listed {
            Listed::All | Listed::ByHeader => {}
            Listed::Tail => wanted = wanted.split_off(wanted.len().min(1)),
            Listed::Unknown => wanted.push((99, etag(b"never sent"))),
        }
        let lines = wanted.iter().map(|(number, etag)| {
            format!("<Part><PartNumber>{number}</PartNumber><ETag>\"{etag}\"</ETag></Part>")
        });
        let document =
            format!("<CompleteMultipartUpload>{}</CompleteMultipartUpload>", lines.collect::<String>());
        let answer = if matches!(listed, Listed::ByHeader) {
            self.ask("POST", &target, &[("x-oss-complete-all", "yes")], b"").await
        } else {
            self.ask("POST", &target, &[], document.as_bytes()).await
        };
        let numbers: Vec<u8> = wanted.iter().map(|(number, _)| *number).collect();
        match self.bucket.complete(at, &numbers) {
            Err(refusal) => refused(&answer, refusal),
            Ok(object) => {
                assert_eq!(answer.status, 200, "{}", answer.text());
                let etag = object.etag.as_ref().map(|etag| format!("\"{etag}\""));
                assert_eq!(answer.header("etag"), etag.as_deref());
                let crc64 = Crc64::of(&object.bytes).to_string();
                assert_eq!(answer.header("x-oss-hash-crc64ecma"), Some(crc64.as_str()));
            }
        }
    }

    async fn abort(&mut self, at: u8) {
        let (target, is_open) = self.address(at);
        let answer = self.ask("DELETE", &target, &[], b"").await;
        match self.bucket.upload(at).filter(|_| is_open) {
            None => refused(&answer, NO_SUCH_UPLOAD),
            Some(upload) => {
                assert_eq!(answer.status, 204);
                upload.is_open = false;
            }
        }
    }

    async fn list_parts(&mut self, at: u8) {
        let (target, is_open) = self.address(at);
        let answer = self.ask("GET", &target, &[], b"").await;
        match self.bucket.upload(at).filter(|_| is_open) {
            None => refused(&answer, NO_SUCH_UPLOAD),
            Some(upload) => {
                let sizes: Vec<String> = upload.parts.values().map(|part| part.len().to_string()).collect();
                assert_eq!(element(&answer, "Size"), sizes);
                let tags: Vec<String> =
                    upload.parts.values().map(|part| format!("\"{}\"", etag(part))).collect();
                assert_eq!(element(&answer, "ETag"), tags);
            }
        }
    }

    async fn list_objects(&mut self) {
        let answer = self.ask("GET", "/bucket", &[], b"").await;
        let objects = &self.bucket.objects;
        assert_eq!(element(&answer, "Key"), objects.keys().cloned().collect::<Vec<_>>());
        let sizes: Vec<String> = objects.values().map(|object| object.bytes.len().to_string()).collect();
        assert_eq!(element(&answer, "Size"), sizes);
        let kinds: Vec<&str> = objects.values().map(|object| object.kind).collect();
        assert_eq!(element(&answer, "Type"), kinds);
    }

    async fn list_uploads(&mut self) {
        let answer = self.ask("GET", "/bucket?uploads", &[], b"").await;
        let open = self.bucket.uploads.iter().filter(|upload| upload.is_open);
        let mut open: Vec<(String, String)> =
            open.map(|upload| (upload.key.clone(), upload.id.clone())).collect();
        open.sort();
        open.truncate(1000);
        let told: Vec<(String, String)> =
            element(&answer, "Key").into_iter().zip(element(&answer, "UploadId")).collect();
        assert_eq!(told, open);
    }

    async fn tag(&mut self, key: &str, value: u8) {
        let body =
            format!("<Tagging><TagSet><Tag><Key>k</Key><Value>{value}</Value></Tag></TagSet></Tagging>");
        let answer = self.ask("PUT", &format!("{}?tagging", path(key)), &[], body.as_bytes()).await;
        match self.bucket.objects.get_mut(key) {
            None => refused(&answer, NO_SUCH_KEY),
            Some(object) => {
                assert_eq!(answer.status, 200);
                object.tag = Some(value.to_string());
            }
        }
    }

    async fn tags(&mut self, key: &str) {
        let answer = self.ask("GET", &format!("{}?tagging", path(key)), &[], b"").await;
        match self.bucket.objects.get(key) {
            None => refused(&answer, NO_SUCH_KEY),
            Some(object) => {
                let told: Vec<String> = object.tag.iter().cloned().collect();
                assert_eq!(element(&answer, "Value"), told);
            }
        }
    }

    async fn link(&mut self, key: &str, target: &str) {
        let sent = target.replace(' ', "%20");
        let answer =
            self.ask("PUT", &format!("{}?symlink", path(key)), &[("x-oss-symlink-target", &sent)], b"").await;
        assert_eq!(answer.status, 200);
        let link = Object {
            kind: "Symlink",
            access: "default",
            target: Some(target.to_owned()),
            ..Object::default()
        };
        self.bucket.objects.insert(key.to_owned(), link);
    }

    async fn set_access(&mut self, key: &str, public: bool) {
        let access = if public { "public-read" } else { "private" };
        let answer =
            self.ask("PUT", &format!("{}?acl", path(key)), &[("x-oss-object-acl", access)], b"").await;
        match self.bucket.objects.get_mut(key) {
            None => refused(&answer, NO_SUCH_KEY),
            Some(object) => object.access = access,
        }
    }

    async fn access(&mut self, key: &str) {
        let answer = self.ask("GET", &format!("{}?acl", path(key)), &[], b"").await;
        match self.bucket.objects.get(key) {
            None => refused(&answer, NO_SUCH_KEY),
            Some(object) => assert_eq!(element(&answer, "Grant"), [object.access]),
        }
    }
}

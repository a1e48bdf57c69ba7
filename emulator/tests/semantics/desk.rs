//! A desk that takes requests without a socket, for all tests of this binary.

use bytes::Bytes;
use jiff::Timestamp;
use oss_emulator::{
    auth::{AuthSettings, authenticate},
    error::{ErrorForm, OssError},
    http::{AddressRules, Answer, AnswerBody, RequestHead},
    ops::{BodyPlan, Context, Executed, OpSettings, Prepared, Received, execute, route},
    store::{StagedBlob, Store, StoreError},
};
use std::{future::Future, sync::Arc};

use crate::within::within;

/// The request id of every answer.
pub(crate) const REQUEST_ID: &str = "5C3D9175B6FC201293AD4890";

/// The time that the desk starts with.
pub(crate) const START: &str = "2026-11-22T08:30:00Z";

/// A bucket that a new desk has.
pub(crate) const BUCKET: &str = "bucket";

/// Runs a future that needs no reactor but the store's.
#[track_caller]
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(within("the store and its digests are done", future))
}

pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) settings: OpSettings,
    pub(crate) rules: AddressRules,
    pub(crate) auth: AuthSettings,
    pub(crate) now: Timestamp,
    fresh: u128,
}

/// A request under construction.
pub(crate) struct Ask {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Option<Bytes>,
    lengthless: bool,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) answer: Answer,
    pub(crate) body: Vec<u8>,
    pub(crate) committed: bool,
}

pub(crate) fn ask(method: &str, target: &str) -> Ask {
    Ask { method: method.into(), target: target.into(), headers: Vec::new(), body: None, lengthless: false }
}

impl Ask {
    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// States no length.
    pub(crate) fn lengthless(mut self) -> Self {
        self.lengthless = true;
        self
    }

    pub(crate) fn head(&self, rules: &AddressRules) -> Result<RequestHead, OssError> {
        let mut builder = http::Request::builder().method(self.method.as_str()).uri(self.target.as_str());
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            builder = builder.header("host", "127.0.0.1:6770");
        }
        if let (Some(body), false) = (&self.body, self.lengthless) {
            builder = builder.header("content-length", body.len());
        }
        for (name, value) in &self.headers {
            builder = builder.header(name.as_str(), value.as_bytes());
        }
        RequestHead::parse(&builder.body(()).unwrap().into_parts().0, rules)
    }
}

impl Desk {
    /// A desk with an empty bucket.
    pub(crate) fn new() -> Self {
        let mut desk = Self::without_bucket(Store::in_memory());
        assert_eq!(desk.send(ask("PUT", "/bucket").body("")).status(), 200);
        desk
    }

    pub(crate) fn without_bucket(store: Store) -> Self {
        Self {
            store,
            settings: OpSettings::default(),
            rules: AddressRules::default(),
            auth: AuthSettings::off(),
            now: START.parse().unwrap(),
            fresh: 0,
        }
    }

    pub(crate) fn send(&mut self, ask: Ask) -> Reply {
        self.send_while(ask, |_| {})
    }

    /// As [`Desk::send`], with something else happening while the body is on its way.
    #[expect(clippy::needless_pass_by_value, reason = "a request is sent once, and tests build it in place")]
    pub(crate) fn send_while(&mut self, ask: Ask, meanwhile: impl FnOnce(&mut Self)) -> Reply {
        let host = ask.headers.iter().find(|(name, _)| name == "host").map(|(_, value)| value.clone());
        let host = host.unwrap_or_else(|| "127.0.0.1:6770".into());
        let form = ErrorForm { request_id: REQUEST_ID, host_id: &host, head: ask.method == "HEAD" };
        match self.run(&ask, meanwhile) {
            Ok(executed) => {
                let body = match (&executed.answer.body, executed.content) {
                    (AnswerBody::Stored(_), Some(content)) => wait(content.read_all()).unwrap(),
                    (AnswerBody::Bytes(bytes), _) => bytes.to_vec(),
                    _ => Vec::new(),
                };
                Reply { answer: executed.answer, body, committed: executed.committed }
            }
            Err(error) => {
                let answer = error.answer(form);
                let body = match &answer.body {
                    AnswerBody::Bytes(bytes) => bytes.to_vec(),
                    _ => Vec::new(),
                };
                Reply { answer, body, committed: false }
            }
        }
    }

    fn run(&mut self, ask: &Ask, meanwhile: impl FnOnce(&mut Self)) -> Result<Executed, OssError> {
        let mut head = ask.head(&self.rules)?;
        head.settle_bucket(&self.rules, |name| self.store.view(|state| state.has_bucket(name)));
        let target = route(&head)?;
        let identity = authenticate(&head, &self.auth, self.now)?;
        let call = Prepared::new(head, target, Arc::new(self.settings.clone())).asked_by(&identity);
        let plan = self.store.view(|state| call.admit(state))?;
        let body = ask.body.clone().unwrap_or_default();
        let received = match &plan {
            BodyPlan::None => Received::None,
            BodyPlan::Stored(slices) => {
                Received::Stored(wait(self.store.pin(slices.clone()).digest()).unwrap())
            }
            BodyPlan::Blob { max, .. } | BodyPlan::Document { max } if body.len() as u64 > *max => {
                return Err(plan.overflow());
            }
            BodyPlan::Blob { .. } => Received::Blob(self.take(body)?),
            BodyPlan::Document { .. } => Received::Document(body),
        };
        meanwhile(self);
        self.fresh += 1;
        let context = Context { now: self.now, fresh: self.fresh };
        execute(&self.store, &call, &received, &context)
    }

    pub(crate) fn stage(&self, body: Bytes) -> StagedBlob {
        self.take(body).unwrap()
    }

    fn take(&self, body: Bytes) -> Result<StagedBlob, StoreError> {
        let mut writer = self.store.writer_of(Some(body.len() as u64))?;
        wait(async {
            writer.write(body).await?;
            writer.finish().await
        })
    }

    /// Opens an upload and returns its id.
    pub(crate) fn initiate(&mut self, key: &str) -> String {
        self.initiate_with(key, "uploads")
    }

    pub(crate) fn initiate_with(&mut self, key: &str, query: &str) -> String {
        self.send(ask("POST", &format!("/bucket/{key}?{query}"))).element("UploadId")
    }

    /// Uploads a part and returns its tag without quotes.
    pub(crate) fn part(&mut self, key: &str, id: &str, number: u32, body: impl Into<Bytes>) -> String {
        let target = format!("/bucket/{key}?partNumber={number}&uploadId={id}");
        let reply = self.send(ask("PUT", &target).body(body));
        assert_eq!(reply.status(), 200, "{}", reply.text());
        reply.header("etag").trim_matches('"').to_owned()
    }

    pub(crate) fn complete(&mut self, key: &str, id: &str, parts: &[(u32, &str)]) -> Reply {
        self.send(ask("POST", &format!("/bucket/{key}?uploadId={id}")).body(list_of(parts)))
    }
}

/// The body of a CompleteMultipartUpload.
pub(crate) fn list_of(parts: &[(u32, &str)]) -> String {
    let part = |(number, etag): &(u32, &str)| {
        format!("<Part><PartNumber>{number}</PartNumber><ETag>\"{etag}\"</ETag></Part>")
    };
    let parts = parts.iter().map(part).collect::<Vec<_>>().concat();
    format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>")
}

impl Reply {
    pub(crate) fn status(&self) -> u16 {
        self.answer.status.as_u16()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// The header's value; empty when it is absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.answer.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The text of the first element of that name; `-` when there is none.
    pub(crate) fn element(&self, name: &str) -> String {
        self.elements(name).into_iter().next().unwrap_or_else(|| "-".into())
    }

    pub(crate) fn elements(&self, name: &str) -> Vec<String> {
        let text = self.text();
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        text.split(&open).skip(1).filter_map(|rest| Some(rest.split_once(&close)?.0.to_owned())).collect()
    }

    /// Status, code, and whether the store changed.
    pub(crate) fn refusal(&self) -> (u16, String) {
        assert!(!self.committed);
        (self.status(), self.element("Code"))
    }
}

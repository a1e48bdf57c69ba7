//! A small world: a bucket, an open upload with one part, and a request that completes it.

use std::future::Future;

use oss_emulator::{
    Emulator,
    domain::Operation,
    fault::Plan,
    journal::{Exchange, Outcome},
};

use super::{Answer, Raw, exchange};

/// An emulator with an upload that waits to be completed.
pub(crate) struct World {
    pub(crate) emulator: Emulator,
    pub(crate) id: String,
    pub(crate) list: String,
}

pub(crate) const PART: &[u8] = b"the content of the only part";

impl World {
    /// The upload stands; no fault is armed.
    pub(crate) async fn new() -> Self {
        let emulator = Emulator::builder().bucket("bucket").start().await.expect("the emulator starts");
        let mut client = Raw::connect(emulator.address()).await;
        let initiated = client.ask("POST", "/bucket/key?uploads", b"").await.text();
        let (_, rest) = initiated.split_once("<UploadId>").expect("an upload id");
        let id = rest.split('<').next().expect("the element ends").to_owned();
        let part = client.ask("PUT", &format!("/bucket/key?partNumber=1&uploadId={id}"), PART).await;
        let etag = part.header("etag").expect("an ETag");
        let list = format!(
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{etag}</ETag></Part></CompleteMultipartUpload>"
        );
        Self { emulator, id, list }
    }

    /// Arms one rule, given as the body of its table in TOML.
    pub(crate) fn arm(&self, rule: &str) {
        let text = format!("schema = 1\nseed = 7\n[[fault]]\nid = \"it\"\n{rule}\n");
        let plan = Plan::from_toml(&text, "plan").unwrap_or_else(|error| panic!("{error}"));
        self.emulator.sandbox().faults().replace(plan);
    }

    /// Arms `action` at `point` (`@n` stands for byte 20) of the completion.
    pub(crate) fn arm_pair(&self, action: &str, point: &str) {
        let at = point.replace("@n", "@20");
        let of_connection = point.starts_with("conn.");
        let matcher = if of_connection { "" } else { "match = { operation = \"CompleteMultipartUpload\" }" };
        self.arm(&format!("{matcher}\nat = \"{at}\"\ndo = [{action}]"));
    }

    /// A connection on which the completion can be asked for at once; for `conn.reuse` it has served a request before.
    pub(crate) async fn client(&self, point: &str) -> Raw {
        let mut client = Raw::connect(self.emulator.address()).await;
        if point == "conn.reuse" {
            client.ask("HEAD", "/bucket/other", b"").await;
        }
        client
    }

    /// Asks for the completion.
    pub(crate) async fn complete(&self, client: &mut Raw) {
        client.request("POST", &format!("/bucket/key?uploadId={}", self.id), self.list.as_bytes()).await;
    }

    /// Whether the completion has taken effect.
    pub(crate) fn is_complete(&self) -> bool {
        self.emulator.sandbox().edits().object("bucket", "key").is_some()
    }

    /// The completion's exchange, once it is over.
    #[track_caller]
    pub(crate) fn exchange(&self) -> impl Future<Output = Exchange> {
        self.ended(Operation::CompleteMultipartUpload)
    }

    /// The first exchange of this operation that is over.
    #[track_caller]
    pub(crate) fn ended(&self, operation: Operation) -> impl Future<Output = Exchange> {
        exchange(&self.emulator, format!("{operation} as ended"), move |exchange| {
            exchange.operation == Some(operation) && exchange.outcome != Outcome::Open
        })
    }

    /// A request on another connection, which no fault may touch.
    pub(crate) async fn healthy(&self) -> Answer {
        let mut client = Raw::connect(self.emulator.address()).await;
        client.ask("PUT", "/bucket/healthy", b"well").await
    }

    /// How often the rule has fired.
    pub(crate) fn fired(&self) -> u64 {
        self.emulator.sandbox().faults().status()[0].fired
    }
}

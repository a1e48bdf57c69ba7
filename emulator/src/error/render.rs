//! Words a refusal: as a document, or for HEAD as a header. Called by the pipeline.

use super::OssError;
use crate::{
    http::{Answer, AnswerBody},
    xml::XmlWriter,
};
use base64::{Engine, engine::general_purpose::STANDARD};

/// What a refusal repeats from its request.
#[derive(Clone, Copy, Debug)]
pub struct ErrorForm<'a> {
    /// The id of the exchange, 24 upper-case hex digits.
    pub request_id: &'a str,
    /// `Host` as the client sent it.
    pub host_id: &'a str,
    /// Whether the method was HEAD.
    pub head: bool,
}

impl OssError {
    /// The document, in OSS's order of elements.
    pub fn document(&self, form: ErrorForm<'_>) -> String {
        let mut xml = XmlWriter::new("Error");
        xml.text("Code", self.code.as_str())
            .text(
                "Message",
                self.hint
                    .as_ref()
                    .map_or(self.message.clone(), |hint| format!("{} {hint}", self.message).into()),
            )
            .text("RequestId", form.request_id)
            .text("HostId", form.host_id);
        for (name, value) in &self.elements {
            xml.text(name, value);
        }
        if let Some(ec) = &self.ec {
            xml.text("EC", ec).text("RecommendDoc", format!("https://api.aliyun.com/troubleshoot?q={ec}"));
        }
        xml.finish()
    }

    /// The answer. The answer to HEAD has no body: the document travels in `x-oss-err`, in base64.
    pub fn answer(&self, form: ErrorForm<'_>) -> Answer {
        let document = self.document(form);
        let length = document.len() as u64;
        let mut answer = if form.head {
            let encoded = STANDARD.encode(&document);
            Answer::document(self.status, document)
                .with("x-oss-err", encoded)
                .body(AnswerBody::Withheld(length))
        } else {
            Answer::document(self.status, document)
        };
        if let Some(ec) = &self.ec {
            answer.set("x-oss-ec", ec.as_bytes());
        }
        for (name, value) in &self.headers {
            answer.set(name, value);
        }
        answer
    }
}

//! The answers that faults give in place of the server's: in OSS's style, as a bare server, or as a proxy on the way.

use http::{HeaderName, HeaderValue, StatusCode};

use super::exchange::Asked;
use crate::{
    fault::{Respond, RespondStyle},
    http::{Answer, AnswerBody},
    xml::XmlWriter,
};

/// Words an injected answer.
pub(super) fn answer(respond: &Respond, asked: &Asked) -> Answer {
    let status = StatusCode::from_u16(respond.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = match (&respond.body, respond.style) {
        (Some(body), _) => Answer::new(status).body(AnswerBody::Bytes(body.clone().into())),
        (None, RespondStyle::Oss) if has_document(respond) => {
            let answer = Answer::document(status, document(respond, asked));
            if asked.is_head { headless(answer) } else { answer }
        }
        (None, RespondStyle::Html) => {
            Answer::new(status).with("content-type", "text/html").body(page(status))
        }
        (None, RespondStyle::Oss | RespondStyle::Bare) => Answer::new(status),
    };
    if asked.is_head {
        answer.body = AnswerBody::Withheld(answer.body.announced());
    }
    if matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        answer.body = AnswerBody::Empty;
    }
    for (name, value) in &respond.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            answer.headers.insert(name, value);
        }
    }
    answer
}

/// A success without a code is just that; everything else in OSS's style is an error document.
fn has_document(respond: &Respond) -> bool {
    !matches!(respond.status, 204 | 304) && (respond.status >= 300 || respond.code.is_some())
}

fn document(respond: &Respond, asked: &Asked) -> String {
    let mut xml = XmlWriter::new("Error");
    xml.text("Code", respond.code())
        .text("Message", respond.message())
        .text("RequestId", &asked.request_id)
        .text("HostId", &asked.host);
    xml.finish()
}

/// An error answer to HEAD carries its document in `x-oss-err` (observed in oss2's recordings).
fn headless(answer: Answer) -> Answer {
    use base64::{Engine, engine::general_purpose::STANDARD};
    match &answer.body {
        AnswerBody::Bytes(document) => {
            let encoded = STANDARD.encode(document);
            answer.with("x-oss-err", encoded)
        }
        _ => answer,
    }
}

fn page(status: StatusCode) -> AnswerBody {
    let title = format!("{} {}", status.as_u16(), status.canonical_reason().unwrap_or("Error"));
    let page = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    );
    AnswerBody::Bytes(page.into())
}

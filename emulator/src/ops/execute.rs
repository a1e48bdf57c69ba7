//! Runs a decision against the store. Called by the pipeline, in a task of its own when the operation writes.

use super::{BodyPlan, Callback, Context, Prepared, Received};
use crate::{
    domain::UploadId,
    error::OssError,
    http::{Answer, AnswerBody},
    store::{PinnedBody, Store},
};

/// What became of a request.
#[derive(Debug)]
pub struct Executed {
    /// The answer to send.
    pub answer: Answer,
    /// The bytes behind [`AnswerBody::Stored`], safe to read.
    pub content: Option<PinnedBody>,
    /// Whether the store was changed.
    pub committed: bool,
    /// The id that InitiateMultipartUpload made.
    pub upload: Option<UploadId>,
    /// Whom to tell before the answer goes out.
    pub callback: Option<Callback>,
}

/// Admits a call, and pins the content whose digests it needs.
pub fn admit(store: &Store, call: &Prepared) -> Result<(BodyPlan, Option<PinnedBody>), OssError> {
    store.view(|state| {
        let plan = call.admit(state)?;
        let pinned = match &plan {
            BodyPlan::Stored(slices) => Some(store.pin(slices.clone())),
            BodyPlan::None | BodyPlan::Blob { .. } | BodyPlan::Document { .. } => None,
        };
        Ok((plan, pinned))
    })
}

/// Decides and makes it happen.
pub fn execute(
    store: &Store,
    call: &Prepared,
    received: &Received,
    context: &Context,
) -> Result<Executed, OssError> {
    if !call.writes() {
        return rehearse(store, call, received, context);
    }
    store.commit(|state| {
        let decision = call.decide(state, received, context)?;
        let executed = Executed {
            content: content(store, &decision.answer),
            answer: decision.answer,
            committed: !decision.changes.is_empty(),
            upload: decision.upload,
            callback: decision.callback,
        };
        Ok((decision.changes, executed))
    })
}

/// Decides and lets it be: the answer is the one that a commit would have given, and nothing has changed.
pub fn rehearse(
    store: &Store,
    call: &Prepared,
    received: &Received,
    context: &Context,
) -> Result<Executed, OssError> {
    store.view(|state| {
        let decision = call.decide(state, received, context)?;
        Ok(Executed {
            content: content(store, &decision.answer),
            answer: decision.answer,
            committed: false,
            upload: decision.upload,
            callback: decision.callback,
        })
    })
}

fn content(store: &Store, answer: &Answer) -> Option<PinnedBody> {
    match &answer.body {
        AnswerBody::Stored(slices) => Some(store.pin(slices.clone())),
        AnswerBody::Empty | AnswerBody::Bytes(_) | AnswerBody::Withheld(_) => None,
    }
}

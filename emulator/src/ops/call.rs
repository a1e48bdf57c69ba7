//! What all operations have in common: the values that pass between the pipeline and them, and their trait.

use super::{Callback, CallbackPlan, OpSettings};
use crate::{
    domain::{BucketName, Change, Slice, State, UploadId, limits::MAX_DOCUMENT_BYTES},
    error::{Code, OssError, piece_too_large},
    http::{Answer, RequestHead},
    store::{Digested, StagedBlob},
};
use bytes::Bytes;
use jiff::Timestamp;
use std::fmt;

/// What the pipeline does with the body of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyPlan {
    /// The operation takes none. It is decided at once, even when the head announces a body (two tests of
    /// oss2 send GET with a `Content-Length` and nothing after it).
    None,
    /// Content: stream it into the store.
    Blob {
        /// Refuse more bytes than this.
        max: u64,
        /// The most bytes of the object, which is more where it grows.
        whole: u64,
    },
    /// A document: collect it.
    Document {
        /// Refuse more bytes than this.
        max: u64,
    },
    /// None, but the operation needs the digests of content that is in the store already.
    Stored(Vec<Slice>),
}

impl BodyPlan {
    /// The plan of every operation that reads XML.
    pub const DOCUMENT: Self = Self::Document { max: MAX_DOCUMENT_BYTES };

    /// The refusal of a body that is longer than the plan allows.
    pub fn overflow(&self) -> OssError {
        match self {
            Self::Document { .. } => {
                OssError::new(Code::MalformedXML).with("ErrorDetail", "the document is too long")
            }
            Self::Blob { max, whole } => piece_too_large(*max, *whole),
            Self::None | Self::Stored(_) => OssError::new(Code::EntityTooLarge),
        }
    }
}

/// The body as it arrived, following the plan.
#[derive(Debug)]
pub enum Received {
    /// The plan was [`BodyPlan::None`].
    None,
    /// Whole content, in the store.
    Blob(StagedBlob),
    /// A whole document.
    Document(Bytes),
    /// The digests that the plan asked for.
    Stored(Digested),
}

impl Received {
    pub(super) fn document(&self) -> &[u8] {
        match self {
            Self::Document(bytes) => bytes,
            Self::None | Self::Blob(_) | Self::Stored(_) => &[],
        }
    }

    pub(super) fn blob(&self) -> Result<&StagedBlob, OssError> {
        match self {
            Self::Blob(blob) => Ok(blob),
            Self::None | Self::Document(_) | Self::Stored(_) => Err(OssError::incomplete_body()),
        }
    }
}

/// What a decision may use besides state and request. Everything random or timed comes from outside.
#[derive(Clone, Debug)]
pub struct Context {
    /// The server's time.
    pub now: Timestamp,
    /// 128 fresh random bits, for an operation that makes an id.
    pub fresh: u128,
}

/// What an operation decided.
#[derive(Debug)]
pub struct Decision {
    /// To commit, in order; empty for reads.
    pub changes: Vec<Change>,
    /// To send once the changes are committed.
    pub answer: Answer,
    /// The id that InitiateMultipartUpload made.
    pub upload: Option<UploadId>,
    /// Whom to tell once the changes are committed; what they say replaces the answer.
    pub callback: Option<Callback>,
}

impl Decision {
    pub(super) fn read(answer: Answer) -> Self {
        Self { changes: Vec::new(), answer, upload: None, callback: None }
    }

    pub(super) fn write(changes: Vec<Change>, answer: Answer) -> Self {
        Self { changes, answer, upload: None, callback: None }
    }
}

/// What an operation sees of its request besides its own arguments.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene<'a> {
    pub(super) head: &'a RequestHead,
    pub(super) settings: &'a OpSettings,
    pub(super) state: &'a State,
}

/// One operation with its arguments read. Implementations are pure: they look at what they are given and
/// change nothing.
pub(super) trait Call: fmt::Debug + Send + Sync {
    /// Whether `decide` can return changes.
    fn writes(&self) -> bool;

    /// Whom it wants told once it is done.
    fn callback(&self) -> Option<&CallbackPlan> {
        None
    }

    /// The checks that need no body. Whether the bucket exists has been checked before.
    fn admit(&self, scene: Scene<'_>) -> Result<BodyPlan, OssError>;

    /// Decides. The state may be another one than `admit` saw, so that everything that matters is checked
    /// again.
    fn decide(&self, scene: Scene<'_>, received: &Received, context: &Context) -> Result<Decision, OssError>;
}

/// Every operation but two needs its bucket.
pub(super) fn held<'a>(
    scene: Scene<'a>,
    bucket: &BucketName,
) -> Result<&'a crate::domain::BucketState, OssError> {
    scene.state.bucket(bucket).ok_or_else(|| crate::error::no_such_bucket(bucket))
}

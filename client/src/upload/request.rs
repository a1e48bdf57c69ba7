//! What a caller asks for: source, destination and the rules of one upload. Read by the uploader.

use std::{fmt, path::PathBuf, sync::Arc};

use super::Source;
use crate::{
    machine::{OnCancel, OnFailure, OnPartError, limits},
    record::RecordStore,
};

/// Where the record of an upload lives. Without one an upload cannot be resumed by a later call.
#[derive(Clone, Default)]
pub enum RecordLocation {
    /// No record.
    #[default]
    None,
    /// In this directory, which must exist, under a name made from endpoint, bucket, key and the path or name of
    /// the source.
    Dir(PathBuf),
    /// In this file. If it belongs to another upload, it is left alone and a file beside it is used.
    File(PathBuf),
    /// In this store, under the name that it would have in a directory.
    Store(Arc<dyn RecordStore>),
}

impl RecordLocation {
    /// In `store`: [`crate::MemoryRecords`], or one of the application's own.
    pub fn store(store: impl RecordStore + 'static) -> Self {
        Self::Store(Arc::new(store))
    }

    /// Whether there is no place for a record.
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

impl fmt::Debug for RecordLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Dir(path) => f.debug_tuple("Dir").field(path).finish(),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Store(_) => f.write_str("Store"),
        }
    }
}

/// Headers that the object gets, sent when the upload begins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ObjectHeaders {
    /// `Content-Type`; the server chooses when absent.
    pub content_type: Option<String>,
    /// User metadata: names without the prefix `x-oss-meta-`.
    pub meta: Vec<(String, String)>,
    /// `x-oss-object-acl`, sent when the object is committed.
    pub acl: Option<String>,
    /// `x-oss-storage-class`.
    pub storage_class: Option<String>,
    /// `x-oss-tagging`, already encoded as a query.
    pub tagging: Option<String>,
    /// `x-oss-request-payer`, sent with every request of the upload.
    pub request_payer: Option<String>,
    /// `x-oss-traffic-limit` in bits a second, sent with every part.
    pub traffic_limit: Option<u64>,
    /// Any other header for the object, for example `Cache-Control`.
    pub other: Vec<(String, String)>,
}

/// The request of the server to the caller's application after the commit: JSON texts, not yet base64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallbackRequest {
    /// `x-oss-callback`: JSON with `callbackUrl`, `callbackBody` and so on.
    pub callback: String,
    /// `x-oss-callback-var`: a JSON object whose keys start with `x:`.
    pub variables: Option<String>,
}

/// One upload. Cheap to clone; a request can be used again after any outcome.
#[derive(Debug, Clone)]
pub struct UploadRequest {
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) source: Source,
    pub(crate) part_size: u64,
    pub(crate) parallelism: usize,
    pub(crate) sequential: bool,
    pub(crate) upload_token: bool,
    pub(crate) record: RecordLocation,
    pub(crate) on_cancel: OnCancel,
    pub(crate) on_failure: Option<OnFailure>,
    pub(crate) on_part_error: OnPartError,
    pub(crate) restart_on_lost_upload: bool,
    pub(crate) headers: ObjectHeaders,
    pub(crate) callback: Option<CallbackRequest>,
}

impl UploadRequest {
    /// Asks to upload `source`, a path or any other [`Source`], to `key` in `bucket`, with the defaults of the Safe profile.
    pub fn new(bucket: impl Into<String>, key: impl Into<String>, source: impl Into<Source>) -> Self {
        Self {
            bucket: bucket.into(),
            key: key.into(),
            source: source.into(),
            part_size: limits::DEFAULT_PART_SIZE,
            parallelism: limits::DEFAULT_PARALLELISM,
            sequential: false,
            upload_token: false,
            record: RecordLocation::None,
            on_cancel: OnCancel::Delete,
            on_failure: None,
            on_part_error: OnPartError::StopDispatch,
            restart_on_lost_upload: true,
            headers: ObjectHeaders::default(),
            callback: None,
        }
    }

    /// Size of every part but the last, in bytes; 1 MiB unless set. A resumed upload keeps the size that it began with.
    #[must_use]
    pub fn part_size(mut self, bytes: u64) -> Self {
        self.part_size = bytes;
        self
    }

    /// How many parts are sent at once, 1 to 100; 3 unless set.
    #[must_use]
    pub fn parallelism(mut self, parts: usize) -> Self {
        self.parallelism = parts;
        self
    }

    /// Whether the upload is begun as a sequential one; it is not unless set. OSS then takes the parts in ascending order
    /// only and gives the object a `Content-MD5`; they are sent one at a time, whatever the parallelism.
    ///
    /// A part that is stored cannot be overwritten. Where the server holds anything else than the beginning of the source,
    /// the upload is aborted and a new one begun. An upload that an earlier call began the other way is replaced when a
    /// sequential one is asked for, and continued as it is when not.
    #[must_use]
    pub fn sequential(mut self, sequential: bool) -> Self {
        self.sequential = sequential;
        self
    }

    /// Whether the object gets a random token as user metadata, `x-oss-meta-upload-token`; it does not unless set.
    ///
    /// When the answer to the commit is lost, the object is looked at. Without a token an object of the right bytes counts
    /// as committed, also when another writer put the same bytes there; with one only this upload's own object does. An
    /// upload that an earlier call began keeps the token, or the lack of one, that it began with.
    #[must_use]
    pub fn upload_token(mut self, token: bool) -> Self {
        self.upload_token = token;
        self
    }

    /// Where the record lives; nowhere unless set.
    #[must_use]
    pub fn record(mut self, location: RecordLocation) -> Self {
        self.record = location;
        self
    }

    /// What a cancel does with upload and record; they are deleted unless set, as in the mobile SDKs.
    #[must_use]
    pub fn on_cancel(mut self, mode: OnCancel) -> Self {
        self.on_cancel = mode;
        self
    }

    /// What a failure does with upload and record. Unless set they are kept when there is a record and deleted when
    /// there is none, since nobody could resume the upload then.
    #[must_use]
    pub fn on_failure(mut self, mode: OnFailure) -> Self {
        self.on_failure = Some(mode);
        self
    }

    /// What a part that failed for good means for the others; no further part is begun unless set.
    #[must_use]
    pub fn on_part_error(mut self, mode: OnPartError) -> Self {
        self.on_part_error = mode;
        self
    }

    /// Whether the call starts over, once, when the server forgets the upload on the way; it does unless set.
    #[must_use]
    pub fn restart_on_lost_upload(mut self, restart: bool) -> Self {
        self.restart_on_lost_upload = restart;
        self
    }

    /// Headers of the object.
    #[must_use]
    pub fn headers(mut self, headers: ObjectHeaders) -> Self {
        self.headers = headers;
        self
    }

    /// Asks the server to call an application after the commit: `callback` is the JSON text of `x-oss-callback`.
    #[must_use]
    pub fn callback(mut self, callback: impl Into<String>) -> Self {
        let variables = self.callback.take().and_then(|old| old.variables);
        self.callback = Some(CallbackRequest { callback: callback.into(), variables });
        self
    }

    /// Variables for the callback: the JSON text of `x-oss-callback-var`. Without a callback they have no effect.
    #[must_use]
    pub fn callback_var(mut self, variables: impl Into<String>) -> Self {
        let callback = self.callback.take().map(|old| old.callback).unwrap_or_default();
        self.callback = Some(CallbackRequest { callback, variables: Some(variables.into()) });
        self
    }
}

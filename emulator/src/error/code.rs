//! The table of error codes: one row each. Statuses, messages and EC numbers are those of OSS's
//! documentation and of recorded answers; where an operation has an EC of its own, it sets it on the error.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What is known about a code.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The status that goes with it.
    pub status: StatusCode,
    /// `EC`, where one is known.
    pub ec: Option<&'static str>,
    /// The message, unless the error has its own.
    pub message: &'static str,
}

macro_rules! codes {
    ($($code:ident $status:ident $ec:expr, $message:literal;)+) => {
        /// An error code of OSS.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Code {
            $(#[doc = concat!("`", stringify!($code), "`: ", $message)] $code,)+
        }

        impl Code {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$code),+];

            /// The text on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$code => stringify!($code)),+ }
            }

            /// Its row of the table.
            pub fn row(self) -> Row {
                match self {
                    $(Self::$code => Row { status: StatusCode::$status, ec: $ec, message: $message },)+
                }
            }
        }
    };
}

codes! {
    AccessDenied FORBIDDEN Some("0003-00000001"), "AccessDenied.";
    AccessKeyIdAndSecurityTokenNotMatch FORBIDDEN Some("0002-00000004"), "The OSS access key id and security token you provided does not match.";
    BucketAlreadyExists CONFLICT Some("0015-00000104"), "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.";
    BucketNotEmpty CONFLICT Some("0015-00000301"), "The bucket has objects. Please delete them first.";
    CallbackFailed NON_AUTHORITATIVE_INFORMATION Some("0007-00000203"), "Error status : -1.OSS can not connect to your callbackUrl, please check it.";
    EntityTooLarge BAD_REQUEST None, "Your proposed upload exceeds the maximum allowed size.";
    EntityTooSmall BAD_REQUEST Some("0042-00000213"), "Your proposed upload smaller than the minimum allowed size.";
    FileAlreadyExists CONFLICT Some("0026-00000002"), "The object you specified already exists and can not be overwritten.";
    IncompleteBody BAD_REQUEST None, "You did not provide the number of bytes specified by the Content-Length HTTP header.";
    InternalError INTERNAL_SERVER_ERROR None, "Please contact the server administrator, oss@service.aliyun.com.";
    InvalidAccessKeyId FORBIDDEN Some("0002-00000902"), "The OSS Access Key Id you provided does not exist in our records.";
    InvalidArgument BAD_REQUEST None, "Invalid Argument. Parameter is invalid.";
    InvalidBucketName BAD_REQUEST None, "The specified bucket is not valid.";
    InvalidCRC64 BAD_REQUEST None, "The x-oss-hash-crc64ecma you specified does not match what we calculated.";
    InvalidDigest BAD_REQUEST Some("0017-00000503"), "The Content-MD5 you specified was invalid.";
    InvalidEncryptionAlgorithmError BAD_REQUEST None, "The Encryption request you specified is not valid. Supported value: AES256/SM4/KMS.";
    InvalidLocationConstraint BAD_REQUEST None, "The specified location-constraint is not valid.";
    InvalidObjectName BAD_REQUEST None, "The specified object is not valid.";
    InvalidObjectState FORBIDDEN None, "The operation is not valid for the object's state.";
    InvalidPart BAD_REQUEST None, "One or more of the specified parts could not be found or the specified entity tag might not have matched the part's entity tag.";
    InvalidPartOrder BAD_REQUEST Some("0042-00000209"), "The list of parts was not in ascending order. Parts list must specified in order by part number.";
    InvalidRange RANGE_NOT_SATISFIABLE None, "The requested range cannot be satisfied.";
    InvalidRequest BAD_REQUEST None, "The request is not valid.";
    InvalidSecurityToken FORBIDDEN Some("0002-00000006"), "The security token you provided is invalid.";
    InvalidTag BAD_REQUEST None, "The TagKey you have provided is invalid.";
    InvalidTargetType BAD_REQUEST None, "The symbolic's target file type is invalid.";
    MalformedXML BAD_REQUEST Some("0042-00000205"), "The XML you provided was not well-formed or did not validate against our published schema.";
    MemoryLimitExceeded BAD_REQUEST None, "There is no room for the content of this request.";
    MethodNotAllowed METHOD_NOT_ALLOWED Some("0003-00000016"), "The specified method is not allowed against this resource.";
    MissingArgument BAD_REQUEST Some("0016-00000502"), "Missing Some Required Arguments.";
    MissingContentLength LENGTH_REQUIRED None, "You must provide the Content-Length HTTP header.";
    NoSuchBucket NOT_FOUND Some("0015-00000101"), "The specified bucket does not exist.";
    NoSuchKey NOT_FOUND Some("0026-00000001"), "The specified key does not exist.";
    NoSuchLifecycle NOT_FOUND None, "No Row found in Lifecycle Table.";
    NoSuchUpload NOT_FOUND Some("0042-00000104"), "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.";
    NotImplemented BAD_REQUEST None, "A header you provided implies functionality that is not implemented.";
    NotSymlink BAD_REQUEST None, "The object is not symlink.";
    ObjectNotAppendable CONFLICT None, "The object is not appendable";
    OperationNotSupported BAD_REQUEST None, "The operation is not supported for this resource.";
    PartAlreadyExist CONFLICT Some("0042-00000108"), "For sequential multipart upload, you can't overwrite uploaded parts.";
    PartNotSequential BAD_REQUEST Some("0042-00000105"), "For sequential multipart upload, you must upload or complete parts with sequential part number.";
    PositionNotEqualToLength CONFLICT Some("0026-00000016"), "Position is not equal to file length";
    PreconditionFailed PRECONDITION_FAILED None, "At least one of the pre-conditions you specified did not hold.";
    RepeatedTags BAD_REQUEST None, "Tag keys must be unique.";
    RequestTimeTooSkewed FORBIDDEN Some("0002-00000504"), "The difference between the request time and the current time is too large.";
    RequestTimeout BAD_REQUEST None, "Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.";
    SecurityTokenExpired FORBIDDEN Some("0002-00000007"), "The security token you provided has expired.";
    SecurityTokenNotSupported FORBIDDEN None, "This interface does not support security token.";
    RestoreAlreadyInProgress CONFLICT None, "The restore operation is in progress.";
    ServiceUnavailable SERVICE_UNAVAILABLE None, "Please reduce your request rate.";
    SignatureDoesNotMatch FORBIDDEN Some("0002-00000040"), "The request signature we calculated does not match the signature you provided. Check your key and signing method.";
    SymlinkTargetNotExist NOT_FOUND None, "The symlink target object does not exist.";
    TooManyBuckets BAD_REQUEST None, "You have attempted to create more buckets than allowed.";
}

/// The text names no code of the table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no error code that the emulator knows")]
pub struct UnknownCode(pub String);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        Self::ALL
            .iter()
            .find(|code| code.as_str() == text)
            .copied()
            .ok_or_else(|| UnknownCode(text.to_owned()))
    }
}

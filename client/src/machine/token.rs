//! A random mark on the object by which an upload knows its own commit. Made by the uploader, sent with Initiate, kept in
//! the record, compared by the machine when the outcome of Complete is unknown.

use std::{fmt, str::FromStr};

use super::Md5Digest;

/// The header that carries the token: user metadata of the object, under a name of our choice.
pub const HEADER: &str = "x-oss-meta-upload-token";

/// 128 random bits, printed as 32 hexadecimal characters.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct UploadToken([u8; 16]);

/// The text is no token of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an upload token has 32 hexadecimal characters")]
pub struct NotToken;

impl UploadToken {
    /// A token of these bits, which must be random.
    pub const fn new(random: [u8; 16]) -> Self {
        Self(random)
    }
}

impl FromStr for UploadToken {
    type Err = NotToken;

    fn from_str(text: &str) -> Result<Self, NotToken> {
        text.parse::<Md5Digest>().map(|digits| Self(digits.0)).map_err(|_| NotToken)
    }
}

impl fmt::Display for UploadToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for UploadToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UploadToken({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_printed_and_other_texts_are_none() {
        let token = UploadToken::new([0xA7; 16]);
        assert_eq!(token.to_string(), "a7".repeat(16));
        assert_eq!(token.to_string().parse(), Ok(token));
        assert_eq!("a7".parse::<UploadToken>(), Err(NotToken));
        assert_eq!("é".repeat(16).parse::<UploadToken>(), Err(NotToken));
    }
}

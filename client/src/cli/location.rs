//! `oss://BUCKET/KEY` as typed.

use std::{fmt, path::Path, str::FromStr};

/// A bucket, and perhaps a key or prefix in it. The names themselves are checked by the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OssUrl {
    pub(super) bucket: String,
    pub(super) key: String,
}

impl FromStr for OssUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix("oss://").filter(|rest| !rest.is_empty());
        let rest = rest.ok_or_else(|| format!("{text:?} is not of the form oss://BUCKET/KEY"))?;
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        Ok(Self { bucket: bucket.to_owned(), key: key.to_owned() })
    }
}

impl OssUrl {
    /// The key for a file: an empty key or one that ends in a slash gets the file's name.
    pub(super) fn key_for(&self, file: &Path) -> Result<String, String> {
        if !self.key.is_empty() && !self.key.ends_with('/') {
            return Ok(self.key.clone());
        }
        let name = file.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| {
            format!("the name of {} is not UTF-8 text; write the whole key", file.display())
        })?;
        Ok(format!("{}{name}", self.key))
    }
}

impl fmt::Display for OssUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "oss://{}/{}", self.bucket, self.key)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("oss://b/dir/key", "b", "dir/key")]
    #[case("oss://b", "b", "")]
    #[case("oss://b/", "b", "")]
    #[case("oss://b//x", "b", "/x")]
    fn a_location_is_split_at_the_first_slash(#[case] text: &str, #[case] bucket: &str, #[case] key: &str) {
        assert_eq!(text.parse(), Ok(OssUrl { bucket: bucket.to_owned(), key: key.to_owned() }));
    }

    #[rstest]
    #[case("b/key")]
    #[case("oss://")]
    #[case("s3://b/key")]
    #[case("")]
    fn what_is_no_location_is_refused(#[case] text: &str) {
        assert!(text.parse::<OssUrl>().is_err());
    }

    #[rstest]
    #[case("oss://b", "big.bin")]
    #[case("oss://b/dir/", "dir/big.bin")]
    #[case("oss://b/other", "other")]
    fn a_directory_like_key_gets_the_name_of_the_file(#[case] url: &str, #[case] key: &str) {
        let url: OssUrl = url.parse().unwrap();
        assert_eq!(url.key_for(Path::new("/tmp/big.bin")), Ok(key.to_owned()));
    }
}

//! The name of a record in its store, and what it is made from.

use std::{
    fmt::{self, Write as _},
    path::PathBuf,
};

use sha2::{Digest, Sha256};

use super::limits;
use crate::machine::Destination;

/// What a record knows a source by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SourceName {
    /// A file: its canonical path.
    Path(PathBuf),
    /// Anything else: a name of the application's choice.
    Name(String),
}

impl fmt::Display for SourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "{}", path.display()),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// What stands before the name of a source that is no file, so that it never shares a record with a file.
const NAMED: &[u8] = b"name";

/// Names the record of uploading `source` to `destination`: 64 hexadecimal digits and an extension.
///
/// Size, time and content of the source have no part in the name, or a changed file would not find the record whose upload
/// has to be continued or aborted. Each piece is preceded by its length: both mobile SDKs join the pieces as they are, and
/// bucket `ab` with key `cd` shares a record with bucket `abc` and key `d`.
pub fn record_name(destination: &Destination, source: &SourceName) -> String {
    let mut hasher = Sha256::new();
    let (mark, source): (&[&[u8]], &[u8]) = match source {
        SourceName::Path(path) => (&[], path.as_os_str().as_encoded_bytes()),
        SourceName::Name(name) => (&[NAMED], name.as_bytes()),
    };
    let destination: [&[u8]; 3] = [
        destination.endpoint.as_bytes(),
        destination.bucket.as_str().as_bytes(),
        destination.key.as_str().as_bytes(),
    ];
    for piece in destination.iter().chain(mark).chain([&source]) {
        hasher.update((piece.len() as u64).to_be_bytes());
        hasher.update(piece);
    }
    let mut name = String::with_capacity(72);
    for byte in hasher.finalize() {
        // Writing to a String cannot fail.
        let _written = write!(name, "{byte:02x}");
    }
    name.push('.');
    name.push_str(limits::EXTENSION);
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::{BucketName, ObjectKey};

    fn destination(bucket: &str, key: &str) -> Destination {
        Destination {
            endpoint: "http://127.0.0.1:1".to_owned(),
            bucket: BucketName::new(bucket).unwrap(),
            key: ObjectKey::new(key).unwrap(),
        }
    }

    fn name(bucket: &str, key: &str, source: &str) -> String {
        record_name(&destination(bucket, key), &SourceName::Path(source.into()))
    }

    /// Records of earlier releases must be found again.
    #[test]
    fn the_record_of_a_file_has_the_name_that_it_always_had() {
        let wanted = "be095dd67a5263991e9b1f48318a97c4f4803c72ef8e7c49b82a79716f2bfe9d.ossup";
        assert_eq!(name("bucket", "dir/key", "/tmp/source"), wanted);
    }

    #[test]
    fn a_source_called_like_a_path_has_another_record_than_the_file() {
        let named = |text: &str| record_name(&destination("abc", "k"), &SourceName::Name(text.to_owned()));
        assert_ne!(named("/f"), name("abc", "k", "/f"));
        assert_ne!(named("/f"), named("/g"));
        assert_ne!(named(""), name("abc", "k", "name"));
    }

    #[test]
    fn pieces_that_join_to_the_same_text_have_different_names() {
        assert_ne!(name("abc", "de", "/f"), name("abcd", "e", "/f"));
        assert_ne!(name("abc", "d", "/e"), name("abc", "d/e", "/"));
    }

    #[test]
    fn a_name_is_the_same_every_time_and_fits_every_file_system() {
        let long = "k".repeat(1023);
        assert_eq!(name("abc", &long, "/f"), name("abc", &long, "/f"));
        assert_eq!(name("abc", &long, "/f").len(), 64 + ".ossup".len());
    }
}

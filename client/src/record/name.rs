//! The name of a record in a record directory.

use std::{fmt::Write as _, path::Path};

use sha2::{Digest, Sha256};

use super::limits;
use crate::machine::Destination;

/// Names the record of uploading the file `source` to `destination`.
///
/// Size, time and content of the source have no part in the name, or a changed file would not find the record whose upload
/// has to be continued or aborted. Each piece is preceded by its length: both mobile SDKs join the pieces as they are, and
/// bucket `ab` with key `cd` shares a record with bucket `abc` and key `d`.
pub fn record_name(destination: &Destination, source: &Path) -> String {
    let mut hasher = Sha256::new();
    let pieces: [&[u8]; 4] = [
        destination.endpoint.as_bytes(),
        destination.bucket.as_str().as_bytes(),
        destination.key.as_str().as_bytes(),
        source.as_os_str().as_encoded_bytes(),
    ];
    for piece in pieces {
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

    fn name(bucket: &str, key: &str, source: &str) -> String {
        let destination = Destination {
            endpoint: "http://127.0.0.1:1".to_owned(),
            bucket: BucketName::new(bucket).unwrap(),
            key: ObjectKey::new(key).unwrap(),
        };
        record_name(&destination, Path::new(source))
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

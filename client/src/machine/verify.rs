//! Comparing what the server says it holds with the local digests: after a part, after the commit, and when the outcome
//! of Complete has to be found out.

use std::collections::BTreeMap;

use crc_fast::{CrcAlgorithm, checksum_combine};
use md5::{Digest, Md5};

use super::{ETag, LocalDigest, Md5Digest, ProvenPart, event::Look};

/// Checks the reply to a part. Answers the tag for Complete, or what differs.
///
/// `encrypted` tells that the server encrypts with a managed key, when tags are no MD5 even if they look like one.
pub fn part_reply(
    local: &LocalDigest,
    etag: Option<&ETag>,
    crc64: Option<u64>,
    encrypted: bool,
) -> Result<ETag, String> {
    if let Some(crc64) = crc64.filter(|crc64| *crc64 != local.crc64) {
        return Err(format!("the server stored CRC-64 {crc64}, the local bytes have {}", local.crc64));
    }
    let etag = etag.ok_or("the server's reply has no ETag")?;
    match etag.as_md5() {
        Some(md5) if md5 != local.md5 && !encrypted => {
            Err(format!("the server stored MD5 {md5}, the local bytes have {}", local.md5))
        }
        _ => Ok(etag.clone()),
    }
}

/// CRC-64 of the object that the parts make.
pub fn object_crc64(parts: &BTreeMap<u32, ProvenPart>) -> u64 {
    parts.values().fold(0, |whole, part| {
        checksum_combine(CrcAlgorithm::Crc64Xz, whole, part.digest.crc64, part.digest.size)
    })
}

/// The tag of the object that the parts make: MD5 over the texts of their tags, and their number. Observed in recorded
/// answers and computed so by the Java SDK's tests; not promised by the documentation, so never demanded.
pub fn object_etag(parts: &BTreeMap<u32, ProvenPart>) -> ETag {
    let mut hasher = Md5::new();
    for part in parts.values() {
        hasher.update(part.etag.as_str().to_ascii_uppercase().as_bytes());
    }
    ETag::new(&format!("{}-{}", Md5Digest(hasher.finalize().into()), parts.len()))
}

/// Whether the object that was looked at is the one that the parts make. Without a CRC only the tag can prove it.
pub fn object_is(look: &Look, size: u64, parts: &BTreeMap<u32, ProvenPart>) -> bool {
    let Look::Object { size: found, crc64, etag, .. } = look else { return false };
    *found == size
        && match crc64 {
            Some(crc64) => *crc64 == object_crc64(parts),
            None => etag.as_ref() == Some(&object_etag(parts)),
        }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::all_agree(Some([1; 16]), Some(5), false, true)]
    #[case::no_crc(Some([1; 16]), None, false, true)]
    #[case::other_crc(Some([1; 16]), Some(6), false, false)]
    #[case::other_md5(Some([2; 16]), Some(5), false, false)]
    #[case::other_md5_of_an_encrypted_part(Some([2; 16]), Some(5), true, true)]
    #[case::no_tag(None, Some(5), false, false)]
    fn a_reply_to_a_part_must_agree_with_the_local_bytes(
        #[case] etag: Option<[u8; 16]>,
        #[case] crc64: Option<u64>,
        #[case] encrypted: bool,
        #[case] accepted: bool,
    ) {
        let local = LocalDigest { size: 9, md5: Md5Digest([1; 16]), crc64: 5 };
        let etag = etag.map(|md5| ETag::new(&Md5Digest(md5).to_string()));
        assert_eq!(part_reply(&local, etag.as_ref(), crc64, encrypted).is_ok(), accepted);
    }

    #[test]
    fn an_opaque_tag_leaves_the_proof_to_the_crc() {
        let local = LocalDigest { size: 9, md5: Md5Digest([1; 16]), crc64: 5 };
        assert!(part_reply(&local, Some(&ETag::new("opaque")), Some(5), false).is_ok());
        assert!(part_reply(&local, Some(&ETag::new("opaque")), Some(4), false).is_err());
    }
}

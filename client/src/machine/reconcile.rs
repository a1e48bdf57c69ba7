//! Which parts on the server may stand for ranges of the source: listed, of the right size, and with digests that prove
//! the current local bytes. Timestamps have no say.

use std::collections::BTreeMap;

use super::{ETag, Layout, ListedPart, LocalDigest, Md5Digest, ProvenPart};

/// A listed part that will be taken over if the local bytes have these digests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    number: u32,
    etag: ETag,
    size: u64,
    md5: Option<Md5Digest>,
    crc64: Option<u64>,
}

/// Chooses the listed parts worth comparing with the local bytes. Of several entries for one number the last counts;
/// numbers outside the layout are ignored.
pub fn candidates(
    layout: &Layout,
    recorded: &BTreeMap<u32, ProvenPart>,
    listed: &[ListedPart],
) -> BTreeMap<u32, Candidate> {
    let last_of_each: BTreeMap<u32, &ListedPart> = listed.iter().map(|part| (part.number, part)).collect();
    last_of_each
        .into_iter()
        .filter_map(|(number, part)| {
            let range = layout.range(number)?;
            let candidate =
                (part.size == range.length).then(|| candidate(part, recorded.get(&number))).flatten()?;
            Some((number, candidate))
        })
        .collect()
}

fn candidate(part: &ListedPart, recorded: Option<&ProvenPart>) -> Option<Candidate> {
    // The record lends its digests to the server's part only while the tag is the one that the server gave for them.
    let lent = recorded.filter(|recorded| recorded.etag == part.etag).map(|recorded| recorded.digest);
    let md5 = part.etag.as_md5().filter(|_| lent.is_none_or(|lent| Some(lent.md5) == part.etag.as_md5()));
    let md5 = md5.or(lent.map(|lent| lent.md5));
    let crc64 = part.crc64.or(lent.map(|lent| lent.crc64));
    if md5.is_none() && crc64.is_none() {
        return None;
    }
    Some(Candidate { number: part.number, etag: part.etag.clone(), size: part.size, md5, crc64 })
}

impl Candidate {
    /// The part, if the local bytes are what the server holds.
    pub fn judge(&self, local: &LocalDigest) -> Option<ProvenPart> {
        let same = self.size == local.size
            && self.md5.is_none_or(|md5| md5 == local.md5)
            && self.crc64.is_none_or(|crc64| crc64 == local.crc64);
        same.then(|| ProvenPart { number: self.number, etag: self.etag.clone(), digest: *local })
    }
}

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

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::profile::Profile;

    const SIZE: u64 = 102_400;

    fn digest(byte: u8) -> LocalDigest {
        LocalDigest { size: SIZE, md5: Md5Digest([byte; 16]), crc64: u64::from(byte) }
    }

    fn hex(byte: u8) -> String {
        Md5Digest([byte; 16]).to_string()
    }

    fn listed(etag: &str, size: u64, crc64: Option<u64>) -> ListedPart {
        ListedPart { number: 1, etag: ETag::new(etag), size, crc64 }
    }

    /// The source holds part 1 as digest 7. Recorded: tag and digest. Listed: tag, size, CRC.
    #[rstest]
    #[case::agrees(Some((hex(7), 7)), &hex(7), SIZE, Some(7), true)]
    #[case::agrees_without_crc(Some((hex(7), 7)), &hex(7), SIZE, None, true)]
    #[case::tag_in_lower_case(Some((hex(7), 7)), &hex(7).to_lowercase(), SIZE, None, true)]
    #[case::unrecorded_but_md5_proves_it(None, &hex(7), SIZE, None, true)]
    #[case::unrecorded_opaque_tag_but_crc_proves_it(None, "OPAQUE", SIZE, Some(7), true)]
    #[case::unrecorded_opaque_tag_without_crc(None, "OPAQUE", SIZE, None, false)]
    #[case::recorded_opaque_tag(Some(("OPAQUE".to_owned(), 7)), "OPAQUE", SIZE, None, true)]
    #[case::recorded_opaque_tag_of_older_bytes(Some(("OPAQUE".to_owned(), 6)), "OPAQUE", SIZE, None, false)]
    #[case::encrypted_tag_that_looks_like_md5(Some((hex(9), 7)), &hex(9), SIZE, Some(7), true)]
    #[case::source_changed_since(Some((hex(6), 6)), &hex(6), SIZE, Some(6), false)]
    #[case::replaced_on_the_server(Some((hex(7), 7)), &hex(8), SIZE, Some(8), false)]
    #[case::record_is_older_than_the_server(Some((hex(6), 6)), &hex(7), SIZE, Some(7), true)]
    #[case::crc_disagrees(Some((hex(7), 7)), &hex(7), SIZE, Some(8), false)]
    #[case::other_size(Some((hex(7), 7)), &hex(7), SIZE - 1, Some(7), false)]
    fn a_listed_part_is_reused_only_with_proof_of_the_present_bytes(
        #[case] recorded: Option<(String, u8)>,
        #[case] etag: &str,
        #[case] size: u64,
        #[case] crc64: Option<u64>,
        #[case] reused: bool,
    ) {
        let layout = Layout::plan(3 * SIZE, SIZE, Profile::SAFE).unwrap();
        let recorded = recorded
            .map(|(etag, byte)| (1, ProvenPart { number: 1, etag: ETag::new(&etag), digest: digest(byte) }));
        let candidates = candidates(&layout, &recorded.into_iter().collect(), &[listed(etag, size, crc64)]);
        let part = candidates.get(&1).and_then(|candidate| candidate.judge(&digest(7)));
        assert_eq!(part.is_some(), reused);
    }

    #[test]
    fn of_two_entries_the_last_counts_and_numbers_outside_the_plan_never() {
        let layout = Layout::plan(2 * SIZE, SIZE, Profile::SAFE).unwrap();
        let mut outside = listed(&hex(7), SIZE, None);
        outside.number = 3;
        let list = [listed(&hex(7), SIZE, None), outside, listed(&hex(8), SIZE, None)];
        let candidates = candidates(&layout, &BTreeMap::new(), &list);
        assert_eq!(candidates.keys().copied().collect::<Vec<_>>(), [1]);
        assert_eq!(candidates[&1].judge(&digest(7)), None);
        assert!(candidates[&1].judge(&digest(8)).is_some());
    }
}

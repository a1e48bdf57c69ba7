//! Completion against the bytes themselves, and the state's book-keeping of what is in use.

use oss_emulator::domain::{
    Attributes, BlobId, Bucket, BucketName, Change, Crc64, ETag, Md5, ObjectKey, Part, PartNumber, Slice,
    State, Upload, UploadId,
    completion::{CompletionError, ListedPart, assemble, pick, pick_all},
    limits::MIN_PART_BYTES,
    slices_in_range, total_len,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn part(blob: u64, bytes: &[u8]) -> Part {
    Part {
        size: bytes.len() as u64,
        etag: ETag::of_content(&Md5::of(bytes)),
        crc64: Crc64::of(bytes),
        last_modified: jiff::Timestamp::UNIX_EPOCH,
        body: vec![Slice::whole(BlobId(blob), bytes.len() as u64)],
    }
}

fn upload(parts: BTreeMap<PartNumber, Part>, sequential: bool) -> Upload {
    Upload {
        key: ObjectKey::parse("key").unwrap(),
        id: UploadId::from_bits(1),
        initiated: jiff::Timestamp::UNIX_EPOCH,
        attributes: Attributes::default(),
        sequential,
        parts,
    }
}

fn number(number: u64) -> PartNumber {
    PartNumber::new(number).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn tag_and_checksum_follow_from_the_parts(contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..6)) {
        // All but the last part are padded to the least size.
        let last = contents.len().saturating_sub(1);
        let padded: Vec<Vec<u8>> = contents
            .into_iter()
            .enumerate()
            .map(|(index, mut bytes)| {
                if index != last {
                    bytes.resize(usize::try_from(MIN_PART_BYTES).unwrap() + bytes.len(), 7);
                }
                bytes
            })
            .collect();
        let parts: BTreeMap<_, _> =
            padded.iter().enumerate().map(|(index, bytes)| (number(index as u64 * 3 + 1), part(index as u64, bytes))).collect();
        let upload = upload(parts, false);
        let listed: Vec<ListedPart> = upload
            .parts
            .iter()
            .map(|(number, part)| ListedPart { number: i64::from(number.get()), etag: part.etag.quoted().to_lowercase() })
            .collect();
        let picked = pick(&upload, &listed).unwrap();
        prop_assert_eq!(&picked, &pick_all(&upload).unwrap());
        let object = assemble(&upload, &picked, jiff::Timestamp::UNIX_EPOCH);
        let whole = padded.concat();
        prop_assert_eq!(object.crc64, Crc64::of(&whole));
        prop_assert_eq!((object.size, total_len(&object.body)), (whole.len() as u64, whole.len() as u64));
        prop_assert_eq!(object.etag, ETag::of_parts(upload.parts.values().map(|part| &part.etag)));
    }

    #[test]
    fn a_list_is_accepted_exactly_when_it_ascends_within_what_was_uploaded(
        uploaded in prop::collection::btree_set(1..8_u64, 0..6),
        listed in prop::collection::vec(0..9_i64, 0..6),
        sequential in any::<bool>(),
    ) {
        let bytes = vec![0; usize::try_from(MIN_PART_BYTES).unwrap()];
        let parts = uploaded.iter().map(|&n| (number(n), part(n, &bytes))).collect();
        let upload = upload(parts, sequential);
        let etag = ETag::of_content(&Md5::of(&bytes));
        let list: Vec<_> = listed.iter().map(|&number| ListedPart { number, etag: etag.to_string() }).collect();
        let ascends = listed.windows(2).all(|pair| pair[0] < pair[1]);
        let known = listed.iter().all(|number| u64::try_from(*number).is_ok_and(|number| uploaded.contains(&number)));
        let gapless = !sequential || listed.iter().zip(1..).all(|(number, expected)| *number == expected);
        prop_assert_eq!(pick(&upload, &list).is_ok(), ascends && known && gapless);
    }

    #[test]
    fn a_range_of_slices_holds_the_bytes_of_the_range(lens in prop::collection::vec(0..5_u64, 0..6), start in 0..25_u64, len in 0..25_u64) {
        let slices: Vec<Slice> = lens.iter().enumerate().map(|(index, len)| Slice { blob: Some(BlobId(index as u64)), offset: 10, len: *len }).collect();
        let bytes = |slices: &[Slice]| -> Vec<(Option<BlobId>, u64)> {
            slices.iter().flat_map(|slice| (slice.offset..slice.offset + slice.len).map(|at| (slice.blob, at))).collect()
        };
        let all = bytes(&slices);
        let end = usize::try_from(start + len).unwrap().min(all.len());
        let expected = all.get(usize::try_from(start).unwrap()..end).unwrap_or_default();
        prop_assert_eq!(bytes(&slices_in_range(&slices, &(start..start + len))), expected);
    }
}

#[test]
fn the_first_offender_is_named() {
    let upload = upload([(number(1), part(1, b"x")), (number(2), part(2, b"y"))].into(), false);
    let listed = |numbers: &[i64]| -> Vec<ListedPart> {
        numbers.iter().map(|number| ListedPart { number: *number, etag: "?".into() }).collect()
    };
    assert_eq!(pick(&upload, &listed(&[1, 0])), Err(CompletionError::NumberOutOfRange(0)));
    assert_eq!(pick(&upload, &listed(&[2, 2])), Err(CompletionError::NotAscending { number: number(2) }));
    assert_eq!(
        pick(&upload, &listed(&[2, 5])),
        Err(CompletionError::InvalidPart { number: number(2), etag: "?".into() })
    );
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Object(u8, u64),
    DropObject(u8),
    Open(u8),
    Part(u8, u8, u64),
    DropPart(u8, u8),
    Complete(u8),
    Close(u8),
    DropBucket,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..3_u8, 0..40_u64).prop_map(|(key, blob)| Step::Object(key, blob)),
        (0..3_u8).prop_map(Step::DropObject),
        (0..3_u8).prop_map(Step::Open),
        (0..3_u8, 1..4_u8, 40..80_u64).prop_map(|(key, part, blob)| Step::Part(key, part, blob)),
        (0..3_u8, 1..4_u8).prop_map(|(key, part)| Step::DropPart(key, part)),
        (0..3_u8).prop_map(Step::Complete),
        (0..3_u8).prop_map(Step::Close),
        Just(Step::DropBucket),
    ]
}

fn changes(state: &State, bucket: &BucketName, step: Step) -> Vec<Change> {
    let key = |key: u8| ObjectKey::parse(&format!("key{key}")).unwrap();
    let id = UploadId::from_bits(1);
    let bucket = bucket.clone();
    match step {
        Step::Object(at, blob) => {
            let assembled =
                assemble(&upload(BTreeMap::new(), false), &[&part(blob, b"x")], jiff::Timestamp::UNIX_EPOCH);
            vec![Change::PutObject { bucket, key: key(at), object: assembled }]
        }
        Step::DropObject(at) => vec![Change::DeleteObject { bucket, key: key(at) }],
        Step::Open(at) => {
            let upload = Upload { key: key(at), ..upload(BTreeMap::new(), false) };
            vec![Change::PutUpload { bucket, upload }]
        }
        Step::Part(at, n, blob) => {
            vec![Change::PutPart {
                bucket,
                key: key(at),
                id,
                number: number(u64::from(n)),
                part: part(blob, b"y"),
            }]
        }
        Step::DropPart(at, n) => {
            vec![Change::DeletePart { bucket, key: key(at), id, number: number(u64::from(n)) }]
        }
        Step::Complete(at) => match state.upload(&bucket, &key(at), &id) {
            Some(upload) => {
                let parts: Vec<&Part> = upload.parts.values().collect();
                let object = assemble(upload, &parts, jiff::Timestamp::UNIX_EPOCH);
                vec![
                    Change::PutObject { bucket: bucket.clone(), key: key(at), object },
                    Change::DeleteUpload { bucket, key: key(at), id },
                ]
            }
            None => Vec::new(),
        },
        Step::Close(at) => vec![Change::DeleteUpload { bucket, key: key(at), id }],
        Step::DropBucket => vec![Change::DeleteBucket(bucket)],
    }
}

fn in_use(state: &State) -> BTreeSet<BlobId> {
    let objects = state.buckets().flat_map(|held| held.objects.values()).flat_map(|object| &object.body);
    let uploads =
        state.buckets().flat_map(|held| held.uploads.values()).flat_map(|upload| upload.parts.values());
    objects.chain(uploads.flat_map(|part| &part.body)).filter_map(|slice| slice.blob).collect()
}

proptest! {
    #[test]
    fn a_blob_is_released_exactly_when_nothing_uses_it_any_more(steps in prop::collection::vec(step(), 0..40)) {
        let bucket = BucketName::parse("bucket").unwrap();
        let mut state = State::default();
        for step in steps {
            state.apply(Change::PutBucket(Bucket::new(bucket.clone(), jiff::Timestamp::UNIX_EPOCH)));
            for change in changes(&state, &bucket, step) {
                let before = in_use(&state);
                let added: BTreeSet<BlobId> = match &change {
                    Change::PutObject { object, .. } => object.body.iter().filter_map(|slice| slice.blob).collect(),
                    Change::PutPart { part, .. } => part.body.iter().filter_map(|slice| slice.blob).collect(),
                    _ => BTreeSet::new(),
                };
                let released: BTreeSet<BlobId> = state.apply(change).into_iter().collect();
                let after = in_use(&state);
                let gone: BTreeSet<BlobId> = before.union(&added).filter(|blob| !after.contains(blob)).copied().collect();
                prop_assert_eq!(released, gone);
                prop_assert_eq!(after, state.blobs().collect::<BTreeSet<_>>());
            }
        }
    }
}

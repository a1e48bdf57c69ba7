//! A lower ceiling for bodies and objects than OSS's, and the most that memory keeps.

use crate::desk::{Ask, Desk, Reply, ask, wait};
use bytes::Bytes;
use oss_emulator::store::{Bodies, Store, StoreError};
use proptest::prelude::*;
use rstest::rstest;

const PART: u64 = 100 * 1024;

fn too_large() -> (u16, String) {
    (400, "EntityTooLarge".into())
}

fn full() -> (u16, String) {
    (400, "MemoryLimitExceeded".into())
}

fn desk_up_to(bytes: u64) -> Desk {
    let mut desk = Desk::new();
    desk.settings.max_object_bytes = bytes;
    desk
}

fn desk_within(bytes: u64) -> Desk {
    let mut desk = Desk::without_bucket(Store::in_memory_within(bytes));
    desk.send(ask("PUT", "/bucket").body(""));
    desk
}

fn put(desk: &mut Desk, key: &str, bytes: usize) -> Reply {
    desk.send(ask("PUT", &format!("/bucket/{key}")).body(vec![0; bytes]))
}

#[rstest]
#[case::put(ask("PUT", "/bucket/key"))]
#[case::append(ask("POST", "/bucket/key?append&position=0"))]
fn a_body_may_be_as_large_as_the_ceiling_and_no_larger(#[case] request: Ask) {
    let mut desk = desk_up_to(10);
    let reply = desk.send(request.body("12345678901"));
    assert_eq!(reply.refusal(), too_large());
    let message = reply.element("Message");
    assert!(message.contains("allows 10 bytes here") && message.contains("--max-object-bytes"), "{message}");
    assert_eq!(put(&mut desk, "key", 10).status(), 200);
}

#[test]
fn a_body_of_unknown_length_is_held_to_the_ceiling() {
    let mut desk = desk_up_to(10);
    let chunked = |body: &'static str| {
        ask("PUT", "/bucket/key").header("transfer-encoding", "chunked").lengthless().body(body)
    };
    let reply = desk.send(chunked("12345678901"));
    assert!(reply.element("Message").contains("--max-object-bytes"), "{}", reply.text());
    assert_eq!(reply.refusal(), too_large());
    assert_eq!(desk.send(chunked("1234567890")).status(), 200);
}

#[test]
fn parts_within_the_ceiling_make_no_object_beyond_it() {
    let mut desk = desk_up_to(PART + 5);
    let id = desk.initiate("key");
    let target = |number: u32| format!("/bucket/key?partNumber={number}&uploadId={id}");
    let length = usize::try_from(PART).unwrap();
    assert_eq!(desk.send(ask("PUT", &target(1)).body(vec![0; length + 6])).refusal(), too_large());
    let first = desk.part("key", &id, 1, vec![0; length]);
    let second = desk.part("key", &id, 2, "123456");
    assert_eq!(desk.complete("key", &id, &[(1, &first), (2, &second)]).refusal(), too_large());
    let second = desk.part("key", &id, 2, "12345");
    assert_eq!(desk.complete("key", &id, &[(1, &first), (2, &second)]).status(), 200);
}

#[test]
fn an_object_does_not_grow_beyond_the_ceiling() {
    let mut desk = desk_up_to(10);
    let append = |position: u64| ask("POST", &format!("/bucket/log?append&position={position}"));
    assert_eq!(desk.send(append(0).body("123456")).status(), 200);
    let too_much = || append(6).header("transfer-encoding", "chunked").lengthless().body("12345");
    for reply in [desk.send(append(6).body("12345")), desk.send(too_much())] {
        assert_eq!(reply.refusal(), too_large());
        assert!(reply.element("Message").contains("an object 10 bytes in all;"), "{}", reply.text());
    }
    assert_eq!(desk.send(append(6).body("1234")).status(), 200);
    assert_eq!(desk.send(append(10).body("")).status(), 200);
}

#[test]
fn what_is_larger_than_the_ceiling_is_not_copied() {
    let mut desk = Desk::new();
    put(&mut desk, "source", 11);
    desk.settings.max_object_bytes = 10;
    let id = desk.initiate("target");
    let part = format!("/bucket/target?partNumber=1&uploadId={id}");
    for target in ["/bucket/copy", &part] {
        let copy = || ask("PUT", target).header("x-oss-copy-source", "/bucket/source");
        assert_eq!(desk.send(copy()).refusal(), too_large());
    }
    let range = ask("PUT", &part).header("x-oss-copy-source", "/bucket/source");
    assert_eq!(desk.send(range.header("x-oss-copy-source-range", "bytes=0-9")).status(), 200);
}

#[test]
fn memory_takes_what_fits_and_leaves_nothing_of_the_rest() {
    let mut desk = desk_within(100);
    assert_eq!(put(&mut desk, "a", 60).status(), 200);
    let reply = put(&mut desk, "b", 41);
    let message = reply.element("Message");
    assert!(message.contains("the 100 bytes") && message.contains("--memory-limit"), "{message}");
    assert_eq!(reply.refusal(), full());
    assert_eq!(desk.send(ask("GET", "/bucket")).elements("Key"), ["a"]);
    assert_eq!(put(&mut desk, "b", 40).status(), 200);
    assert_eq!(put(&mut desk, "c", 1).refusal(), full());
    assert_eq!(put(&mut desk, "empty", 0).status(), 200);
}

#[rstest]
#[case::deleted("DELETE", "/bucket/key")]
#[case::overwritten("PUT", "/bucket/key")]
fn what_goes_makes_room(#[case] method: &str, #[case] target: &str) {
    let mut desk = desk_within(100);
    put(&mut desk, "key", 100);
    assert_eq!(put(&mut desk, "next", 100).refusal(), full());
    desk.send(ask(method, target).body(""));
    assert_eq!(put(&mut desk, "next", 100).status(), 200);
}

#[test]
fn parts_that_are_aborted_replaced_or_not_listed_make_room() {
    let mut desk = desk_within(100);
    let id = desk.initiate("key");
    desk.part("key", &id, 1, vec![0; 50]);
    desk.part("key", &id, 1, vec![1; 50]);
    desk.part("key", &id, 2, vec![2; 50]);
    assert_eq!(put(&mut desk, "other", 1).refusal(), full());
    desk.send(ask("DELETE", &format!("/bucket/key?uploadId={id}")));
    let id = desk.initiate("key");
    let listed = desk.part("key", &id, 1, vec![0; 50]);
    desk.part("key", &id, 2, vec![0; 50]);
    assert_eq!(desk.complete("key", &id, &[(1, &listed)]).status(), 200);
    assert_eq!(put(&mut desk, "other", 51).refusal(), full());
    assert_eq!(put(&mut desk, "other", 50).status(), 200);
}

#[test]
fn a_body_on_its_way_holds_the_room_that_it_announced() {
    let desk = desk_within(100);
    let first = desk.store.writer_of(Some(60)).unwrap();
    assert!(matches!(desk.store.writer_of(Some(41)).map(|_| ()), Err(StoreError::Full { limit: 100 })));
    drop(first);
    let mut unannounced = desk.store.writer().unwrap();
    let second = desk.store.writer_of(Some(95)).unwrap();
    let write =
        |writer: &mut oss_emulator::store::BodyWriter| wait(writer.write(Bytes::from_static(b"123456")));
    assert!(matches!(write(&mut unannounced), Err(StoreError::Full { .. })));
    drop(second);
    let mut short = desk.store.writer_of(Some(100)).unwrap();
    write(&mut short).unwrap();
    let short = wait(short.finish()).unwrap();
    assert!(desk.store.writer_of(Some(94)).is_ok(), "what was announced and did not come is given back");
    drop(short);
    assert!(desk.store.writer_of(Some(100)).is_ok());
}

#[test]
fn a_reader_holds_the_room_of_what_it_reads() {
    let mut desk = desk_within(100);
    let staged = desk.stage(Bytes::from(vec![0; 100]));
    let reader = desk.store.pin(vec![staged.content.slice]).stream();
    let mut reader = Box::pin(reader);
    let first = wait(futures_util::StreamExt::next(&mut reader));
    assert_eq!(first.unwrap().unwrap().len(), 100);
    drop(staged);
    assert_eq!(put(&mut desk, "key", 100).refusal(), full());
    drop(reader);
    assert_eq!(put(&mut desk, "key", 100).status(), 200);
}

#[test]
fn a_copy_takes_no_room_and_dropped_bytes_neither() {
    let mut desk = desk_within(100);
    put(&mut desk, "key", 100);
    let copy = ask("PUT", "/bucket/copy").header("x-oss-copy-source", "/bucket/key");
    assert_eq!(desk.send(copy).status(), 200);
    desk.send(ask("DELETE", "/bucket/key"));
    assert_eq!(put(&mut desk, "more", 1).refusal(), full());
    let mut dropping = Desk::without_bucket(Store::in_memory_within(10).with_bodies(Bodies::DigestOnly));
    dropping.send(ask("PUT", "/bucket").body(""));
    assert_eq!(put(&mut dropping, "key", 1000).status(), 200);
}

#[test]
fn writers_on_many_threads_never_exceed_the_limit_together() {
    let store = Store::in_memory_within(1000);
    let kept: usize = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let staged = (0..100).filter_map(|_| {
                        let mut writer = store.writer().ok()?;
                        wait(async {
                            for _ in 0..3 {
                                writer.write(Bytes::from_static(&[7; 3])).await.ok()?;
                            }
                            writer.finish().await.ok()
                        })
                    });
                    staged.collect::<Vec<_>>()
                })
            })
            .collect();
        let staged: Vec<_> = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
        staged.iter().flatten().count()
    });
    assert!((1..=111).contains(&kept), "{kept} bodies of 9 bytes");
    assert!(store.writer_of(Some(1000)).is_ok(), "all of them are gone, and their room is free");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn what_is_stored_is_what_counts(steps in prop::collection::vec((0..4_u8, 0..60_usize, any::<bool>()), 1..40)) {
        let mut desk = desk_within(100);
        let mut sizes = std::collections::BTreeMap::new();
        for (key, size, delete) in steps {
            if delete {
                desk.send(ask("DELETE", &format!("/bucket/{key}")));
                sizes.remove(&key);
                continue;
            }
            // The old content stays until the new one is whole.
            let fits = sizes.values().sum::<usize>() + size <= 100;
            prop_assert_eq!(put(&mut desk, &key.to_string(), size).status() == 200, fits);
            if fits {
                sizes.insert(key, size);
            }
        }
        let left = 100 - sizes.values().sum::<usize>();
        prop_assert!(desk.store.writer_of(Some(left as u64)).is_ok());
        prop_assert!(desk.store.writer_of(Some(left as u64 + 1)).is_err());
    }
}

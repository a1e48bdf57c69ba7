//! Objects that grow.

use crate::desk::{Desk, Reply, ask};
use oss_emulator::domain::Crc64;

fn append(desk: &mut Desk, position: u64, piece: &str) -> Reply {
    let target = format!("/bucket/log?append&position={position}");
    desk.send(ask("POST", &target).header("content-type", "text/plain").body(piece.to_owned()))
}

#[test]
fn an_object_grows_piece_by_piece() {
    let mut desk = Desk::new();
    let first = append(&mut desk, 0, "one,");
    let second = append(&mut desk, 4, "two");
    assert_eq!((first.status(), first.header("x-oss-next-append-position")), (200, "4"));
    assert_eq!((second.status(), second.header("x-oss-next-append-position")), (200, "7"));
    assert_ne!(first.header("etag"), second.header("etag"));
    assert!(second.header("etag").ends_with("00000000\""));
    let read = desk.send(ask("GET", "/bucket/log"));
    assert_eq!((read.text().as_str(), read.header("x-oss-object-type")), ("one,two", "Appendable"));
    assert_eq!(read.header("x-oss-hash-crc64ecma"), Crc64::of(b"one,two").to_string());
    assert_eq!((read.header("content-md5"), read.header("content-type")), ("", "text/plain"));
    assert_eq!(second.header("x-oss-hash-crc64ecma"), read.header("x-oss-hash-crc64ecma"));
    assert_eq!(append(&mut desk, 7, "").header("x-oss-next-append-position"), "7");
}

#[test]
fn a_wrong_position_tells_the_right_one() {
    let mut desk = Desk::new();
    let reply = append(&mut desk, 5, "x");
    assert_eq!(
        (reply.refusal(), reply.header("x-oss-next-append-position")),
        ((409, "PositionNotEqualToLength".into()), "0")
    );
    append(&mut desk, 0, "abc");
    let reply = append(&mut desk, 0, "x");
    assert_eq!(
        (reply.refusal(), reply.header("x-oss-next-append-position")),
        ((409, "PositionNotEqualToLength".into()), "3")
    );
}

#[test]
fn of_two_appends_at_one_position_the_later_one_fails() {
    let mut desk = Desk::new();
    let reply = desk.send_while(ask("POST", "/bucket/log?append&position=0").body("late"), |desk| {
        append(desk, 0, "early");
    });
    assert_eq!(reply.refusal(), (409, "PositionNotEqualToLength".into()));
    assert_eq!(desk.send(ask("GET", "/bucket/log")).text(), "early");
}

#[test]
fn overwriting_ends_the_growth() {
    let mut desk = Desk::new();
    append(&mut desk, 0, "abc");
    desk.send(ask("PUT", "/bucket/log").body("abc"));
    assert_eq!(append(&mut desk, 3, "x").refusal(), (409, "ObjectNotAppendable".into()));
}

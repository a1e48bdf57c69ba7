//! Symbolic links.

use crate::desk::{Desk, ask};

fn link(desk: &mut Desk, key: &str, target: &str) -> u16 {
    desk.send(ask("PUT", &format!("/bucket/{key}?symlink")).header("x-oss-symlink-target", target)).status()
}

#[test]
fn a_link_reads_as_its_target() {
    let mut desk = Desk::new();
    assert_eq!(link(&mut desk, "link", "a%20b"), 200);
    assert_eq!(desk.send(ask("GET", "/bucket/link")).refusal(), (404, "SymlinkTargetNotExist".into()));
    let put = desk.send(ask("PUT", "/bucket/a%20b").body("content"));
    let read = desk.send(ask("GET", "/bucket/link"));
    assert_eq!((read.text().as_str(), read.header("x-oss-object-type")), ("content", "Symlink"));
    assert_eq!(read.header("etag"), put.header("etag"));
    let link = desk.send(ask("GET", "/bucket/link?symlink"));
    assert_eq!((link.status(), link.header("x-oss-symlink-target")), (200, "a%20b"));
    assert_ne!(link.header("etag"), put.header("etag"));
}

#[test]
fn a_plus_in_a_target_is_a_space_as_the_go_sdk_writes_it() {
    let mut desk = Desk::new();
    link(&mut desk, "spaced", "a+b");
    link(&mut desk, "plus", "a%2Bb");
    assert_eq!(desk.send(ask("GET", "/bucket/spaced?symlink")).header("x-oss-symlink-target"), "a%20b");
    assert_eq!(desk.send(ask("GET", "/bucket/plus?symlink")).header("x-oss-symlink-target"), "a%2Bb");
}

#[test]
fn a_link_to_a_link_leads_nowhere() {
    let mut desk = Desk::new();
    link(&mut desk, "one", "two");
    link(&mut desk, "two", "one");
    assert_eq!(desk.send(ask("GET", "/bucket/one")).refusal(), (400, "InvalidTargetType".into()));
}

#[test]
fn deleting_a_link_leaves_its_target() {
    let mut desk = Desk::new();
    desk.send(ask("PUT", "/bucket/target").body("x"));
    link(&mut desk, "link", "target");
    desk.send(ask("DELETE", "/bucket/link"));
    assert_eq!(desk.send(ask("GET", "/bucket/target")).text(), "x");
    assert_eq!(desk.send(ask("GET", "/bucket/target?symlink")).refusal(), (400, "NotSymlink".into()));
}

#[test]
fn a_copied_link_is_a_link() {
    let mut desk = Desk::new();
    desk.send(ask("PUT", "/bucket/target").body("x"));
    link(&mut desk, "link", "target");
    desk.send(ask("PUT", "/bucket/copy").header("x-oss-copy-source", "/bucket/link"));
    assert_eq!(desk.send(ask("GET", "/bucket/copy?symlink")).header("x-oss-symlink-target"), "target");
}

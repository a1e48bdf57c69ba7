//! Archived objects that are asked back.

use crate::desk::{Desk, ask};
use jiff::SignedDuration;

#[test]
fn a_restore_takes_its_time_and_ends() {
    let mut desk = Desk::new();
    desk.send(ask("PUT", "/bucket/key").header("x-oss-storage-class", "Archive").body("x"));
    let restore = |desk: &mut Desk| {
        desk.send(ask("POST", "/bucket/key?restore").body("<RestoreRequest><Days>2</Days></RestoreRequest>"))
    };
    assert_eq!(restore(&mut desk).status(), 202);
    assert_eq!(restore(&mut desk).refusal(), (409, "RestoreAlreadyInProgress".into()));
    assert_eq!(desk.send(ask("HEAD", "/bucket/key")).header("x-oss-restore"), "ongoing-request=\"true\"");
    assert_eq!(desk.send(ask("GET", "/bucket/key")).refusal(), (403, "InvalidObjectState".into()));
    desk.now += SignedDuration::from_mins(1);
    let read = desk.send(ask("GET", "/bucket/key"));
    assert_eq!(read.text(), "x");
    assert_eq!(
        read.header("x-oss-restore"),
        "ongoing-request=\"false\", expiry-date=\"Tue, 24 Nov 2026 08:31:00 GMT\""
    );
    desk.now += SignedDuration::from_hours(24);
    assert_eq!(restore(&mut desk).status(), 200);
    desk.now += SignedDuration::from_hours(47);
    assert_eq!(desk.send(ask("GET", "/bucket/key")).text(), "x");
    desk.now += SignedDuration::from_hours(1);
    assert_eq!(desk.send(ask("GET", "/bucket/key")).refusal(), (403, "InvalidObjectState".into()));
    assert_eq!(restore(&mut desk).status(), 202);
}

#[test]
fn a_colder_class_takes_longer_and_a_better_tier_less() {
    for (class, tier, hours) in
        [("ColdArchive", "Expedited", 1), ("ColdArchive", "Standard", 5), ("DeepColdArchive", "Standard", 48)]
    {
        let mut desk = Desk::new();
        desk.send(ask("PUT", "/bucket/key").header("x-oss-storage-class", class).body("x"));
        let body = format!(
            "<RestoreRequest><Days>300</Days><JobParameters><Tier>{tier}</Tier></JobParameters></RestoreRequest>"
        );
        assert_eq!(desk.send(ask("POST", "/bucket/key?restore").body(body)).status(), 202);
        desk.now += SignedDuration::from_hours(hours) - SignedDuration::from_secs(1);
        assert_eq!(desk.send(ask("GET", "/bucket/key")).status(), 403);
        desk.now += SignedDuration::from_secs(1);
        assert_eq!(desk.send(ask("GET", "/bucket/key")).status(), 200);
    }
}

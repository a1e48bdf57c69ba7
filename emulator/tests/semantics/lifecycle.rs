//! Lifecycle rules: what is accepted and told back, and what they do at their moment.

use crate::desk::{Desk, Reply, ask};
use jiff::Timestamp;
use oss_emulator::{domain::lifecycle::due, store::StoreError};
use rstest::rstest;

pub(crate) fn put_rules(desk: &mut Desk, rules: &str) -> Reply {
    desk.send(
        ask("PUT", "/bucket?lifecycle")
            .body(format!("<LifecycleConfiguration>{rules}</LifecycleConfiguration>")),
    )
}

pub(crate) fn rule(id: &str, prefix: &str, actions: &str) -> String {
    format!("<Rule><ID>{id}</ID><Prefix>{prefix}</Prefix><Status>Enabled</Status>{actions}</Rule>")
}

fn act(desk: &Desk, at: &str) {
    let moment: Timestamp = at.parse().unwrap();
    desk.store.commit(|state| Ok::<_, StoreError>((due(state, moment), ()))).unwrap();
}

const ABORT_AFTER_A_DAY: &str = "<AbortMultipartUpload><Days>1</Days></AbortMultipartUpload>";

#[test]
fn rules_are_told_back_as_they_were_put() {
    let mut desk = Desk::new();
    assert_eq!(desk.send(ask("GET", "/bucket?lifecycle")).refusal(), (404, "NoSuchLifecycle".into()));
    let one = "<Tag><Key>k</Key><Value>v</Value></Tag><Filter><ObjectSizeGreaterThan>5</ObjectSizeGreaterThan>\
               <Not><Prefix>a/b</Prefix></Not></Filter><Expiration><Days>90</Days></Expiration>\
               <Transition><Days>30</Days><StorageClass>IA</StorageClass></Transition>";
    let two = "<Expiration><CreatedBeforeDate>2026-01-01T00:00:00.000Z</CreatedBeforeDate></Expiration>\
               <NoncurrentVersionExpiration><NoncurrentDays>3</NoncurrentDays></NoncurrentVersionExpiration>";
    let rules = format!("{}{}", rule("one", "a/", one), rule("", "b/", two));
    assert_eq!(put_rules(&mut desk, &rules).status(), 200);
    let told = desk.send(ask("GET", "/bucket?lifecycle"));
    let compact: String = told.text().lines().skip(1).map(str::trim).collect();
    assert!(compact.contains(&rule("one", "a/", one)), "{compact}");
    assert!(compact.contains(two), "{compact}");
    assert_eq!(told.elements("ID")[1].len(), 32);
    assert_eq!(desk.send(ask("DELETE", "/bucket?lifecycle")).status(), 204);
    assert_eq!(desk.send(ask("GET", "/bucket?lifecycle")).status(), 404);
}

#[rstest]
#[case::not_yet("2026-11-23T00:00:00Z", 200)]
#[case::a_day_to_the_second("2026-11-23T08:30:00Z", 200)]
#[case::more_than_a_day("2026-11-24T00:00:00Z", 404)]
fn an_upload_is_as_old_as_its_newest_part(#[case] moment: &str, #[case] status: u16) {
    let mut desk = Desk::new();
    desk.now = "2026-11-01T00:00:00Z".parse().unwrap();
    let id = desk.initiate("logs/key");
    desk.now = crate::desk::START.parse().unwrap();
    desk.part("logs/key", &id, 1, "x");
    put_rules(&mut desk, &rule("a", "logs/", ABORT_AFTER_A_DAY));
    act(&desk, moment);
    let target = format!("/bucket/logs/key?uploadId={id}");
    assert_eq!(desk.send(ask("GET", &target)).status(), status);
}

#[test]
fn after_its_end_an_upload_is_gone_everywhere_and_its_storage_is_free() {
    let mut desk = Desk::new();
    let id = desk.initiate("key");
    let etag = desk.part("key", &id, 1, "x");
    put_rules(
        &mut desk,
        &rule(
            "a",
            "",
            "<AbortMultipartUpload><CreatedBeforeDate>2026-11-23T00:00:00.000Z</CreatedBeforeDate></AbortMultipartUpload>",
        ),
    );
    act(&desk, "2026-11-23T00:00:00Z");
    let target = format!("/bucket/key?uploadId={id}");
    let part = format!("{target}&partNumber=2");
    for request in [ask("GET", &target), ask("DELETE", &target), ask("PUT", &part).body("y")] {
        assert_eq!(desk.send(request).refusal(), (404, "NoSuchUpload".into()));
    }
    assert_eq!(desk.complete("key", &id, &[(1, &etag)]).refusal(), (404, "NoSuchUpload".into()));
    assert_eq!(desk.send(ask("GET", "/bucket?uploads")).elements("Upload").len(), 0);
    assert_eq!(desk.send(ask("GET", "/bucket?stat")).element("Storage"), "0");
    assert!(desk.store.view(|state| state.blobs().next().is_none()));
}

#[test]
fn expiration_wins_and_transitions_move_to_the_coldest_class_that_has_come() {
    let mut desk = Desk::new();
    for key in ["a/old", "b/old", "c/tagged", "c/plain"] {
        desk.send(
            ask("PUT", &format!("/bucket/{key}"))
                .header("x-oss-tagging", if key == "c/tagged" { "k=v" } else { "" })
                .body("x"),
        );
    }
    let moves = "<Transition><Days>1</Days><StorageClass>IA</StorageClass></Transition>\
                 <Transition><Days>2</Days><StorageClass>Archive</StorageClass></Transition>";
    let both = format!("<Expiration><Days>3</Days></Expiration>{moves}");
    let tagged = "<Tag><Key>k</Key><Value>v</Value></Tag><Expiration><Days>1</Days></Expiration>";
    put_rules(
        &mut desk,
        &format!("{}{}{}", rule("a", "a/", &both), rule("b", "b/", moves), rule("c", "c/", tagged)),
    );
    assert_eq!(
        desk.send(ask("HEAD", "/bucket/a/old")).header("x-oss-expiration"),
        "expiry-date=\"Thu, 26 Nov 2026 00:00:00 GMT\", rule-id=\"a\""
    );
    act(&desk, "2026-11-24T00:00:00Z");
    let class = |desk: &mut Desk, key: &str| {
        desk.send(ask("HEAD", &format!("/bucket/{key}"))).header("x-oss-storage-class").to_owned()
    };
    assert_eq!((class(&mut desk, "a/old"), class(&mut desk, "c/plain")), ("IA".into(), "Standard".into()));
    assert_eq!(desk.send(ask("GET", "/bucket/c/tagged")).status(), 404);
    act(&desk, "2026-11-26T00:00:00Z");
    assert_eq!(class(&mut desk, "b/old"), "Archive");
    assert_eq!(desk.send(ask("GET", "/bucket/a/old")).refusal(), (404, "NoSuchKey".into()));
    desk.now = "2026-11-26T00:00:00Z".parse().unwrap();
    desk.send(ask("PUT", "/bucket/b/new").body("x"));
    act(&desk, "2026-11-29T00:00:00Z");
    assert_eq!(class(&mut desk, "b/new"), "Archive", "both have come");
}

#[test]
fn a_disabled_rule_does_nothing() {
    let mut desk = Desk::new();
    desk.send(ask("PUT", "/bucket/key").body("x"));
    let id = desk.initiate("key");
    let rule = format!(
        "<Rule><Prefix/><Status>Disabled</Status><Expiration><Days>1</Days></Expiration>{ABORT_AFTER_A_DAY}</Rule>"
    );
    assert_eq!(put_rules(&mut desk, &rule).status(), 200);
    act(&desk, "2027-01-01T00:00:00Z");
    assert_eq!(desk.send(ask("GET", "/bucket/key")).status(), 200);
    assert_eq!(desk.send(ask("GET", &format!("/bucket/key?uploadId={id}"))).status(), 200);
}

const EXPIRE: &str = "<Expiration><Days>9</Days></Expiration>";
const TO_IA: &str = "<Transition><Days>3</Days><StorageClass>IA</StorageClass></Transition>";

#[rstest]
#[case::no_rules("", "MalformedXML", "0015-00000231")]
#[case::no_action(&rule("a", "", ""), "MalformedXML", "0015-00000231")]
#[case::no_status(
    "<Rule><Prefix/><Expiration><Days>1</Days></Expiration></Rule>",
    "MalformedXML",
    "0015-00000231"
)]
#[case::unknown(&rule("a", "", "<Vanish/>"), "MalformedXML", "0015-00000231")]
#[case::no_days(&rule("a", "", "<Expiration/>"), "MalformedXML", "0015-00000231")]
#[case::zero_days(&rule("a", "", "<Expiration><Days>0</Days></Expiration>"), "InvalidArgument", "")]
#[case::no_midnight(&rule("a", "", "<Expiration><CreatedBeforeDate>2026-01-01T00:00:01.000Z</CreatedBeforeDate></Expiration>"), "InvalidArgument", "0014-00000087")]
#[case::two_prefixes(&rule("a", "x</Prefix><Prefix>y", EXPIRE), "MalformedXML", "0014-00000010")]
#[case::to_standard(&rule("a", "", "<Transition><Days>3</Days><StorageClass>Standard</StorageClass></Transition>"), "InvalidArgument", "")]
#[case::marker_and_days(&rule("a", "", "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker><Days>1</Days></Expiration>"), "InvalidArgument", "")]
#[case::long_id(&rule(&"i".repeat(256), "", EXPIRE), "InvalidArgument", "")]
#[case::by_access_time(&rule("a", "", "<Transition><Days>3</Days><StorageClass>IA</StorageClass><IsAccessTime>true</IsAccessTime></Transition>"), "NotImplemented", "")]
fn rules_that_make_no_sense_are_refused(#[case] rules: &str, #[case] code: &str, #[case] ec: &str) {
    let reply = put_rules(&mut Desk::new(), rules);
    assert_eq!((reply.element("Code").as_str(), reply.header("x-oss-ec")), (code, ec), "{}", reply.text());
}

#[test]
fn the_same_action_on_overlapping_prefixes_can_be_allowed() {
    let mut desk = Desk::new();
    let rules = format!("{}{}", rule("a", "x", &format!("{EXPIRE}{TO_IA}")), rule("b", "xy", EXPIRE));
    assert_eq!(put_rules(&mut desk, &rules).header("x-oss-ec"), "0014-00000084");
    let body = format!("<LifecycleConfiguration>{rules}</LifecycleConfiguration>");
    let request =
        ask("PUT", "/bucket?lifecycle").header("x-oss-allow-same-action-overlap", "true").body(body);
    assert_eq!(desk.send(request).status(), 200);
}

#[test]
fn rules_about_different_tags_may_share_a_prefix() {
    let tagged = |value: &str| format!("<Tag><Key>k</Key><Value>{value}</Value></Tag>{EXPIRE}");
    let rules = format!("{}{}", rule("a", "x", &tagged("1")), rule("b", "x", &tagged("2")));
    assert_eq!(put_rules(&mut Desk::new(), &rules).status(), 200);
}

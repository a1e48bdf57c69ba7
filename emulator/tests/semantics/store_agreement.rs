//! Random requests against both stores: the same answers, and after reopening still the same.

use crate::desk::{Ask, Desk, ask, list_of};
use oss_emulator::store::Store;
use proptest::prelude::*;

#[derive(Clone, Copy, Debug)]
enum Step {
    Put(u8, u8),
    Delete(u8),
    Initiate(u8, bool),
    Part(u8, u8, u8),
    Complete(u8, bool),
    CompleteAll(u8),
    Abort(u8),
    ForbiddenPut(u8),
    BrokenPut(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..4_u8, any::<u8>()).prop_map(|(key, fill)| Step::Put(key, fill)),
        (0..4_u8).prop_map(Step::Delete),
        (0..4_u8, any::<bool>()).prop_map(|(key, sequential)| Step::Initiate(key, sequential)),
        (0..6_u8, 1..4_u8, any::<u8>()).prop_map(|(upload, part, fill)| Step::Part(upload, part, fill)),
        (0..6_u8, any::<bool>()).prop_map(|(upload, wrong)| Step::Complete(upload, wrong)),
        (0..6_u8).prop_map(Step::CompleteAll),
        (0..6_u8).prop_map(Step::Abort),
        (0..4_u8).prop_map(Step::ForbiddenPut),
        (0..4_u8).prop_map(Step::BrokenPut),
    ]
}

/// Target, id, and the parts with their tags.
type Begun = (String, String, Vec<(u32, String)>);

/// What the client remembers: the uploads that it began, and the tags that it was told.
#[derive(Default)]
struct Client {
    uploads: Vec<Begun>,
}

impl Client {
    fn upload(&self, at: u8) -> Begun {
        let known = self.uploads.len().max(1);
        self.uploads.get(usize::from(at) % known).cloned().unwrap_or((
            "/bucket/none".into(),
            "NONE".into(),
            Vec::new(),
        ))
    }

    fn request(&self, step: Step) -> Ask {
        let object = |key: u8| format!("/bucket/dir{}/key{key}", key % 2);
        let target = |at: u8| {
            let (key, id, _) = self.upload(at);
            format!("{key}?uploadId={id}")
        };
        match step {
            Step::Put(key, fill) => ask("PUT", &object(key)).body(vec![fill; usize::from(fill)]),
            Step::Delete(key) => ask("DELETE", &object(key)),
            Step::Initiate(key, sequential) => {
                let mode = if sequential { "&sequential" } else { "" };
                ask("POST", &format!("{}?uploads{mode}", object(key)))
                    .header("x-oss-meta-key", key.to_string())
            }
            Step::Part(at, part, fill) => {
                let size = if fill % 2 == 0 { 102_400 } else { 10 };
                ask("PUT", &format!("{}&partNumber={part}", target(at))).body(vec![fill; size])
            }
            Step::Complete(at, wrong) => {
                let (.., parts) = self.upload(at);
                let mut listed: Vec<(u32, &str)> =
                    parts.iter().map(|(part, etag)| (*part, etag.as_str())).collect();
                if wrong {
                    listed.push((9999, "never"));
                }
                ask("POST", &target(at)).body(list_of(&listed))
            }
            Step::CompleteAll(at) => ask("POST", &target(at)).header("x-oss-complete-all", "yes"),
            Step::Abort(at) => ask("DELETE", &target(at)),
            Step::ForbiddenPut(key) => {
                ask("PUT", &object(key)).header("x-oss-forbid-overwrite", "true").body("once")
            }
            Step::BrokenPut(key) => {
                ask("PUT", &object(key)).header("x-oss-hash-crc64ecma", "1").body("broken")
            }
        }
    }

    fn learn(&mut self, step: Step, reply: &crate::desk::Reply) {
        match step {
            Step::Initiate(key, _) => {
                let key = format!("/bucket/dir{}/key{key}", key % 2);
                self.uploads.push((key, reply.element("UploadId"), Vec::new()));
            }
            Step::Part(at, part, _) if reply.status() == 200 && !self.uploads.is_empty() => {
                let known = self.uploads.len();
                let parts = &mut self.uploads[usize::from(at) % known].2;
                parts.retain(|(number, _)| *number != u32::from(part));
                parts.push((part.into(), reply.header("etag").trim_matches('"').to_owned()));
                parts.sort();
            }
            _ => {}
        }
    }
}

/// Everything that clients can read.
fn everything(desk: &mut Desk) -> Vec<String> {
    let mut seen = vec![
        desk.send(ask("GET", "/bucket")).text(),
        desk.send(ask("GET", "/bucket?delimiter=/")).text(),
        desk.send(ask("GET", "/bucket?uploads")).text(),
    ];
    let list = desk.send(ask("GET", "/bucket"));
    for key in list.elements("Key") {
        let object = desk.send(ask("GET", &format!("/bucket/{key}")));
        seen.push(format!("{:?} {:?}", object.answer.headers, object.body));
    }
    let uploads = desk.send(ask("GET", "/bucket?uploads"));
    for (key, id) in uploads.elements("Key").into_iter().zip(uploads.elements("UploadId")) {
        seen.push(desk.send(ask("GET", &format!("/bucket/{key}?uploadId={id}"))).text());
    }
    seen
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn both_stores_answer_alike_and_reopening_changes_nothing(steps in prop::collection::vec(step(), 1..60)) {
        let folder = tempfile::tempdir().unwrap();
        let mut memory = Desk::new();
        let seen = {
            let mut files = Desk::without_bucket(Store::open(folder.path(), false).unwrap());
            files.send(ask("PUT", "/bucket").body(""));
            let mut client = Client::default();
            for step in steps {
                let (one, other) = (memory.send(client.request(step)), files.send(client.request(step)));
                prop_assert_eq!((one.status(), one.text(), one.committed), (other.status(), other.text(), other.committed));
                client.learn(step, &one);
            }
            everything(&mut files)
        };
        prop_assert_eq!(&seen, &everything(&mut memory));
        let mut reopened = Desk::without_bucket(Store::open(folder.path(), false).unwrap());
        prop_assert_eq!(&seen, &everything(&mut reopened));
    }
}

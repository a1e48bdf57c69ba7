//! Reads the rows and compares.

use super::{
    buckets::{BUCKETS, LIFECYCLE},
    multipart::{COMPLETION, MULTIPART, PART_COPIES},
    objects::{COPIES, OBJECTS},
    scenes::{Provoke, desk, plain},
};
use crate::desk::{Desk, Reply};

struct Row {
    api: String,
    condition: String,
    status: u16,
    code: String,
    reason: String,
}

fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            c => fields.last_mut().unwrap().push(c),
        }
    }
    fields
}

fn rows() -> Vec<Row> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../conformance/vectors/errors.csv");
    let text = std::fs::read_to_string(file).unwrap();
    let row = |line| match fields(line).as_slice() {
        [api, condition, status, code, _source, reason] => Row {
            api: api.clone(),
            condition: condition.clone(),
            status: status.parse().unwrap(),
            code: code.clone(),
            reason: reason.clone(),
        },
        other => panic!("{other:?}"),
    };
    text.lines().skip(1).map(row).collect()
}

const MISSING_BUCKET: &[&str] = &["bucket does not exist", "bucket absent", "absent bucket"];
const MISSING_KEY: &[&str] = &["object absent", "absent", "key absent"];

fn general(row: &Row, desk: &mut Desk) -> Option<Reply> {
    let condition = row.condition.as_str();
    let of_bucket = row.api.ends_with("Bucket");
    if MISSING_BUCKET.iter().any(|known| condition.starts_with(known)) || (of_bucket && condition == "absent")
    {
        let request = plain(&row.api, "no-bucket", "here");
        let md5 = "nhB9nTcrtoJr2B01QqQZ1g==";
        return Some(desk.send(if row.api == "DeleteMultipleObjects" {
            request.header("content-md5", md5)
        } else {
            request
        }));
    }
    if condition.contains("name violates") || (row.api == "PutBucket" && condition == "name invalid") {
        return Some(desk.send(plain(&row.api, "UPPER_", "here")));
    }
    if condition.starts_with("key empty or longer") || condition.starts_with("key length") {
        return Some(desk.send(plain(&row.api, "bucket", &"k".repeat(1024))));
    }
    if row.status == 404
        && row.code == "NoSuchKey"
        && MISSING_KEY.iter().any(|known| condition.starts_with(known))
    {
        return Some(desk.send(plain(&row.api, "bucket", "nowhere")));
    }
    if row.code == "NoSuchUpload" && condition.starts_with("uploadId unknown") {
        return Some(desk.send(plain(&row.api, "bucket", "open")));
    }
    None
}

fn particular(row: &Row) -> Option<Provoke> {
    let tables = [MULTIPART, COMPLETION, PART_COPIES, COPIES, OBJECTS, BUCKETS, LIFECYCLE];
    let found = tables
        .into_iter()
        .flatten()
        .find(|(api, condition, _)| row.api == *api && row.condition.starts_with(condition));
    found.map(|(.., provoke)| *provoke)
}

/// The EC that a condition mentions; the first one when there are several.
fn ec(condition: &str) -> Option<&str> {
    let (_, rest) = condition.split_once("EC ")?;
    rest.get(..13).filter(|ec| ec.as_bytes()[4] == b'-')
}

#[test]
fn every_row_is_answered_as_it_says_or_has_a_reason() {
    let rows = rows();
    assert!(rows.len() > 300);
    let mut wrong = Vec::new();
    for row in rows.iter().filter(|row| row.reason.is_empty()) {
        let (mut desk, id) = desk();
        let particular = particular(row).map(|provoke| provoke(&mut desk, &id));
        let Some(reply) = particular.or_else(|| general(row, &mut desk)) else {
            wrong.push(format!("{} | {}: nothing provokes it", row.api, row.condition));
            continue;
        };
        let has_code =
            reply.status() >= 400 && row.api != "HeadObject" && !matches!(row.code.as_str(), "UNKNOWN" | "");
        let is_coded = !has_code || reply.element("Code") == row.code;
        let is_ec = ec(&row.condition).is_none_or(|ec| row.status < 400 || reply.header("x-oss-ec") == ec);
        if reply.status() != row.status || !is_coded || !is_ec {
            let (status, told) = (reply.status(), reply.element("Code"));
            wrong.push(format!(
                "{} | {}: {status} {told} {} and not {} {}",
                row.api,
                row.condition,
                reply.header("x-oss-ec"),
                row.status,
                row.code
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

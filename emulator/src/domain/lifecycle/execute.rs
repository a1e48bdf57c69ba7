//! What the rules do at their daily moment. Called by the sandbox, and by GetObject to tell when an object expires.

use super::{Expiration, Rule, When};
use crate::domain::{BucketState, Change, Object, ObjectKey, State, StorageClass, Upload};
use jiff::Timestamp;

/// Everything that the rules of all buckets do at `moment`. Expiration wins over transition. An upload is as old as
/// its newest part, or as itself when it has none: OSS's documentation counts from the last change of "the part",
/// and removing single parts would leave an upload that can never be completed as planned (our choice).
pub fn due(state: &State, moment: Timestamp) -> Vec<Change> {
    state
        .buckets()
        .filter(|held| !held.bucket.lifecycle.is_empty())
        .flat_map(|held| in_bucket(held, moment))
        .collect()
}

fn in_bucket(held: &BucketState, moment: Timestamp) -> Vec<Change> {
    let rules = &held.bucket.lifecycle;
    let bucket = &held.bucket.name;
    let uploads = held.uploads.values().filter(|upload| is_abandoned(rules, upload, moment));
    let aborted = uploads.map(|upload| Change::DeleteUpload {
        bucket: bucket.clone(),
        key: upload.key.clone(),
        id: upload.id.clone(),
    });
    let objects = held.objects.iter().filter_map(|(key, object)| {
        let (bucket, key_) = (bucket.clone(), key.clone());
        if has_expired(rules, key, object, moment) {
            return Some(Change::DeleteObject { bucket, key: key_ });
        }
        let class = colder_class(rules, key, object, moment)?;
        let mut moved = object.clone();
        moved.attributes.storage_class = class;
        moved.restored = None;
        Some(Change::PutObject { bucket, key: key_, object: moved })
    });
    aborted.chain(objects).collect()
}

fn is_abandoned(rules: &[Rule], upload: &Upload, moment: Timestamp) -> bool {
    let touched = upload.parts.values().map(|part| part.last_modified).fold(upload.initiated, Ord::max);
    rules
        .iter()
        .filter(|rule| rule.enabled && upload.key.as_str().starts_with(&rule.prefix))
        .filter_map(|rule| rule.abort)
        .any(|when| when.has_come(touched, moment))
}

fn expirations<'r>(
    rules: &'r [Rule],
    key: &ObjectKey,
    object: &Object,
) -> impl Iterator<Item = (&'r Rule, When)> {
    rules.iter().filter(move |rule| rule.covers(key, object)).filter_map(|rule| match rule.expiration {
        Some(Expiration::Objects(when)) => Some((rule, when)),
        Some(Expiration::DeleteMarkers) | None => None,
    })
}

fn has_expired(rules: &[Rule], key: &ObjectKey, object: &Object, moment: Timestamp) -> bool {
    expirations(rules, key, object).any(|(_, when)| when.has_come(object.last_modified, moment))
}

/// The coldest class that has come. Objects never move to a warmer one.
fn colder_class(rules: &[Rule], key: &ObjectKey, object: &Object, moment: Timestamp) -> Option<StorageClass> {
    let own = object.attributes.storage_class;
    rules
        .iter()
        .filter(|rule| rule.covers(key, object))
        .flat_map(|rule| &rule.transitions)
        .filter(|transition| transition.when.has_come(object.last_modified, moment))
        .map(|transition| transition.class)
        .filter(|class| class.is_colder_than(own))
        .reduce(|one, other| if other.is_colder_than(one) { other } else { one })
}

/// When an object will be old enough to be removed, and the id of the rule that says so: the earliest of all.
pub fn expiry<'r>(rules: &'r [Rule], key: &ObjectKey, object: &Object) -> Option<(Timestamp, &'r str)> {
    expirations(rules, key, object)
        .filter_map(|(rule, when)| Some((when.limit(object.last_modified)?, rule.id.as_str())))
        .min()
}

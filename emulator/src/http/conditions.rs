//! `If-Match` and its kin. Called by GetObject and HeadObject, and for the sources of copies.

use super::RequestHead;
use crate::domain::{
    ETag,
    time::{parse_http_date, whole_second},
};
use jiff::Timestamp;

/// What the conditions of a request say about an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Holds,
    /// 304.
    NotModified,
    /// 412.
    Failed,
}

/// The four conditional headers. A date that cannot be read counts as absent (RFC 9110, 13.1.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    matching: Option<String>,
    none_matching: Option<String>,
    modified_since: Option<Timestamp>,
    unmodified_since: Option<Timestamp>,
}

impl Conditions {
    /// Reads them from a head.
    pub fn read(head: &RequestHead) -> Self {
        Self::of(head, ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"])
    }

    /// Reads those about the source of a copy.
    pub fn read_of_source(head: &RequestHead) -> Self {
        Self::of(
            head,
            [
                "x-oss-copy-source-if-match",
                "x-oss-copy-source-if-none-match",
                "x-oss-copy-source-if-modified-since",
                "x-oss-copy-source-if-unmodified-since",
            ],
        )
    }

    fn of(head: &RequestHead, [matching, none_matching, modified, unmodified]: [&str; 4]) -> Self {
        let text = |name| head.plain_header(name).map(str::to_owned);
        let date = |name| head.plain_header(name).and_then(parse_http_date);
        Self {
            matching: text(matching),
            none_matching: text(none_matching),
            modified_since: date(modified),
            unmodified_since: date(unmodified),
        }
    }

    /// Judges an object. A time that is equal counts as "not modified" (OSS documentation: GetObject).
    pub fn judge(&self, etag: &ETag, last_modified: Timestamp) -> Verdict {
        let modified = whole_second(last_modified);
        let failed = self.matching.as_deref().is_some_and(|tags| !names(tags, etag))
            || self.unmodified_since.is_some_and(|since| modified > whole_second(since));
        let unchanged = self.none_matching.as_deref().is_some_and(|tags| names(tags, etag))
            || self.modified_since.is_some_and(|since| modified <= whole_second(since));
        match (failed, unchanged) {
            (true, _) => Verdict::Failed,
            (false, true) => Verdict::NotModified,
            (false, false) => Verdict::Holds,
        }
    }
}

fn names(tags: &str, etag: &ETag) -> bool {
    tags.split(',').any(|tag| tag.trim() == "*" || etag.matches(tag))
}

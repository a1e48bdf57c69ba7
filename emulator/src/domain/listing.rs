//! Paging through sorted names with prefix and delimiter. One function serves objects and uploads; the
//! operations word the answers.

use std::ops::Bound;

/// What part of a listing is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// Only names that start with this.
    pub prefix: &'a str,
    /// Names that hold this after the prefix are rolled up into one common prefix. Empty: none are.
    pub delimiter: &'a str,
    /// Most entries, rolled-up ones included.
    pub limit: usize,
}

/// One line of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry<T> {
    /// An item of its own.
    Item(T),
    /// Everything below this prefix.
    CommonPrefix(String),
}

/// A page and whether more follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing<T> {
    /// The lines in order.
    pub entries: Vec<Entry<T>>,
    /// Whether a further page has at least one line.
    pub truncated: bool,
}

/// One page of `items`, which must ascend by name and start after `marker`.
///
/// A common prefix that is not greater than the marker stays hidden, because it was on an earlier page.
pub fn list<'a, T: Copy>(
    items: impl Iterator<Item = (&'a str, T)>,
    page: Page<'_>,
    marker: Option<&str>,
) -> Listing<T> {
    let mut listing = Listing { entries: Vec::new(), truncated: false };
    if page.limit == 0 {
        return listing;
    }
    let mut rolled: Option<String> = None;
    for (name, item) in items {
        let Some(rest) = name.strip_prefix(page.prefix) else {
            // The names ascend, so nothing after the block of the prefix can match any more.
            if name > page.prefix {
                break;
            }
            continue;
        };
        let common = common_prefix(page.prefix, rest, page.delimiter, name);
        if common.is_some() && common == rolled.as_deref() {
            continue;
        }
        if let (Some(common), Some(marker)) = (common, marker)
            && common <= marker
        {
            continue;
        }
        if listing.entries.len() == page.limit {
            listing.truncated = true;
            break;
        }
        listing.entries.push(match common {
            Some(common) => Entry::CommonPrefix(common.to_owned()),
            None => Entry::Item(item),
        });
        rolled = common.map(str::to_owned);
    }
    listing
}

/// The bound from which names can matter at all: after the marker, and not before the prefix.
pub fn first_name<'a>(prefix: &'a str, marker: Option<&'a str>) -> Bound<&'a str> {
    match marker {
        Some(marker) if marker >= prefix => Bound::Excluded(marker),
        _ => Bound::Included(prefix),
    }
}

fn common_prefix<'n>(prefix: &str, rest: &str, delimiter: &str, name: &'n str) -> Option<&'n str> {
    if delimiter.is_empty() {
        return None;
    }
    rest.find(delimiter).map(|at| &name[..prefix.len() + at + delimiter.len()])
}

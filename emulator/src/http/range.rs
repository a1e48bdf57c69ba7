//! `Range` in OSS's two readings. Called by GetObject.

use std::ops::Range;

/// What of an object is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ranged {
    /// All of it, with status 200.
    Whole,
    /// These bytes, with status 206.
    Part(Range<u64>),
    /// Nothing: 416.
    Unsatisfiable,
}

/// Reads `Range` for an object of `size` bytes. `standard` is `x-oss-range-behavior: standard`.
///
/// By default OSS sends the whole object when a range reaches outside of it or makes no sense, with one
/// exception, `bytes=-0` (aliyun-oss-java-sdk `GetObjectTest.testGetObjectByRange`, aliyun-oss-go-sdk
/// `TestGetObjectRangeBehavior`).
pub fn resolve_range(header: &str, size: u64, standard: bool) -> Ranged {
    let Some(spec) = header.trim().strip_prefix("bytes=") else { return Ranged::Whole };
    let Some((first, last)) = spec.split_once('-') else { return Ranged::Whole };
    match (digits(first), digits(last)) {
        (Text::Number(first), Text::Number(last)) if first > last => Ranged::Whole,
        (Text::Number(first), Text::Number(_) | Text::Empty) if first >= size => {
            if standard {
                Ranged::Unsatisfiable
            } else {
                Ranged::Whole
            }
        }
        (Text::Number(_), Text::Number(last)) if last >= size && !standard => Ranged::Whole,
        (Text::Number(first), Text::Number(last)) => Ranged::Part(first..size.min(last.saturating_add(1))),
        (Text::Number(first), Text::Empty) => Ranged::Part(first..size),
        (Text::Empty, Text::Number(0)) => Ranged::Unsatisfiable,
        (Text::Empty, Text::Number(_)) if size == 0 => {
            if standard {
                Ranged::Unsatisfiable
            } else {
                Ranged::Whole
            }
        }
        (Text::Empty, Text::Number(suffix)) if suffix > size && !standard => Ranged::Whole,
        (Text::Empty, Text::Number(suffix)) => Ranged::Part(size.saturating_sub(suffix)..size),
        _ => Ranged::Whole,
    }
}

enum Text {
    Empty,
    Number(u64),
    Other,
}

fn digits(text: &str) -> Text {
    match text {
        "" => Text::Empty,
        _ if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            text.parse().map_or(Text::Number(u64::MAX), Text::Number)
        }
        _ => Text::Other,
    }
}

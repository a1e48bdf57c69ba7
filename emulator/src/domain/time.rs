//! The two spellings of time on the wire. `now` always comes from outside.

use jiff::Timestamp;

/// `YYYY-MM-DDThh:mm:ss.000Z`: the form inside documents, whose milliseconds are always zero (recorded
/// answers of OSS).
pub fn iso8601(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}

/// `Sun, 22 Nov 2026 08:30:00 GMT`: the form in headers.
pub fn http_date(time: Timestamp) -> String {
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Reads the three date forms of HTTP.
pub fn parse_http_date(text: &str) -> Option<Timestamp> {
    Timestamp::try_from(httpdate::parse_http_date(text.trim()).ok()?).ok()
}

/// The last whole second at or before `time`: what every header and document can carry.
pub fn whole_second(time: Timestamp) -> i64 {
    // jiff cuts towards 1970; both parts of a time before it are negative.
    time.as_second() - i64::from(time.subsec_nanosecond() < 0)
}

/// Seconds of a day of UTC.
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// The number of the day of UTC, from 1970-01-01.
pub fn day(time: Timestamp) -> i64 {
    time.as_second().div_euclid(DAY_SECONDS)
}

/// The midnight (UTC) that a day begins with.
pub fn midnight(day: i64) -> Timestamp {
    Timestamp::from_second(day.saturating_mul(DAY_SECONDS)).unwrap_or(Timestamp::MAX)
}

/// The first midnight (UTC) after `time`, or `time` when it is one.
pub fn next_midnight(time: Timestamp) -> Timestamp {
    let same = midnight(day(time));
    if same == time { time } else { midnight(day(time) + 1) }
}

/// Words times that come in runs of the same second, as in listings: [`iso8601`] once a run.
#[derive(Debug, Default)]
pub struct Iso8601Memo {
    last: Option<(i64, String)>,
}

impl Iso8601Memo {
    /// As [`iso8601`].
    pub fn text(&mut self, time: Timestamp) -> &str {
        let second = whole_second(time);
        if self.last.as_ref().is_none_or(|(last, _)| *last != second) {
            self.last = None;
        }
        &self.last.get_or_insert_with(|| (second, iso8601(time))).1
    }
}

#[cfg(test)]
mod tests {
    use super::whole_second;
    use jiff::Timestamp;
    use rstest::rstest;

    #[rstest]
    #[case("1970-01-01T00:00:00.5Z", 0)]
    #[case("1970-01-01T00:00:01Z", 1)]
    #[case("1969-12-31T23:59:59.5Z", -1)]
    #[case("1969-12-31T23:59:59Z", -1)]
    #[case("1969-12-31T23:59:58.999Z", -2)]
    fn a_whole_second_is_never_after_its_time(#[case] time: Timestamp, #[case] second: i64) {
        assert_eq!(whole_second(time), second);
    }
}

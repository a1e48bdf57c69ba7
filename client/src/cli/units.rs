//! Sizes and times as people write them, in both directions.

use std::time::Duration;

const SIZES: &[(&str, u64)] = &[
    ("", 1),
    ("b", 1),
    ("k", 1 << 10),
    ("ki", 1 << 10),
    ("kib", 1 << 10),
    ("m", 1 << 20),
    ("mi", 1 << 20),
    ("mib", 1 << 20),
    ("g", 1 << 30),
    ("gi", 1 << 30),
    ("gib", 1 << 30),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
];

/// Reads `1048576`, `1Mi`, `1MiB`, `1M` (all the same, as in ossutil) or `1MB` (a million).
pub(super) fn size(text: &str) -> Result<u64, String> {
    let (number, unit) = split(text);
    let problem = || format!("{text:?} is no size; write bytes, or 512Ki, 8Mi, 1Gi");
    let factor = SIZES.iter().find(|(name, _)| unit.eq_ignore_ascii_case(name)).ok_or_else(problem)?.1;
    let number: u64 = number.parse().map_err(|_| problem())?;
    number.checked_mul(factor).ok_or_else(|| format!("{text:?} is more than can be counted"))
}

/// Reads `500ms`, `10s`, `2m`, or a bare number of seconds.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = split(text);
    let problem = || format!("{text:?} is no time; write 500ms, 10s or 2m");
    let number: u64 = number.parse().map_err(|_| problem())?;
    let time = match unit {
        "ms" => Duration::from_millis(number),
        "" | "s" => Duration::from_secs(number),
        "m" => Duration::from_secs(number.checked_mul(60).ok_or_else(problem)?),
        _ => return Err(problem()),
    };
    if time.is_zero() { Err(format!("{text:?} is no time to wait at all")) } else { Ok(time) }
}

fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    (number, unit.trim())
}

/// Writes how many there are: `1 part`, `2 parts`.
pub(super) fn show_count(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// Writes a size for people: `10.0 MiB`.
#[expect(clippy::cast_precision_loss, reason = "a size for people has one decimal")]
pub(super) fn show_size(bytes: u64) -> String {
    const UNITS: &[&str] = &["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1024.0;
    let mut at = 0;
    while value >= 1024.0 && at + 1 < UNITS.len() {
        value /= 1024.0;
        at += 1;
    }
    format!("{value:.1} {}", UNITS.get(at).copied().unwrap_or_default())
}

/// Writes the speed at which `bytes` moved in `time`.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded"
)]
pub(super) fn show_speed(bytes: u64, time: Duration) -> String {
    let per_second = bytes as f64 / time.as_secs_f64().max(0.001);
    format!("{}/s", show_size(per_second as u64))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(0, "0 open uploads")]
    #[case(1, "1 open upload")]
    #[case(2, "2 open uploads")]
    fn one_is_not_many(#[case] count: usize, #[case] text: &str) {
        assert_eq!(show_count(count, "open upload"), text);
    }

    #[rstest]
    #[case("1048576", 1 << 20)]
    #[case("1Mi", 1 << 20)]
    #[case("1MiB", 1 << 20)]
    #[case("1M", 1 << 20)]
    #[case("1m", 1 << 20)]
    #[case("100k", 102_400)]
    #[case("2 Gi", 2 << 30)]
    #[case("1MB", 1_000_000)]
    fn a_size_may_be_bare_or_carry_a_unit(#[case] text: &str, #[case] bytes: u64) {
        assert_eq!(size(text), Ok(bytes));
    }

    #[rstest]
    #[case("")]
    #[case("Mi")]
    #[case("-1")]
    #[case("1.5Mi")]
    #[case("1Xi")]
    #[case("99999999999999999999")]
    #[case("18446744073709551615Gi")]
    fn what_is_no_size_is_refused(#[case] text: &str) {
        assert!(size(text).is_err());
    }

    #[rstest]
    #[case("500ms", Duration::from_millis(500))]
    #[case("10s", Duration::from_secs(10))]
    #[case("2m", Duration::from_secs(120))]
    #[case("7", Duration::from_secs(7))]
    fn a_time_may_be_bare_seconds_or_carry_a_unit(#[case] text: &str, #[case] time: Duration) {
        assert_eq!(duration(text), Ok(time));
    }

    #[rstest]
    #[case("0s")]
    #[case("10h")]
    #[case("s")]
    fn what_is_no_time_is_refused(#[case] text: &str) {
        assert!(duration(text).is_err());
    }

    #[rstest]
    #[case(0, "0 B")]
    #[case(1023, "1023 B")]
    #[case(10 << 20, "10.0 MiB")]
    #[case(3 << 29, "1.5 GiB")]
    fn sizes_are_shown_with_one_decimal(#[case] bytes: u64, #[case] text: &str) {
        assert_eq!(show_size(bytes), text);
    }
}

//! Patterns for numbers in a plan: `3`, `[1, 3]`, `"2.."`, `"2..5"`, `"2..=5"`, `"every 3"`. For `nth`, `part`, `size`...

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error, de::Visitor};

use super::one_or_many::one_or_many;

/// A set of numbers. Ranges are as in Rust: `2..5` ends before 5, `2..=5` includes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbers(Vec<NumberTerm>);

/// One term of a set of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberTerm {
    Is(u64),
    /// `last` is part of the range; none means without end.
    Range {
        first: u64,
        last: Option<u64>,
    },
    Every(u64),
}

impl Numbers {
    /// The set that holds `number` alone.
    pub fn is(number: u64) -> Self {
        Self(vec![NumberTerm::Is(number)])
    }

    /// Whether the set holds `number`.
    pub fn contains(&self, number: u64) -> bool {
        self.0.iter().any(|term| term.contains(number))
    }
}

impl NumberTerm {
    pub(super) fn contains(self, number: u64) -> bool {
        match self {
            Self::Is(exactly) => number == exactly,
            Self::Range { first, last } => number >= first && last.is_none_or(|last| number <= last),
            Self::Every(step) => number.is_multiple_of(step),
        }
    }
}

impl fmt::Display for NumberTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(number) => write!(f, "{number}"),
            Self::Range { first, last: None } => write!(f, "{first}.."),
            Self::Range { first, last: Some(last) } => write!(f, "{first}..={last}"),
            Self::Every(step) => write!(f, "every {step}"),
        }
    }
}

/// Why a text is no pattern for numbers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no number, no range such as `2..`, `2..5` or `2..=5`, and not `every 3`")]
pub(super) struct NumberError(String);

impl FromStr for NumberTerm {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let error = || NumberError(text.to_owned());
        let number = |text: &str| text.trim().parse::<u64>().map_err(|_| error());
        if let Some(step) = text.strip_prefix("every ") {
            return match number(step)? {
                0 => Err(error()),
                step => Ok(Self::Every(step)),
            };
        }
        let Some((first, last)) = text.split_once("..") else { return number(text).map(Self::Is) };
        let first = if first.is_empty() { 0 } else { number(first)? };
        let last = match last.strip_prefix('=') {
            Some(last) => Some(number(last)?),
            None if last.is_empty() => None,
            None => Some(number(last)?.checked_sub(1).ok_or_else(error)?),
        };
        if last.is_some_and(|last| last < first) {
            return Err(error());
        }
        Ok(Self::Range { first, last })
    }
}

impl Serialize for NumberTerm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Is(number) => serializer.serialize_u64(*number),
            other => serializer.collect_str(other),
        }
    }
}

impl<'de> Deserialize<'de> for NumberTerm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Term;
        impl Visitor<'_> for Term {
            type Value = NumberTerm;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, a range such as \"2..\" or \"every 3\"")
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<NumberTerm, E> {
                Ok(NumberTerm::Is(value))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<NumberTerm, E> {
                u64::try_from(value)
                    .map(NumberTerm::Is)
                    .map_err(|_| E::custom(format!("{value} is negative")))
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<NumberTerm, E> {
                value.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Term)
    }
}

impl Serialize for Numbers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => one.serialize(serializer),
            many => many.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Numbers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        one_or_many(deserializer, "a number, a range such as \"2..\", \"every 3\", or a list of these")
            .map(Self)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::Numbers;

    #[rstest]
    #[case("3", &[3], &[2, 4])]
    #[case("[1, 3]", &[1, 3], &[2])]
    #[case("\"2..\"", &[2, 9], &[1])]
    #[case("\"2..5\"", &[2, 4], &[1, 5])]
    #[case("\"2..=5\"", &[2, 5], &[1, 6])]
    #[case("[\"..3\", 7]", &[0, 2, 7], &[3, 8])]
    #[case("\"every 3\"", &[3, 6], &[1, 4])]
    fn a_pattern_holds_what_it_says(#[case] json: &str, #[case] inside: &[u64], #[case] outside: &[u64]) {
        let numbers: Numbers = serde_json::from_str(json).expect("a pattern");
        assert!(inside.iter().all(|number| numbers.contains(*number)));
        assert!(!outside.iter().any(|number| numbers.contains(*number)));
        let written = serde_json::to_string(&numbers).expect("it serialises");
        assert_eq!(serde_json::from_str::<Numbers>(&written).expect("it reads back"), numbers);
    }

    #[rstest]
    #[case("[]")]
    #[case("-1")]
    #[case("\"5..2\"")]
    #[case("\"every 0\"")]
    #[case("\"some\"")]
    #[case("true")]
    fn what_is_no_pattern_is_refused(#[case] json: &str) {
        assert!(serde_json::from_str::<Numbers>(json).is_err());
    }
}

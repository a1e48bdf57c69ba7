//! Reading "a value or a list of values" without losing the message of the value that is wrong. For the patterns.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{
        Error, SeqAccess, Visitor,
        value::{StrDeserializer, U64Deserializer},
    },
};

/// Reads one `T` (from a text or a number) or a list of them.
pub(super) fn one_or_many<'de, T, D>(deserializer: D, expecting: &'static str) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(OneOrMany { expecting, terms: PhantomData })
}

struct OneOrMany<T> {
    expecting: &'static str,
    terms: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrMany<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expecting)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Vec<T>, E> {
        T::deserialize(U64Deserializer::new(value)).map(|term| vec![term])
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Vec<T>, E> {
        let value = u64::try_from(value).map_err(|_| E::custom(format!("{value} is negative")))?;
        self.visit_u64(value)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Vec<T>, E> {
        T::deserialize(StrDeserializer::new(value)).map(|term| vec![term])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
        let mut terms = Vec::new();
        while let Some(term) = list.next_element()? {
            terms.push(term);
        }
        if terms.is_empty() { Err(A::Error::custom("an empty list matches nothing")) } else { Ok(terms) }
    }
}

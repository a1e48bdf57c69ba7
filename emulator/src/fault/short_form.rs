//! Reading an action that may be written as one text (`gate = "go"`) or in full (`gate = { name = "go" }`).

use std::{fmt, marker::PhantomData, str::FromStr};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor, value::MapAccessDeserializer},
};

/// Reads a `T` from a text by its `FromStr`, or from a table by `Full`.
pub(super) fn short_or_full<'de, T, Full, D>(deserializer: D, expecting: &'static str) -> Result<T, D::Error>
where
    T: FromStr<Err: fmt::Display> + From<Full>,
    Full: Deserialize<'de>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(ShortOrFull::<T, Full> { expecting, form: PhantomData })
}

struct ShortOrFull<T, Full> {
    expecting: &'static str,
    form: PhantomData<(T, Full)>,
}

impl<'de, T, Full> Visitor<'de> for ShortOrFull<T, Full>
where
    T: FromStr<Err: fmt::Display> + From<Full>,
    Full: Deserialize<'de>,
{
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expecting)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<T, E> {
        value.parse().map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        Full::deserialize(MapAccessDeserializer::new(map)).map(T::from)
    }
}

//! Patterns for texts in a plan: a value, a glob (`*`, `?`, `\` before either), or a list of these.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::one_or_many::one_or_many;

/// A set of texts, worded as globs. `*` stands for any run of characters, `/` included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts(Vec<String>);

impl Texts {
    /// Whether one of the globs matches the whole of `text`.
    pub fn matches(&self, text: &str) -> bool {
        self.0.iter().any(|glob| glob_matches(glob, text))
    }

    /// The globs as written, for the checks of the loader.
    pub(super) fn globs(&self) -> &[String] {
        &self.0
    }
}

impl Serialize for Texts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => serializer.serialize_str(one),
            many => many.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        one_or_many(deserializer, "a text, a glob such as \"logs/*\", or a list of these").map(Self)
    }
}

/// Whether `glob` matches the whole of `text`. Linear in practice: only the last `*` is ever tried again.
pub(super) fn glob_matches(glob: &str, text: &str) -> bool {
    let (mut glob, mut text) = (glob, text);
    let mut retry: Option<(&str, &str)> = None;
    loop {
        let mut pattern = glob.chars();
        match pattern.next() {
            Some('*') => {
                glob = pattern.as_str();
                retry = Some((glob, text));
                continue;
            }
            None if text.is_empty() => return true,
            first => {
                if let Some((after_glob, after_text)) = step(first, &mut pattern, text) {
                    (glob, text) = (after_glob, after_text);
                    continue;
                }
            }
        }
        let Some((after_star, tried)) = retry else { return false };
        let mut rest = tried.chars();
        if rest.next().is_none() {
            return false;
        }
        (glob, text) = (after_star, rest.as_str());
        retry = Some((after_star, text));
    }
}

/// Matches one character of the glob against one of the text; returns what is left of both.
fn step<'g, 't>(
    first: Option<char>,
    pattern: &mut std::str::Chars<'g>,
    text: &'t str,
) -> Option<(&'g str, &'t str)> {
    let mut rest = text.chars();
    let seen = rest.next()?;
    let fits = match first? {
        '?' => true,
        '\\' => pattern.next() == Some(seen),
        literal => literal == seen,
    };
    fits.then_some((pattern.as_str(), rest.as_str()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::glob_matches;

    #[rstest]
    #[case("a", "a", true)]
    #[case("a", "ab", false)]
    #[case("*", "", true)]
    #[case("a*c", "abbc", true)]
    #[case("a*c", "abbd", false)]
    #[case("*.bin", "logs/a.bin", true)]
    #[case("a?c", "aéc", true)]
    #[case("a?c", "ac", false)]
    #[case(r"a\*c", "a*c", true)]
    #[case(r"a\*c", "abc", false)]
    #[case("*a*b*", "xxaxxbxx", true)]
    #[case("", "", true)]
    #[case("", "a", false)]
    fn a_glob_matches_the_whole_text(#[case] glob: &str, #[case] text: &str, #[case] expected: bool) {
        assert_eq!(glob_matches(glob, text), expected);
    }

    /// The obvious definition, exponential but plain.
    fn model(glob: &[char], text: &[char]) -> bool {
        match glob.split_first() {
            None => text.is_empty(),
            Some(('*', rest)) => (0..=text.len()).any(|skipped| model(rest, &text[skipped..])),
            Some(('?', rest)) => !text.is_empty() && model(rest, &text[1..]),
            Some((literal, rest)) => text.first() == Some(literal) && model(rest, &text[1..]),
        }
    }

    proptest! {
        #[test]
        fn a_glob_agrees_with_its_definition(glob in "[ab?*]{0,8}", text in "[ab]{0,10}") {
            let (pattern, chars): (Vec<char>, Vec<char>) = (glob.chars().collect(), text.chars().collect());
            prop_assert_eq!(glob_matches(&glob, &text), model(&pattern, &chars));
        }
    }
}

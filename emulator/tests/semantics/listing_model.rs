//! Listings against a model that knows nothing of cursors: group all names, sort, cut.

use oss_emulator::domain::listing::{Entry, Listing, Page, first_name, list};
use proptest::prelude::*;
use std::{collections::BTreeSet, ops::Bound};

fn entries(names: &BTreeSet<String>, prefix: &str, delimiter: &str, marker: &str) -> Vec<Entry<String>> {
    let mut all: Vec<(String, Entry<String>)> = Vec::new();
    for name in names.iter().filter(|name| name.starts_with(prefix)) {
        let cut = name[prefix.len()..].find(delimiter).filter(|_| !delimiter.is_empty());
        let line = match cut {
            Some(at) => {
                let common = name[..prefix.len() + at + delimiter.len()].to_owned();
                (common.clone(), Entry::CommonPrefix(common))
            }
            None => (name.clone(), Entry::Item(name.clone())),
        };
        if !all.contains(&line) {
            all.push(line);
        }
    }
    all.into_iter()
        .filter(|(sort, _)| marker.is_empty() || sort.as_str() > marker)
        .map(|(_, entry)| entry)
        .collect()
}

fn page(names: &BTreeSet<String>, page: Page<'_>, marker: &str) -> Listing<String> {
    let marker = (!marker.is_empty()).then_some(marker);
    let from = (first_name(page.prefix, marker), Bound::Unbounded);
    let items = names.range::<str, _>(from).map(|name| (name.as_str(), name.as_str()));
    let listing = list(items, page, marker);
    let owned = |entry: Entry<&str>| match entry {
        Entry::Item(name) => Entry::Item(name.to_owned()),
        Entry::CommonPrefix(prefix) => Entry::CommonPrefix(prefix),
    };
    Listing { entries: listing.entries.into_iter().map(owned).collect(), truncated: listing.truncated }
}

fn name() -> impl Strategy<Value = String> {
    prop::collection::vec(prop_oneof![Just("a"), Just("b"), Just("/"), Just("é"), Just("//")], 1..6)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn a_page_is_the_start_of_what_the_model_lists(
        names in prop::collection::btree_set(name(), 0..25),
        prefix in prop_oneof![Just(String::new()), name()],
        delimiter in prop_oneof![Just(""), Just("/"), Just("b"), Just("//")],
        marker in prop_oneof![Just(String::new()), name()],
        limit in 1..6_usize,
    ) {
        let expected = entries(&names, &prefix, delimiter, &marker);
        let found = page(&names, Page { prefix: &prefix, delimiter, limit }, &marker);
        prop_assert_eq!(&found.entries[..], &expected[..limit.min(expected.len())]);
        prop_assert_eq!(found.truncated, expected.len() > limit);
    }

    #[test]
    fn pages_put_together_are_the_whole_listing(
        names in prop::collection::btree_set(name(), 0..25),
        prefix in prop_oneof![Just(String::new()), name()],
        delimiter in prop_oneof![Just(""), Just("/")],
        limit in 1..4_usize,
    ) {
        let mut all = Vec::new();
        let mut marker = String::new();
        loop {
            let found = page(&names, Page { prefix: &prefix, delimiter, limit }, &marker);
            marker = match found.entries.last() {
                Some(Entry::Item(name) | Entry::CommonPrefix(name)) => name.clone(),
                None => String::new(),
            };
            all.extend(found.entries);
            if !found.truncated {
                break;
            }
        }
        prop_assert_eq!(all, entries(&names, &prefix, delimiter, ""));
    }
}

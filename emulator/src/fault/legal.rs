//! Which action makes sense at which point. The loader refuses the rest; the tests walk the whole table.

use super::{action::Action, point::Point};

/// For each action by name, a mark for each point in the order of `Point::NAMES`.
const LEGAL: [(&str, [u8; 11]); 17] = [
    ("reset", *b"xxxxxxxxxxx"),
    ("close", *b"xxxxxxxxxxx"),
    ("vanish", *b"xxxxxxxxxxx"),
    ("delay", *b"xxxxxxxxxxx"),
    ("stall", *b"xxxxxxxxxxx"),
    ("throttle", *b"xxxxxxxxxx-"),
    ("gate", *b"xxxxxxxxxxx"),
    ("respond", *b"--xxxxxxx--"),
    ("corrupt", *b"--x-x---xx-"),
    ("truncate", *b"--------xx-"),
    ("wrong_etag", *b"-------xx--"),
    ("wrong_crc64", *b"-------xx--"),
    ("forget", *b"------x----"),
    ("delete_upload", *b"--xxxxxxxxx"),
    ("delete_part", *b"--xxxxxxxxx"),
    ("replace_part", *b"--xxxxxxxxx"),
    ("advance_clock", *b"xxxxxxxxxxx"),
];

/// Whether `action` may stand at `point`.
pub(super) fn is_legal(action: &Action, point: Point) -> bool {
    row(action)[point.rank()] == b'x'
}

/// Every action by name, with the points at which it may stand.
pub fn legal_pairs() -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    LEGAL.iter().map(|(name, row)| (*name, marked(row)))
}

/// The points at which `action` may stand.
pub(super) fn legal_points(action: &Action) -> Vec<&'static str> {
    marked(&row(action))
}

fn marked(row: &[u8; 11]) -> Vec<&'static str> {
    Point::NAMES.iter().zip(row).filter(|(_, mark)| **mark == b'x').map(|(name, _)| *name).collect()
}

fn row(action: &Action) -> [u8; 11] {
    LEGAL.iter().find(|(name, _)| *name == action.name()).map_or([b'-'; 11], |(_, row)| *row)
}

#[cfg(test)]
mod tests {
    use super::{Action, LEGAL};

    #[test]
    fn every_action_has_its_row() {
        assert_eq!(LEGAL.map(|(name, _)| name), Action::NAMES);
    }
}

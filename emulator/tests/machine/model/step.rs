//! What a client may do next.

use proptest::prelude::*;

/// One request, or a restart. Keys and uploads are numbers that the session takes modulo what there is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Put { key: u8, size: u8, forbid: bool },
    Get { key: u8, range: Option<(u8, u8)> },
    Head { key: u8 },
    Delete { key: u8 },
    DeleteMany { one: u8, other: u8 },
    Copy { from: u8, to: u8, forbid: bool },
    Append { key: u8, size: u8, wrong: bool },
    Initiate { key: u8 },
    Part { upload: u8, number: u8, size: u8 },
    PartCopy { upload: u8, number: u8, key: u8, range: Option<(u8, u8)> },
    Complete { upload: u8, listed: Listed },
    Abort { upload: u8 },
    ListParts { upload: u8 },
    ListObjects,
    ListUploads,
    Tag { key: u8, value: u8 },
    Tags { key: u8 },
    Link { key: u8, target: u8 },
    SetAccess { key: u8, public: bool },
    Access { key: u8 },
    Restart,
}

/// Which parts a completion lists.
#[derive(Clone, Copy, Debug)]
pub(super) enum Listed {
    /// All, by their tags.
    All,
    /// All but the first.
    Tail,
    /// All, and one that was never sent.
    Unknown,
    /// None: the server picks all.
    ByHeader,
}

const KEYS: u8 = 4;

fn range() -> impl Strategy<Value = Option<(u8, u8)>> {
    prop::option::of((any::<u8>(), any::<u8>()))
}

fn listed() -> impl Strategy<Value = Listed> {
    prop_oneof![
        4 => Just(Listed::All),
        1 => Just(Listed::Tail),
        1 => Just(Listed::Unknown),
        1 => Just(Listed::ByHeader),
    ]
}

/// Any step; restarts only where they are wanted.
pub(super) fn step(restarts: bool) -> impl Strategy<Value = Step> {
    let key = || 0..KEYS;
    let object = prop_oneof![
        3 => (key(), any::<u8>(), any::<bool>()).prop_map(|(key, size, forbid)| Step::Put { key, size, forbid }),
        3 => (key(), range()).prop_map(|(key, range)| Step::Get { key, range }),
        1 => key().prop_map(|key| Step::Head { key }),
        1 => key().prop_map(|key| Step::Delete { key }),
        1 => (key(), key()).prop_map(|(one, other)| Step::DeleteMany { one, other }),
        2 => (key(), key(), any::<bool>()).prop_map(|(from, to, forbid)| Step::Copy { from, to, forbid }),
        2 => (key(), any::<u8>(), prop::bool::weighted(0.1)).prop_map(|(key, size, wrong)| Step::Append { key, size, wrong }),
        1 => Just(Step::ListObjects),
        1 => (key(), any::<u8>()).prop_map(|(key, value)| Step::Tag { key, value }),
        1 => key().prop_map(|key| Step::Tags { key }),
        1 => (key(), key()).prop_map(|(key, target)| Step::Link { key, target }),
        1 => (key(), any::<bool>()).prop_map(|(key, public)| Step::SetAccess { key, public }),
        1 => key().prop_map(|key| Step::Access { key }),
    ];
    let upload = prop_oneof![
        2 => key().prop_map(|key| Step::Initiate { key }),
        4 => (any::<u8>(), 1..4_u8, any::<u8>()).prop_map(|(upload, number, size)| Step::Part { upload, number, size }),
        2 => (any::<u8>(), 1..4_u8, key(), range())
            .prop_map(|(upload, number, key, range)| Step::PartCopy { upload, number, key, range }),
        3 => (any::<u8>(), listed()).prop_map(|(upload, listed)| Step::Complete { upload, listed }),
        1 => any::<u8>().prop_map(|upload| Step::Abort { upload }),
        1 => any::<u8>().prop_map(|upload| Step::ListParts { upload }),
        1 => Just(Step::ListUploads),
    ];
    let request = prop_oneof![3 => object, 2 => upload];
    let restart = u32::from(restarts);
    prop_oneof![100 => request, restart => Just(Step::Restart)]
}

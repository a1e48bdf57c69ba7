//! What tells whether a source file is still the file that it was. Filled in by the floor that reads files; of other sources
//! only the size is known.

/// Facts about a file at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SourceIdentity {
    /// Size in bytes.
    pub size: u64,
    /// Time of the last change of content, in nanoseconds since 1970.
    pub mtime_ns: i128,
    /// Time of the last change of content or attributes, in nanoseconds since 1970; zero where the system has none.
    pub ctime_ns: i128,
    /// Number of the file in its file system; zero where the system has none.
    pub inode: u64,
    /// Number of the file system; zero where the system has none.
    pub device: u64,
}

impl SourceIdentity {
    /// Names the first fact that differs from `now`, or nothing when the file is what it was.
    pub fn difference(&self, now: &Self) -> Option<&'static str> {
        let facts = [
            ("size", self.size == now.size),
            ("modification time", self.mtime_ns == now.mtime_ns),
            ("file number", self.inode == now.inode && self.device == now.device),
            ("change time", self.ctime_ns == now.ctime_ns),
        ];
        facts.into_iter().find(|(_, same)| !same).map(|(name, _)| name)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const FILE: SourceIdentity = SourceIdentity { size: 1, mtime_ns: 2, ctime_ns: 3, inode: 4, device: 5 };

    #[rstest]
    #[case(FILE, None)]
    #[case(SourceIdentity { size: 9, ..FILE }, Some("size"))]
    #[case(SourceIdentity { mtime_ns: 9, ..FILE }, Some("modification time"))]
    #[case(SourceIdentity { ctime_ns: 9, ..FILE }, Some("change time"))]
    #[case(SourceIdentity { inode: 9, ..FILE }, Some("file number"))]
    #[case(SourceIdentity { device: 9, ..FILE }, Some("file number"))]
    fn every_fact_counts(#[case] now: SourceIdentity, #[case] differs: Option<&str>) {
        assert_eq!(FILE.difference(&now), differs);
    }
}

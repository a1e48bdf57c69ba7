//! How a file is cut into parts. A pure function of size, requested part size and limits; the record stores its result.

use thiserror::Error;

use super::limits;
use crate::profile::Profile;

/// Why a file cannot be cut as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LayoutError {
    /// The part size is zero.
    #[error("the part size is 0")]
    Zero,
    /// Parts other than the last would be too small.
    #[error("the part size {part_size} is below {min} bytes, which OSS requires of every part but the last")]
    TooSmall {
        /// The effective part size.
        part_size: u64,
        /// The least that is allowed.
        min: u64,
    },
    /// A part would be too large.
    #[error("the part size {part_size} is above {max} bytes, the most OSS takes")]
    TooLarge {
        /// The effective part size.
        part_size: u64,
        /// The most that is allowed.
        max: u64,
    },
    /// A stored layout contradicts itself.
    #[error("{parts} parts of {part_size} bytes do not make {size} bytes")]
    Inconsistent {
        /// Size of the source.
        size: u64,
        /// Size of a full part.
        part_size: u64,
        /// Number of parts.
        parts: u32,
    },
}

/// A byte range of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteRange {
    /// First byte.
    pub offset: u64,
    /// Number of bytes.
    pub length: u64,
}

/// A file cut into parts 1..=N: all of `part_size` bytes but the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    size: u64,
    part_size: u64,
    parts: u32,
}

impl Layout {
    /// Cuts `size` bytes into parts of the requested size, enlarging the parts when there would be too many.
    pub fn plan(size: u64, requested: u64, profile: Profile) -> Result<Self, LayoutError> {
        if requested == 0 {
            return Err(LayoutError::Zero);
        }
        let max_parts = u64::from(profile.max_parts.max(2));
        let part_size = if size.div_ceil(requested) > max_parts {
            size.div_ceil(max_parts - 1).next_multiple_of(limits::PART_SIZE_STEP)
        } else {
            requested
        };
        let parts = size.div_ceil(part_size).max(1);
        if parts > 1 && part_size < profile.min_part_size {
            return Err(LayoutError::TooSmall { part_size, min: profile.min_part_size });
        }
        if size.min(part_size) > profile.max_part_size {
            return Err(LayoutError::TooLarge { part_size, max: profile.max_part_size });
        }
        let parts = u32::try_from(parts)
            .map_err(|_| LayoutError::TooLarge { part_size, max: profile.max_part_size })?;
        Ok(Self { size, part_size, parts })
    }

    /// Takes a layout from a record, refusing one that cannot be.
    pub fn restore(size: u64, part_size: u64, parts: u32, profile: Profile) -> Result<Self, LayoutError> {
        let inconsistent = LayoutError::Inconsistent { size, part_size, parts };
        if part_size == 0 || size.div_ceil(part_size).max(1) != u64::from(parts) || parts > profile.max_parts
        {
            return Err(inconsistent);
        }
        Self::plan(size, part_size, profile)
    }

    /// Size of the source in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Size of every part but the last, in bytes.
    pub fn part_size(&self) -> u64 {
        self.part_size
    }

    /// Number of parts, at least one.
    pub fn parts(&self) -> u32 {
        self.parts
    }

    /// All part numbers in ascending order.
    pub fn numbers(&self) -> std::ops::RangeInclusive<u32> {
        1..=self.parts
    }

    /// The bytes of part `number`, or nothing when the number is outside the layout.
    pub fn range(&self, number: u32) -> Option<ByteRange> {
        if number == 0 || number > self.parts {
            return None;
        }
        let offset = u64::from(number - 1) * self.part_size;
        Some(ByteRange { offset, length: self.part_size.min(self.size - offset) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    const KI100: u64 = 100 * 1024;
    const GI: u64 = 1 << 30;

    #[rstest]
    #[case::empty(0, KI100, KI100, 1, 0)]
    #[case::one_byte(1, KI100, KI100, 1, 1)]
    #[case::exact(6 * KI100, KI100, KI100, 6, KI100)]
    #[case::one_more(6 * KI100 + 1, KI100, KI100, 7, 1)]
    #[case::small_part_of_a_single(60_000, 60_000, 60_000, 1, 60_000)]
    #[case::huge_part_size(5 * GI / 2, 3 * GI, 3 * GI, 1, 5 * GI / 2)]
    #[case::just_enough_parts(10_000 * KI100, KI100, KI100, 10_000, KI100)]
    // ceil(1024000001 / 9999) = 102411, rounded up to 4096.
    #[case::too_many_parts(10_000 * KI100 + 1, KI100, 106_496, 9616, 40_961)]
    fn a_file_is_cut_into_full_parts_and_a_rest(
        #[case] size: u64,
        #[case] requested: u64,
        #[case] part_size: u64,
        #[case] parts: u32,
        #[case] last: u64,
    ) {
        let layout = Layout::plan(size, requested, Profile::SAFE).unwrap();
        assert_eq!((layout.part_size(), layout.parts()), (part_size, parts));
        assert_eq!(layout.range(parts).unwrap().length, last);
        assert_eq!((layout.range(0), layout.range(parts + 1)), (None, None));
        assert_eq!(Layout::restore(size, part_size, parts, Profile::SAFE), Ok(layout));
    }

    #[rstest]
    #[case(1, 0, LayoutError::Zero)]
    #[case(2 * KI100, KI100 - 1, LayoutError::TooSmall { part_size: KI100 - 1, min: KI100 })]
    #[case(6 * GI, 6 * GI, LayoutError::TooLarge { part_size: 6 * GI, max: 5 * GI })]
    fn what_the_server_would_refuse_is_refused_here(
        #[case] size: u64,
        #[case] requested: u64,
        #[case] error: LayoutError,
    ) {
        assert_eq!(Layout::plan(size, requested, Profile::SAFE), Err(error));
    }

    proptest! {
        #[test]
        fn every_plan_covers_the_file_within_the_limits(size in 0..=(48_u64 << 40), requested in KI100..=5 * GI) {
            let layout = Layout::plan(size, requested, Profile::SAFE).unwrap();
            prop_assert!((1..=10_000).contains(&layout.parts()));
            prop_assert!(layout.parts() == 1 || layout.part_size() >= KI100);
            let last = layout.range(layout.parts()).unwrap();
            prop_assert_eq!(last.offset + last.length, size);
            prop_assert!(size == 0 || last.length > 0);
        }

        #[test]
        fn no_numbers_make_planning_panic(size in any::<u64>(), requested in any::<u64>(), parts in any::<u32>()) {
            let _planned = Layout::plan(size, requested, Profile::SAFE);
            let _restored = Layout::restore(size, requested, parts, Profile::SAFE);
        }
    }
}

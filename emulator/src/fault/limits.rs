//! Numbers of the fault engine, used by its loader and its counters. All are our choice.

/// Rules in one plan: a hundred times what the largest story needs; the engine looks at each rule per request.
pub(super) const MAX_RULES: usize = 10_000;

/// Bytes of one plan text; a plan of `MAX_RULES` rules fits.
pub(crate) const MAX_PLAN_BYTES: usize = 8 << 20;

/// Bytes that `replace_part` may make from `size`: a part of 64 MiB is held in memory while it is written.
pub(super) const MAX_MADE_BYTES: u64 = 64 << 20;

/// Bytes that one `corrupt` may change: they are drawn before the body comes.
pub(super) const MAX_DAMAGE_BYTES: u32 = 1 << 20;

/// Keys that one counter remembers for certain; older ones may be forgotten after that and start again at 1.
pub(super) const COUNTER_KEYS: usize = 32_768;

/// Rules that one exchange lists as considered, so that a huge plan does not fill the journal.
pub(super) const MAX_CONSIDERED: usize = 64;

//! How much the journal remembers. Our choice: full, it stays below a quarter of the memory that the emulator may use.

/// How much the journal remembers before it forgets the oldest. What it forgot is counted, never silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalCapacity {
    /// Events.
    pub events: usize,
    /// Summaries of exchanges.
    pub exchanges: usize,
}

impl Default for JournalCapacity {
    fn default() -> Self {
        Self { events: 32_768, exchanges: 8_192 }
    }
}

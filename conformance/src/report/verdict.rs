//! What came of each SDK, and the table that closes a run of several. Used by the command line.

use std::fmt::Write as _;

/// What came of one SDK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Its programme ran to its end.
    Checked {
        /// Checks that held.
        held: usize,
        /// All checks.
        of: usize,
    },
    /// This machine lacks the program that it needs: nothing is known, good or bad.
    NotChecked {
        /// The program.
        needs: String,
    },
    /// It could not be set up, or its programme broke off.
    Broken {
        /// What happened, first line first.
        why: String,
    },
}

impl Verdict {
    fn words(&self) -> String {
        match self {
            Self::Checked { held, of } if held == of => format!("ok           {held} checks held"),
            Self::Checked { held, of } => format!("FAILED       {held} of {of} checks held"),
            Self::NotChecked { needs } => format!("NOT CHECKED  {needs} is missing on this machine"),
            Self::Broken { why } => format!("BROKEN       {}", why.lines().next().unwrap_or_default()),
        }
    }
}

/// One line an SDK, in the order given.
pub fn closing(verdicts: &[(String, Verdict)]) -> String {
    let width = verdicts.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for (name, verdict) in verdicts {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name:<width$}  {}", verdict.words());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_checked_is_never_called_ok() {
        let verdicts = [
            ("a".to_owned(), Verdict::Checked { held: 2, of: 2 }),
            ("bcd".to_owned(), Verdict::Checked { held: 1, of: 2 }),
            ("e".to_owned(), Verdict::NotChecked { needs: "go".to_owned() }),
            ("f".to_owned(), Verdict::Broken { why: "it fell over\nbadly".to_owned() }),
        ];
        assert_eq!(
            closing(&verdicts),
            "a    ok           2 checks held\nbcd  FAILED       1 of 2 checks held\n\
             e    NOT CHECKED  go is missing on this machine\nf    BROKEN       it fell over\n"
        );
    }
}

//! `oss-conformance list`.

use std::{path::Path, process::ExitCode};

use super::exit::{Exit, complain, say};
use crate::sdk::all;

pub(super) fn print(drivers: &Path) -> ExitCode {
    match all(drivers) {
        Ok(definitions) => {
            for definition in definitions {
                say(&format!(
                    "{:<28} {} (needs {})\n",
                    definition.name, definition.language, definition.needs
                ));
            }
            Exit::Good.into()
        }
        Err(error) => complain(Exit::Usage, &error.to_string()),
    }
}

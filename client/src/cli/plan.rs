//! `plan`: how a file would be cut.

use super::{Exit, args::Plan, output, units};
use crate::{ErrorKind, Profile, machine::Layout};

pub(super) fn plan(plan: &Plan) -> Result<Exit, ErrorKind> {
    let meta = std::fs::metadata(&plan.file)
        .map_err(|error| ErrorKind::SourceIo(format!("{}: {error}", plan.file.display())))?;
    let layout = Layout::plan(meta.len(), plan.part_size, Profile::SAFE)
        .map_err(|error| ErrorKind::InvalidArgument(error.to_string()))?;
    let last = layout.range(layout.parts()).map_or(0, |range| range.length);
    output::result(format_args!(
        "{}: {}, {} of {} bytes, the last of {last}",
        plan.file.display(),
        units::show_size(layout.size()),
        units::show_count(layout.parts() as usize, "part"),
        layout.part_size(),
    ));
    Ok(Exit::Done)
}

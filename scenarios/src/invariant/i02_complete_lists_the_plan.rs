//! I2: a Complete lists exactly 1..N of the plan, once each, ascending, each with the `ETag` of the source's bytes.

use std::collections::BTreeMap;

use oss_emulator::{fault::Point, journal::Exchange, ops::Operation};

use super::{
    Broken,
    facts::{bare, broken, etag_of, is, versions},
};
use crate::{scenario::Scenario, world::Evidence};

pub(super) fn check(_: &Scenario, evidence: &Evidence) -> Vec<Broken> {
    let mut found = Vec::new();
    for call in &evidence.calls {
        for complete in
            call.own(evidence).iter().filter(|exchange| is(exchange, Operation::CompleteMultipartUpload))
        {
            // A list that the server never read cannot be judged.
            if !complete.points.iter().any(|reached| reached.point == Point::OpBeforeCommit) {
                continue;
            }
            let sizes = sizes(evidence, complete);
            let complaints: Vec<String> =
                versions(call).iter().filter_map(|source| complaint(complete, &sizes, source)).collect();
            if let (Some(first), true) = (complaints.first(), complaints.len() == versions(call).len()) {
                found.push(broken(call, first.clone()));
            }
        }
    }
    found
}

/// Bytes of each part of the upload, as last sent.
fn sizes(evidence: &Evidence, complete: &Exchange) -> BTreeMap<u32, u64> {
    let parts = evidence.exchanges.iter().filter(|exchange| is(exchange, Operation::UploadPart));
    let own = parts.filter(|exchange| exchange.upload == complete.upload);
    own.filter_map(|exchange| Some((exchange.part?, exchange.request.declared?))).collect()
}

/// What is wrong with the list if the source is `source`.
fn complaint(complete: &Exchange, sizes: &BTreeMap<u32, u64>, source: &[u8]) -> Option<String> {
    let mut offset = 0;
    for (index, (number, etag)) in complete.listed_parts.iter().enumerate() {
        if *number as usize != index + 1 {
            return Some(format!("Complete lists part {number} where part {} belongs", index + 1));
        }
        let Some(size) = sizes.get(number) else {
            return Some(format!("Complete lists part {number}, which was never sent"));
        };
        let end = offset + usize::try_from(*size).ok()?;
        match source.get(offset..end) {
            None => {
                return Some(format!(
                    "the parts that Complete lists reach beyond the source's {} bytes",
                    source.len()
                ));
            }
            Some(bytes) if etag_of(bytes) != bare(etag) => {
                return Some(format!(
                    "Complete lists part {number} with an ETag that is not of the source's bytes {offset}..{end}"
                ));
            }
            Some(_) => offset = end,
        }
    }
    (offset != source.len())
        .then(|| format!("the parts that Complete lists end at byte {offset} of {}", source.len()))
}

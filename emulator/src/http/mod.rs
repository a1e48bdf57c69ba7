//! Requests and answers of OSS as values: reading heads, addresses, queries, ranges and conditions; wording
//! answers. No socket here.

mod address;
mod answer;
mod conditions;
mod encode;
mod external_url;
mod head;
mod host;
mod port;
mod query;
mod range;

pub use address::{Address, Style};
pub use answer::{Answer, AnswerBody};
pub use conditions::{Conditions, Verdict};
pub use encode::{key_in_url, percent_encode};
pub use external_url::{ExternalUrl, InvalidExternalUrl};
pub use head::{BodyLength, RequestHead};
pub use host::AddressRules;
pub(crate) use host::host_is_ip;
pub(crate) use port::port_or;
pub use query::Query;
pub use range::{Ranged, resolve_range};

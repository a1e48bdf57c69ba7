//! Reads the `Host` of a request: a service, or a bucket in front of one. Called by `address`.

use std::net::IpAddr;

/// Which hosts carry a bucket in their first label.
#[derive(Clone, Debug, Default)]
pub struct AddressRules {
    base_domains: Vec<String>,
}

/// What a host names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HostKind {
    /// The service: the bucket, if any, is the first segment of the path.
    Service,
    /// A bucket.
    Bucket(String),
}

/// What ali-oss puts before its service host when a call has no bucket: its `createRequest.js` interpolates an unset
/// variable, which older versions word so and newer ones (6.23 seen) leave empty.
const NO_BUCKET_OF_ALI_OSS: [&str; 2] = ["undefined", ""];

impl AddressRules {
    /// Besides the built-in ones, treats `BUCKET.DOMAIN` as a bucket and `DOMAIN` as the service for each
    /// of these domains.
    pub fn new(base_domains: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let clean = |domain: String| domain.trim_matches('.').to_ascii_lowercase();
        Self { base_domains: base_domains.into_iter().map(|domain| clean(domain.into())).collect() }
    }

    /// Reads a host with or without a port. Built in are `localhost`, `*.localhost` and `*.aliyuncs.com`;
    /// IP literals and unknown names are the service.
    pub(crate) fn read(&self, host: &str) -> HostKind {
        let name = without_port(host).trim_end_matches('.').to_ascii_lowercase();
        if name.is_empty() || is_ip_literal(&name) {
            return HostKind::Service;
        }
        for domain in &self.base_domains {
            if name == *domain {
                return HostKind::Service;
            }
            if let Some(bucket) = name.strip_suffix(domain.as_str()).and_then(|rest| rest.strip_suffix('.')) {
                return bucket_or_none(bucket);
            }
        }
        match name.strip_suffix(".localhost").or_else(|| name.strip_suffix(".aliyuncs.com")) {
            Some(labels) => below_known_domain(labels, name.ends_with(".localhost")),
            None => HostKind::Service,
        }
    }
}

/// `BUCKET.oss-REGION` and `oss-REGION` before either domain; before `localhost` a bucket may also stand
/// alone. A lone label that starts with `oss-` is taken for a region, because that is what every SDK sends.
fn below_known_domain(labels: &str, local: bool) -> HostKind {
    match labels.split_once('.') {
        Some((bucket, _)) => bucket_or_none(bucket),
        None if local && !labels.starts_with("oss-") => bucket_or_none(labels),
        None => HostKind::Service,
    }
}

fn bucket_or_none(label: &str) -> HostKind {
    if NO_BUCKET_OF_ALI_OSS.contains(&label) { HostKind::Service } else { HostKind::Bucket(label.to_owned()) }
}

fn without_port(host: &str) -> &str {
    if host.starts_with('[') {
        return host.split_once(']').map_or(host, |(address, _)| &address[1..]);
    }
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.contains(':') => name,
        _ => host,
    }
}

fn is_ip_literal(name: &str) -> bool {
    name.parse::<IpAddr>().is_ok()
}

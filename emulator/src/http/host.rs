//! Reads the `Host` of a request: a service, or a bucket in front of one. Called by `address`.

use std::{cmp::Reverse, collections::BTreeMap, net::IpAddr};

/// Which hosts carry a bucket in their first label.
#[derive(Clone, Debug, Default)]
pub struct AddressRules {
    base_domains: Vec<String>,
    cnames: BTreeMap<String, String>,
    default_bucket: Option<String>,
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
        base_domains.into_iter().fold(Self::default(), |rules, domain| rules.base_domain(&domain.into()))
    }

    /// One domain more. An IP address is none, because no label can stand before it, and neither is `localhost`, which
    /// is built in.
    #[must_use]
    pub fn base_domain(mut self, domain: &str) -> Self {
        let name = plain_name(domain).trim_start_matches('.').to_owned();
        if !name.is_empty() && !is_ip_literal(&name) && name != "localhost" {
            self.base_domains.push(name);
            // The longest first: `deep.oss.test` is a domain of its own, no bucket below `oss.test`.
            self.base_domains.sort_by_key(|domain| Reverse(domain.len()));
        }
        self
    }

    /// Takes this very host, whatever its port, for the bucket: what OSS calls a bound domain name. Clients with such
    /// an endpoint leave the bucket out of the URL.
    #[must_use]
    pub fn cname(mut self, host: &str, bucket: impl Into<String>) -> Self {
        self.cnames.insert(plain_name(host), bucket.into());
        self
    }

    /// Takes requests that name no bucket that exists for this bucket, the whole path for the key.
    #[must_use]
    pub fn default_bucket(mut self, bucket: impl Into<String>) -> Self {
        self.default_bucket = Some(bucket.into());
        self
    }

    /// The bucket of requests that name none.
    pub(crate) fn fallback(&self) -> Option<&str> {
        self.default_bucket.as_deref()
    }

    /// Reads a host with or without a port. Built in are `localhost`, `*.localhost` and `*.aliyuncs.com`;
    /// IP literals and unknown names are the service.
    pub(crate) fn read(&self, host: &str) -> HostKind {
        let name = plain_name(host);
        if let Some(bucket) = self.cnames.get(&name) {
            return HostKind::Bucket(bucket.clone());
        }
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

/// Without port and final dot, in lower case.
fn plain_name(host: &str) -> String {
    without_port(host).trim_end_matches('.').to_ascii_lowercase()
}

/// Whether a host, with or without a port, is an IP address: no label can stand before that.
pub(crate) fn host_is_ip(host: &str) -> bool {
    is_ip_literal(without_port(host))
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

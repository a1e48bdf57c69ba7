//! Keeps strangers out: a web page in the user's browser can send requests to 127.0.0.1, and a hostile DNS name can
//! point there. Neither can fake `Host`, `Origin` and `Sec-Fetch-Site`.

use std::net::IpAddr;

use http::{HeaderMap, header};

use super::problem::Problem;

/// Refuses requests that come from a web page of another site, that name this server by a foreign host name, or that
/// come from another machine.
pub(super) fn check(headers: &HeaderMap, peer_is_local: bool) -> Result<(), Problem> {
    if !peer_is_local {
        return Err(Problem::forbidden("the control plane answers to this machine only; call it from here"));
    }
    let host = text(headers, header::HOST.as_str())?.unwrap_or_default();
    if !is_own_host(host) {
        return Err(Problem::forbidden(format!(
            "`Host: {host}` is not a name of this machine's loopback; call http://127.0.0.1 or http://localhost"
        )));
    }
    if let Some(origin) = text(headers, header::ORIGIN.as_str())? {
        let from_here =
            origin.strip_prefix("http://").is_some_and(|origin| origin.eq_ignore_ascii_case(host));
        if !from_here {
            return Err(Problem::forbidden(format!("web pages of {origin} may not drive this emulator")));
        }
    }
    if text(headers, "sec-fetch-site")?.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return Err(Problem::forbidden("web pages of other sites may not drive this emulator"));
    }
    Ok(())
}

/// Whether `Host`, with or without a port, is a name of this machine's loopback.
pub(super) fn is_own_host(host: &str) -> bool {
    is_own_name(without_port(host))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Problem> {
    let value = headers.get(name).map(http::HeaderValue::to_str).transpose();
    value.map_err(|_| Problem::bad(format!("the header `{name}` is not plain text")))
}

fn without_port(host: &str) -> &str {
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split_once(']').map_or(host, |(address, _)| address);
    }
    host.split_once(':').map_or(host, |(name, _)| name)
}

fn is_own_name(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};
    use rstest::rstest;

    use super::check;

    #[rstest]
    #[case(&[("host", "127.0.0.1:6770")], true)]
    #[case(&[("host", "localhost")], true)]
    #[case(&[("host", "[::1]:6770")], true)]
    #[case(&[("host", "127.0.0.1:6770"), ("origin", "http://127.0.0.1:6770")], true)]
    #[case(&[("host", "evil.example:6770")], false)]
    #[case(&[("host", "192.0.2.7:6770")], false)]
    #[case(&[], false)]
    #[case(&[("host", "127.0.0.1:6770"), ("origin", "https://evil.example")], false)]
    #[case(&[("host", "127.0.0.1:6770"), ("origin", "null")], false)]
    #[case(&[("host", "127.0.0.1:6770"), ("sec-fetch-site", "cross-site")], false)]
    fn only_callers_on_this_machine_pass(
        #[case] sent: &[(&'static str, &'static str)],
        #[case] passes: bool,
    ) {
        let headers: HeaderMap = sent
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        assert_eq!(check(&headers, true).is_ok(), passes);
        assert!(check(&headers, false).is_err());
    }
}

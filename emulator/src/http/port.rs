//! The port of an authority. `http` calls one that is out of range absent, and a request would go astray.

use http::uri::Authority;

/// The port that an authority names, else `default`; `None` when what it names is no port.
pub(crate) fn port_or(authority: &Authority, default: u16) -> Option<u16> {
    let text = authority.as_str();
    let host_and_port = text.rsplit_once('@').map_or(text, |(_, host_and_port)| host_and_port);
    match host_and_port.strip_prefix(authority.host()).and_then(|after| after.strip_prefix(':')) {
        None => Some(default),
        Some(port) => port.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::port_or;

    #[rstest]
    #[case("host", Some(80))]
    #[case("host:81", Some(81))]
    #[case("[::1]", Some(80))]
    #[case("[::1]:81", Some(81))]
    #[case("1:1", Some(1))]
    #[case("host:65536", None)]
    #[case("host:", None)]
    fn a_port_that_is_out_of_range_is_not_the_usual_one(#[case] text: &str, #[case] port: Option<u16>) {
        assert_eq!(port_or(&text.parse().expect("an authority"), 80), port);
    }
}

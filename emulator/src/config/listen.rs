//! The flags that say where an emulator listens. `serve` and `run` obey them, `wait` and `probe` look there.

use std::{
    net::{Ipv4Addr, SocketAddr},
    str::FromStr,
};

use clap::Args;

/// The port of `serve` when nobody names one. Our choice: none of the ports that other emulators take.
pub const DEFAULT_PORT: u16 = 6770;

/// Where an emulator listens.
#[derive(Debug, Clone, Args)]
pub struct ListenArgs {
    /// Where to listen; port 0 takes any free port [default: 127.0.0.1:6770, for `run` 127.0.0.1:0]
    #[arg(long, env = "OSS_EMULATOR_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// The port to listen on, in place of the one in --listen
    #[arg(long, env = "OSS_EMULATOR_PORT", value_name = "NUMBER")]
    pub port: Option<Port>,
}

impl ListenArgs {
    /// The address: 127.0.0.1 and `port` unless the flags say otherwise.
    pub fn address(&self, port: u16) -> SocketAddr {
        let mut address = self.listen.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        if let Some(Port(Some(wanted))) = self.port {
            address.set_port(wanted);
        }
        address
    }
}

/// A port. `None` when the text is what Kubernetes puts into `OSS_EMULATOR_PORT` of every container beside a service
/// called `oss-emulator` (`tcp://10.0.0.1:6770`): that is no wish of the user's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Port(Option<u16>);

impl FromStr for Port {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with("tcp://") {
            return Ok(Self(None));
        }
        text.parse().map(|port| Self(Some(port))).map_err(|_| "write a number from 0 to 65535".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{ListenArgs, Port};

    #[rstest]
    #[case(None, None, "127.0.0.1:6770")]
    #[case(Some("[::1]:1"), None, "[::1]:1")]
    #[case(None, Some("0"), "127.0.0.1:0")]
    #[case(Some("0.0.0.0:1"), Some("65535"), "0.0.0.0:65535")]
    #[case(Some("127.0.0.1:1"), Some("tcp://10.0.0.1:6770"), "127.0.0.1:1")]
    fn the_port_takes_the_place_of_the_one_in_listen(
        #[case] listen: Option<&str>,
        #[case] port: Option<&str>,
        #[case] address: &str,
    ) {
        let args = ListenArgs {
            listen: listen.map(|text| text.parse().expect("an address")),
            port: port.map(|text| text.parse().expect("a port")),
        };
        assert_eq!(args.address(6770).to_string(), address);
    }

    #[rstest]
    #[case("")]
    #[case("65536")]
    #[case("http")]
    fn anything_else_is_no_port(#[case] text: &str) {
        assert!(text.parse::<Port>().is_err());
    }
}

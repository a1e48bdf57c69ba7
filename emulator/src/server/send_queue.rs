//! Waits until the peer's system has taken what was sent. A reset throws away whatever still waits in the send queue,
//! so a reset "after exactly n bytes" must come after these bytes have arrived. Linux tells the length of the queue in
//! `/proc/net/tcp`; elsewhere the wait is left out.

use std::net::SocketAddr;

use tokio::{
    net::TcpStream,
    time::{Instant, sleep},
};

use super::limits::{RESET_PATIENCE, RESET_POLL};

/// Waits until nothing unacknowledged is left, or until the peer has taken nothing for a while.
pub(super) async fn drained(socket: &TcpStream) {
    let (Ok(local), Ok(peer)) = (socket.local_addr(), socket.peer_addr()) else { return };
    let mut queued = u64::MAX;
    let mut deadline = Instant::now() + RESET_PATIENCE;
    while let Some(now_queued) = unacknowledged(local, peer).await {
        if now_queued == 0 || Instant::now() > deadline {
            return;
        }
        if now_queued < queued {
            (queued, deadline) = (now_queued, Instant::now() + RESET_PATIENCE);
        }
        sleep(RESET_POLL).await;
    }
}

/// The length of the send queue; `None` when the system does not tell.
async fn unacknowledged(local: SocketAddr, peer: SocketAddr) -> Option<u64> {
    let table = if local.is_ipv4() { "/proc/net/tcp" } else { "/proc/net/tcp6" };
    let text = tokio::fs::read_to_string(table).await.ok()?;
    find_queue(&text, &hex_address(local), &hex_address(peer))
}

fn find_queue(table: &str, local: &str, peer: &str) -> Option<u64> {
    table.lines().skip(1).find_map(|line| {
        let mut fields = line.split_ascii_whitespace().skip(1);
        let ends_fit = fields.next()? == local && fields.next()? == peer;
        let queues = fields.nth(1)?;
        ends_fit.then(|| u64::from_str_radix(queues.split(':').next()?, 16).ok()).flatten()
    })
}

/// An address as the table writes it: 32-bit words in the machine's byte order, then the port.
fn hex_address(address: SocketAddr) -> String {
    let octets = match address {
        SocketAddr::V4(v4) => v4.ip().octets().to_vec(),
        SocketAddr::V6(v6) => v6.ip().octets().to_vec(),
    };
    let words = octets.chunks_exact(4).map(|word| {
        let word = u32::from_ne_bytes([word[0], word[1], word[2], word[3]]);
        format!("{word:08X}")
    });
    format!("{}:{:04X}", words.collect::<String>(), address.port())
}

#[cfg(test)]
mod tests {
    use super::{find_queue, hex_address};

    #[test]
    fn the_queue_of_a_connection_is_found_in_the_table() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
                     0: 0100007F:1A72 0100007F:C350 01 000000FF:00000000 01:00000014 00000000     0        0 1 2 0\n";
        let (local, peer) =
            ("127.0.0.1:6770".parse().expect("an address"), "127.0.0.1:50000".parse().expect("an address"));
        assert_eq!(find_queue(table, &hex_address(local), &hex_address(peer)), Some(255));
        assert_eq!(find_queue(table, &hex_address(peer), &hex_address(local)), None);
    }
}

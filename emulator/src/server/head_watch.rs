//! Looks for heads that state the body's length twice. hyper drops `Content-Length` when `Transfer-Encoding` is there
//! too, so that nothing behind it can tell; such a request is the tool of request smuggling and is refused.

/// Reads along while a head is expected. Used by the socket wrapper.
#[derive(Debug, Default)]
pub(super) struct HeadWatch {
    line: [u8; KEPT],
    kept: usize,
    lines: usize,
    with_length: bool,
    with_encoding: bool,
    ended: bool,
}

/// Longer lines cannot be one of the two headers; their tails are not kept.
const KEPT: usize = 32;

impl HeadWatch {
    /// Expects a new head.
    pub(super) fn rearm(&mut self) {
        *self = Self::default();
    }

    /// Reads along.
    pub(super) fn see(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.ended {
                return;
            }
            if *byte == b'\n' {
                self.end_line();
            } else if let Some(place) = self.line.get_mut(self.kept) {
                *place = *byte;
                self.kept += 1;
            }
        }
    }

    fn end_line(&mut self) {
        let line = self.line.get(..self.kept).unwrap_or_default();
        let blank = line.iter().all(|byte| *byte == b'\r');
        // Blank lines before the request line are allowed and skipped.
        self.ended = blank && self.lines > 0;
        if !blank {
            self.lines += 1;
            self.with_length |= starts_with(line, b"content-length:");
            self.with_encoding |= starts_with(line, b"transfer-encoding:");
        }
        self.kept = 0;
    }

    /// Whether the head seen last states the length twice.
    pub(super) fn is_ambiguous(&self) -> bool {
        self.with_length && self.with_encoding
    }
}

fn starts_with(line: &[u8], name: &[u8]) -> bool {
    line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::HeadWatch;

    #[rstest]
    #[case("PUT / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", true)]
    #[case("\r\nPUT / HTTP/1.1\r\ntransfer-encoding: chunked\r\nCONTENT-LENGTH: 3\r\n\r\n", true)]
    #[case("PUT / HTTP/1.1\r\nContent-Length: 3\r\n\r\nTransfer-Encoding: x\r\n", false)]
    #[case("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nX: Content-Length: 3\r\n\r\n", false)]
    fn a_head_with_both_headers_is_ambiguous(#[case] bytes: &str, #[case] expected: bool) {
        let mut whole = HeadWatch::default();
        whole.see(bytes.as_bytes());
        let mut piecewise = HeadWatch::default();
        bytes.as_bytes().chunks(1).for_each(|byte| piecewise.see(byte));
        assert_eq!((whole.is_ambiguous(), piecewise.is_ambiguous()), (expected, expected));
    }
}

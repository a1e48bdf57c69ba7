//! What the client's tests share. Each test binary uses a part of it.

pub(crate) mod bench;

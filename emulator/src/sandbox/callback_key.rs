//! The key that upload callbacks are signed with. OSS signs with one of its own and serves the public half; so does the
//! emulator, with a key that it makes when it is first needed.

use base64::{Engine, engine::general_purpose::STANDARD};
use md5::{Digest, Md5};
use rsa::{
    Pkcs1v15Sign, RsaPrivateKey, RsaPublicKey,
    pkcs8::{EncodePublicKey, LineEnding},
    rand_core::OsRng,
};

/// Bits of the key. OSS's own has 512, which libraries of today refuse to load.
const BITS: usize = 1024;

/// What stands before an MD5 digest in a PKCS #1 v1.5 signature. RFC 8017, 9.2, note 1.
const MD5_PREFIX: [u8; 18] = [
    0x30, 0x20, 0x30, 0x0c, 0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05, 0x05, 0x00, 0x04,
    0x10,
];

/// The key cannot be made or used.
#[derive(Debug, thiserror::Error)]
#[error("the key of upload callbacks cannot be used: {0}")]
pub(crate) struct CallbackKeyError(String);

/// A private key and its public half.
#[derive(Debug)]
pub(crate) struct CallbackKey {
    private: RsaPrivateKey,
    public_pem: String,
}

impl CallbackKey {
    /// A new key. Takes some tens of milliseconds.
    pub(super) fn generate() -> Result<Self, CallbackKeyError> {
        let private = RsaPrivateKey::new(&mut OsRng, BITS).map_err(refused)?;
        let public_pem = RsaPublicKey::from(&private).to_public_key_pem(LineEnding::LF).map_err(refused)?;
        Ok(Self { private, public_pem })
    }

    /// The public half as PEM.
    pub(crate) fn public_pem(&self) -> &str {
        &self.public_pem
    }

    /// The signature of a text, in base64: RSA with PKCS #1 v1.5 padding over its MD5. OSS documentation: Callback.
    pub(crate) fn sign(&self, text: &[u8]) -> Result<String, CallbackKeyError> {
        let scheme = Pkcs1v15Sign { hash_len: Some(16), prefix: MD5_PREFIX.into() };
        let signature = self.private.sign(scheme, &Md5::digest(text)).map_err(refused)?;
        Ok(STANDARD.encode(signature))
    }
}

fn refused(error: impl std::fmt::Display) -> CallbackKeyError {
    CallbackKeyError(error.to_string())
}

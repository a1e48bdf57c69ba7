//! Whom upload callbacks over https trust: whom the machine trusts, and whom the user adds, because the applications of a
//! test have certificates that no authority has signed.

use std::sync::Arc;

use rustls::{
    ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};

/// Whom upload callbacks over https trust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallbackTrust {
    /// Certificates that these roots, or those of the machine, have signed.
    Roots(Vec<CertificateDer<'static>>),
    /// Any certificate.
    Anyone,
}

/// The text holds no certificates.
#[derive(Debug, thiserror::Error)]
pub enum CallbackTrustError {
    /// It is no PEM.
    #[error("not readable as PEM: {0}")]
    Pem(#[from] rustls::pki_types::pem::Error),
    /// It is PEM without a certificate.
    #[error("no certificate in it; it must hold `-----BEGIN CERTIFICATE-----`")]
    Empty,
    /// What it holds cannot be a root.
    #[error("not a certificate that can be trusted: {0}")]
    Root(#[from] Error),
}

impl CallbackTrust {
    /// The machine's roots, and those in a PEM text.
    pub fn with_roots(pem: &[u8]) -> Result<Self, CallbackTrustError> {
        let roots = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>()?;
        if roots.is_empty() {
            return Err(CallbackTrustError::Empty);
        }
        let mut store = RootCertStore::empty();
        for root in &roots {
            store.add(root.clone())?;
        }
        Ok(Self::Roots(roots))
    }

    /// How to speak TLS to an application. Reads the machine's roots: some milliseconds.
    pub(super) fn client(&self) -> Result<ClientConfig, Error> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider));
        let builder = builder.with_safe_default_protocol_versions()?;
        Ok(match self {
            Self::Roots(roots) => {
                let mut store = RootCertStore::empty();
                // A machine without roots, such as a bare container, still has the given ones.
                store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
                store.add_parsable_certificates(roots.iter().cloned());
                builder.with_root_certificates(store).with_no_client_auth()
            }
            Self::Anyone => {
                let verifier = Arc::new(Unverified(provider));
                builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
            }
        })
    }
}

impl Default for CallbackTrust {
    fn default() -> Self {
        Self::Roots(Vec::new())
    }
}

/// Lets any certificate pass; the handshake must still be signed with its key.
#[derive(Debug)]
struct Unverified(Arc<CryptoProvider>);

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

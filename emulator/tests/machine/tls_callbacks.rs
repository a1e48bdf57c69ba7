//! Upload callbacks over https: whom the emulator trusts, and what it says when it does not.

use std::{fs, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use oss_emulator::{Emulator, sandbox::CallbackTrust};
use rcgen::{CertificateParams, CertifiedIssuer, CertifiedKey, KeyPair, generate_simple_self_signed};
use rstest::rstest;
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

use crate::support::{Answer, Process, Raw, within};

/// An application with a certificate: what it needs to serve, and what a client needs to trust it (PEM).
struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: KeyPair,
    root: String,
}

/// Its own certificate, which nobody signed.
fn self_signed(name: &str) -> Identity {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed([name.to_owned()]).expect("a certificate");
    Identity { chain: vec![cert.der().clone()], key: signing_key, root: cert.pem() }
}

/// A certificate that an authority of the test's own signed.
fn signed(name: &str) -> Identity {
    let mut authority = CertificateParams::new([]).expect("parameters");
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let issuer =
        CertifiedIssuer::self_signed(authority, KeyPair::generate().expect("a key")).expect("a root");
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new([name.to_owned()]).expect("parameters");
    let cert = params.signed_by(&key, &issuer).expect("a certificate");
    Identity { chain: vec![cert.der().clone()], key, root: issuer.pem() }
}

/// What the application saw: the name that the client sent with its greeting, and the first line of its request. `None`
/// when no TLS came about.
type Seen = Option<(Option<String>, String)>;

/// Answers one request well.
async fn application(identity: Identity) -> (u16, JoinHandle<Seen>) {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(identity.chain, PrivateKeyDer::Pkcs8(identity.key.serialize_der().into()))
        .expect("a certificate with its key");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let seen = tokio::spawn(within("the application is told", async move {
        let (socket, _) = listener.accept().await.expect("a caller");
        let mut stream = TlsAcceptor::from(Arc::new(config)).accept(socket).await.ok()?;
        let name = stream.get_ref().1.server_name().map(str::to_owned);
        let mut request = Vec::new();
        while !request.ends_with(b"told") {
            if stream.read_buf(&mut request).await.ok()? == 0 {
                return None;
            }
        }
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{\"well\":true}";
        stream.write_all(answer).await.expect("the caller reads");
        stream.shutdown().await.expect("the caller is there");
        let line = String::from_utf8_lossy(&request).lines().next().unwrap_or_default().to_owned();
        Some((name, line))
    }));
    (port, seen)
}

fn callback(settings: &Value) -> String {
    STANDARD.encode(settings.to_string())
}

async fn put(emulator: &Emulator, settings: &Value) -> Answer {
    let mut client = Raw::connect(emulator.address()).await;
    client.ask_with("PUT", "/bucket/key", &[("x-oss-callback", &callback(settings))], b"x").await
}

async fn trusting(trust: CallbackTrust) -> Emulator {
    Emulator::builder().bucket("bucket").callback_trust(trust).start().await.expect("it starts")
}

fn roots(pem: &str) -> CallbackTrust {
    CallbackTrust::with_roots(pem.as_bytes()).expect("a certificate")
}

#[rstest]
#[case::its_own_certificate(self_signed("localhost"))]
#[case::its_authority(signed("localhost"))]
#[tokio::test]
async fn an_application_whose_certificate_is_trusted_is_told(#[case] identity: Identity) {
    let emulator = trusting(roots(&identity.root)).await;
    let (port, seen) = application(identity).await;
    let url = format!("https://localhost:{port}/a?b=c");
    let answer = put(&emulator, &json!({ "callbackUrl": url, "callbackBody": "told" })).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "{\"well\":true}"));
    let told = (Some("localhost".to_owned()), "POST /a?b=c HTTP/1.1".to_owned());
    assert_eq!(seen.await.expect("it ran"), Some(told));
}

#[tokio::test]
async fn the_name_is_kept_back_when_the_request_says_so() {
    let identity = self_signed("localhost");
    let emulator = trusting(roots(&identity.root)).await;
    let (port, seen) = application(identity).await;
    let url = format!("https://localhost:{port}/");
    let settings = json!({ "callbackUrl": url, "callbackBody": "told", "callbackSNI": false });
    assert_eq!(put(&emulator, &settings).await.status, 200);
    assert_eq!(seen.await.expect("it ran").expect("TLS came about").0, None);
    let wrong = json!({ "callbackUrl": url, "callbackBody": "told", "callbackSNI": "true" });
    let refusal = put(&emulator, &wrong).await;
    assert_eq!(refusal.status, 400);
    assert!(refusal.text().contains("The callback sni is invalid."), "{}", refusal.text());
}

#[rstest]
#[case::nobody_vouches(CallbackTrust::default(), "localhost")]
#[case::another_is_trusted(roots(&self_signed("localhost").root), "localhost")]
#[case::it_has_another_name(CallbackTrust::default(), "elsewhere.example")]
#[tokio::test]
async fn a_certificate_that_is_not_trusted_is_refused_and_any_is_accepted_on_request(
    #[case] trust: CallbackTrust,
    #[case] name: &str,
) {
    let (port, seen) = application(self_signed(name)).await;
    let settings = json!({ "callbackUrl": format!("https://localhost:{port}/"), "callbackBody": "told" });
    let refusal = put(&trusting(trust).await, &settings).await;
    assert_eq!(refusal.status, 203);
    for part in ["<Code>CallbackFailed</Code>", "can not connect to your callbackUrl", "--callback-ca"] {
        assert!(refusal.text().contains(part), "{}", refusal.text());
    }
    assert_eq!(seen.await.expect("it ran"), None);

    let (port, _seen) = application(self_signed(name)).await;
    let settings = json!({ "callbackUrl": format!("https://localhost:{port}/"), "callbackBody": "told" });
    assert_eq!(put(&trusting(CallbackTrust::Anyone).await, &settings).await.status, 200);
}

#[tokio::test]
async fn a_trusted_certificate_for_another_name_is_refused() {
    let identity = self_signed("elsewhere.example");
    let emulator = trusting(roots(&identity.root)).await;
    let (port, _seen) = application(identity).await;
    let url = format!("https://localhost:{port}/");
    assert_eq!(put(&emulator, &json!({ "callbackUrl": url, "callbackBody": "told" })).await.status, 203);
}

#[tokio::test]
async fn the_flags_say_whom_to_trust() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, identity) = (folder.path().join("root.pem"), signed("127.0.0.1"));
    fs::write(&file, &identity.root).expect("it is written");
    let (port, _seen) = application(identity).await;
    let url = format!("https://127.0.0.1:{port}/");
    let settings = callback(&json!({ "callbackUrl": url, "callbackBody": "told" }));
    let emulator = Process::serve(&["--bucket", "bucket", "--callback-ca", file.to_str().expect("a path")]);
    let mut client = Raw::connect(emulator.address()).await;
    let answer = client.ask_with("PUT", "/bucket/k", &[("x-oss-callback", &settings)], b"x").await;
    assert_eq!(answer.text(), "{\"well\":true}");
}

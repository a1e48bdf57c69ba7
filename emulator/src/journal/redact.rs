//! Keeps secrets out of the journal.

use percent_encoding::percent_decode_str;

/// Query parameters whose values are secret or as good as secret (OSS documentation: presigned URLs, V1 and V4).
const SECRET: [&str; 6] = [
    "signature",
    "x-oss-signature",
    "x-amz-signature",
    "security-token",
    "x-oss-security-token",
    "x-amz-security-token",
];

/// Path and query with the values of secret parameters replaced.
pub fn redact_target(target: &str) -> String {
    let Some((path, query)) = target.split_once('?') else { return target.to_owned() };
    let shown: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) if is_secret(name) => {
                format!("{name}=REDACTED")
            }
            _ => pair.to_owned(),
        })
        .collect();
    format!("{path}?{}", shown.join("&"))
}

/// The name may be percent-encoded: the server reads it all the same.
fn is_secret(name: &str) -> bool {
    let name = percent_decode_str(name).decode_utf8_lossy();
    SECRET.iter().any(|secret| name.eq_ignore_ascii_case(secret))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::redact_target;

    #[rstest]
    #[case("Signature")]
    #[case("x-oss-signature")]
    #[case("X-Amz-Signature")]
    #[case("security-token")]
    #[case("x-oss-security-token")]
    #[case("X-Amz-Security-Token")]
    fn whatever_signs_a_request_is_hidden(#[case] name: &str) {
        assert_eq!(redact_target(&format!("/?{name}=s")), format!("/?{name}=REDACTED"));
    }

    #[test]
    fn signatures_and_tokens_are_hidden_and_the_rest_is_kept() {
        assert_eq!(
            redact_target("/b/k?OSSAccessKeyId=id&Signature=s%3D&security-token=t&partNumber=1&uploads"),
            "/b/k?OSSAccessKeyId=id&Signature=REDACTED&security-token=REDACTED&partNumber=1&uploads"
        );
        assert_eq!(redact_target("/b/k?%53ignature=s&x=1"), "/b/k?%53ignature=REDACTED&x=1");
        assert_eq!(redact_target("/b/k"), "/b/k");
    }
}

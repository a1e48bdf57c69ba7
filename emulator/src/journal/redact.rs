//! Keeps secrets out of the journal.

/// Query parameters whose values are secret or as good as secret (OSS documentation: presigned URLs, V1 and V4).
const SECRET: [&str; 5] =
    ["signature", "x-oss-signature", "x-amz-signature", "security-token", "x-oss-security-token"];

/// Path and query with the values of secret parameters replaced.
pub fn redact_target(target: &str) -> String {
    let Some((path, query)) = target.split_once('?') else { return target.to_owned() };
    let shown: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) if SECRET.iter().any(|secret| name.eq_ignore_ascii_case(secret)) => {
                format!("{name}=REDACTED")
            }
            _ => pair.to_owned(),
        })
        .collect();
    format!("{path}?{}", shown.join("&"))
}

#[cfg(test)]
mod tests {
    use super::redact_target;

    #[test]
    fn signatures_and_tokens_are_hidden_and_the_rest_is_kept() {
        assert_eq!(
            redact_target("/b/k?OSSAccessKeyId=id&Signature=s%3D&security-token=t&partNumber=1&uploads"),
            "/b/k?OSSAccessKeyId=id&Signature=REDACTED&security-token=REDACTED&partNumber=1&uploads"
        );
        assert_eq!(redact_target("/b/k"), "/b/k");
    }
}

//! The command that goes on with an interrupted upload: the present one again, without its secrets.

use std::ffi::OsString;

/// Options whose value must not be shown.
const SECRET: &[&str] = &["-k", "--access-key-secret", "-t", "--sts-token"];

/// Puts a command line into words that a shell takes back. Secrets are left out; they belong into the environment.
pub(super) fn resume_command(args: &[OsString]) -> String {
    let mut words = Vec::new();
    let mut left_out = false;
    let mut args = args.iter().map(|arg| arg.to_string_lossy());
    while let Some(arg) = args.next() {
        if SECRET.contains(&arg.as_ref()) {
            left_out = true;
            args.next();
            continue;
        }
        let joined = SECRET.iter().any(|name| {
            let separator = if name.starts_with("--") { "=" } else { "" };
            arg.strip_prefix(name).is_some_and(|rest| rest.starts_with(separator))
                && (!separator.is_empty() || !arg.starts_with("--"))
        });
        if joined {
            left_out = true;
            continue;
        }
        words.push(quote(&arg));
    }
    if left_out {
        words.push(
            "# with the secret in OSS_ACCESS_KEY_SECRET, and the token in OSS_SESSION_TOKEN".to_owned(),
        );
    }
    words.join(" ")
}

fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(&["oss-client", "cp", "a.bin", "oss://b/k"], "oss-client cp a.bin oss://b/k")]
    #[case(&["oss-client", "cp", "it's here", ""], r"oss-client cp 'it'\''s here' ''")]
    #[case(
        &["oss-client", "-k", "hush", "cp", "--sts-token=hush", "-thush", "a"],
        "oss-client cp a # with the secret in OSS_ACCESS_KEY_SECRET, and the token in OSS_SESSION_TOKEN"
    )]
    fn the_command_is_quoted_for_a_shell_and_shows_no_secret(#[case] args: &[&str], #[case] text: &str) {
        let args: Vec<OsString> = args.iter().map(OsString::from).collect();
        assert_eq!(resume_command(&args), text);
    }
}

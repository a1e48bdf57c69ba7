//! The environment variables that the command line reads, with the names that other tools use for the same things.

/// One setting under its several names, the best first.
pub(super) struct Variable(&'static [&'static str]);

/// Access key id: the SDKs and ossutil 2; opendal and restic; `JuiceFS`; the SDKs' test suites.
pub(super) const ACCESS_KEY_ID: Variable = Variable(&[
    "OSS_ACCESS_KEY_ID",
    "ALIBABA_CLOUD_ACCESS_KEY_ID",
    "ALICLOUD_ACCESS_KEY_ID",
    "OSS_TEST_ACCESS_KEY_ID",
]);

/// Access key secret, in the same order.
pub(super) const ACCESS_KEY_SECRET: Variable = Variable(&[
    "OSS_ACCESS_KEY_SECRET",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "ALICLOUD_ACCESS_KEY_SECRET",
    "OSS_TEST_ACCESS_KEY_SECRET",
]);

/// Security token.
pub(super) const SESSION_TOKEN: Variable = Variable(&["OSS_SESSION_TOKEN", "ALIBABA_CLOUD_SECURITY_TOKEN"]);

/// Endpoint.
pub(super) const ENDPOINT: Variable =
    Variable(&["OSS_ENDPOINT", "OSS_TEST_ENDPOINT", "ALICLOUD_ENDPOINT", "ALIYUNOSS_ENDPOINT"]);

impl Variable {
    /// The value, and the name under which it was found. An empty value is none.
    pub(super) fn read(&self) -> Option<(&'static str, String)> {
        self.0.iter().find_map(|name| {
            let value = std::env::var_os(name)?.into_string().ok().filter(|value| !value.is_empty())?;
            Some((*name, value))
        })
    }

    /// The name to tell a person.
    pub(super) fn name(&self) -> &'static str {
        self.0.first().copied().unwrap_or_default()
    }
}

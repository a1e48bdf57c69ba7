//! Every form in which clients address buckets and objects.

use oss_emulator::http::{Address, AddressRules, Style};
use rstest::rstest;

#[rstest]
#[case::ipv4("127.0.0.1:6770", "/bkt/key", Style::Path, Some("bkt"), Some("key"))]
#[case::ipv6("[::1]:6770", "/bkt/a/b", Style::Path, Some("bkt"), Some("a/b"))]
#[case::localhost("localhost:6770", "/bkt/", Style::Path, Some("bkt"), None)]
#[case::bucket_without_slash("127.0.0.1", "/bkt", Style::Path, Some("bkt"), None)]
#[case::service("127.0.0.1:6770", "/", Style::Path, None, None)]
#[case::cpp_sdk_lists_buckets("127.0.0.1:6770", "//", Style::Path, None, None)]
#[case::unknown_name("oss-emulator:6770", "/bkt/key", Style::Path, Some("bkt"), Some("key"))]
#[case::no_host("", "/bkt/key", Style::Path, Some("bkt"), Some("key"))]
#[case::go_and_python2_on_localhost("bkt.localhost:6770", "/key", Style::Host, Some("bkt"), Some("key"))]
#[case::host_bucket_level("bkt.localhost:6770", "/", Style::Host, Some("bkt"), None)]
#[case::cpp_sdk_on_localhost(
    "bkt.oss-cn-hangzhou.localhost:80",
    "/key",
    Style::Host,
    Some("bkt"),
    Some("key")
)]
#[case::region_on_localhost("oss-cn-hangzhou.localhost:80", "/", Style::Path, None, None)]
#[case::ali_oss_with_an_ip("bkt.oss-cn-hangzhou.aliyuncs.com", "/key", Style::Host, Some("bkt"), Some("key"))]
#[case::ali_oss_lists_buckets("undefined.oss-cn-hangzhou.aliyuncs.com", "/", Style::Path, None, None)]
#[case::newer_ali_oss_lists_buckets(".oss-cn-hangzhou.aliyuncs.com", "/", Style::Path, None, None)]
#[case::region("oss-cn-hangzhou.aliyuncs.com", "/bkt/key", Style::Path, Some("bkt"), Some("key"))]
#[case::upper_case("BKT.OSS-cn-hangzhou.Aliyuncs.com", "/key", Style::Host, Some("bkt"), Some("key"))]
#[case::own_domain("bkt.oss.example.test:6770", "/key", Style::Host, Some("bkt"), Some("key"))]
#[case::own_domain_service("oss.example.test:6770", "/bkt/key", Style::Path, Some("bkt"), Some("key"))]
#[case::domain_below_another("bkt.deep.oss.example.test", "/key", Style::Host, Some("bkt"), Some("key"))]
#[case::its_service("deep.oss.example.test", "/bkt/key", Style::Path, Some("bkt"), Some("key"))]
#[case::encoded_slash("127.0.0.1", "/bkt/a%2Fb", Style::Path, Some("bkt"), Some("a/b"))]
#[case::plus_is_a_plus("127.0.0.1", "/bkt/a+b", Style::Path, Some("bkt"), Some("a+b"))]
#[case::dots_are_text("127.0.0.1", "/bkt/../../x", Style::Path, Some("bkt"), Some("../../x"))]
#[case::double_slash_is_text("127.0.0.1", "/bkt/a//b", Style::Path, Some("bkt"), Some("a//b"))]
#[case::broken_escape_is_text("127.0.0.1", "/bkt/a%zz", Style::Path, Some("bkt"), Some("a%zz"))]
#[case::ipv6_without_port("[2001:db8::7]", "/bkt/key", Style::Path, Some("bkt"), Some("key"))]
#[case::bare_ipv6("::1", "/bkt/key", Style::Path, Some("bkt"), Some("key"))]
#[case::bound_name("cdn.example.test:6770", "/a/b", Style::Host, Some("bound"), Some("a/b"))]
#[case::bound_name_in_capitals("CDN.example.test.", "/", Style::Host, Some("bound"), None)]
#[case::label_before_a_bound_name("x.cdn.example.test", "/bkt", Style::Path, Some("bkt"), None)]
#[case::bound_ip("[::7]:6770", "/bkt/key", Style::Host, Some("six"), Some("bkt/key"))]
fn bucket_and_key_are_found(
    #[case] host: &str,
    #[case] path: &str,
    #[case] style: Style,
    #[case] bucket: Option<&str>,
    #[case] key: Option<&str>,
) {
    let rules = AddressRules::new(["oss.example.test", "deep.oss.example.test"]);
    let rules = rules.cname("cdn.example.test:80", "bound").cname("[::7]", "six");
    let address = Address::read(&rules, host, path);
    let key = key.map(|key| key.as_bytes().to_vec());
    assert_eq!(address, Address { style, bucket: bucket.map(str::to_owned), key });
}

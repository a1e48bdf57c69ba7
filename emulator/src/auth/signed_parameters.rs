//! The query parameters that a V1 signature covers: the union of the lists in the SDKs for Java, Go and
//! Python and of the documentation ("Add a signature to the header"). A client sends such a parameter only
//! when it signs it, so that the union fits all of them.

const SIGNED: &[&str] = &[
    "accessPoint",
    "accessPointPolicy",
    "accessmonitor",
    "acl",
    "agenticBucket",
    "append",
    "asyncFetch",
    "bucketArchiveDirectRead",
    "bucketInfo",
    "bucketSpace",
    "callback",
    "callback-var",
    "cleanRestoredObject",
    "cloudboxes",
    "cname",
    "comp",
    "continuation-token",
    "cors",
    "dataPipeline",
    "delete",
    "encryption",
    "endTime",
    "group",
    "httpsConfig",
    "img",
    "inventory",
    "inventoryId",
    "legalHold",
    "lifecycle",
    "link",
    "live",
    "location",
    "logging",
    "metaQuery",
    "metadataConfiguration",
    "metadataInventoryTable",
    "metadataJournalTable",
    "namespace",
    "objectInfo",
    "objectMeta",
    "objectWorm",
    "overwriteConfig",
    "partNumber",
    "policy",
    "policyStatus",
    "position",
    "processConfiguration",
    "publicAccessBlock",
    "qos",
    "qosInfo",
    "qosRequester",
    "quota",
    "redundancyTransition",
    "referer",
    "regionList",
    "regions",
    "replication",
    "replicationLocation",
    "replicationProgress",
    "requestPayment",
    "requesterQosInfo",
    "resourceGroup",
    "resourcePool",
    "resourcePoolBuckets",
    "resourcePoolInfo",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "responseHeader",
    "restore",
    "retention",
    "rtc",
    "seal",
    "security-token",
    "sequential",
    "startTime",
    "stat",
    "status",
    "style",
    "styleName",
    "symlink",
    "tagging",
    "transferAcceleration",
    "udf",
    "udfApplication",
    "udfApplicationLog",
    "udfId",
    "udfImage",
    "udfImageDesc",
    "udfName",
    "uploadId",
    "uploads",
    "userDefinedLogFieldsConfig",
    "versionId",
    "versioning",
    "versions",
    "vip",
    "vod",
    "vpcip",
    "website",
    "withHashContext",
    "worm",
    "wormExtend",
    "wormId",
];

/// Whether a V1 signature covers this parameter. Besides the list, everything that starts with `x-oss-` is
/// covered (alibabacloud-oss-go-sdk-v2 `oss/signer/v1.go`).
pub fn is_signed_parameter(name: &str) -> bool {
    name.starts_with("x-oss-") || SIGNED.binary_search(&name).is_ok()
}

/// Signed parameters that only modify a request; every other one selects a sub-resource and so another
/// operation.
const MODIFIERS: &[&str] = &[
    "callback",
    "callback-var",
    "continuation-token",
    "position",
    "security-token",
    "sequential",
    "x-oss-additional-headers",
    "x-oss-credential",
    "x-oss-date",
    "x-oss-expires",
    "x-oss-request-payer",
    "x-oss-security-token",
    "x-oss-signature",
    "x-oss-signature-version",
    "x-oss-traffic-limit",
];

/// Whether the parameter selects a sub-resource: a request that has one must never be answered as if it had
/// none.
pub(crate) fn selects_sub_resource(name: &str) -> bool {
    let harmless = name.starts_with("response-") || MODIFIERS.contains(&name);
    is_signed_parameter(name) && !harmless
}

#[cfg(test)]
mod tests {
    use super::SIGNED;

    #[test]
    fn the_list_is_sorted_as_its_search_needs_it() {
        assert!(SIGNED.is_sorted());
    }
}

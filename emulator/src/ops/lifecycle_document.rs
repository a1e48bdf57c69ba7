//! The document `LifecycleConfiguration`: read strictly, written back from the rules. Called by the lifecycle
//! operations.

use super::tag_set::read_tag;
use crate::{
    domain::{
        StorageClass, TagLimits, Tags,
        lifecycle::{Exclusion, Expiration, Rule, SizeFilter, Transition, When},
        limits::{MAX_LIFECYCLE_RULES, MAX_RULE_ID_BYTES},
        time::iso8601,
    },
    error::OssError,
    xml::{Element, MalformedXml, XmlWriter, read_tree},
};
use jiff::Timestamp;

/// The EC of a document that is not of the schema (alibabacloud-oss-go-sdk-v2 `oss/client_mock_test.go`).
const EC_MALFORMED: &str = "0015-00000231";

/// The ECs of one action: with both `Days` and `CreatedBeforeDate`, and with neither. OSS documentation gives them
/// without their codes; `MalformedXML` is our choice.
struct Ecs {
    both: &'static str,
    neither: &'static str,
}

const ABORT: Ecs = Ecs { both: "0014-00000074", neither: "0014-00000073" };
const EXPIRATION: Ecs = Ecs { both: "0014-00000061", neither: EC_MALFORMED };
const TRANSITION: Ecs = Ecs { both: "0014-00000050", neither: EC_MALFORMED };

fn malformed(reason: impl Into<String>) -> OssError {
    OssError::from(MalformedXml(reason.into())).ec(EC_MALFORMED)
}

/// Reads all rules. `fresh` are the random bits that ids are made of where the document has none.
pub(super) fn read_rules(body: &[u8], fresh: u128) -> Result<Vec<Rule>, OssError> {
    let root = read_tree(body, "LifecycleConfiguration").map_err(|error| malformed(error.0))?;
    root.only(&["Rule"]).map_err(|error| malformed(error.0))?;
    let count = root.children.len();
    if count == 0 || count > MAX_LIFECYCLE_RULES {
        return Err(malformed(format!("{count} rules; 1 to {MAX_LIFECYCLE_RULES} are allowed")));
    }
    root.children
        .iter()
        .zip(0_u128..)
        .map(|(rule, index)| read_rule(rule, &format!("{:032x}", fresh.wrapping_add(index))))
        .collect()
}

/// The only child of that name.
fn once<'e>(parent: &'e Element, name: &str) -> Result<Option<&'e Element>, OssError> {
    parent.child(name).map_err(|error| malformed(error.0).ec("0014-00000089"))
}

fn read_rule(rule: &Element, fresh_id: &str) -> Result<Rule, OssError> {
    const KNOWN: &[&str] = &[
        "ID",
        "Prefix",
        "Status",
        "Filter",
        "Tag",
        "Expiration",
        "Transition",
        "AbortMultipartUpload",
        "NoncurrentVersionExpiration",
        "NoncurrentVersionTransition",
    ];
    if rule.children.iter().any(|child| child.name == "AtimeBase") {
        return Err(OssError::unsupported("A lifecycle rule by access time"));
    }
    rule.only(KNOWN).map_err(|error| malformed(error.0))?;
    if rule.children.iter().filter(|child| child.name == "Prefix").count() > 1 {
        return Err(malformed("<Prefix> appears twice").ec("0014-00000010"));
    }
    let text = |name| Ok::<_, OssError>(once(rule, name)?.map(|child| child.text.trim()));
    let id = text("ID")?.filter(|id| !id.is_empty()).unwrap_or(fresh_id);
    if id.len() > MAX_RULE_ID_BYTES {
        return Err(OssError::invalid_argument("ID", id));
    }
    let enabled = match text("Status")? {
        Some("Enabled") => true,
        Some("Disabled") => false,
        other => return Err(malformed(format!("Status `{}`", other.unwrap_or_default()))),
    };
    let tags =
        named(rule, "Tag").map(read_tag).collect::<Result<_, _>>().map_err(|error| malformed(error.0))?;
    let (size, exclusions) = read_filter(once(rule, "Filter")?)?;
    let read = Rule {
        id: id.to_owned(),
        prefix: once(rule, "Prefix")?.map(|prefix| prefix.text.clone()).unwrap_or_default(),
        enabled,
        tags: Tags::new(tags, TagLimits::OBJECT)?,
        size,
        exclusions,
        expiration: once(rule, "Expiration")?.map(read_expiration).transpose()?,
        transitions: named(rule, "Transition").map(read_transition).collect::<Result<_, _>>()?,
        abort: once(rule, "AbortMultipartUpload")?.map(read_abort).transpose()?,
        noncurrent_expiration: once(rule, "NoncurrentVersionExpiration")?
            .map(|action| noncurrent_days(action, &["NoncurrentDays"]))
            .transpose()?,
        noncurrent_transitions: named(rule, "NoncurrentVersionTransition")
            .map(|action| {
                refuse_access_time(action)?;
                Ok((noncurrent_days(action, &["NoncurrentDays", "StorageClass"])?, class_of(action)?))
            })
            .collect::<Result<_, OssError>>()?,
    };
    let acts = read.expiration.is_some() || !read.transitions.is_empty() || read.abort.is_some();
    if acts || read.noncurrent_expiration.is_some() || !read.noncurrent_transitions.is_empty() {
        return Ok(read);
    }
    Err(malformed(format!("rule `{id}` has no action")))
}

fn named<'e>(parent: &'e Element, name: &'static str) -> impl Iterator<Item = &'e Element> {
    parent.children.iter().filter(move |child| child.name == name)
}

fn read_filter(filter: Option<&Element>) -> Result<(SizeFilter, Vec<Exclusion>), OssError> {
    let Some(filter) = filter else { return Ok((SizeFilter::default(), Vec::new())) };
    filter
        .only(&["ObjectSizeGreaterThan", "ObjectSizeLessThan", "Not"])
        .map_err(|error| malformed(error.0))?;
    let bytes = |name| {
        let sent = once(filter, name)?.map(|child| child.text.trim());
        sent.map(|text| text.parse().map_err(|_| OssError::invalid_argument(name, text))).transpose()
    };
    let size = SizeFilter { greater: bytes("ObjectSizeGreaterThan")?, less: bytes("ObjectSizeLessThan")? };
    let not = once(filter, "Not")?.map(|not| {
        not.only(&["Prefix", "Tag"]).map_err(|error| malformed(error.0))?;
        let tag = once(not, "Tag")?.map(read_tag).transpose().map_err(|error| malformed(error.0))?;
        let prefix = once(not, "Prefix")?.map(|prefix| prefix.text.clone()).unwrap_or_default();
        Ok::<_, OssError>(Exclusion { prefix, tag })
    });
    Ok((size, not.transpose()?.into_iter().collect()))
}

/// Rules by access time need a record of every read, which the emulator does not keep.
fn refuse_access_time(action: &Element) -> Result<(), OssError> {
    match once(action, "IsAccessTime")?.map(|child| child.text.trim()) {
        Some("true") => Err(OssError::unsupported("A lifecycle rule by access time")),
        _ => Ok(()),
    }
}

fn read_expiration(action: &Element) -> Result<Expiration, OssError> {
    action
        .only(&["Days", "CreatedBeforeDate", "Date", "ExpiredObjectDeleteMarker"])
        .map_err(|error| malformed(error.0))?;
    let markers = once(action, "ExpiredObjectDeleteMarker")?.map(|child| child.text.trim());
    match markers {
        None | Some("false") => Ok(Expiration::Objects(read_when(action, &EXPIRATION)?)),
        Some("true") if action.children.len() == 1 => Ok(Expiration::DeleteMarkers),
        Some("true") => Err(OssError::invalid_argument("ExpiredObjectDeleteMarker", "true")),
        Some(other) => Err(malformed(format!("ExpiredObjectDeleteMarker `{other}`"))),
    }
}

fn read_transition(action: &Element) -> Result<Transition, OssError> {
    refuse_access_time(action)?;
    action
        .only(&["Days", "CreatedBeforeDate", "StorageClass", "IsAccessTime", "ReturnToStdWhenVisit"])
        .map_err(|error| malformed(error.0))?;
    Ok(Transition { when: read_when(action, &TRANSITION)?, class: class_of(action)? })
}

fn read_abort(action: &Element) -> Result<When, OssError> {
    if action.children.iter().any(|child| child.name == "IsAccessTime") {
        return Err(malformed("<IsAccessTime> is not expected in <AbortMultipartUpload>").ec("0014-00000071"));
    }
    action.only(&["Days", "CreatedBeforeDate"]).map_err(|error| malformed(error.0))?;
    read_when(action, &ABORT)
}

/// Objects cannot move to where they begin. OSS documentation: `PutBucketLifecycle`.
fn class_of(action: &Element) -> Result<StorageClass, OssError> {
    let sent = once(action, "StorageClass")?.ok_or_else(|| malformed("<StorageClass> is missing"))?;
    match sent.text.trim().parse()? {
        StorageClass::Standard => Err(OssError::invalid_argument("StorageClass", "Standard")),
        class => Ok(class),
    }
}

fn noncurrent_days(action: &Element, known: &[&str]) -> Result<u32, OssError> {
    action.only(known).map_err(|error| malformed(error.0))?;
    let sent = once(action, "NoncurrentDays")?.ok_or_else(|| malformed("<NoncurrentDays> is missing"))?;
    days("NoncurrentDays", sent.text.trim())
}

fn days(name: &'static str, text: &str) -> Result<u32, OssError> {
    text.parse().ok().filter(|days| *days > 0).ok_or_else(|| {
        OssError::invalid_argument(name, text).message("Days in a lifecycle rule must be a positive integer.")
    })
}

/// `Date` is an older name of `CreatedBeforeDate` (aliyun-oss-go-sdk `LifecycleExpiration`).
fn read_when(action: &Element, ecs: &Ecs) -> Result<When, OssError> {
    let text = |name| Ok::<_, OssError>(once(action, name)?.map(|child| child.text.trim()));
    match (text("Days")?, text("CreatedBeforeDate")?.or(text("Date")?)) {
        (Some(_), Some(_)) => {
            Err(malformed(format!("<{}> has both Days and CreatedBeforeDate", action.name)).ec(ecs.both))
        }
        (None, None) => {
            Err(malformed(format!("<{}> has neither Days nor CreatedBeforeDate", action.name))
                .ec(ecs.neither))
        }
        (Some(sent), None) => Ok(When::Days(days("Days", sent)?)),
        (None, Some(sent)) => midnight(sent).map(When::Before).ok_or_else(|| {
            OssError::invalid_argument("CreatedBeforeDate", sent)
                .message("CreatedBeforeDate must have the form yyyy-MM-ddT00:00:00.000Z.")
                .ec("0014-00000087")
        }),
    }
}

fn midnight(text: &str) -> Option<Timestamp> {
    text.strip_suffix("T00:00:00.000Z")?;
    text.parse().ok()
}

/// Writes the document.
pub(super) fn write_rules(rules: &[Rule]) -> String {
    let mut xml = XmlWriter::new("LifecycleConfiguration");
    for rule in rules {
        xml.open("Rule").text("ID", &rule.id).text("Prefix", &rule.prefix);
        xml.text("Status", if rule.enabled { "Enabled" } else { "Disabled" });
        write_conditions(&mut xml, rule);
        match rule.expiration {
            Some(Expiration::Objects(when)) => {
                xml.open("Expiration");
                write_when(&mut xml, when);
                xml.close();
            }
            Some(Expiration::DeleteMarkers) => {
                xml.open("Expiration").text("ExpiredObjectDeleteMarker", "true").close();
            }
            None => {}
        }
        for transition in &rule.transitions {
            xml.open("Transition");
            write_when(&mut xml, transition.when);
            xml.text("StorageClass", transition.class.as_str()).close();
        }
        if let Some(when) = rule.abort {
            xml.open("AbortMultipartUpload");
            write_when(&mut xml, when);
            xml.close();
        }
        if let Some(days) = rule.noncurrent_expiration {
            xml.open("NoncurrentVersionExpiration").value("NoncurrentDays", days).close();
        }
        for (days, class) in &rule.noncurrent_transitions {
            xml.open("NoncurrentVersionTransition").value("NoncurrentDays", days);
            xml.text("StorageClass", class.as_str()).close();
        }
        xml.close();
    }
    xml.finish()
}

fn write_conditions(xml: &mut XmlWriter, rule: &Rule) {
    for (key, value) in rule.tags.pairs() {
        xml.open("Tag").text("Key", key).text("Value", value).close();
    }
    if rule.size == SizeFilter::default() && rule.exclusions.is_empty() {
        return;
    }
    xml.open("Filter");
    if let Some(bytes) = rule.size.greater {
        xml.value("ObjectSizeGreaterThan", bytes);
    }
    if let Some(bytes) = rule.size.less {
        xml.value("ObjectSizeLessThan", bytes);
    }
    for not in &rule.exclusions {
        xml.open("Not").text("Prefix", &not.prefix);
        if let Some((key, value)) = &not.tag {
            xml.open("Tag").text("Key", key).text("Value", value).close();
        }
        xml.close();
    }
    xml.close();
}

fn write_when(xml: &mut XmlWriter, when: When) {
    match when {
        When::Days(days) => xml.value("Days", days),
        When::Before(date) => xml.text("CreatedBeforeDate", iso8601(date)),
    };
}

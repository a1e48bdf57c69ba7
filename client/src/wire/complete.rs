//! The body of CompleteMultipartUpload.

use std::fmt::Write as _;

use quick_xml::escape::escape;

use crate::machine::ETag;

/// Lists the parts as OSS wants them: ascending, each tag in quotes.
pub fn body(parts: &[(u32, ETag)]) -> String {
    let mut text = String::with_capacity(64 + parts.len() * 96);
    text.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CompleteMultipartUpload>\n");
    for (number, etag) in parts {
        let etag = escape(etag.as_str());
        // Writing to a String cannot fail.
        let _written =
            writeln!(text, "  <Part><PartNumber>{number}</PartNumber><ETag>\"{etag}\"</ETag></Part>");
    }
    text.push_str("</CompleteMultipartUpload>\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_listed_with_quoted_tags() {
        insta::assert_snapshot!(body(&[(1, ETag::new("\"AB\"")), (2, ETag::new("c<d"))]), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <CompleteMultipartUpload>
          <Part><PartNumber>1</PartNumber><ETag>"AB"</ETag></Part>
          <Part><PartNumber>2</PartNumber><ETag>"c&lt;d"</ETag></Part>
        </CompleteMultipartUpload>
        "#);
    }
}

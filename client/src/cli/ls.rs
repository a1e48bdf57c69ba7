//! `ls`: objects, or open uploads.

use super::{Exit, args::Ls, output, units};
use crate::{Client, ErrorKind};

pub(super) async fn ls(client: &Client, ls: &Ls) -> Result<Exit, ErrorKind> {
    let (bucket, prefix) = (ls.at.bucket.as_str(), ls.at.key.as_str());
    if ls.multipart {
        let uploads = client.list_uploads(bucket, prefix).await?;
        for upload in &uploads {
            let (begun, id, key) = (&upload.initiated, &upload.upload_id, &upload.key);
            output::result(format_args!("{begun}  {id}  oss://{bucket}/{key}"));
        }
        output::note(units::show_count(uploads.len(), "open upload"));
        return Ok(Exit::Done);
    }
    let objects = client.list_objects(bucket, prefix).await?;
    for object in &objects {
        let (written, size, key) = (&object.last_modified, object.size, &object.key);
        output::result(format_args!("{written}  {size:>14}  {}  oss://{bucket}/{key}", object.etag));
    }
    output::note(units::show_count(objects.len(), "object"));
    Ok(Exit::Done)
}

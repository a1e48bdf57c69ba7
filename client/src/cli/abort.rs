//! `abort`: one upload by id, the one of a record, or all of a key.

use super::{Exit, args::Abort, output, units};
use crate::{Client, ErrorKind, RecordLocation, UploadRequest};

pub(super) async fn abort(client: &Client, abort: &Abort) -> Result<Exit, ErrorKind> {
    let (bucket, key) = (abort.at.bucket.as_str(), abort.at.key.as_str());
    if let Some(id) = &abort.upload_id {
        client.abort_upload_id(bucket, key, id).await?;
        output::result(format_args!("aborted {id} of {}", abort.at));
        return Ok(Exit::Done);
    }
    if let (Some(dir), Some(file)) = (&abort.checkpoint_dir, &abort.file) {
        let request = UploadRequest::new(bucket, key, file).record(RecordLocation::Dir(dir.clone()));
        match client.abort_upload(&request).await? {
            Some(id) => output::result(format_args!("aborted {id} of {} and deleted its record", abort.at)),
            None => output::note(format_args!("no record of {} to {}", file.display(), abort.at)),
        }
        return Ok(Exit::Done);
    }
    let uploads = client.list_uploads(bucket, key).await?;
    let mut aborted = 0;
    for upload in uploads.iter().filter(|upload| upload.key == key) {
        client.abort_upload_id(bucket, key, &upload.upload_id).await?;
        output::result(format_args!("aborted {} of {}", upload.upload_id, abort.at));
        aborted += 1;
    }
    output::note(format_args!("{} aborted", units::show_count(aborted, "upload")));
    Ok(Exit::Done)
}

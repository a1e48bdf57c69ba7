//! Edits of the emulator's store that no client is told of.

use oss_emulator::sandbox::Sandbox;

use super::{BUCKET, WorldError, content};
use crate::scenario::Edit;

pub(super) async fn edit(sandbox: &Sandbox, key: &str, edit: &Edit) -> Result<(), WorldError> {
    let impossible = |why: String| WorldError::Edit { edit: format!("{edit:?}"), why };
    let edits = sandbox.edits();
    if let Edit::PutObject { size, seed } = edit {
        let bytes = content(*size, *seed);
        return edits.put_object(BUCKET, key, bytes).await.map_err(|error| impossible(error.to_string()));
    }
    let mut uploads = edits.uploads();
    uploads.retain(|upload| upload.key == key);
    let [upload] = uploads.as_slice() else {
        return Err(impossible(format!("{} uploads are open for {key}, and it needs one", uploads.len())));
    };
    let done = match edit {
        Edit::DeleteUpload {} => edits.delete_upload(BUCKET, key, &upload.id),
        Edit::DeleteParts(parts) => {
            parts.iter().try_for_each(|part| edits.delete_part(BUCKET, key, &upload.id, *part))
        }
        Edit::PutPart { part, size, seed } => {
            let old = upload.parts.iter().find(|stored| stored.number == *part).map(|stored| stored.size);
            let size =
                size.or(old).ok_or_else(|| impossible(format!("part {part} is not stored: give a size")))?;
            edits.put_part(BUCKET, key, &upload.id, *part, content(size, *seed)).await
        }
        _ => return Err(impossible("it is no edit of the server".into())),
    };
    done.map_err(|error| impossible(error.to_string()))
}

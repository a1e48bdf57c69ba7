//! `listpart`: the parts of an open upload.

use super::{Exit, args::Listpart, output, units};
use crate::{Client, ErrorKind};

pub(super) async fn listpart(client: &Client, listpart: &Listpart) -> Result<Exit, ErrorKind> {
    let parts = client.list_parts(&listpart.at.bucket, &listpart.at.key, &listpart.upload_id).await?;
    for part in &parts {
        let crc64 = part.crc64.map_or_else(|| "-".to_owned(), |crc64| crc64.to_string());
        output::result(format_args!("{:>5}  {:>14}  {}  {crc64}", part.number, part.size, part.etag));
    }
    let size = parts.iter().map(|part| part.size).sum();
    output::note(format_args!("{}, {}", units::show_count(parts.len(), "part"), units::show_size(size)));
    Ok(Exit::Done)
}

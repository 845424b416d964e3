//! One part of a body.

use bytes::Bytes;

use super::disposition::Disposition;
use super::feed::{Feed, Field};
use crate::error::{Error, Result};

/// A part that is being read.
pub(super) struct Part {
    field: Field,
    /// Was read with the head and is not part of it.
    unread: Bytes,
    pub(super) name: String,
}

pub(super) enum Kind {
    Text,
    File(About),
}

/// What the client says of a file.
#[derive(Debug)]
pub(super) struct About {
    pub(super) name: String,
    pub(super) content_type: String,
}

impl About {
    /// Whether this is what a browser sends for an input that no file was chosen for.
    pub(super) fn is_absent(&self, head: &[u8]) -> bool {
        self.name.is_empty() && head.is_empty()
    }
}

impl Part {
    pub(super) async fn next(feed: &mut Feed) -> Result<Option<(Self, Kind)>> {
        let Some(field) = feed.next_field().await? else {
            return Ok(None);
        };
        let Disposition { name, file_name } = Disposition::of(field.headers())?;
        let kind = match file_name {
            None => Kind::Text,
            Some(path) => {
                let declared = field.content_type().map(|mime| mime.essence_str());
                Kind::File(About {
                    name: base_name(&path),
                    content_type: declared
                        .unwrap_or("application/octet-stream")
                        .to_ascii_lowercase(),
                })
            }
        };
        let unread = Bytes::new();
        Ok(Some((
            Self {
                field,
                unread,
                name,
            },
            kind,
        )))
    }

    pub(super) async fn chunk(&mut self, feed: &mut Feed) -> Result<Option<Bytes>> {
        if !self.unread.is_empty() {
            return Ok(Some(std::mem::take(&mut self.unread)));
        }
        feed.next_chunk(&mut self.field).await
    }

    /// The first bytes of the part: exactly so many, or all of it.
    pub(super) async fn head(&mut self, feed: &mut Feed, length: usize) -> Result<Vec<u8>> {
        let mut head = Vec::new();
        while head.len() < length {
            let Some(mut chunk) = self.chunk(feed).await? else {
                break;
            };
            let count = chunk.len().min(length - head.len());
            head.extend_from_slice(&chunk.split_to(count));
            self.unread = chunk;
        }
        Ok(head)
    }

    /// The part as text, of which `room` bytes are allowed. `None` is more.
    pub(super) async fn text(&mut self, feed: &mut Feed, room: usize) -> Result<Option<String>> {
        let mut text = Vec::new();
        while let Some(chunk) = self.chunk(feed).await? {
            if chunk.len() > room - text.len() {
                return Ok(None);
            }
            text.extend_from_slice(&chunk);
        }
        let text = String::from_utf8(text).map_err(|_| {
            let name = self.name.escape_default();
            Error::bad_request(format!("The text of the field `{name}` is not UTF-8"))
        })?;
        Ok(Some(text))
    }
}

/// The last component of a path of any system, without what could steer a terminal or a header.
fn base_name(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    match name.as_str() {
        "." | ".." => String::new(),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_name_is_no_path() {
        for (path, name) in [
            ("a.png", "a.png"),
            ("/etc/passwd", "passwd"),
            (r"C:\Users\me\a.png", "a.png"),
            (r"..\../a", "a"),
            ("..", ""),
            ("a/.", ""),
            ("a/.\u{0}.", ""),
            ("dir/", ""),
            ("", ""),
            ("a\r\nb\u{0}\u{7f}\u{85}.png", "ab.png"),
            ("\u{4e2d}\u{6587} 1.png", "\u{4e2d}\u{6587} 1.png"),
        ] {
            assert_eq!(base_name(path), name, "{path:?}");
        }
    }
}

/// As long as the longest name that matters, `plaintext`.
const LONGEST: usize = 9;

/// A name in lower case. Longer ones than matter are cut off, and equal to none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Name {
    pub(super) fn new() -> Self {
        Self {
            bytes: [0; LONGEST],
            length: 0,
        }
    }

    pub(super) fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.length) {
            *place = byte.to_ascii_lowercase();
        }
        self.length = self.length.saturating_add(1);
    }

    /// Whether it may still be a name that matters.
    pub(super) fn is_known(&self) -> bool {
        self.length <= LONGEST
    }

    /// Empty for a name that is too long.
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

use super::ends_name;
use super::name::Name;

/// The text of an element that only its own end tag ends. That of a script has a history: behind
/// `<!--` a `<script` hides the next `</script`.
#[derive(Debug)]
pub(super) struct Raw {
    element: Name,
    hiding: Hiding,
    /// Dashes in a row, two at most, where they may end the hiding.
    dashes: u8,
    at: At,
    word: Name,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hiding {
    None,
    // Behind `<!--`.
    Begun,
    // Behind a `<script` in there: the next end tag is text.
    Hidden,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Text,
    // Behind `<`.
    Less,
    // Behind `<!`, and the first dash.
    Bang,
    BangDash,
    // Behind `</`.
    EndOpen,
    EndName,
    // A name that makes the next end tag text, or the one after it a tag.
    Word,
}

impl Raw {
    pub(super) fn new(element: Name) -> Self {
        Self {
            element,
            hiding: Hiding::None,
            dashes: 0,
            at: At::Text,
            word: Name::new(),
        }
    }

    /// Whether only `<` changes anything.
    pub(super) fn waits_for_a_tag(&self) -> bool {
        self.at == At::Text && self.hiding == Hiding::None
    }

    /// Whether the byte stands behind the name of the end tag.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        match self.at {
            At::Text => self.text(byte),
            At::Less => self.less(byte),
            At::Bang if byte == b'-' => self.at = At::BangDash,
            At::BangDash if byte == b'-' => {
                self.hiding = Hiding::Begun;
                self.dashes = 2;
                self.at = At::Text;
            }
            At::EndOpen if byte.is_ascii_alphabetic() => self.begin(At::EndName, byte),
            At::EndName | At::Word if byte.is_ascii_alphabetic() => self.word.push(byte),
            At::EndName if ends_name(byte) && self.word.as_bytes() == self.element.as_bytes() => {
                return true;
            }
            At::Word if ends_name(byte) => {
                if self.word.as_bytes() == b"script" {
                    self.hiding = match self.hiding {
                        Hiding::Hidden => Hiding::Begun,
                        _ => Hiding::Hidden,
                    };
                }
                self.at = At::Text;
            }
            _ => self.text(byte),
        }
        false
    }

    fn text(&mut self, byte: u8) {
        self.at = At::Text;
        match byte {
            b'<' => {
                self.at = At::Less;
                self.dashes = 0;
            }
            b'-' => self.dashes = (self.dashes + 1).min(2),
            b'>' if self.dashes == 2 => {
                self.hiding = Hiding::None;
                self.dashes = 0;
            }
            _ => self.dashes = 0,
        }
    }

    fn less(&mut self, byte: u8) {
        let is_script = self.element.as_bytes() == b"script";
        match (self.hiding, byte) {
            (Hiding::Hidden, b'/') => {
                self.word = Name::new();
                self.at = At::Word;
            }
            (Hiding::None | Hiding::Begun, b'/') => self.at = At::EndOpen,
            (Hiding::None, b'!') if is_script => self.at = At::Bang,
            (Hiding::Begun, _) if byte.is_ascii_alphabetic() => self.begin(At::Word, byte),
            _ => self.text(byte),
        }
    }

    fn begin(&mut self, at: At, byte: u8) {
        self.word = Name::new();
        self.word.push(byte);
        self.at = at;
    }
}

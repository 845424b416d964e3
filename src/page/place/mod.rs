//! Where in a page its data goes.
//!
//! 1. Before the first of `</head`, `<body`, `<frameset`, `</body`, `</html` that is a tag: not in
//!    a comment, an attribute, the text of a script, a style, a title and the like, a template.
//! 2. Without any of them, at the end of what begins like a document, with a doctype, `<html` or
//!    `<head`. Anything else is a fragment for some page that has its data already, and stays as it
//!    is.
//! 3. Nowhere, where a `<script>` with the data's id comes first, in no template.
//!
//! The tokens are those of the HTML standard (section 13.2.5), as far as it takes to know where
//! one ends. Of SVG and MathML only what differs from HTML is missed, such as CDATA: they are
//! content, which begins behind the place in every page that writes down where its head ends.

mod comment;
mod name;
mod raw;
mod tag;

#[cfg(test)]
mod tests;

use self::comment::Comment;
use self::name::Name;
use self::raw::Raw;
use self::tag::Attributes;

/// What the scan of a piece of a page came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Scan {
    /// Nothing yet. So many of the last bytes, which may be more than those of this piece, may turn
    /// out to begin the tag that the data goes before.
    Open { held: usize },
    /// So many bytes before this offset in the piece.
    Place { before: usize, tag: usize },
    /// The data goes nowhere.
    Nowhere,
}

/// Finds the place in a page that comes in pieces.
#[derive(Debug)]
pub(super) struct Scanner {
    state: State,
    name: Name,
    closing: bool,
    /// How many bytes of a tag were seen whose name is not known yet, its `<` included.
    tag: usize,
    templates: usize,
    is_document: bool,
}

#[derive(Debug)]
enum State {
    Text,
    Open,
    EndOpen,
    Name,
    Attributes(Attributes),
    Declaration,
    Dash,
    Doctype(usize),
    Comment(Comment),
    // Ended by the next `>`: a bogus comment, or what follows a doctype's name.
    Bogus,
    Raw(Raw),
    // After `<plaintext>` there are no more tags.
    Plain,
}

enum Step {
    On,
    Again,
    Place,
    Nowhere,
}

impl Scanner {
    pub(super) fn new() -> Self {
        Self {
            state: State::Text,
            name: Name::new(),
            closing: false,
            tag: 0,
            templates: 0,
            is_document: false,
        }
    }

    pub(super) fn scan(&mut self, piece: &[u8]) -> Scan {
        let mut rest = piece;
        while let Some(byte) = self.skip(&mut rest) {
            match self.step(byte) {
                Step::Place => {
                    return Scan::Place {
                        before: piece.len() - rest.len(),
                        tag: self.tag,
                    };
                }
                Step::Nowhere => return Scan::Nowhere,
                Step::Again | Step::On => {
                    self.tag = match self.state {
                        State::Open => 1,
                        State::EndOpen => 2,
                        State::Name if self.name.is_known() => self.tag + 1,
                        _ => 0,
                    };
                    rest = rest.get(1..).unwrap_or_default();
                }
            }
        }
        Scan::Open { held: self.tag }
    }

    /// Whether the data goes behind the page, now that it is over.
    pub(super) fn takes_the_end(&self) -> bool {
        self.is_document && self.templates == 0 && matches!(self.state, State::Text)
    }

    /// The next byte that may change something.
    fn skip(&self, rest: &mut &[u8]) -> Option<u8> {
        let wanted = match &self.state {
            State::Text => b'<',
            State::Raw(raw) if raw.waits_for_a_tag() => b'<',
            State::Bogus => b'>',
            _ => return rest.first().copied(),
        };
        let at = rest.iter().position(|byte| *byte == wanted)?;
        *rest = rest.get(at..)?;
        Some(wanted)
    }

    fn step(&mut self, byte: u8) -> Step {
        loop {
            match self.once(byte) {
                Step::Again => {}
                step => return step,
            }
        }
    }

    /// [`Step::Again`] looks at the byte once more, in the state that it led to.
    fn once(&mut self, byte: u8) -> Step {
        let (state, step) = match &mut self.state {
            State::Text if byte == b'<' => (State::Open, Step::On),
            State::Text | State::Plain => return Step::On,
            State::Open => match byte {
                b'/' => (State::EndOpen, Step::On),
                b'!' => (State::Declaration, Step::On),
                b'?' => (State::Bogus, Step::On),
                _ if byte.is_ascii_alphabetic() => self.begin_name(false),
                _ => (State::Text, Step::Again),
            },
            State::EndOpen => match byte {
                b'>' => (State::Text, Step::On),
                _ if byte.is_ascii_alphabetic() => self.begin_name(true),
                _ => (State::Bogus, Step::Again),
            },
            State::Name if ends_name(byte) => return self.named(),
            State::Name => {
                self.name.push(byte);
                return Step::On;
            }
            State::Attributes(attributes) => {
                if !attributes.take(byte) {
                    return Step::On;
                }
                let has_id = attributes.has_id();
                return self.end_tag(has_id);
            }
            State::Declaration => match byte {
                b'-' => (State::Dash, Step::On),
                b'd' | b'D' => (State::Doctype(1), Step::On),
                _ => (State::Bogus, Step::Again),
            },
            State::Dash if byte == b'-' => (State::Comment(Comment::Start), Step::On),
            State::Dash => (State::Bogus, Step::Again),
            State::Doctype(matched) => match b"doctype".get(*matched) {
                Some(letter) if byte.eq_ignore_ascii_case(letter) => {
                    *matched += 1;
                    return Step::On;
                }
                Some(_) => (State::Bogus, Step::Again),
                None => {
                    self.is_document = true;
                    (State::Bogus, Step::Again)
                }
            },
            State::Comment(comment) => match comment.take(byte) {
                true => (State::Text, Step::On),
                false => return Step::On,
            },
            State::Bogus if byte == b'>' => (State::Text, Step::On),
            State::Bogus => return Step::On,
            State::Raw(raw) => match raw.take(byte) {
                true => {
                    self.closing = true;
                    (State::Attributes(Attributes::new()), Step::Again)
                }
                false => return Step::On,
            },
        };
        self.state = state;
        step
    }

    fn begin_name(&mut self, closing: bool) -> (State, Step) {
        self.name = Name::new();
        self.closing = closing;
        (State::Name, Step::Again)
    }

    /// The name of a tag is known, and so is whether the data goes before it.
    fn named(&mut self) -> Step {
        let is_place = match self.name.as_bytes() {
            b"head" | b"body" | b"html" if self.closing => true,
            b"body" | b"frameset" => !self.closing,
            b"head" | b"html" => {
                self.is_document = true;
                false
            }
            _ => false,
        };
        if is_place && self.templates == 0 {
            return Step::Place;
        }
        self.state = State::Attributes(Attributes::new());
        Step::Again
    }

    fn end_tag(&mut self, has_id: bool) -> Step {
        let name = self.name;
        self.state = State::Text;
        match name.as_bytes() {
            b"template" if self.closing => self.templates = self.templates.saturating_sub(1),
            b"template" => self.templates += 1,
            _ if self.closing => {}
            b"script" if has_id && self.templates == 0 => return Step::Nowhere,
            b"plaintext" => self.state = State::Plain,
            b"script" | b"style" | b"title" | b"textarea" | b"xmp" | b"iframe" | b"noembed"
            | b"noframes" | b"noscript" => self.state = State::Raw(Raw::new(name)),
            _ => {}
        }
        Step::On
    }
}

/// Whether a byte ends the name of a tag.
fn ends_name(byte: u8) -> bool {
    is_space(byte) || byte == b'/' || byte == b'>'
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0C')
}

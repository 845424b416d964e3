//! Frames as a client writes them (RFC 6455 section 5.2), well formed or not.

pub(crate) const CONTINUATION: u8 = 0;
pub(crate) const TEXT: u8 = 1;
pub(crate) const BINARY: u8 = 2;
pub(crate) const CLOSE: u8 = 8;
pub(crate) const PING: u8 = 9;
pub(crate) const PONG: u8 = 10;

const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// How many bytes hold the length. A sender has to take the least (RFC 6455 section 5.2).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    Least,
    Two,
    Eight,
}

#[derive(Clone)]
pub(crate) struct Frame {
    pub(crate) opcode: u8,
    pub(crate) payload: Vec<u8>,
    is_final: bool,
    reserved: u8,
    is_masked: bool,
    width: Width,
    said_length: Option<u64>,
}

impl Frame {
    pub(crate) fn new(opcode: u8, payload: impl AsRef<[u8]>) -> Self {
        Self {
            opcode,
            payload: payload.as_ref().to_vec(),
            is_final: true,
            reserved: 0,
            is_masked: true,
            width: Width::Least,
            said_length: None,
        }
    }

    pub(crate) fn text(text: impl AsRef<[u8]>) -> Self {
        Self::new(TEXT, text)
    }

    pub(crate) fn continuation(payload: impl AsRef<[u8]>) -> Self {
        Self::new(CONTINUATION, payload)
    }

    pub(crate) fn ping(payload: impl AsRef<[u8]>) -> Self {
        Self::new(PING, payload)
    }

    pub(crate) fn pong(payload: impl AsRef<[u8]>) -> Self {
        Self::new(PONG, payload)
    }

    pub(crate) fn close(code: u16, reason: impl AsRef<[u8]>) -> Self {
        Self::new(CLOSE, [&code.to_be_bytes(), reason.as_ref()].concat())
    }

    /// Others follow.
    pub(crate) fn more(mut self) -> Self {
        self.is_final = false;
        self
    }

    /// With these of the bits RSV1 (4), RSV2 (2) and RSV3 (1).
    pub(crate) fn reserved(mut self, bits: u8) -> Self {
        self.reserved = bits;
        self
    }

    pub(crate) fn unmasked(mut self) -> Self {
        self.is_masked = false;
        self
    }

    pub(crate) fn width(mut self, width: Width) -> Self {
        self.width = width;
        self
    }

    /// Says another length than the payload has.
    pub(crate) fn says_length(mut self, length: u64) -> Self {
        self.said_length = Some(length);
        self
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let length = self.said_length.unwrap_or(self.payload.len() as u64);
        let first = u8::from(self.is_final) << 7 | self.reserved << 4 | self.opcode;
        let masked = u8::from(self.is_masked) << 7;
        let mut bytes = vec![first];
        match (self.width, length) {
            (Width::Least, 0..=125) => bytes.push(masked | length as u8),
            (Width::Two, 0..=0xffff) | (Width::Least, 126..=0xffff) => {
                bytes.push(masked | 126);
                bytes.extend((length as u16).to_be_bytes());
            }
            _ => {
                bytes.push(masked | 127);
                bytes.extend(length.to_be_bytes());
            }
        }
        if self.is_masked {
            bytes.extend(MASK);
            let masks = MASK.iter().cycle();
            bytes.extend(
                self.payload
                    .iter()
                    .zip(masks)
                    .map(|(byte, mask)| byte ^ mask),
            );
        } else {
            bytes.extend(&self.payload);
        }
        bytes
    }
}

/// A message in fragments that end where these positions are.
pub(crate) fn fragments(opcode: u8, message: &[u8], cuts: &[usize]) -> Vec<Frame> {
    let starts = [0].into_iter().chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain([message.len()]);
    let mut frames: Vec<_> = starts
        .zip(ends)
        .map(|(start, end)| Frame::continuation(&message[start..end]).more())
        .collect();
    frames.first_mut().unwrap().opcode = opcode;
    frames.last_mut().unwrap().is_final = true;
    frames
}

/// A message in fragments of so many bytes.
pub(crate) fn fragments_of(length: usize, opcode: u8, message: &[u8]) -> Vec<Frame> {
    let cuts: Vec<_> = (length..message.len()).step_by(length).collect();
    fragments(opcode, message, &cuts)
}

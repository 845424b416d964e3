/// Where a comment is, after its `<!--`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Comment {
    Start,
    StartDash,
    Inside,
    Dash,
    DashDash,
    Bang,
}

impl Comment {
    /// Whether the byte ends the comment.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        *self = match (*self, byte) {
            (Self::Start | Self::StartDash | Self::DashDash | Self::Bang, b'>') => return true,
            (Self::Start, b'-') => Self::StartDash,
            (Self::StartDash | Self::Dash | Self::DashDash, b'-') => Self::DashDash,
            (Self::Inside | Self::Bang, b'-') => Self::Dash,
            (Self::DashDash, b'!') => Self::Bang,
            _ => Self::Inside,
        };
        false
    }
}

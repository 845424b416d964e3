//! Who may subscribe has no default.
use mizan::channel::{Channel, Never};

struct News;

impl Channel for News {
    type Params = ();
    type ClientMessage = Never;
    type ServerMessage = String;
}

fn main() {}

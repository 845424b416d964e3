//! A channel implements the trait.
use mizan::Registry;

struct Chat;

fn main() {
    let _ = Registry::builder().channel("chat", Chat);
}

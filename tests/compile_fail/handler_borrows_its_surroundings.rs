//! A handler outlives the function that registers it.
use mizan::{Call, Function, Result};

fn main() {
    let greeting = String::from("hello");
    let _ = Function::new("greet", |_call: Call| -> Result<usize> { Ok(greeting.len()) });
}

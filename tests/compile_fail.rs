//! What the compiler says of the mistakes that people make when they write functions.
//!
//! The texts beside the cases are those of rustc 1.95, the version that CI runs. Another version
//! may word its part differently: then read the difference, and where it is only the compiler's,
//! write the texts anew with `TRYBUILD=overwrite cargo test --features full --test compile_fail`.

#[test]
fn every_message_names_the_mistake() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}

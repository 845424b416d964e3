use serde_json::Value;

/// Equal as JSON values: `2` is `2.0`, and integers keep their full precision.
pub(crate) fn same(one: &Value, two: &Value) -> bool {
    match (one, two) {
        (Value::Number(one), Value::Number(two)) => {
            let is_float = one.is_f64() || two.is_f64();
            one == two || (is_float && one.as_f64() == two.as_f64())
        }
        (Value::Array(one), Value::Array(two)) => {
            one.len() == two.len() && one.iter().zip(two).all(|(one, two)| same(one, two))
        }
        (Value::Object(one), Value::Object(two)) => {
            let has_same =
                |(name, one): (&String, &Value)| two.get(name).is_some_and(|two| same(one, two));
            one.len() == two.len() && one.iter().all(has_same)
        }
        _ => one == two,
    }
}

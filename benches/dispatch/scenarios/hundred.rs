//! A form of a hundred fields: texts, integers, choices and checkboxes in turn.

use garde::Validate;
use mizan::form::Form;
use mizan::{Call, Registry};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::Result;

macro_rules! hundred {
    ($($text:ident $number:ident $choice:ident $flag:ident;)*) => {
        #[derive(Deserialize, JsonSchema, Validate)]
        #[expect(dead_code, reason = "checked, and not used")]
        pub(super) struct Hundred {
            $(
                #[garde(length(chars, min = 2, max = 40))]
                $text: String,
                #[garde(range(min = 1, max = 100))]
                $number: i64,
                #[garde(skip)]
                $choice: Colour,
                #[garde(skip)]
                $flag: bool,
            )*
        }

        const FIELDS: &[[&str; 4]] = &[$([
            stringify!($text), stringify!($number), stringify!($choice), stringify!($flag),
        ],)*];
    };
}

hundred! {
    t0 n0 e0 b0;
    t1 n1 e1 b1;
    t2 n2 e2 b2;
    t3 n3 e3 b3;
    t4 n4 e4 b4;
    t5 n5 e5 b5;
    t6 n6 e6 b6;
    t7 n7 e7 b7;
    t8 n8 e8 b8;
    t9 n9 e9 b9;
    t10 n10 e10 b10;
    t11 n11 e11 b11;
    t12 n12 e12 b12;
    t13 n13 e13 b13;
    t14 n14 e14 b14;
    t15 n15 e15 b15;
    t16 n16 e16 b16;
    t17 n17 e17 b17;
    t18 n18 e18 b18;
    t19 n19 e19 b19;
    t20 n20 e20 b20;
    t21 n21 e21 b21;
    t22 n22 e22 b22;
    t23 n23 e23 b23;
    t24 n24 e24 b24;
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Colour {
    Red,
    Green,
    Blue,
}

fn submit(_: Call, _: Hundred) -> mizan::Result<()> {
    Ok(())
}

pub(super) fn registry() -> Result<Registry> {
    let form = Form::new("hundred", submit);
    Ok(Registry::builder().form(form).build()?)
}

/// All that is filled in. Of the bad ones every text and every integer is wrong, which is half of
/// the fields.
pub(super) fn filled_in(good: bool) -> String {
    let (text, number) = if good {
        ("Ada Lovelace", 42)
    } else {
        ("A", 420)
    };
    let members = FIELDS.iter().map(|[texts, numbers, choices, flags]| {
        format!(r#""{texts}":"{text}","{numbers}":{number},"{choices}":"green","{flags}":true"#)
    });
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

pub(super) fn told() -> String {
    let errors = FIELDS.iter().map(|[texts, numbers, ..]| {
        let text = error(texts, "Must have at least 2 characters", "min_length");
        let number = error(numbers, "Must be at most 100", "max_value");
        format!("{text},{number}")
    });
    let errors = errors.collect::<Vec<_>>().join(",");
    format!(r#"{{"result":{{"errors":[{errors}]}}}}"#)
}

fn error(field: &str, message: &str, code: &str) -> String {
    format!(r#"{{"field":"{field}","errors":[{{"message":"{message}","code":"{code}"}}]}}"#)
}

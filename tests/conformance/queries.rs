//! How parameters are spelled in a query (protocol section 2).

use crate::on_every_stack;

#[tokio::test]
async fn scalars_have_one_spelling() {
    on_every_stack(async |client| {
        for value in [
            "",
            "%2B5",
            "+5",
            "5+",
            "05",
            "00",
            "-0",
            "-05",
            "1e3",
            "5.0",
            "5.",
            "0x5",
            "5_0",
            "%205",
            "abc",
            "5a",
            "true",
            "null",
            "--5",
            "-",
            "%D9%A5",
            "9223372036854775808",
            "-9223372036854775809",
            "99999999999999999999999999",
            "%00",
            "5%00",
            "%225%22",
            "[5]",
        ] {
            let answer = client.get(&format!("/ctx/user/?user_id={value}")).await;
            answer.assert_fields(&["user_id"]);
        }
        for value in [
            "0",
            "5",
            "-5",
            "9223372036854775807",
            "-9223372036854775808",
        ] {
            let answer = client.get(&format!("/ctx/user/?user_id={value}")).await;
            answer.assert_status(200);
            let instance = format!("user;page=1;user_id={value}");
            answer.assert_header("x-mizan-instance", Some(&instance));
        }
        for value in ["", "True", "TRUE", "1", "0", "yes", "on", "null", "%20true"] {
            let answer = client.get(&format!("/ctx/search/?q=x&exact={value}")).await;
            answer.assert_fields(&["exact"]);
        }
        for value in ["true", "false"] {
            let answer = client.get(&format!("/ctx/search/?q=x&exact={value}")).await;
            let message = format!("x|{value}|10");
            assert_eq!(
                answer.json()["search_results"]["message"],
                message,
                "{answer}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn missing_empty_and_repeated() {
    on_every_stack(async |client| {
        for (query, paths) in [
            ("", ["q"].as_slice()),
            ("?", &["q"]),
            ("?Q=x", &["q"]),
            ("?limit=1", &["q"]),
            ("?q=x&limit=", &["limit"]),
            ("?q=x&limit", &["limit"]),
            ("?q=x&q=y", &["q"]),
            ("?q=x&q=x", &["q"]),
            ("?q=x&%71=x", &["q"]),
            ("?q=&q=", &["q"]),
            ("?q=x&limit=1&limit=1", &["limit"]),
            ("?q=x&exact=true&exact=false", &["exact"]),
            ("?exact=True&limit=05", &["q", "exact", "limit"]),
            ("?q=x&exact=1&limit=a", &["exact", "limit"]),
        ] {
            let answer = client.get(&format!("/ctx/search/{query}")).await;
            answer.assert_fields(paths);
        }
        // The first member that fails answers, with its own fields.
        client
            .get("/ctx/user/?page=x")
            .await
            .assert_fields(&["user_id"]);
        client
            .get("/ctx/user/?user_id=1&page=x")
            .await
            .assert_fields(&["page"]);
        client
            .get("/ctx/user/?user_id=1&user_id=1")
            .await
            .assert_fields(&["user_id"]);
    })
    .await;
}

#[tokio::test]
async fn form_urlencoded() {
    on_every_stack(async |client| {
        for (query, q) in [
            ("q=x", "x"),
            ("q", ""),
            ("q=", ""),
            ("%71=x", "x"),
            ("&&q=x&", "x"),
            ("q=a=b", "a=b"),
            ("q=a+b", "a b"),
            ("q=a%2Bb", "a+b"),
            ("q=%C3%A9%F0%9F%8C%8D", "é🌍"),
            ("q=%c3%a9", "é"),
            ("q=a%26b%3Dc", "a&b=c"),
            ("q=%22%5C%0A", "\"\\\n"),
            ("q=%zz%4", "%zz%4"),
            ("q=100%", "100%"),
            ("q=5", "5"),
            ("q=null", "null"),
            ("q=x&zzz=1&zzz=2&=3", "x"),
        ] {
            let answer = client.get(&format!("/ctx/search/?{query}")).await;
            answer.assert_status(200);
            let message = format!("{q}|false|10");
            assert_eq!(
                answer.json()["search_results"]["message"],
                message,
                "{answer}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn text_that_is_no_utf8_is_refused() {
    on_every_stack(async |client| {
        for query in ["q=%ff", "q=%C3", "q=%ED%A0%80"] {
            let answer = client.get(&format!("/ctx/search/?{query}")).await;
            assert!(matches!(answer.status, 400 | 422), "{answer}");
        }
    })
    .await;
}

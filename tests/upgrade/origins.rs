//! The rule of section 6, which holds for every upgrade whatever its credentials are.

use crate::site::{Form, builder};
use crate::socket::{Handshake, PATH};
use crate::support::token::mwt;

const TRUSTED: &str = "https://admin.example.com";

#[tokio::test]
async fn same_site_or_not() {
    for form in Form::ALL {
        let layer = builder().trust_origin(TRUSTED).build().unwrap();
        let address = form.serve(layer).await;
        let own = format!("http://{address}");
        let https = format!("https://{address}");
        let evil = "http://evil.example";
        for (site, origin, passes) in [
            (None, None, true),
            (None, Some(own.as_str()), true),
            (None, Some(https.as_str()), true),
            (None, Some(TRUSTED), true),
            (Some("cross-site"), Some(TRUSTED), true),
            (Some("same-origin"), Some(evil), true),
            (Some("none"), None, true),
            (None, Some(evil), false),
            (None, Some("null"), false),
            (None, Some("https://ADMIN.example.com"), false),
            (None, Some("https://admin.example.com.evil.example"), false),
            (Some("cross-site"), None, false),
            (Some("cross-site"), Some(own.as_str()), false),
            (Some("same-site"), Some(own.as_str()), false),
        ] {
            let token = mwt("7", false, false);
            for handshake in [
                Handshake::new(),
                Handshake::new().with("Cookie", "session=x"),
                Handshake::new().with("X-Mizan-Token", token.as_str()),
                Handshake::at(format!("{PATH}?token={token}")),
                Handshake::new().with("Sec-WebSocket-Protocol", format!("mizan.token.{token}")),
            ] {
                let mut handshake = handshake;
                if let Some(site) = site {
                    handshake = handshake.with("Sec-Fetch-Site", site);
                }
                if let Some(origin) = origin {
                    handshake = handshake.with("Origin", origin);
                }
                if passes {
                    drop(handshake.open(address).await);
                    continue;
                }
                let answer = handshake.refused(address, 403).await;
                answer.assert_error(403, "FORBIDDEN");
                assert_eq!(answer.json()["details"]["reason"], "origin", "{answer}");
            }
        }
    }
}

#[tokio::test]
async fn the_credential_comes_first() {
    let address = Form::HyperLayer.serve(builder().build().unwrap()).await;
    let handshake = Handshake::new()
        .with("Origin", "http://evil.example")
        .with("X-Mizan-Token", "nonsense");
    handshake.refused(address, 401).await;
}

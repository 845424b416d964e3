//! Whether a client asks for a page (RFC 9110, section 12.5.1).

use http::HeaderMap;
use http::header::ACCEPT;

/// Whether `Accept` asks for HTML rather than JSON.
///
/// A wildcard asks for nothing in particular, and scripts send little else: HTML has to be wanted
/// more than JSON, or as much and be named more closely, as in `text/html, */*`.
pub(crate) fn wants_html(headers: &HeaderMap) -> bool {
    let mut html = Wanted::default();
    let mut xhtml = Wanted::default();
    let mut json = Wanted::default();
    for field in headers.get_all(ACCEPT) {
        for member in split(field.as_bytes(), b',') {
            if let Some(range) = parse(member) {
                html.hear("text", "html", &range);
                xhtml.hear("application", "xhtml+xml", &range);
                json.hear("application", "json", &range);
            }
        }
    }
    let html = html.max(xhtml);
    html.quality > 0 && html > json
}

/// How much a type is wanted, and how closely the range that says so names it: the closest decides
/// about a type, whatever its quality.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Wanted {
    // In thousandths.
    quality: u16,
    closeness: u8,
}

impl Wanted {
    fn hear(&mut self, kind: &str, subtype: &str, range: &Range<'_>) {
        let is = |known: &[u8], name: &str| known.eq_ignore_ascii_case(name.as_bytes());
        let quality = range.quality;
        let closeness = match (range.kind, range.subtype) {
            (b"*", b"*") => 1,
            (known, b"*") if is(known, kind) => 2,
            (known, sub) if is(known, kind) && is(sub, subtype) => 3,
            _ => return,
        };
        if closeness > self.closeness {
            *self = Self { quality, closeness };
        } else if closeness == self.closeness {
            self.quality = self.quality.max(quality);
        }
    }
}

struct Range<'h> {
    kind: &'h [u8],
    subtype: &'h [u8],
    quality: u16,
}

/// `None` for what is no media range, or has no quality that can be read. Parameters other than `q`
/// narrow a range in ways that make no difference between the two types.
fn parse(member: &[u8]) -> Option<Range<'_>> {
    let mut parts = split(member, b';').map(<[u8]>::trim_ascii);
    let range = parts.next()?;
    let slash = range.iter().position(|byte| *byte == b'/')?;
    let (kind, subtype) = (range.get(..slash)?, range.get(slash + 1..)?);
    let weight = parts.find_map(|part| match part {
        [b'q' | b'Q', b'=', weight @ ..] => Some(weight),
        _ => None,
    });
    let quality = match weight {
        Some(weight) => thousandths(weight)?,
        None => 1000,
    };
    Some(Range {
        kind,
        subtype,
        quality,
    })
}

/// `qvalue` of RFC 9110, section 12.4.2.
fn thousandths(weight: &[u8]) -> Option<u16> {
    let (whole, digits) = match weight {
        [whole @ (b'0' | b'1')] => (*whole, &[][..]),
        [whole @ (b'0' | b'1'), b'.', digits @ ..] if digits.len() <= 3 => (*whole, digits),
        _ => return None,
    };
    let mut quality = u16::from(whole - b'0') * 1000;
    for (digit, worth) in digits.iter().zip([100, 10, 1]) {
        if !digit.is_ascii_digit() {
            return None;
        }
        quality += u16::from(digit - b'0') * worth;
    }
    (quality <= 1000).then_some(quality)
}

/// The parts between separators that stand in no quoted string.
fn split(text: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.split(move |byte| {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            byte => return !is_quoted && *byte == separator,
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn wants(fields: &[&str]) -> bool {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(ACCEPT, HeaderValue::from_bytes(field.as_bytes()).unwrap());
        }
        wants_html(&headers)
    }

    #[test]
    fn navigations_of_browsers() {
        let table = [
            // Chrome, Edge
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
            // Firefox
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/png,image/svg+xml,*/*;q=0.8",
            // Firefox since 132, Safari
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            // Internet Explorer 11
            "text/html, application/xhtml+xml, */*",
            // Internet Explorer 10 and Edge before Chromium
            "text/html, application/xhtml+xml, image/jxr, */*",
            // Lynx
            "text/html, text/plain, text/sgml, text/css, application/xhtml+xml, */*;q=0.01",
            // w3m
            "text/html, text/*;q=0.5, image/*, application/*, audio/*, video/*, */*;q=0.01",
            // Turbo
            "text/vnd.turbo-stream.html, text/html, application/xhtml+xml",
        ];
        for accept in table {
            assert!(wants(&[accept]), "{accept}");
        }
    }

    #[test]
    fn scripts_and_tools() {
        let table = [
            // curl, fetch, HTTPie
            "*/*",
            // axios
            "application/json, text/plain, */*",
            // jQuery for JSON
            "application/json, text/javascript, */*; q=0.01",
            // HTTPie with a JSON body
            "application/json, */*;q=0.5",
            "application/json",
            "",
        ];
        for accept in table {
            assert!(!wants(&[accept]), "{accept}");
        }
        assert!(!wants(&[]));
    }

    #[test]
    fn ranges_and_qualities() {
        let table: &[(&[&str], bool)] = &[
            (&["text/html"], true),
            (&["TEXT/HTML"], true),
            (&["text/*"], true),
            (&["application/xhtml+xml"], true),
            (&["application/*"], false),
            (&["text/html;q=0"], false),
            (&["text/html;q=0, */*"], false),
            (&["text/html;q=0.000"], false),
            (&["text/html;q=0.001"], true),
            (&["text/html;q=0.9, application/json"], false),
            (&["text/html, application/json;q=0.9"], true),
            (&["text/html;q=0.8, application/json;q=0.9"], false),
            (&["text/html;q=0.89, application/json;q=0.9"], false),
            (&["text/html;q=0.9, application/json;q=0.85"], true),
            // No preference: what is no page is told plainly.
            (&["text/html, application/json"], false),
            (&["application/json, text/html"], false),
            // The closest range decides about a type.
            (&["*/*, application/json;q=0.5"], true),
            (&["text/html;q=0.5, */*"], false),
            (&["text/*;q=0.9, */*;q=0.9"], true),
            (&["text/html;q=0.2, text/*"], true),
            (&["text/*, text/html;q=0, application/json;q=0.1"], false),
            // Fields of one name are one list.
            (&["application/json;q=0.1", "text/html"], true),
            (&["text/html;q=0.1", "application/json"], false),
            // Spelling.
            (&["text/html ; Q=0.5 , application/json ; q=0.4"], true),
            (&["text/html;level=1;q=0.3, application/json;q=0.2"], true),
            (
                &["text/html;charset=\"a,b;q=0\", application/json;q=0.5"],
                true,
            ),
            (&["text/html;x=\"\\\",application/json,\""], true),
            (&[",, text/html ,"], true),
            (&["text/html;q=2"], false),
            (&["text/html;q=1.001"], false),
            (&["text/html;q=0.1234"], false),
            (&["text/html;q="], false),
            (&["text/html;q=-1"], false),
            (&["text/html;q=0.5x"], false),
            (&["text/html;q=1."], true),
            (&["text"], false),
            (&["*"], false),
            (&["text/htmlx"], false),
            (&["*/html"], false),
            (&["\"text/html"], false),
        ];
        for (fields, expected) in table {
            assert_eq!(wants(fields), *expected, "{fields:?}");
        }
    }
}

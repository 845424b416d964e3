//! A reader of HTML in the manner of the WHATWG tokenizer, lenient as browsers are: it takes
//! unquoted attributes, comments and stray signs, so that it sees what broke out.

#[derive(Debug, PartialEq)]
pub(super) enum Token {
    Start(String, Vec<(String, String)>),
    End(String),
    Text(String),
    Comment,
}

/// Every value of the attributes of this name.
pub(super) fn attributes(tokens: &[Token], name: &str) -> Vec<String> {
    let mut found = Vec::new();
    for token in tokens {
        if let Token::Start(_, attributes) = token {
            let named = attributes.iter().filter(|(known, _)| known == name);
            found.extend(named.map(|(_, value)| value.clone()));
        }
    }
    found
}

/// The names of tags and attributes, without any text.
pub(super) fn shape(tokens: &[Token]) -> Vec<String> {
    let shapes = tokens.iter().filter_map(|token| match token {
        Token::Start(name, attributes) => {
            let names: Vec<_> = attributes.iter().map(|(name, _)| name.as_str()).collect();
            Some(format!("<{name} {}>", names.join(" ")))
        }
        Token::End(name) => Some(format!("</{name}>")),
        Token::Comment => Some("<!>".to_owned()),
        Token::Text(_) => None,
    });
    shapes.collect()
}

pub(super) fn tokens(html: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        if let Some(Token::Start(name, _)) = tokens.last()
            && ["title", "textarea", "script", "style"].contains(&name.as_str())
        {
            // Only its own end tag ends it.
            let end = rest.to_ascii_lowercase().find(&format!("</{name}"));
            let (text, behind) = rest.split_at(end.unwrap_or(rest.len()));
            let text = match name.as_str() {
                "textarea" => text.strip_prefix('\n').unwrap_or(text),
                _ => text,
            };
            tokens.push(Token::Text(decode(text)));
            rest = behind;
            continue;
        }
        let mut next = rest.chars().skip(1);
        let second = next.next().unwrap_or(' ');
        if !rest.starts_with('<') || !(second.is_ascii_alphabetic() || "/!?".contains(second)) {
            let end = behind_first(rest, |c| c == '<');
            tokens.push(Token::Text(decode(&rest[..end])));
            rest = &rest[end..];
        } else if let Some(behind) = rest.strip_prefix("<!--") {
            rest = behind.split_once("-->").map_or("", |(_, behind)| behind);
            tokens.push(Token::Comment);
        } else if "!?".contains(second) {
            rest = rest.split_once('>').map_or("", |(_, behind)| behind);
        } else {
            let (token, behind) = tag(rest);
            tokens.push(token);
            rest = behind;
        }
    }
    tokens
}

fn tag(html: &str) -> (Token, &str) {
    let is_end = html.starts_with("</");
    let rest = html.trim_start_matches(['<', '/']);
    let end = rest.find(|c: char| c.is_ascii_whitespace() || "/>".contains(c));
    let (name, mut rest) = rest.split_at(end.unwrap_or(rest.len()));
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        match rest.strip_prefix('>') {
            Some(behind) => {
                rest = behind;
                break;
            }
            None if rest.is_empty() => break,
            None => {}
        }
        let end = behind_first(rest, |c| c.is_ascii_whitespace() || "/>=".contains(c));
        let (name, behind) = rest.split_at(end);
        rest = behind;
        let mut value = "";
        if let Some(behind) = rest.trim_ascii_start().strip_prefix('=') {
            let behind = behind.trim_ascii_start();
            (value, rest) = match behind.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    behind[1..].split_once(quote).unwrap_or((&behind[1..], ""))
                }
                _ => {
                    let end = behind.find(|c: char| c.is_ascii_whitespace() || c == '>');
                    behind.split_at(end.unwrap_or(behind.len()))
                }
            };
        }
        attributes.push((name.to_ascii_lowercase(), decode(value)));
    }
    let name = name.to_ascii_lowercase();
    let token = match is_end {
        true => Token::End(name),
        false => Token::Start(name, attributes),
    };
    (token, rest)
}

/// Where the first such sign stands that is not the text's own first.
fn behind_first(text: &str, is_end: impl Fn(char) -> bool) -> usize {
    let mut signs = text.char_indices().skip(1);
    signs
        .find(|(_, c)| is_end(*c))
        .map_or(text.len(), |(at, _)| at)
}

fn decode(text: &str) -> String {
    let mut decoded = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        decoded.push_str(before);
        let known = [
            ("amp;", "&"),
            ("lt;", "<"),
            ("gt;", ">"),
            ("quot;", "\""),
            ("#39;", "'"),
        ];
        let found = known
            .iter()
            .find_map(|(name, c)| Some((behind.strip_prefix(name)?, c)));
        let (behind, c) = found.unwrap_or((behind, &"&"));
        decoded.push_str(c);
        rest = behind;
    }
    decoded + rest
}

#[test]
fn what_breaks_out_is_seen() {
    let start = |name: &str, attributes: &[(&str, &str)]| {
        let owned = |(name, value): &(&str, &str)| (name.to_string(), value.to_string());
        Token::Start(name.to_owned(), attributes.iter().map(owned).collect())
    };
    let text = |text: &str| Token::Text(text.to_owned());
    let end = |name: &str| Token::End(name.to_owned());
    let table = [
        ("a < b&amp;&lt;", vec![text("a "), text("< b&<")]),
        ("<p>x</p>", vec![start("p", &[]), text("x"), end("p")]),
        (
            "<A b='1\"' c=2 d \n e=\"&quot;>\"/>",
            vec![start(
                "a",
                &[("b", "1\""), ("c", "2"), ("d", ""), ("e", "\">")],
            )],
        ),
        (
            "<textarea>\n\n<b></Textarea >x",
            vec![
                start("textarea", &[]),
                text("\n<b>"),
                end("textarea"),
                text("x"),
            ],
        ),
        (
            "<!doctype html>x<!-- <b> -->",
            vec![text("x"), Token::Comment],
        ),
        ("<p \"onload=x", vec![start("p", &[("\"onload", "x")])]),
    ];
    for (html, expected) in table {
        assert_eq!(tokens(html), expected, "{html}");
    }
}

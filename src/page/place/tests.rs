use super::*;

/// Where the data goes in a page that comes byte by byte, and in one that comes whole.
fn place(page: &str) -> Option<usize> {
    let found = in_pieces(page.len().max(1), page);
    for size in 1..4 {
        assert_eq!(in_pieces(size, page), found, "{page} by {size}");
    }
    found
}

fn in_pieces(size: usize, page: &str) -> Option<usize> {
    let mut scanner = Scanner::new();
    let mut offset = 0;
    for piece in page.as_bytes().chunks(size) {
        match scanner.scan(piece) {
            Scan::Open { held } => assert!(held <= 11, "{page}: holds {held}"),
            Scan::Place { before, tag } => return Some(offset + before - tag),
            Scan::Nowhere => return None,
        }
        offset += piece.len();
    }
    scanner.takes_the_end().then_some(page.len())
}

/// `^` stands where the data goes.
fn check(pages: &[&str]) {
    for marked in pages {
        let page = marked.replace('^', "");
        assert_eq!(place(&page), marked.find('^'), "{marked}");
    }
}

#[test]
fn the_first_tag_that_ends_the_head() {
    check(&[
        "<!doctype html><html><head><title>t</title>^</head><body></body></html>",
        "<head>^</HEAD >",
        "<head>^</head\n><body>",
        "<head>^</head/>",
        "<head></headers>^</head>",
        "<head></hea></ head>^</head>",
        "<header></header>^</head>",
        "<html>^<body class=a>text</body>",
        "<html>^<BODY\t>",
        "<html>^<body/>",
        "<bodyguard>^<body>",
        "<html>^<frameset>",
        "<p>text^</body></html>",
        "<p>text^</html>",
        "<<<head>^</head>",
        "<head><a<b>^</head>",
    ]);
}

#[test]
fn documents_without_tags_and_fragments() {
    check(&[
        "<!DOCTYPE html><title>t</title><p>text^",
        "<!doctypehtml><p>^",
        "<html><p>text^",
        "<head><title>t</title>^",
        "<p>a fragment</p>",
        "<title>t</title>",
        "",
        "text",
        "<!doctyp html><p>",
        "<!-- <!doctype html> --><p>",
        "<!doctype",
        "<!doctype html><!-- open",
        "<!doctype html><script>open",
        "<!doctype html><p class='open",
        "<!doctype html><template><p>",
        "<!doctype html><plaintext></head><body>",
    ]);
}

#[test]
fn comments() {
    check(&[
        "<!-- </head> -->^</head>",
        "<!-- </head> - -- > --!>^</head>",
        "<!-- </head> --!-->^</head>",
        "<!-->^</head>-->",
        "<!--->^</head>-->",
        "<!--a--->^</head>",
        "<!--<!-->^</head>",
        "<!--->-->^</head>",
        "<!---->^</head>",
        "<!----!>^</head>",
        "<!---->>^</head>",
        "<!-x</head>^</head>",
        "<!x </head>^</head>",
        "<? </head>^</head>",
        "</? </head>^</head>",
        "<![CDATA[ </head>^</head>",
        "</>^</head>",
        "<!>^</head>",
    ]);
}

#[test]
fn attributes() {
    check(&[
        r#"<meta content="</head>">^</head>"#,
        r#"<meta content='</head>"'>^</head>"#,
        r"<meta content=</head>^</head>",
        r#"<meta content = "</head>" a=b>^</head>"#,
        r#"<meta a"=b>^</head>"#,
        r#"<meta "</head>^</head>"#,
        r#"<meta ="</head>^</head>"#,
        r#"<meta a/="</head>^</head>"#,
        r#"<meta a= />^</head>"#,
        r#"<meta a="b"c='</head>'>^</head>"#,
        r#"</meta a="</head>">^</head>"#,
        "<meta a=\"\n</head>\n\">^</head>",
    ]);
}

#[test]
fn text_that_is_no_markup() {
    check(&[
        "<title></head></titles></title>^</head>",
        "<title><!-- </title>^</head> -->",
        "<TITLE></head></Title >^</head>",
        "<style></head></style/>^</head>",
        "<textarea></head></textarea>^</head>",
        "<noscript></head></noscript>^</head>",
        "<iframe></head></iframe>^</head>",
        "<xmp></head></xmp>^</head>",
        "<noembed></head></noembed>^</head>",
        "<noframes><body></noframes>^</head>",
        "<style><</style>^</head>",
        "<style></ style></style a='</head>'>^</head>",
        "<template><body></template>^</head>",
        "<template><template></template></head></template>^</head>",
        "</template><head>^</head>",
    ]);
}

#[test]
fn scripts() {
    check(&[
        "<script>'</head>'</script>^</head>",
        "<script src=a></script>^</head>",
        "<script>'<body>' < 1 </ script </scripts></SCRIPT\n>^</head>",
        "<script><!-- </head> </script>^</head> -->",
        "<script><!-- <script> </script> </head> </script>^</head>",
        "<script><!-- <script></head></script> --></script>^</head>",
        "<script><!-- <script> --> </script>^</head>",
        "<script><!--><script></script>^</head>",
        "<script><!---><script></script>^</head>",
        "<script><!-- <scripts></script>^</head>",
        "<script><!-- <script/</script> </script>^</head>",
        "<script><!-- <script <script </script </script>^</head>",
        "<script><!- <script></script>^</head>",
        "<script><!-- -- <script></script> ->  </script>^</head>",
        "<style><!-- <script></style>^</head>",
    ]);
}

#[test]
fn a_page_that_has_its_data() {
    check(&[
        r#"<script type="application/json" id="__MIZAN_DATA__">{}</script></head>"#,
        r#"<script id=__MIZAN_DATA__></script></head>"#,
        r#"<script ID = '__MIZAN_DATA__' x></script></head>"#,
        r#"<SCRIPT id=__MIZAN_DATA__ />"#,
        r#"<script id="__MIZAN_DATA__x"></script>^</head>"#,
        r#"<script id="__MIZAN_DATA_"></script>^</head>"#,
        r#"<script id="__mizan_data__"></script>^</head>"#,
        r#"<script class="__MIZAN_DATA__"></script>^</head>"#,
        r#"<script id=a class=__MIZAN_DATA__></script>^</head>"#,
        r#"<script ids=__MIZAN_DATA__></script>^</head>"#,
        r#"<script id __MIZAN_DATA__></script>^</head>"#,
        r#"<meta id="__MIZAN_DATA__">^</head>"#,
        r#"<!-- <script id="__MIZAN_DATA__"> -->^</head>"#,
        r#"<title><script id="__MIZAN_DATA__"></title>^</head>"#,
        r#"<template><script id="__MIZAN_DATA__"></script></template>^</head>"#,
        r#"<template></template><script id="__MIZAN_DATA__"></script></head>"#,
    ]);
}

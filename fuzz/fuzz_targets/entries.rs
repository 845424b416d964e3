//! The header's grammar: what is read is written and read again as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mizan::Entries;

fuzz_target!(|text: &str| {
    let Ok(entries) = text.parse::<Entries>() else {
        return;
    };
    let written = entries.to_string();
    assert_eq!(
        written.parse::<Entries>().as_ref(),
        Ok(&entries),
        "{written}"
    );
    serde_json::to_string(&entries).expect("entries are JSON");

    let Some(header) = entries.header_value() else {
        return assert!(entries.is_empty());
    };
    let header = header.to_str().expect("the header is text");
    let read = header.parse::<Entries>().expect("the header is read again");
    // A header over 2 KiB says less, and so hits more.
    assert!(read == entries || written.len() > 2048, "{header}");
    for entry in &entries {
        assert!(entries.hits(entry.context(), entry.params()));
        assert!(read.hits(entry.context(), entry.params()));
    }
});

//! The counts that are committed, and how far from them is too far.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::counts::AllCounts;

const BLESS: &str = "cargo bench --features full --bench dispatch -- --bless";

#[derive(Serialize, Deserialize)]
pub(crate) struct Baseline {
    /// The compiler that the counts were made with; another one's differ.
    rustc: String,
    counts: AllCounts,
}

impl Baseline {
    pub(crate) fn of(counts: &AllCounts) -> Result<Self> {
        Ok(Self {
            rustc: rustc()?,
            counts: counts.clone(),
        })
    }

    pub(crate) fn read() -> Result<Self> {
        let text = fs::read_to_string(path())
            .map_err(|error| format!("there is no baseline ({error}); write one: {BLESS}"))?;
        Ok(serde_json::from_str(&text)?)
    }

    pub(crate) fn write(&self) -> Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        fs::write(path(), text)?;
        println!("Wrote {}.", path().display());
        Ok(())
    }

    /// What has become worse, a sentence each.
    pub(crate) fn compare(&self, now: &AllCounts) -> Result<Vec<String>> {
        let mut complaints = Vec::new();
        for (name, counts) in now {
            let Some(before) = self.counts.get(name) else {
                complaints.push(format!("`{name}` is not in the baseline"));
                continue;
            };
            for (what, now, before) in [
                ("instructions", counts.instructions, before.instructions),
                ("allocations", counts.allocations, before.allocations),
            ] {
                if now * 100 > before * 103 {
                    complaints.push(format!(
                        "`{name}` needs {now} {what}, {:.1} % more than the baseline's {before}",
                        (now as f64 / before as f64 - 1.0) * 100.0
                    ));
                }
            }
        }
        for name in self.counts.keys() {
            if !now.contains_key(name) {
                complaints.push(format!("`{name}` is in the baseline and measured no more"));
            }
        }
        if !complaints.is_empty() {
            let mut advice = format!("if that is meant, commit a new baseline: {BLESS}");
            let rustc = rustc()?;
            if rustc != self.rustc {
                advice += &format!(
                    " (the baseline was made with {}, this is {rustc}, which alone moves counts)",
                    self.rustc
                );
            }
            complaints.push(advice);
        }
        Ok(complaints)
    }
}

fn path() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "benches/dispatch/baseline.json"]
        .iter()
        .collect()
}

fn rustc() -> Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

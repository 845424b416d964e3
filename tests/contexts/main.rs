//! Reads of contexts (protocol section 2): several functions in one answer.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod answer;
mod instance;
mod order;

#[path = "../support/rig.rs"]
mod rig;

use mizan::{MizanService, Registry, RegistryBuilder};

fn serve(builder: RegistryBuilder) -> MizanService {
    MizanService::new(builder.build().unwrap())
}

fn builder() -> RegistryBuilder {
    Registry::builder()
}

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::runtime::Handle;

use crate::call::Call;
use crate::registry::{Certainty, Found};

const SETTLE_WITHOUT_DEADLINE: Duration = Duration::from_secs(30);

/// Tells the listeners of an unknown effect now, and has them told again later.
pub(super) fn tell_unknown(call: &Call, found: Found) -> Option<BoxFuture<'static, ()>> {
    let registry = call.registry().clone();
    if registry.listeners().is_empty() {
        return None;
    }
    let function = call.function_id();
    let delay = registry
        .settle(call.deadline())
        .unwrap_or(SETTLE_WITHOUT_DEADLINE);
    let now = registry.tell(found.all.clone(), function, Certainty::Unknown);
    spawn(
        async move {
            tokio::time::sleep(delay).await;
            registry
                .tell(found.all, function, Certainty::UnknownSettled)
                .await;
        }
        .boxed(),
    );
    Some(now)
}

/// Lets a notice go on by itself.
pub(super) fn spawn(telling: BoxFuture<'static, ()>) {
    match Handle::try_current() {
        Ok(runtime) => drop(runtime.spawn(telling)),
        Err(_) => tracing::error!("no runtime is left to tell the listeners of an invalidation"),
    }
}

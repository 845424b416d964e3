//! A body with files for a function that is no form's.

use tower_service::Service;

use crate::call::{Call, Given};
use crate::error::{Error, Result};
use crate::form::{Sent, coerce};
use crate::reply::Reply;
use crate::schema::Fields;

pub(super) async fn read<S>(call: Call, mut ready: S) -> Result<Reply>
where
    S: Service<Call, Response = Reply, Error = Error>,
{
    let schema = call.entry().input();
    let sent = Sent::receive(&call, None, usize::MAX).await?;
    let given = Given::new(coerce(schema, sent.data, false), sent.files);
    if !sent.refused.is_empty() {
        let mut fields = Fields::new();
        if !sent.stopped {
            let found = schema.judge(given.value(), sent.notes).into_found();
            for (path, said) in found.filter(|(path, _)| !sent.refused.touches(path)) {
                fields.insert(path, said.message);
            }
        }
        sent.refused.tell(&mut fields);
        return Err(Error::validation(fields));
    }
    ready.call(call.with_given(given)).await
}

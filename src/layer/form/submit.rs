use http::header::LOCATION;
use tower_service::Service;

use crate::call::Call;
use crate::error::{Code, Error, Result};
use crate::form::{AnySubmission, FormPage, FormValues, Refused, Sent, Values, Verdict, WantsPage};
use crate::guard::guarded;
use crate::layer::invalidate::unknown;
use crate::reply::{Page, Reply};

pub(super) async fn submit<S>(form: AnySubmission, call: Call, mut ready: S) -> Result<Reply>
where
    S: Service<Call, Response = Reply, Error = Error>,
{
    let mut sent = Sent::receive(&call, form.uploads(), form.max_values()).await?;
    let values = std::mem::take(&mut sent.values);
    let judged = bounded(&call, form.judge(&call, sent)).await?;
    let (call, refused, typed) = match judged {
        Verdict::Refused { errors, typed } => (call, Ok(errors), typed),
        Verdict::Accepted { given, input } => {
            let typed = match call.extensions().get::<WantsPage>() {
                Some(_) => Values::of(given.value().clone()),
                None => Values::default(),
            };
            let call = call.with_given(given);
            call.progress().input = Some(input);
            match ready.call(call.clone()).await {
                Ok(reply) => return Ok(accepted(&call, reply)),
                // A 4xx, so nothing changed.
                Err(error) if error.code() == Code::Validation => (call, Err(error), typed),
                Err(error) => return Err(error),
            }
        }
    };
    let answered = bounded(&call, async {
        let refused = refused.or_else(|error| form.recast(&call, error))?;
        form.failed(&call, &refused).await?;
        answer(&form, &call, refused, values, &typed).await
    });
    match answered.await {
        // The handler may have been begun, and a 5xx promises nothing.
        Err(error) if error.status().is_server_error() => Err(unknown(&call, error).await),
        answered => answered,
    }
}

/// Within the form's deadline.
async fn bounded<T>(call: &Call, running: impl Future<Output = Result<T>>) -> Result<T> {
    guarded(call.deadline(), "a form's check", running).await?
}

async fn answer(
    form: &AnySubmission,
    call: &Call,
    refused: Refused,
    values: FormValues,
    typed: &Values,
) -> Result<Reply> {
    if call.extensions().get::<WantsPage>().is_none() {
        return refused.reply();
    }
    let Refused::Form(errors) = refused else {
        return refused.reply();
    };
    let face = form.face();
    let schema = face.schema(call, typed).await?;
    let page = FormPage::new(schema, "")
        .with_values(values)
        .with_errors(errors.clone());
    let render = face.render.as_ref().or(call.registry().form_renderer());
    let html = match render {
        Some(render) => render(call.clone(), page).await?,
        None => page.html(),
    };
    let mut reply = Refused::Form(errors).reply()?;
    reply.extra_mut().page = Some(Page::Html(html));
    Ok(reply)
}

/// Sends a page without JavaScript on.
fn accepted(call: &Call, mut reply: Reply) -> Reply {
    if call.extensions().get::<WantsPage>().is_none() {
        return reply;
    }
    let extra = reply.extra_mut();
    let target = extra.headers.as_mut().and_then(|set| set.remove(LOCATION));
    let target = target
        .as_ref()
        .and_then(|target| crate::form::target(target.to_str().ok()?))
        .or_else(|| crate::form::back(call.headers(), call.uri()));
    extra.page = Some(Page::GoTo(target));
    reply
}

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::page::Insertion;

pin_project! {
    /// The body of a response: Mizan's own, or that of the service behind it.
    #[derive(Debug)]
    pub struct MizanBody<B> {
        #[pin]
        kind: Kind<B>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = KindProj]
    enum Kind<B> {
        Inner { #[pin] body: B },
        Own { data: Option<Bytes> },
        Page { #[pin] body: B, insertion: Box<Insertion> },
    }
}

impl<B> MizanBody<B> {
    pub(crate) fn inner(body: B) -> Self {
        Self {
            kind: Kind::Inner { body },
        }
    }

    /// A page of the service behind, with something to be put into it.
    pub(crate) fn page(body: B, insertion: Box<Insertion>) -> Self {
        Self {
            kind: Kind::Page { body, insertion },
        }
    }

    pub(crate) fn own(data: Bytes) -> Self {
        Self {
            kind: Kind::Own {
                data: (!data.is_empty()).then_some(data),
            },
        }
    }
}

/// An empty body. It asks nothing of `B`, because layers outside may make one of their own.
impl<B> Default for MizanBody<B> {
    fn default() -> Self {
        Self {
            kind: Kind::Own { data: None },
        }
    }
}

impl<B: Body<Data = Bytes>> Body for MizanBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        match self.project().kind.project() {
            KindProj::Inner { body } => body.poll_frame(cx),
            KindProj::Own { data } => Poll::Ready(data.take().map(|data| Ok(Frame::data(data)))),
            KindProj::Page { body, insertion } => insertion.poll_frame(body, cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Inner { body } => body.is_end_stream(),
            Kind::Own { data } => data.is_none(),
            Kind::Page { body, insertion } => insertion.is_end_stream(body),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Inner { body } => body.size_hint(),
            Kind::Own { data } => SizeHint::with_exact(data.as_ref().map_or(0, Bytes::len) as u64),
            Kind::Page { body, insertion } => insertion.size_hint(body),
        }
    }
}

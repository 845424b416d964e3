use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Wake;

use super::*;

#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

fn next(outgoing: &mut Outgoing) -> Option<Out> {
    match outgoing.poll_next(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(out) => Some(out),
        Poll::Pending => None,
    }
}

fn frame(text: &'static str) -> Out {
    Out::Frame(Utf8Bytes::from_static(text))
}

#[test]
fn frames_come_out_in_order_and_leave_nothing_behind() {
    let (outbox, mut outgoing) = Outbox::new(8, 100);
    for text in ["a", "b", "c"] {
        assert!(outbox.send(text.into()));
    }
    assert_eq!(next(&mut outgoing), Some(frame("a")));
    assert!(outbox.send("d".into()));
    for text in ["b", "c", "d"] {
        assert_eq!(next(&mut outgoing), Some(frame(text)));
    }
    assert_eq!(next(&mut outgoing), None);
    let queue = outbox.shared.lock();
    assert_eq!((queue.rest.capacity(), queue.bytes), (0, 0));
}

#[test]
fn too_many_or_too_much_ends_it() {
    for (messages, bytes, fits) in [(2, 100, 2), (100, 6, 3), (1, 100, 1), (0, 0, 1)] {
        let (outbox, mut outgoing) = Outbox::new(messages, bytes);
        for _ in 0..fits {
            assert!(outbox.send("xy".into()), "{messages} {bytes}");
        }
        assert!(!outbox.send("xy".into()), "{messages} {bytes}");
        assert_eq!(next(&mut outgoing), Some(Out::Overflow));
        assert_eq!(next(&mut outgoing), Some(Out::Overflow));
        assert!(!outbox.send("".into()));
        assert_eq!(outbox.shared.lock().rest.capacity(), 0);
    }
}

#[test]
fn a_frame_of_any_size_fits_where_nothing_waits() {
    let (outbox, mut outgoing) = Outbox::new(2, 3);
    assert!(outbox.send("longer than three".into()));
    assert_eq!(next(&mut outgoing), Some(frame("longer than three")));
    assert!(outbox.send("x".into()));
    assert!(!outbox.send("longer than three".into()));
}

#[test]
fn whoever_waits_is_woken_once() {
    let count = Arc::new(Count::default());
    let waker = Waker::from(Arc::clone(&count));
    let (outbox, mut outgoing) = Outbox::new(1, 10);
    assert!(
        outgoing
            .poll_next(&mut Context::from_waker(&waker))
            .is_pending()
    );
    outbox.send("a".into());
    assert_eq!(count.0.load(Ordering::SeqCst), 1);
    // The second overflows, and finds nobody who has not been woken yet.
    outbox.send("b".into());
    assert_eq!(count.0.load(Ordering::SeqCst), 1);
    assert_eq!(next(&mut outgoing), Some(Out::Overflow));
}

#[test]
fn nothing_is_taken_for_a_connection_that_is_gone() {
    let (outbox, outgoing) = Outbox::new(1, 10);
    outbox.send("a".into());
    drop(outgoing);
    assert!(!outbox.send("b".into()));
    assert!(outbox.shared.lock().first.is_none());
}

#[test]
fn half_full_is_crowded_until_frames_are_taken() {
    let (outbox, mut outgoing) = Outbox::new(4, 100);
    assert_eq!(outbox.put("a".into()), Put::Roomy);
    assert_eq!(outbox.put("b".into()), Put::Crowded);
    let (outbox_of_bytes, _outgoing) = Outbox::new(100, 10);
    assert_eq!(outbox_of_bytes.put("four".into()), Put::Roomy);
    assert_eq!(outbox_of_bytes.put("x".into()), Put::Crowded);

    let count = Arc::new(Count::default());
    let waker = Waker::from(Arc::clone(&count));
    let mut room = std::pin::pin!(outbox.room());
    let cx = &mut Context::from_waker(&waker);
    assert!(room.as_mut().poll(cx).is_pending());
    next(&mut outgoing);
    assert_eq!(count.0.load(Ordering::SeqCst), 1);
    assert!(room.as_mut().poll(cx).is_ready());
}

#[test]
fn whoever_waits_for_room_is_let_go_with_the_connection() {
    for overflow in [true, false] {
        let (outbox, outgoing) = Outbox::new(2, 100);
        outbox.send("a".into());
        outbox.send("b".into());
        let count = Arc::new(Count::default());
        let waker = Waker::from(Arc::clone(&count));
        let mut room = std::pin::pin!(outbox.room());
        let cx = &mut Context::from_waker(&waker);
        assert!(room.as_mut().poll(cx).is_pending());
        if overflow {
            assert_eq!(outbox.put("c".into()), Put::Refused);
        } else {
            drop(outgoing);
        }
        assert_eq!(count.0.load(Ordering::SeqCst), 1);
        assert!(room.as_mut().poll(cx).is_ready());
    }
}

use std::sync::atomic::AtomicUsize;
use std::task::Wake;

use super::*;

fn admission(all: usize, per_user: usize) -> Arc<Admission> {
    Admission::new(
        &Sockets::new()
            .connections(all)
            .connections_per_user(per_user),
    )
}

fn user(id: &str) -> User {
    User::new(id)
}

#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn places_in_all() {
    let admission = admission(2, 1);
    let first = admission.admit(None).unwrap();
    let _second = admission.admit(None).unwrap();
    let refused = admission.admit(None).unwrap_err();
    assert_eq!(refused.code(), crate::Code::Overloaded);
    assert!(refused.retry_after().is_some());
    drop(first);
    assert_eq!(admission.count(), 1);
    admission.admit(None).unwrap();
}

#[test]
fn places_of_one_user() {
    let admission = admission(9, 2);
    let _first = admission.admit(Some(&user("a"))).unwrap();
    let second = admission.admit(Some(&user("a"))).unwrap();
    assert!(admission.admit(Some(&user("a"))).is_err());
    assert_eq!(admission.count(), 2);
    let _other = admission.admit(Some(&user("b"))).unwrap();
    drop(second);
    drop(admission.admit(Some(&user("a"))).unwrap());
}

#[test]
fn a_change_of_user_moves_the_place() {
    let admission = admission(9, 1);
    let mut pass = admission.admit(None).unwrap();
    let first = admission.admit(Some(&user("a"))).unwrap();
    // Nothing changes where there is no place.
    pass.change_user(Some(&user("b"))).unwrap();
    assert!(pass.change_user(Some(&user("a"))).is_err());
    assert!(admission.admit(Some(&user("b"))).is_err());
    // The same user again is no second connection.
    pass.change_user(Some(&user("b"))).unwrap();
    drop(first);
    pass.change_user(Some(&user("a"))).unwrap();
    drop(admission.admit(Some(&user("b"))).unwrap());
    assert!(admission.admit(Some(&user("a"))).is_err());
    pass.change_user(None).unwrap();
    drop(admission.admit(Some(&user("a"))).unwrap());
    drop(pass);
    assert_eq!(admission.count(), 0);
    assert!(admission.state().users.is_empty());
}

#[test]
fn everybody_is_told_of_the_end() {
    let admission = admission(9, 9);
    let mut passes: Vec<_> = (0..3).map(|_| admission.admit(None).unwrap()).collect();
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(Arc::clone(&woken));
    let mut cx = Context::from_waker(&waker);
    for pass in &mut passes {
        assert!(pass.poll_closing(&mut cx).is_pending());
        assert!(pass.poll_closing(&mut cx).is_pending());
    }
    // One who has gone is not woken.
    passes.pop();
    let end = Instant::now();
    admission.close(end);
    assert_eq!(woken.0.load(Ordering::SeqCst), 2);
    for pass in &mut passes {
        assert_eq!(pass.poll_closing(&mut cx), Poll::Ready(end));
    }
    assert!(admission.admit(None).is_err());
    // Another end is told as the first one was.
    admission.close(end);
    assert_eq!(woken.0.load(Ordering::SeqCst), 4);
}

#[test]
fn the_sooner_end_stands() {
    let admission = admission(9, 9);
    let mut pass = admission.admit(None).unwrap();
    let mut cx = Context::from_waker(Waker::noop());
    let (soon, late) = (Instant::now(), Instant::now() + Duration::from_secs(9));
    for (said, stands) in [(late, late), (soon, soon), (late, soon)] {
        admission.close(said);
        assert_eq!(pass.poll_closing(&mut cx), Poll::Ready(stands));
    }
}

#[tokio::test]
async fn empty_when_the_last_has_gone() {
    let admission = admission(9, 9);
    admission.empty().await;
    let pass = admission.admit(None).unwrap();
    let waiting = tokio::spawn({
        let admission = Arc::clone(&admission);
        async move { admission.empty().await }
    });
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    drop(pass);
    waiting.await.unwrap();
}

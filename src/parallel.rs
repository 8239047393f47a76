//! Work on all cores natively; one thing after another in wasm.

#[cfg(not(target_arch = "wasm32"))]
use rayon::prelude::*;

/// What the function makes of each item, in the order of the items.
#[cfg(not(target_arch = "wasm32"))]
pub fn map<T: Sync, R: Send>(items: &[T], make: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    // One at a time: what takes long can stand anywhere.
    items.par_iter().with_max_len(1).map(make).collect()
}

#[cfg(target_arch = "wasm32")]
pub fn map<T, R>(items: &[T], make: impl Fn(&T) -> R) -> Vec<R> {
    items.iter().map(make).collect()
}

/// The results of both. On a thread of its own: one of the pool's may be waiting for what this is a part of.
#[cfg(not(target_arch = "wasm32"))]
pub fn join<A, B: Send>(one: impl FnOnce() -> A, other: impl FnOnce() -> B + Send) -> (A, B) {
    std::thread::scope(|scope| {
        let other = scope.spawn(other);
        let one = one();
        match other.join() {
            Ok(other) => (one, other),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

#[cfg(target_arch = "wasm32")]
pub fn join<A, B>(one: impl FnOnce() -> A, other: impl FnOnce() -> B) -> (A, B) {
    (one(), other())
}

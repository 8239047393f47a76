//! Work on all cores natively; one thing after another in wasm.

#[cfg(not(target_arch = "wasm32"))]
use rayon::prelude::*;

/// What the function makes of each item, in the order of the items.
#[cfg(not(target_arch = "wasm32"))]
pub fn map<T: Sync, R: Send>(items: &[T], make: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    if items.len() < 2 {
        return items.iter().map(make).collect();
    }
    // One at a time: what takes long can stand anywhere.
    items.par_iter().with_max_len(1).map(make).collect()
}

#[cfg(target_arch = "wasm32")]
pub fn map<T, R>(items: &[T], make: impl Fn(&T) -> R) -> Vec<R> {
    items.iter().map(make).collect()
}

/// How many items a chunk has.
#[cfg(not(target_arch = "wasm32"))]
const CHUNK: usize = 64;

/// What is made of the items by chunks, of which no items have none.
#[cfg(not(target_os = "unknown"))]
pub fn map_chunks<T: Sync, R: Send>(items: &[T], make: impl Fn(&[T]) -> R + Sync + Send) -> Vec<R> {
    #[cfg(not(target_arch = "wasm32"))]
    let chunks: Vec<&[T]> = items.chunks(CHUNK).collect();
    #[cfg(target_arch = "wasm32")]
    let chunks: Vec<&[T]> = items.chunks(items.len().max(1)).collect();
    map(&chunks, |chunk| make(chunk))
}

/// Two lists that are made of the items, by chunks.
#[cfg(not(target_arch = "wasm32"))]
pub fn lists<T: Sync, A: Send, B: Send>(
    items: &[T],
    make: impl Fn(&[T]) -> (Vec<A>, Vec<B>) + Sync + Send,
) -> (Vec<A>, Vec<B>) {
    let made = map_chunks(items, make);
    // At once: to grow a long list is to copy it over and over, into memory that is new.
    let mut one = Vec::with_capacity(made.iter().map(|(a, _)| a.len()).sum());
    let mut other = Vec::with_capacity(made.iter().map(|(_, b)| b.len()).sum());
    for (a, b) in made {
        one.extend(a);
        other.extend(b);
    }
    (one, other)
}

#[cfg(target_arch = "wasm32")]
pub fn lists<T, A, B>(items: &[T], make: impl Fn(&[T]) -> (Vec<A>, Vec<B>)) -> (Vec<A>, Vec<B>) {
    make(items)
}

/// How many of them are made before they are asked for.
#[cfg(not(target_arch = "wasm32"))]
const AHEAD: usize = 64;

/// Hands over each item and what `make` makes of it, in the order of the items, while the next few are being made on threads of their own.
#[cfg(not(target_arch = "wasm32"))]
pub fn ahead<T: Sync, R: Send>(items: &[T], make: impl Fn(&T) -> R + Sync, mut consume: impl FnMut(&T, R)) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if cores <= 1 || items.len() <= 1 {
        return items.iter().for_each(|item| consume(item, make(item)));
    }
    let next = std::sync::atomic::AtomicUsize::new(0);
    let (send, receive) = std::sync::mpsc::sync_channel(AHEAD);
    std::thread::scope(|scope| {
        // One core is the consumer's.
        for _ in 0..(cores - 1).min(items.len()) {
            let (make, next, send) = (&make, &next, send.clone());
            scope.spawn(move || {
                loop {
                    let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(item) = items.get(at) else { break };
                    // It is taken unless the consumer panicked.
                    if send.send((at, make(item))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        let mut made: Vec<Option<R>> = items.iter().map(|_| None).collect();
        let mut first = 0;
        // Ends early when a thread panicked, which the scope passes on.
        for (at, result) in receive {
            made[at] = Some(result); // one for each item
            while let Some(result) = made.get_mut(first).and_then(Option::take) {
                consume(&items[first], result);
                first += 1;
            }
        }
    });
}

#[cfg(target_arch = "wasm32")]
pub fn ahead<T, R>(items: &[T], make: impl Fn(&T) -> R, mut consume: impl FnMut(&T, R)) {
    items.iter().for_each(|item| consume(item, make(item)));
}

/// What `consume` makes of each item that `produce` hands over, in that order; on a thread of its own, while the next is being produced.
#[cfg(not(target_arch = "wasm32"))]
pub fn behind<T: Send, R: Send>(produce: impl FnOnce(&mut dyn FnMut(T)), consume: impl FnMut(T) -> R + Send) -> Vec<R> {
    std::thread::scope(|scope| {
        let (send, receive) = std::sync::mpsc::channel();
        let consumer = scope.spawn(move || receive.into_iter().map(consume).collect());
        // It is taken unless the consumer panicked, which is passed on.
        produce(&mut |item| _ = send.send(item));
        drop(send);
        consumer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

#[cfg(target_arch = "wasm32")]
pub fn behind<T, R>(produce: impl FnOnce(&mut dyn FnMut(T)), mut consume: impl FnMut(T) -> R) -> Vec<R> {
    let mut made = Vec::new();
    produce(&mut |item| made.push(consume(item)));
    made
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

#[cfg(all(target_arch = "wasm32", not(target_os = "unknown")))]
pub fn join<A, B>(one: impl FnOnce() -> A, other: impl FnOnce() -> B) -> (A, B) {
    (one(), other())
}

/// Begins work whose result is kept by what makes it: natively, on a thread of its own.
#[cfg(feature = "cli")]
pub fn begin<R: Send + 'static>(make: fn() -> R) {
    #[cfg(not(target_arch = "wasm32"))]
    std::thread::spawn(make);
    #[cfg(target_arch = "wasm32")]
    let _ = make;
}

//! pg_depend: who needs whom, found from both ends.

use super::trie::Trie;
use super::{Dependency, Oid};
use std::sync::Arc;

type Edges = Trie<Chunks, 5>;

#[derive(Clone, Debug, Default)]
pub struct Dependencies {
    by_dependent: Edges,
    by_referenced: Edges,
}

/// The edges at one end. A role or `auth.users` has thousands, and every statement keeps a copy: all chunks but one are shared.
type Chunks = Arc<Vec<Arc<Vec<Dependency>>>>;

const CHUNK: usize = 64;

impl Dependencies {
    pub fn add(&mut self, edge: Dependency) {
        if self.from(edge.dependent.oid).any(|known| *known == edge) {
            return;
        }
        push(&mut self.by_dependent, edge.dependent.oid, edge);
        push(&mut self.by_referenced, edge.referenced.oid, edge);
    }

    pub fn to(&self, referenced: Oid) -> All<'_> {
        all(self.by_referenced.get(referenced.0))
    }

    pub fn from(&self, dependent: Oid) -> All<'_> {
        all(self.by_dependent.get(dependent.0))
    }

    pub fn remove_from(&mut self, dependent: Oid, drop: impl Fn(&Dependency) -> bool) {
        let gone: Vec<Dependency> = self.from(dependent).copied().filter(|e| drop(e)).collect();
        for edge in gone {
            take(&mut self.by_dependent, dependent, &edge);
            take(&mut self.by_referenced, edge.referenced.oid, &edge);
        }
    }

    pub fn remove_object(&mut self, oid: Oid) {
        self.remove_from(oid, |_| true);
        let to = self.by_referenced.remove(oid.0);
        for edge in all(to.as_ref()) {
            take(&mut self.by_dependent, edge.dependent.oid, edge);
        }
    }
}

fn all(chunks: Option<&Chunks>) -> All<'_> {
    All { chunks: chunks.map_or(&[][..], |chunks| chunks), edges: [].iter() }
}

/// Edges, chunk after chunk. By hand, because what is chained of the standard library's is compiled in anew wherever it is filtered.
pub struct All<'a> {
    chunks: &'a [Arc<Vec<Dependency>>],
    edges: std::slice::Iter<'a, Dependency>,
}

impl<'a> Iterator for All<'a> {
    type Item = &'a Dependency;

    #[inline(never)]
    fn next(&mut self) -> Option<&'a Dependency> {
        loop {
            if let Some(edge) = self.edges.next() {
                return Some(edge);
            }
            let (first, rest) = self.chunks.split_first()?;
            (self.chunks, self.edges) = (rest, first.iter());
        }
    }
}

fn push(edges: &mut Edges, oid: Oid, edge: Dependency) {
    let Some(chunks) = edges.get_mut(oid.0) else {
        return edges.insert(oid.0, Arc::new(vec![Arc::new(vec![edge])]));
    };
    let chunks = Arc::make_mut(chunks);
    match chunks.last_mut() {
        Some(last) if last.len() < CHUNK => Arc::make_mut(last).push(edge),
        _ => chunks.push(Arc::new(vec![edge])),
    }
}

fn take(edges: &mut Edges, oid: Oid, edge: &Dependency) {
    let Some(chunks) = edges.get_mut(oid.0) else { return };
    let chunks = Arc::make_mut(chunks);
    for chunk in chunks.iter_mut().filter(|chunk| chunk.contains(edge)) {
        Arc::make_mut(chunk).retain(|e| e != edge);
    }
    chunks.retain(|chunk| !chunk.is_empty());
    if chunks.is_empty() {
        edges.remove(oid.0);
    }
}

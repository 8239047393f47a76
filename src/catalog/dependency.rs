//! pg_depend: who needs whom, found from both ends.

use super::trie::Trie;
use super::{Dependency, Oid};
use std::sync::Arc;

type Edges = Trie<Arc<Vec<Dependency>>, 4>;

#[derive(Clone, Debug, Default)]
pub struct Dependencies {
    by_dependent: Edges,
    by_referenced: Edges,
}

impl Dependencies {
    pub fn add(&mut self, edge: Dependency) {
        if self.from(edge.dependent.oid).contains(&edge) {
            return;
        }
        push(&mut self.by_dependent, edge.dependent.oid, edge);
        push(&mut self.by_referenced, edge.referenced.oid, edge);
    }

    pub fn to(&self, referenced: Oid) -> &[Dependency] {
        self.by_referenced.get(referenced.0).map_or(&[], |edges| edges)
    }

    pub fn from(&self, dependent: Oid) -> &[Dependency] {
        self.by_dependent.get(dependent.0).map_or(&[], |edges| edges)
    }

    pub fn remove_from(&mut self, dependent: Oid, drop: impl Fn(&Dependency) -> bool) {
        let gone: Vec<Dependency> = self.from(dependent).iter().copied().filter(|e| drop(e)).collect();
        for edge in gone {
            take(&mut self.by_dependent, dependent, &edge);
            take(&mut self.by_referenced, edge.referenced.oid, &edge);
        }
    }

    pub fn remove_object(&mut self, oid: Oid) {
        self.remove_from(oid, |_| true);
        let to = self.by_referenced.remove(oid.0);
        for edge in to.iter().flat_map(|edges| edges.iter()) {
            take(&mut self.by_dependent, edge.dependent.oid, edge);
        }
    }
}

fn push(edges: &mut Edges, oid: Oid, edge: Dependency) {
    match edges.get_mut(oid.0) {
        Some(list) => Arc::make_mut(list).push(edge),
        None => edges.insert(oid.0, Arc::new(vec![edge])),
    }
}

fn take(edges: &mut Edges, oid: Oid, edge: &Dependency) {
    let Some(list) = edges.get_mut(oid.0) else { return };
    let list = Arc::make_mut(list);
    list.retain(|e| e != edge);
    if list.is_empty() {
        edges.remove(oid.0);
    }
}

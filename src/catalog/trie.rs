//! A persistent map from small integers: cloning is one pointer, writing copies one path.
//!
//! Every statement of a chain keeps the catalog before and after it, so copies must share all that did not change.

use std::sync::Arc;

const BITS: u32 = 4;
const WIDTH: usize = 1 << BITS;

/// A map with keys below `16^LEVELS`.
#[derive(Debug)]
pub struct Trie<V, const LEVELS: u32> {
    root: Option<Arc<Node<V>>>,
}

#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "both kinds are as large as their 16 slots; a box would cost every step a pointer"
)]
enum Node<V> {
    Branch([Option<Arc<Node<V>>>; WIDTH]),
    Leaf([Option<V>; WIDTH]),
}

impl<V, const LEVELS: u32> Clone for Trie<V, LEVELS> {
    fn clone(&self) -> Self {
        Self { root: self.root.clone() }
    }
}

impl<V, const LEVELS: u32> Default for Trie<V, LEVELS> {
    fn default() -> Self {
        Self { root: None }
    }
}

impl<V: Clone, const LEVELS: u32> Trie<V, LEVELS> {
    fn slot(key: u32, level: u32) -> usize {
        (key >> (level * BITS)) as usize % WIDTH
    }

    pub fn get(&self, key: u32) -> Option<&V> {
        let mut node = self.root.as_deref()?;
        let mut level = LEVELS;
        loop {
            level -= 1;
            match node {
                Node::Branch(children) => node = children[Self::slot(key, level)].as_deref()?,
                Node::Leaf(values) => return values[Self::slot(key, 0)].as_ref(),
            }
        }
    }

    /// The value at `key` for writing; shared nodes on its path are copied.
    pub fn get_mut(&mut self, key: u32) -> Option<&mut V> {
        self.get(key)?; // do not copy a path for a key that is not there
        let mut node = Arc::make_mut(self.root.as_mut()?);
        let mut level = LEVELS;
        loop {
            level -= 1;
            match node {
                Node::Branch(children) => node = Arc::make_mut(children[Self::slot(key, level)].as_mut()?),
                Node::Leaf(values) => return values[Self::slot(key, 0)].as_mut(),
            }
        }
    }

    pub fn insert(&mut self, key: u32, value: V) {
        let mut node = Arc::make_mut(self.root.get_or_insert_with(|| Arc::new(Self::empty_node(LEVELS - 1))));
        let mut level = LEVELS;
        loop {
            level -= 1;
            match node {
                Node::Branch(children) => {
                    let child = &mut children[Self::slot(key, level)];
                    node = Arc::make_mut(child.get_or_insert_with(|| Arc::new(Self::empty_node(level - 1))));
                }
                Node::Leaf(values) => {
                    values[Self::slot(key, 0)] = Some(value);
                    return;
                }
            }
        }
    }

    pub fn remove(&mut self, key: u32) -> Option<V> {
        self.get(key)?;
        let mut node = Arc::make_mut(self.root.as_mut()?);
        let mut level = LEVELS;
        loop {
            level -= 1;
            match node {
                Node::Branch(children) => node = Arc::make_mut(children[Self::slot(key, level)].as_mut()?),
                Node::Leaf(values) => return values[Self::slot(key, 0)].take(),
            }
        }
    }

    /// All values by ascending key.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        let mut branches: Vec<std::slice::Iter<'_, Option<Arc<Node<V>>>>> = Vec::with_capacity(LEVELS as usize);
        let mut leaf: std::slice::Iter<'_, Option<V>> = [].iter();
        if let Some(root) = self.root.as_deref() {
            match root {
                Node::Branch(children) => branches.push(children.iter()),
                Node::Leaf(values) => leaf = values.iter(),
            }
        }
        std::iter::from_fn(move || {
            loop {
                if let Some(value) = leaf.find_map(Option::as_ref) {
                    return Some(value);
                }
                match branches.last_mut()?.find_map(Option::as_deref) {
                    Some(Node::Branch(children)) => branches.push(children.iter()),
                    Some(Node::Leaf(values)) => leaf = values.iter(),
                    None => {
                        branches.pop();
                    }
                }
            }
        })
    }

    fn empty_node(level: u32) -> Node<V> {
        if level == 0 { Node::Leaf(std::array::from_fn(|_| None)) } else { Node::Branch(std::array::from_fn(|_| None)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn behaves_as_a_map_and_leaves_old_versions_alone(ops in prop::collection::vec((0u32..5000, any::<Option<u8>>()), 0..300)) {
            let mut trie: Trie<u8, 4> = Trie::default();
            let mut map = BTreeMap::new();
            let mut versions = Vec::new();
            for (key, value) in ops {
                versions.push((trie.clone(), map.clone()));
                match value {
                    Some(value) => { trie.insert(key, value); map.insert(key, value); }
                    None => prop_assert_eq!(trie.remove(key), map.remove(&key)),
                }
                if let Some(v) = trie.get_mut(key) { *v = v.wrapping_add(1); }
                if let Some(v) = map.get_mut(&key) { *v = v.wrapping_add(1); }
            }
            versions.push((trie, map));
            for (trie, map) in versions {
                prop_assert_eq!(trie.values().copied().collect::<Vec<_>>(), map.values().copied().collect::<Vec<_>>());
                prop_assert!(map.iter().all(|(k, v)| trie.get(*k) == Some(v)));
            }
        }
    }
}

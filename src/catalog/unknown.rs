//! What the replay could not follow, and so does not know.

use super::Class;
use crate::syntax::ast::Symbol;
use std::sync::Arc;

/// Names and schemas whose objects may have been created, changed or dropped by a statement that could not be followed.
#[derive(Clone, Debug, Default)]
pub struct Unknowns {
    inner: Arc<Inner>,
}

#[derive(Clone, Debug, Default)]
struct Inner {
    /// Anything may have happened.
    everything: Option<Symbol>,
    /// The files are not the whole history: what they need exists.
    partial: bool,
    /// With the reason, in order of name.
    schemas: Vec<(Symbol, Symbol)>,
    names: Vec<(Symbol, Symbol)>,
    /// Of objects whose names are put together where that is not followed.
    classes: Vec<(Class, Symbol)>,
    /// How often something was added, and why the last time.
    added: u32,
    latest: Option<Symbol>,
}

impl Unknowns {
    /// From here on nothing absent can be called absent.
    pub fn add_everything(&mut self, reason: &Symbol) {
        self.add(reason).everything.get_or_insert_with(|| reason.clone());
    }

    /// The files build on objects that are not among them.
    pub fn set_partial_history(&mut self) {
        self.add_everything(&"the history is partial: what the files do not create may exist".into());
        Arc::make_mut(&mut self.inner).partial = true;
    }

    pub fn is_history_partial(&self) -> bool {
        self.inner.partial
    }

    pub fn add_schema(&mut self, schema: &Symbol, reason: &Symbol) {
        add_to(&mut self.add(reason).schemas, schema, reason);
    }

    /// Objects of this name, of any class and in any schema.
    pub fn add_name(&mut self, name: &Symbol, reason: &Symbol) {
        add_to(&mut self.add(reason).names, name, reason);
    }

    /// Objects of this class may be there by any name. What is there already is as it was.
    pub fn add_class(&mut self, class: Class, reason: &Symbol) {
        if self.of_class(class).is_none() {
            self.add(reason).classes.push((class, reason.clone()));
        }
    }

    /// Why an object of this class may be there, whatever it is called.
    pub fn of_class(&self, class: Class) -> Option<&Symbol> {
        self.inner.classes.iter().find(|(of, _)| *of == class).map(|(_, reason)| reason)
    }

    /// A statement of which it is not known what it does, though no name depends on it.
    pub fn note(&mut self, reason: &Symbol) {
        self.add(reason);
    }

    fn add(&mut self, reason: &Symbol) -> &mut Inner {
        let inner = Arc::make_mut(&mut self.inner);
        inner.added += 1;
        inner.latest = Some(reason.clone());
        inner
    }

    /// Why more is unknown than `before`, if it is.
    pub fn added_since(&self, before: &Unknowns) -> Option<&Symbol> {
        self.inner.latest.as_ref().filter(|_| self.inner.added > before.inner.added)
    }

    /// Why an object of this class and name, though absent from the catalog, may exist.
    pub fn may_exist(&self, class: Class, schema: Option<&str>, name: &str) -> Option<&Symbol> {
        self.may_be_touched(schema, name).or_else(|| self.of_class(class))
    }

    /// Why what the catalog says about this name may not be so, whatever class of object it is of.
    pub fn may_be_asked(&self, name: &str) -> Option<&Symbol> {
        self.may_be_touched(None, name).or_else(|| self.inner.classes.first().map(|(_, reason)| reason))
    }

    /// Why an object of this name may be there, gone or changed, where all that is known are its schema and name.
    pub fn may_be_touched(&self, schema: Option<&str>, name: &str) -> Option<&Symbol> {
        self.may_be_changed(name).or(self.inner.everything.as_ref()).or_else(|| reason_of(&self.inner.schemas, schema?))
    }

    /// Why an object of this name, though in the catalog, may be gone or changed.
    pub fn may_be_changed(&self, name: &str) -> Option<&Symbol> {
        reason_of(&self.inner.names, name)
    }

    pub fn is_empty(&self) -> bool {
        let Inner { everything, schemas, names, classes, .. } = &*self.inner;
        everything.is_none() && schemas.is_empty() && names.is_empty() && classes.is_empty()
    }
}

fn place(list: &[(Symbol, Symbol)], name: &str) -> Result<usize, usize> {
    list.binary_search_by(|(known, _)| (**known).cmp(name))
}

fn add_to(list: &mut Vec<(Symbol, Symbol)>, name: &Symbol, reason: &Symbol) {
    if let Err(at) = place(list, name) {
        list.insert(at, (name.clone(), reason.clone()));
    }
}

fn reason_of<'a>(list: &'a [(Symbol, Symbol)], name: &str) -> Option<&'a Symbol> {
    place(list, name).ok().map(|at| &list[at].1)
}

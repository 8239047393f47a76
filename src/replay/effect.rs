//! What a statement did to the catalog.

use crate::catalog::{Class, ObjectAddress, Oid};

/// One change. The object's state before and after stands in the step's two catalogs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    pub object: ObjectAddress,
    /// The relation that a column, constraint, trigger, policy or default belongs to, or that an index is on; the object itself for a relation.
    pub relation: Oid,
    pub change: Change,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Created,
    /// CREATE OR REPLACE of something that was there.
    Replaced,
    Dropped,
    Renamed,
    /// ALTER … SET SCHEMA.
    Moved,
    OwnerChanged,
    /// Any other change of the object itself.
    Altered,
    /// A column's type changed (ALTER COLUMN … TYPE).
    TypeChanged,
    NotNullSet,
    NotNullDropped,
    DefaultSet,
    DefaultDropped,
    RowSecurityEnabled,
    RowSecurityDisabled,
    RowSecurityForced,
    RowSecurityNotForced,
    ConstraintValidated,
    EnumValueAdded,
    EnumValueRenamed,
    Commented,
    PrivilegesGranted,
    PrivilegesRevoked,
    RowsInserted,
    RowsUpdated,
    RowsDeleted,
    Truncated,
    Refreshed,
}

/// The changes of one statement, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects(pub Vec<Effect>);

impl Effects {
    pub fn none() -> Self {
        Self::default()
    }

    /// A change of an object that is in no relation, or is one.
    pub fn of(class: Class, oid: Oid, change: Change) -> Self {
        let mut effects = Self::default();
        effects.add(class, oid, change);
        effects
    }

    pub fn add(&mut self, class: Class, oid: Oid, change: Change) {
        let relation = if class == Class::Relation { oid } else { Oid::INVALID };
        self.0.push(Effect { object: ObjectAddress::new(class, oid), relation, change });
    }

    /// A change of something that belongs to a relation.
    pub fn add_in(&mut self, relation: Oid, object: ObjectAddress, change: Change) {
        self.0.push(Effect { object, relation, change });
    }

    pub fn extend(&mut self, other: Effects) {
        self.0.extend(other.0);
    }

    pub fn iter(&self) -> impl Iterator<Item = &Effect> {
        self.0.iter()
    }
}

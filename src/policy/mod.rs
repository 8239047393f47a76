//! RLS conditions as logic: a condition becomes a small formula over atoms, and simple questions about it are decided.
//!
//! A row passes where the condition is true; false and null refuse it. The formula keeps SQL's three-valued logic, and a question is answered by
//! trying every value of its atoms: there are at most [`MAX_ATOMS`], beyond which nothing is claimed. What the atoms themselves mean is opaque but for
//! what stands in [`Atom`]: equality is symmetric and of NULL is null, two constants are not equal to the same thing, and the session's functions
//! have known values for a client that is not signed in. The functions and operators of pg_catalog are taken to be what they are there.

mod lower;
#[cfg(test)]
mod tests;
mod value;

pub use lower::lower;

use crate::syntax::ast::Symbol;

/// The atoms of one set of formulas: 3 ^ 10 assignments are tried at most.
pub const MAX_ATOMS: usize = 10;

/// The truth values that are possible, as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truths(pub u8);

impl Truths {
    pub const TRUE: Truths = Truths(1);
    pub const FALSE: Truths = Truths(2);
    pub const NULL: Truths = Truths(4);
    pub const ANY: Truths = Truths(7);
    /// Neither true nor false: what an atom is taken for that a question leaves out, so that neither it nor its negation lets a row through.
    pub const NEITHER: Truths = Truths::NULL;

    pub fn of(value: bool) -> Truths {
        if value { Truths::TRUE } else { Truths::FALSE }
    }

    fn has(self, one: Truths) -> bool {
        self.0 & one.0 != 0
    }
}

/// A condition over the atoms of a [`Conditions`].
#[derive(Clone, Debug, PartialEq)]
pub enum Formula {
    /// True, false or null.
    Constant(Truths),
    Atom(usize),
    Not(Box<Formula>),
    All(Vec<Formula>),
    Any(Vec<Formula>),
    /// `formula IS TRUE`, `IS FALSE`, `IS NULL`.
    Is(Box<Formula>, Truths),
}

/// A condition that is not looked into any further.
#[derive(Clone, Debug)]
pub struct Atom {
    /// One spelling for all ways to write it: `auth.uid() = user_id`.
    pub key: String,
    pub kind: AtomKind,
    /// The columns of the policy's table that it reads.
    pub columns: Vec<Symbol>,
    /// It asks who is connected: auth.uid() and its relatives, current_user, a setting.
    pub session: bool,
    /// A subquery or a function of the project stands in it: what it lets through is not known.
    pub opaque: bool,
    /// What it can be for a client that is not signed in (the role anon, no token of a user).
    pub anonymous: Truths,
    /// What it is for every client that is signed in; [`Truths::NEITHER`] where it tells one user from another.
    pub signed_in: Truths,
}

#[derive(Clone, Debug, PartialEq)]
pub enum AtomKind {
    /// `left = right`, the sides in order of their keys. The second is a constant's text where one is a string constant.
    Equal(String, String),
    /// `value IS NULL`: never null itself.
    IsNull(String),
    Other,
}

impl Atom {
    /// It compares the row with who is connected.
    pub fn binds(&self) -> bool {
        self.session && !self.columns.is_empty()
    }

    /// It is `auth.uid() IS NULL`.
    pub fn is_signed_out(&self) -> bool {
        matches!(&self.kind, AtomKind::IsNull(value) if value == value::UID)
    }

    /// It is an equation with auth.uid() on one side.
    pub fn compares_uid(&self) -> bool {
        matches!(&self.kind, AtomKind::Equal(left, right) if left.starts_with(value::UID) || right.starts_with(value::UID))
    }

    fn values(&self) -> Truths {
        match self.kind {
            AtomKind::IsNull(_) => Truths(Truths::TRUE.0 | Truths::FALSE.0),
            _ => Truths::ANY,
        }
    }
}

/// Formulas over the same atoms.
#[derive(Debug, Default)]
pub struct Conditions {
    pub atoms: Vec<Atom>,
    /// There were more atoms than are looked at: every answer is "not known".
    pub too_many: bool,
}

/// Which values of an atom a question allows.
pub type Domain<'a> = &'a dyn Fn(&Atom) -> Truths;

impl Conditions {
    /// Whether it can be true when every atom has one of the values that `domain` allows.
    ///
    /// A `true` shows that no reason is known why not, a `false` proves that it cannot. `None`: too many atoms.
    pub fn can_be_true(&self, formula: &Formula, domain: Domain) -> Option<bool> {
        self.find(domain, &|values| evaluate(formula, values) == Truths::TRUE)
    }

    /// Whether it is true of every row and for everybody. Proven; `false` says nothing.
    pub fn is_always_true(&self, formula: &Formula) -> bool {
        self.find(&Atom::values, &|values| evaluate(formula, values) != Truths::TRUE) == Some(false)
    }

    /// Whether it lets nothing through. Proven; `false` says nothing.
    pub fn is_never_true(&self, formula: &Formula) -> bool {
        self.can_be_true(formula, &Atom::values) == Some(false)
    }

    /// Whether every row that passes `first` passes `second`. Proven; `false` says nothing.
    pub fn implies(&self, first: &Formula, second: &Formula) -> bool {
        let refutes =
            |values: &[Truths]| evaluate(first, values) == Truths::TRUE && evaluate(second, values) != Truths::TRUE;
        self.find(&Atom::values, &refutes) == Some(false)
    }

    /// Whether an assignment that the domain allows and that contradicts nothing reaches the goal.
    fn find(&self, domain: Domain, goal: &dyn Fn(&[Truths]) -> bool) -> Option<bool> {
        let mut values = Vec::with_capacity(self.atoms.len());
        (!self.too_many).then(|| self.assign(&mut values, domain, goal))
    }

    fn assign(&self, values: &mut Vec<Truths>, domain: Domain, goal: &dyn Fn(&[Truths]) -> bool) -> bool {
        let Some(atom) = self.atoms.get(values.len()) else { return goal(values) };
        let allowed = domain(atom);
        for value in [Truths::TRUE, Truths::FALSE, Truths::NULL] {
            if !allowed.has(value) {
                continue;
            }
            values.push(value);
            if self.is_consistent(values) && self.assign(values, domain, goal) {
                return true;
            }
            values.pop();
        }
        false
    }

    /// Whether the last value contradicts none before it.
    fn is_consistent(&self, values: &[Truths]) -> bool {
        let last = values.len() - 1;
        let clash = |other: usize| clashes(&self.atoms[last], values[last], &self.atoms[other], values[other]);
        !(0..last).any(clash)
    }
}

/// Whether two atoms cannot have these values at once.
fn clashes(a: &Atom, a_value: Truths, b: &Atom, b_value: Truths) -> bool {
    match (&a.kind, &b.kind) {
        // An equation of NULL is neither true nor false.
        (AtomKind::IsNull(value), AtomKind::Equal(left, right)) => {
            a_value == Truths::TRUE && b_value != Truths::NULL && (value == left || value == right)
        }
        (AtomKind::IsNull(value), AtomKind::Other) if *value == b.key => {
            (a_value == Truths::TRUE) != (b_value == Truths::NULL)
        }
        (AtomKind::Equal(..) | AtomKind::Other, AtomKind::IsNull(_)) => clashes(b, b_value, a, a_value),
        (AtomKind::Equal(a_left, a_right), AtomKind::Equal(b_left, b_right)) => {
            a_value == Truths::TRUE
                && b_value == Truths::TRUE
                && a_left == b_left
                && value::are_distinct_constants(a_right, b_right)
        }
        _ => false,
    }
}

/// Kleene's logic.
fn evaluate(formula: &Formula, values: &[Truths]) -> Truths {
    match formula {
        Formula::Constant(value) => *value,
        Formula::Atom(at) => values[*at], // lowered with these atoms
        Formula::Not(inner) => match evaluate(inner, values) {
            Truths::TRUE => Truths::FALSE,
            Truths::FALSE => Truths::TRUE,
            other => other,
        },
        Formula::All(parts) => join(parts, values, Truths::TRUE, Truths::FALSE),
        Formula::Any(parts) => join(parts, values, Truths::FALSE, Truths::TRUE),
        Formula::Is(inner, which) => Truths::of(evaluate(inner, values) == *which),
    }
}

/// `neutral` where all are, `decisive` where one is, else null.
fn join(parts: &[Formula], values: &[Truths], neutral: Truths, decisive: Truths) -> Truths {
    let mut result = neutral;
    for part in parts {
        match evaluate(part, values) {
            value if value == decisive => return decisive,
            value if value == neutral => {}
            _ => result = Truths::NULL,
        }
    }
    result
}

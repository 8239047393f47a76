//! From an expression to a formula.

use super::value::{Known, Who, bare, is_session, key, known, scalar};
use super::{Atom, AtomKind, Conditions, Formula, MAX_ATOMS, Truths};
use crate::catalog::{Catalog, Definition};
use crate::number;
use crate::syntax::ast::{Call, Expr, ExprKind, IsTest};
use crate::syntax::walk;

/// Longer lists are atoms as a whole.
const MAX_LIST: usize = 4;
/// Deeper conditions are atoms from there on.
const MAX_DEPTH: u32 = 40;
/// What COALESCE and CASE count as: their formulas have each value several times over, and so five in each other are enough.
const COPIED: u32 = 8;

/// The formula of a condition (`None`: there is none, which is true), its atoms added to the others.
pub fn lower(conditions: &mut Conditions, cat: &Catalog, expr: Option<&Expr>, definition: &Definition) -> Formula {
    let Some(expr) = expr else { return Formula::Constant(Truths::TRUE) };
    Lowering { conditions, cat, definition, start: expr.span.start, length: expr.span.end - expr.span.start }
        .formula(expr, 0)
}

struct Lowering<'a> {
    conditions: &'a mut Conditions,
    cat: &'a Catalog,
    definition: &'a Definition,
    /// Where the condition stands in its file: its text is the definition's.
    start: u32,
    length: u32,
}

impl Lowering<'_> {
    fn formula(&mut self, expr: &Expr, depth: u32) -> Formula {
        let expr = bare(expr);
        let depth = depth + 1;
        if depth > MAX_DEPTH {
            return self.other(expr);
        }
        match &expr.kind {
            ExprKind::Null => Formula::Constant(Truths::NULL),
            ExprKind::Bool(value) => Formula::Constant(Truths::of(*value)),
            ExprKind::Cast { expr: inner, to } if &*to.name.name == "bool" && to.array_dimensions == 0 => {
                match &bare(inner).kind {
                    ExprKind::String(text) if matches!(&**text, "t" | "true") => Formula::Constant(Truths::TRUE),
                    ExprKind::String(text) if matches!(&**text, "f" | "false") => Formula::Constant(Truths::FALSE),
                    ExprKind::Bool(_) | ExprKind::Null => self.formula(inner, depth),
                    _ => self.other(expr),
                }
            }
            ExprKind::And(..) => Formula::All(self.parts(expr, true, depth)),
            ExprKind::Or(..) => Formula::Any(self.parts(expr, false, depth)),
            ExprKind::Not(inner) => negate(self.formula(inner, depth)),
            ExprKind::Is { expr: inner, test, negated } => {
                let formula = match test {
                    IsTest::Null => self.null_test(inner),
                    IsTest::True => Formula::Is(Box::new(self.formula(inner, depth)), Truths::TRUE),
                    IsTest::False => Formula::Is(Box::new(self.formula(inner, depth)), Truths::FALSE),
                    IsTest::Unknown => Formula::Is(Box::new(self.formula(inner, depth)), Truths::NULL),
                    IsTest::Other => return self.other(expr),
                };
                if *negated { negate(formula) } else { formula }
            }
            ExprKind::Binary { op, left, right } => match &**op {
                "=" => self.equal(left, right, depth),
                "<>" | "!=" => negate(self.equal(left, right, depth)),
                _ => self.other(expr),
            },
            ExprKind::InList { expr: value, list, negated } if list.len() <= MAX_LIST => {
                let formula = self.one_of(value, list, depth);
                if *negated { negate(formula) } else { formula }
            }
            ExprKind::Quantified { expr: value, op, all: false, array } if &**op == "=" => match &uncast(array).kind {
                ExprKind::Array(items) if items.len() <= MAX_LIST => self.one_of(value, items, depth),
                _ => self.other(expr),
            },
            ExprKind::Call(call) if call.builtin_syntax && &*call.function.name == "coalesce" => {
                let depth = depth + COPIED;
                let mut formula = Formula::Constant(Truths::NULL);
                for argument in call.args.iter().rev() {
                    let value = self.formula(&argument.value, depth);
                    formula = choose(Formula::Is(Box::new(value.clone()), Truths::NULL), formula, value);
                }
                formula
            }
            ExprKind::Case { operand: None, branches, otherwise } => {
                let depth = depth + COPIED;
                let mut formula = match otherwise {
                    Some(expr) => self.formula(expr, depth),
                    None => Formula::Constant(Truths::NULL),
                };
                for (when, then) in branches.iter().rev() {
                    let when = Formula::Is(Box::new(self.formula(when, depth)), Truths::TRUE);
                    formula = choose(when, self.formula(then, depth), formula);
                }
                formula
            }
            _ => self.other(expr),
        }
    }

    /// The parts of a chain of AND or of OR.
    fn parts(&mut self, expr: &Expr, and: bool, depth: u32) -> Vec<Formula> {
        let mut parts = Vec::new();
        let mut rest = expr;
        loop {
            match &rest.kind {
                ExprKind::And(left, right) if and => {
                    parts.push(self.formula(right, depth));
                    rest = left;
                }
                ExprKind::Or(left, right) if !and => {
                    parts.push(self.formula(right, depth));
                    rest = left;
                }
                _ => break,
            }
        }
        parts.push(self.formula(rest, depth));
        parts
    }

    fn one_of(&mut self, value: &Expr, list: &[Expr], depth: u32) -> Formula {
        Formula::Any(list.iter().map(|item| self.equal(value, item, depth)).collect())
    }

    fn equal(&mut self, left: &Expr, right: &Expr, depth: u32) -> Formula {
        let (left, right) = (bare(left), bare(right));
        for (one, other) in [(left, right), (right, left)] {
            match &one.kind {
                ExprKind::Bool(true) => return self.formula(other, depth),
                ExprKind::Bool(false) => return negate(self.formula(other, depth)),
                _ if known(one, Who::SignedIn) == Known::Null => return Formula::Constant(Truths::NULL),
                _ => {}
            }
        }
        match (&left.kind, &right.kind) {
            (ExprKind::Number(a), ExprKind::Number(b)) => match (number::parse(a), number::parse(b)) {
                (Some(a), Some(b)) if a != b || a.abs() < 1e15 => return Formula::Constant(Truths::of(a == b)),
                _ => {}
            },
            (ExprKind::String(a), ExprKind::String(b)) => return Formula::Constant(Truths::of(a == b)),
            _ => {}
        }
        let (mut a, mut b) = (self.key(left), self.key(right));
        if a == b {
            // True unless it is NULL.
            let is_null = self.null_test(left);
            return Formula::Any(vec![negate(is_null), Formula::Constant(Truths::NULL)]);
        }
        // A constant stands last, else the sides stand in order.
        if a.starts_with('\'') || (a > b && !b.starts_with('\'')) {
            std::mem::swap(&mut a, &mut b);
        }
        let under = |who| match (known(left, who), known(right, who)) {
            (Known::Null, _) | (_, Known::Null) => Some(Truths::NULL),
            (Known::Text(_), Known::Text(_)) => None, // two functions of the session
            (Known::Text(word), _) => constant(right).map(|c| Truths::of(c == word)),
            (_, Known::Text(word)) => constant(left).map(|c| Truths::of(c == word)),
            _ => None,
        };
        let (anonymous, signed_in) = (under(Who::Anonymous), under(Who::SignedIn));
        let atom = format!("{a} = {b}");
        self.atom(&[left, right], atom, AtomKind::Equal(a, b), anonymous, signed_in)
    }

    fn null_test(&mut self, value: &Expr) -> Formula {
        let under = |who| match known(value, who) {
            Known::Null => Some(Truths::TRUE),
            Known::NotNull | Known::Text(_) => Some(Truths::FALSE),
            Known::Nothing => None,
        };
        let (anonymous, signed_in) = (under(Who::Anonymous), under(Who::SignedIn));
        match bare(value).kind {
            ExprKind::Null => return Formula::Constant(Truths::TRUE),
            ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::String(_) => return Formula::Constant(Truths::FALSE),
            _ => {}
        }
        // A cast of what is not null is not null either.
        let value = uncast(value);
        let key = self.key(value);
        let atom = format!("{key} IS NULL");
        self.atom(&[value], atom, AtomKind::IsNull(key), anonymous, signed_in)
    }

    fn other(&mut self, expr: &Expr) -> Formula {
        let key = self.key(expr);
        let under = |who| {
            let value = match &expr.kind {
                // NULL IN (…), NULL = ANY (…): null, or false where there is nothing.
                ExprKind::InQuery { expr, negated: false, .. } | ExprKind::Quantified { expr, all: false, .. } => {
                    return (known(expr, who) == Known::Null).then_some(Truths(Truths::NULL.0 | Truths::FALSE.0));
                }
                ExprKind::InList { expr, .. } => known(expr, who),
                _ => known(expr, who),
            };
            (value == Known::Null).then_some(Truths::NULL)
        };
        let (anonymous, signed_in) = (under(Who::Anonymous), under(Who::SignedIn));
        self.atom(&[expr], key, AtomKind::Other, anonymous, signed_in)
    }

    fn atom(
        &mut self,
        parts: &[&Expr],
        key: String,
        kind: AtomKind,
        anonymous: Option<Truths>,
        signed_in: Option<Truths>,
    ) -> Formula {
        if let Some(at) = self.conditions.atoms.iter().position(|a| a.key == key) {
            return Formula::Atom(at);
        }
        if self.conditions.atoms.len() == MAX_ATOMS {
            self.conditions.too_many = true;
            return Formula::Constant(Truths::NULL);
        }
        let mut atom = Atom {
            key,
            kind,
            columns: Vec::new(),
            session: false,
            opaque: false,
            anonymous: Truths::ANY,
            signed_in: Truths::NEITHER,
        };
        for part in parts {
            self.look_into(part, &mut atom);
        }
        atom.anonymous = anonymous.unwrap_or(atom.values());
        atom.signed_in = signed_in.unwrap_or(Truths::NEITHER);
        self.conditions.atoms.push(atom);
        Formula::Atom(self.conditions.atoms.len() - 1)
    }

    /// Which columns it reads, whether it asks for the session, and whether more stands in it than can be judged.
    fn look_into(&self, expr: &Expr, atom: &mut Atom) {
        let cat = self.cat;
        walk::expr(expr, &mut |e| match &e.kind {
            ExprKind::Column(parts) => atom.columns.extend(parts.last().map(|name| name.text.clone())),
            ExprKind::Call(call) if is_session(call) => atom.session = true,
            ExprKind::Call(call) => atom.opaque |= !is_plain(cat, call),
            ExprKind::Subquery(query) => atom.opaque |= scalar(query).is_none(),
            ExprKind::Exists(_) | ExprKind::InQuery { .. } | ExprKind::ArrayQuery(_) | ExprKind::Star(_) => {
                atom.opaque = true;
            }
            _ => {}
        });
    }

    fn key(&self, expr: &Expr) -> String {
        key(expr, &|expr| self.written(expr))
    }

    /// As the tree prints it; where that leaves out a query, as it stands in the text, with single blanks.
    fn written(&self, expr: &Expr) -> String {
        let printed = expr.to_string();
        if !printed.contains('…') && !matches!(expr.kind, ExprKind::Other(_)) {
            return printed;
        }
        let at = |offset: u32| offset.checked_sub(self.start).map_or(usize::MAX, |o| o as usize);
        let text = &self.definition.text;
        match text.get(at(expr.span.start)..at(expr.span.end)) {
            Some(part) if text.len() == self.length as usize => part.split_whitespace().collect::<Vec<_>>().join(" "),
            // Like nothing else.
            _ => format!("#{}", self.conditions.atoms.len()),
        }
    }
}

/// Whether a function of pg_catalog, or one that takes a file's name apart: it decides by its arguments alone.
fn is_plain(cat: &Catalog, call: &Call) -> bool {
    let name = &*call.function.name;
    match call.function.schema.as_deref() {
        None if call.builtin_syntax => true,
        None | Some("pg_catalog") => {
            let Some(schema) = cat.schema_named("pg_catalog") else { return false };
            cat.functions_named(schema.oid, name).next().is_some()
        }
        Some("storage") => matches!(name, "foldername" | "filename" | "extension"),
        _ => false,
    }
}

fn constant(expr: &Expr) -> Option<&str> {
    match &uncast(expr).kind {
        ExprKind::String(text) => Some(text),
        _ => None,
    }
}

fn uncast(expr: &Expr) -> &Expr {
    match &bare(expr).kind {
        ExprKind::Cast { expr, .. } => uncast(expr),
        _ => bare(expr),
    }
}

fn negate(formula: Formula) -> Formula {
    match formula {
        Formula::Not(inner) => *inner,
        Formula::Constant(Truths::TRUE) => Formula::Constant(Truths::FALSE),
        Formula::Constant(Truths::FALSE) => Formula::Constant(Truths::TRUE),
        other => Formula::Not(Box::new(other)),
    }
}

/// `then` where the two-valued `when` is true, else `otherwise`.
fn choose(when: Formula, then: Formula, otherwise: Formula) -> Formula {
    Formula::Any(vec![
        Formula::All(vec![when.clone(), then]),
        Formula::All(vec![Formula::Not(Box::new(when)), otherwise]),
    ])
}

//! Operators: which one a symbol means between operands of these types (parse_oper.c).

use super::coerce::{Generics, base_type, is_polymorphic};
use super::overload::{Choice, choose, takes};
use super::{Analysis, Typed};
use crate::catalog::{Class, NamedObject, Oid, TypeRef, oids};
use crate::replay::error::state;
use crate::replay::{Replayed, SqlError};
use crate::source::Span;
use crate::syntax::ast::{Expr, ObjectKind, Volatility};
use std::sync::Arc;

/// An operand: the expression and its type.
pub(super) type Operand<'e> = (&'e Expr, Typed);

impl<'c> Analysis<'c> {
    /// What the operator yields (42883, 42725); `None` where the operands' types or the operators are not all known. `left` is absent for a
    /// prefix operator.
    pub(super) fn operator(&mut self, op: &str, left: Option<Operand>, right: Operand, span: Span) -> Replayed<Typed> {
        let (schema, symbol) = match op.rsplit_once('.') {
            Some((schema, symbol)) => (Some(schema), symbol),
            None => (None, op),
        };
        if self.cat.unknowns.may_be_changed(symbol).is_some() {
            return Ok(None);
        }
        let left_type = left.map_or(Some(TypeRef::plain(Oid::INVALID)), |(_, ty)| ty);
        let (Some(left_type), Some(right_type)) = (left_type, right.1) else {
            let candidates = self.operators(schema, symbol, left.is_none());
            return Ok(self.shared_result(&candidates, left.is_some(), left_type, right.1));
        };
        let chosen = match self.exact(schema, symbol, left_type.oid, right_type.oid) {
            Some(found) => found,
            None => {
                let candidates = self.operators(schema, symbol, left.is_none());
                let skipped = usize::from(left.is_none());
                let declared: Vec<&[Oid]> =
                    candidates.iter().map(|o| o.types.get(skipped..).unwrap_or_default()).collect();
                let given = [left_type.oid, right_type.oid];
                let choice = choose(self.cat, &given[skipped..], &declared);
                let found = match choice {
                    Choice::One(place) => candidates.into_iter().nth(place),
                    _ => None,
                };
                match found {
                    Some(found) => found,
                    None => {
                        let left = left.is_some().then_some(left_type);
                        return self.no_operator(op, schema, left, right_type, choice, span);
                    }
                }
            }
        };
        if chosen.types.iter().any(|ty| is_polymorphic(*ty)) && chosen.result == oids::TEXT {
            // `||` with text is a function in SQL, and inlined: what counts is how the other operand becomes text.
            let text = Some(TypeRef::plain(oids::TEXT));
            self.note_cast(left.and_then(|(_, ty)| ty), text);
            self.note_cast(right.1, text);
        } else {
            self.mutable |= operator_volatility(chosen) != Volatility::Immutable;
        }
        self.refer(crate::catalog::ObjectAddress::new(Class::Other, chosen.oid));
        let given = [left_type.oid, right_type.oid];
        let generics = Generics::of(self.cat, &given, &chosen.types);
        let actual = |declared: Oid| generics.as_ref().and_then(|g| g.actual(self.cat, declared));
        if let [of_left, of_right] = chosen.types[..] {
            for (operand, declared) in [(left, actual(of_left)), (Some(right), actual(of_right))] {
                if let (Some((expr, Some(ty))), Some(declared)) = (operand, declared)
                    && ty.oid == oids::UNKNOWN
                {
                    self.literal(TypeRef::plain(declared), expr)?;
                }
            }
        }
        Ok(actual(chosen.result).map(TypeRef::plain))
    }

    fn schemas(&self, schema: Option<&str>) -> Vec<Oid> {
        match schema {
            Some(schema) => self.cat.schema_named(schema).map(|s| s.oid).into_iter().collect(),
            None => self.path().to_vec(),
        }
    }

    /// The operators that the symbol may mean, those that others hide left out.
    fn operators(&self, schema: Option<&str>, symbol: &str, prefix: bool) -> Vec<&'c NamedObject> {
        let mut found: Vec<&NamedObject> = Vec::new();
        for (place, schema) in self.schemas(schema).into_iter().enumerate() {
            for operator in self.operators_in(schema, symbol) {
                let is_prefix = operator.types.first() == Some(&Oid::INVALID);
                if is_prefix == prefix && (place == 0 || !found.iter().any(|o| o.types == operator.types)) {
                    found.push(operator);
                }
            }
        }
        found
    }

    fn operators_in(&self, schema: Oid, symbol: &str) -> Vec<&'c Arc<NamedObject>> {
        let cat = self.cat;
        cat.others_named(ObjectKind::Operator, schema, symbol)
    }

    /// binary_oper_exact: an untyped literal is of the other operand's type, or of that one's base type.
    fn exact(&self, schema: Option<&str>, symbol: &str, left: Oid, right: Oid) -> Option<&'c NamedObject> {
        let schemas = self.schemas(schema);
        let find = |left: Oid, right: Oid| {
            let takes = |o: &&&Arc<NamedObject>| o.types[..] == [left, right];
            let found = |schema: &Oid| self.operators_in(*schema, symbol).iter().find(takes).map(|o| &***o);
            schemas.iter().find_map(found)
        };
        let untyped = left.is_valid() && (left == oids::UNKNOWN || right == oids::UNKNOWN);
        if !untyped {
            return find(left, right);
        }
        let same = if left == oids::UNKNOWN { right } else { left };
        find(same, same).or_else(|| {
            let base = base_type(self.cat, same);
            (base != same).then(|| find(base, base)).flatten()
        })
    }

    /// Where an operand's type is not known: the result that all operators have which take the other.
    fn shared_result(&self, candidates: &[&NamedObject], binary: bool, left: Typed, right: Typed) -> Typed {
        let may_take = |o: &NamedObject| match (&o.types[..], binary) {
            ([of_left, of_right], true) => [(left, of_left), (right, of_right)]
                .iter()
                .all(|(given, declared)| given.is_none_or(|given| takes(self.cat, &[given.oid], &[**declared]))),
            _ => !binary,
        };
        let first = candidates.iter().find(|o| may_take(o))?.result;
        let others = candidates.iter().any(|o| o.result != first && may_take(o));
        (!others && !is_polymorphic(first)).then_some(TypeRef::plain(first))
    }

    fn no_operator(
        &self,
        op: &str,
        schema: Option<&str>,
        left: Typed,
        right: TypeRef,
        choice: Choice,
        span: Span,
    ) -> Replayed<Typed> {
        let symbol = op.rsplit_once('.').map_or(op, |(_, symbol)| symbol);
        let nothing_there = self.operators(schema, symbol, left.is_none()).is_empty();
        if self.cat.unknowns.may_exist(Class::Other, schema, symbol).is_some()
            || (nothing_there && self.cat.may_be_brought(schema))
            || left.iter().chain([&right]).any(|ty| self.cat.is_of_incomplete_extension(ty.oid))
        {
            return Ok(None);
        }
        let shown = |ty: TypeRef| self.cat.format_type(TypeRef::plain(ty.oid));
        let signature = match left {
            Some(left) => format!("{} {op} {}", shown(left), shown(right)),
            None => format!("{op} {}", shown(right)),
        };
        let error = match choice {
            Choice::Several => {
                let error =
                    SqlError::new(state::AMBIGUOUS_FUNCTION, span, format!("operator is not unique: {signature}"));
                error.hint("Could not choose a best candidate operator. You might need to add explicit type casts.")
            }
            _ => {
                let error =
                    SqlError::new(state::UNDEFINED_FUNCTION, span, format!("operator does not exist: {signature}"));
                error.hint(
                    "No operator matches the given name and argument types. You might need to add explicit type casts.",
                )
            }
        };
        Err(error.into())
    }
}

fn operator_volatility(operator: &NamedObject) -> Volatility {
    match &*operator.detail {
        "s" => Volatility::Stable,
        "v" => Volatility::Volatile,
        _ => Volatility::Immutable,
    }
}

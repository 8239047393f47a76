//! Function calls: which function is meant (func_get_detail), and what it yields.

use super::coerce::{Generics, base_type, can_coerce, category};
use super::operator::Operand;
use super::overload::{Choice, choose, takes};
use super::place::Counts;
use super::{Analysis, Place, Typed, quiet};
use crate::catalog::{CastContext, Class, Function, FunctionKind, Lookup, ObjectAddress, Oid, TypeKind, TypeRef, oids};
use crate::replay::error::state;
use crate::replay::{Replayed, SqlError};
use crate::source::Span;
use crate::syntax::ast::{ArgMode, Call, ExprKind, Name, QualifiedName};
use std::sync::Arc;

/// A function that a call may mean, and the types that it declares for the call's arguments, in their order.
struct Candidate {
    function: Arc<Function>,
    types: Vec<Oid>,
    /// The place in the search path.
    place: usize,
    /// Its VARIADIC parameter takes single values here.
    expanded: bool,
    /// Another takes the same arguments just as well (by other defaults).
    ambiguous: bool,
}

/// What a call has been found to be.
pub(super) enum Callee {
    Function(Arc<Function>, Typed, Generics),
    /// `type(value)`.
    Cast(Oid),
    /// Not known, and what every function returns that may be meant.
    Unsure(Typed),
}

impl Analysis<'_> {
    pub(super) fn call(&mut self, call: &Call, span: Span) -> Replayed<Typed> {
        Ok(match self.resolve_call(call, span)? {
            Callee::Function(_, ty, _) => ty,
            Callee::Cast(ty) => Some(TypeRef::plain(ty)),
            Callee::Unsure(ty) => ty,
        })
    }

    pub(super) fn resolve_call(&mut self, call: &Call, span: Span) -> Replayed<Callee> {
        let inside = self.counts;
        let types = self.call_arguments(call)?;
        if call.builtin_syntax {
            return Ok(Callee::Unsure(self.builtin(call, &types, inside, span)?));
        }
        let callee = self.choose_function(call, &types, false, span)?;
        if let Callee::Function(function, _, generics) = &callee {
            if function.is_procedure() {
                let message = format!("{}({}) is a procedure", call.function, self.shown_arguments(call, &types));
                return Err(SqlError::new(state::WRONG_OBJECT_TYPE, call.function.span().to(span), message)
                    .hint("To call a procedure, use CALL.")
                    .about("function", call.function.to_string())
                    .into());
            }
            self.check_function(function, call, inside, span)?;
            self.note_volatility([&**function]);
            self.refer(ObjectAddress::new(Class::Function, function.oid));
            self.note_object(Class::Function, function.oid, call.function.span());
            let plain = call.args.iter().all(|a| a.name.is_none() && !a.variadic);
            if plain && !call.within_group {
                for (input, arg) in function.input_args().zip(&call.args) {
                    if let Some(ty) =
                        generics.actual(self.cat, input.ty.oid).filter(|_| input.mode != ArgMode::Variadic)
                    {
                        self.literal(TypeRef::plain(ty), &arg.value)?;
                    }
                }
            }
        }
        Ok(callee)
    }

    /// Walks the arguments and what else stands in the call: the arguments' types.
    fn call_arguments(&mut self, call: &Call) -> Replayed<Vec<Typed>> {
        let mut types = Vec::with_capacity(call.args.len());
        for arg in &call.args {
            types.push(self.expr(&arg.value)?);
        }
        for order in &call.order_by {
            let ty = self.expr(&order.expr)?;
            if call.within_group {
                types.push(ty);
            }
        }
        if call.filter.is_some() {
            let outer = self.place_for(Place::Filter);
            self.optional_condition(&call.filter, "FILTER")?;
            self.place = outer;
        }
        if let Some(window) = &call.over {
            self.over(window)?;
        }
        Ok(types)
    }

    /// The function that takes these arguments (42883, 42725).
    fn choose_function(&mut self, call: &Call, types: &[Typed], procedure: bool, span: Span) -> Replayed<Callee> {
        let Some(candidates) = self.candidates(call, types.len(), procedure)? else { return Ok(Callee::Unsure(None)) };
        let given: Option<Vec<Oid>> = types.iter().map(|ty| ty.map(|ty| ty.oid)).collect();
        let Some(given) = given else { return self.choose_unsure(call, types, &candidates, procedure, span) };
        let exact = candidates.iter().find(|c| c.types.starts_with(&given));
        let chosen = match exact {
            Some(exact) => exact,
            None => {
                if let [only] = given[..]
                    && let Some(target) = self.cast_by_name(call, only)
                {
                    return Ok(Callee::Cast(target));
                }
                let declared: Vec<&[Oid]> = candidates.iter().map(|c| &c.types[..]).collect();
                match choose(self.cat, &given, &declared) {
                    Choice::One(place) => match candidates.get(place) {
                        Some(found) => found,
                        None => return Ok(Callee::Unsure(None)),
                    },
                    Choice::Several => return self.not_unique(call, types, span),
                    Choice::Nobody => {
                        self.undefined(call, types, &candidates, procedure, span)?;
                        return Ok(Callee::Unsure(None));
                    }
                }
            }
        };
        if chosen.ambiguous {
            return self.not_unique(call, types, span);
        }
        // A column of `anyarray` and the like: what it stands for is not known.
        let Some(generics) = Generics::of(self.cat, &given, &chosen.types) else { return Ok(Callee::Unsure(None)) };
        if generics.undetermined {
            let message = "could not determine polymorphic type because input has type unknown";
            return Err(SqlError::new(state::DATATYPE_MISMATCH, span, message).into());
        }
        let returns = chosen.function.returns;
        let ty = match generics.actual(self.cat, returns.oid) {
            Some(oid) if oid == returns.oid => self.plain_type(returns),
            Some(oid) => Some(TypeRef::plain(oid)),
            None => None,
        };
        Ok(Callee::Function(chosen.function.clone(), ty, generics))
    }

    /// As `choose_function`, where not all arguments' types are known.
    fn choose_unsure(
        &mut self,
        call: &Call,
        types: &[Typed],
        candidates: &[Candidate],
        procedure: bool,
        span: Span,
    ) -> Replayed<Callee> {
        let may_take = |c: &&Candidate| {
            let known =
                types.iter().zip(&c.types).filter_map(|(given, declared)| Some((given.as_ref()?.oid, *declared)));
            let (given, declared): (Vec<Oid>, Vec<Oid>) = known.unzip();
            takes(self.cat, &given, &declared)
        };
        let fitting: Vec<&Candidate> = candidates.iter().filter(may_take).collect();
        let Some(first) = fitting.first() else {
            self.undefined(call, types, candidates, procedure, span)?;
            return Ok(Callee::Unsure(None));
        };
        self.note_volatility(fitting.iter().map(|c| &*c.function));
        let returns = first.function.returns;
        if fitting.len() == 1 {
            let ty = self.plain_type(returns);
            return Ok(Callee::Function(first.function.clone(), ty, Generics::default()));
        }
        let same = fitting.iter().all(|c| c.function.returns == returns);
        Ok(Callee::Unsure(if same { self.plain_type(returns) } else { None }))
    }

    /// The functions of that name that take so many arguments (FuncnameGetCandidates); `None` where they are not all known.
    fn candidates(&self, call: &Call, given: usize, procedure: bool) -> Replayed<Option<Vec<Candidate>>> {
        let name = &call.function;
        if self.cat.unknowns.may_be_changed(&name.name).is_some() {
            return Ok(None);
        }
        let schemas = match &name.schema {
            Some(schema) => match quiet(self.cat.resolve_schema(schema))? {
                Some(oid) => vec![oid],
                None => return Ok(None),
            },
            None => self.path().to_vec(),
        };
        let mut found: Vec<Candidate> = Vec::new();
        for (place, schema) in schemas.into_iter().enumerate() {
            for function in self.cat.functions_named(schema, &name.name) {
                let Some(candidate) = self.candidate(function, call, given, procedure, place) else { continue };
                let used = candidate.types.len().min(given);
                let same = found
                    .iter_mut()
                    .find(|c| c.types.len().min(given) == used && c.types.get(..used) == candidate.types.get(..used));
                match same {
                    None => found.push(candidate),
                    Some(other) if other.place != place => {}
                    Some(other) if candidate.expanded && !other.expanded => {}
                    Some(other) if other.expanded && !candidate.expanded => *other = candidate,
                    Some(other) => other.ambiguous = true,
                }
            }
        }
        Ok(Some(found))
    }

    fn candidate(
        &self,
        function: &Arc<Function>,
        call: &Call,
        given: usize,
        procedure: bool,
        place: usize,
    ) -> Option<Candidate> {
        let counts = |mode: ArgMode| match mode {
            ArgMode::In | ArgMode::InOut | ArgMode::Variadic => true,
            // CALL names a procedure's OUT arguments, too.
            ArgMode::Out => procedure && function.is_procedure(),
            ArgMode::Table => false,
        };
        let inputs: Vec<_> = function.args.iter().filter(|a| counts(a.mode)).collect();
        let given_variadic = call.args.iter().any(|a| a.variadic);
        let variadic = inputs.last().is_some_and(|a| a.mode == ArgMode::Variadic);
        let candidate =
            |types, expanded| Some(Candidate { function: function.clone(), types, place, expanded, ambiguous: false });
        if call.within_group {
            // Its arguments and what it orders by. Those of a hypothetical-set aggregate are any.
            let fits = function.kind == FunctionKind::Aggregate && (variadic || inputs.len() == given);
            return if fits { candidate(inputs.iter().map(|a| a.ty.oid).collect(), false) } else { None };
        }
        let first_named = call.args.iter().position(|a| a.name.is_some()).unwrap_or(given);
        if first_named < given {
            if variadic && !given_variadic {
                return None;
            }
            let mut order: Vec<usize> = (0..first_named).collect();
            for name in call.args.iter().skip(first_named).map(|a| a.name.as_ref()) {
                let place = inputs.iter().position(|a| a.name.as_ref() == name.map(|n| &n.text))?;
                if order.contains(&place) {
                    return None;
                }
                order.push(place);
            }
            let left_out = (0..inputs.len()).filter(|place| !order.contains(place));
            if left_out.into_iter().any(|place| inputs.get(place).is_none_or(|a| !a.has_default)) {
                return None;
            }
            let types = order.into_iter().map(|place| inputs.get(place).map(|a| a.ty.oid)).collect::<Option<_>>()?;
            return candidate(types, false);
        }
        if variadic && !given_variadic && inputs.len() <= given {
            let array = inputs.last()?.ty;
            let element = if array.oid == oids::ANY { array } else { self.variadic_element(array)? };
            let mut types: Vec<Oid> = inputs.iter().map(|a| a.ty.oid).take(inputs.len() - 1).collect();
            types.resize(given, element.oid);
            return candidate(types, true);
        }
        if given_variadic && !variadic {
            return None;
        }
        let required = inputs.iter().filter(|a| !a.has_default).count();
        if inputs.len() < given || given < required {
            return None;
        }
        candidate(inputs.iter().map(|a| a.ty.oid).collect(), false)
    }

    /// What a VARIADIC parameter's single values are: the polymorphic arrays have polymorphic elements.
    fn variadic_element(&self, array: TypeRef) -> Typed {
        let element = match array.oid.0 {
            2277 => 2283,
            5078 => 5077,
            _ => return self.element_of(array),
        };
        Some(TypeRef::plain(Oid(element)))
    }

    /// `type(value)`, where no function takes the value as it is.
    fn cast_by_name(&self, call: &Call, given: Oid) -> Option<Oid> {
        let name = &call.function;
        if call.args.first().is_none_or(|a| a.name.is_some()) {
            return None;
        }
        let found = self.cat.lookup(Class::Type, name.schema.as_ref().map(|s| &s.text), &name.name).found()?;
        let row_to_text = !self.is_scalar(given) && category(self.cat, found) == 'S';
        let casts = given == oids::UNKNOWN
            || base_type(self.cat, given) == base_type(self.cat, found)
            || (!row_to_text && can_coerce(self.cat, given, found, CastContext::Explicit));
        casts.then_some(found)
    }

    fn not_unique(&self, call: &Call, types: &[Typed], span: Span) -> Replayed<Callee> {
        let message = format!("function {}({}) is not unique", call.function, self.shown_arguments(call, types));
        Err(SqlError::new(state::AMBIGUOUS_FUNCTION, call.function.span().to(span), message)
            .hint("Could not choose a best candidate function. You might need to add explicit type casts.")
            .about("function", call.function.to_string())
            .into())
    }

    /// The procedure that CALL names, with what PostgreSQL says where there is none.
    pub(in crate::replay) fn procedure(&mut self, call: &Call, span: Span) -> Replayed<()> {
        let outer = self.place_for(Place::Call);
        let types = self.call_arguments(call)?;
        self.place = outer;
        let callee = self.choose_function(call, &types, true, span)?;
        if let Callee::Function(function, ..) = callee
            && !function.is_procedure()
        {
            let message = format!("{}({}) is not a procedure", call.function, self.shown_arguments(call, &types));
            return Err(SqlError::new(state::WRONG_OBJECT_TYPE, call.function.span(), message)
                .hint("To call a function, use SELECT.")
                .into());
        }
        Ok(())
    }

    /// `function f(integer) does not exist`, unless the call may be something else or the function may exist.
    fn undefined(
        &self,
        call: &Call,
        types: &[Typed],
        candidates: &[Candidate],
        procedure: bool,
        span: Span,
    ) -> Replayed<()> {
        let name = &call.function;
        if let Lookup::Unknown(_) = self.cat.absence(Class::Function, name.schema.as_deref(), &name.name) {
            return Ok(());
        }
        // Extensions do not overload what is there already, but for their own functions and types.
        let nothing_there = self.cat.visible_functions(name).is_ok_and(|found| found.is_empty());
        let incomplete = |oid: Oid| self.cat.is_of_incomplete_extension(oid);
        if (nothing_there && self.cat.may_be_brought(name.schema.as_deref()))
            || candidates.iter().any(|c| incomplete(c.function.oid))
            || types.iter().flatten().any(|ty| incomplete(ty.oid))
        {
            return Ok(());
        }
        if types.len() == 1 && !procedure {
            // `t(x)` may be a cast, `c(t)` a column of t's row.
            let is_type = !matches!(
                self.cat.lookup(Class::Type, name.schema.as_ref().map(|s| &s.text), &name.name),
                Lookup::Absent
            );
            let unsure = types.iter().any(|ty| ty.is_none());
            let may_be_row = types.iter().all(|ty| ty.is_none_or(|ty| !self.is_scalar(ty.oid)));
            if (is_type && unsure) || (may_be_row && name.schema.is_none()) {
                return Ok(());
            }
        }
        let noun = if procedure { "procedure" } else { "function" };
        let message = format!("{noun} {name}({}) does not exist", self.shown_arguments(call, types));
        let hint =
            format!("No {noun} matches the given name and argument types. You might need to add explicit type casts.");
        let span = if procedure { name.span() } else { name.span().to(span) };
        Err(SqlError::new(state::UNDEFINED_FUNCTION, span, message)
            .hint(hint)
            .about("function", name.to_string())
            .into())
    }

    /// The types of a call's arguments as messages print them (func_signature_string).
    fn shown_arguments(&self, call: &Call, types: &[Typed]) -> String {
        let names = call.args.iter().map(|a| a.name.as_ref()).chain(std::iter::repeat(None));
        let shown = |(ty, name): (&Typed, Option<&Name>)| {
            let ty = ty.map_or_else(|| "…".to_string(), |ty| self.cat.format_type(TypeRef::plain(ty.oid)));
            name.map_or_else(|| ty.clone(), |name| format!("{name} => {ty}"))
        };
        types.iter().zip(names).map(shown).collect::<Vec<_>>().join(", ")
    }

    pub(super) fn is_scalar(&self, ty: Oid) -> bool {
        self.cat.type_(ty).is_some_and(|t| !matches!(t.kind, TypeKind::Composite(_) | TypeKind::Pseudo))
            || ty == oids::UNKNOWN
    }

    /// A declared type as an expression's: polymorphic ones depend on the arguments.
    pub(super) fn plain_type(&self, ty: TypeRef) -> Typed {
        match self.cat.type_(ty.oid)?.kind {
            TypeKind::Pseudo if ty.oid != oids::RECORD && ty.oid != oids::VOID => None,
            _ => Some(ty),
        }
    }

    /// The grammar's own functions.
    fn builtin(&mut self, call: &Call, types: &[Typed], inside: Counts, span: Span) -> Replayed<Typed> {
        let plain = |oid| Some(TypeRef::plain(oid));
        // `CURRENT_TIME(3)`.
        let precise = |oid| match call.args.first().map(|arg| &arg.value.kind) {
            Some(ExprKind::Number(digits)) => Some(TypeRef { oid, modifier: digits.parse().unwrap_or(-1) }),
            _ => plain(oid),
        };
        let name = &*call.function.name.text;
        let values = || -> Vec<Operand> { call.args.iter().map(|a| &a.value).zip(types.iter().copied()).collect() };
        self.mutable |= matches!(
            name,
            "current_date" | "current_time" | "current_timestamp" | "localtime" | "localtimestamp" | "current_user"
        );
        Ok(match name {
            "coalesce" => {
                self.refuse_sets(inside.sets, "COALESCE", span)?;
                self.common(&values(), "COALESCE", span)?
            }
            "greatest" => self.common(&values(), "GREATEST", span)?,
            "least" => self.common(&values(), "LEAST", span)?,
            "nullif" => {
                let [left, right] = &call.args[..] else { return Ok(None) };
                let types = (types.first().copied().flatten(), types.get(1).copied().flatten());
                self.operator("=", Some((&left.value, types.0)), (&right.value, types.1), span)?;
                // An untyped literal is taken for the type that `=` compares, and so is a string of varying length.
                let compared = |ty: TypeRef| if ty.oid == oids::VARCHAR { TypeRef::plain(oids::TEXT) } else { ty };
                types.0.filter(|ty| ty.oid != oids::UNKNOWN).map(compared)
            }
            "current_date" => plain(oids::DATE),
            "current_timestamp" => precise(oids::TIMESTAMPTZ),
            "localtimestamp" => precise(oids::TIMESTAMP),
            "current_time" => precise(oids::TIMETZ),
            "localtime" => precise(oids::TIME),
            "current_user" | "session_user" | "user" | "current_role" | "current_catalog" | "current_schema" => {
                plain(oids::NAME)
            }
            // What the grammar makes calls of pg_catalog's functions of.
            "extract" | "position" | "overlay" | "substring" | "btrim" | "ltrim" | "rtrim" | "normalize"
            | "timezone" | "like_escape" | "similar_to_escape" => self.system_function(name, types, span)?,
            "overlaps" | "xmlexists" | "json_exists" => plain(oids::BOOL),
            "xmlconcat" | "xmlelement" | "xmlforest" | "xmlparse" | "xmlpi" | "xmlroot" => plain(oids::XML),
            "grouping" => {
                self.check_grouping_call(span)?;
                plain(oids::INT4)
            }
            "pg_collation_for" | "merge_action" => plain(oids::TEXT),
            _ => None,
        })
    }

    /// A call of a function of pg_catalog that is not written as one.
    pub(super) fn system_function(&mut self, name: &str, types: &[Typed], span: Span) -> Replayed<Typed> {
        let schema = Some(Name::new("pg_catalog", span));
        let function = QualifiedName { database: None, schema, name: Name::new(name, span), only: false };
        Ok(match self.choose_function(&Call::of(function), types, false, span)? {
            Callee::Function(function, ty, _) => {
                self.note_volatility([&*function]);
                ty
            }
            Callee::Cast(_) => None,
            Callee::Unsure(ty) => ty,
        })
    }
}

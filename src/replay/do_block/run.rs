//! The statements of PL/pgSQL, executed.

use super::check::refused;
use super::eval::{Interpreter, Variable};
use super::functions;
use super::query::Rows;
use super::spans::fix_spans;
use super::targets;
use super::value::Value;
use crate::replay::error::state;
use crate::replay::expr::Analysis;
use crate::replay::{Replayed, SqlError, Stop, apply, rows};
use crate::source::Span;
use crate::syntax;
use crate::syntax::ast::{Expr, Query, Statement, StatementKind, Symbol};
use crate::syntax::plpgsql::{
    Block, Code, Condition, Declaration, DeclarationKind, Handler, Loop, LoopHead, Part, Raise, Step, StepKind, Target,
    conditions,
};
use std::sync::Arc;

/// Where control goes after a statement.
pub(super) enum Flow {
    Next,
    Exit(Option<Symbol>),
    Continue(Option<Symbol>),
    Return,
}

/// The statements that one block may execute: more are taken for an endless loop.
const MOST_STEPS: u32 = 200_000;

fn not_followed(what: &str) -> Stop {
    Stop::unknown(format!("{what} in PL/pgSQL is not followed"))
}

impl Interpreter<'_> {
    pub(super) fn block(&mut self, code: &Code, block: &Block) -> Replayed<Flow> {
        let outer = self.variables.len();
        let result = self.block_in_scope(code, block);
        self.variables.truncate(outer);
        self.announce_variables();
        match result? {
            Flow::Exit(Some(label)) if block.label.as_ref() == Some(&label) => Ok(Flow::Next),
            flow => Ok(flow),
        }
    }

    fn block_in_scope(&mut self, code: &Code, block: &Block) -> Replayed<Flow> {
        for Declaration { name, kind } in &block.declarations {
            let (ty, value) = match kind {
                DeclarationKind::Variable { ty, default } => {
                    let written = code.type_name(*ty).ok();
                    let value = default.map_or(Ok(Value::Null), |default| self.part_value(code, default))?;
                    let value = self.cast_to(value, written.as_ref(), code.span(*ty))?;
                    (written, value)
                }
                DeclarationKind::Cursor => (None, Value::unknown("cursors are not modelled")),
                DeclarationKind::Alias => return Err(Stop::unknown("ALIAS in PL/pgSQL is not followed")),
            };
            self.variables.push(Variable { name: name.clone(), ty, value });
            self.cat.session.variables.push(name.clone());
        }
        if block.handlers.is_empty() {
            return self.steps(code, &block.body);
        }
        // A block with handlers is a subtransaction.
        let before = (self.cat.clone(), self.effects.clone());
        match self.steps(code, &block.body) {
            Err(Stop::Refused(error)) => {
                let Some(handler) = block.handlers.iter().find(|h| catches(h, &error)) else {
                    return Err(Stop::Refused(error));
                };
                (*self.cat, self.effects) = before;
                self.tables.clear();
                self.announce_variables();
                self.caught.push(error);
                let flow = self.steps(code, &handler.body);
                self.caught.pop();
                flow
            }
            result => result,
        }
    }

    /// Column references in the statements to come may mean a variable.
    pub(super) fn announce_variables(&mut self) {
        self.cat.session.variables = self.variables.iter().map(|v| v.name.clone()).collect();
        self.cat.session.variables.extend(["found", "sqlstate", "sqlerrm"].map(Symbol::from));
    }

    pub(super) fn steps(&mut self, code: &Code, steps: &[Step]) -> Replayed<Flow> {
        for step in steps {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                return Err(Stop::unknown("the block runs too long"));
            }
            match self.step(code, step)? {
                Flow::Next => {}
                flow => return Ok(flow),
            }
        }
        Ok(Flow::Next)
    }

    fn step(&mut self, code: &Code, step: &Step) -> Replayed<Flow> {
        match &step.kind {
            StepKind::Block(block) => return self.block(code, block),
            StepKind::Assign { target, value } => {
                let value = self.part_value(code, *value)?;
                self.assign(target, value, code.span(step.part))?;
            }
            StepKind::If { branches, otherwise } => {
                for (index, (condition, body)) in branches.iter().enumerate() {
                    let value = self.part_value(code, *condition)?;
                    match value.truth() {
                        Ok(Some(true)) => return self.steps(code, body),
                        Ok(_) => {}
                        Err(Stop::Unknown(reason)) => {
                            let rest = branches.iter().skip(index).map(|(_, body)| body).chain([otherwise]);
                            return self.skip_over(code, rest, &reason);
                        }
                        Err(refused) => return Err(refused),
                    }
                }
                return self.steps(code, otherwise);
            }
            StepKind::Case { operand, branches, otherwise } => {
                return self.case(code, step, *operand, branches, otherwise.as_deref());
            }
            StepKind::Loop(run) => return self.run_loop(code, run),
            StepKind::Leave { exit, label, when } => {
                let leaves = match when {
                    Some(when) => self.part_value(code, *when)?.truth()? == Some(true),
                    None => true,
                };
                return Ok(match (leaves, exit) {
                    (false, _) => Flow::Next,
                    (true, true) => Flow::Exit(label.clone()),
                    (true, false) => Flow::Continue(label.clone()),
                });
            }
            StepKind::Return(value) => {
                if let Some(value) = value {
                    self.part_value(code, *value)?;
                }
                return Ok(Flow::Return);
            }
            StepKind::ReturnNext(value) => {
                if let Some(value) = value {
                    self.part_value(code, *value)?;
                }
            }
            StepKind::ReturnQuery(query) => match code.query(*query) {
                Ok(parsed) => {
                    self.check_query(&parsed)?;
                    rows::note_part(self.cat, code, *query);
                }
                Err(_) => {
                    let statement = code.statement(&[*query]).map_err(refused)?;
                    self.apply(&statement)?;
                }
            },
            StepKind::Raise(raise) => self.raise(code, step, raise)?,
            StepKind::Execute { query, into, using } => self.execute(code, step, *query, into, using)?,
            StepKind::Perform(part) => {
                let query = code.performed(*part).map_err(refused)?;
                let statement = Statement { span: query.span, kind: StatementKind::Query(Box::new(query)) };
                self.apply(&statement)?;
                if let StatementKind::Query(query) = &statement.kind {
                    let rows = self.rows_of(query)?;
                    self.set_found(match rows.uncertain {
                        Some(reason) => Value::Unknown(reason),
                        None => Value::Bool(!rows.rows.is_empty()),
                    });
                }
            }
            StepKind::Diagnostics { stacked: true, .. } if self.caught.is_empty() => {
                let message = "GET STACKED DIAGNOSTICS cannot be used outside an exception handler";
                return Err(SqlError::new("0Z002", code.span(step.part), message).into());
            }
            StepKind::Diagnostics { targets, .. } => {
                for target in targets {
                    self.assign(target, Value::unknown("diagnostics are not modelled"), code.span(step.part))?;
                }
            }
            StepKind::Null => {}
            StepKind::Sql { pieces, into } => {
                let statement = code.statement(pieces).map_err(refused)?;
                self.sql(&statement, into, code.span(step.part))?;
                if let StatementKind::Query(_) = statement.kind {
                    pieces.iter().for_each(|piece| rows::note_part(self.cat, code, *piece));
                }
            }
            StepKind::Cursor { command: what, .. } => return Err(not_followed(what)),
            StepKind::Assert => return Err(not_followed("ASSERT")),
            StepKind::EndTransaction => return Err(not_followed("transaction control")),
            StepKind::ReturnQueryExecute { .. } => return Err(not_followed("RETURN QUERY EXECUTE")),
        }
        Ok(Flow::Next)
    }

    /// An SQL statement of the body.
    fn sql(&mut self, statement: &Statement, into: &[Target], span: Span) -> Replayed<()> {
        match &statement.kind {
            StatementKind::Query(query) if !into.is_empty() => {
                self.check_query(query)?;
                let rows = self.rows_of(query)?;
                return self.assign_row(into, &rows, span);
            }
            StatementKind::Query(_) => {
                return Err(SqlError::new(
                    state::SYNTAX_ERROR,
                    statement.span,
                    "query has no destination for result data",
                )
                .hint("If you want to discard the results of a SELECT, use PERFORM instead.")
                .into());
            }
            StatementKind::Transaction(_) => {
                return Err(Stop::unknown("transaction control in a block is not followed"));
            }
            _ => {}
        }
        let nothing = rows::changes_nothing(self.cat, statement);
        self.apply(statement)?;
        let uncertain = Some("whether the statement found rows is not known".into());
        let found = Rows { uncertain: uncertain.filter(|_| !nothing), ..Rows::default() };
        self.assign_row(into, &found, span)
    }

    fn apply(&mut self, statement: &Statement) -> Replayed<()> {
        let effects = apply(self.cat, statement)?;
        self.tables.clear();
        self.effects.extend(effects);
        Ok(())
    }

    fn set_found(&mut self, value: Value) {
        if let Some(found) = self.variables.iter_mut().find(|v| &*v.name == "found") {
            found.value = value;
        }
    }

    /// The names in a query are looked up whether or not its rows can be known.
    fn check_query(&mut self, query: &Query) -> Replayed<()> {
        Analysis::new(self.cat).query(query, None).map(|_| ())
    }

    /// The rows of a query; none of them certain where they cannot be worked out.
    fn rows_of(&mut self, query: &Query) -> Replayed<Rows> {
        let rows = match self.query(query) {
            Ok(rows) => rows,
            Err(Stop::Unknown(reason)) => Rows { uncertain: Some(reason), ..Rows::default() },
            Err(refused) => return Err(refused),
        };
        Ok(self.doubt(rows, query_text(query)))
    }

    /// What earlier statements made unknown makes rows of the catalog unknown too.
    fn doubt(&self, mut rows: Rows, names: Vec<Symbol>) -> Rows {
        if self.cat.unknowns.is_empty() || rows.uncertain.is_some() {
            return rows;
        }
        let asked = names.iter().find_map(|name| self.cat.unknowns.may_be_asked(name));
        let found = rows.rows.iter().flat_map(|row| row.iter()).find_map(|value| match value {
            Value::Text(text) => self.cat.unknowns.may_be_changed(text),
            _ => None,
        });
        if let Some(reason) = asked.or(found) {
            rows.uncertain = Some(reason.clone());
        }
        rows
    }

    /// An expression of the body.
    fn part_value(&mut self, code: &Code, part: Part) -> Replayed<Value> {
        let value = self.evaluated(code, part)?;
        rows::note_expr(self.cat, code, part);
        Ok(value)
    }

    fn evaluated(&mut self, code: &Code, part: Part) -> Replayed<Value> {
        match code.expr(part) {
            Ok(expr) => self.checked_value(&expr),
            Err(error) => match code.as_query(part) {
                Ok(query) => {
                    self.check_query(&query)?;
                    let rows = self.rows_of(&query)?;
                    Ok(match rows.uncertain {
                        Some(reason) => Value::Unknown(reason),
                        None => rows.rows.first().and_then(|r| r.first().cloned()).unwrap_or(Value::Null),
                    })
                }
                Err(_) => Err(refused(error)),
            },
        }
    }

    fn checked_value(&mut self, expr: &Expr) -> Replayed<Value> {
        let mut walk = Analysis::new(self.cat);
        walk.expr(expr)?;
        let value = self.value(expr)?;
        if self.cat.unknowns.is_empty() {
            return Ok(value);
        }
        let mut names = Vec::new();
        expr_text(expr, &mut names);
        Ok(match names.iter().find_map(|name| self.cat.unknowns.may_be_asked(name)) {
            Some(reason) if !names.is_empty() && reads_catalog(expr) => Value::Unknown(reason.clone()),
            _ => value,
        })
    }

    fn cast_to(&self, value: Value, ty: Option<&crate::syntax::ast::TypeName>, span: Span) -> Replayed<Value> {
        let Some(ty) = ty else { return Ok(value) };
        match self.cast(value, ty, span) {
            Err(Stop::Unknown(reason)) => Ok(Value::Unknown(reason)),
            result => result,
        }
    }

    fn assign(&mut self, target: &Target, value: Value, span: Span) -> Replayed<()> {
        let Some(place) = self.variables.iter().rposition(|v| v.name == target.name) else {
            let message = format!("\"{}\" is not a known variable", target.name);
            return Err(SqlError::new(state::SYNTAX_ERROR, span, message).into());
        };
        let value = match (&target.field, target.subscripted) {
            (None, false) => self.cast_to(value, self.variables.get(place).and_then(|v| v.ty.as_ref()), span)?,
            (Some(field), false) => {
                let mut fields = match self.variables.get(place).map(|v| &v.value) {
                    Some(Value::Record(fields)) => fields.to_vec(),
                    _ => Vec::new(),
                };
                match fields.iter_mut().find(|(name, _)| name == field) {
                    Some((_, old)) => *old = value,
                    None => fields.push((field.clone(), value)),
                }
                Value::Record(Arc::new(fields))
            }
            (_, true) => Value::unknown("elements of arrays are not assigned"),
        };
        if let Some(variable) = self.variables.get_mut(place) {
            variable.value = value;
        }
        Ok(())
    }

    /// `INTO` and FOR: the first row's values, or NULLs.
    fn assign_row(&mut self, targets: &[Target], rows: &Rows, span: Span) -> Replayed<()> {
        if let Some(reason) = &rows.uncertain {
            self.set_found(Value::Unknown(reason.clone()));
            for target in targets {
                self.assign(target, Value::Unknown(reason.clone()), span)?;
            }
            return Ok(());
        }
        if targets.first().is_some_and(|target| target.strict) {
            match rows.rows.len() {
                0 => return Err(SqlError::new("P0002", span, "query returned no rows").into()),
                1 => {}
                _ => {
                    return Err(SqlError::new("P0003", span, "query returned more than one row")
                        .hint("Make sure the query returns a single row, or use LIMIT 1.")
                        .into());
                }
            }
        }
        self.set_found(Value::Bool(!rows.rows.is_empty()));
        self.assign_values(targets, &rows.names, rows.rows.first().map_or(&[][..], |row| row), span)
    }

    fn assign_values(&mut self, targets: &[Target], names: &[Symbol], values: &[Value], span: Span) -> Replayed<()> {
        if let [target] = targets
            && (names.len() != 1 || self.is_record(target))
        {
            let value = match values.is_empty() {
                true => Value::Record(Arc::new(names.iter().map(|n| (n.clone(), Value::Null)).collect())),
                false => Value::Record(Arc::new(names.iter().cloned().zip(values.iter().cloned()).collect())),
            };
            return self.assign(target, value, span);
        }
        for (place, target) in targets.iter().enumerate() {
            let value = values.get(place).cloned().unwrap_or(Value::Null);
            self.assign(target, value, span)?;
        }
        Ok(())
    }

    fn is_record(&self, target: &Target) -> bool {
        target.field.is_none()
            && self.variable(&target.name).is_some_and(|v| match &v.ty {
                Some(ty) => {
                    &*ty.name.name.text == "record" || ty.percent_type.as_ref().is_some_and(|p| &**p == "rowtype")
                }
                None => true,
            })
    }

    fn case(
        &mut self,
        code: &Code,
        step: &Step,
        operand: Option<Part>,
        branches: &[(Vec<Part>, Vec<Step>)],
        otherwise: Option<&[Step]>,
    ) -> Replayed<Flow> {
        let operand = match operand {
            Some(operand) => Some(self.part_value(code, operand)?),
            None => None,
        };
        for (values, body) in branches {
            for value in values {
                let value = self.part_value(code, *value)?;
                let holds = match &operand {
                    Some(operand) => operand.compare(&value).map(|o| o.map(std::cmp::Ordering::is_eq)),
                    None => value.truth(),
                };
                match holds {
                    Ok(Some(true)) => return self.steps(code, body),
                    Ok(_) => {}
                    Err(Stop::Unknown(reason)) => {
                        targets::mark(self.cat, code, step.part, &reason);
                        return Ok(Flow::Next);
                    }
                    Err(refused) => return Err(refused),
                }
            }
        }
        match otherwise {
            Some(body) => self.steps(code, body),
            None => Err(SqlError::new("20000", code.span(step.part), "case not found")
                .hint("CASE statement is missing ELSE part.")
                .into()),
        }
    }

    /// Statements that may or may not run: what they may touch is unknown from here on.
    fn skip_over<'s>(
        &mut self,
        code: &Code,
        bodies: impl Iterator<Item = &'s Vec<Step>>,
        reason: &Symbol,
    ) -> Replayed<Flow> {
        for body in bodies {
            if leaves(body) {
                return Err(Stop::Unknown(reason.clone()));
            }
            for step in body {
                targets::mark(self.cat, code, step.part, reason);
                self.forget(step, reason);
            }
        }
        Ok(Flow::Next)
    }

    /// The variables that a statement may set are not known after it.
    fn forget(&mut self, step: &Step, reason: &Symbol) {
        let mut names: Vec<Symbol> = Vec::new();
        assigned(step, &mut names);
        for name in names {
            if let Some(variable) = self.variables.iter_mut().rev().find(|v| v.name == name) {
                variable.value = Value::Unknown(reason.clone());
            }
        }
    }

    fn run_loop(&mut self, code: &Code, run: &Loop) -> Replayed<Flow> {
        let outer = self.variables.len();
        let result = self.iterate(code, run);
        self.variables.truncate(outer);
        self.announce_variables();
        result
    }

    fn iterate(&mut self, code: &Code, run: &Loop) -> Replayed<Flow> {
        match &run.head {
            LoopHead::Forever => loop {
                if let Some(flow) = self.turn(code, run)? {
                    return Ok(flow);
                }
            },
            LoopHead::While(condition) => loop {
                match self.part_value(code, *condition)?.truth() {
                    Ok(Some(true)) => {}
                    Ok(_) => return Ok(Flow::Next),
                    Err(Stop::Unknown(reason)) => return self.skip_over(code, [&run.body].into_iter(), &reason),
                    Err(refused) => return Err(refused),
                }
                if let Some(flow) = self.turn(code, run)? {
                    return Ok(flow);
                }
            },
            LoopHead::Integer { variable, reverse, from, to, by } => {
                let bounds = [self.part_value(code, *from)?, self.part_value(code, *to)?];
                let step = match by {
                    Some(by) => self.part_value(code, *by)?,
                    None => Value::Int(1),
                };
                let ([Value::Int(from), Value::Int(to)], Value::Int(step @ 1..)) = (bounds, step) else {
                    let reason = Symbol::from("the bounds of a loop are not known");
                    return self.skip_over(code, [&run.body].into_iter(), &reason);
                };
                self.variables.push(Variable { name: variable.clone(), ty: None, value: Value::Null });
                self.announce_variables();
                let mut number = from;
                while if *reverse { number >= to } else { number <= to } {
                    if let Some(last) = self.variables.iter_mut().rev().find(|v| v.name == *variable) {
                        last.value = Value::Int(number);
                    }
                    if let Some(flow) = self.turn(code, run)? {
                        return Ok(flow);
                    }
                    number = if *reverse { number.saturating_sub(step) } else { number.saturating_add(step) };
                }
                Ok(Flow::Next)
            }
            LoopHead::Query { targets, query } => {
                let parsed = code.query(*query).map_err(refused)?;
                self.check_query(&parsed)?;
                let rows = self.rows_of(&parsed)?;
                rows::note_part(self.cat, code, *query);
                self.over_rows(code, run, targets, rows)
            }
            LoopHead::Execute { targets, query, using } => {
                if !using.is_empty() {
                    return Err(Stop::unknown("parameters of dynamic queries are not modelled"));
                }
                let text = self.dynamic_text(code, *query)?;
                let text = match text {
                    Ok(text) => text,
                    Err(reason) => return self.skip_over(code, [&run.body].into_iter(), &reason),
                };
                let statement = self.dynamic_statement(&text, code.span(*query))?;
                let Some(Statement { kind: StatementKind::Query(parsed), .. }) = statement else {
                    return Err(Stop::unknown("a dynamic query is no SELECT"));
                };
                self.check_query(&parsed)?;
                let rows = self.rows_of(&parsed)?;
                rows::note_text(self.cat, text.into());
                self.over_rows(code, run, targets, rows)
            }
            LoopHead::Cursor { .. } => {
                self.skip_over(code, [&run.body].into_iter(), &"cursors are not modelled".into())
            }
            LoopHead::Each { targets, sliced, array } => {
                let ([target], false) = (&targets[..], sliced) else { return Err(not_followed("FOREACH over slices")) };
                let value = self.part_value(code, *array)?;
                let items = match functions::items(value) {
                    Ok(items) => items,
                    Err(Stop::Unknown(reason)) => return self.skip_over(code, [&run.body].into_iter(), &reason),
                    Err(refused) => return Err(refused),
                };
                for item in items {
                    self.assign(target, item, code.span(*array))?;
                    if let Some(flow) = self.turn(code, run)? {
                        return Ok(flow);
                    }
                }
                Ok(Flow::Next)
            }
        }
    }

    fn over_rows(&mut self, code: &Code, run: &Loop, targets: &[Target], rows: Rows) -> Replayed<Flow> {
        if let Some(reason) = &rows.uncertain {
            return self.skip_over(code, [&run.body].into_iter(), reason);
        }
        for row in &rows.rows {
            self.assign_values(targets, &rows.names, row, Span::default())?;
            if let Some(flow) = self.turn(code, run)? {
                return Ok(flow);
            }
        }
        self.set_found(Value::Bool(!rows.rows.is_empty()));
        Ok(Flow::Next)
    }

    /// One run of a loop's body: `Some` when the loop ends.
    fn turn(&mut self, code: &Code, run: &Loop) -> Replayed<Option<Flow>> {
        let is_mine = |label: &Option<Symbol>| label.is_none() || *label == run.label;
        // An empty body must not make an endless loop endless.
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return Err(Stop::unknown("the block runs too long"));
        }
        Ok(match self.steps(code, &run.body)? {
            Flow::Next => None,
            Flow::Exit(label) if is_mine(&label) => Some(Flow::Next),
            Flow::Continue(label) if is_mine(&label) => None,
            flow => Some(flow),
        })
    }

    fn raise(&mut self, code: &Code, step: &Step, raise: &Raise) -> Replayed<()> {
        let span = code.span(step.part);
        if raise.again {
            return match self.caught.last() {
                Some(error) => Err(error.clone().into()),
                None => Err(Stop::unknown("RAISE without an error to raise again")),
            };
        }
        for arg in &raise.args {
            self.part_value(code, *arg)?;
        }
        if !raise.is_error {
            return Ok(());
        }
        let mut sqlstate = Some("P0001");
        let mut message = match (&raise.format, raise.message) {
            (Some(format), _) => self.raise_message(code, *format, &raise.args)?,
            (None, Some(message)) => {
                let value = self.part_value(code, message)?;
                value.shown(self.cat).ok().flatten().unwrap_or_default()
            }
            (None, None) => String::new(),
        };
        let errcode = match raise.errcode {
            Some(part) => match self.part_value(code, part)? {
                Value::Text(text) => Some(text.to_string()),
                _ => return Err(Stop::unknown("an error's code is not known")),
            },
            None => None,
        };
        let named = match (&raise.condition, &errcode) {
            (Some(Condition::Name(name) | Condition::State(name)), _) => Some(name.clone()),
            (None, errcode) => errcode.clone(),
        };
        if let Some(named) = named {
            sqlstate = conditions::sqlstate(&named.to_ascii_lowercase()).or_else(|| conditions::known(&named));
            if message.is_empty() {
                message = named;
            }
        }
        match sqlstate {
            Some(sqlstate) => Err(SqlError::new(sqlstate, span, message).into()),
            None => Err(Stop::unknown("the block raises an error of its own")),
        }
    }

    /// RAISE's `%` placeholders.
    fn raise_message(&mut self, code: &Code, format: Part, args: &[Part]) -> Replayed<String> {
        let template = code.tokens(format).first().and_then(|t| code.string(*t)).unwrap_or_else(|| "".into());
        let mut args = args.iter();
        let mut message = String::new();
        let mut chars = template.chars().peekable();
        while let Some(c) = chars.next() {
            if c != '%' {
                message.push(c);
            } else if chars.next_if_eq(&'%').is_some() {
                message.push('%');
            } else if let Some(arg) = args.next() {
                let value = self.part_value(code, *arg)?;
                match value.shown(self.cat) {
                    Ok(shown) => message.push_str(&shown.unwrap_or_else(|| "<NULL>".into())),
                    Err(_) => message.push('…'),
                }
            }
        }
        Ok(message)
    }

    /// The text that EXECUTE runs, or why it is not known.
    fn dynamic_text(&mut self, code: &Code, part: Part) -> Replayed<Result<String, Symbol>> {
        let value = self.part_value(code, part)?;
        Ok(match value.shown(self.cat) {
            Ok(Some(text)) => Ok(text),
            Ok(None) => {
                let message = "query string argument of EXECUTE is null";
                return Err(SqlError::new("22004", code.span(part), message).into());
            }
            Err(Stop::Unknown(reason)) => Err(reason),
            Err(refused) => return Err(refused),
        })
    }

    /// The one statement in a dynamic text. Its spans are those of the text.
    fn dynamic_statement(&self, text: &str, span: Span) -> Replayed<Option<Statement>> {
        let mut statements = syntax::parse(text).statements.into_iter();
        let first = statements.next();
        if statements.next().is_some() {
            return Err(Stop::unknown("several statements in one EXECUTE"));
        }
        match first.map(|s| s.result) {
            None => Ok(None),
            Some(Ok(statement)) => Ok(Some(statement)),
            Some(Err(error)) => Err(SqlError::new(error.sqlstate, span, error.into_report().message).into()),
        }
    }

    fn execute(&mut self, code: &Code, step: &Step, query: Part, into: &[Target], using: &[Part]) -> Replayed<()> {
        let span = code.span(step.part);
        for arg in using {
            self.part_value(code, *arg)?;
        }
        let text = match self.dynamic_text(code, query)? {
            Ok(text) => text,
            Err(reason) => {
                targets::mark(self.cat, code, step.part, &reason);
                self.forget(step, &reason);
                return Ok(());
            }
        };
        let parsed = syntax::parse(&text);
        let source = std::mem::replace(&mut self.cat.session.source, text.into());
        for statement in parsed.statements {
            let statement = match statement.result {
                Ok(statement) => statement,
                Err(error) => return Err(SqlError::new(error.sqlstate, span, error.into_report().message).into()),
            };
            self.dynamic(&statement, into, using.is_empty(), span)?;
        }
        self.cat.session.source = source;
        Ok(())
    }

    fn dynamic(&mut self, statement: &Statement, into: &[Target], plain: bool, span: Span) -> Replayed<()> {
        let placed = |stop: Stop| match stop {
            Stop::Refused(mut error) => {
                error.span = span;
                Stop::Refused(error)
            }
            unknown => unknown,
        };
        if let StatementKind::Query(query) = &statement.kind {
            // Unlike a statement of the body, a dynamic query may leave its rows unused; variables are not seen by it.
            let variables = std::mem::take(&mut self.cat.session.variables);
            let checked = self.apply(statement);
            self.cat.session.variables = variables;
            checked.map_err(placed)?;
            let rows = match plain {
                true => self.rows_of(query)?,
                false => {
                    Rows { uncertain: Some("parameters of dynamic queries are not modelled".into()), ..Rows::default() }
                }
            };
            return if into.is_empty() { Ok(()) } else { self.assign_row(into, &rows, span) };
        }
        if let StatementKind::Transaction(_) = statement.kind {
            return Err(Stop::unknown("transaction control in a block is not followed"));
        }
        let variables = std::mem::take(&mut self.cat.session.variables);
        let before = self.cat.clone();
        let applied = apply(self.cat, statement);
        self.cat.session.variables = variables;
        let effects = applied.map_err(placed)?;
        self.tables.clear();
        fix_spans(&before, self.cat, &effects, span);
        self.effects.extend(effects);
        for target in into {
            self.assign(target, Value::unknown("what RETURNING yields is not known"), span)?;
        }
        Ok(())
    }
}

/// Whether a handler catches an error: by SQLSTATE, by class (`42000`), or OTHERS.
fn catches(handler: &Handler, error: &SqlError) -> bool {
    handler.conditions.iter().any(|condition| {
        let state = match condition {
            Condition::Name(name) if name == "others" => return !matches!(error.sqlstate, "57014" | "P0004"),
            Condition::Name(name) => conditions::sqlstate(name),
            Condition::State(state) => Some(&**state),
        };
        state.is_some_and(|state| {
            state == error.sqlstate || (state.ends_with("000") && state.get(..2) == error.sqlstate.get(..2))
        })
    })
}

/// Whether statements may end the loop or block around them.
fn leaves(steps: &[Step]) -> bool {
    steps.iter().any(|step| match &step.kind {
        StepKind::Return(_) | StepKind::Leave { .. } => true,
        StepKind::Block(block) => leaves(&block.body) || block.handlers.iter().any(|h| leaves(&h.body)),
        StepKind::If { branches, otherwise } => branches.iter().any(|(_, b)| leaves(b)) || leaves(otherwise),
        StepKind::Case { branches, otherwise, .. } => {
            branches.iter().any(|(_, b)| leaves(b)) || otherwise.as_ref().is_some_and(|b| leaves(b))
        }
        // EXIT and CONTINUE in a loop are that loop's own; RETURN is not.
        StepKind::Loop(run) => run.body.iter().any(|s| matches!(s.kind, StepKind::Return(_))),
        _ => false,
    })
}

/// The variables that a statement may set.
fn assigned(step: &Step, names: &mut Vec<Symbol>) {
    let mut all = |steps: &[Step]| steps.iter().for_each(|s| assigned(s, names));
    match &step.kind {
        StepKind::Assign { target, .. } => names.push(target.name.clone()),
        StepKind::Sql { into, .. } | StepKind::Execute { into, .. } => {
            names.extend(into.iter().map(|t| t.name.clone()));
            names.push("found".into());
        }
        StepKind::Perform(_) => names.push("found".into()),
        StepKind::Diagnostics { targets, .. } => names.extend(targets.iter().map(|t| t.name.clone())),
        StepKind::Block(block) => {
            all(&block.body);
            block.handlers.iter().for_each(|h| all(&h.body));
        }
        StepKind::If { branches, otherwise } => {
            branches.iter().for_each(|(_, body)| all(body));
            all(otherwise);
        }
        StepKind::Case { branches, otherwise, .. } => {
            branches.iter().for_each(|(_, body)| all(body));
            otherwise.iter().for_each(|body| all(body));
        }
        StepKind::Loop(run) => {
            all(&run.body);
            if let LoopHead::Query { targets, .. } | LoopHead::Execute { targets, .. } = &run.head {
                names.extend(targets.iter().map(|t| t.name.clone()));
            }
        }
        _ => {}
    }
}

/// The string constants of an expression, which may be names of objects.
fn expr_text(expr: &Expr, names: &mut Vec<Symbol>) {
    use crate::syntax::ast::ExprKind;
    match &expr.kind {
        ExprKind::String(text) => {
            // `'public.t'::regclass` names `t`.
            names.extend(text.split('.').map(|part| Symbol::from(part.trim_matches('"'))));
        }
        ExprKind::Exists(query) | ExprKind::Subquery(query) | ExprKind::ArrayQuery(query) => {
            names.extend(query_text(query));
        }
        ExprKind::InQuery { expr, query, .. } => {
            expr_text(expr, names);
            names.extend(query_text(query));
        }
        _ => crate::replay::expr::children(expr, &mut |child| expr_text(child, names)),
    }
}

fn query_text(query: &Query) -> Vec<Symbol> {
    use crate::syntax::ast::{FromItem, QueryBody};
    fn from_text(item: &FromItem, names: &mut Vec<Symbol>) {
        match item {
            FromItem::Join { left, right, on, .. } => {
                from_text(left, names);
                from_text(right, names);
                on.iter().for_each(|e| expr_text(e, names));
            }
            FromItem::Subquery { query, .. } => names.extend(query_text(query)),
            _ => {}
        }
    }
    let mut names = Vec::new();
    if let QueryBody::Select(select) = &query.body {
        select.filter.iter().for_each(|e| expr_text(e, &mut names));
        select.targets.iter().for_each(|t| expr_text(&t.expr, &mut names));
        select.from.iter().for_each(|item| from_text(item, &mut names));
    }
    names
}

/// Whether an expression looks anything up: a subquery, a cast to or a function of an oid alias.
fn reads_catalog(expr: &Expr) -> bool {
    use crate::syntax::ast::ExprKind;
    match &expr.kind {
        ExprKind::Exists(_) | ExprKind::Subquery(_) | ExprKind::ArrayQuery(_) | ExprKind::InQuery { .. } => true,
        ExprKind::Cast { to, .. } if to.name.name.starts_with("reg") => true,
        ExprKind::Call(call) if call.function.name.starts_with("to_reg") => true,
        _ => {
            let mut found = false;
            crate::replay::expr::children(expr, &mut |child| found |= reads_catalog(child));
            found
        }
    }
}

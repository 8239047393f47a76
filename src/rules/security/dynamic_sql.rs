//! security/dynamic-sql: a function puts an argument into the SQL that it executes, as it comes.

use crate::rules::prelude::*;
use crate::source::{Location, Span};
use crate::syntax::ast::{
    ArgMode, Compiled, CreateFunction, Expr, ExprKind, FunctionBody, QueryBody, StatementKind, Symbol, TypeName,
};
use crate::syntax::plpgsql::{
    Block, Code, DeclarationKind, LoopHead, Part, Step, StepKind, Surroundings, Target, kind_by_name, read,
};
use std::sync::Arc;

pub const RULE: Rule = Rule {
    name: "security/dynamic-sql",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("SQL put together from an argument without quoting"),
    doc: page!("security/dynamic-sql"),
    since: "0.1.0",
    check: Check::Project(check),
};

fn check(cx: &mut ProjectContext) {
    for (function, location) in cx.own_functions() {
        let Some(FunctionBody::Text(body)) = function.body.as_deref() else { continue };
        if &*function.language != "plpgsql" || !body.text.to_ascii_lowercase().contains("execute") {
            continue;
        }
        let Some(StatementKind::CreateFunction(create)) =
            cx.statement_at(location).and_then(|step| step.statement.as_ref()).map(|s| &s.kind)
        else {
            continue;
        };
        let own = function.body.as_ref().is_some_and(|body| Arc::ptr_eq(body, &create.body));
        if !own {
            continue;
        }
        let mut read_now = None;
        let compiled = body.compiled.get().or_else(|| {
            // check_function_bodies was off.
            let code = Code::of_literal(body, &cx.common.file(location.file).source.text);
            let block = read(&code, &Surroundings::of_function(create, &kind_by_name), &kind_by_name).ok()?;
            read_now = Some(Compiled { code, block });
            read_now.as_ref()
        });
        let Some(Compiled { code, block }) = compiled else { continue };
        let open =
            !splinter::callers(cx.schema, function).is_empty() && cx.common.is_exposed(cx.schema, function.schema);
        let mut flow = Flow::new(code, create);
        flow.follow(block);
        let name = cx.schema.display_name(function.schema, &function.name);
        for (span, argument, whole) in flow.found {
            // A function that is there to run what it is given is as safe as who may call it.
            if whole && !open {
                continue;
            }
            let place = if body.body.is_some() { span } else { body.span };
            let does = if whole { "is executed as it comes" } else { "goes unquoted into SQL that is executed" };
            cx.report(Location { file: location.file, span: place }, format!("argument `{argument}` of `{name}` {does}"))
                .help("write format() with %I for names and %L for values, or pass values by USING: the caller could write any SQL there")
                .object(name.clone());
        }
    }
}

/// Where the text of the arguments goes.
struct Flow<'c> {
    code: &'c Code,
    /// The function's name, which may qualify its arguments.
    function: Symbol,
    /// What holds an argument's text, where it came into it, and which argument.
    holders: Vec<(Symbol, Option<Span>, Symbol)>,
    /// Where an argument comes into SQL, and whether it is all of it.
    found: Vec<(Span, Symbol, bool)>,
}

impl<'c> Flow<'c> {
    fn new(code: &'c Code, create: &CreateFunction) -> Self {
        let is_text = |ty: &TypeName| {
            matches!(&*ty.name.name, "text" | "varchar" | "bpchar" | "name" | "citext" | "json" | "jsonb")
        };
        let inputs = create.args.iter().filter(|a| matches!(a.mode, ArgMode::In | ArgMode::InOut | ArgMode::Variadic));
        let names = inputs.filter(|a| is_text(&a.ty)).filter_map(|a| a.name.as_ref());
        let holders = names.map(|name| (name.text.clone(), None, name.text.clone())).collect();
        Self { code, function: create.name.name.text.clone(), holders, found: Vec::new() }
    }

    fn follow(&mut self, block: &Block) {
        block.each_step(&mut |step| self.forget_checked(step));
        if self.holders.is_empty() {
            return;
        }
        // Twice: a loop brings round what is assigned after.
        for _ in 0..2 {
            each_declaration(block, &mut |name, part| self.assign(name, part));
            block.each_step(&mut |step| match &step.kind {
                StepKind::Assign { target, value } if target.field.is_none() => self.assign(&target.name, *value),
                StepKind::Loop(looping) => match &looping.head {
                    LoopHead::Each { targets, array, .. } => {
                        targets.iter().for_each(|target| self.assign(&target.name, *array));
                    }
                    LoopHead::Query { targets, query } => self.keys(targets, *query),
                    _ => {}
                },
                _ => {}
            });
        }
        block.each_step(&mut |step| match &step.kind {
            StepKind::Execute { query, .. } | StepKind::ReturnQueryExecute { query, .. } => self.execute(*query),
            StepKind::Loop(looping) => {
                if let LoopHead::Execute { query, .. } = &looping.head {
                    self.execute(*query);
                }
            }
            _ => {}
        });
    }

    /// What a condition compares with constants, or looks up, is taken to be checked.
    fn forget_checked(&mut self, step: &Step) {
        let parts: Vec<Part> = match &step.kind {
            StepKind::If { branches, .. } => branches.iter().map(|(condition, _)| *condition).collect(),
            StepKind::Case { operand, .. } => operand.iter().copied().collect(),
            StepKind::Assert | StepKind::Perform(_) => vec![step.part],
            StepKind::Sql { pieces, .. } => pieces.clone(),
            _ => return,
        };
        let looks_up = matches!(step.kind, StepKind::Sql { .. } | StepKind::Perform(_));
        for part in parts {
            let words: Vec<String> =
                self.code.tokens(part).iter().map(|t| self.code.text_of(*t).to_ascii_lowercase()).collect();
            let is_check = |word: &String| match looks_up {
                true => word.starts_with("pg_") || word == "information_schema",
                false => {
                    matches!(&**word, "in" | "any" | "exists" | "like" | "when")
                        || word.contains('~')
                        || word.starts_with('\'') && word.len() > 2
                }
            };
            let is_case = matches!(step.kind, StepKind::Case { .. });
            if is_case || words.iter().any(is_check) {
                self.holders.retain(|(name, ..)| !words.iter().any(|word| **word == **name));
            }
        }
    }

    fn assign(&mut self, name: &Symbol, value: Part) {
        if !self.holders.iter().any(|(holder, ..)| holder == name)
            && let Some((span, argument)) = self.value(value).and_then(|expr| self.unquoted(&expr))
        {
            self.holders.push((name.clone(), Some(span), argument));
        }
    }

    /// `FOR key IN SELECT jsonb_object_keys(argument)`: the keys are as the caller wrote them.
    fn keys(&mut self, targets: &[Target], query: Part) {
        let words: Vec<&str> = self.code.tokens(query).iter().map(|t| self.code.text_of(*t)).collect();
        let holder = self.holders.iter().find(|(name, ..)| words.iter().any(|word| word.eq_ignore_ascii_case(name)));
        let Some((_, at, argument)) = holder.filter(|_| words.iter().any(|word| word.starts_with("json"))) else {
            return;
        };
        let (at, argument) = (at.unwrap_or(self.code.span(query)), argument.clone());
        for target in targets {
            if !self.holders.iter().any(|(name, ..)| *name == target.name) {
                self.holders.push((target.name.clone(), Some(at), argument.clone()));
            }
        }
    }

    fn execute(&mut self, query: Part) {
        let Some(expr) = self.value(query) else { return };
        let Some((span, argument)) = self.unquoted(&expr) else { return };
        // What came in by a variable has the variable's span.
        let whole = bare(&expr).span == span;
        if !self.found.iter().any(|(other, ..)| *other == span) {
            self.found.push((span, argument, whole));
        }
    }

    fn value(&self, part: Part) -> Option<Expr> {
        let query = self.code.as_query(part).ok()?;
        let QueryBody::Select(mut select) = query.body else { return None };
        if select.from.is_empty() && select.targets.len() == 1 { select.targets.pop().map(|t| t.expr) } else { None }
    }

    /// Where an argument's text comes into the value of an expression without being quoted.
    fn unquoted(&self, expr: &Expr) -> Option<(Span, Symbol)> {
        match &expr.kind {
            ExprKind::Column(parts) => {
                let name = match &parts[..] {
                    [name] => name,
                    [qualifier, name] if qualifier.text == self.function => name,
                    // The field of a record.
                    [record, _] => record,
                    _ => return None,
                };
                let (_, at, argument) = self.holders.iter().find(|(holder, ..)| *holder == name.text)?;
                Some((at.unwrap_or(expr.span), argument.clone()))
            }
            ExprKind::Paren(inner)
            | ExprKind::Collate { expr: inner, .. }
            | ExprKind::Subscript { expr: inner, .. } => self.unquoted(inner),
            ExprKind::Cast { expr, to } => {
                let to_text = matches!(&*to.name.name, "text" | "varchar" | "name" | "bpchar");
                self.unquoted(expr).filter(|_| to_text)
            }
            ExprKind::Binary { .. } => {
                let (first, links) = expr.chain();
                let joins = |op: &str| matches!(op, "||" | "->>" | "->" | "#>>");
                if !links.iter().all(|(link, _)| matches!(link, crate::syntax::ast::Link::Operator(op) if joins(op))) {
                    return None;
                }
                // The key of `->>` is no part of the value.
                let pasted = links.iter().filter(|(link, _)| *link == crate::syntax::ast::Link::Operator("||"));
                self.unquoted(first).or_else(|| pasted.map(|(_, right)| *right).find_map(|e| self.unquoted(e)))
            }
            ExprKind::Case { branches, otherwise, .. } => {
                let results = branches.iter().map(|(_, result)| result).chain(otherwise.as_deref());
                results.into_iter().find_map(|e| self.unquoted(e))
            }
            ExprKind::Call(call) => {
                let args: Vec<&Expr> = call.args.iter().map(|a| &a.value).collect();
                match &*call.function.name {
                    "format" => self.formatted(&args),
                    "concat" | "concat_ws" | "coalesce" | "nullif" | "lower" | "upper" | "trim" | "btrim" | "rtrim"
                    | "ltrim" | "left" | "array_to_string" => args.into_iter().find_map(|e| self.unquoted(e)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The arguments that `%s` puts in, and a format that is itself an argument.
    fn formatted(&self, args: &[&Expr]) -> Option<(Span, Symbol)> {
        let (format, rest) = args.split_first()?;
        let ExprKind::String(text) = &bare(format).kind else {
            // Pasted together: what is pasted, and then what comes after, whose places are not known.
            return self.unquoted(format);
        };
        let mut next = 0;
        let mut pieces = text.split('%').skip(1);
        while let Some(piece) = pieces.next() {
            if piece.is_empty() {
                // `%%`: what comes after is text.
                pieces.next();
                continue;
            }
            let digits = piece.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
            let (position, conversion) = match piece[digits..].strip_prefix('$') {
                Some(rest) => (piece[..digits].parse().unwrap_or(1), rest),
                None => (next + 1, piece.trim_start_matches(|c: char| c == '-' || c.is_ascii_digit())),
            };
            next = position;
            if conversion.starts_with('s')
                && let Some(found) = rest.get(position - 1).and_then(|e| self.unquoted(e))
            {
                return Some(found);
            }
        }
        None
    }
}

fn bare(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Paren(inner) | ExprKind::Cast { expr: inner, .. } => bare(inner),
        _ => expr,
    }
}

fn each_declaration(block: &Block, visit: &mut dyn FnMut(&Symbol, Part)) {
    for declaration in &block.declarations {
        if let DeclarationKind::Variable { default: Some(default), .. } = &declaration.kind {
            visit(&declaration.name, *default);
        }
    }
    block.each_step(&mut |step| {
        if let StepKind::Block(inner) = &step.kind {
            for declaration in &inner.declarations {
                if let DeclarationKind::Variable { default: Some(default), .. } = &declaration.kind {
                    visit(&declaration.name, *default);
                }
            }
        }
    });
}

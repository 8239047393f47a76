//! What a function's body names, looked up in the catalog as it is in the end: the server does so only when the statement runs.

use super::super::do_block;
use super::super::expr::{Analysis, base_type};
use super::super::{Replayed, SqlError, Stop, error::state};
use crate::catalog::base::split_search_path;
use crate::catalog::{Catalog, Function, TypeKind, TypeRef, oids};
use crate::sort::has;
use crate::syntax::ast::{ArgMode, BodyText, Compiled, FunctionBody, StatementKind, Symbol};
use crate::syntax::plpgsql::{Block, Code, DeclarationKind, LoopHead, Part, Raise, Step, StepKind};

type Typed = Option<TypeRef>;

/// Errors that a name which is not there, or stands for two things, leads to.
fn is_about_names(sqlstate: &str) -> bool {
    matches!(
        sqlstate,
        state::UNDEFINED_TABLE
            | state::UNDEFINED_COLUMN
            | state::UNDEFINED_FUNCTION
            | state::UNDEFINED_OBJECT
            | state::UNDEFINED_SCHEMA
            | state::AMBIGUOUS_COLUMN
    )
}

/// The errors that running the body may end in, by the catalog of now. `source`: the file that has it; `made`: tables that functions make while they run.
pub fn missing_names(cat: &Catalog, function: &Function, source: &Symbol, made: &[String]) -> Vec<SqlError> {
    let Some(FunctionBody::Text(body)) = function.body.as_deref() else { return Vec::new() };
    let mut own = cat.clone();
    own.session.variables.clear();
    own.session.source = source.clone();
    own.session.check_function_bodies = true;
    if let Some((_, path)) = function.settings.iter().find(|(name, _)| &**name == "search_path") {
        own.session.search_path = split_search_path(path);
    }
    let mut found = match &*function.language {
        "plpgsql" => of_plpgsql(&own, function, body),
        "sql" => of_sql(&own, function),
        _ => Vec::new(),
    };
    found.retain(|error| is_about_names(error.sqlstate) && !names_one_of(error, made));
    found
}

fn names_one_of(error: &SqlError, made: &[String]) -> bool {
    error.subject.as_ref().is_some_and(|subject| {
        let bare = subject.name.rsplit('.').next().unwrap_or(&subject.name);
        has(made, bare.trim_matches('"'))
    })
}

fn of_sql(cat: &Catalog, function: &Function) -> Vec<SqlError> {
    let Some(body) = function.body.as_deref() else { return Vec::new() };
    match super::body::check_sql_body(cat, body, function) {
        Err(Stop::Refused(error)) => vec![error],
        _ => Vec::new(),
    }
}

fn of_plpgsql(cat: &Catalog, function: &Function, body: &BodyText) -> Vec<SqlError> {
    let mut own = None;
    let compiled = body.compiled.get().or_else(|| {
        own = do_block::compile(cat, body, function).ok();
        own.as_ref()
    });
    let Some(Compiled { code, block }) = compiled else { return Vec::new() };
    let strict = !body.text.contains("#variable_conflict");
    let mut walk = Walk { cat, code, function, strict, variables: Vec::new(), found: Vec::new() };
    for (place, arg) in function.args.iter().enumerate() {
        let ty = walk.plain(Some(arg.ty));
        if arg.mode != ArgMode::Table {
            walk.declare(&format!("${}", place + 1), ty);
        }
        if let Some(name) = &arg.name {
            walk.declare(name, ty);
        }
    }
    walk.declare("found", Some(TypeRef::plain(oids::BOOL)));
    if matches!(function.returns.oid, oids::TRIGGER | oids::EVENT_TRIGGER) {
        use crate::syntax::plpgsql::{EVENT_TRIGGER_VARIABLES, TRIGGER_VARIABLES};
        let names = ["new", "old"].iter().chain(TRIGGER_VARIABLES).chain(EVENT_TRIGGER_VARIABLES);
        names.for_each(|name| walk.declare(name, None));
    }
    walk.block(block);
    walk.found
}

struct Walk<'a> {
    cat: &'a Catalog,
    code: &'a Code,
    function: &'a Function,
    /// A name that may be a variable or a column is an error.
    strict: bool,
    /// The innermost first.
    variables: Vec<(Symbol, Typed)>,
    found: Vec<SqlError>,
}

impl Walk<'_> {
    fn declare(&mut self, name: &str, ty: Typed) {
        self.variables.insert(0, (name.into(), ty));
    }

    /// Rows and what a polymorphic parameter stands for are not looked into.
    fn plain(&self, ty: Typed) -> Typed {
        let ty = ty?;
        match self.cat.type_(base_type(self.cat, ty.oid))?.kind {
            TypeKind::Pseudo | TypeKind::Composite(_) | TypeKind::Shell => None,
            _ => Some(ty),
        }
    }

    fn look(&mut self, read: impl FnOnce(&Code, &mut Analysis) -> Replayed<()>) {
        let mut analysis = Analysis::new(self.cat);
        analysis.variables = std::mem::take(&mut self.variables);
        analysis.function = Some(self.function.name.clone());
        analysis.strict_variables = self.strict;
        let result = read(self.code, &mut analysis);
        self.variables = analysis.variables;
        if let Err(Stop::Refused(error)) = result {
            self.found.push(error);
        }
    }

    fn value(&mut self, part: Part) {
        self.look(|code, analysis| match code.as_query(part) {
            Ok(query) => analysis.query(&query, None).map(|_| ()),
            Err(_) => Ok(()),
        });
    }

    fn values(&mut self, parts: &[Part]) {
        parts.iter().for_each(|part| self.value(*part));
    }

    fn statement(&mut self, pieces: &[Part]) {
        self.look(|code, analysis| {
            let Ok(statement) = code.statement(pieces) else { return Ok(()) };
            match &statement.kind {
                StatementKind::Query(s) => analysis.query(s, None).map(|_| ()),
                StatementKind::Insert(s) => analysis.insert(s).map(|_| ()),
                StatementKind::Update(s) => analysis.update(s).map(|_| ()),
                StatementKind::Delete(s) => analysis.delete(s).map(|_| ()),
                StatementKind::Merge(s) => analysis.merge(s).map(|_| ()),
                _ => Ok(()),
            }
        });
    }

    fn block(&mut self, block: &Block) {
        let outer = self.variables.len();
        if let Some(label) = &block.label {
            self.declare(label, None);
        }
        for declaration in &block.declarations {
            let ty = match &declaration.kind {
                DeclarationKind::Variable { ty, default } => {
                    default.iter().for_each(|default| self.value(*default));
                    let written = self.code.type_name(*ty).ok();
                    self.plain(written.and_then(|ty| self.cat.resolve_type(&ty).ok()))
                }
                DeclarationKind::Cursor | DeclarationKind::Alias => None,
            };
            self.declare(&declaration.name, ty);
        }
        self.steps(&block.body);
        for handler in &block.handlers {
            let inner = self.variables.len();
            self.declare("sqlstate", Some(TypeRef::plain(oids::TEXT)));
            self.declare("sqlerrm", Some(TypeRef::plain(oids::TEXT)));
            self.steps(&handler.body);
            self.leave(inner);
        }
        self.leave(outer);
    }

    fn leave(&mut self, outer: usize) {
        self.variables.drain(..self.variables.len() - outer);
    }

    fn steps(&mut self, steps: &[Step]) {
        steps.iter().for_each(|step| self.step(step));
    }

    fn step(&mut self, step: &Step) {
        match &step.kind {
            StepKind::Block(block) => self.block(block),
            StepKind::Assign { value, .. } => self.value(*value),
            StepKind::If { branches, otherwise } => {
                for (condition, body) in branches {
                    self.value(*condition);
                    self.steps(body);
                }
                self.steps(otherwise);
            }
            StepKind::Case { operand, branches, otherwise } => {
                operand.iter().for_each(|part| self.value(*part));
                for (conditions, body) in branches {
                    self.values(conditions);
                    self.steps(body);
                }
                otherwise.iter().for_each(|body| self.steps(body));
            }
            StepKind::Loop(run) => {
                let outer = self.variables.len();
                if let Some(label) = &run.label {
                    self.declare(label, None);
                }
                match &run.head {
                    LoopHead::Forever => {}
                    LoopHead::While(condition) => self.value(*condition),
                    LoopHead::Integer { variable, from, to, by, .. } => {
                        self.values(&[*from, *to]);
                        by.iter().for_each(|by| self.value(*by));
                        self.declare(variable, Some(TypeRef::plain(oids::INT4)));
                    }
                    LoopHead::Query { query, .. } => self.statement(&[*query]),
                    LoopHead::Execute { query, using, .. } => {
                        self.value(*query);
                        self.values(using);
                    }
                    LoopHead::Cursor { variable } => self.declare(variable, None),
                    LoopHead::Each { array, .. } => self.value(*array),
                }
                self.steps(&run.body);
                self.leave(outer);
            }
            StepKind::Leave { when, .. } => when.iter().for_each(|when| self.value(*when)),
            StepKind::Return(value) | StepKind::ReturnNext(value) => value.iter().for_each(|value| self.value(*value)),
            StepKind::ReturnQuery(query) => self.statement(&[*query]),
            StepKind::ReturnQueryExecute { query, using } | StepKind::Execute { query, using, .. } => {
                self.value(*query);
                self.values(using);
            }
            StepKind::Raise(Raise { args, errcode, message, .. }) => {
                self.values(args);
                errcode.iter().chain(message).for_each(|part| self.value(*part));
            }
            StepKind::Perform(part) => self.look(|code, analysis| match code.performed(*part) {
                Ok(query) => analysis.query(&query, None).map(|_| ()),
                Err(_) => Ok(()),
            }),
            StepKind::Sql { pieces, .. } => self.statement(pieces),
            StepKind::Assert
            | StepKind::Diagnostics { .. }
            | StepKind::Null
            | StepKind::Cursor { .. }
            | StepKind::EndTransaction => {}
        }
    }
}

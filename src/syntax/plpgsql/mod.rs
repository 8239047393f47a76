//! PL/pgSQL (pl_gram.y): a body to its blocks and statements, with the errors that CREATE FUNCTION and DO report.
//!
//! The body is read in one pass as PostgreSQL compiles it: names are declared and looked up on the way, and every SQL construct in it is read by the
//! grammar of SQL. What is kept of one is its range of tokens (`Part`).

#[cfg(not(target_arch = "wasm32"))]
mod ahead;
mod block;
mod check;
mod code;
pub mod conditions;
mod mentions;
mod names;
mod raise;
mod reader;
mod statement;
#[cfg(test)]
mod tests;
mod words;

#[cfg(not(target_arch = "wasm32"))]
pub use ahead::Ahead;
pub use check::{check_do, check_function, check_statement};
pub use code::Code;
pub use mentions::{Mention, Mentions};

use super::ast::{CreateFunction, QualifiedName, Symbol, TypeName};
use super::error::Result;
use reader::Reader;

/// A range of tokens: an expression, a query, a statement.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    pub start: usize,
    pub end: usize,
}

#[derive(Debug)]
pub struct Block {
    pub label: Option<Symbol>,
    pub declarations: Vec<Declaration>,
    pub body: Vec<Step>,
    pub handlers: Vec<Handler>,
}

impl Block {
    /// Every statement, those inside others too, in order.
    pub fn each_step(&self, visit: &mut dyn FnMut(&Step)) {
        each_of(&self.body, visit);
        self.handlers.iter().for_each(|handler| each_of(&handler.body, visit));
    }
}

fn each_of(steps: &[Step], visit: &mut dyn FnMut(&Step)) {
    for step in steps {
        visit(step);
        match &step.kind {
            StepKind::Block(block) => block.each_step(visit),
            StepKind::If { branches, otherwise } => {
                branches.iter().for_each(|(_, body)| each_of(body, visit));
                each_of(otherwise, visit);
            }
            StepKind::Case { branches, otherwise, .. } => {
                branches.iter().for_each(|(_, body)| each_of(body, visit));
                otherwise.iter().for_each(|body| each_of(body, visit));
            }
            StepKind::Loop(looping) => each_of(&looping.body, visit),
            _ => {}
        }
    }
}

#[derive(Debug)]
pub struct Declaration {
    pub name: Symbol,
    pub kind: DeclarationKind,
}

#[derive(Debug)]
pub enum DeclarationKind {
    Variable {
        ty: Part,
        default: Option<Part>,
    },
    Cursor,
    /// Another name for a variable.
    Alias,
}

/// `WHEN condition OR … THEN …`.
#[derive(Debug)]
pub struct Handler {
    pub conditions: Vec<Condition>,
    pub body: Vec<Step>,
}

/// A condition's name in lower case, or the five characters of `SQLSTATE 'xxxxx'`.
#[derive(Clone, Debug)]
pub enum Condition {
    Name(String),
    State(String),
}

#[derive(Debug)]
pub struct Step {
    pub part: Part,
    pub kind: StepKind,
}

#[derive(Debug)]
pub enum StepKind {
    Block(Block),
    Assign {
        target: Target,
        value: Part,
    },
    If {
        branches: Vec<(Part, Vec<Step>)>,
        otherwise: Vec<Step>,
    },
    Case {
        operand: Option<Part>,
        branches: Vec<(Vec<Part>, Vec<Step>)>,
        otherwise: Option<Vec<Step>>,
    },
    Loop(Loop),
    /// EXIT or CONTINUE.
    Leave {
        exit: bool,
        label: Option<Symbol>,
        when: Option<Part>,
    },
    Return(Option<Part>),
    ReturnNext(Option<Part>),
    ReturnQuery(Part),
    ReturnQueryExecute {
        query: Part,
        using: Vec<Part>,
    },
    Raise(Raise),
    Assert,
    Execute {
        query: Part,
        into: Vec<Target>,
        using: Vec<Part>,
    },
    Perform(Part),
    Diagnostics {
        stacked: bool,
        targets: Vec<Target>,
    },
    Null,
    /// An SQL statement; for one with INTO, its tokens without that clause.
    Sql {
        pieces: Vec<Part>,
        into: Vec<Target>,
    },
    /// OPEN, FETCH, MOVE or CLOSE, with what FETCH sets.
    Cursor {
        command: &'static str,
        into: Vec<Target>,
    },
    /// COMMIT or ROLLBACK.
    EndTransaction,
}

#[derive(Debug)]
pub struct Loop {
    pub label: Option<Symbol>,
    pub head: LoopHead,
    pub body: Vec<Step>,
}

#[derive(Debug)]
pub enum LoopHead {
    Forever,
    While(Part),
    Integer {
        variable: Symbol,
        reverse: bool,
        from: Part,
        to: Part,
        by: Option<Part>,
    },
    Query {
        targets: Vec<Target>,
        query: Part,
    },
    Execute {
        targets: Vec<Target>,
        query: Part,
        using: Vec<Part>,
    },
    /// Over a bound cursor; the variable is the loop's own.
    Cursor {
        variable: Symbol,
    },
    Each {
        targets: Vec<Target>,
        sliced: bool,
        array: Part,
    },
}

/// A variable, or a field of a record variable.
#[derive(Clone, Debug)]
pub struct Target {
    pub name: Symbol,
    pub field: Option<Symbol>,
    /// `a[i] :=` sets an element.
    pub subscripted: bool,
    /// After INTO STRICT.
    pub strict: bool,
}

#[derive(Debug)]
pub struct Raise {
    /// EXCEPTION, or no level at all.
    pub is_error: bool,
    /// `RAISE;` in a handler.
    pub again: bool,
    pub format: Option<Part>,
    pub args: Vec<Part>,
    pub condition: Option<Condition>,
    pub errcode: Option<Part>,
    pub message: Option<Part>,
}

/// What PL/pgSQL needs to know of a variable's type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Scalar,
    /// A record, or of a composite type: it has fields.
    Record,
    /// A cursor; for a bound one, the names of its arguments.
    Cursor {
        bound: Option<Vec<Symbol>>,
    },
    /// The type is not known: nothing is held against it.
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    pub name: Symbol,
    pub kind: Kind,
    pub constant: bool,
}

/// What RETURN may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returns {
    /// A DO block, or a function returning void.
    Nothing,
    Procedure,
    /// One value, or none yet: a trigger.
    Value,
    /// The OUT parameters.
    Out,
    Set,
    /// Rows of the OUT parameters.
    SetOfOut,
}

/// What a trigger's function finds beside NEW and OLD.
pub const TRIGGER_VARIABLES: &[&str] = &[
    "tg_name",
    "tg_when",
    "tg_level",
    "tg_op",
    "tg_relid",
    "tg_relname",
    "tg_table_name",
    "tg_table_schema",
    "tg_nargs",
    "tg_argv",
];

/// What an event trigger's function finds.
pub const EVENT_TRIGGER_VARIABLES: &[&str] = &["tg_event", "tg_tag"];

/// What stands around a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// The function's name, which qualifies its parameters.
    pub label: Option<Symbol>,
    pub variables: Vec<Variable>,
    pub returns: Returns,
}

impl Surroundings {
    /// Those of a DO block.
    pub fn of_do() -> Self {
        let found = Variable { name: "found".into(), kind: Kind::Scalar, constant: false };
        Self { label: None, variables: vec![found], returns: Returns::Nothing }
    }

    /// Those of a function, as far as its statement says.
    pub fn of_function(stmt: &CreateFunction, types: TypeKinds) -> Self {
        use super::ast::ArgMode;
        let kind = |ty: &TypeName| types(Declared::Type(ty)).unwrap_or(Kind::Unknown);
        let variable = |name: Symbol, kind| Variable { name, kind, constant: false };
        let mut variables = Vec::new();
        for (index, arg) in stmt.args.iter().enumerate() {
            let kind = kind(&arg.ty);
            if arg.mode != ArgMode::Table {
                variables.push(variable(format!("${}", index + 1).into(), kind.clone()));
            }
            variables.extend(arg.name.as_ref().map(|name| variable(name.text.clone(), kind)));
        }
        variables.push(variable("found".into(), Kind::Scalar));
        let returned = stmt.returns.as_ref().map(|ty| &*ty.name.name.text);
        match returned {
            Some("trigger") => {
                variables.extend(["new", "old"].map(|name| variable(name.into(), Kind::Record)));
                variables.extend(TRIGGER_VARIABLES.iter().map(|name| variable((*name).into(), Kind::Scalar)));
            }
            Some("event_trigger") => {
                variables.extend(EVENT_TRIGGER_VARIABLES.iter().map(|name| variable((*name).into(), Kind::Scalar)));
            }
            _ => {}
        }
        let has_out = stmt.args.iter().any(|a| matches!(a.mode, ArgMode::Out | ArgMode::InOut | ArgMode::Table));
        let is_set = stmt.returns_table || stmt.returns.as_ref().is_some_and(|ty| ty.setof);
        let returns = match (is_set, has_out) {
            (true, true) => Returns::SetOfOut,
            (true, false) => Returns::Set,
            (false, true) => Returns::Out,
            (false, false) if stmt.procedure => Returns::Procedure,
            (false, false) if matches!(returned, Some("void" | "event_trigger")) => Returns::Nothing,
            (false, false) => Returns::Value,
        };
        Self { label: Some(stmt.name.name.text.clone()), variables, returns }
    }
}

/// What a variable is declared as.
#[derive(Debug)]
pub enum Declared<'t> {
    Type(&'t TypeName),
    /// `relation%ROWTYPE`.
    RowOf(&'t QualifiedName),
}

/// Says what kind of type a variable is declared with; an error where there is no such type.
pub type TypeKinds<'t> = &'t dyn Fn(Declared) -> Result<Kind>;

/// Kinds of types by their names alone.
pub fn kind_by_name(declared: Declared) -> Result<Kind> {
    let Declared::Type(ty) = declared else { return Ok(Kind::Record) };
    Ok(match &*ty.name.name.text {
        _ if ty.percent_type.is_some() => Kind::Unknown,
        "record" if ty.array_dimensions == 0 => Kind::Record,
        "refcursor" => Kind::Cursor { bound: None },
        _ => Kind::Unknown,
    })
}

/// Reads a whole body.
pub fn read(code: &Code, around: &Surroundings, types: TypeKinds) -> Result<Block> {
    Reader::new(code, around, types).body()
}

/// The same, and the types that were asked for.
#[cfg(not(target_arch = "wasm32"))]
fn read_asking(code: &Code, around: &Surroundings, types: TypeKinds) -> Result<(Block, Vec<ahead::Asked>)> {
    let mut reader = Reader::new(code, around, types);
    let block = reader.body()?;
    Ok((block, reader.asked))
}

//! Expressions and queries: only what replay, inference and rules read.

use super::{Delete, Insert, Merge, Name, QualifiedName, Symbol, TypeName, Update};
use crate::source::Span;
use std::sync::Arc;

#[derive(Debug)]
pub struct Expr {
    pub span: Span,
    pub kind: ExprKind,
}

/// The left side of a binary operator, AND or OR.
pub struct Left(Box<Expr>);

impl std::fmt::Debug for Left {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl From<Box<Expr>> for Left {
    fn from(expr: Box<Expr>) -> Self {
        Self(expr)
    }
}

impl std::ops::Deref for Left {
    type Target = Expr;

    fn deref(&self) -> &Expr {
        &self.0
    }
}

impl Drop for Left {
    /// Along the left arm without recursion: chains of operators may be thousands long.
    fn drop(&mut self) {
        let mut kind = std::mem::replace(&mut self.0.kind, ExprKind::Null);
        while let ExprKind::Binary { left, .. } | ExprKind::And(left, _) | ExprKind::Or(left, _) = &mut kind {
            kind = std::mem::replace(&mut left.0.kind, ExprKind::Null);
        }
    }
}

/// What joins the two sides of a binary operator, AND or OR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link<'e> {
    Operator(&'e str),
    And,
    Or,
}

impl Expr {
    /// `a + b + c` as `a` and `[(+, b), (+, c)]`: such chains lean to the left and may be thousands long, so that they are walked without recursion.
    pub fn chain(&self) -> (&Expr, Vec<(Link<'_>, &Expr)>) {
        let mut links = Vec::new();
        let mut leftmost = self;
        loop {
            let (link, left, right) = match &leftmost.kind {
                ExprKind::Binary { op, left, right } => (Link::Operator(op), left, right),
                ExprKind::And(left, right) => (Link::And, left, right),
                ExprKind::Or(left, right) => (Link::Or, left, right),
                _ => break,
            };
            links.push((link, &**right));
            leftmost = left;
        }
        links.reverse();
        (leftmost, links)
    }
}

#[derive(Debug)]
pub enum ExprKind {
    Null,
    Bool(bool),
    /// An integer or decimal constant, as written.
    Number(Symbol),
    /// A string constant, decoded.
    String(Symbol),
    /// `B'101'`, `X'1F'`: the letter and the digits.
    BitString(Symbol),
    /// `$1`.
    Parameter(u32),
    /// `a`, `t.a`, `s.t.a`: one to four parts.
    Column(Vec<Name>),
    /// `*`, `t.*`.
    Star(Vec<Name>),
    Call(Box<Call>),
    Cast {
        expr: Box<Expr>,
        to: Box<TypeName>,
    },
    Unary {
        op: Symbol,
        expr: Box<Expr>,
    },
    /// Any binary operator by its symbol; LIKE is `~~`, ILIKE `~~*`, their negations `!~~`, `!~~*`; IS [NOT] DISTINCT FROM and SIMILAR TO keep
    /// their words.
    Binary {
        op: Symbol,
        left: Left,
        right: Box<Expr>,
    },
    And(Left, Box<Expr>),
    Or(Left, Box<Expr>),
    Not(Box<Expr>),
    /// `IS [NOT] NULL | TRUE | FALSE | UNKNOWN | DOCUMENT | NORMALIZED`.
    Is {
        expr: Box<Expr>,
        test: IsTest,
        negated: bool,
    },
    Between {
        expr: Box<Expr>,
        low: Box<Expr>,
        high: Box<Expr>,
        negated: bool,
    },
    InList {
        expr: Box<Expr>,
        list: Vec<Expr>,
        negated: bool,
    },
    InQuery {
        expr: Box<Expr>,
        query: Box<Query>,
        negated: bool,
    },
    /// `expr op ANY (array or query)`, `op ALL (…)`.
    Quantified {
        expr: Box<Expr>,
        op: Symbol,
        all: bool,
        array: Box<Expr>,
    },
    Case {
        operand: Option<Box<Expr>>,
        branches: Vec<(Expr, Expr)>,
        otherwise: Option<Box<Expr>>,
    },
    /// `ARRAY[…]`.
    Array(Vec<Expr>),
    /// `ARRAY(SELECT …)`.
    ArrayQuery(Box<Query>),
    /// `ROW(…)`, `(a, b)`.
    Row(Vec<Expr>),
    /// `(…)`: kept, because the span of what is inside does not cover it.
    Paren(Box<Expr>),
    /// `a[1]`, `a[1:2]`.
    Subscript {
        expr: Box<Expr>,
        indexes: Vec<Expr>,
        slice: bool,
    },
    /// `(expr).field`; `*` for all.
    Field {
        expr: Box<Expr>,
        field: Name,
    },
    /// A query in parentheses as a value.
    Subquery(Box<Query>),
    Exists(Box<Query>),
    Collate {
        expr: Box<Expr>,
        collation: QualifiedName,
    },
    AtTimeZone {
        expr: Box<Expr>,
        zone: Box<Expr>,
    },
    /// `DEFAULT` as a value in INSERT and UPDATE.
    Default,
    /// Parsed, but of a form that nothing downstream looks into (its parts are kept for walking).
    Other(Vec<Expr>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IsTest {
    Null,
    True,
    False,
    Unknown,
    Other,
}

/// A function call. COALESCE, GREATEST, LEAST, NULLIF, EXTRACT, SUBSTRING … FROM and their kin are calls by their lower-cased name without a
/// schema; CURRENT_DATE, SESSION_USER and their kin are calls without parentheses.
#[derive(Debug)]
pub struct Call {
    pub function: QualifiedName,
    pub args: Vec<Argument>,
    pub distinct: bool,
    /// `count(*)`.
    pub star: bool,
    pub order_by: Vec<OrderBy>,
    /// ORDER BY stands in WITHIN GROUP.
    pub within_group: bool,
    pub filter: Option<Expr>,
    pub over: Option<Window>,
    /// A keyword of the grammar, not a function to look up: `current_user`, `coalesce`.
    pub builtin_syntax: bool,
}

impl Call {
    /// `function()`.
    pub fn of(function: QualifiedName) -> Self {
        Self {
            function,
            args: Vec::new(),
            distinct: false,
            star: false,
            order_by: Vec::new(),
            within_group: false,
            filter: None,
            over: None,
            builtin_syntax: false,
        }
    }
}

#[derive(Debug)]
pub struct Argument {
    /// `name => value`.
    pub name: Option<Name>,
    pub variadic: bool,
    pub value: Expr,
}

/// `OVER name` or `OVER (…)`.
#[derive(Debug, Default)]
pub struct Window {
    /// `OVER name`.
    pub name: Option<Name>,
    /// `OVER (name …)`: the window that this one adds to.
    pub base: Option<Name>,
    pub partition_by: Vec<Expr>,
    pub order_by: Vec<OrderBy>,
    pub frame: Option<Box<Frame>>,
}

/// `ROWS BETWEEN start AND end`: only the bounds' offsets.
#[derive(Debug)]
pub struct Frame {
    pub mode: FrameMode,
    pub start: Option<Expr>,
    pub end: Option<Expr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameMode {
    Range,
    Rows,
    Groups,
}

impl FrameMode {
    /// As it is written.
    pub const fn word(self) -> &'static str {
        match self {
            FrameMode::Range => "RANGE",
            FrameMode::Rows => "ROWS",
            FrameMode::Groups => "GROUPS",
        }
    }
}

#[derive(Debug)]
pub struct OrderBy {
    pub expr: Expr,
    pub descending: bool,
    /// `USING operator`.
    pub using: Option<Symbol>,
    pub nulls_first: Option<bool>,
}

/// A SELECT, VALUES, TABLE or set operation, with its WITH, ORDER BY and LIMIT.
#[derive(Debug)]
pub struct Query {
    pub span: Span,
    pub recursive: bool,
    pub with: Vec<CommonTable>,
    pub body: QueryBody,
    pub order_by: Vec<OrderBy>,
    pub limit: Option<Expr>,
    pub offset: Option<Expr>,
    pub locking: Vec<Locking>,
}

/// `FOR UPDATE [OF table, …]`.
#[derive(Debug)]
pub struct Locking {
    /// As it is written: `FOR NO KEY UPDATE`.
    pub words: &'static str,
    pub tables: Vec<QualifiedName>,
}

#[derive(Debug)]
pub struct CommonTable {
    pub name: Name,
    pub columns: Vec<Name>,
    pub body: CommonTableBody,
    /// It stands in WITH RECURSIVE.
    pub recursive: bool,
    /// The columns that SEARCH and CYCLE add.
    pub added: Vec<Name>,
}

#[derive(Debug)]
pub enum CommonTableBody {
    Query(Arc<Query>),
    Insert(Box<Insert>),
    Update(Box<Update>),
    Delete(Box<Delete>),
    Merge(Box<Merge>),
}

#[derive(Debug)]
pub enum QueryBody {
    Select(Box<Select>),
    Values(Vec<Vec<Expr>>),
    /// `TABLE name`.
    Table(QualifiedName),
    SetOperation {
        op: SetOperator,
        all: bool,
        left: Box<QueryBody>,
        right: Box<QueryBody>,
    },
    Query(Box<Query>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetOperator {
    Union,
    Intersect,
    Except,
}

impl SetOperator {
    /// As it is written.
    pub const fn word(self) -> &'static str {
        match self {
            SetOperator::Union => "UNION",
            SetOperator::Intersect => "INTERSECT",
            SetOperator::Except => "EXCEPT",
        }
    }
}

#[derive(Debug, Default)]
pub struct Select {
    pub distinct: bool,
    pub distinct_on: Vec<Expr>,
    pub targets: Vec<Target>,
    pub into: Option<QualifiedName>,
    pub from: Vec<FromItem>,
    pub filter: Option<Expr>,
    pub group_by: Vec<Expr>,
    /// GROUPING SETS, CUBE or ROLLUP.
    pub grouping_sets: bool,
    pub having: Option<Expr>,
    pub windows: Vec<(Name, Window)>,
}

/// An item of a select list or of RETURNING.
#[derive(Debug)]
pub struct Target {
    pub expr: Expr,
    pub alias: Option<Name>,
}

#[derive(Debug)]
pub enum FromItem {
    Table {
        name: QualifiedName,
        /// `ONLY name`.
        only: bool,
        alias: Option<Alias>,
    },
    Subquery {
        query: Box<Query>,
        lateral: bool,
        alias: Option<Alias>,
    },
    /// `f(…)`, `ROWS FROM (…)`, UNNEST: the calls, each with its column definition list.
    Function {
        calls: Vec<(Expr, Vec<ColumnDefinition>)>,
        lateral: bool,
        ordinality: bool,
        alias: Option<Alias>,
    },
    Join {
        kind: JoinKind,
        natural: bool,
        left: Box<FromItem>,
        right: Box<FromItem>,
        on: Option<Expr>,
        using: Vec<Name>,
        /// `USING (…) AS name`.
        using_alias: Option<Name>,
        alias: Option<Alias>,
    },
    /// XMLTABLE, JSON_TABLE: its alias and columns are all that is known.
    Other {
        alias: Option<Alias>,
        exprs: Vec<Expr>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinKind {
    Inner,
    Left,
    Right,
    Full,
    Cross,
}

#[derive(Debug)]
pub struct Alias {
    pub name: Name,
    pub columns: Vec<Name>,
}

/// `name type` in the column definition list of a function in FROM.
#[derive(Debug)]
pub struct ColumnDefinition {
    pub name: Name,
    pub ty: TypeName,
}

//! Expressions: operators and their precedence, as PostgreSQL's gram.y has them (a_expr, b_expr).

mod call;
mod from;
mod json;
mod primary;
mod query;
#[cfg(test)]
mod tests;

use super::ast::{Expr, ExprKind, IsTest, Symbol};
use super::cursor::Cursor;
use super::error::{Result, SyntaxError};
use super::keywords::kw;
use super::lexer::{Token, TokenKind};

/// How many operators one level of an expression may chain: its tree leans to the left, and is walked recursively.
const MAX_CHAIN: u32 = 5_000;

/// Binding powers, from loose to tight, in the order of gram.y's precedence table.
mod power {
    pub const OR: u8 = 1;
    pub const AND: u8 = 2;
    pub const NOT: u8 = 3;
    pub const IS: u8 = 4;
    pub const COMPARISON: u8 = 5;
    pub const PATTERN: u8 = 6;
    pub const OPERATOR: u8 = 8;
    pub const ADDITIVE: u8 = 9;
    pub const MULTIPLICATIVE: u8 = 10;
    pub const EXPONENT: u8 = 11;
    pub const AT: u8 = 12;
    pub const COLLATE: u8 = 13;
    pub const UNARY_MINUS: u8 = 14;
    pub const TYPECAST: u8 = 16;
}

/// Which of gram.y's two kinds of expression: `Restricted` (b_expr) has no AND, OR, NOT, IN, LIKE, IS NULL … at its top level.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grade {
    Full,
    Restricted,
}

/// What the loop over operators has built, and which level may not be chained to it.
struct Chain {
    left: Expr,
    /// `a < b < c` is refused: after an operator of a non-associative level that ends in an operand, the same level may not follow.
    blocked: Option<u8>,
}

impl<'a> Cursor<'a> {
    /// An expression (a_expr): the longest that begins here.
    pub fn expr(&mut self) -> Result<Expr> {
        self.nested(|c| c.operators(0, Grade::Full))
    }

    /// A restricted expression (b_expr), as in a column's DEFAULT.
    pub fn b_expr(&mut self) -> Result<Expr> {
        self.nested(|c| c.operators(0, Grade::Restricted))
    }

    /// `( expr )`; the span is that of what is inside.
    pub fn paren_expr(&mut self) -> Result<Expr> {
        self.expect_kind(TokenKind::LParen)?;
        let expr = self.expr()?;
        self.expect_kind(TokenKind::RParen)?;
        Ok(expr)
    }

    /// `expr, …`.
    pub fn expr_list(&mut self) -> Result<Vec<Expr>> {
        self.comma_list(Self::expr)
    }

    /// `( expr, … )`.
    pub fn paren_expr_list(&mut self) -> Result<Vec<Expr>> {
        self.paren_list(Self::expr)
    }

    fn operators(&mut self, min: u8, grade: Grade) -> Result<Expr> {
        let start = self.peek();
        let left = self.prefix(grade)?;
        let mut chain = Chain { left, blocked: None };
        let mut length = 0;
        loop {
            length += 1;
            if length > MAX_CHAIN {
                let message = "stack depth limit exceeded";
                return Err(SyntaxError::new(self.peek().span(), message).with_sqlstate("54001"));
            }
            match self.operator(start, chain, min, grade)? {
                (next, true) => chain = next,
                (done, false) => return Ok(done.left),
            }
        }
    }

    /// A prefix operator with its operand, or a primary.
    fn prefix(&mut self, grade: Grade) -> Result<Expr> {
        let start = self.peek();
        if grade == Grade::Full && self.at(kw::NOT) {
            self.bump();
            let operand = self.nested(|c| c.operators(power::NOT, grade))?;
            return Ok(self.node(start, ExprKind::Not(Box::new(operand))));
        }
        if start.kind == TokenKind::Operator {
            let op: Symbol = self.text_of(start).into();
            let tightness = if matches!(&*op, "+" | "-") { power::UNARY_MINUS } else { power::OPERATOR + 1 };
            if !is_prefix_operator(&op) {
                return self.fail();
            }
            self.bump();
            let operand = self.nested(|c| c.operators(tightness, grade))?;
            return Ok(self.node(start, ExprKind::Unary { op, expr: Box::new(operand) }));
        }
        if self.at(kw::OPERATOR) && self.peek_at(1).kind == TokenKind::LParen {
            let op = self.qualified_operator()?;
            let operand = self.nested(|c| c.operators(power::OPERATOR + 1, grade))?;
            return Ok(self.node(start, ExprKind::Unary { op, expr: Box::new(operand) }));
        }
        self.primary()
    }

    /// Takes one operator after `chain.left` when it binds at least as tightly as `min`; false when there is none.
    fn operator(&mut self, start: Token, chain: Chain, min: u8, grade: Grade) -> Result<(Chain, bool)> {
        let token = self.peek();
        match token.kind {
            TokenKind::Operator => {
                let text = self.text_of(token);
                let level = level_of(text);
                if level < min {
                    return Ok((chain, false));
                }
                self.check_blocked(&chain, level)?;
                self.bump();
                let op: Symbol = if text == "!=" { "<>".into() } else { text.into() };
                self.binary(start, chain.left, op, level, grade)
            }
            TokenKind::TypeCast if power::TYPECAST >= min => {
                self.bump();
                let to = Box::new(self.type_name()?);
                Ok((self.done(start, ExprKind::Cast { expr: Box::new(chain.left), to }), true))
            }
            TokenKind::Keyword(_) => self.keyword_operator(start, chain, min, grade),
            _ => Ok((chain, false)),
        }
    }

    fn keyword_operator(&mut self, start: Token, chain: Chain, min: u8, grade: Grade) -> Result<(Chain, bool)> {
        let full = grade == Grade::Full;
        if self.at(kw::OPERATOR) && self.peek_at(1).kind == TokenKind::LParen {
            if power::OPERATOR < min {
                return Ok((chain, false));
            }
            let op = self.qualified_operator()?;
            return self.binary(start, chain.left, op, power::OPERATOR, grade);
        }
        if self.at(kw::IS) {
            return if power::IS >= min { self.is_test(start, chain, grade) } else { Ok((chain, false)) };
        }
        if !full {
            return Ok((chain, false));
        }
        if self.at(kw::AND) && power::AND >= min {
            self.bump();
            let right = Box::new(self.operators(power::AND + 1, grade)?);
            return Ok((self.done(start, ExprKind::And(Box::new(chain.left), right)), true));
        }
        if self.at(kw::OR) && power::OR >= min {
            self.bump();
            let right = Box::new(self.operators(power::OR + 1, grade)?);
            return Ok((self.done(start, ExprKind::Or(Box::new(chain.left), right)), true));
        }
        if self.at_any(&[kw::ISNULL, kw::NOTNULL]) && power::IS >= min {
            let negated = self.at(kw::NOTNULL);
            self.check_blocked(&chain, power::IS)?;
            self.bump();
            let kind = ExprKind::Is { expr: Box::new(chain.left), test: IsTest::Null, negated };
            return Ok((self.done(start, kind), true));
        }
        if self.at(kw::COLLATE) && power::COLLATE >= min {
            self.bump();
            let collation = self.qualified_name()?;
            return Ok((self.done(start, ExprKind::Collate { expr: Box::new(chain.left), collation }), true));
        }
        if self.at(kw::AT) && power::AT >= min {
            if self.at_all(&[kw::AT, kw::LOCAL]) {
                self.bump();
                self.bump();
                return Ok((self.done(start, ExprKind::Other(vec![chain.left])), true));
            }
            if self.eat_all(&[kw::AT, kw::TIME, kw::ZONE]) {
                let zone = Box::new(self.operators(power::AT + 1, grade)?);
                return Ok((self.done(start, ExprKind::AtTimeZone { expr: Box::new(chain.left), zone }), true));
            }
            return Ok((chain, false));
        }
        self.pattern(start, chain, min)
    }

    /// BETWEEN, IN, LIKE, ILIKE, SIMILAR TO, each with NOT; OVERLAPS.
    fn pattern(&mut self, start: Token, chain: Chain, min: u8) -> Result<(Chain, bool)> {
        const WORDS: [super::keywords::Keyword; 5] = [kw::BETWEEN, kw::IN, kw::LIKE, kw::ILIKE, kw::SIMILAR];
        let negated = self.at(kw::NOT) && self.keyword_at(1).is_some_and(|word| WORDS.contains(&word));
        if self.at(kw::OVERLAPS) && matches!(chain.left.kind, ExprKind::Row(_)) && power::OPERATOR >= min {
            self.bump();
            let right = self.operators(power::OPERATOR + 1, Grade::Full)?;
            if !matches!(right.kind, ExprKind::Row(_)) {
                return self.fail();
            }
            let kind = ExprKind::Binary { op: "overlaps".into(), left: Box::new(chain.left), right: Box::new(right) };
            return Ok((self.done(start, kind), true));
        }
        if (!negated && !self.at_any(&WORDS)) || power::PATTERN < min {
            return Ok((chain, false));
        }
        self.check_blocked(&chain, power::PATTERN)?;
        if negated {
            self.bump();
        }
        let left = Box::new(chain.left);
        let word = self.bump();
        let kind = match word.kind {
            TokenKind::Keyword(kw::BETWEEN) => {
                let _ = self.eat(kw::SYMMETRIC) || self.eat(kw::ASYMMETRIC);
                let low = Box::new(self.nested(|c| c.operators(0, Grade::Restricted))?);
                self.expect(kw::AND)?;
                let high = Box::new(self.operators(power::PATTERN + 1, Grade::Full)?);
                ExprKind::Between { expr: left, low, high, negated }
            }
            TokenKind::Keyword(kw::IN) => return self.in_list(start, left, negated),
            TokenKind::Keyword(kw::SIMILAR) => {
                self.expect(kw::TO)?;
                self.matched(left, if negated { "not similar to" } else { "similar to" })?
            }
            TokenKind::Keyword(kw::LIKE) => self.matched(left, if negated { "!~~" } else { "~~" })?,
            _ => self.matched(left, if negated { "!~~*" } else { "~~*" })?,
        };
        let left = self.node(start, kind);
        Ok((Chain { left, blocked: Some(power::PATTERN) }, true))
    }

    /// The pattern after LIKE and its kin, with ESCAPE; or ANY and ALL.
    fn matched(&mut self, left: Box<Expr>, op: &str) -> Result<ExprKind> {
        if self.at_any(&[kw::ANY, kw::SOME, kw::ALL]) && !op.contains("similar") {
            return self.quantified(left, op.into());
        }
        let right = self.operators(power::PATTERN + 1, Grade::Full)?;
        let right = if self.eat(kw::ESCAPE) {
            let escape = self.operators(power::PATTERN + 1, Grade::Full)?;
            let span = right.span.to(escape.span);
            Expr { span, kind: ExprKind::Other(vec![right, escape]) }
        } else {
            right
        };
        Ok(ExprKind::Binary { op: op.into(), left, right: Box::new(right) })
    }

    fn in_list(&mut self, start: Token, expr: Box<Expr>, negated: bool) -> Result<(Chain, bool)> {
        if self.is_query_in_parens() {
            let query = Box::new(self.paren_query()?);
            return Ok((self.done(start, ExprKind::InQuery { expr, query, negated }), true));
        }
        let list = self.paren_expr_list()?;
        Ok((self.done(start, ExprKind::InList { expr, list, negated }), true))
    }

    fn is_test(&mut self, start: Token, chain: Chain, grade: Grade) -> Result<(Chain, bool)> {
        self.check_blocked(&chain, power::IS)?;
        let at = self.position();
        self.bump();
        let negated = self.eat(kw::NOT);
        if self.eat_all(&[kw::DISTINCT, kw::FROM]) {
            let op = if negated { "is not distinct from" } else { "is distinct from" };
            let right = Box::new(self.operators(power::IS + 1, grade)?);
            let left = self.node(start, ExprKind::Binary { op: op.into(), left: Box::new(chain.left), right });
            return Ok((Chain { left, blocked: Some(power::IS) }, true));
        }
        let test = if self.eat(kw::DOCUMENT) {
            IsTest::Other
        } else if grade == Grade::Restricted {
            // b_expr knows IS DISTINCT FROM and IS DOCUMENT only.
            self.set_position(at);
            return Ok((chain, false));
        } else if self.eat(kw::NULL) {
            IsTest::Null
        } else if self.eat(kw::TRUE) {
            IsTest::True
        } else if self.eat(kw::FALSE) {
            IsTest::False
        } else if self.eat(kw::UNKNOWN) {
            IsTest::Unknown
        } else if self.eat(kw::JSON) {
            let _ = self.eat(kw::VALUE) || self.eat(kw::ARRAY) || self.eat(kw::OBJECT) || self.eat(kw::SCALAR);
            self.json_unique_keys()?;
            IsTest::Other
        } else {
            let _ = self.eat(kw::NFC) || self.eat(kw::NFD) || self.eat(kw::NFKC) || self.eat(kw::NFKD);
            self.expect(kw::NORMALIZED)?;
            IsTest::Other
        };
        Ok((self.done(start, ExprKind::Is { expr: Box::new(chain.left), test, negated }), true))
    }

    /// The right side of a binary operator whose symbol is taken: an operand, or ANY, SOME, ALL.
    fn binary(&mut self, start: Token, left: Expr, op: Symbol, level: u8, grade: Grade) -> Result<(Chain, bool)> {
        if grade == Grade::Full && self.at_any(&[kw::ANY, kw::SOME, kw::ALL]) {
            let kind = self.quantified(Box::new(left), op)?;
            return Ok((self.done(start, kind), true));
        }
        let right = Box::new(self.operators(level + 1, grade)?);
        let left = self.node(start, ExprKind::Binary { op, left: Box::new(left), right });
        Ok((Chain { left, blocked: (level == power::COMPARISON).then_some(level) }, true))
    }

    fn quantified(&mut self, expr: Box<Expr>, op: Symbol) -> Result<ExprKind> {
        let all = self.at(kw::ALL);
        self.bump();
        let open = self.peek();
        if self.is_query_in_parens() {
            let query = self.paren_query()?;
            let array = Box::new(self.node(open, ExprKind::Subquery(Box::new(query))));
            return Ok(ExprKind::Quantified { expr, op, all, array });
        }
        let array = Box::new(self.paren_expr()?);
        Ok(ExprKind::Quantified { expr, op, all, array })
    }

    /// `OPERATOR ( [schema .] op )`: the operator's symbol.
    fn qualified_operator(&mut self) -> Result<Symbol> {
        self.expect(kw::OPERATOR)?;
        self.expect_kind(TokenKind::LParen)?;
        while self.at_name() {
            self.name()?;
            self.expect_kind(TokenKind::Dot)?;
        }
        let token = self.peek();
        if token.kind != TokenKind::Operator {
            return self.fail();
        }
        self.bump();
        self.expect_kind(TokenKind::RParen)?;
        Ok(self.text_of(token).into())
    }

    fn check_blocked(&self, chain: &Chain, level: u8) -> Result<()> {
        if chain.blocked == Some(level) { self.fail() } else { Ok(()) }
    }

    fn node(&self, start: Token, kind: ExprKind) -> Expr {
        Expr { span: self.span_from(start), kind }
    }

    fn done(&self, start: Token, kind: ExprKind) -> Chain {
        Chain { left: self.node(start, kind), blocked: None }
    }
}

/// `=`, `<` and the like are no prefix operators; any other symbol may be one.
fn is_prefix_operator(op: &str) -> bool {
    !matches!(op, "=" | "<" | ">" | "<=" | ">=" | "<>" | "!=" | "*" | "/" | "%" | "^")
}

fn level_of(op: &str) -> u8 {
    match op {
        "<" | ">" | "=" | "<=" | ">=" | "<>" | "!=" => power::COMPARISON,
        "+" | "-" => power::ADDITIVE,
        "*" | "/" | "%" => power::MULTIPLICATIVE,
        "^" => power::EXPONENT,
        _ => power::OPERATOR,
    }
}

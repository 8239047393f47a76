//! The operators of expressions: symbols, words, and what stands after an operand as `IS NULL`, `IN (…)`, `::type` do.

use super::primary::Parens;
use super::{Grade, Item};
use crate::source::Span;
use crate::syntax::ast::{Argument, Call, Expr, ExprKind, IsTest, Name, QualifiedName, Query, Symbol, TypeName};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::Result;
use crate::syntax::keywords::{Category, Keyword, kw};
use crate::syntax::lexer::TokenKind;
use crate::syntax::newer;

/// How strongly operators bind, from weak to strong, as gram.y's precedence table has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    Or = 1,
    And,
    Not,
    Is,
    Comparison,
    /// LIKE, IN, BETWEEN.
    Pattern,
    Escape,
    /// Any operator that has no strength of its own.
    Operator,
    Sum,
    Product,
    Power,
    AtTimeZone,
    Collate,
    Sign,
    Cast,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Prefix,
    Infix,
    Postfix,
}

pub(super) struct Operator {
    pub place: Place,
    pub strength: Strength,
    pub span: Span,
    pub kind: OperatorKind,
}

pub(super) enum OperatorKind {
    /// `+`, `~~`, `is distinct from`: the operator of `ExprKind::Unary` or `ExprKind::Binary`.
    Symbol(Symbol),
    And,
    Or,
    Not,
    /// Its low end is read with it: what follows is the high end.
    Between {
        low: Box<Expr>,
        negated: bool,
    },
    /// The function that joins a pattern to its escape.
    Escape(&'static str),
    AtTimeZone,
    AtLocal,
    Is {
        test: IsTest,
        negated: bool,
    },
    InList {
        list: Vec<Expr>,
        negated: bool,
    },
    InQuery {
        query: Box<Query>,
        negated: bool,
    },
    Quantified {
        op: Symbol,
        all: bool,
        array: Box<Expr>,
    },
    Collate(QualifiedName),
    Cast(Box<TypeName>),
}

impl Operator {
    /// The operation on its operands: `left` is `None` for a prefix operator, `right` for a postfix one.
    pub fn apply(self, left: Option<Expr>, right: Option<Expr>) -> Option<Expr> {
        let end = |side: &Option<Expr>| side.as_ref().map_or(self.span, |expr| expr.span);
        let span = end(&left).to(end(&right));
        let kind = match (self.kind, left.map(Box::new), right.map(Box::new)) {
            (OperatorKind::Not, None, Some(expr)) => ExprKind::Not(expr),
            (OperatorKind::Symbol(op), None, Some(expr)) => ExprKind::Unary { op, expr },
            (OperatorKind::Symbol(op), Some(left), Some(right)) => ExprKind::Binary { op, left: left.into(), right },
            (OperatorKind::And, Some(left), Some(right)) => ExprKind::And(left.into(), right),
            (OperatorKind::Or, Some(left), Some(right)) => ExprKind::Or(left.into(), right),
            (OperatorKind::Between { low, negated }, Some(expr), Some(high)) => {
                ExprKind::Between { expr, low, high, negated }
            }
            (OperatorKind::Escape(function), Some(pattern), Some(escape)) => {
                implied_call(function, self.span, vec![*pattern, *escape])
            }
            (OperatorKind::AtTimeZone, Some(expr), Some(zone)) => ExprKind::AtTimeZone { expr, zone },
            (OperatorKind::AtLocal, Some(expr), None) => implied_call("timezone", self.span, vec![*expr]),
            (OperatorKind::Is { test, negated }, Some(expr), None) => ExprKind::Is { expr, test, negated },
            (OperatorKind::InList { list, negated }, Some(expr), None) => ExprKind::InList { expr, list, negated },
            (OperatorKind::InQuery { query, negated }, Some(expr), None) => ExprKind::InQuery { expr, query, negated },
            (OperatorKind::Quantified { op, all, array }, Some(expr), None) => {
                ExprKind::Quantified { expr, op, all, array }
            }
            (OperatorKind::Collate(collation), Some(expr), None) => ExprKind::Collate { expr, collation },
            (OperatorKind::Cast(to), Some(expr), None) => ExprKind::Cast { expr, to },
            _ => return None,
        };
        Some(Expr { span, kind })
    }
}

/// A call that PostgreSQL's grammar makes of other syntax.
pub(super) fn implied_call(function: &str, span: Span, args: Vec<Expr>) -> ExprKind {
    let args = args.into_iter().map(|value| Argument { name: None, variadic: false, value }).collect();
    let mut call =
        Call::of(QualifiedName { database: None, schema: None, name: Name::new(function, span), only: false });
    call.args = args;
    call.builtin_syntax = true;
    ExprKind::Call(Box::new(call))
}

/// `=`, `<` and the like are no prefix operators; any other symbol may be one.
fn is_prefix(symbol: &str) -> bool {
    matches!(symbol, "+" | "-") || strength_of(symbol) == Strength::Operator
}

fn strength_of(symbol: &str) -> Strength {
    match symbol {
        "<" | ">" | "=" | "<=" | ">=" | "<>" | "!=" => Strength::Comparison,
        "+" | "-" => Strength::Sum,
        "*" | "/" | "%" => Strength::Product,
        "^" => Strength::Power,
        _ => Strength::Operator,
    }
}

fn symbol(text: &str) -> Symbol {
    if text == "!=" { "<>".into() } else { text.into() }
}

impl Cursor<'_> {
    pub(super) fn prefix_operator(&mut self, grade: Grade) -> Result<Option<Operator>> {
        let token = self.peek();
        let (strength, kind) = match token.kind {
            TokenKind::Operator => {
                let text = self.text_of(token);
                if !is_prefix(text) {
                    return self.fail();
                }
                self.bump();
                let strength = if matches!(text, "+" | "-") { Strength::Sign } else { Strength::Operator };
                (strength, OperatorKind::Symbol(text.into()))
            }
            TokenKind::Keyword(kw::NOT) if grade != Grade::Restricted => {
                self.bump();
                (Strength::Not, OperatorKind::Not)
            }
            TokenKind::Keyword(kw::OPERATOR) if self.peek_at(1).kind == TokenKind::LParen => {
                (Strength::Operator, OperatorKind::Symbol(self.qualified_operator()?))
            }
            _ => return Ok(None),
        };
        Ok(Some(Operator { place: Place::Prefix, strength, span: self.span_from(token), kind }))
    }

    /// The operator after an operand; `None` where the expression ends.
    pub(super) fn operator(&mut self, grade: Grade, items: &[Item]) -> Result<Option<Operator>> {
        let token = self.peek();
        let (place, strength, kind) = match token.kind {
            TokenKind::Operator => {
                let text = self.text_of(token);
                self.bump();
                self.on_right_side(grade, symbol(text), strength_of(text))?
            }
            TokenKind::TypeCast => {
                self.bump();
                (Place::Postfix, Strength::Cast, OperatorKind::Cast(Box::new(self.type_name()?)))
            }
            TokenKind::Keyword(word) => match self.word_operator(grade, word, items)? {
                Some(found) => found,
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        Ok(Some(Operator { place, strength, span: self.span_from(token), kind }))
    }

    fn word_operator(
        &mut self,
        grade: Grade,
        word: Keyword,
        items: &[Item],
    ) -> Result<Option<(Place, Strength, OperatorKind)>> {
        let next = self.keyword_at(1);
        match word {
            kw::OPERATOR if grade != Grade::Labelled || self.peek_at(1).kind == TokenKind::LParen => {
                let op = self.qualified_operator()?;
                return self.on_right_side(grade, op, Strength::Operator).map(Some);
            }
            kw::IS if !self.is_label(grade, Strength::Is, items) => return self.is_test(grade).map(Some),
            _ if grade == Grade::Restricted => return Ok(None),
            _ => {}
        }
        let infix = |strength, kind| Ok(Some((Place::Infix, strength, kind)));
        let postfix = |strength, kind| Ok(Some((Place::Postfix, strength, kind)));
        match word {
            kw::AND if !self.is_label(grade, Strength::And, items) => {
                self.bump();
                infix(Strength::And, OperatorKind::And)
            }
            kw::OR if !self.is_label(grade, Strength::Or, items) => {
                self.bump();
                infix(Strength::Or, OperatorKind::Or)
            }
            kw::NOT if self.at_pattern_negation() => {
                self.bump();
                self.pattern_operator(grade, true).map(Some)
            }
            kw::SIMILAR if next == Some(kw::TO) => self.pattern_operator(grade, false).map(Some),
            kw::BETWEEN | kw::IN | kw::LIKE | kw::ILIKE if !self.is_label(grade, Strength::Pattern, items) => {
                self.pattern_operator(grade, false).map(Some)
            }
            kw::ISNULL | kw::NOTNULL => {
                self.bump();
                postfix(Strength::Is, OperatorKind::Is { test: IsTest::Null, negated: word == kw::NOTNULL })
            }
            kw::COLLATE if !self.is_label(grade, Strength::Collate, items) => {
                self.bump();
                postfix(Strength::Collate, OperatorKind::Collate(self.qualified_name()?))
            }
            kw::AT if grade != Grade::Labelled || matches!(next, Some(kw::TIME | kw::LOCAL)) => {
                self.bump();
                let local = self.peek();
                if self.eat(kw::LOCAL) {
                    self.note_newer(local, &newer::AT_LOCAL);
                    return postfix(Strength::AtTimeZone, OperatorKind::AtLocal);
                }
                self.expect_all(&[kw::TIME, kw::ZONE])?;
                infix(Strength::AtTimeZone, OperatorKind::AtTimeZone)
            }
            kw::ESCAPE => match escaping(items) {
                Some(function) => {
                    self.bump();
                    infix(Strength::Escape, OperatorKind::Escape(function))
                }
                None => Ok(None),
            },
            _ => Ok(None),
        }
    }

    /// What follows a binary operator that is read already: an operand comes next, or `ANY (…)`, `ALL (…)`.
    fn on_right_side(
        &mut self,
        grade: Grade,
        op: Symbol,
        strength: Strength,
    ) -> Result<(Place, Strength, OperatorKind)> {
        if grade == Grade::Restricted || !self.at_any(&[kw::ANY, kw::SOME, kw::ALL]) {
            return Ok((Place::Infix, strength, OperatorKind::Symbol(op)));
        }
        let all = self.bump().kind == TokenKind::Keyword(kw::ALL);
        let array = Box::new(self.nested(Self::one_or_query)?);
        Ok((Place::Postfix, strength, OperatorKind::Quantified { op, all, array }))
    }

    /// BETWEEN, IN, LIKE, ILIKE, SIMILAR TO, after a NOT that is read already.
    fn pattern_operator(&mut self, grade: Grade, negated: bool) -> Result<(Place, Strength, OperatorKind)> {
        let word = self.bump().kind;
        let op = match word {
            TokenKind::Keyword(kw::BETWEEN) => {
                let _ = self.eat(kw::SYMMETRIC) || self.eat(kw::ASYMMETRIC);
                let low = Box::new(self.b_expr()?);
                self.expect(kw::AND)?;
                return Ok((Place::Infix, Strength::Pattern, OperatorKind::Between { low, negated }));
            }
            TokenKind::Keyword(kw::IN) => {
                let kind = match self.nested(Self::parens)? {
                    Parens::Query(query) => OperatorKind::InQuery { query, negated },
                    Parens::List(list) => OperatorKind::InList { list, negated },
                };
                return Ok((Place::Postfix, Strength::Pattern, kind));
            }
            TokenKind::Keyword(kw::SIMILAR) => {
                self.expect(kw::TO)?;
                let op = if negated { NOT_SIMILAR_TO } else { SIMILAR_TO };
                return Ok((Place::Infix, Strength::Pattern, OperatorKind::Symbol(op.into())));
            }
            TokenKind::Keyword(kw::LIKE) => ["~~", "!~~"],
            _ => ["~~*", "!~~*"],
        };
        let [plain, opposite] = op;
        let op = if negated { opposite } else { plain };
        self.on_right_side(grade, op.into(), Strength::Pattern)
    }

    /// A NOT that PostgreSQL's grammar reads together with the word after it.
    fn at_pattern_negation(&self) -> bool {
        self.at(kw::NOT) && self.is_half_of_a_pair(0)
    }

    /// `IS [NOT] …`.
    fn is_test(&mut self, grade: Grade) -> Result<(Place, Strength, OperatorKind)> {
        self.bump();
        let negated = !self.at_pattern_negation() && self.eat(kw::NOT);
        if self.eat(kw::DISTINCT) {
            self.expect(kw::FROM)?;
            let op = if negated { "is not distinct from" } else { "is distinct from" };
            return Ok((Place::Infix, Strength::Is, OperatorKind::Symbol(op.into())));
        }
        let full = grade != Grade::Restricted;
        let test = match self.keyword() {
            Some(kw::DOCUMENT) => IsTest::Other,
            Some(kw::NULL) if full => IsTest::Null,
            Some(kw::TRUE) if full => IsTest::True,
            Some(kw::FALSE) if full => IsTest::False,
            Some(kw::UNKNOWN) if full => IsTest::Unknown,
            Some(kw::JSON | kw::NORMALIZED) if full => IsTest::Other,
            Some(form) if full && is_normal_form(form) && self.keyword_at(1) == Some(kw::NORMALIZED) => {
                self.bump();
                IsTest::Other
            }
            _ => return self.fail(),
        };
        let word = self.bump();
        if word.kind == TokenKind::Keyword(kw::JSON) {
            self.note_newer(word, &newer::IS_JSON);
            let _ = self.eat(kw::VALUE) || self.eat(kw::ARRAY) || self.eat(kw::OBJECT) || self.eat(kw::SCALAR);
            self.json_unique_keys()?;
        }
        Ok((Place::Postfix, Strength::Is, OperatorKind::Is { test, negated }))
    }

    /// `OPERATOR ( [schema .] op )`: the symbol, with its schema unless that is pg_catalog.
    pub(super) fn qualified_operator(&mut self) -> Result<Symbol> {
        self.expect(kw::OPERATOR)?;
        self.expect_kind(TokenKind::LParen)?;
        let mut schema = String::new();
        while self.at_name() {
            schema = format!("{}.", self.name()?);
            self.expect_kind(TokenKind::Dot)?;
        }
        if schema == "pg_catalog." {
            schema.clear();
        }
        let op = self.operator_symbol()?;
        self.expect_kind(TokenKind::RParen)?;
        Ok(format!("{schema}{op}").into())
    }

    pub(super) fn operator_symbol(&mut self) -> Result<Symbol> {
        let token = self.peek();
        self.expect_kind(TokenKind::Operator)?;
        Ok(symbol(self.text_of(token)))
    }

    /// Where a label may follow, PostgreSQL takes an operator's word for one when nothing that the operator needs comes after it, and when
    /// everything before it groups without it.
    fn is_label(&self, grade: Grade, strength: Strength, items: &[Item]) -> bool {
        if grade != Grade::Labelled {
            return false;
        }
        let next = self.keyword_at(1);
        let goes_on = match self.keyword() {
            Some(kw::IS) => next.is_some_and(|next| {
                is_normal_form(next)
                    || matches!(
                        next,
                        kw::NOT
                            | kw::NULL
                            | kw::TRUE
                            | kw::FALSE
                            | kw::UNKNOWN
                            | kw::DISTINCT
                            | kw::DOCUMENT
                            | kw::NORMALIZED
                            | kw::JSON
                    )
            }),
            Some(kw::IN) => self.peek_at(1).kind == TokenKind::LParen,
            Some(kw::COLLATE) => self.is_name(1),
            Some(kw::BETWEEN) => matches!(next, Some(kw::SYMMETRIC | kw::ASYMMETRIC)) || self.may_start_operand(1),
            Some(kw::LIKE | kw::ILIKE) if matches!(next, Some(kw::ANY | kw::SOME | kw::ALL)) => true,
            _ => self.may_start_operand(1),
        };
        !goes_on
            && items.iter().all(|item| match item {
                Item::Operator(op) if op.place != Place::Postfix => {
                    op.strength > strength
                        || (op.strength == strength && matches!(strength, Strength::Or | Strength::And))
                }
                _ => true,
            })
    }

    /// Whether the token `n` places on may be the first of an operand.
    pub(super) fn may_start_operand(&self, n: usize) -> bool {
        let token = self.peek_at(n);
        match token.kind {
            TokenKind::Keyword(word) => {
                word.category() != Category::Reserved
                    || matches!(
                        word,
                        kw::NOT
                            | kw::NULL
                            | kw::TRUE
                            | kw::FALSE
                            | kw::DEFAULT
                            | kw::CASE
                            | kw::CAST
                            | kw::ARRAY
                            | kw::UNIQUE
                    )
                    || super::special::is_value(word)
            }
            TokenKind::Operator => is_prefix(self.text_of(token)),
            kind => !matches!(
                kind,
                TokenKind::RParen
                    | TokenKind::RBracket
                    | TokenKind::Comma
                    | TokenKind::Semicolon
                    | TokenKind::Eof
                    | TokenKind::Dot
                    | TokenKind::Colon
            ),
        }
    }
}

const SIMILAR_TO: &str = "similar to";
const NOT_SIMILAR_TO: &str = "not similar to";

pub(super) fn is_normal_form(word: Keyword) -> bool {
    matches!(word, kw::NFC | kw::NFD | kw::NFKC | kw::NFKD)
}

/// The function that ESCAPE calls here; `None` where it belongs to no LIKE or SIMILAR TO.
fn escaping(items: &[Item]) -> Option<&'static str> {
    let last = items.iter().rev().find_map(|item| match item {
        Item::Operator(op) if op.strength <= Strength::Escape => Some(op),
        _ => None,
    })?;
    match &last.kind {
        OperatorKind::Symbol(op) if last.strength == Strength::Pattern => {
            let similar = matches!(&**op, SIMILAR_TO | NOT_SIMILAR_TO);
            Some(if similar { "similar_to_escape" } else { "like_escape" })
        }
        _ => None,
    }
}

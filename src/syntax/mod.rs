//! Text to statements: lexer, splitter, grammar.

pub mod ast;

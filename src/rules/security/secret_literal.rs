//! security/secret-literal: a key, token, password or connection string that whoever has the repository can use.

use crate::rules::prelude::*;
use crate::source::{Span, WordBytes, letters_and, only, runs};
use crate::syntax::{TokenKind, lex_at};

pub const RULE: Rule = Rule {
    name: "security/secret-literal",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("secret in a migration"),
    doc: page!("security/secret-literal"),
    since: "0.1.0",
    check: Check::Migration(check),
};

/// How tokens begin, how many characters follow at least, and whose they are.
const TOKENS: &[(&str, usize, &str)] = &[
    ("sb_secret_", 20, "a secret key of Supabase"),
    ("sbp_", 36, "an access token of Supabase"),
    ("sk_live_", 16, "a secret key of Stripe"),
    ("rk_live_", 16, "a restricted key of Stripe"),
    ("whsec_", 24, "the secret of a webhook"),
    ("AKIA", 16, "an access key of AWS"),
    ("ghp_", 36, "a token of GitHub"),
    ("gho_", 36, "a token of GitHub"),
    ("ghs_", 36, "a token of GitHub"),
    ("github_pat_", 40, "a token of GitHub"),
    ("glpat-", 20, "a token of GitLab"),
    ("xoxb-", 24, "a token of Slack"),
    ("xoxp-", 24, "a token of Slack"),
    ("sk-ant-", 32, "a key of Anthropic"),
    ("sk-proj-", 32, "a key of OpenAI"),
    ("sk-or-v1-", 32, "a key of OpenRouter"),
    ("SG.", 60, "a key of SendGrid"),
    ("AIza", 35, "a key of Google"),
    ("re_", 30, "a key of Resend"),
    ("shpat_", 32, "a token of Shopify"),
];

/// The secret key of every local stack.
const LOCAL_KEY: &str = "sb_secret_N7UND0UgjKTVK";

const SCHEMES: [&str; 8] = ["postgres", "postgresql", "mysql", "mongodb", "redis", "rediss", "amqp", "amqps"];

fn check(cx: &mut MigrationContext) {
    let text: &str = &cx.file.source.text;
    let mut found: Vec<(Span, String)> = Vec::new();
    words(text, &mut found);
    let mark = "KEY-----";
    let mut named: Vec<u32> = Vec::new();
    let is_word = |rest: &str| rest.starts_with("word ") || rest.starts_with("WORD ");
    // Nearly no byte is one of these: they are told apart at once.
    static BYTES: WordBytes = only(b":KwW");
    for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| BYTES[usize::from(*byte)]) {
        match byte {
            b':' if text[at..].starts_with("://") => found.extend(connection(text, at)),
            b'K' if text[at..].starts_with(mark) => {
                // The key begins after a line's end, which may be escaped.
                let rest = text[at + mark.len()..].trim_start_matches(['\\', 'n', 'r', '\r', '\n']);
                let key = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/')).count();
                if key >= 40 && text[..at].ends_with(" PRIVATE ") {
                    found.push((Span::new(at as u32, (at + mark.len()) as u32), "a private key".into()));
                }
            }
            b'w' | b'W' if text[..at].ends_with(['s', 'S']) && is_word(&text[at..]) => {
                named.push(at as u32);
            }
            _ => {}
        }
    }
    for step in cx.file.steps.iter().filter(|step| named.iter().any(|at| step.span.range().contains(&(*at as usize)))) {
        passwords(text, step.span, &mut found);
    }
    for (span, what) in found {
        cx.report(span, format!("{what} stands in the migration"))
            .help("whoever reads the repository has it: revoke it, and keep the new one in Vault or in the environment of what applies the migrations");
    }
}

/// Tokens and JSON web tokens.
fn words(text: &str, found: &mut Vec<(Span, String)>) {
    static PARTS: WordBytes = letters_and(b"_-.", false);
    for run in runs(text, 20, &PARTS) {
        let span = Span::new(run.start as u32, run.end as u32);
        let word = text.get(run).unwrap_or(""); // ASCII, so at borders
        let token = TOKENS.iter().find(|(prefix, length, _)| {
            word.strip_prefix(prefix).is_some_and(|rest| rest.len() >= *length && is_random(rest))
        });
        if let Some((_, _, what)) = token.filter(|_| !word.starts_with(LOCAL_KEY)) {
            found.push((span, (*what).into()));
        } else if let Some(role) = web_token(word) {
            found.push((span, format!("a JSON web token of role {role}")));
        }
    }
}

/// Letters and digits in no order that a person would write.
fn is_random(text: &str) -> bool {
    let mut seen = [false; 128];
    text.bytes().for_each(|b| seen[usize::from(b & 127)] = true);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits >= 2
        && seen.iter().filter(|seen| **seen).count() >= 10
        && text.bytes().filter(|b| matches!(b, b'_' | b'.')).count() <= 3
        && !is_placeholder(text)
}

fn is_placeholder(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.is_empty()
        || lower.starts_with(['<', '[', '{', '$', '%', ':', '*'])
        || ["your", "example", "placeholder", "xxx", "***", "...", "redacted", "replace", "123456789", "${"]
            .iter()
            .any(|word| lower.contains(word))
}

/// The role of a JWT that is none of the public ones: Supabase's anon keys, and the keys that every local stack has.
fn web_token(word: &str) -> Option<String> {
    if !word.starts_with("eyJ") {
        return None;
    }
    let [_, payload, signature] = word.split('.').collect::<Vec<_>>()[..] else { return None };
    if !payload.starts_with("eyJ") || signature.len() < 20 || is_placeholder(signature) {
        return None;
    }
    let payload = decode(payload);
    let role = payload.split("\"role\"").nth(1).and_then(|rest| rest.split('"').nth(1)).unwrap_or("");
    let public =
        role.is_empty() || role == "anon" || payload.contains("supabase-demo") || payload.contains("1234567890\"");
    (!public && payload.ends_with('}')).then(|| role.to_string())
}

/// base64url, as far as it is text.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            _ => 63,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `postgres://user:password@host` around the `://` at a place, unless the password is nobody's or the host is this machine.
fn connection(text: &str, at: usize) -> Option<(Span, String)> {
    let start = text[..at].rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |before| before + 1);
    let scheme = text.get(start..at).filter(|scheme| SCHEMES.contains(scheme))?;
    let rest = &text[at + 3..];
    let rest = &rest[..rest.find(|c: char| c.is_whitespace() || "'\"`/?)>".contains(c)).unwrap_or(rest.len())];
    let (login, host) = rest.rsplit_once('@')?;
    let (user, password) = login.split_once(':')?;
    const WEAK: [&str; 8] = ["password", "pass", "pwd", "secret", "postgres", "user", "changeme", "admin"];
    let here = ["localhost", "127.0.0.1", "host.", "db:", "host:", "0.0.0.0", "hostname"];
    if WEAK.contains(&&*password.to_ascii_lowercase())
        || password == user
        || is_placeholder(password)
        || is_placeholder(host)
        || host == "host"
        || here.iter().any(|name| host.starts_with(name))
    {
        return None;
    }
    let end = at + 3 + rest.len();
    Some((Span::new(start as u32, end as u32), format!("a {scheme} connection string with its password")))
}

/// `PASSWORD 'text'` of roles and user mappings, in bodies too.
fn passwords(text: &str, part: Span, found: &mut Vec<(Span, String)>) {
    let tokens = lex_at(text, part).tokens;
    let of = |span: Span| text.get(span.range()).unwrap_or("");
    for (index, token) in tokens.iter().enumerate() {
        let written = of(token.span());
        if token.kind == TokenKind::DollarString {
            let mark = written[1..].find('$').map_or(0, |end| end as u32 + 2);
            if token.end - token.start > 2 * mark {
                passwords(text, Span::new(token.start + mark, token.end - mark), found);
            }
            continue;
        }
        if !matches!(token.kind, TokenKind::String | TokenKind::EscapeString) || index == 0 {
            continue;
        }
        let value = written.trim_start_matches(['e', 'E']).trim_matches('\'');
        // A verifier is not the password.
        if of(tokens[index - 1].span()).eq_ignore_ascii_case("password")
            && !is_placeholder(value)
            && !value.starts_with("SCRAM-SHA-256$")
        {
            found.push((token.span(), "a password".into()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        words(text, &mut found);
        found.extend(text.match_indices("://").filter_map(|(at, _)| connection(text, at)));
        passwords(text, Span::new(0, text.len() as u32), &mut found);
        found.into_iter().map(|(_, what)| what).collect()
    }

    /// Tokens are put together here, so that no scanner takes this file for a leak.
    #[test]
    fn tokens_are_known_by_their_beginnings() {
        let random = "T7hQ2xLw9ZkV4mNc8RpB3sYd6JfG1aUe5WoXi0HqKtPv7Mn2bLzCrSgDyEu";
        for (prefix, length, what) in TOKENS {
            let token = format!(
                "'{prefix}{}'",
                random.get(..*length).unwrap_or("T7hQ2xLw9ZkV4mNc8RpB3sYd6JfG1aUe5WoXi0HqKtPv7Mn2bLzCrSgDyEu4")
            );
            assert_eq!(found(&token), [*what], "{token}");
            let short = format!("'{prefix}{}'", &random[..length - 1]);
            assert!(found(&short).is_empty(), "{short}");
            let placeholder = format!("'{prefix}{}'", "x".repeat(*length));
            assert!(found(&placeholder).is_empty(), "{placeholder}");
        }
    }

    #[test]
    fn names_and_places_are_no_secrets() {
        let cases = [
            "re_calculate_totals_for_2024_and_2025_by_month",
            "create index re_index_on_orders_2024_customer_id_created_at",
            "https://user:name@example.com",
            "postgres://postgres:postgres@127.0.0.1:54322/postgres",
            "postgresql://[user]:[password]@[host]:5432/db",
            "postgres://app:${DB_PASSWORD}@db.internal.net/app",
            "postgres://db.internal.net:5432/app@home",
            "sb_publishable_T7hQ2xLw9ZkV4mNc8RpB3sYd6JfG1",
            "alter role r password null",
            "alter role r password 'SCRAM-SHA-256$4096:c2FsdA==$aaaa:bbbb'",
            "select 'password' 'x'",
        ];
        for case in cases {
            assert!(found(case).is_empty(), "{case}: {:?}", found(case));
        }
        assert_eq!(found("mysql://root:h4rd-to-guess@db.internal.net/app").len(), 1);
        assert_eq!(found("do $x$ begin alter role r password E'h4rd'; end $x$").len(), 1);
    }
}

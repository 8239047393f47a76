use super::{Atom, Conditions, Formula, Truths, lower};
use crate::Project;
use crate::config::Config;
use crate::source::SourceFile;

/// The formulas of some conditions on one table, over the same atoms.
fn formulas(texts: &[&str]) -> (Conditions, Vec<Formula>) {
    let mut sql =
        "create table t (id int, org uuid, owner uuid, role text, open boolean, hidden boolean, tags text[]);\n"
            .to_string();
    sql += "create function f(uuid) returns boolean language sql as 'select true';\n";
    for (i, text) in texts.iter().enumerate() {
        sql += &format!("create policy p{i} on t for select using ({text});\n");
    }
    let mut project = Project::new(Config::default());
    project.set_file(SourceFile::new("20250101000000_t.sql", sql));
    let timeline = project.timeline();
    let cat = timeline.end();
    let table = cat.relation_named(cat.schema_named("public").unwrap().oid, "t").unwrap();
    assert_eq!(table.policies.len(), texts.len(), "{texts:?} {:?}", timeline.files[0].steps.last());
    let mut conditions = Conditions::default();
    let formulas =
        table.policies.iter().map(|p| lower(&mut conditions, cat, p.using.as_deref(), &p.using_definition)).collect();
    (conditions, formulas)
}

#[test]
fn always_and_never_true() {
    let cases = [
        ("true", "always"),
        ("1 = 1", "always"),
        ("(select true)", "always"),
        ("'t'::bool", "always"),
        ("not false", "always"),
        ("open is true or open is not true", "always"),
        ("org is null or org is not null", "always"),
        ("coalesce(open, false) or not coalesce(open, false)", "always"),
        ("case when open then true else true end", "always"),
        ("true or f(org)", "always"),
        // Null where `open` is.
        ("open or not open", "open"),
        ("org = org", "open"),
        ("org = org or org is null", "always"),
        ("false", "never"),
        ("null", "never"),
        ("1 = 2", "never"),
        ("org = null", "never"),
        ("null or false", "never"),
        ("open and not open", "never"),
        ("open and open is null", "never"),
        ("org = auth.uid() and auth.uid() is null", "never"),
        ("org = auth.uid() and owner <> auth.uid() and org is null", "never"),
        ("role = 'admin' and role = 'member'", "never"),
        ("role in ('admin', 'owner') and role = 'member'", "never"),
        ("case when open then false end", "never"),
        ("org <> auth.uid() and (select auth.uid()) = org", "never"),
        ("org = any (array[auth.uid()]) and org not in (auth.uid())", "never"),
        ("role = '1' and role = '01'", "open"),
        ("open", "open"),
        ("f(org) and not f(owner)", "open"),
        (
            "id = 1 or id = 2 or id = 3 or id = 4 or id = 5 or id = 6 or id = 7 or id = 8 or id = 9 or id = 10 or id = 11",
            "open",
        ),
    ];
    for (text, expected) in cases {
        let (conditions, formulas) = formulas(&[text]);
        let found = match &formulas[0] {
            f if conditions.is_always_true(f) => "always",
            f if conditions.is_never_true(f) => "never",
            _ => "open",
        };
        assert_eq!(found, expected, "{text} {conditions:?}");
    }
}

#[test]
fn what_implies_what() {
    let cases = [
        ("owner = auth.uid()", "auth.uid() = t.owner", "both"),
        ("owner = (select auth.uid())", "((auth.uid()))::uuid = owner", "both"),
        ("role = any (array['a', 'b'])", "role in ('b', 'a')", "both"),
        ("role = any (array['aa', 'bb']::text[])", "role = 'aa'", "second"),
        ("not (open and hidden)", "not open or not hidden", "both"),
        ("not (open or hidden)", "not hidden and not open", "both"),
        ("open = true", "open", "both"),
        ("open = false", "not open", "both"),
        ("open is true", "open", "both"),
        ("role = 'admin'::text", "role = 'admin'", "both"),
        ("owner = auth.uid()", "auth.uid() is not null", "first"),
        ("owner = auth.uid() and open", "owner = auth.uid()", "first"),
        ("owner = auth.uid()", "owner = auth.uid() or f(org)", "first"),
        ("open", "open or hidden", "first"),
        ("false", "open", "first"),
        ("open", "hidden", "neither"),
        ("f(org)", "f(org)", "both"),
        ("f(org)", "f(owner)", "neither"),
        ("exists (select 1 from t x where x.id = t.id)", "exists (select 1  from t x\nwhere x.id = t.id)", "both"),
        ("exists (select 1 from t x where x.id = t.id)", "exists (select 1 from t x where x.id = t.id + 1)", "neither"),
        ("role <> 'admin'", "role is not null", "first"),
        ("role is distinct from 'admin'", "role is not null", "neither"),
    ];
    for (first, second, expected) in cases {
        let (conditions, formulas) = formulas(&[first, second]);
        let there = conditions.implies(&formulas[0], &formulas[1]);
        let back = conditions.implies(&formulas[1], &formulas[0]);
        let found = match (there, back) {
            (true, true) => "both",
            (true, false) => "first",
            (false, true) => "second",
            (false, false) => "neither",
        };
        assert_eq!(found, expected, "{first} => {second} {conditions:?}");
    }
}

#[test]
fn who_passes() {
    let anonymous = |atom: &Atom| if atom.opaque { Truths::NEITHER } else { atom.anonymous };
    let signed_in = |atom: &Atom| match atom {
        _ if atom.opaque || atom.binds() => Truths::NEITHER,
        _ if atom.session => atom.signed_in,
        _ => Truths::ANY,
    };
    // Whether anon passes for some row, and whether everyone who is signed in does.
    let cases = [
        ("true", "anon all"),
        ("auth.uid() = owner", ""),
        ("auth.uid()::text = role", ""),
        ("auth.uid() is not null", "all"),
        ("auth.uid() is null", "anon"),
        ("auth.role() = 'authenticated'", "all"),
        ("(select auth.role()) = 'anon'", "anon"),
        ("auth.role() in ('anon', 'authenticated')", "anon all"),
        ("auth.role() = 'service_role'", ""),
        ("current_user = 'authenticated'", "all"),
        ("(auth.jwt() ->> 'role') = 'authenticated'", "all"),
        ("(auth.jwt() ->> 'sub')::uuid = owner", ""),
        ("(auth.jwt() -> 'app_metadata' ->> 'role') = 'admin'", ""),
        ("auth.jwt() is not null", "anon all"),
        ("open", "anon all"),
        ("open and auth.uid() is not null", "all"),
        ("open or auth.uid() = owner", "anon all"),
        ("auth.uid() = any (array[owner])", ""),
        ("role = 'x' and auth.uid() <> owner", ""),
        ("f(org)", ""),
        ("f(org) or open", "anon all"),
        ("auth.uid() in (select owner from t)", ""),
        ("lower(role) = 'x'", "anon all"),
        ("tags @> array['x']", "anon all"),
        ("current_setting('app.org')::uuid = org", "anon"),
        ("role = auth.email()", ""),
    ];
    for (text, expected) in cases {
        let (conditions, formulas) = formulas(&[text]);
        let anon = conditions.can_be_true(&formulas[0], &anonymous) == Some(true);
        let all = conditions.can_be_true(&formulas[0], &signed_in) == Some(true);
        let found = [("anon", anon), ("all", all)].iter().filter(|(_, is)| *is).map(|(w, _)| *w).collect::<Vec<_>>();
        assert_eq!(found.join(" "), expected, "{text} {conditions:?}");
    }
}

#[test]
fn what_nests_deep_stays_small() {
    let nest = |open: &str, close: &str| open.repeat(40) + "open" + &close.repeat(40);
    let (coalesce, case) = (nest("coalesce(", ", true)"), nest("case when ", " then true else false end"));
    let (conditions, formulas) = formulas(&[&coalesce, &case]);
    for formula in &formulas {
        assert!(format!("{formula:?}").len() < 100_000);
        assert!(!conditions.is_always_true(formula) && !conditions.is_never_true(formula));
    }
}
